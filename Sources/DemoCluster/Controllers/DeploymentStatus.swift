import Document

/// The status of a Deployment: counts, and what it says of its progress.
struct DeploymentStatus: Hashable {
  struct Counts: Hashable {
    var replicas = 0
    var updated = 0
    var ready = 0
    var available = 0
    var unavailable = 0
    var terminating = 0
  }

  var observedGeneration: Int
  var counts = Counts()
  var collisionCount: Int?
  var conditions: StatusConditions

  init(_ deployment: Object) {
    let status = deployment.json("status") ?? [:]
    observedGeneration = status["observedGeneration"].int ?? 0
    counts.replicas = status["replicas"].int ?? 0
    counts.updated = status["updatedReplicas"].int ?? 0
    counts.ready = status["readyReplicas"].int ?? 0
    counts.available = status["availableReplicas"].int ?? 0
    counts.unavailable = status["unavailableReplicas"].int ?? 0
    counts.terminating = status["terminatingReplicas"].int ?? 0
    conditions = StatusConditions(status)
  }

  func encoded() -> Bytes {
    var out = Bytes()
    out.put("{")
    out.put(member: "observedGeneration", observedGeneration)
    let members: [(StaticString, Int)] = [
      ("replicas", counts.replicas), ("updatedReplicas", counts.updated),
      ("readyReplicas", counts.ready), ("availableReplicas", counts.available),
      ("unavailableReplicas", counts.unavailable),
    ]
    for (key, count) in members where count > 0 { out.put(member: key, count) }
    out.put(member: "terminatingReplicas", counts.terminating)
    conditions.write(to: &out)
    out.close("}")
    return out
  }

  // MARK: Progress

  /// What the progress of a Deployment depends on.
  struct Situation: Hashable {
    var wanted: Int
    var maxUnavailable: Int
    /// The ReplicaSet of the present template.
    var replicaSet: String?
    var deadlineSeconds: Int?
    var isPaused = false
    var failure: (reason: String, message: String)?

    static func == (a: Self, b: Self) -> Bool {
      a.wanted == b.wanted && a.replicaSet == b.replicaSet && a.failure?.message == b.failure?.message
    }
    func hash(into hasher: inout Hasher) { hasher.combine(wanted) }
  }

  /// Takes new counts in, and says what they mean.
  ///
  /// - Returns: the seconds until the deadline, while there is one to be missed.
  mutating func happened(_ next: Counts, _ now: Situation, at time: Int64) -> Double? {
    let before = counts
    counts = next
    let isAvailable = next.available >= now.wanted - now.maxUnavailable
    conditions.set(
      "Available", isAvailable ? "True" : "False",
      isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
      "Deployment \(isAvailable ? "has" : "does not have") minimum availability.", at: time,
      hasUpdateTime: true)
    if let failure = now.failure {
      conditions.set("ReplicaFailure", "True", failure.reason, failure.message, at: time, hasUpdateTime: true)
    } else {
      conditions.remove("ReplicaFailure")
    }
    guard let deadline = now.deadlineSeconds else { return nil }
    let reason = conditions["Progressing"]?.reason
    if now.isPaused {
      if reason != "DeploymentPaused" && reason != "ProgressDeadlineExceeded" {
        say("Unknown", "DeploymentPaused", "Deployment is paused", time)
      }
      return nil
    }
    if reason == "DeploymentPaused" {
      say("Unknown", "DeploymentResumed", "Deployment is resumed", time)
    }
    return progress(before, now, deadline, at: time)
  }

  private mutating func progress(
    _ before: Counts, _ now: Situation, _ deadline: Int, at time: Int64
  ) -> Double? {
    let name = now.replicaSet ?? ""
    let reason = conditions["Progressing"]?.reason
    // A deployment that was complete stays so: missing pods are its ReplicaSet's business.
    if counts.replicas == counts.updated, reason == "NewReplicaSetAvailable" { return nil }
    let isComplete =
      counts.updated == now.wanted && counts.replicas == now.wanted && counts.available == now.wanted
    if isComplete {
      say("True", "NewReplicaSetAvailable", "ReplicaSet \"\(name)\" has successfully progressed.", time)
      return nil
    }
    let hasProgressed =
      counts.updated > before.updated || counts.ready > before.ready || counts.available > before.available
      || counts.replicas - counts.updated < before.replicas - before.updated
    if hasProgressed || reason == nil || reason == "DeploymentResumed" {
      let isNews = hasProgressed || reason == nil
      if isNews { say("True", "ReplicaSetUpdated", "ReplicaSet \"\(name)\" is progressing.", time) }
    }
    if reason == "NewReplicaSetAvailable", !hasProgressed {
      // Another template: its time begins now, not when the one before was done.
      say("True", "NewReplicaSetCreated", "Created new replica set \"\(name)\"", time)
    }
    if reason == "ProgressDeadlineExceeded" && !hasProgressed { return nil }
    let since = conditions["Progressing"]?.updated?.epochSeconds ?? time
    let left = Double(since + Int64(deadline) - time)
    if left >= 0 { return left + 1 }
    say("False", "ProgressDeadlineExceeded", "ReplicaSet \"\(name)\" has timed out progressing.", time)
    return nil
  }

  private mutating func say(_ status: String, _ reason: String, _ message: String, _ time: Int64) {
    conditions.set(
      "Progressing", status, reason, message, at: time, hasUpdateTime: true, isTouched: true)
  }
}

extension DeploymentController {
  /// Writes what there is now.
  func writeStatus() {
    guard let now = world.store[.deployments][key] else { return }
    var counts = DeploymentStatus.Counts()
    for replicaSet in all {
      let count = world.family(replicaSet.meta.uid).count
      counts.replicas += count.active
      counts.ready += count.ready
      counts.available += available(replicaSet)
      counts.terminating += count.terminating
    }
    counts.updated = current.map { world.family($0.meta.uid).count.active } ?? 0
    counts.unavailable = max(0, max(spec.replicas, counts.replicas) - counts.available)
    var status = DeploymentStatus(now)
    let situation = DeploymentStatus.Situation(
      wanted: spec.replicas, maxUnavailable: spec.maxUnavailable, replicaSet: current?.meta.name,
      deadlineSeconds: spec.deadlineSeconds, isPaused: spec.isPaused, failure: failure)
    let left = status.happened(counts, situation, at: world.now.seconds)
    status.observedGeneration = now.meta.generation
    world.rewrite(.deployments, now, status: status.encoded())
    if let left { world.enqueue(.deployment, key, at: world.now + left) }
  }

  /// Why pods of the present ReplicaSet cannot be made.
  private var failure: (reason: String, message: String)? {
    guard let current, let status = current.json("status"),
      let condition = StatusConditions(status)["ReplicaFailure"]
    else { return nil }
    return (condition.reason, condition.message)
  }
}
