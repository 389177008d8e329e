import Document

/// One look at a Job: runs pods until enough of them end well, or too many do not.
struct JobController {
  let world: World
  let key: ObjectKey
  let object: Object
  let spec: JSON
  private let isFresh: Bool

  init?(_ key: ObjectKey, _ world: World) {
    guard let found = world.store[.jobs][key], found.json("spec") != nil else { return nil }
    let object = world.completed(job: found)
    self.world = world
    self.key = key
    self.object = object
    spec = object.json("spec") ?? [:]
    isFresh = world.readings.jobs[object.meta.uid] == nil
  }

  private var owner: Owner {
    Owner(apiVersion: "batch/v1", kind: "Job", name: key.name, uid: object.meta.uid)
  }
  private var uid: UID { object.meta.uid }

  /// What the pods are doing now, and what those did that are gone.
  private func tally() -> JobTally {
    let pods = world.family(uid).pods(world)
    world.readings.jobs[uid, default: JobLedger()].note(pods, JobRules(spec), at: world.now)
    return JobTally(spec, pods, world.readings.jobs[uid] ?? JobLedger())
  }

  func reconcile() {
    var status = JobStatus(object.json("status") ?? [:])
    if object.meta.deletion == nil {
      if status.isOver {
        expire(status)
      } else if status.conditions["FailureTarget"] != nil || status.conditions["SuccessCriteriaMet"] != nil {
        conclude(&status)
      } else if spec["suspend"].bool == true {
        suspend(&status)
      } else {
        work(&status)
      }
    }
    let tally = tally()
    // Of a job that was over before there was a ledger, its own numbers are right.
    if !(isFresh && status.isOver) { status.take(tally) }
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
    for pod in tally().active {
      world.readings.jobs[uid]?.release(pod)
      say(.normal, "SuccessfulDelete", "Deleted pod: \(pod.name)")
      world.delete(pod.handle)
    }
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
    let tally = tally()
    if let failure = failure(status, tally) {
      status.conditions.set("FailureTarget", "True", failure.reason, failure.message, at: time)
      for pod in tally.active {
        say(.normal, "SuccessfulDelete", "Deleted pod: \(pod.name)")
        world.delete(pod.handle)
      }
      conclude(&status)
    } else if tally.isComplete {
      for pod in tally.active {
        world.readings.jobs[uid]?.release(pod)
        world.delete(pod.handle)
      }
      status.conditions.set(
        "SuccessCriteriaMet", "True", "CompletionsReached", "Reached expected number of succeeded pods",
        at: time)
      conclude(&status)
    } else {
      makePods(tally)
    }
  }

  /// A job is over when none of its pods runs any more.
  private func conclude(_ status: inout JobStatus) {
    let tally = tally()
    if !tally.active.isEmpty || tally.terminating > 0 { return }
    if let met = status.conditions["SuccessCriteriaMet"] {
      status.finish(isComplete: true, met.reason, met.message, at: world.now.seconds)
      say(.normal, "Completed", "Job completed")
    } else if let target = status.conditions["FailureTarget"] {
      status.finish(isComplete: false, target.reason, target.message, at: world.now.seconds)
      say(.warning, target.reason, target.message)
    }
    expire(status)
  }

  /// Why the job cannot go on.
  private func failure(_ status: JobStatus, _ tally: JobTally) -> (reason: String, message: String)? {
    if let verdict = tally.verdict { return ("PodFailurePolicy", verdict) }
    let limit = spec["backoffLimit"].int ?? 6
    let restarts = spec["template"]["spec"]["restartPolicy"].string == "OnFailure" ? tally.restarts : 0
    if tally.failed + tally.terminatingFailed > limit || (restarts > 0 && restarts >= max(1, limit)) {
      return ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
    }
    if !tally.failedIndexes.isEmpty {
      if let most = spec["maxFailedIndexes"].int, tally.failedIndexes.count > most {
        return (
          "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes"
        )
      }
      if tally.failedIndexes.union(tally.completed).count >= spec["completions"].int ?? 1 {
        return ("FailedIndexes", "Job has failed indexes")
      }
    }
    if let deadline = spec["activeDeadlineSeconds"].int, let started = status.started {
      let due = Moment(seconds: started + Int64(deadline))
      if world.now >= due { return ("DeadlineExceeded", "Job was active longer than specified deadline") }
      world.enqueue(.job, key, at: due)
    }
    return nil
  }

  // MARK: Pods

  private func makePods(_ tally: JobTally) {
    let parallelism = spec["parallelism"].int ?? 1
    let surplus = tally.active.count - parallelism
    if surplus > 0 {
      for pod in ReplicaSetController.ranked(tally.active).prefix(surplus) {
        world.readings.jobs[uid]?.release(pod)
        say(.normal, "SuccessfulDelete", "Deleted pod: \(pod.name)")
        world.delete(pod.handle)
      }
      return
    }
    let hasOwnLimits = !spec["backoffLimitPerIndex"].isNull
    // After a failure the next try waits, longer each time.
    if !hasOwnLimits, let due = tally.nextTry, due > world.now {
      world.enqueue(.job, key, at: due)
      return
    }
    for index in tally.missing(parallelism: parallelism) {
      if hasOwnLimits, let index, let due = tally.nextTry(ofIndex: index), due > world.now {
        world.enqueue(.job, key, at: due)
        continue
      }
      create(index)
    }
  }

  private func create(_ index: Int?) {
    let middle = index.map { "-\($0)" } ?? ""
    let name = "\(key.name)\(middle)-\(world.dice.suffix())"
    do throws(Refusal) {
      try world.createPod(
        name, generateName: "\(key.name)\(middle)-", namespace: key.namespace, template: template(index),
        owner: owner)
      say(.normal, "SuccessfulCreate", "Created pod: \(name)")
    } catch {
      say(.warning, "FailedCreate", "Error creating: \(error.message)")
      world.enqueue(.job, key, at: world.now + 20)
    }
  }

  /// The pods' template; each index has one of its own.
  private func template(_ index: Int?) -> PodTemplate {
    let cacheKey = SpecReadings.TemplateKey(owner: uid, hash: index.map { "\($0)" } ?? "")
    if let known = world.readings.templates[cacheKey] { return known }
    var source = PodTemplate.clean(spec["template"])
    if let index {
      let mark = "batch.kubernetes.io/job-completion-index"
      source["metadata"]["labels"][mark] = .string("\(index)")
      source["metadata"]["annotations"][mark] = .string("\(index)")
      source["spec"]["hostname"] = .string("\(key.name)-\(index)")
      for list in ["initContainers", "containers"] where !source["spec"][list].array.isEmpty {
        source["spec"][list] = .array(
          source["spec"][list].array.map { container in
            var container = container
            container["env"] = .array(container["env"].array + [JobController.indexVariable])
            return container
          })
      }
    }
    let made = PodTemplate(source, images: world.images)
    world.readings.templates[cacheKey] = made
    return made
  }

  private static let indexVariable: JSON = [
    "name": "JOB_COMPLETION_INDEX",
    "valueFrom": [
      "fieldRef": [
        "apiVersion": "v1", "fieldPath": "metadata.labels['batch.kubernetes.io/job-completion-index']",
      ]
    ],
  ]

  private func say(_ kind: EventBody.Kind, _ reason: String, _ message: String) {
    world.record(
      kind, reason, message, about: object, as: ("Job", "batch/v1"), by: .controller("job-controller"))
  }
}
