import Cluster

/// The objects that an action is about: the marked ones, or the one under the cursor.
struct Targets {
  var kind: Kind
  var refs: [ObjectRef]
  /// What a question about them begins with: the replicas wanted now, "container=image".
  var replicas: String?
  var images: [String] = []

  /// "deployment shop/web", "7 pods in 2 namespaces"
  var words: String {
    if refs.count == 1, let ref = refs.first {
      return "\(kind.singular) \(ref.namespace.isEmpty ? "" : "\(ref.namespace)/")\(ref.name)"
    }
    let places = Set(refs.map(\.namespace)).count
    return "\(refs.count) \(kind.plural)" + (places > 1 ? " in \(places) namespaces" : "")
  }
}

/// One thing that can be done to objects of a kind.
struct ActionOffer: Hashable {
  /// What has to be known before.
  enum Question: Hashable {
    case replicas, image, label, annotation, job
    /// The name of the object, where its context is protected.
    case name(String)
    case grace
    /// What another column of a table shows: a label, or a path.
    case column(ofLabel: Bool)
    /// From when to when, of a log.
    case stretch
  }

  enum Act: Hashable {
    case send(Change.Action)
    case ask(Question)
    case edit
    case revisions
  }

  var key: Character
  var title: String
  var ability: Kind.Ability
  var act: Act

  static let all: [ActionOffer] = [
    ActionOffer(key: "s", title: "scale", ability: .scale, act: .ask(.replicas)),
    ActionOffer(
      key: "r", title: "restart, its pods one after another", ability: .restart, act: .send(.restart)),
    ActionOffer(key: "i", title: "set an image", ability: .image, act: .ask(.image)),
    ActionOffer(key: "b", title: "go back to an earlier revision", ability: .rollback, act: .revisions),
    ActionOffer(key: "p", title: "pause the rollout", ability: .pause, act: .send(.pause)),
    ActionOffer(key: "P", title: "resume the rollout", ability: .pause, act: .send(.resume)),
    ActionOffer(key: "c", title: "cordon: no new pods on it", ability: .cordon, act: .send(.cordon)),
    ActionOffer(key: "u", title: "uncordon", ability: .cordon, act: .send(.uncordon)),
    ActionOffer(
      key: "D", title: "drain: plan first, then evict", ability: .drain, act: .send(.drain(.init()))),
    ActionOffer(key: "v", title: "evict, as far as budgets allow", ability: .evict, act: .send(.evict)),
    ActionOffer(key: "t", title: "run now", ability: .trigger, act: .ask(.job)),
    ActionOffer(key: "z", title: "suspend", ability: .suspend, act: .send(.suspend)),
    ActionOffer(key: "Z", title: "resume (unsuspend)", ability: .suspend, act: .send(.unsuspend)),
    ActionOffer(key: "e", title: "edit in $EDITOR", ability: .edit, act: .edit),
    ActionOffer(key: "l", title: "label", ability: .label, act: .ask(.label)),
    ActionOffer(key: "a", title: "annotate", ability: .label, act: .ask(.annotation)),
    ActionOffer(key: "d", title: "delete", ability: .delete, act: .send(.delete(.init()))),
  ]

  static func offers(for kind: Kind) -> [ActionOffer] { all.filter { kind.abilities.contains($0.ability) } }

  /// Why it can't be done; nil where it can, or where only the server will tell.
  func refusal(_ targets: Targets, _ world: World) -> String? {
    if world.canChange, targets.refs.count > 1, act == .edit || act == .revisions {
      return "one object at a time"
    }
    return Self.refusal(ability, targets, world)
  }

  /// The same of whatever takes that ability.
  static func refusal(_ ability: Kind.Ability, _ targets: Targets, _ world: World) -> String? {
    if !world.canChange { return world.isReadOnly ? "this session is read-only" : "there is no connection" }
    for place in Set(targets.refs.map(\.namespace)) {
      let query = RightsQuery(kind: targets.kind.id, namespace: place)
      if let why = world.refusals[query]?[ability] { return why }
    }
    return nil
  }

  /// What choosing it leads to.
  func start(_ targets: Targets, _ world: World) -> Reaction {
    if let why = refusal(targets, world) { return .fail("\(title): \(why)") }
    guard let first = targets.refs.first else { return .none }
    switch act {
    case .send(let action):
      return .push(ActionCard(targets.refs.map { Change(action, $0) }, kind: targets.kind))
    case .ask(let question): return .ask(Self.prompt(question, targets), question)
    case .edit: return .push(EditScreen(first, kind: targets.kind))
    case .revisions: return .revisions(first)
    }
  }

  // MARK: Questions

  /// What a person is asked, and what the answer begins with.
  struct Asked {
    var label: String
    var initial = ""
    var suggestions: [String] = []
  }

  private static func prompt(_ question: Question, _ targets: Targets) -> Asked {
    switch question {
    case .replicas: Asked(label: "replicas of \(targets.words): ", initial: targets.replicas ?? "")
    case .image:
      Asked(label: "container=image: ", initial: targets.images.first ?? "", suggestions: targets.images)
    case .label: Asked(label: "label, key=value or key- to take it away: ")
    case .annotation: Asked(label: "annotation, key=value or key- to take it away: ")
    case .job:
      Asked(
        label: "name of the job: ", initial: targets.refs.first.map { "\($0.name.prefix(42))-manual" } ?? "")
    case .name(let name): Asked(label: "this context is protected; type \(name) to send it: ")
    case .stretch: Asked(label: "since when: ")
    case .grace: Asked(label: "grace period in seconds, empty for the object's own: ")
    case .column(let ofLabel):
      Asked(label: ofLabel ? "show the label: " : "show the path (.spec.nodeName, or NODE:.spec.nodeName): ")
    }
  }

  static func asked(_ question: Question) -> Asked {
    prompt(question, Targets(kind: Kind(id: "", name: ""), refs: []))
  }

  /// The change that an answer makes, or why it is none.
  static func change(_ question: Question, _ answer: String) -> Result<Change.Action, Misanswered> {
    let text = answer.trimmed
    switch question {
    case .replicas:
      guard let number = Int(text), number >= 0 else { return .failure("'\(text)' is no number of replicas") }
      return .success(.scale(to: number))
    case .image:
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { return .failure("write it as container=image") }
      return .success(.setImage(container: parts[0], to: parts[1]))
    case .label, .annotation:
      if text.hasSuffix("-"), !text.contains("="), text.count > 1 {
        let key = String(text.dropLast())
        return .success(question == .label ? .label(key: key, value: nil) : .annotate(key: key, value: nil))
      }
      guard let cut = text.firstIndex(of: "="), cut > text.startIndex else {
        return .failure("write it as key=value, or key- to take it away")
      }
      let (key, value) = (String(text[..<cut]), String(text[text.index(after: cut)...]))
      return .success(question == .label ? .label(key: key, value: value) : .annotate(key: key, value: value))
    case .job:
      return text.isEmpty ? .failure("a job needs a name") : .success(.trigger(name: text))
    case .name, .grace, .column, .stretch: return .failure("")
    }
  }

  struct Misanswered: Error, ExpressibleByStringInterpolation {
    var why: String
    init(stringLiteral value: String) { why = value }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
