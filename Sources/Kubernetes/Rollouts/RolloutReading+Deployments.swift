import Cluster
import Document

/// The rules are those of `kubectl rollout status` and of the deployment controller; the reasons are ours.
extension RolloutReading {
  func countDeployment(_ rollout: inout Rollout) {
    let wanted = spec["replicas"].int ?? 1
    rollout.desired = wanted
    rollout.total = status["replicas"].int ?? 0
    rollout.updated = status["updatedReplicas"].int ?? 0
    rollout.ready = status["readyReplicas"].int ?? 0
    rollout.available = status["availableReplicas"].int ?? 0
    rollout.isPaused = spec["paused"].bool ?? false
    rollout.strategy = spec["strategy"]["type"].string ?? "RollingUpdate"
    if rollout.strategy == "RollingUpdate" {
      let rolling = spec["strategy"]["rollingUpdate"]
      let surge = Self.count(rolling["maxSurge"], of: wanted, roundsUp: true) ?? 0
      let unavailable = Self.count(rolling["maxUnavailable"], of: wanted, roundsUp: false) ?? 0
      rollout.maxSurge = surge
      // Both 0 would never get anywhere.
      rollout.maxUnavailable = surge == 0 && unavailable == 0 ? 1 : min(unavailable, wanted)
    }
    // The largest number of seconds means none.
    if let deadline = spec["progressDeadlineSeconds"].int, deadline < Int(Int32.max) {
      rollout.deadlineSeconds = deadline
    }
    rollout.progressedAt = progressedAt(rollout)
  }

  /// When the deadline last began to run; nil where it does not.
  private func progressedAt(_ rollout: Rollout) -> Int64? {
    guard let progressing = condition("Progressing"), !rollout.isPaused,
      progressing["reason"].string != "NewReplicaSetAvailable",
      let updated = progressing["lastUpdateTime"].string.flatMap({ Timestamp($0)?.seconds })
    else { return nil }
    // Once it has passed, the condition tells when that was.
    let hasPassed = progressing["reason"].string == "ProgressDeadlineExceeded"
    return hasPassed ? updated - Int64(rollout.deadlineSeconds ?? 0) : updated
  }

  func deploymentVerdict(_ rollout: Rollout) -> Rollout.Verdict {
    let isComplete =
      rollout.updated >= rollout.desired && rollout.total <= rollout.updated
      && rollout.available >= rollout.updated
    if rollout.isPaused {
      return .paused(
        isComplete
          ? "paused; no pod has another template than the current one"
          : "paused: \(rollout.updated) of \(rollout.desired) pods have the current template")
    }
    let progressing = condition("Progressing")
    if let progressing, progressing["reason"].string == "ProgressDeadlineExceeded" {
      return .stuck(deadlinePassed(rollout), since: since(progressing))
    }
    if isComplete {
      if rollout.desired == 0 { return .done("scaled to 0") }
      return .done(Self.all(rollout.desired, "updated and available"))
    }
    if let failure = creationFailure { return failure }
    if let pod = hopeless(rollout) {
      return .stuck("\(pod.pod.name) can never start: \(pod.why)", since: pod.since)
    }
    if let pod = heldUp(rollout) { return .waiting("\(Self.blame(pod)); \(deploymentCounts(rollout))") }
    let isWaitingForTime = !rollout.blockers.isEmpty && rollout.ready > rollout.available
    if rollout.minReadySeconds > 0, isWaitingForTime, rollout.blockers.allSatisfy(\.isReady) {
      let long = Age.text(seconds: Int64(rollout.minReadySeconds))
      return .waiting("new pods must be ready for \(long) to count; \(deploymentCounts(rollout))")
    }
    return .progressing(deploymentCounts(rollout))
  }

  /// What a quota or an admission webhook says to new pods.
  private var creationFailure: Rollout.Verdict? {
    guard let failure = condition("ReplicaFailure"), failure["status"].string == "True" else { return nil }
    return .stuck("pods can't be created: \(words(failure))", since: since(failure))
  }

  private func deadlinePassed(_ rollout: Rollout) -> String {
    let deadline = rollout.deadlineSeconds.map { " within \(Age.text(seconds: Int64($0)))" } ?? ""
    let reason: String
    if let failure = condition("ReplicaFailure"), failure["status"].string == "True" {
      reason = "pods can't be created: \(words(failure))"
    } else {
      let blame = (heldUp(rollout) ?? rollout.blockers.first).map { Self.blame($0) + "; " } ?? ""
      reason = blame + deploymentCounts(rollout)
    }
    return "no progress\(deadline): \(reason)"
  }

  private func deploymentCounts(_ rollout: Rollout) -> String {
    let (wanted, updated) = (rollout.desired, rollout.updated)
    let old = rollout.total - updated
    if updated == 0, rollout.strategy == "Recreate", old > 0 {
      return "\(Self.pods(old, "old")) must end before new ones are made (Recreate)"
    }
    if updated < wanted {
      return "\(updated) of \(wanted) pods updated, \(rollout.available) available"
    }
    if old > 0 { return "\(Self.all(wanted, "updated")), \(Self.pods(old, "old")) still to end" }
    return "\(rollout.available) of \(wanted) pods available"
  }

  private func since(_ condition: JSON) -> Int64? {
    condition["lastTransitionTime"].string.flatMap { Timestamp($0)?.seconds }
  }

  private func words(_ condition: JSON) -> String {
    Trim.end(Moment.plain(condition["message"].string ?? condition["reason"].string ?? ""))
  }
}
