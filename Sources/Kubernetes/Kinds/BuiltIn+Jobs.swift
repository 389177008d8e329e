import Cluster
import Document

extension BuiltIn {
  static let jobs = BuiltIn(
    Kind(
      id: "batch/v1/jobs", name: "Job", role: .workload, abilities: .job,
      children: .selected("v1/pods")),
    [
      Cell("STATUS", .status, ["status.conditions", "metadata.deletionTimestamp"]) { fields, row in
        row.cell(jobStatus(StatusConditions(fields[0]), isDeleted: fields[1].isPresent))
      }.priority(9),
      Cell("COMPLETIONS", .number, ["status.succeeded", "spec.completions", "spec.parallelism"]) {
        fields, row in
        row.append(decimal: fields[0].count)
        row.append("/" as StaticString)
        row.append(decimal: fields[1]?.int ?? 1)
        if fields[1]?.int == nil, fields[2].count > 1 { row.append(" of \(fields[2].count)") }
        row.endCell()
      }.priority(8),
      Cell("DURATION", .age, ["status.startTime", "status.completionTime", "status.conditions"]) {
        fields, row in
        // A failed job has no completion time: it ended when it was found to have failed.
        let failed = StatusConditions(fields[2]).holding("Failed")?.since
        guard let start = fields[0]?.epochSeconds else { return row.cell(fixed: "") }
        guard let end = fields[1]?.epochSeconds ?? failed else { return row.cell(moment: start) }
        row.cell(fixed: Age.text(seconds: end - start))
      }.priority(6),
      .ratio("FAILED", "status.failed", of: "spec.backoffLimit", standard: 6).priority(4),
      .computed("DEADLINE", "spec.activeDeadlineSeconds") { fields in
        fields[0]?.int.map { Age.text(seconds: Int64($0)) } ?? "<none>"
      }.wide,
    ] + Cell.template("spec.template") + [.selector("SELECTOR", "spec.selector").wide],
    drill: .selector("spec.selector"),
    health: .reading("status", "spec.backoffLimit") { fields in
      let conditions = StatusConditions(fields[0]?["conditions"])
      let failures = fields[0]?["failed"].count ?? 0
      if let failed = conditions.holding("Failed") ?? conditions.holding("FailureTarget") {
        return Health(
          .bad,
          "failed\(failed.ago): \(failed.text) (\(failed.reason))"
            + (failures == 0 ? "" : ", \(pods(failures)) failed"))
      }
      if conditions.holding("Complete") != nil { return Health(.done) }
      if let suspended = conditions.holding("Suspended") {
        return Health(.pending, "suspended\(suspended.lasting)")
      }
      if failures > 0 {
        return Health(
          .pending, "\(pods(failures)) failed so far, it gives up after \(fields[1]?.int ?? 6) retries")
      }
      return .good
    })

  private static func pods(_ count: Int) -> String { count == 1 ? "1 pod" : "\(count) pods" }

  private static func jobStatus(_ conditions: StatusConditions, isDeleted: Bool) -> StaticString {
    if conditions.holding("Complete") != nil { return "Complete" }
    if conditions.holding("Failed") != nil { return "Failed" }
    if isDeleted { return "Terminating" }
    if conditions.holding("Suspended") != nil { return "Suspended" }
    return conditions.holding("FailureTarget") != nil ? "FailureTarget" : "Running"
  }
}
