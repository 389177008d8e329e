import Cluster
import Document

extension Rule {
  /// Jobs that gave up, run over their time, are held back, or try again.
  ///
  /// batch/v1 JobStatus; pkg/controller/job/job_controller.go.
  static let job = Rule(
    "job", "backoff limits, deadlines, failure policies, suspended jobs, retries", of: ["batch/v1/jobs"]
  ) { subject in
    if subject.isEnding { return [] }
    if subject.conditions.holding("Complete") != nil { return [] }
    let trouble = JobTrouble(subject)
    return [trouble.isOver ? trouble.failed() : trouble.retrying(), trouble.suspended()].compactMap { $0 }
  }
}

private struct JobTrouble {
  /// What failed longer ago than that is a leftover that nobody has deleted.
  static let freshSeconds: Int64 = 86_400
  static let suspendedSeconds: Int64 = 3_600

  let subject: Case
  init(_ subject: Case) { self.subject = subject }

  private var isScheduled: Bool { subject.owner?.kind == "batch/v1/cronjobs" }

  private var failure: Conditions.Condition? {
    subject.conditions.holding("Failed") ?? subject.conditions.holding("FailureTarget")
  }
  var isOver: Bool { failure != nil }

  func failed() -> Finding? {
    guard let condition = failure else { return nil }
    let since = condition.since
    if let since, hasSucceeded(after: since) { return nil }
    let isFresh = since.map { subject.now - $0 < Self.freshSeconds } ?? true
    if isFresh, let since { subject.review(at: since + Self.freshSeconds) }
    let exit = lastExit()
    let (rule, headline) = words(condition, exit)
    return Finding(
      rule, of: subject.ref, key: rule, headline.shortened(to: 110), isFresh ? .error : .notice, since: since,
      .hopeless(
        isScheduled
          ? "this run is over; the next comes by the schedule"
          : "a failed job is never tried again: it has to be made anew")
    ).with(condition.evidence).with(exit?.evidence)
  }

  private func words(_ condition: Conditions.Condition, _ exit: Exit?) -> (rule: String, headline: String) {
    let limit = subject.spec["backoffLimit"].int32 ?? 6
    let failures = max(subject.status["failed"].int32 ?? 0, 1)
    let how = exit.map { " with \($0.words)" } ?? ""
    switch condition.reason {
    case "BackoffLimitExceeded":
      return ("job-failed", "failed \(failures.of("time"))\(how), gave up (backoffLimit \(limit))")
    case "DeadlineExceeded":
      let seconds = Int64(subject.spec["activeDeadlineSeconds"].int32 ?? 0)
      return ("job-deadline", "took longer than its deadline of \(Lapse.words(seconds)) and was stopped")
    case "PodFailurePolicy":
      let rule = condition.message.part(after: "rule at index ", before: "").map { " (rule \($0))" } ?? ""
      let code = condition.message.part(after: "failed with exit code ", before: " ")
      return (
        "job-failure-policy",
        "stopped by its failure policy\(rule)" + (code.map { " at exit code \($0)" } ?? how)
      )
    case "FailedIndexes", "MaxFailedIndexesExceeded":
      let indexes = subject.status["failedIndexes"].line
      return ("job-indexes", "failed for index \(indexes.isEmpty ? "?" : indexes)\(how)")
    default: return ("job-failed", "failed: \(condition.text)")
    }
  }

  /// Fails now and then, and is tried again.
  func retrying() -> Finding? {
    let failures = subject.status["failed"].int32 ?? 0
    guard failures > 0, subject.spec["suspend"].bool != true else { return nil }
    let exit = lastExit()
    let limit = subject.spec["backoffLimit"].int32 ?? 6
    let isIndexed = !subject.spec["backoffLimitPerIndex"].isNull
    let left = max(0, limit + 1 - failures)
    let how = exit.map { " with \($0.words)" } ?? ""
    return Finding(
      "job-retrying", of: subject.ref, key: "job-retrying",
      "failed \(failures.of("time"))\(how), is tried again", .warning, since: exit?.evidence.at,
      .heals(
        isIndexed
          ? "each index is tried again on its own"
          : "it is tried \(left.of("time")) more (backoffLimit \(limit))")
    ).with(exit?.evidence, Evidence(.field("status.failed"), "\(failures)"))
  }

  func suspended() -> Finding? {
    guard subject.spec["suspend"].bool == true, let condition = subject.conditions.holding("Suspended"),
      subject.hasLasted(Self.suspendedSeconds, since: condition.since)
    else { return nil }
    let queue = subject.labels["kueue.x-k8s.io/queue-name"].line
    return Finding(
      "job-suspended", of: subject.ref, key: "job-suspended",
      queue.isEmpty ? "suspended: it does not run" : "waits in queue \(queue) to be admitted", .notice,
      since: condition.since,
      queue.isEmpty
        ? .hopeless("it runs when somebody resumes it") : .unclear("Kueue resumes it when its queue has room")
    ).with(condition.evidence).offering(
      queue.isEmpty ? Offer("let it run", .change(Change(.unsuspend, subject.ref))) : nil)
  }

  /// Whether a later run of the same schedule went well.
  private func hasSucceeded(after moment: Int64) -> Bool {
    guard isScheduled, let owner = subject.owner,
      let last = subject.fact("batch/v1/cronjobs", owner.name)?.object["status"]["lastSuccessfulTime"].seconds
    else { return false }
    return last > moment
  }

  private struct Exit {
    var words: String
    var evidence: Evidence
  }

  /// How the last of its pods that failed ended.
  private func lastExit() -> Exit? {
    var last: (code: Int, reason: String, container: String, at: Int64, pod: ObjectRef)?
    for fact in subject.owned("v1/pods") {
      let status = fact.object["status"]
      for container in status["initContainerStatuses"].array + status["containerStatuses"].array {
        for state in [container["state"]["terminated"], container["lastState"]["terminated"]] {
          let code = state["exitCode"].int32 ?? 0
          let at = state["finishedAt"].seconds ?? 0
          guard code != 0, at >= last?.at ?? 0 else { continue }
          last = (code, state["reason"].line, container["name"].line, at, fact.ref)
        }
      }
    }
    guard let last else { return nil }
    let words = last.reason == "OOMKilled" ? "OOMKilled (exit \(last.code))" : "exit \(last.code)"
    return Exit(
      words: words,
      evidence: Evidence(
        .exit(last.container), "\(last.code)\(last.reason.isEmpty ? "" : " (\(last.reason))")",
        at: last.at > 0 ? last.at : nil, in: last.pod))
  }
}
