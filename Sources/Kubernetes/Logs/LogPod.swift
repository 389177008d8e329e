import Document

/// What a pod says about its containers, as far as their logs go.
struct LogPod: Sendable, Hashable {
  /// One container of the pod at one time.
  struct Container: Sendable, Hashable {
    var name: String
    var restarts = 0
    var run = Run.unknown
    /// How the run before this one ended.
    var lastExit: Exit?
    /// It has ended and will not run again.
    var isFinished = false
  }

  enum Run: Sendable, Hashable {
    case unknown
    case waiting(String)
    case running
    case ended(Exit)
  }

  /// How a container ended.
  struct Exit: Sendable, Hashable {
    var code: Int
    var reason: String
    var signal = 0
    /// Nanoseconds since 1970; 0 where it is not known.
    var finishedAt: Int64 = 0

    /// "exit 137, OOMKilled"
    var text: String {
      let how = signal > 0 ? "signal \(signal)" : "exit \(code)"
      return reason.isEmpty ? how : "\(how), \(reason)"
    }
  }

  var name: String
  var uid: String
  /// The UID and the kind of what made it, and where it runs.
  var owner = ""
  var ownerKind = ""
  var node = ""
  /// Being deleted, or over.
  var isLeaving: Bool
  /// "Running"
  var phase: String
  /// Init containers first, ephemeral ones last, as they are declared.
  var containers: [Container]
  var isScheduled: Bool

  /// How it came to its end, by the container that failed first of all: "exit 137, OOMKilled".
  var endText: String? {
    let exits = containers.compactMap { container -> Exit? in
      if case .ended(let exit) = container.run { exit } else { nil }
    }
    let worst = exits.filter { $0.code != 0 || $0.signal > 0 }.min { $0.finishedAt < $1.finishedAt }
    return (worst ?? exits.last)?.text
  }

  subscript(name: String) -> Container? { containers.first { $0.name == name } }

  init(_ pod: JSON) {
    name = pod["metadata"]["name"].string ?? ""
    uid = pod["metadata"]["uid"].string ?? ""
    node = pod["spec"]["nodeName"].string ?? ""
    isScheduled = !node.isEmpty
    containers = []
    phase = pod["status"]["phase"].string ?? ""
    let isOver = phase == "Failed" || phase == "Succeeded"
    isLeaving = isOver || !pod["metadata"]["deletionTimestamp"].isNull
    let owners = pod["metadata"]["ownerReferences"].array
    if let own = owners.first(where: { $0["controller"].bool == true }) ?? owners.first {
      (owner, ownerKind) = (own["uid"].string ?? "", own["kind"].string ?? "")
    }
    let policy = pod["spec"]["restartPolicy"].string ?? "Always"
    add(pod, "initContainers", "initContainerStatuses") { spec, exit in
      // One with its own policy "Always" is a sidecar, which runs beside the others.
      exit.code == 0 && spec["restartPolicy"].string != "Always" || isOver
    }
    add(pod, "containers", "containerStatuses") { _, exit in
      policy == "Never" || policy == "OnFailure" && exit.code == 0 || isOver
    }
    add(pod, "ephemeralContainers", "ephemeralContainerStatuses") { _, _ in true }
  }

  private mutating func add(
    _ pod: JSON, _ specs: String, _ statuses: String, isFinal: (_ spec: JSON, _ exit: Exit) -> Bool
  ) {
    for spec in pod["spec"][specs].array {
      guard let name = spec["name"].string else { continue }
      var container = Container(name: name)
      if let status = pod["status"][statuses].array.last(where: { $0["name"].string == name }) {
        container.restarts = status["restartCount"].int ?? 0
        container.lastExit = Self.exit(status["lastState"]["terminated"])
        container.run = Self.run(status["state"])
        if case .ended(let exit) = container.run { container.isFinished = isFinal(spec, exit) }
      }
      // One that never ran, as of a pod that was evicted.
      if phase == "Failed" || phase == "Succeeded" { container.isFinished = true }
      containers.append(container)
    }
  }

  private static func run(_ state: JSON) -> Run {
    if let exit = exit(state["terminated"]) { return .ended(exit) }
    if !state["running"].isNull { return .running }
    return state["waiting"].isNull ? .unknown : .waiting(state["waiting"]["reason"].string ?? "")
  }

  private static func exit(_ state: JSON) -> Exit? {
    guard !state.isNull else { return nil }
    let finished = state["finishedAt"].string.flatMap { Timestamp($0)?.nanosecondsSinceEpoch }
    return Exit(
      code: state["exitCode"].int ?? 0, reason: state["reason"].string ?? "",
      signal: state["signal"].int ?? 0,
      finishedAt: finished ?? 0)
  }
}
