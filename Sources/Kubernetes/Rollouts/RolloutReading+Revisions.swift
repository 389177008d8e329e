import Cluster
import Document

extension RolloutReading {
  /// The name of the revision that pods are to have now; nil before the controller made it.
  var currentRevision: String? {
    let wanted = Workload.comparable(spec["template"])
    let equal = revisions.first { Workload.comparable($0.revision.template) == wanted }
    switch kind {
    case .deployment: return equal?.revision.name
    case .statefulSet: return status["updateRevision"].string ?? equal?.revision.name
    case .daemonSet: return (equal ?? revisions.first)?.revision.name
    }
  }

  /// Newest first, with the pods each has.
  func shownRevisions(_ rollout: Rollout) -> [Rollout.Revision] {
    let current = currentRevision
    var shown = revisions.map(\.revision)
    for index in shown.indices { shown[index].isCurrent = shown[index].name == current }
    guard kind != .deployment else { return shown }
    for pod in pods where !pod.isOver {
      guard let index = revisions.firstIndex(where: { $0.owns(pod) }) else { continue }
      shown[index].pods += 1
      guard pod.deletion == nil else { continue }
      if pod.isReady { shown[index].ready += 1 }
      if pod.isAvailable(minReadySeconds: minReadySeconds, now: now) { shown[index].available += 1 }
    }
    for index in shown.indices {
      let kept = min(rollout.partition ?? 0, rollout.desired)
      let old = status["currentRevision"].string
      if shown[index].isCurrent {
        shown[index].desired = old == current ? rollout.desired : rollout.desired - kept
      } else if shown[index].name == old {
        shown[index].desired = kept
      }
    }
    return shown
  }

  // MARK: What holds it up

  /// Pods that are not as far as they should be, the worst and longest first.
  func blockers() -> [Rollout.Blocker] {
    let current = currentRevision
    return pods.compactMap { pod in
      let revision = revisions.first { kind == .deployment ? $0.uid == pod.ownerUID : $0.owns(pod) }
      let isOld = revision.map { $0.revision.name != current } ?? false
      guard var blocker = blocker(pod, isOld: isOld) else { return nil }
      blocker.revision = revision?.revision.number
      return blocker
    }.sorted { Self.order($0) < Self.order($1) }
  }

  private func blocker(_ pod: RolloutPod, isOld: Bool) -> Rollout.Blocker? {
    let ref = ObjectRef(
      kind: "v1/pods", namespace: metadata["namespace"].string ?? "", name: pod.name, uid: pod.uid)
    if let deletion = pod.deletion {
      // Old pods go; one that does not go in its time may keep the next from being made.
      guard deletion <= now, !pod.isOver else { return nil }
      var blocker = Rollout.Blocker(pod: ref, status: pod.status, why: pod.why, since: deletion)
      blocker.tone = .pending
      return blocker
    }
    // An old ReplicaSet's pods are in nobody's way: the broken ones are the first to go.
    if pod.isOver || kind == .deployment && isOld { return nil }
    if pod.isAvailable(minReadySeconds: minReadySeconds, now: now) { return nil }
    var blocker = Rollout.Blocker(
      pod: ref, status: pod.status, why: pod.why, since: pod.readyChanged ?? pod.created)
    blocker.tone = pod.tone
    if pod.isReady, let since = pod.readyChanged {
      (blocker.tone, blocker.isReady) = (.starting, true)
      blocker.why =
        "ready for \(Moment.lasting(since: since)), counts when it has been for "
        + Age.text(seconds: Int64(minReadySeconds))
    }
    return blocker
  }

  private static func order(_ blocker: Rollout.Blocker) -> (Int, Int64, Int, String) {
    let rank =
      switch blocker.tone {
      case .bad: 0
      case .unknown: 1
      case .pending: 2
      case .starting: 3
      case .good, .ending, .done: 4
      }
    return (rank, blocker.since ?? 0, blocker.pod.name.utf8.count, blocker.pod.name)
  }

  /// The first of the pods that need more than time.
  func heldUp(_ rollout: Rollout) -> Rollout.Blocker? {
    let names = Set(pods.filter { $0.isHeldUp(now: now) }.map(\.name))
    return rollout.blockers.first { names.contains($0.pod.name) }
  }

  /// "web-0 is not available: container web: cannot pull ..."
  static func blame(_ blocker: Rollout.Blocker) -> String {
    let state =
      blocker.tone == .pending && blocker.status == "Terminating" ? "does not end" : "is not available"
    return "\(blocker.pod.name) \(state): \(blocker.why.isEmpty ? blocker.status : blocker.why)"
  }

  /// The pod of that state that nobody but a person ends.
  func hopeless(_ rollout: Rollout) -> Rollout.Blocker? {
    let names = Set(pods.filter(\.isHopeless).map(\.name))
    return rollout.blockers.first { names.contains($0.pod.name) }
  }

  /// "its pod is updated", "both pods are updated", "all 3 pods are updated"
  static func all(_ count: Int, _ text: String) -> String {
    switch count {
    case 1: "its pod is \(text)"
    case 2: "both pods are \(text)"
    default: "all \(count) pods are \(text)"
    }
  }

  /// "1 pod", "3 pods"
  static func pods(_ count: Int, _ adjective: String = "") -> String {
    "\(count) \(adjective.isEmpty ? "" : adjective + " ")\(count == 1 ? "pod" : "pods")"
  }
}
