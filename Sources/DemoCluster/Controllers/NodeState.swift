import Document

/// A node as the scheduler and its kubelet see it.
final class NodeState {
  let facts: NodeFacts
  private(set) var labels: [Pair] { didSet { place = NodeState.place(labels) } }
  /// Those of them that its pods get too.
  private(set) var place: [Pair]
  private(set) var taints: [Taint] = []
  let allocatableMilliCPU, allocatableBytes, allocatablePods: Int
  private(set) var isUnschedulable = false
  /// Whether its kubelet has stopped.
  var isDead = false
  /// Whether somebody deleted it.
  var isGone = false
  /// What its pods ask for.
  var milliCPU = 0
  var bytes = 0
  var pods = 0
  /// The images that it has pulled.
  var images: Set<String> = []
  /// The last byte that was given to a pod's address.
  private var lastAddress: UInt32

  init(_ facts: NodeFacts, labels: [Pair], milliCPU: Int, bytes: Int, pods: Int = 110) {
    self.facts = facts
    self.labels = labels
    place = NodeState.place(labels)
    allocatableMilliCPU = milliCPU
    allocatableBytes = bytes
    allocatablePods = pods
    lastAddress = 1
  }

  /// Takes over what the node object says.
  func read(_ node: Object) {
    let spec = node.json("spec") ?? [:]
    labels = node.meta.labels
    isUnschedulable = spec["unschedulable"].bool ?? false
    taints = spec["taints"].array.map(Taint.init)
  }

  /// The next address of the node's own range, 10.40.0.0/13 cut into pieces of 256.
  func nextAddress() -> UInt32 {
    lastAddress = lastAddress >= 254 ? 2 : lastAddress + 1
    return 10 << 24 | 40 << 16 &+ UInt32(facts.index) << 8 | lastAddress
  }
}

/// What keeps pods from a node.
struct Taint: Hashable, Sendable {
  let key, value, effect: String

  init(_ json: JSON) {
    key = json["key"].string ?? ""
    value = json["value"].string ?? ""
    effect = json["effect"].string ?? ""
  }

  init(_ key: String, _ effect: String) {
    self.key = key
    self.effect = effect
    value = ""
  }

  /// Whether it keeps pods from being placed.
  var isHard: Bool { effect == "NoSchedule" || effect == "NoExecute" }

  static let unschedulable = Taint("node.kubernetes.io/unschedulable", "NoSchedule")
}

/// What lets a pod onto a node in spite of a taint.
struct Toleration: Hashable, Sendable {
  /// Empty: of all keys, all effects.
  let key, value, effect: String
  let needsValue: Bool
  /// How long it stays on a node that throws pods off; nil: for ever.
  let seconds: Int?

  init(_ json: JSON) {
    key = json["key"].string ?? ""
    value = json["value"].string ?? ""
    effect = json["effect"].string ?? ""
    needsValue = json["operator"].string != "Exists"
    seconds = json["tolerationSeconds"].int
  }

  /// What every pod bears for five minutes.
  static func short(_ key: String) -> Toleration {
    Toleration(["key": .string(key), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300])
  }

  func tolerates(_ taint: Taint) -> Bool {
    if !effect.isEmpty && effect != taint.effect { return false }
    if key.isEmpty { return !needsValue }
    return key == taint.key && (!needsValue || value == taint.value)
  }
}

extension PodTemplate {
  func tolerates(_ taint: Taint) -> Bool { tolerations.contains { $0.tolerates(taint) } }
}

extension World {
  /// The nodes that there are.
  var presentNodes: [NodeState] { nodes.filter { !$0.isGone } }

  /// Keeps what the pods of a node ask for up to date.
  func countUsage(_ before: Object?, _ after: Object?) {
    count(before, -1)
    count(after, 1)
  }

  private func count(_ pod: Object?, _ sign: Int) {
    guard let pod, case .pod(let body) = pod.body, let place = body.state.node, !body.state.isOver else {
      return
    }
    let node = nodes[place.index]
    node.milliCPU += sign * body.state.template.milliCPU
    node.bytes += sign * body.state.template.memoryBytes
    node.pods += sign
  }

  // MARK: Changes of nodes

  /// Somebody cordoned, tainted, labelled or deleted a node.
  func nodeChanged(_ before: Object?, _ after: Object?) {
    guard let object = after ?? before, let node = nodes.first(where: { $0.facts.name == object.meta.name })
    else { return }
    guard let after else {
      node.isGone = true
      self.after(5) { $0.collectPods(of: node) }
      return
    }
    if let before, before.member("spec") == after.member("spec"), before.meta.labels == after.meta.labels {
      return
    }
    let taints = node.taints
    let wasUnschedulable = node.isUnschedulable
    node.isGone = false
    node.read(after)
    if node.isUnschedulable != wasUnschedulable {
      record(
        .normal, node.isUnschedulable ? "NodeNotSchedulable" : "NodeSchedulable",
        "Node \(after.meta.name) status is now: \(node.isUnschedulable ? "NodeNotSchedulable" : "NodeSchedulable")",
        about: after, as: ("Node", "v1"), by: .kubelet(node: after.meta.name))
    }
    let isMarked = node.taints.contains { $0.key == Taint.unschedulable.key }
    if node.isUnschedulable != isMarked { self.after(0.1) { $0.markUnschedulable(node) } }
    let added = node.taints.filter { $0.effect == "NoExecute" && !taints.contains($0) }
    if !added.isEmpty { self.after(0.2) { $0.throwOff(node) } }
    for set in store[.daemonSets].objects { enqueue(.daemonSet, set.meta.key) }
    retryUnschedulable()
  }

  /// The node controller says in a taint what the field says.
  private func markUnschedulable(_ node: NodeState) {
    edit(.nodes, ObjectKey(namespace: "", name: node.facts.name)) { _, spec in
      var taints = spec["taints"].array.filter { $0["key"].string != Taint.unschedulable.key }
      if node.isUnschedulable {
        taints.append([
          "key": .string(Taint.unschedulable.key), "effect": "NoSchedule",
          "timeAdded": .string(World.timestamp(now.seconds)),
        ])
      }
      spec["taints"] = taints.isEmpty ? .null : .array(taints)
      spec = .object(JSONObject(spec.members.filter { !$0.value.isNull }))
    }
  }

  /// The pods of a node that is gone go too.
  private func collectPods(of node: NodeState) {
    guard node.isGone else { return }
    for (handle, _) in pods(on: node) { store.remove(.pods, handle.key, at: now) }
  }

  func pods(on node: NodeState) -> [(handle: ObjectHandle, object: Object)] {
    store[.pods].objects.compactMap { object in
      guard case .pod(let body) = object.body, body.state.node === node.facts else { return nil }
      return (ObjectHandle(object), object)
    }
  }

  /// Deletes the pods that do not tolerate the node's NoExecute taints, each at its time.
  private func throwOff(_ node: NodeState) {
    let taints = node.taints.filter { $0.effect == "NoExecute" }
    for (handle, object) in pods(on: node) where object.meta.deletion == nil {
      guard case .pod(let body) = object.body, !body.state.isOver else { continue }
      let tolerations = body.state.template.tolerations
      let stays = taints.allSatisfy { taint in tolerations.contains { $0.tolerates(taint) } }
      let limits = taints.flatMap { taint in
        tolerations.filter { $0.tolerates(taint) }.compactMap(\.seconds)
      }
      let delay = stays ? limits.min() : 0
      guard let delay else { continue }
      after(Double(delay) + 0.1) { $0.takeOff(handle, node, taints) }
    }
  }

  private func takeOff(_ handle: ObjectHandle, _ node: NodeState, _ taints: [Taint]) {
    guard let (object, _) = pod(handle), object.meta.deletion == nil,
      node.taints.contains(where: taints.contains)
    else { return }
    recordPod(
      .normal, "TaintManagerEviction", "Marking for deletion Pod \(handle.key.namespace)/\(handle.key.name)",
      object, by: .controller("taint-eviction-controller"))
    update(handle) { state in
      state.disruption = .byTaint
      state.disruption?.since = now.seconds
    }
    delete(handle)
  }
}
