import Cluster
import Document

extension BuiltIn {
  /// What runs, of several kinds, each object by its own kind's rules. It is no resource of the server: the rows are
  /// read from the lists of those kinds.
  static let workloads: BuiltIn = {
    var kind = Kind(
      id: "workloads", name: "Workload", short: ["wk"], role: .other, abilities: .document, children: .ofRow)
    kind.columns = [
      Column("KIND", priority: 8), Column("STATUS", .status, priority: 10),
      Column("READY", .number, priority: 9), .labels,
    ]
    return BuiltIn(asTable: kind)
  }()

  /// Whose objects are workloads. Pods and Jobs are only where nothing else made them.
  static let workloadKinds: [BuiltIn] = [deployments, statefulSets, daemonSets, cronJobs, jobs, pods]

  /// Writes an object of this kind as a row of the table of workloads.
  var workloadDecoder: RowDecoder? {
    guard let decoder, let columns = kind.columns else { return nil }
    let (kind, ready) = (kind, WorkloadReady(columns))
    let isPart = kind.role == .instance || kind.id == BuiltIn.jobs.kind.id
    let status = isPart ? columns.cell(titled: "STATUS") : nil
    return RowDecoder { object, row in
      // It may have stood for itself before somebody adopted it.
      if isPart, BuiltIn.hasMaker(object) { return decoder.remove(object, &row) }
      var own = RowWriter()
      decoder.write(object, &own)
      own.takeBatch().eachRow { from, _ in
        row.begin(
          uid: from.uidBytes, namespace: from.namespaceBytes, name: from.nameBytes, created: from.created)
        row.cell(kind.name)
        if let status { row.cell(from.cell(status)) } else { row.cell(BuiltIn.word(for: from.tone)) }
        row.cell(ready.text(from))
        row.setDrill("\(kind.id) \(from.drill)")
        row.setLabels(from.labelBytes)
        row.setOwner(from.ownerUID.utf8)
        row.setReason(from.markedReason)
        row.tone = from.tone
        row.end()
      }
    } remove: { object, row in
      decoder.remove(object, &row)
    }
  }

  /// A pod that a node runs of its own accord is nobody's.
  private static func hasMaker(_ object: JSONSlice) -> Bool {
    object["metadata"]?["ownerReferences"].elements.contains { !$0["kind"].has("Node") } ?? false
  }

  /// k9s's words for workloads, and what it has none for.
  private static func word(for tone: Tone) -> StaticString {
    switch tone {
    case .good: "OK"
    case .starting: "Progressing"
    case .pending, .bad: "DEGRADED"
    case .ending: "Terminating"
    case .done: "Idle"
    case .unknown: "Unknown"
    }
  }
}

/// How much of a workload is there, as the cells of its own kind tell it.
private struct WorkloadReady {
  private let ready: Int?
  private let desired: Int?

  init(_ columns: [Column]) {
    ready = columns.cell(titled: "READY", "COMPLETIONS", "ACTIVE")
    desired = columns.cell(titled: "DESIRED")
  }

  func text(_ row: Row) -> String {
    guard let ready else { return "" }
    return desired.map { "\(row.cell(ready))/\(row.cell($0))" } ?? row.cell(ready)
  }
}
