import Document

/// One look at a Job: runs pods until enough of them end well, or too many do not.
struct JobController {
  let world: World
  let key: ObjectKey
  let object: Object
  let spec: JSON
  private let tally: JobTally

  init?(_ key: ObjectKey, _ world: World) {
    guard let found = world.store[.jobs][key], found.json("spec") != nil else { return nil }
    let object = world.completed(job: found)
    let spec = object.json("spec") ?? [:]
    self.world = world
    self.key = key
    self.object = object
    self.spec = spec
    tally = JobTally(spec, world.family(object.meta.uid).pods(world))
  }

  private var owner: Owner {
    Owner(apiVersion: "batch/v1", kind: "Job", name: key.name, uid: object.meta.uid)
  }
  private var template: PodTemplate {
    let cacheKey = SpecReadings.TemplateKey(owner: object.meta.uid, hash: "")
    if let known = world.readings.templates[cacheKey] { return known }
    let made = PodTemplate(PodTemplate.clean(spec["template"]), images: world.images)
    world.readings.templates[cacheKey] = made
    return made
  }

  func reconcile() {
    var status = JobStatus(object.json("status") ?? [:])
    if object.meta.deletion == nil {
      if status.isOver {
        expire(status)
      } else if spec["suspend"].bool == true {
        suspend(&status)
      } else {
        work(&status)
      }
    }
    status.counts = JobTally(spec, world.family(object.meta.uid).pods(world))
    guard let now = world.store[.jobs][key] else { return }
    world.rewrite(.jobs, now, status: status.encoded())
  }

  /// A finished job goes when its time is over.
  private func expire(_ status: JobStatus) {
    guard let ttl = spec["ttlSecondsAfterFinished"].int, let ended = status.endedAt else { return }
    let due = Moment(seconds: ended + Int64(ttl))
    if due <= world.now { world.delete(.jobs, key) } else { world.enqueue(.job, key, at: due) }
  }

  private func suspend(_ status: inout JobStatus) {
    for pod in tally.active { world.delete(pod.handle) }
    if status.conditions["Suspended"]?.status == "True" { return }
    status.conditions.set("Suspended", "True", "JobSuspended", "Job suspended", at: world.now.seconds)
    status.started = nil
    say(.normal, "Suspended", "Job suspended")
  }

  private func work(_ status: inout JobStatus) {
    let time = world.now.seconds
    if status.conditions["Suspended"]?.status == "True" {
      status.conditions.set("Suspended", "False", "JobResumed", "Job resumed", at: time)
      say(.normal, "Resumed", "Job resumed")
      status.started = time
    }
    if status.started == nil { status.started = max(object.meta.created, time) }
    if let failure = failure(status) {
      fail(failure.reason, failure.message, &status)
    } else if tally.isComplete {
      for pod in tally.active { world.delete(pod.handle) }
      status.finish(
        isComplete: true, "CompletionsReached", "Reached expected number of succeeded pods", at: time)
      say(.normal, "Completed", "Job completed")
      expire(status)
    } else {
      makePods()
    }
  }

  /// Why the job cannot go on.
  private func failure(_ status: JobStatus) -> (reason: String, message: String)? {
    let limit = spec["backoffLimit"].int ?? 6
    let isOnFailure = template.restartPolicy == "OnFailure"
    if tally.failed.count > limit || (isOnFailure && tally.restarts > 0 && tally.restarts >= max(1, limit)) {
      return ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
    }
    if let deadline = spec["activeDeadlineSeconds"].int, let started = status.started {
      let due = Moment(seconds: started + Int64(deadline))
      if world.now >= due { return ("DeadlineExceeded", "Job was active longer than specified deadline") }
      world.enqueue(.job, key, at: due)
    }
    return nil
  }

  private func fail(_ reason: String, _ message: String, _ status: inout JobStatus) {
    for pod in tally.active {
      say(.normal, "SuccessfulDelete", "Deleted pod: \(pod.name)")
      world.delete(pod.handle)
    }
    status.finish(isComplete: false, reason, message, at: world.now.seconds)
    say(.warning, reason, message)
    expire(status)
  }

  private func makePods() {
    let parallelism = spec["parallelism"].int ?? 1
    let surplus = tally.active.count - parallelism
    if surplus > 0 {
      for pod in ReplicaSetController.ranked(tally.active).prefix(surplus) { world.delete(pod.handle) }
      return
    }
    // After a failure the next try waits, longer each time.
    if let last = tally.lastFailure {
      let delay = min(600, 10 * Double(1 << min(tally.failed.count - 1, 6)))
      if last + delay > world.now {
        world.enqueue(.job, key, at: last + delay)
        return
      }
    }
    for index in tally.missing(parallelism: parallelism) { create(index) }
  }

  private func create(_ index: Int?) {
    let middle = index.map { "-\($0)" } ?? ""
    let name = "\(key.name)\(middle)-\(world.dice.suffix())"
    do throws(Refusal) {
      try world.createPod(
        name, generateName: "\(key.name)\(middle)-", namespace: key.namespace, template: template,
        owner: owner,
        extraLabels: index.map { [Pair("batch.kubernetes.io/job-completion-index", "\($0)")] } ?? [])
      say(.normal, "SuccessfulCreate", "Created pod: \(name)")
    } catch {
      say(.warning, "FailedCreate", "Error creating: \(error.message)")
      world.enqueue(.job, key, at: world.now + 20)
    }
  }

  private func say(_ kind: EventBody.Kind, _ reason: String, _ message: String) {
    world.record(
      kind, reason, message, about: object, as: ("Job", "batch/v1"), by: .controller("job-controller"))
  }
}

/// The pods of a Job, sorted by how they are doing.
struct JobTally {
  private(set) var active: [FamilyPod] = []
  private(set) var failed: [FamilyPod] = []
  private(set) var succeeded: [FamilyPod] = []
  private(set) var terminating = 0
  private(set) var isIndexed = false
  private(set) var completions: Int?

  init() {}

  init(_ spec: JSON, _ pods: [FamilyPod]) {
    isIndexed = spec["completionMode"].string == "Indexed"
    completions = spec["completions"].int
    for pod in pods {
      switch pod.state.phase {
      case .succeeded: succeeded.append(pod)
      case .failed: failed.append(pod)
      default: if pod.object.meta.deletion == nil { active.append(pod) } else { terminating += 1 }
      }
    }
  }

  static func index(_ pod: FamilyPod) -> Int? {
    pod.object.meta.label("batch.kubernetes.io/job-completion-index").flatMap { Int($0) }
  }

  var ready: Int { active.filter(\.state.isReady).count }
  var restarts: Int { active.reduce(0) { $0 + $1.state.containers.reduce(0) { $0 + $1.restarts } } }
  var completed: Set<Int> { Set(succeeded.compactMap(JobTally.index)) }

  var isComplete: Bool {
    if isIndexed { return completed.count >= completions ?? 1 }
    // A work queue is empty when one worker ended well and none is left.
    guard let completions else { return !succeeded.isEmpty && active.isEmpty }
    return succeeded.count >= completions
  }

  var lastFailure: Moment? {
    failed.compactMap { pod in pod.state.containers.compactMap { $0.ending?.finished }.max() }.max()
  }

  /// What is to be made now: indexes, or nil for each pod that has none.
  func missing(parallelism: Int) -> [Int?] {
    let room = parallelism - active.count
    if room <= 0 { return [] }
    if isIndexed {
      let taken = completed.union(active.compactMap(JobTally.index))
      return (0..<(completions ?? 1)).filter { !taken.contains($0) }.prefix(room).map { $0 }
    }
    guard let completions else { return succeeded.isEmpty ? Array(repeating: nil, count: room) : [] }
    let left = completions - succeeded.count - active.count
    return Array(repeating: nil, count: max(0, min(room, left)))
  }

  /// "0-3,5" as the status says it.
  var completedText: String {
    var parts: [String] = []
    var run: (Int, Int)?
    func close() { if let run { parts.append(run.0 == run.1 ? "\(run.0)" : "\(run.0)-\(run.1)") } }
    for index in completed.sorted() {
      if let open = run, open.1 + 1 == index {
        run = (open.0, index)
      } else {
        close()
        run = (index, index)
      }
    }
    close()
    return parts.joined(separator: ",")
  }
}

/// The status of a Job.
struct JobStatus {
  var conditions: StatusConditions
  var started, completed: Int64?
  var counts = JobTally()

  init(_ status: JSON) {
    conditions = StatusConditions(status)
    started = status["startTime"].string?.epochSeconds
    completed = status["completionTime"].string?.epochSeconds
  }

  var isOver: Bool { isComplete || conditions["Failed"]?.status == "True" }
  var isComplete: Bool { conditions["Complete"]?.status == "True" }
  var endedAt: Int64? {
    (conditions["Complete"] ?? conditions["Failed"])?.since.epochSeconds
  }

  mutating func finish(isComplete: Bool, _ reason: String, _ message: String, at time: Int64) {
    for type in isComplete ? ["SuccessCriteriaMet", "Complete"] : ["FailureTarget", "Failed"] {
      conditions.set(type, "True", reason, message, at: time)
    }
    if isComplete { completed = time }
  }

  func encoded() -> Bytes {
    var out = Bytes()
    out.put("{")
    writeConditions(to: &out)
    let times: [(StaticString, Int64?)] = [("startTime", started), ("completionTime", completed)]
    for (key, time) in times {
      guard let time else { continue }
      out.put(key: key)
      out.put(timeSeconds: time)
      out.put(",")
    }
    let numbers: [(StaticString, Int)] = [
      ("active", counts.active.count), ("succeeded", counts.succeeded.count),
      ("failed", counts.failed.count),
    ]
    for (key, number) in numbers where number > 0 { out.put(member: key, number) }
    out.put(member: "terminating", counts.terminating)
    if counts.isIndexed, !counts.completed.isEmpty {
      out.put(member: "completedIndexes", counts.completedText)
    }
    out.put("\"uncountedTerminatedPods\":{},")
    out.put(member: "ready", counts.ready)
    out.close("}")
    return out
  }

  private func writeConditions(to out: inout Bytes) {
    if conditions.list.isEmpty { return }
    out.put("\"conditions\":[")
    for condition in conditions.list {
      out.put("{")
      out.put(member: "type", condition.type)
      out.put(member: "status", condition.status)
      out.put(member: "lastProbeTime", condition.since)
      out.put(member: "lastTransitionTime", condition.since)
      out.put(member: "reason", condition.reason)
      out.put(member: "message", condition.message)
      out.close("}")
      out.put(",")
    }
    out.close("]")
    out.put(",")
  }
}

extension World {
  /// A Job with the labels and the selector that the API server makes from its UID.
  func completed(job: Object) -> Object {
    guard let spec = job.json("spec"), spec["selector"].isNull else { return job }
    let (meta, body) = World.completed(job: job.meta, spec)
    return store.put(.jobs, meta, job.replacing(["spec": body]), at: now)
  }

  static func completed(job meta: Meta, _ spec: JSON) -> (Meta, JSON) {
    var meta = meta
    let uid = meta.uid.description
    let labels = [
      Pair("batch.kubernetes.io/controller-uid", uid), Pair("batch.kubernetes.io/job-name", meta.name),
      Pair("controller-uid", uid), Pair("job-name", meta.name),
    ]
    var template = spec["template"]
    for pair in labels { template["metadata"]["labels"][pair.key] = .string(pair.value) }
    let own = PodTemplate.pairs(template["metadata"]["labels"])
    let kept = meta.labels.filter { pair in !own.contains { $0.key == pair.key } }
    meta.labels = (kept + own).sorted { $0.key < $1.key }
    var full: JSON = [:]
    for key in ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit"] {
      full[key] = spec[key]
    }
    if spec["parallelism"].isNull { full["parallelism"] = 1 }
    if spec["completions"].isNull && spec["parallelism"].isNull { full["completions"] = 1 }
    if spec["backoffLimit"].isNull { full["backoffLimit"] = 6 }
    full["selector"] = ["matchLabels": ["batch.kubernetes.io/controller-uid": .string(uid)]]
    full["manualSelector"] = false
    full["template"] = template
    full["ttlSecondsAfterFinished"] = spec["ttlSecondsAfterFinished"]
    full["completionMode"] = spec["completionMode"].isNull ? "NonIndexed" : spec["completionMode"]
    full["suspend"] = .bool(spec["suspend"].bool ?? false)
    full["podReplacementPolicy"] = "TerminatingOrFailed"
    return (meta, .object(JSONObject(full.members.filter { !$0.value.isNull })))
  }
}
