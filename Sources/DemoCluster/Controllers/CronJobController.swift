import Document

/// One look at a CronJob: makes a Job whenever its schedule says so, and keeps a few that are over.
struct CronJobController {
  let world: World
  let key: ObjectKey
  let object: Object
  let spec: JSON

  init?(_ key: ObjectKey, _ world: World) {
    guard let object = world.store[.cronJobs][key], let spec = object.json("spec") else { return nil }
    self.world = world
    self.key = key
    self.object = object
    self.spec = spec
  }

  private var owner: Owner {
    Owner(apiVersion: "batch/v1", kind: "CronJob", name: key.name, uid: object.meta.uid)
  }

  private struct Child {
    let object: Object
    let status: JobStatus
  }

  /// Its jobs, the oldest first.
  private var jobs: [Child] {
    (world.belongings[object.meta.uid] ?? []).filter { $0.resource == .jobs }
      .compactMap { world.store[.jobs][$0.key] }
      .map { Child(object: $0, status: JobStatus($0.json("status") ?? [:])) }
      .sorted {
        ($0.object.meta.created, $0.object.meta.name) < ($1.object.meta.created, $1.object.meta.name)
      }
  }

  func reconcile() {
    if object.meta.deletion != nil { return }
    var status = CronJobStatus(object.json("status") ?? [:])
    settle(&status)
    prune(isComplete: true, keeping: spec["successfulJobsHistoryLimit"].int ?? 3)
    prune(isComplete: false, keeping: spec["failedJobsHistoryLimit"].int ?? 1)
    if spec["suspend"].bool != true { keepSchedule(&status) }
    guard let now = world.store[.cronJobs][key] else { return }
    world.rewrite(.cronJobs, now, status: status.encoded(key.namespace))
  }

  /// Takes note of jobs that are over.
  private func settle(_ status: inout CronJobStatus) {
    let jobs = jobs
    for entry in status.active {
      guard let job = jobs.first(where: { $0.object.meta.uid.description == entry.uid }) else {
        status.active.removeAll { $0 == entry }
        say(.warning, "MissingJob", "Active job went missing: \(entry.name)")
        continue
      }
      guard job.status.isOver else { continue }
      status.active.removeAll { $0 == entry }
      if job.status.isComplete { status.lastSuccess = job.status.endedAt }
      say(
        .normal, "SawCompletedJob",
        "Saw completed job: \(entry.name), condition: \(job.status.isComplete ? "Complete" : "Failed")")
    }
  }

  private func prune(isComplete: Bool, keeping limit: Int) {
    let all = jobs.filter {
      $0.status.isOver && $0.status.isComplete == isComplete && $0.object.meta.deletion == nil
    }
    for old in all.dropLast(limit) {
      world.delete(.jobs, old.object.meta.key)
      say(.normal, "SuccessfulDelete", "Deleted job \(old.object.meta.name)")
    }
  }

  private func keepSchedule(_ status: inout CronJobStatus) {
    guard let schedule = CronSchedule(spec["schedule"].string ?? "") else {
      say(.warning, "UnparseableSchedule", "unparseable schedule: \(spec["schedule"].text)")
      return
    }
    var due: Moment?
    var from = Moment(seconds: max(status.lastSchedule ?? 0, object.meta.created))
    if let deadline = spec["startingDeadlineSeconds"].int { from = max(from, world.now - Double(deadline)) }
    // Only the last of those that were missed is made up for.
    from = max(from, world.now - 90_000)
    while let next = schedule.next(after: from), next <= world.now {
      due = next
      from = next
    }
    if let due { run(due, &status) }
    if let next = schedule.next(after: world.now) { world.lookAgain(at: next, .cronJob, object) }
  }

  private func run(_ moment: Moment, _ status: inout CronJobStatus) {
    let policy = spec["concurrencyPolicy"].string ?? "Allow"
    if policy == "Forbid", !status.active.isEmpty {
      say(
        .normal, "JobAlreadyActive",
        "Not starting job because prior execution is running and concurrency policy is Forbid")
      return
    }
    if policy == "Replace" {
      for entry in status.active {
        world.delete(.jobs, ObjectKey(namespace: key.namespace, name: entry.name))
        say(.normal, "SuccessfulDelete", "Deleted job \(entry.name)")
      }
      status.active = []
    }
    status.lastSchedule = moment.seconds
    let name = "\(key.name)-\(moment.seconds / 60)"
    if world.store[.jobs][ObjectKey(namespace: key.namespace, name: name)] != nil { return }
    let job = world.makeJob(of: object, spec, at: moment, created: world.now.seconds)
    status.active.append(.init(name: job.meta.name, uid: job.meta.uid.description))
    say(.normal, "SuccessfulCreate", "Created job \(job.meta.name)")
  }

  private func say(_ kind: EventBody.Kind, _ reason: String, _ message: String) {
    world.record(
      kind, reason, message, about: object, as: ("CronJob", "batch/v1"),
      by: .controller("cronjob-controller"))
  }
}

/// The status of a CronJob.
struct CronJobStatus: Hashable {
  struct Entry: Hashable {
    let name, uid: String
  }

  var active: [Entry] = []
  var lastSchedule, lastSuccess: Int64?

  init(_ status: JSON) {
    active = status["active"].array.map { Entry(name: $0["name"].string ?? "", uid: $0["uid"].string ?? "") }
    lastSchedule = status["lastScheduleTime"].string?.epochSeconds
    lastSuccess = status["lastSuccessfulTime"].string?.epochSeconds
  }

  func encoded(_ namespace: String) -> Bytes {
    var out = Bytes()
    out.put("{")
    if !active.isEmpty {
      out.put("\"active\":[")
      for entry in active {
        out.put("{\"kind\":\"Job\",")
        out.put(member: "namespace", namespace)
        out.put(member: "name", entry.name)
        out.put(member: "uid", entry.uid)
        out.put("\"apiVersion\":\"batch/v1\"},")
      }
      out.close("]")
      out.put(",")
    }
    let times: [(StaticString, Int64?)] = [
      ("lastScheduleTime", lastSchedule), ("lastSuccessfulTime", lastSuccess),
    ]
    for (key, time) in times {
      guard let time else { continue }
      out.put(key: key)
      out.put(timeSeconds: time)
      out.put(",")
    }
    out.close("}")
    return out
  }
}

extension World {
  /// The Job of a moment of a CronJob's schedule; its name counts the minutes since 1970.
  func makeJob(of cronJob: Object, _ spec: JSON, at moment: Moment, created: Int64) -> Object {
    var meta = Meta(
      name: "\(cronJob.meta.name)-\(moment.seconds / 60)", namespace: cronJob.meta.namespace,
      uid: dice.uid(), created: created)
    meta.generation = 1
    meta.labels = PodTemplate.pairs(spec["jobTemplate"]["metadata"]["labels"])
    meta.annotations =
      (PodTemplate.pairs(spec["jobTemplate"]["metadata"]["annotations"])
      + [Pair("batch.kubernetes.io/cronjob-scheduled-timestamp", World.timestamp(moment.seconds))])
      .sorted { $0.key < $1.key }
    meta.owners = [
      Owner(apiVersion: "batch/v1", kind: "CronJob", name: cronJob.meta.name, uid: cronJob.meta.uid)
    ]
    let (full, body) = World.completed(job: meta, spec["jobTemplate"]["spec"])
    return make(.jobs, full, ["spec": body, "status": [:]])
  }

  /// Puts one look at a certain moment on the agenda, however often it is asked for.
  func lookAgain(at moment: Moment, _ controller: Controller, _ object: Object) {
    if lookouts[object.meta.uid] == moment { return }
    lookouts[object.meta.uid] = moment
    let key = object.meta.key
    at(moment) { world in
      if world.lookouts[object.meta.uid] == moment { world.lookouts[object.meta.uid] = nil }
      world.enqueue(controller, key)
    }
  }
}
