import Cluster
import Document

/// All that diagnosis knows at the moment: objects by kind, events and answers about what is broken. Rules look things
/// up here through a `Case`; a change says what has to be looked at again.
///
/// Confined to one queue.
final class Facts {
  /// The objects of one kind.
  struct Shelf {
    fileprivate(set) var facts: [FactKey: Fact] = [:]
    fileprivate var keys: [String: Set<FactKey>] = [:]
    /// Whether all of them are known, in the namespaces looked at.
    fileprivate(set) var isWhole = false
    /// Why they are not: the server's words. One per namespace at most.
    fileprivate(set) var problems: [String: String] = [:]
    var count: Int { facts.count }
  }

  /// The namespaces looked at; empty means all.
  let namespaces: [String]
  private(set) var shelves: [Kind.ID: Shelf] = [:]
  let round = ExaminationRound()
  private(set) var memory = CauseMemory()
  private(set) var events = EventBook()
  /// Whether events are read in a namespace (or in "", everywhere), and why not.
  private(set) var eventProblems: [String: String] = [:]
  private(set) var eventsKnown: Set<String> = []
  private(set) var answers: [Ask: Answer] = [:]
  /// The highest minor version of any node's kubelet: all nodes are measured against it, and none looks at all others.
  private(set) var newestKubelet = 0
  private(set) var scales = ScaleMemory()
  private var owned: [String: Set<FactKey>] = [:]
  private var podsOfNode: [String: [FactKey: PodFact]] = [:]
  /// Reckoned when somebody asks, forgotten when a pod of the node changes.
  private var demands: [String: NodeDemand] = [:]
  private var outlines: [FactKey: NodeOutline] = [:]
  /// What has changed since it was last taken.
  private(set) var changed: Set<Dependency> = []
  /// The objects worth examining that have changed, appeared or gone since they were last taken.
  private(set) var touched: Set<FactKey> = []

  init(namespaces: [String] = []) { self.namespaces = namespaces }

  // MARK: Looking

  func fact(_ key: FactKey) -> Fact? { shelves[key.kind]?.facts[key] }
  func shelf(_ kind: Kind.ID) -> Shelf? { shelves[kind] }
  /// All objects of a kind in a namespace; "" means everywhere.
  func facts(_ kind: Kind.ID, in namespace: String) -> [Fact] {
    guard let shelf = shelves[kind] else { return [] }
    if namespace.isEmpty { return Array(shelf.facts.values) }
    return (shelf.keys[namespace] ?? []).compactMap { shelf.facts[$0] }
  }

  func ownedKeys(_ uid: String) -> Set<FactKey> { owned[uid] ?? [] }
  /// What the pods of a node that still run ask for together.
  func demand(on node: String) -> NodeDemand {
    if let known = demands[node] { return known }
    var demand = NodeDemand()
    for pod in (podsOfNode[node] ?? [:]).values where !pod.isOver { demand.take(pod) }
    demands[node] = demand
    return demand
  }

  func outline(ofNode fact: Fact) -> NodeOutline {
    if let known = outlines[fact.key] { return known }
    let outline = NodeOutline(fact.object)
    outlines[fact.key] = outline
    return outline
  }

  func pods(on node: String) -> [Fact] {
    (podsOfNode[node] ?? [:]).keys.compactMap { shelves["v1/pods"]?.facts[$0] }
  }

  /// The kinds whose lists are read; of others there may be single objects that somebody asks about.
  private(set) var watched: Set<Kind.ID> = []

  func watches(_ kind: Kind.ID) {
    watched.insert(kind)
    shelves[kind] = shelves[kind] ?? Shelf()
  }

  /// Whether objects of this kind in this namespace are kept here, so that what is not here is not there.
  func covers(_ kind: Kind.ID, _ namespace: String) -> Bool {
    guard watched.contains(kind) else { return false }
    return namespace.isEmpty || namespaces.isEmpty || namespaces.contains(namespace)
  }

  // MARK: Taking in

  func put(_ fact: Fact, now: Int64) {
    let key = fact.key
    let old = shelves[key.kind]?.facts[key]
    if let old { unlink(old, isReplaced: old.ref.uid == fact.ref.uid) }
    shelves[key.kind, default: Shelf()].facts[key] = fact
    shelves[key.kind, default: Shelf()].keys[key.namespace, default: []].insert(key)
    if key.kind == "v1/nodes" { noteVersion(of: fact) }
    if key.kind == "autoscaling/v2/horizontalpodautoscalers" { scales.note(fact, now: now) }
    if let owner = fact.owner {
      owned[owner.uid, default: []].insert(key)
      changed.insert(.owned(owner.uid))
    }
    if let pod = fact.pod {
      if !pod.node.isEmpty {
        podsOfNode[pod.node, default: [:]][key] = pod
        demands[pod.node] = nil
      }
      if let body = fact.body, !pod.isReady {
        body.bytes.withUnsafeBytes { memory.note(JSONSlice($0), of: fact.ref.uid, now: now) }
      }
    }
    if old?.ref.uid != fact.ref.uid || old?.owner != fact.owner { changed.insert(.lineage(key)) }
    touch(key, isExamined: fact.body != nil || old?.body != nil)
  }

  func remove(_ key: FactKey) {
    guard let old = shelves[key.kind]?.facts.removeValue(forKey: key) else { return }
    shelves[key.kind]?.keys[key.namespace]?.remove(key)
    unlink(old, isReplaced: false)
    changed.insert(.lineage(key))
    touch(key, isExamined: true)
  }

  private func noteVersion(of node: Fact) {
    let version = node.object["status"]["nodeInfo"]["kubeletVersion"].string ?? ""
    newestKubelet = max(newestKubelet, KubeletVersion.minor(version) ?? 0)
  }

  private func unlink(_ fact: Fact, isReplaced: Bool) {
    let key = fact.key
    if let owner = fact.owner {
      owned[owner.uid]?.remove(key)
      if owned[owner.uid]?.isEmpty == true { owned[owner.uid] = nil }
      changed.insert(.owned(owner.uid))
    }
    if let pod = fact.pod {
      if !pod.node.isEmpty {
        podsOfNode[pod.node]?[key] = nil
        demands[pod.node] = nil
        if podsOfNode[pod.node]?.isEmpty == true { podsOfNode[pod.node] = nil }
      }
      if !isReplaced { memory.forget(pod: fact.ref.uid) }
    } else if !isReplaced {
      scales.forget(fact.ref.uid)
    }
  }

  /// - Parameter isExamined: whether there is anything to examine: of a pod that is well there is not.
  private func touch(_ key: FactKey, isExamined: Bool) {
    if key.kind == "v1/nodes" { outlines[key] = nil }
    if isExamined { touched.insert(key) }
    changed.insert(.object(key))
    changed.insert(.shelf(key.kind, key.namespace))
    if !key.namespace.isEmpty { changed.insert(.shelf(key.kind, "")) }
  }

  /// How the lists of a kind are doing: whether all are whole, and why the one of a namespace is not.
  func setState(of kind: Kind.ID, namespace: String, isWhole: Bool, problem: String?) {
    watched.insert(kind)
    var shelf = shelves[kind] ?? Shelf()
    shelf.isWhole = isWhole
    shelf.problems[namespace] = problem
    shelves[kind] = shelf
    changed.insert(.shelf(kind, ""))
    if !namespace.isEmpty { changed.insert(.shelf(kind, namespace)) }
  }

  /// Nothing of the kind is known any more.
  func clear(_ kind: Kind.ID, namespace: String) {
    let keys = (shelves[kind]?.facts.keys).map { keys in
      keys.filter { namespace.isEmpty || $0.namespace == namespace }
    }
    for key in keys ?? [] { remove(key) }
  }

  func put(_ event: EventFact) { changed.insert(.events(events.put(event))) }
  func removeEvent(_ uid: String) {
    if let subject = events.remove(uid) { changed.insert(.events(subject)) }
  }

  func setEvents(of namespace: String, areKnown: Bool, problem: String?) {
    if areKnown { eventsKnown.insert(namespace) } else { eventsKnown.remove(namespace) }
    eventProblems[namespace] = problem
    changed.insert(.shelf("v1/events", ""))
  }

  func answer(_ ask: Ask, _ answer: Answer) {
    answers[ask] = answer
    changed.insert(.answer(ask))
  }

  func forget(_ ask: Ask) {
    if answers.removeValue(forKey: ask) != nil { changed.insert(.answer(ask)) }
  }

  /// What has changed since the last call.
  func takeChanges() -> (touched: Set<FactKey>, changed: Set<Dependency>) {
    defer { (touched, changed) = ([], []) }
    return (touched, changed)
  }
}
