import Cluster
import Document

/// StatefulSets replace their pods one by one from the highest ordinal down, and go on when a pod is ready.
extension RolloutReading {
  func countStatefulSet(_ rollout: inout Rollout) {
    rollout.desired = spec["replicas"].int ?? 1
    rollout.total = status["replicas"].int ?? 0
    rollout.updated = status["updatedReplicas"].int ?? 0
    rollout.ready = status["readyReplicas"].int ?? 0
    rollout.available = status["availableReplicas"].int ?? rollout.ready
    rollout.strategy = spec["updateStrategy"]["type"].string ?? "RollingUpdate"
    guard rollout.strategy == "RollingUpdate" else { return }
    let rolling = spec["updateStrategy"]["rollingUpdate"]
    rollout.partition = rolling["partition"].int.flatMap { $0 > 0 ? $0 : nil }
    let unavailable = Self.count(rolling["maxUnavailable"], of: rollout.desired, roundsUp: false)
    rollout.maxUnavailable = max(1, unavailable ?? 1)
  }

  func statefulSetVerdict(_ rollout: Rollout) -> Rollout.Verdict {
    let wanted = rollout.desired
    let counts = "\(rollout.updated) of \(wanted) pods updated, \(rollout.ready) ready"
    if rollout.ready < wanted || rollout.total > wanted { return statefulSetUnready(rollout, counts) }
    if rollout.strategy == "OnDelete" { return onDelete(rollout) }
    let kept = min(rollout.partition ?? 0, wanted)
    if rollout.updated < wanted - kept {
      let next = pods.filter { pod in pod.deletion == nil && isOld(pod) }.compactMap(\.ordinal).max()
      return .progressing(counts + (next.map { "; \(name)-\($0) is next" } ?? ""))
    }
    if wanted == 0 { return .done("scaled to 0") }
    if kept > 0, rollout.updated < wanted {
      return .done(
        "\(rollout.updated) of \(wanted) pods updated; its partition keeps those below \(name)-\(kept) as "
          + "they are")
    }
    return .done(Self.all(wanted, "updated and ready"))
  }

  private func statefulSetUnready(_ rollout: Rollout, _ counts: String) -> Rollout.Verdict {
    let isOrdered = spec["podManagementPolicy"].string != "Parallel"
    let isUpdating = status["updateRevision"].string != status["currentRevision"].string
    if rollout.total > rollout.desired, rollout.ready >= rollout.desired {
      return .progressing("\(Self.pods(rollout.total - rollout.desired)) too many still to end")
    }
    let unready = pods.filter { !$0.isReady && $0.deletion == nil && !$0.isOver }
    if isOrdered, isUpdating, let pod = unready.first(where: { isOld($0) && $0.isHeldUp(now: now) }) {
      let text =
        "\(pod.name) has an old template and is replaced only when it is ready, or deleted: \(pod.why)"
      return patience(text, since: pod.readyChanged ?? pod.created)
    }
    if let pod = hopeless(rollout) {
      return .stuck("\(pod.pod.name) can never start: \(pod.why)", since: pod.since)
    }
    if let pod = heldUp(rollout) {
      let rest = isOrdered || isUpdating ? "; the next waits for it" : ""
      return patience("\(Self.blame(pod))\(rest); \(counts)", since: pod.since)
    }
    if isOrdered || isUpdating, let pod = unready.max(by: { ($0.ordinal ?? 0) < ($1.ordinal ?? 0) }) {
      return patience(
        "\(pod.name) must become ready before the next; \(counts)", since: pod.readyChanged ?? pod.created)
    }
    return .progressing(counts)
  }

  private func isOld(_ pod: RolloutPod) -> Bool {
    guard let update = status["updateRevision"].string, !pod.hash.isEmpty else { return false }
    return pod.hash != update
  }

  private func onDelete(_ rollout: Rollout) -> Rollout.Verdict {
    let old = rollout.desired - rollout.updated
    if old <= 0 { return .done(Self.all(rollout.desired, "updated and ready")) }
    return .waiting(
      "\(Self.pods(old)) \(old == 1 ? "keeps" : "keep") an old template until deleted (OnDelete)")
  }

  /// What waits for a pod for too long is stuck: nothing but these kinds' patience has no end.
  private func patience(_ text: String, since: Int64?) -> Rollout.Verdict {
    if let since, since + Self.patienceSeconds <= now { return .stuck(text, since: since) }
    return .waiting(text)
  }
}

/// DaemonSets have a pod on each node that is chosen, and replace so many at once as may be unavailable.
extension RolloutReading {
  func countDaemonSet(_ rollout: inout Rollout) {
    let wanted = status["desiredNumberScheduled"].int ?? 0
    rollout.desired = wanted
    rollout.total = status["currentNumberScheduled"].int ?? 0
    rollout.updated = status["updatedNumberScheduled"].int ?? 0
    rollout.ready = status["numberReady"].int ?? 0
    rollout.available = status["numberAvailable"].int ?? 0
    rollout.strategy = spec["updateStrategy"]["type"].string ?? "RollingUpdate"
    guard rollout.strategy == "RollingUpdate" else { return }
    let rolling = spec["updateStrategy"]["rollingUpdate"]
    let surge = Self.count(rolling["maxSurge"], of: wanted, roundsUp: true) ?? 0
    let unavailable = Self.count(rolling["maxUnavailable"], of: wanted, roundsUp: true) ?? 1
    rollout.maxSurge = surge
    rollout.maxUnavailable = surge == 0 && unavailable == 0 ? 1 : unavailable
  }

  func daemonSetVerdict(_ rollout: Rollout) -> Rollout.Verdict {
    let wanted = rollout.desired
    let isAvailable = rollout.available >= wanted
    if rollout.strategy == "OnDelete", isAvailable { return onDelete(rollout) }
    if rollout.updated >= wanted, isAvailable {
      if wanted == 0 { return .done("no node is chosen by its selector") }
      return .done(Self.all(wanted, "updated and available"))
    }
    let counts = "\(rollout.updated) of \(wanted) pods updated, \(rollout.available) available"
    if let pod = hopeless(rollout) {
      return .stuck("\(pod.pod.name) can never start: \(pod.why)", since: pod.since)
    }
    if let pod = heldUp(rollout) { return patience("\(Self.blame(pod)); \(counts)", since: pod.since) }
    return .progressing(counts)
  }
}
