import Document

/// A ResourceQuota: what the pods of a namespace ask for together.
final class QuotaState: PodSelection, Reconciler {
  let selector = LabelSelector(matching: [])
  private let meta: Meta
  private let hard: JSON
  private var used = Usage()
  private var written: Usage?
  var isQueued = false
  let patienceSeconds = 0.5

  private struct Usage: Hashable {
    var pods = 0
    var milliCPU = 0
    var bytes = 0
    var limitBytes = 0

    /// Pods that are over take no part of a quota.
    mutating func add(_ pod: Object?, _ sign: Int) {
      guard let pod, case .pod(let body) = pod.body, !body.state.isOver else { return }
      let template = body.state.template
      pods += sign
      milliCPU += sign * template.milliCPU
      bytes += sign * template.memoryBytes
      limitBytes += sign * template.containers.reduce(0) { $0 + $1.memoryLimitBytes }
    }
  }

  init(_ meta: Meta, hard: JSON) {
    self.meta = meta
    self.hard = hard
  }

  func podChanged(_ before: Object?, _ after: Object?, _ world: World) {
    used.add(before, -1)
    used.add(after, 1)
    world.enqueue(self)
  }

  func reconcile(_ world: World) {
    if used != written { write(world) }
  }

  func write(_ world: World) {
    written = used
    let amounts: JSON = [
      "limits.memory": .string(Amount.text(bytes: used.limitBytes)), "pods": .string("\(used.pods)"),
      "requests.cpu": .string(Amount.text(milliCPU: used.milliCPU)),
      "requests.memory": .string(Amount.text(bytes: used.bytes)),
    ]
    let spec: JSON = ["hard": hard]
    let status: JSON = ["hard": hard, "used": amounts]
    world.put(
      StoreKey("resourcequotas"), meta,
      .members([
        Object.Member(key: "spec", value: spec.encoded()),
        Object.Member(key: "status", value: status.encoded()),
      ]))
  }
}
