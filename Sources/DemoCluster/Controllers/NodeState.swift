import Document

/// A node as the scheduler and its kubelet see it.
final class NodeState {
  let facts: NodeFacts
  let labels: [Pair]
  let taints: [String]
  let allocatableMilliCPU, allocatableBytes, allocatablePods: Int
  var isUnschedulable = false
  /// What its pods ask for.
  var milliCPU = 0
  var bytes = 0
  var pods = 0
  /// The images that it has pulled.
  var images: Set<String> = []
  /// The last byte that was given to a pod's address.
  private var lastAddress: UInt32

  init(_ facts: NodeFacts, labels: [Pair], taints: [String], milliCPU: Int, bytes: Int, pods: Int = 110) {
    self.facts = facts
    self.labels = labels
    self.taints = taints
    allocatableMilliCPU = milliCPU
    allocatableBytes = bytes
    allocatablePods = pods
    lastAddress = 1
  }

  /// The next address of the node's own range, 10.40.0.0/13 cut into pieces of 256.
  func nextAddress() -> UInt32 {
    lastAddress = lastAddress >= 254 ? 2 : lastAddress + 1
    return 10 << 24 | 40 << 16 &+ UInt32(facts.index) << 8 | lastAddress
  }
}

extension World {
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
}
