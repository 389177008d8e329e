import Cluster
import Document

/// One container of a pod under examination: what is asked for and what became of it.
struct ContainerCase {
  enum Role {
    case regular
    /// Runs to its end before the others start.
    case initial
    /// An init container that goes on beside the others.
    case sidecar
    case ephemeral
  }

  let name: String
  let role: Role
  let spec: JSON
  /// null before the kubelet has told of it.
  let status: JSON
  /// The first specific message since it was last well.
  let remembered: CauseMemory.Entry?
  private let path: String

  static func all(of subject: Case) -> [ContainerCase] {
    let lists: [(specs: String, statuses: String, role: Role)] = [
      ("initContainers", "initContainerStatuses", .initial), ("containers", "containerStatuses", .regular),
      ("ephemeralContainers", "ephemeralContainerStatuses", .ephemeral),
    ]
    return lists.flatMap { list in
      let statuses = subject.status[list.statuses].array
      return subject.spec[list.specs].array.compactMap { spec -> ContainerCase? in
        guard let name = spec["name"].string else { return nil }
        let isSidecar = list.role == .initial && spec["restartPolicy"].string == "Always"
        return ContainerCase(
          name: name, role: isSidecar ? .sidecar : list.role, spec: spec,
          status: statuses.first { $0["name"].string == name } ?? .null,
          remembered: subject.remembered(name), path: "spec.\(list.specs)[\(name)]")
      }
    }
  }

  var image: String { spec["image"].line }
  var restarts: Int { status["restartCount"].smallCount ?? 0 }
  var isReady: Bool { status["ready"].bool ?? false }
  var hasStarted: Bool { status["started"].bool ?? false }
  var isRunning: Bool { !status["state"]["running"].isNull }
  /// Since when it runs, seconds since 1970.
  var runningSince: Int64? { status["state"]["running"]["startedAt"].seconds }
  /// Why it waits: "ImagePullBackOff"; empty while it does not.
  var waitingReason: String { status["state"]["waiting"]["reason"].line }
  var waitingMessage: String { status["state"]["waiting"]["message"].line }
  /// How its last run ended: of now when it is not running, else of the run before; nil when none has ended.
  var end: End? {
    let state = status["state"]["terminated"]
    return End(state.isNull ? status["lastState"]["terminated"] : state)
  }

  /// Whether its last run has ended and none goes on.
  var hasEnded: Bool { !status["state"]["terminated"].isNull }
  /// "spec.containers[api]"
  var field: String { path }
  /// "container api", "init container wait", "sidecar proxy"
  var title: String {
    switch role {
    case .regular: "container \(name)"
    case .initial: "init container \(name)"
    case .sidecar: "sidecar \(name)"
    case .ephemeral: "debug container \(name)"
    }
  }

  /// How a run ended.
  struct End {
    let json: JSON
    init?(_ json: JSON) {
      if json.isNull { return nil }
      self.json = json
    }
    var exitCode: Int { json["exitCode"].int ?? 0 }
    var signal: Int { json["signal"].int ?? 0 }
    var reason: String { json["reason"].line }
    var message: String { json["message"].line }
    /// Seconds since 1970; nil when it never began: the kubelet writes 1970 then.
    var started: Int64? { json["startedAt"].seconds.flatMap { $0 > 0 ? $0 : nil } }
    var finished: Int64? { json["finishedAt"].seconds.flatMap { $0 > 0 ? $0 : nil } }
  }
}
