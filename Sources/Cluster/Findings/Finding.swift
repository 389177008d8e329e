/// What is wrong with one object: a sentence, the ground for it, and what to do.
///
/// Texts may hold moments (`Moment.mark`), so that they stay true while nothing changes; `Moment.rendered` draws them.
package struct Finding: Sendable, Hashable {
  /// What says so, for scripts to go by: "image-not-found". Never changes once it is released.
  package var rule: String
  /// What a person would mend: the workload, not each of its pods.
  package var subject: ObjectRef
  /// The part of it that is meant: a container, a volume, a port. Empty for the whole.
  package var part: String
  /// Findings of several pods with the same key are one: what is wrong, without the pod's name.
  package var key: String
  /// One plain sentence without the subject and without a full stop: "image shop/api:v9 not found".
  package var headline: String
  package var severity: Severity
  /// Since when, seconds since 1970; nil where nothing tells.
  package var since: Int64?
  package var verdict: Verdict
  /// The most telling first.
  package var evidence: [Evidence] = []
  /// The best first.
  package var offers: [Offer] = []
  /// In which objects it shows, at most `maxAffected` of them.
  package var affected: [ObjectRef] = []
  package var affectedCount = 0
  /// What it comes from, where that is another object.
  package var cause: Cause?
  /// Says only what follows (a deadline passed, pods are missing): whatever explains it takes its place.
  package var isConsequence = false
  /// What could not be read, so that this may be less than the truth: the server's own words.
  package var unseen: [String] = []

  package static let maxAffected = 20

  package init(
    _ rule: String, of subject: ObjectRef, part: String = "", key: String? = nil, _ headline: String,
    _ severity: Severity = .error, since: Int64? = nil, _ verdict: Verdict
  ) {
    self.rule = rule
    self.subject = subject
    self.part = part
    self.key = key ?? headline
    self.headline = headline
    self.severity = severity
    self.since = since
    self.verdict = verdict
  }

  /// How much it matters, the worst last.
  package enum Severity: Int, Sendable, Hashable, CaseIterable, Comparable {
    /// Nothing fails by it: cordoned and forgotten, a password in plain sight.
    case notice
    /// It will fail, or fails now and then.
    case warning
    /// It fails.
    case error
    /// It fails and takes others with it: a node, DNS, all pods of a service.
    case critical

    package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
    /// As in JSON: "critical".
    package var word: String { "\(self)" }
  }

  /// Whether it goes away by itself, each with the ground for it.
  package enum Verdict: Sendable, Hashable {
    /// Waiting is enough.
    case heals(String)
    /// Waiting is in vain: something has to be changed.
    case hopeless(String)
    /// Cannot be told from what there is to see.
    case unclear(String)

    package var ground: String {
      switch self {
      case .heals(let ground), .hopeless(let ground), .unclear(let ground): ground
      }
    }

    /// "heals by itself"
    package var words: String {
      switch self {
      case .heals: "heals by itself"
      case .hopeless: "hopeless until changed"
      case .unclear: "needs a look"
      }
    }

    /// As in JSON.
    package var word: String {
      switch self {
      case .heals: "heals"
      case .hopeless: "hopeless"
      case .unclear: "unclear"
      }
    }

    package var isHopeless: Bool { if case .hopeless = self { true } else { false } }
  }

  /// Another object that this comes from. Problems with the same key are told as one.
  package struct Cause: Sendable, Hashable {
    /// A node, a secret, a registry (a kind of no server's then: "registry").
    package var subject: ObjectRef
    package var key: String
    /// What is wrong with it, told in place of the findings when they are several: "registry reg.example does not answer".
    package var headline: String

    package init(_ subject: ObjectRef, key: String? = nil, _ headline: String) {
      self.subject = subject
      self.key = key ?? "\(subject.kind) \(subject.namespace)/\(subject.name)"
      self.headline = headline
    }
  }
}

/// One line that a finding rests on, with where it stands.
package struct Evidence: Sendable, Hashable {
  package enum Source: Sendable, Hashable {
    /// A path in the object: "spec.template.spec.containers[api].image".
    case field(String)
    /// The type of a condition.
    case condition(String)
    /// The reason of an event.
    case event(String)
    /// The container whose log it is.
    case log(String)
    /// The container that ended so.
    case exit(String)
    /// A figure that was measured.
    case metric(String)
    /// Something that is not there: "secret shop/db".
    case absence(String)
    /// Reckoned from other facts, and how.
    case reckoned(String)

    /// "field spec.replicas", "event Failed"
    package var label: String {
      switch self {
      case .field(let path): "field \(path)"
      case .condition(let type): "condition \(type)"
      case .event(let reason): "event \(reason)"
      case .log(let container): container.isEmpty ? "log" : "log of \(container)"
      case .exit(let container): container.isEmpty ? "exit code" : "exit code of \(container)"
      case .metric(let name): "metric \(name)"
      case .absence(let name): "missing \(name)"
      case .reckoned(let how): how
      }
    }

    /// As in JSON: "field", and the name beside it.
    package var word: (type: String, name: String) {
      switch self {
      case .field(let name): ("field", name)
      case .condition(let name): ("condition", name)
      case .event(let name): ("event", name)
      case .log(let name): ("log", name)
      case .exit(let name): ("exit", name)
      case .metric(let name): ("metric", name)
      case .absence(let name): ("absence", name)
      case .reckoned(let name): ("reckoned", name)
      }
    }
  }

  package var source: Source
  /// May hold moments.
  package var text: String
  /// When that was or began, seconds since 1970.
  package var at: Int64?
  /// Where it stands, when that is not the subject: the pod of the event.
  package var object: ObjectRef?

  package init(_ source: Source, _ text: String, at: Int64? = nil, in object: ObjectRef? = nil) {
    self.source = source
    self.text = text
    self.at = at
    self.object = object
  }
}

/// Something to do about a finding.
package struct Offer: Sendable, Hashable {
  package enum Action: Sendable, Hashable {
    /// Opens the action card; nothing is sent before it was seen.
    case change(Change)
    case view(View)
    /// A line for a shell, to be copied.
    case command(String)
  }

  /// A screen about an object.
  package enum View: Sendable, Hashable {
    case describe(ObjectRef)
    case yaml(ObjectRef)
    case rollout(ObjectRef)
    case chart(ObjectRef)
    case why(ObjectRef)
    case log(LogQuery)
    case rows(Query)
  }

  package var action: Action
  /// "roll back to revision 11 (shop/api:v8)"
  package var title: String

  package init(_ title: String, _ action: Action) {
    self.title = title
    self.action = action
  }
}
