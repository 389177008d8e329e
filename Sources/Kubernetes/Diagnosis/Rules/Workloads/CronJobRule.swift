import Cluster
import Document

extension Rule {
  /// Schedules that are not kept: suspended, missed, not understood, or kept by runs that pile up.
  ///
  /// pkg/controller/cronjob/cronjob_controllerv2.go and utils.go (more than 100 missed times: it warns, and goes on with the last).
  static let cronJob = Rule(
    "cronjob", "suspended, missed or unreadable schedules, bad time zones, runs that pile up",
    of: ["batch/v1/cronjobs"]
  ) { subject in
    if subject.isEnding { return [] }
    let trouble = CronJobTrouble(subject)
    if subject.spec["suspend"].bool == true { return [trouble.suspended()].compactMap { $0 } }
    if let unreadable = trouble.unreadable() { return [unreadable] }
    return [trouble.pilingUp(), trouble.overrun() ?? trouble.missed()].compactMap { $0 }
  }
}

private struct CronJobTrouble {
  /// A pause over an evening's maintenance is not forgotten yet.
  static let suspendedSeconds: Int64 = 3_600
  /// The controller is late by seconds at most; a leader change costs it half a minute.
  static let lateSeconds: Int64 = 120
  /// Two runs at once happen when one is slow for once.
  static let pile = 3

  let subject: Case
  private let schedule: CronSchedule?
  private let zone: TimeZoneRules?

  init(_ subject: Case) {
    self.subject = subject
    schedule = CronSchedule(subject.spec["schedule"].string ?? "")
    zone = TimeZoneRules.named(subject.spec["timeZone"].string ?? "")
  }

  private var schedules: Evidence {
    let name = subject.spec["timeZone"].line
    return Evidence(
      .field("spec.schedule"), subject.spec["schedule"].line + (name.isEmpty ? "" : " in \(name)"))
  }
  private var lastRun: Int64? { subject.status["lastScheduleTime"].seconds }

  /// The first moment after its last run.
  private func due() -> Int64? {
    guard let zone, let from = lastRun ?? (subject.created > 0 ? subject.created : nil) else { return nil }
    return schedule?.next(after: from, in: zone)
  }

  func suspended() -> Finding? {
    guard let lastRun, let due = due(), subject.hasLasted(Self.suspendedSeconds, since: due) else {
      return nil
    }
    return Finding(
      "cronjob-suspended", of: subject.ref, key: "cronjob-suspended",
      "suspended: it last ran \(Moment.mark(lastRun))", .notice, since: due,
      .hopeless("a suspended schedule makes no jobs until somebody resumes it")
    ).with(
      Evidence(.field("spec.suspend"), "true"),
      Evidence(
        .field("status.lastScheduleTime"), "the first run that was left out: \(Moment.mark(due))", at: lastRun
      ),
      schedules
    ).offering(Offer("resume the schedule", .change(Change(.unsuspend, subject.ref))))
  }

  /// What the server let pass and its controller can't read.
  func unreadable() -> Finding? {
    guard schedule == nil || zone == nil else { return nil }
    let reasons = ["UnknownTimeZone", "InvalidSchedule", "UnparseableSchedule"]
    let event = subject.events().first { reasons.contains($0.reason) }
    let name = subject.spec["timeZone"].line
    // The zone may be known to the controller and not here.
    if schedule != nil, event == nil { return nil }
    let isZone = event.map { $0.reason == "UnknownTimeZone" } ?? false
    let headline =
      isZone ? "time zone \(name) is unknown" : "schedule \"\(subject.spec["schedule"].line)\" cannot be read"
    return Finding(
      isZone ? "cronjob-time-zone" : "cronjob-schedule", of: subject.ref, headline, since: event?.first,
      .hopeless("the controller makes no jobs until it is corrected")
    ).with(event?.evidence, schedules).offering(Offer("edit it", .view(.yaml(subject.ref))))
  }

  func pilingUp() -> Finding? {
    let active = subject.status["active"].array.count
    guard active >= Self.pile, (subject.spec["concurrencyPolicy"].string ?? "Allow") == "Allow" else {
      return nil
    }
    let starts = jobs().map(\.since)
    guard let oldest = starts.min(), let interval = interval(after: oldest), subject.now - oldest > interval
    else {
      return nil
    }
    let causes = causes(of: active, interval)
    return Finding(
      "cronjob-pile-up", of: subject.ref, key: "cronjob-pile-up",
      "\(active) runs at once: each takes longer than the \(Lapse.words(interval)) to the next", .error,
      since: oldest + interval, .hopeless("every run that takes longer than that adds one more")
    ).with(
      Evidence(
        .field("status.active"), "\(active) jobs, the oldest runs for \(Moment.lasting(since: oldest))",
        at: oldest),
      Evidence(.field("spec.concurrencyPolicy"), "Allow: a run does not wait for the one before"), schedules
    ).with(causes).offering(
      Offer("suspend the schedule", .change(Change(.suspend, subject.ref))),
      Offer(
        "let a run wait for the one before",
        .command(
          "kubectl -n \(subject.ref.namespace) patch cronjob \(subject.ref.name) -p "
            + "'{\"spec\":{\"concurrencyPolicy\":\"Forbid\"}}'")))
  }

  private func causes(of active: Int, _ interval: Int64) -> [Evidence] {
    let durations = subject.owned("batch/v1/jobs").compactMap { fact -> Int64? in
      let status = fact.object["status"]
      guard let start = status["startTime"].seconds, let end = status["completionTime"].seconds else {
        return nil
      }
      return end - start
    }
    guard let longest = durations.max() else { return [] }
    return [Evidence(.reckoned("how long its finished runs took"), "up to \(Lapse.words(longest))")]
  }

  /// Under Forbid a run that goes on keeps the next ones away.
  func overrun() -> Finding? {
    guard subject.spec["concurrencyPolicy"].string == "Forbid", let zone, let schedule,
      let job = jobs().min(by: { $0.since < $1.since }),
      let next = schedule.next(after: max(job.since, lastRun ?? 0), in: zone),
      let second = schedule.next(after: next, in: zone),
      subject.hasLasted(Self.lateSeconds, since: second)
    else { return nil }
    return Finding(
      "cronjob-overrun", of: subject.ref, key: "cronjob-overrun",
      "run \(job.ref.name) goes on for \(Moment.lasting(since: job.since)) and keeps the next ones away",
      .warning,
      since: next, .unclear("the next run starts when this one ends")
    ).with(Evidence(.field("spec.concurrencyPolicy"), "Forbid"), schedules).offering(
      Offer("look at the run", .view(.why(job.ref))))
  }

  func missed() -> Finding? {
    guard let due = due(), subject.hasLasted(Self.lateSeconds, since: due), let zone, let schedule else {
      return nil
    }
    // While a run goes on under Forbid, leaving one out is what was asked for.
    if subject.spec["concurrencyPolicy"].string == "Forbid", !subject.status["active"].array.isEmpty {
      return nil
    }
    let events = subject.events()
    let reasons = ["FailedCreate", "TooManyMissedTimes", "MissSchedule", "FailedNeedsStart", "FailedGet"]
    let event = events.first { reasons.contains($0.reason) }
    if subject.isWaiting { return nil }
    if event?.reason == "FailedCreate", let event {
      let refusal = CreationRefusal(event.message)
      let words = CreationWords(refusal, subject, since: event.first)
      return Finding(
        words.rule, of: subject.ref, key: words.key, words.headline, since: due, words.verdict
      ).with(event.evidence, schedules).causedBy(words.cause)
    }
    var (count, next) = (1, due)
    while count < 100, let later = schedule.next(after: next, in: zone), later <= subject.now {
      (count, next) = (count + 1, later)
    }
    let number = count == 100 ? "100 or more" : "\(count)"
    return Finding(
      "cronjob-missed", of: subject.ref, key: "cronjob-missed",
      "\(number) run\(count == 1 ? "" : "s") missed since \(Moment.mark(due))", .warning, since: due,
      .unclear(
        event?.reason == "TooManyMissedTimes"
          ? "set startingDeadlineSeconds, or the controller counts all missed times at each look"
          : "its controller makes no job of its schedule and does not say why")
    ).with(event?.evidence).with(
      Evidence(
        .field("status.lastScheduleTime"),
        lastRun.map { "its last run: \(Moment.mark($0))" } ?? "it never ran",
        at: lastRun), schedules)
  }

  private struct Run {
    var ref: ObjectRef
    var since: Int64
  }

  /// Its jobs that go on.
  private func jobs() -> [Run] {
    let active = Set(subject.status["active"].array.compactMap { $0["uid"].string })
    return subject.owned("batch/v1/jobs").filter { active.contains($0.ref.uid) }.map { fact in
      Run(ref: fact.ref, since: fact.object["status"]["startTime"].seconds ?? fact.created)
    }
  }

  private func interval(after moment: Int64) -> Int64? {
    guard let zone, let first = schedule?.next(after: moment, in: zone),
      let second = schedule?.next(after: first, in: zone)
    else { return nil }
    return second - first
  }
}
