import Cluster
import Document

extension BuiltIn {
  static let pods: BuiltIn = {
    var kind = Kind(
      id: "v1/pods", name: "Pod", short: ["po"], role: .instance, abilities: .pod,
      children: .containers)
    kind.columns = [
      Column("READY", .number, priority: 9), Column("STATUS", .status, priority: 10),
      Column("RESTARTS", .number, priority: 8), Column("LAST RESTART", .age, priority: 4),
    ]
    kind.columns! += Column.usage
    kind.columns! += [
      Column("CPU/R:L", wide: true), Column("MEM/R:L", wide: true),
      Column("IP", priority: 2), Column("NODE", priority: 3),
      Column("SERVICE-ACCOUNT", wide: true), Column("NOMINATED NODE", wide: true),
      Column("READINESS GATES", wide: true), Column("QOS", wide: true), .labels,
    ]
    return BuiltIn(kind, decoder: RowDecoder(write: writePod))
  }()

  private static let writePod: @Sendable (JSONSlice, inout RowWriter) -> Void = { object, row in
    let pod = PodBytes(object)
    guard pod.metadata.begin(&row) else { return }
    let status = PodStatus(pod)
    row.cell(ratio: status.ready, of: status.total)
    row.cell(status.word)
    row.cell(status.restarts)
    row.cell(moment: status.restarts > 0 ? status.lastRestart : nil)
    row.cell(PodAmounts(pod, "cpu").text)
    row.cell(PodAmounts(pod, "memory").text)
    row.cell(podIP(pod), or: "<none>")
    row.cell(pod[.nodeName], or: "<none>")
    row.cell(pod[.serviceAccount])
    row.cell(pod[.nominatedNode], or: "<none>")
    writeReadinessGates(pod, &row)
    row.cell(pod[.qosClass])
    let health = PodHealth(pod: pod, status: status).health
    row.tone = health.tone
    if !health.reason.isEmpty { row.setReason(health.reason) }
    pod.metadata.end(&row)
  }

  private static func podIP(_ pod: PodBytes) -> JSONSlice? {
    pod[.podIP].isPresent ? pod[.podIP] : pod[.podIPs].elements.first?["ip"]
  }

  private static func writeReadinessGates(_ pod: PodBytes, _ row: inout RowWriter) {
    let gates = pod[.readinessGates].elements
    if gates.isEmpty { return row.cell("<none>" as StaticString) }
    let met = Set(pod.conditions.all.filter(\.isTrue).map(\.type))
    row.cell(ratio: gates.count { met.contains($0["conditionType"].line) }, of: gates.count)
  }
}

extension Column {
  /// What pods and containers use, beside what they asked for and may use (the columns CPU/R:L and MEM/R:L).
  static let usage = [
    Column("CPU", .measure(.cpu), priority: 6), Column("%CPU/R", .measure(.cpuOfRequest), priority: 1),
    Column("%CPU/L", .measure(.cpuOfLimit), priority: 3), Column("MEM", .measure(.memory), priority: 6),
    Column("%MEM/R", .measure(.memoryOfRequest), priority: 1),
    Column("%MEM/L", .measure(.memoryOfLimit), priority: 5),
    Column("CPU TREND", .measure(.cpuTrend), priority: 3),
    Column("MEM TREND", .measure(.memoryTrend), wide: true, priority: 3),
    Column("THROTTLED", .measure(.throttled), wide: true),
    Column("RECEIVED/S", .measure(.received), wide: true), Column("SENT/S", .measure(.sent), wide: true),
  ]
}
