import Cluster
import Document

/// How far a pod has come, so that each rule about pods speaks only where its stage is.
enum PodStage: Equatable {
  /// No node has been found for it yet.
  case unscheduled
  /// On a node that is silent or gone: nothing is heard of its containers any more.
  case lost
  /// Given to a node, where its volumes and its network are being made.
  case creating
  /// Its containers have been taken up.
  case live
  /// It is being deleted.
  case ending
  /// All has ended, well or not.
  case over

  static func of(_ subject: Case) -> PodStage {
    if subject.isEnding { return .ending }
    if subject.phase == "Succeeded" || subject.phase == "Failed" { return .over }
    if isOnLostNode(subject) { return .lost }
    if subject.node.isEmpty { return .unscheduled }
    let hasBegun = subject.containers.contains { container in
      container.isRunning || container.end != nil || !earlyReasons.contains(container.waitingReason)
    }
    return hasBegun ? .live : .creating
  }

  /// What the kubelet writes before a container's turn has come.
  private static let earlyReasons: Set<String> = ["", "ContainerCreating", "PodInitializing"]

  /// The node controller marks the pods of a silent node as not ready without a reason and leaves what the kubelet
  /// last said of the containers (pkg/controller/nodelifecycle).
  static func isOnLostNode(_ subject: Case) -> Bool {
    if subject.phase == "Unknown" || subject.podReason == "NodeLost" { return true }
    guard !subject.node.isEmpty, let ready = subject.conditions["Ready"], !ready.isTrue else { return false }
    if ready.reason.isEmpty, subject.conditions.holding("ContainersReady") != nil { return true }
    guard let fact = subject.fact("v1/nodes", subject.node, in: "") else { return false }
    let health = Conditions(subject.outline(ofNode: fact).conditions)["Ready"]
    return health?.json["status"].string == "Unknown"
  }
}

extension Case {
  /// The node a pod was given to; empty before.
  var node: String { spec["nodeName"].line }
  var phase: String { status["phase"].line }
  /// "Evicted", "DeadlineExceeded": why the whole pod is in its phase.
  var podReason: String { status["reason"].line }
  var restartPolicy: String { spec["restartPolicy"].string ?? "Always" }

  /// Whether the states of its containers tell what is wrong: not when the whole pod was ended from outside.
  var judgesContainers: Bool {
    switch stage {
    case .live, .creating: true
    case .over: phase == "Failed" && podReason.isEmpty && conditions.holding("DisruptionTarget") == nil
    case .unscheduled, .lost, .ending: false
    }
  }

  /// The warnings about one container, or about the whole pod where they name none; the newest first.
  func warnings(about container: ContainerCase) -> [EventFact] {
    events().filter { $0.container == container.name || $0.container.isEmpty }
  }

  /// "container api " before a sentence about one of several containers, nothing where there is only one.
  func naming(_ container: ContainerCase) -> String {
    let regular = containers.count { $0.role == .regular }
    return container.role == .regular && regular == 1 ? "" : "\(container.title): "
  }
}
