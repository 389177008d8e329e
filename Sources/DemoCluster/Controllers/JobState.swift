import Document

/// A Job: runs pods until enough of them end well, or too many do not.
final class JobState: PodOwner, Reconciler {
  let key: ObjectKey
  let uid: UID
  var meta: Meta
  let template: PodTemplate
  let completions, parallelism, backoffLimit: Int
  private(set) var family = PodFamily()
  var isQueued = false
  let patienceSeconds = 0.2
  private let spec: Bytes
  private let started: Int64
  private var ended: (time: Int64, isComplete: Bool)?
  private var written = Bytes()
  /// Told when the job is over: its CronJob.
  weak var cronJob: CronJobState?
  /// The moment before which no other pod is tried.
  private var retryAt: Moment
  private var countedFailures = 0

  var isOver: Bool { ended != nil }

  /// - Parameter spec: a JobSpec without the labels and the selector, which are made from the UID.
  init(_ meta: Meta, spec: JSON, _ world: World) {
    var meta = meta
    let identity: JSON = ["batch.kubernetes.io/controller-uid": .string(meta.uid.description)]
    var labels = identity
    for (key, value) in [
      ("batch.kubernetes.io/job-name", meta.name), ("controller-uid", meta.uid.description),
      ("job-name", meta.name),
    ] {
      labels[key] = .string(value)
    }
    meta.labels = (meta.labels + PodTemplate.pairs(labels)).sorted { $0.key < $1.key }
    var template = spec["template"]
    for member in labels.members { template["metadata"]["labels"][member.key] = member.value }
    completions = spec["completions"].int ?? 1
    parallelism = spec["parallelism"].int ?? 1
    backoffLimit = spec["backoffLimit"].int ?? 6
    let full: JSON = [
      "parallelism": .int(parallelism), "completions": .int(completions), "backoffLimit": .int(backoffLimit),
      "selector": ["matchLabels": identity], "manualSelector": false, "template": template,
      "completionMode": "NonIndexed", "suspend": false, "podReplacementPolicy": "TerminatingOrFailed",
    ]
    self.meta = meta
    self.spec = full.encoded()
    key = meta.key
    uid = meta.uid
    started = meta.created
    retryAt = world.now
    self.template = PodTemplate(template, images: world.images)
    world.podOwners[uid] = self
  }

  var owner: Owner { Owner(apiVersion: "batch/v1", kind: "Job", name: key.name, uid: uid) }

  func podChanged(_ before: Object?, _ after: Object?, _ world: World) {
    family.podChanged(before, after)
    world.enqueue(self)
  }

  func reconcile(_ world: World) {
    if isOver { return }
    let count = family.count
    if count.failed > countedFailures {
      countedFailures = count.failed
      let delay = min(600, 10 * Double(1 << min(count.failed - 1, 5)))
      retryAt = world.now + delay
      world.after(delay) { [weak self] in self?.reconcile($0) }
    }
    if count.succeeded >= completions {
      finish(isComplete: true, world)
    } else if count.failed > backoffLimit {
      finish(isComplete: false, world)
    } else if count.active == 0 || count.active + count.succeeded < min(parallelism, completions) {
      if world.now >= retryAt { create(world) }
    }
    if status != written { write(world) }
  }

  private func create(_ world: World) {
    let name = "\(key.name)-\(world.dice.suffix())"
    world.createPod(
      name, generateName: key.name + "-", namespace: key.namespace, template: template, owner: owner)
    say(.normal, "SuccessfulCreate", "Created pod: \(name)", world)
  }

  private func finish(isComplete: Bool, _ world: World) {
    ended = (world.now.seconds, isComplete)
    if isComplete {
      say(.normal, "Completed", "Job completed", world)
    } else {
      say(.warning, "BackoffLimitExceeded", "Job has reached the specified backoff limit", world)
    }
    write(world)
    cronJob?.jobEnded(self, isComplete: isComplete, world)
  }

  private func say(_ kind: EventBody.Kind, _ reason: String, _ message: String, _ world: World) {
    guard let object = world.store[.jobs][key] else { return }
    world.record(
      kind, reason, message, about: object, as: ("Job", "batch/v1"), by: .controller("job-controller"))
  }

  /// Removes the job with its pods.
  func delete(_ world: World) {
    for member in family.members.sorted(by: { $0.key < $1.key }) {
      world.store.remove(.pods, member.key, at: world.now)
    }
    world.podOwners[uid] = nil
    world.store.remove(.jobs, key, at: world.now)
  }

  /// Sets the end while the world is built.
  func backdate(endedAt time: Int64, isComplete: Bool) { ended = (time, isComplete) }

  private var status: Bytes {
    let count = family.count
    var out = Bytes()
    out.put("{")
    if let ended {
      let reason = ended.isComplete ? "CompletionsReached" : "BackoffLimitExceeded"
      let message =
        ended.isComplete
        ? "Reached expected number of succeeded pods" : "Job has reached the specified backoff limit"
      out.put("\"conditions\":[")
      for type in ended.isComplete ? ["SuccessCriteriaMet", "Complete"] : ["FailureTarget", "Failed"] {
        out.put("{")
        out.put(member: "type", type)
        out.put(member: "status", "True")
        out.put("\"lastProbeTime\":")
        out.put(timeSeconds: ended.time)
        out.put(",\"lastTransitionTime\":")
        out.put(timeSeconds: ended.time)
        out.put(",")
        out.put(member: "reason", reason)
        out.put(member: "message", message)
        out.close("}")
        out.put(",")
      }
      out.close("]")
      out.put(",")
    }
    out.put("\"startTime\":")
    out.put(timeSeconds: started)
    out.put(",")
    if let ended, ended.isComplete {
      out.put("\"completionTime\":")
      out.put(timeSeconds: ended.time)
      out.put(",")
    }
    if count.active > 0 { out.put(member: "active", count.active) }
    if count.succeeded > 0 { out.put(member: "succeeded", count.succeeded) }
    if count.failed > 0 { out.put(member: "failed", count.failed) }
    out.put(member: "terminating", count.terminating)
    out.put("\"uncountedTerminatedPods\":{},")
    out.put(member: "ready", count.ready)
    out.close("}")
    return out
  }

  func write(_ world: World) {
    written = status
    meta.touch(manager: "kube-controller-manager", subresource: "status", time: world.now.seconds)
    world.put(
      .jobs, meta,
      .members([Object.Member(key: "spec", value: spec), Object.Member(key: "status", value: written)]))
  }
}
