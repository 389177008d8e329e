/// A root that is broken: one line on the screen, however many pods it has.
package struct Problem: Sendable, Hashable, Identifiable {
  /// The same as long as the same object is broken, whatever is found about it.
  package var id: String
  package var subject: ObjectRef
  /// "Deployment"; "Registry" for what no server has as an object.
  package var kindName: String
  /// Whose it is, where several clusters are shown at once; else empty.
  package var cluster = ""
  /// How many of the wanted pods are ready: "3/5".
  package var tally: Tally?
  /// What explains the rest; its headline is the line.
  package var finding: Finding
  /// What else was found on the same object.
  package var others: [Finding] = []
  /// Other objects that are broken by this one, the worst first.
  package var consequences: [Consequence] = []
  /// What most likely set it off.
  package var trigger: Happening?

  package struct Tally: Sendable, Hashable {
    package var ready: Int
    package var wanted: Int
    package init(ready: Int, wanted: Int) {
      self.ready = ready
      self.wanted = wanted
    }
  }

  package struct Consequence: Sendable, Hashable {
    package var subject: ObjectRef
    package var kindName: String
    package var headline: String
    package init(_ subject: ObjectRef, kindName: String, _ headline: String) {
      self.subject = subject
      self.kindName = kindName
      self.headline = headline
    }
  }

  package init(id: String, _ subject: ObjectRef, kindName: String, _ finding: Finding) {
    self.id = id
    self.subject = subject
    self.kindName = kindName
    self.finding = finding
  }

  package var severity: Finding.Severity {
    max(finding.severity, others.lazy.map(\.severity).max() ?? .notice)
  }
  /// Since when the first of it is broken.
  package var since: Int64? { ([finding] + others).compactMap(\.since).min() }
  package var findings: [Finding] { [finding] + others }
}

/// All that is broken in a scope, and what was looked at to say so.
package struct ProblemBoard: Sendable, Hashable {
  /// The worst first.
  package var problems: [Problem] = []
  /// What was looked at: kinds with their numbers.
  package var checked: [Checked] = []
  /// What could not be looked at, and why: sentences.
  package var unseen: [String] = []
  /// Whether everything has been looked at once; before, problems are what was found so far.
  package var isWhole = false

  package struct Checked: Sendable, Hashable {
    package var kind: Kind.ID
    /// "pods"
    package var plural: String
    package var count: Int
    package init(_ kind: Kind.ID, plural: String, count: Int) {
      self.kind = kind
      self.plural = plural
      self.count = count
    }
  }

  package init() {}
}

/// Whether one object is well, and if not, why.
package struct Diagnosis: Sendable, Hashable {
  package enum State: Sendable, Hashable {
    /// Nothing is wrong with it; how it is: "5 of 5 pods are ready".
    case healthy(String)
    /// On its way to be well, with the ground to think so: a rollout, a start.
    case underway(String)
    case broken
    case gone(String)
    /// Not enough may be read to tell.
    case unknown(String)

    /// As in JSON.
    package var word: String {
      switch self {
      case .healthy: "healthy"
      case .underway: "underway"
      case .broken: "broken"
      case .gone: "gone"
      case .unknown: "unknown"
      }
    }
  }

  package var subject: ObjectRef
  package var kindName: String
  package var state: State
  /// What is wrong with it or with what it belongs to; its subject may be another object: the deployment of a pod, a node.
  package var problem: Problem?
  package var timeline = Timeline()
  /// What was looked at: sentences.
  package var checked: [String] = []
  /// What could not be looked at, and why: sentences.
  package var unseen: [String] = []
  /// Whether all that was asked for has come.
  package var isWhole = false

  package init(_ subject: ObjectRef, kindName: String, _ state: State) {
    self.subject = subject
    self.kindName = kindName
    self.state = state
  }
}

extension Problem {
  /// The rule of all findings of credentials that stand where everybody reads them.
  package static let credentialRule = "credential-in-plain-sight"

  /// What it has to say of credentials in plain sight, whatever else is wrong; nil where that is nothing.
  package var ofCredentials: Problem? {
    guard let finding = findings.first(where: { $0.rule == Self.credentialRule }) else { return nil }
    var problem = self
    problem.finding = finding
    (problem.others, problem.consequences, problem.trigger) = ([], [], nil)
    return problem
  }
}

extension Problem {
  /// Whether it stands before another.
  package func isWorse(than other: Problem) -> Bool { rank < other.rank }

  package var rank: Rank { Rank(self) }

  /// Where a problem stands among others: the grave and hopeless first, then the newest, for what is new is what somebody was
  /// paged for.
  package struct Rank: Comparable, Sendable {
    private let severity: Int
    private let isHopeless: Bool
    private let since: Int64
    private let id: String

    fileprivate init(_ problem: Problem) {
      severity = problem.severity.rawValue
      isHopeless = problem.finding.verdict.isHopeless
      since = problem.since ?? 0
      id = problem.id
    }

    package static func < (left: Rank, right: Rank) -> Bool {
      if left.severity != right.severity { return left.severity > right.severity }
      if left.isHopeless != right.isHopeless { return left.isHopeless }
      if left.since != right.since { return left.since > right.since }
      return left.id < right.id
    }
  }
}
