import Cluster
import Document

extension BuiltIn {
  static let nodes = nodes(nil)

  /// - Parameter pods: adds up their pods; nil where nobody looked.
  static func nodes(_ pods: PodTally?) -> BuiltIn {
    let count: @Sendable (Fields) -> PodCount? = { pods?["/\($0[0].line)"] }
    return BuiltIn(
      Kind(
        id: "v1/nodes", name: "Node", short: ["no"], namespaced: false, role: .node, abilities: .node,
        children: .fields("v1/pods")),
      [
        Cell("STATUS", .status, ["status.conditions", "spec.unschedulable"]) { fields, row in
          let ready = StatusConditions(fields[0])["Ready"]
          row.append(ready.map { $0.isTrue ? "Ready" : "NotReady" } ?? "Unknown" as StaticString)
          if fields[1]?.bool == true { row.append(",SchedulingDisabled" as StaticString) }
          row.endCell()
        }.priority(9),
        .computed("ROLES", "metadata.labels") { nodeRoles($0[0]) }.priority(7),
        .count("TAINTS", "spec.taints").priority(5),
        .text("VERSION", "status.nodeInfo.kubeletVersion").priority(6),
        Cell("PODS", .number, ["metadata.name"]) { $1.cell(count($0)?.pods) }.priority(5),
        .measured("CPU", .cpu).priority(6), .measured("%CPU", .cpuOfLimit).priority(6),
        .measured("MEM", .memory).priority(6), .measured("%MEM", .memoryOfLimit).priority(6),
        .measured("CPU TREND", .cpuTrend).priority(3), .measured("MEM TREND", .memoryTrend).priority(2),
        .measured("RECEIVED/S", .received).wide, .measured("SENT/S", .sent).wide,
        Cell("%CPU REQ", .number, ["metadata.name", "status.allocatable.cpu"]) { fields, row in
          row.cell(share(count(fields).map { Double($0.milliCPU) / 1_000 }, of: fields[1]))
        }.priority(5),
        Cell("%MEM REQ", .number, ["metadata.name", "status.allocatable.memory"]) { fields, row in
          row.cell(share(count(fields).map { Double($0.memory) }, of: fields[1]))
        }.priority(5),
        .number("CPU/A", "status.allocatable.cpu", or: "").priority(4),
        Cell("MEM/A", .number, ["status.allocatable.memory"]) { $1.cell(Amount.bytes($0[0])) }.priority(4),
        .number("PODS/A", "status.allocatable.pods", or: "").priority(3),
        .computed("INTERNAL-IP", "status.addresses") { address("InternalIP", $0[0]) }.wide,
        .computed("EXTERNAL-IP", "status.addresses") { address("ExternalIP", $0[0]) }.wide,
        .text("OS-IMAGE", "status.nodeInfo.osImage", or: "<unknown>").wide,
        .text("KERNEL-VERSION", "status.nodeInfo.kernelVersion", or: "<unknown>").wide,
        .text("CONTAINER-RUNTIME", "status.nodeInfo.containerRuntimeVersion", or: "<unknown>").wide,
        .text("ARCH", "status.nodeInfo.architecture").wide,
        .computed("PRESSURE", "status.conditions") { fields in
          let all = StatusConditions(fields[0]).all.filter { $0.type != "Ready" && $0.isTrue }
          return all.isEmpty ? "<none>" : all.map(\.type).joined(separator: ",")
        }.wide,
      ],
      drill: Drill("metadata.name") { "spec.nodeName=\($0[0].line)" },
      health: .reading("status.conditions", "spec.unschedulable", "spec.taints") { fields in
        nodeHealth(StatusConditions(fields[0]), isCordoned: fields[1]?.bool == true, taints: fields[2])
      })
  }

  /// What pods ask for, in per cent of what the node can give; nil where one of them is not known.
  private static func share(_ asked: Double?, of allocatable: JSONSlice?) -> Int? {
    guard let asked, let whole = Quantity(allocatable.line)?.double, whole > 0 else { return nil }
    return Int(max(0, min(99_999, asked / whole * 100)))
  }

  private static func nodeHealth(_ conditions: StatusConditions, isCordoned: Bool, taints: JSONSlice?)
    -> Health
  {
    var reasons: [String] = []
    var tone = Tone.good
    let ready = conditions["Ready"]
    if ready?.isTrue != true {
      tone = .bad
      reasons.append(
        ready.map { "not ready\($0.lasting): \(Trim.end($0.text)) (\($0.reason))" } ?? "it never reported")
    }
    // Ready aside, a node's conditions are complaints.
    for condition in conditions.all where condition.type != "Ready" && condition.isTrue {
      if tone == .good { tone = .pending }
      reasons.append("\(condition.type)\(condition.lasting): \(condition.text)")
    }
    if isCordoned {
      if tone == .good { tone = .pending }
      let since = taints.elements.first { $0["key"].has("node.kubernetes.io/unschedulable") }?["timeAdded"]
      let lasting = since?.epochSeconds.map { " for " + Moment.lasting(since: $0) } ?? ""
      reasons.append("cordoned\(lasting): no new pods are put here")
    }
    return Health(tone, reasons.joined(separator: "; "))
  }

  private static func nodeRoles(_ labels: JSONSlice?) -> String {
    let prefix = "node-role.kubernetes.io/"
    var roles: Set<String> = []
    labels?.eachMember { rawKey, value in
      let key = String(decoding: rawKey, as: UTF8.self)
      if key.hasPrefix(prefix), key.utf8.count > prefix.utf8.count {
        roles.insert(String(key.dropFirst(prefix.count)))
      }
      if key == "kubernetes.io/role", !value.line.isEmpty { roles.insert(value.line) }
    }
    return roles.isEmpty ? "<none>" : roles.sorted().joined(separator: ",")
  }

  private static func address(_ type: StaticString, _ addresses: JSONSlice?) -> String {
    addresses.elements.first { $0["type"].has(type) }?["address"].line ?? "<none>"
  }
}

/// Amounts of cpu and memory as a person reads them.
enum Amount {
  /// "24581692Ki" as "23.4Gi".
  static func bytes(_ amount: JSONSlice?) -> String {
    let text = amount.line
    guard let bytes = Quantity(text)?.double, bytes >= 1024 else { return text }
    let units = ["Ki", "Mi", "Gi", "Ti", "Pi"]
    var value = bytes
    var unit = -1
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let tenths = Int64((value * 10).rounded())
    return tenths % 10 == 0 || value >= 100
      ? "\(tenths / 10)\(units[unit])" : "\(tenths / 10).\(tenths % 10)\(units[unit])"
  }
}
