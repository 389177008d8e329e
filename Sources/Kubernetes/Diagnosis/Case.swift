import Cluster
import Document

/// One object under examination, and all that may be looked at on the way. Each look is noted: when what was seen
/// changes, the object is examined again, and what was not known yet is asked of the server.
///
/// Asking costs a request. So a rule first makes sure that something is wrong, by the object itself and what is watched
/// anyway, before it looks at events, logs or kinds that are not.
final class Case {
  let ref: ObjectRef
  /// The whole object without its managedFields.
  let object: JSON
  /// Seconds since 1970.
  let now: Int64
  let created: Int64
  let owner: Fact.Owner?
  private let facts: Facts

  /// What the findings depend on.
  private(set) var looked: Set<Dependency> = []
  /// What has to be asked, or was.
  private(set) var asks: Set<Ask> = []
  private(set) var wantsEvents: Set<String> = []
  /// What could not be seen, and why: sentences.
  private(set) var unseen: [String] = []
  /// Whether something that was asked for has not come yet.
  private(set) var isWaiting = false
  /// When to look again although nothing changed, seconds since 1970.
  private(set) var reviewAt: Int64?

  init(_ fact: Fact, facts: Facts, now: Int64) {
    ref = fact.ref
    object = fact.object
    created = fact.created
    owner = fact.owner
    self.facts = facts
    self.now = now
  }

  var metadata: JSON { object["metadata"] }
  var spec: JSON { object["spec"] }
  var status: JSON { object["status"] }
  var annotations: JSON { metadata["annotations"] }
  var labels: JSON { metadata["labels"] }
  var isEnding: Bool { !metadata["deletionTimestamp"].isNull }
  lazy var conditions = Conditions(status["conditions"])
  /// The containers of a pod; none of anything else.
  lazy var containers: [ContainerCase] = ContainerCase.all(of: self)
  /// Those of them that are not well, each with what is wrong with it.
  lazy var troubles: [TroubledContainer] = TroubledContainer.all(of: self)
  /// How far a pod has come.
  lazy var stage: PodStage = PodStage.of(self)
  /// What the kubelet said of a container before it wrote "Back-off ..." over it.
  func remembered(_ container: String) -> CauseMemory.Entry? { facts.memory[ref.uid, container] }

  // MARK: Other objects

  /// One object; in the same namespace unless another is given ("" for kinds without one). Watched kinds are known
  /// already, others are asked for. Of Secrets only the metadata is read.
  func look(_ kind: Kind.ID, _ name: String, in namespace: String? = nil) -> Look {
    let key = FactKey(kind, namespace ?? ref.namespace, name)
    looked.insert(.object(key))
    guard let shelf = facts.shelf(kind), facts.covers(kind, key.namespace) else {
      return answer(kind == "v1/secrets" ? .metadata(key) : .object(key))
    }
    if let fact = facts.fact(key) { return .found(fact.object) }
    if let problem = shelf.problems[""] ?? shelf.problems[key.namespace] { return unknown(kind, problem) }
    looked.insert(.shelf(kind, key.namespace))
    if !shelf.isWhole { isWaiting = true }
    return shelf.isWhole ? .absent : .unknown("not read yet")
  }

  /// Whether an object is there, by its metadata alone: for config maps and secrets, whose contents are not needed.
  func lookAtMetadata(_ kind: Kind.ID, _ name: String, in namespace: String? = nil) -> Look {
    answer(.metadata(FactKey(kind, namespace ?? ref.namespace, name)))
  }

  /// What is kept of a watched object; nil where it is not known or not there.
  func fact(_ kind: Kind.ID, _ name: String, in namespace: String? = nil) -> Fact? {
    let key = FactKey(kind, namespace ?? ref.namespace, name)
    looked.insert(.object(key))
    return facts.fact(key)
  }

  /// Who owns a watched object; whatever else of it changes is not noted.
  func owner(of kind: Kind.ID, _ name: String, in namespace: String) -> Fact.Owner? {
    let key = FactKey(kind, namespace, name)
    looked.insert(.lineage(key))
    return facts.fact(key)?.owner
  }

  /// Whom a person would mend for an object.
  func root(of fact: Fact) -> ObjectRef { Roots.root(of: fact, in: facts) { looked.insert($0) } }

  /// All objects of a kind, in the same namespace unless another is given ("" for all or for kinds without one); nil where they
  /// are not known.
  func list(_ kind: Kind.ID, in namespace: String? = nil, selector: String = "") -> [JSON]? {
    let namespace = namespace ?? ref.namespace
    if facts.covers(kind, namespace) { return facts(kind, in: namespace)?.map(\.object) }
    switch answer(.list(kind, namespace: namespace, selector: selector)) {
    case .found(let list): return list.array
    case .absent: return []
    case .unknown: return nil
    }
  }

  /// What is kept of all objects of a watched kind; nil where they are not known. Bodies of pods that are well are not kept.
  func facts(_ kind: Kind.ID, in namespace: String? = nil) -> [Fact]? {
    let namespace = namespace ?? ref.namespace
    looked.insert(.shelf(kind, namespace))
    guard let shelf = facts.shelf(kind) else { return nil }
    if let problem = shelf.problems[""] ?? shelf.problems[namespace] {
      _ = unknown(kind, problem)
      return nil
    }
    guard shelf.isWhole else {
      isWaiting = true
      return nil
    }
    return facts.facts(kind, in: namespace)
  }

  /// What this object owns directly, of one kind.
  func owned(_ kind: Kind.ID) -> [Fact] { owned(kind, by: ref.uid) }

  /// What the object of a UID owns directly, of one kind.
  func owned(_ kind: Kind.ID, by uid: String) -> [Fact] {
    looked.insert(.owned(uid))
    return facts.ownedKeys(uid).filter { $0.kind == kind }.compactMap { facts.fact($0) }
  }

  /// The pods of a workload: those it owns, and those of what it owns.
  func pods() -> [Fact] {
    looked.insert(.owned(ref.uid))
    var found: [Fact] = []
    for key in facts.ownedKeys(ref.uid) {
      guard let fact = facts.fact(key) else { continue }
      if fact.pod != nil {
        found.append(fact)
      } else {
        looked.insert(.owned(fact.ref.uid))
        found += facts.ownedKeys(fact.ref.uid).compactMap { facts.fact($0) }.filter { $0.pod != nil }
      }
    }
    return found
  }

  /// The pods that a node runs. Not noted: a busy node would have everything that asks looked at again all the time, so
  /// whoever reckons with them asks for a `review`.
  func pods(on node: String) -> [Fact] { facts.pods(on: node) }

  /// What those pods ask for together. Not noted either.
  func demand(on node: String) -> NodeDemand { facts.demand(on: node) }

  /// What a scheduler looks at in a node.
  func outline(ofNode fact: Fact) -> NodeOutline { facts.outline(ofNode: fact) }

  /// The highest minor version of any node's kubelet; not noted either.
  var newestKubelet: Int { facts.newestKubelet }

  /// What this autoscaler was seen to scale its target to, the oldest first.
  var scales: [ScaleMemory.Step] { facts.scales[ref.uid] }

  /// That all objects of a kind are looked at somewhere else for several that ask: each depends on them.
  func notes(_ kind: Kind.ID, in namespace: String) { looked.insert(.shelf(kind, namespace)) }

  /// Reckons something once for all that are examined together: what many pods of one template have in common.
  func once<Value>(_ key: String, _ reckon: () -> Value) -> Value { facts.round.once(key, reckon) }

  // MARK: Events and logs

  /// Warnings about this object, the newest first; none while they are not known (then `isWaiting`, or `unseen` says why).
  func events() -> [EventFact] { events(of: ref) }

  /// Those that happen to be known, without asking for any.
  func eventsKnown() -> [EventFact] {
    looked.insert(.events(ref.uid))
    return facts.events.events(of: ref.uid)
  }

  func events(of ref: ObjectRef) -> [EventFact] {
    looked.insert(.events(ref.uid))
    // Events about what has no namespace are in this one.
    let namespace = ref.namespace.isEmpty ? "default" : ref.namespace
    wantsEvents.insert(namespace)
    // That none came is an answer, too.
    looked.insert(.shelf("v1/events", ""))
    if let problem = facts.eventProblems[namespace] ?? facts.eventProblems[""] {
      notSeen("the events of \(namespace): \(problem)")
    } else if !facts.eventsKnown.contains(namespace), !facts.eventsKnown.contains("") {
      isWaiting = true
    }
    return facts.events.events(of: ref.uid)
  }

  /// All events about this object as they were when somebody first asked, normal ones too; nil while they are not known.
  func pastEvents() -> [EventFact]? {
    switch answer(.events(namespace: ref.namespace, uid: ref.uid)) {
    case .found(let list):
      return list.array.compactMap { item in item.encoded().withUnsafeBytes { EventFact(JSONSlice($0)) } }
    case .absent: return []
    case .unknown: return nil
    }
  }

  /// The last lines of a container's log, the oldest first: of the run before when `previous`; nil while they are not known.
  func log(_ container: String, previous: Bool, run: Int) -> LogTail? {
    let ask = Ask.log(
      namespace: ref.namespace, pod: ref.name, container: container, previous: previous, run: run)
    looked.insert(.answer(ask))
    asks.insert(ask)
    switch facts.answers[ask] {
    case .lines(let tail): return tail
    case .refused(let why):
      notSeen("the log of \(container): \(why)")
      return nil
    case nil, .pending:
      isWaiting = true
      return nil
    case .absent, .failed, .object, .list, .certificate: return nil
    }
  }

  private func answer(_ ask: Ask) -> Look {
    looked.insert(.answer(ask))
    asks.insert(ask)
    switch facts.answers[ask] {
    case .object(let object): return .found(object)
    case .list(let items): return .found(.array(items))
    case .absent: return .absent
    case .refused(let why), .failed(let why): return unknown(ask.words, why)
    case .lines, .certificate, nil, .pending:
      isWaiting = true
      return .unknown("not read yet")
    }
  }

  // MARK: Not seen, not yet

  /// Notes that something could not be looked at.
  func notSeen(_ sentence: String) {
    if !unseen.contains(sentence) { unseen.append(sentence) }
  }

  private func unknown(_ what: String, _ why: String) -> Look {
    let plural = what.split(separator: "/").last.map(String.init) ?? what
    notSeen("\(plural): \(why)")
    return .unknown(why)
  }

  /// Asks to be examined again after so many seconds although nothing changed.
  func review(inSeconds seconds: Int64) { review(at: now + max(1, seconds)) }

  func review(at moment: Int64) {
    let moment = max(moment, now + 1)
    reviewAt = min(reviewAt ?? moment, moment)
  }

  /// Whether something has lasted so long; if not yet, it is examined again when it has.
  func hasLasted(_ seconds: Int64, since: Int64?) -> Bool {
    guard let moment = since else { return true }
    // A moment that can't be is one that somebody made up.
    let since = min(max(moment, 0), now + 24 * 3600)
    if now - since >= seconds { return true }
    review(at: since + seconds)
    return false
  }
}

/// An object's conditions, as the API conventions have them.
struct Conditions {
  struct Condition {
    let json: JSON
    var type: String { json["type"].string ?? "" }
    var isTrue: Bool { json["status"].string == "True" }
    var isFalse: Bool { json["status"].string == "False" }
    var reason: String { Moment.plain(json["reason"].string ?? "") }
    var message: String { Moment.plain(json["message"].string ?? "") }
    /// When it took its status, seconds since 1970.
    var since: Int64? { json["lastTransitionTime"].seconds }
    /// The message, or the reason where there is none.
    var text: String { message.isEmpty ? reason : message }
    var evidence: Evidence {
      let status = json["status"].string ?? ""
      let ground = [reason, message].filter { !$0.isEmpty }.joined(separator: ": ")
      return Evidence(.condition(type), ground.isEmpty ? status : "\(status): \(ground)", at: since)
    }
  }

  let all: [Condition]
  init(_ json: JSON) { all = json.array.map { Condition(json: $0) } }
  subscript(type: String) -> Condition? { all.first { $0.type == type } }
  func holding(_ type: String) -> Condition? { self[type].flatMap { $0.isTrue ? $0 : nil } }
  func failing(_ type: String) -> Condition? { self[type].flatMap { $0.isFalse ? $0 : nil } }
}

extension JSON {
  /// An RFC 3339 text as seconds since 1970; nil when it is none.
  var seconds: Int64? { string.flatMap { text in Timestamp(text)?.seconds } }
  /// The text in one line, control characters made blanks; empty when this is none.
  var line: String { string.map(Moment.plain) ?? "" }
}

extension EventFact {
  var evidence: Evidence {
    let times = count > 1 ? " (\(count) times since \(Moment.mark(first)))" : ""
    return Evidence(.event(reason), message + times, at: last)
  }
}

extension Ask {
  /// What is asked for, in words.
  var words: String {
    switch self {
    case .certificate(let key): "the certificate in secret \(key.name)"
    case .object(let key), .metadata(let key):
      "\(key.kind.split(separator: "/").last ?? "") \(key.namespace.isEmpty ? "" : "\(key.namespace)/")\(key.name)"
    case .list(let kind, let namespace, _):
      "\(kind.split(separator: "/").last ?? "")\(namespace.isEmpty ? "" : " in \(namespace)")"
    case .events(let namespace, _): "events in \(namespace)"
    case .log(_, let pod, let container, _, _): "the log of \(pod) \(container)"
    }
  }
}
