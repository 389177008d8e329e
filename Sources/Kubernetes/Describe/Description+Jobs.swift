import Cluster
import Document

extension Description {
  static let job = Description(write: JobDescription.writeJob)
  static let cronJob = Description(write: JobDescription.writeCronJob)
}

enum JobDescription {
  static func writeJob(_ job: Subject, to page: inout PageWriter) {
    let spec = job.spec
    let status = job.status
    page.name(job)
    page.field("Selector", Marked(SelectorText.query(spec["selector"])))
    page.labelsAndAnnotations(job.metadata)
    page.field("Controlled By", ifPresent: job.controller)
    page.field("Parallelism", ifPresent: spec["parallelism"])
    page.field("Completions", spec["completions"].marked.or(.unset))
    page.field("Completion Mode", ifPresent: spec["completionMode"])
    page.field("Suspend", ifPresent: spec["suspend"])
    page.field("Backoff Limit", ifPresent: spec["backoffLimit"])
    page.field("TTL Seconds After Finished", ifPresent: spec["ttlSecondsAfterFinished"])
    writeTimes(job, to: &page)
    if let seconds = spec["activeDeadlineSeconds"].int {
      page.field("Active Deadline Seconds", "\(seconds)s")
    }
    page.field("Pods Statuses", podCounts(status))
    if spec["completionMode"].string == "Indexed" {
      page.field("Completed Indexes", Marked(capped(status["completedIndexes"].words)).or(.none))
    }
    PodTemplate.write(spec["template"], of: job, to: &page)
  }

  private static func writeTimes(_ job: Subject, to page: inout PageWriter) {
    let start = job.status["startTime"]
    let end = job.status["completionTime"]
    if !start.isNull { page.field("Start Time", job.clock.date(start)) }
    if !end.isNull { page.field("Completed At", job.clock.date(end)) }
    if let from = Timestamp(start.words), let to = Timestamp(end.words) {
      page.field("Duration", Marked(Age.text(seconds: to.seconds - from.seconds)))
    }
  }

  private static func podCounts(_ status: JSON) -> Marked {
    let ready = status["ready"].int.map { " (\($0) Ready)" } ?? ""
    let failed = status["failed"].count
    let succeeded = status["succeeded"].count
    return "\(status["active"].count) Active\(ready) / "
      + Marked("\(succeeded) Succeeded", succeeded > 0 ? .good : .plain) + " / "
      + Marked("\(failed) Failed", failed > 0 ? .bad : .plain)
  }

  /// Cut at the first comma after 50 characters.
  private static func capped(_ indexes: String) -> String {
    let bytes = Array(indexes.utf8)
    guard bytes.count > 50, let comma = bytes[50...].firstIndex(of: UInt8(ascii: ",")) else { return indexes }
    return String(decoding: bytes[...comma], as: UTF8.self) + "..."
  }

  static func writeCronJob(_ job: Subject, to page: inout PageWriter) {
    let spec = job.spec
    page.name(job)
    page.labelsAndAnnotations(job.metadata)
    page.field("Schedule", spec["schedule"])
    page.field("Concurrency Policy", spec["concurrencyPolicy"])
    let suspend = spec["suspend"].bool
    page.field("Suspend", suspend.map { Marked($0 ? "True" : "False", $0 ? .warning : .plain) } ?? .unset)
    page.field("Time Zone", spec["timeZone"].marked.or(.unset))
    page.field("Successful Job History Limit", spec["successfulJobsHistoryLimit"].marked.or(.unset))
    page.field("Failed Job History Limit", spec["failedJobsHistoryLimit"].marked.or(.unset))
    page.field("Starting Deadline Seconds", spec["startingDeadlineSeconds"].int.map { "\($0)s" } ?? .unset)
    let template = spec["jobTemplate"]["spec"]
    page.field(
      "Selector", template["selector"].isNull ? .unset : Marked(SelectorText.query(template["selector"])))
    page.field("Parallelism", template["parallelism"].marked.or(.unset))
    page.field("Completions", template["completions"].marked.or(.unset))
    if let seconds = template["activeDeadlineSeconds"].int {
      page.field("Active Deadline Seconds", "\(seconds)s")
    }
    PodTemplate.write(template["template"], of: job, to: &page)
    page.field("Last Schedule Time", job.clock.date(job.status["lastScheduleTime"]))
    let active = job.status["active"].array.map { job.link("batch/v1/jobs", $0["name"]) }
    page.field("Active Jobs", active.joined(", ").or(.none))
  }
}
