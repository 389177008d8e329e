/// Spec and status of one version of a pod, as the values that its text is made of.
final class PodBody: Sendable {
  let state: PodState
  init(_ state: PodState) { self.state = state }
}

/// What is a pod's own: where it runs and how it is doing.
struct PodState: Sendable {
  enum Phase: String, Sendable {
    case pending = "Pending"
    case running = "Running"
    case succeeded = "Succeeded"
    case failed = "Failed"
  }

  struct Condition: Hashable, Sendable {
    var isTrue: Bool
    var since: Int64

    /// Sets the condition; its time moves only when it changes.
    mutating func set(_ isTrue: Bool, at time: Int64) {
      if isTrue != self.isTrue { self = Condition(isTrue: isTrue, since: time) }
    }
  }

  /// What throws a pod off its node.
  struct Disruption: Hashable, Sendable {
    let reason, message: String
    var since: Int64 = 0

    static let byTaint = Disruption(
      reason: "DeletionByTaintManager", message: "Taint manager: deleting due to NoExecute taint")
    static let byEviction = Disruption(
      reason: "EvictionByEvictionAPI", message: "Eviction API: evicting")
    static let byScheduler = Disruption(
      reason: "PreemptionByScheduler",
      message: "default-scheduler: preempting to accommodate a higher priority pod")
  }

  let template: PodTemplate
  /// The random end of the name of its token volume.
  let tokenSuffix: String
  var node: NodeFacts?
  /// Four bytes of an IPv4 address; 0 before there is one.
  var address: UInt32 = 0
  var phase = Phase.pending
  /// Of the pod as a whole: evicted, past its deadline.
  var reason, message: String?
  var scheduled: Condition?
  /// Why no node takes it.
  var unschedulable: String?
  /// The node on which room is being made for it.
  var nominated: NodeFacts?
  /// Known from when the kubelet has seen the pod.
  var started: Int64?
  var sandbox, initialized, ready, containersReady: Condition?
  var initContainers: [ContainerState]
  var containers: [ContainerState]
  /// Why it is thrown off its node.
  var disruption: Disruption?
  /// When the kubelet wrote last.
  var reported: Int64 = 0

  init(_ template: PodTemplate, tokenSuffix: String) {
    self.template = template
    self.tokenSuffix = tokenSuffix
    initContainers = template.initContainers.map { _ in ContainerState() }
    containers = template.containers.map { _ in ContainerState() }
  }

  var isReady: Bool { ready?.isTrue ?? false }
  var isOver: Bool { phase == .succeeded || phase == .failed }

  /// Sets what follows from the containers: the readiness of the pod.
  mutating func updateReadiness(at time: Int64) {
    let sidecars = zip(initContainers, template.initContainers).filter(\.1.isSidecar)
    let isReady = !isOver && containers.allSatisfy(\.isReady) && sidecars.allSatisfy(\.0.isReady)
    ready?.set(isReady, at: time)
    containersReady?.set(isReady, at: time)
    reported = time
  }

  /// Its own address, or its node's when it shares that one's network.
  var addressText: String? {
    if template.hasHostNetwork { return sandbox?.isTrue == true ? node?.address : nil }
    if address == 0 { return nil }
    return "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
  }
}

/// The node's part in a pod's text.
final class NodeFacts: Sendable {
  let name, address: String
  let index: Int
  init(name: String, address: String, index: Int) {
    self.name = name
    self.address = address
    self.index = index
  }
}

/// One container of a pod.
struct ContainerState: Sendable {
  enum State: Sendable {
    case waiting(reason: String, message: String?)
    case running(since: Int64)
    case ended(Ending)
  }

  var state = State.waiting(reason: "ContainerCreating", message: nil)
  var last: Ending?
  var isReady = false
  var hasStarted = false
  var restarts = 0
  /// Runs in a row that ended soon: what the back-off grows with.
  var crashes = 0
  /// Which container this is, out of all that ever ran; 0 before the first.
  var id: UInt64 = 0

  var ending: Ending? { if case .ended(let ending) = state { ending } else { nil } }
  var runningSince: Int64? { if case .running(let since) = state { since } else { nil } }
}

/// How a run of a container ended.
final class Ending: Sendable {
  let exitCode: Int
  let reason: String
  let message: String?
  let startedAt: Int64
  /// To the nanosecond, for the sake of its log; the object says the second.
  let finished: Moment
  let id: UInt64

  var finishedAt: Int64 { finished.seconds }

  init(
    exitCode: Int, reason: String, message: String? = nil, startedAt: Int64, finished: Moment, id: UInt64
  ) {
    self.exitCode = exitCode
    self.reason = reason
    self.message = message
    self.startedAt = startedAt
    self.finished = finished
    self.id = id
  }
}

extension PodBody {
  /// The value of a field that pods can be selected by; nil for others.
  func field(_ name: String) -> String? {
    switch name {
    case "spec.nodeName": state.node?.name ?? ""
    case "spec.restartPolicy": state.template.restartPolicy
    case "spec.schedulerName": "default-scheduler"
    case "spec.serviceAccountName": state.template.serviceAccount
    case "spec.hostNetwork": state.template.hasHostNetwork ? "true" : "false"
    case "status.phase": state.phase.rawValue
    case "status.podIP": state.addressText ?? ""
    case "status.nominatedNodeName": state.nominated?.name ?? ""
    default: nil
    }
  }
}
