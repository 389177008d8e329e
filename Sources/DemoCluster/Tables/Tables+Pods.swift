import Document

extension TableDefinition {
  static let pods = TableDefinition([
    .name,
    .text("Ready", "How many of the pod's containers are ready for traffic, of how many."),
    .text("Status", "What the pod's containers are doing, in one word."),
    .text("Restarts", "How often containers were restarted, and how long ago the last time was."),
    .age,
    .wide("IP", "The address of the pod."),
    .wide("Node", "The node that the pod is bound to."),
    .wide("Nominated Node", "The node that may have to be cleared for the pod."),
    .wide("Readiness Gates", "How many of the pod's extra conditions are met."),
  ]) { pod, row in
    let status = row.status
    var summary = PodSummary(spec: row.spec, status: status)
    summary.readContainers(isLeaving: row.metadata?["deletionTimestamp"] != nil)
    row.name()
    row.text("\(summary.ready)/\(summary.total)")
    row.text(summary.word)
    if summary.restarts > 0, let last = summary.lastRestart {
      row.text("\(summary.restarts) (\(HumanDuration.text(seconds: row.now - last)) ago)")
    } else {
      row.text("\(summary.restarts)")
    }
    row.age()
    row.text(status?["podIP"]?.string, or: "<none>")
    row.text(row.spec?["nodeName"]?.string, or: "<none>")
    row.text(status?["nominatedNodeName"]?.string, or: "<none>")
    row.text(readinessGates(row.spec, status))
  }

  private static func readinessGates(_ spec: JSONSlice?, _ status: JSONSlice?) -> String {
    guard let gates = spec?["readinessGates"]?.elements, !gates.isEmpty else { return "<none>" }
    let wanted = Set(gates.compactMap { $0["conditionType"]?.string })
    let met = (status?["conditions"]?.elements ?? []).filter {
      wanted.contains($0["type"]?.string ?? "") && $0["status"]?.isText("True") == true
    }
    return "\(met.count)/\(gates.count)"
  }
}

/// A pod's state in the few words of a row, put together from its containers' as the server does it.
private struct PodSummary {
  let spec, status: JSONSlice?
  var word: String
  var ready = 0
  var total = 0
  var restarts = 0
  /// When the container that stopped last did, in seconds since 1970.
  var lastRestart: Int64?
  private var phase: String

  init(spec: JSONSlice?, status: JSONSlice?) {
    self.spec = spec
    self.status = status
    phase = status?["phase"]?.string ?? ""
    word = status?["reason"]?.string ?? phase
    spec?["containers"]?.eachElement { _ in total += 1 }
  }

  mutating func readContainers(isLeaving: Bool) {
    if isGated { word = "SchedulingGated" }
    let isInitializing = readInitContainers()
    if !isInitializing || status?.hasCondition("Initialized") == true { readMainContainers() }
    guard isLeaving else { return }
    if status?["reason"]?.isText("NodeLost") == true {
      word = "Unknown"
    } else if phase != "Succeeded" && phase != "Failed" {
      word = "Terminating"
    }
  }

  private var isGated: Bool {
    (status?["conditions"]?.elements ?? []).contains {
      $0["type"]?.isText("PodScheduled") == true && $0["reason"]?.isText("SchedulingGated") == true
    }
  }

  /// Says whether one of them is not through yet; that one gives the word.
  private mutating func readInitContainers() -> Bool {
    guard let containers = status?["initContainerStatuses"]?.elements, !containers.isEmpty else {
      return false
    }
    let wanted = spec?["initContainers"]?.elements.count ?? containers.count
    for (index, container) in containers.enumerated() {
      count(container)
      let state = container["state"]
      if let ended = state?["terminated"] {
        if ended["exitCode"]?.int == 0 { continue }
        word = "Init:" + PodSummary.word(terminated: ended)
        return true
      }
      if let reason = state?["waiting"]?["reason"]?.string, !reason.isEmpty, reason != "PodInitializing" {
        word = "Init:" + reason
      } else {
        word = "Init:\(index)/\(wanted)"
      }
      return true
    }
    return false
  }

  private mutating func readMainContainers() {
    restarts = 0
    lastRestart = nil
    var hasRunning = false
    for container in (status?["containerStatuses"]?.elements ?? []).reversed() {
      count(container)
      let state = container["state"]
      if let reason = state?["waiting"]?["reason"]?.string, !reason.isEmpty {
        word = reason
      } else if let ended = state?["terminated"] {
        word = PodSummary.word(terminated: ended)
      } else if state?["running"] != nil, container["ready"]?.bool == true {
        hasRunning = true
        ready += 1
      }
    }
    if word == "Completed", hasRunning {
      word = status?.hasCondition("Ready") == true ? "Running" : "NotReady"
    }
  }

  private mutating func count(_ container: JSONSlice) {
    restarts += container["restartCount"]?.int ?? 0
    guard let ended = container["lastState"]?["terminated"]?["finishedAt"]?.epochSeconds else { return }
    lastRestart = max(lastRestart ?? ended, ended)
  }

  private static func word(terminated ended: JSONSlice) -> String {
    if let reason = ended["reason"]?.string, !reason.isEmpty { return reason }
    if let signal = ended["signal"]?.int, signal != 0 { return "Signal:\(signal)" }
    return "ExitCode:\(ended["exitCode"]?.int ?? 0)"
  }
}
