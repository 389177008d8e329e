import Cluster
import Document

extension BuiltIn {
  static let cronJobs = BuiltIn(
    Kind(
      id: "batch/v1/cronjobs", name: "CronJob", short: ["cj"], role: .workload, abilities: .cronJob,
      children: .owned("batch/v1/jobs")),
    [
      .text("SCHEDULE", "spec.schedule").priority(8),
      .text("TIMEZONE", "spec.timeZone", or: "<none>").priority(3),
      .flag("SUSPEND", "spec.suspend").priority(7),
      .count("ACTIVE", "status.active").priority(6),
      .moment("LAST SCHEDULE", "status.lastScheduleTime").priority(6),
      Cell(
        "NEXT RUN", .age,
        [
          "spec.schedule", "spec.timeZone", "spec.suspend", "status.lastScheduleTime",
          "metadata.creationTimestamp",
        ]
      ) { fields, row in
        guard fields[2]?.bool != true else { return row.cell(fixed: "") }
        row.cell(moment: nextRun(fields))
      }.priority(5),
      .moment("LAST SUCCESS", "status.lastSuccessfulTime").priority(4),
      .imageNames("IMAGE", "spec.jobTemplate.spec.template").priority(1),
    ] + Cell.template("spec.jobTemplate.spec.template")
      + [.selector("SELECTOR", "spec.jobTemplate.spec.selector").wide],
    health: .reading("spec.suspend") { fields in
      fields[0]?.bool == true ? Health(.done, "suspended: it starts no jobs") : .good
    })

  /// The moment after the last run at which the schedule is due: it may have passed. Without a zone the controller
  /// goes by its own clock, which is nearly always UTC.
  private static func nextRun(_ fields: Fields) -> Int64? {
    guard let last = fields[3]?.epochSeconds ?? fields[4]?.epochSeconds,
      let schedule = CronSchedule(fields[0].line), let zone = TimeZoneRules.named(fields[1].line)
    else { return nil }
    return schedule.next(after: last, in: zone)
  }
}
