import Document

/// A CronJob: makes a Job whenever its schedule says so.
final class CronJobState {
  let key: ObjectKey
  let uid: UID
  var meta: Meta
  private let spec: JSON
  private let schedule: CronSchedule?
  private(set) var active: [JobState] = []
  /// Jobs that are over, the oldest first.
  var finished: [(job: JobState, isComplete: Bool)] = []
  var lastSchedule, lastSuccess: Int64?

  init(_ meta: Meta, spec: JSON, _ world: World) {
    self.meta = meta
    self.spec = spec
    key = meta.key
    uid = meta.uid
    schedule = CronSchedule(spec["schedule"].string ?? "")
  }

  private var owner: Owner { Owner(apiVersion: "batch/v1", kind: "CronJob", name: key.name, uid: uid) }

  /// Puts the next run on the agenda.
  func begin(_ world: World) {
    guard spec["suspend"].bool != true, let next = schedule?.next(after: world.now) else { return }
    world.at(next) { [weak self] world in
      self?.run(world)
      self?.begin(world)
    }
  }

  /// The moments of the schedule that have passed.
  func runs(since start: Moment, _ world: World) -> [Moment] {
    var moments: [Moment] = []
    var at = start
    while let next = schedule?.next(after: at), next < world.now {
      moments.append(next)
      at = next
    }
    return moments
  }

  private func run(_ world: World) {
    if spec["concurrencyPolicy"].string == "Forbid", !active.isEmpty {
      say(
        "JobAlreadyActive",
        "Not starting job because prior execution is running and concurrency policy is Forbid", world)
      return
    }
    let job = make(world, at: world.now)
    active.append(job)
    job.write(world)
    lastSchedule = world.now.seconds
    write(world)
    say("SuccessfulCreate", "Created job \(job.key.name)", world)
    world.enqueue(job)
  }

  /// The Job of a moment; its name counts the minutes since 1970.
  func make(_ world: World, at moment: Moment) -> JobState {
    var meta = Meta(
      name: "\(key.name)-\(moment.seconds / 60)", namespace: key.namespace, uid: world.dice.uid(),
      created: moment.seconds)
    meta.generation = 1
    meta.owners = [owner]
    meta.annotations = [
      Pair("batch.kubernetes.io/cronjob-scheduled-timestamp", World.timestamp(moment.seconds))
    ]
    meta.managers = [
      FieldManager(
        name: "kube-controller-manager", apiVersion: "batch/v1", time: moment.seconds,
        fields: ManagedFields.encoded(["spec": spec["jobTemplate"]["spec"]]))
    ]
    let job = JobState(meta, spec: spec["jobTemplate"]["spec"], world)
    job.cronJob = self
    return job
  }

  func jobEnded(_ job: JobState, isComplete: Bool, _ world: World) {
    active.removeAll { $0 === job }
    finished.append((job, isComplete))
    if isComplete { lastSuccess = world.now.seconds }
    say(
      "SawCompletedJob",
      "Saw completed job: \(job.key.name), condition: \(isComplete ? "Complete" : "Failed")", world)
    write(world)
    prune(isComplete: true, keeping: spec["successfulJobsHistoryLimit"].int ?? 3, world)
    prune(isComplete: false, keeping: spec["failedJobsHistoryLimit"].int ?? 1, world)
  }

  private func prune(isComplete: Bool, keeping limit: Int, _ world: World) {
    let all = finished.filter { $0.isComplete == isComplete }
    for old in all.dropLast(limit) {
      finished.removeAll { $0.job === old.job }
      old.job.delete(world)
      say("SuccessfulDelete", "Deleted job \(old.job.key.name)", world)
    }
  }

  private func say(_ reason: String, _ message: String, _ world: World) {
    guard let object = world.store[.cronJobs][key] else { return }
    world.record(
      .normal, reason, message, about: object, as: ("CronJob", "batch/v1"),
      by: .controller("cronjob-controller"))
  }

  func write(_ world: World) {
    var status = Bytes()
    status.put("{")
    if !active.isEmpty {
      status.put("\"active\":[")
      for job in active {
        status.put("{\"kind\":\"Job\",")
        status.put(member: "namespace", job.key.namespace)
        status.put(member: "name", job.key.name)
        status.put(member: "uid", job.uid.description)
        status.put("\"apiVersion\":\"batch/v1\"},")
      }
      status.close("]")
      status.put(",")
    }
    let times: [(StaticString, Int64?)] = [
      ("lastScheduleTime", lastSchedule), ("lastSuccessfulTime", lastSuccess),
    ]
    for (key, time) in times {
      guard let time else { continue }
      status.put(key: key)
      status.put(timeSeconds: time)
      status.put(",")
    }
    status.close("}")
    meta.touch(manager: "kube-controller-manager", subresource: "status", time: world.now.seconds)
    world.put(
      .cronJobs, meta,
      .members([
        Object.Member(key: "spec", value: spec.encoded()), Object.Member(key: "status", value: status),
      ]))
  }
}

extension World {
  static func timestamp(_ seconds: Int64) -> String {
    var text = Bytes()
    text.put(timeSeconds: seconds)
    return String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
  }
}

/// The five fields of crontab(5): numbers, ranges, lists, `*` and steps; no names.
struct CronSchedule: Sendable {
  /// Minute, hour, day of the month, month, day of the week (0 is Sunday).
  private let fields: [Set<Int>]
  private let isDayFree, isWeekdayFree: Bool

  init?(_ text: String) {
    let parts = text.split(separator: " ")
    let ranges = [0...59, 0...23, 1...31, 1...12, 0...6]
    guard parts.count == ranges.count else { return nil }
    var fields: [Set<Int>] = []
    for (part, range) in zip(parts, ranges) {
      guard let field = CronSchedule.field(part, range) else { return nil }
      fields.append(field)
    }
    self.fields = fields
    isDayFree = parts[2] == "*"
    isWeekdayFree = parts[4] == "*"
  }

  private static func field(_ text: Substring, _ range: ClosedRange<Int>) -> Set<Int>? {
    var found: Set<Int> = []
    for item in text.split(separator: ",") {
      let halves = item.split(separator: "/")
      guard let body = halves.first, halves.count <= 2 else { return nil }
      let step = halves.count == 2 ? Int(halves[1]) ?? 0 : 1
      let ends =
        body == "*"
        ? [range.lowerBound, range.upperBound] : body.split(separator: "-").compactMap { Int($0) }
      guard step > 0, let first = ends.first, let last = ends.last, first <= last else { return nil }
      let end = halves.count == 2 && ends.count == 1 ? range.upperBound : last
      found.formUnion(stride(from: first, through: end, by: step))
    }
    return found.allSatisfy(range.contains) ? found : nil
  }

  /// The first minute after a moment that fits, within a year.
  func next(after moment: Moment) -> Moment? {
    var minute = moment.seconds / 60 + 1
    let end = minute + 366 * 1_440
    while minute < end {
      let date = CalendarDate(epochSeconds: minute * 60)
      if !fields[3].contains(date.month) || !isDay(date) {
        minute += Int64(1_440 - date.hour * 60 - date.minute)
      } else if !fields[1].contains(date.hour) {
        minute += Int64(60 - date.minute)
      } else if !fields[0].contains(date.minute) {
        minute += 1
      } else {
        return Moment(seconds: minute * 60)
      }
    }
    return nil
  }

  /// When both a day of the month and one of the week are named, either will do.
  private func isDay(_ date: CalendarDate) -> Bool {
    let fits = (fields[2].contains(date.day), fields[4].contains(date.weekday))
    return isDayFree || isWeekdayFree ? fits.0 && fits.1 : fits.0 || fits.1
  }
}
