import Cluster
import Document

extension BuiltIn {
  /// The containers of one pod, each a row. It is no resource of the server: the rows are read from the pod.
  static let containers: BuiltIn = {
    var kind = Kind(
      id: "containers", name: "Container", short: ["co"], role: .container, abilities: [.logs, .exec],
      children: .log)
    kind.columns = [
      Column("IDX", priority: 4), Column("IMAGE", priority: 5), Column("READY", priority: 8),
      Column("STATE", .status, priority: 10), Column("RESTARTS", .number, priority: 8),
      Column("LAST EXIT", priority: 6),
    ]
    // A pod's containers share its network.
    kind.columns! += Column.usage.filter { !["RECEIVED/S", "SENT/S"].contains($0.title) }
    kind.columns! += [
      Column("PROBES(L:R:S)", priority: 3), Column("PORTS", priority: 2),
      Column("CPU/R:L", priority: 1), Column("MEM/R:L", priority: 1), Column("PULL POLICY", wide: true),
    ]
    kind.canList = false
    // Init containers, then main ones in the order of the pod.
    kind.sortColumn = "IDX"
    return BuiltIn(
      kind,
      decoder: RowDecoder { object, row in
        let pod = PodBytes(object)
        for container in ContainerRow.all(pod) { container.write(&row) }
      } remove: { object, row in
        let pod = PodBytes(object)
        for container in ContainerRow.all(pod) { container.remove(&row) }
      })
  }()
}

/// One container of a pod.
private struct ContainerRow {
  let pod: PodBytes
  /// "M1": the first of the main ones; I are init containers, S sidecars, E ephemeral ones.
  let index: String
  let spec: JSONSlice
  let status: ContainerStatus?

  static func all(_ pod: PodBytes) -> [ContainerRow] {
    let lists: [(PodBytes.Field, PodBytes.Field, String)] = [
      (.initContainers, .initStatuses, "I"), (.containers, .statuses, "M"),
      (.ephemeralContainers, .ephemeralStatuses, "E"),
    ]
    return lists.flatMap { specs, statuses, letter in
      let known = pod[statuses].elements.map(ContainerStatus.init)
      return pod[specs].elements.enumerated().compactMap { offset, spec -> ContainerRow? in
        guard let name = spec["name"]?.rawString, !name.isEmpty else { return nil }
        let isSidecar = specs == .initContainers && PodBytes.isSidecar(spec)
        let status = known.first { $0.name?.rawString?.elementsEqual(name) ?? false }
        return ContainerRow(
          pod: pod, index: "\(isSidecar ? "S" : letter)\(offset + 1)", spec: spec, status: status)
      }
    }
  }

  private func begin(_ row: inout RowWriter, created: Int64 = 0) {
    row.begin(
      uid: "\(pod.metadata.uid.line)/\(spec["name"].line)", namespace: pod.metadata.namespace.line,
      name: spec["name"].line, created: created)
  }

  func remove(_ row: inout RowWriter) {
    begin(&row)
    row.endRemoved()
  }

  func write(_ row: inout RowWriter) {
    begin(&row, created: started ?? 0)
    row.cell(index)
    row.cell(spec["image"])
    row.cell(status?.isReady == true ? "true" : "false" as StaticString)
    row.cell(state)
    row.cell(status?.restarts ?? 0)
    row.cell(lastExit)
    row.cell(probes)
    row.cell(ports)
    row.cell(amounts("cpu"))
    row.cell(amounts("memory"))
    row.cell(spec["imagePullPolicy"])
    row.setDrill(spec["name"].line)
    if let uid = pod.metadata.uid?.rawString { row.setOwner(uid) }
    let health = self.health
    row.tone = health.tone
    if !health.reason.isEmpty { row.setReason(health.reason) }
    row.end()
  }

  /// When the run that is, or was the last, began.
  private var started: Int64? {
    switch status?.state {
    case .running(let running): running["startedAt"]?.epochSeconds
    case .terminated(let end): end.started
    default: nil
    }
  }

  private var state: String {
    switch status?.state {
    case .running: "Running"
    case .waiting(let waiting): waiting["reason"].isPresent ? waiting["reason"].line : "Waiting"
    case .terminated(let end):
      end.reason?.line ?? (end.signal != 0 ? "Signal:\(end.signal)" : "ExitCode:\(end.exitCode)")
    case .some(.none), nil: "Waiting"
    }
  }

  /// How it last ended: "OOMKilled 137", "Error 143 SIGTERM".
  private var lastExit: String {
    guard let end = status?.termination ?? status?.last else { return "" }
    // A shell and the container runtimes report a deadly signal as 128 + its number.
    let number = end.signal != 0 ? end.signal : (129..<160).contains(end.exitCode) ? end.exitCode - 128 : 0
    let signal = number == 0 || end.reason.has("OOMKilled") ? "" : " \(Signal.name(number))"
    return (end.reason.map { "\($0.line) " } ?? "") + "\(end.exitCode)\(signal)"
  }

  private var probes: String {
    let probes: [StaticString] = ["livenessProbe", "readinessProbe", "startupProbe"]
    return probes.map { spec[$0] == nil ? "off" : "on" }.joined(separator: ":")
  }

  private var ports: String {
    spec["ports"].elements.map { port in
      let name = port["name"].isPresent ? "\(port["name"].line):" : ""
      let kind = port["protocol"].has("TCP") || port["protocol"] == nil ? "" : "/\(port["protocol"].line)"
      return "\(name)\(port["containerPort"].count)\(kind)"
    }.joined(separator: ",")
  }

  /// What it asks for and what it may use: "10m:200m".
  private func amounts(_ resource: StaticString) -> String {
    let asked = spec["resources"]?["requests"]?[resource]
    let limit = spec["resources"]?["limits"]?[resource]
    return "\(asked?.plainText ?? "-"):\(limit?.plainText ?? "-")"
  }

  private var isInit: Bool { index.hasPrefix("I") }

  private var health: Health {
    guard let status else { return podHealth }
    let restarts = ["Never", "OnFailure"].contains(pod[.restartPolicy].line)
    if let end = status.termination, end.exitCode == 0, isInit || pod.isOver || restarts {
      return Health(.done)
    }
    let story = ContainerStory(
      status: status, spec: spec, staysEnded: pod.isOver || pod[.restartPolicy].has("Never"),
      readinessChanged: pod.conditions.failing("ContainersReady")?.since)
    // Init and ephemeral containers are never ready.
    let neverReady = isInit || index.hasPrefix("E")
    if status.isRunning, status.isReady || neverReady {
      return Health(isInit ? .starting : .good, story.history)
    }
    let health = story.health
    return health.reason.isEmpty ? podHealth : health
  }

  /// What keeps the pod from starting its containers.
  private var podHealth: Health {
    var health = PodHealth(pod: pod, status: PodStatus(pod)).health
    if health.tone == .bad { health.tone = .starting }
    return health
  }
}
