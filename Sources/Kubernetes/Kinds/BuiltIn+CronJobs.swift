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
      .moment("LAST SUCCESS", "status.lastSuccessfulTime").priority(4),
      .imageNames("IMAGE", "spec.jobTemplate.spec.template").priority(1),
    ] + Cell.template("spec.jobTemplate.spec.template")
      + [.selector("SELECTOR", "spec.jobTemplate.spec.selector").wide],
    health: .reading("spec.suspend") { fields in
      fields[0]?.bool == true ? Health(.done, "suspended: it starts no jobs") : .good
    })
}
