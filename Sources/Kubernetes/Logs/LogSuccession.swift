/// Finds out which pod takes the place of which: by name in a StatefulSet, by node in a DaemonSet, else by what made
/// them. It knows only what it was told, in the order it happened.
struct LogSuccession: Sendable {
  /// Leaving or gone, and nothing is in their place yet.
  private var leaving: [LogPod] = []
  /// Born, and in nobody's place so far.
  private var newcomers: [LogPod] = []
  /// The name of the successor, by the UID of the one before.
  private var successors: [String: String] = [:]
  private var known: Set<String> = []
  private static let maxWaiting = 200

  /// Returns the name of the pod whose place it takes.
  mutating func joined(_ pod: LogPod) -> String? {
    let sameName = leaving.firstIndex { $0.name == pod.name }
    let sameNode = pod.ownerKind == "DaemonSet" ? leaving.firstIndex { $0.node == pod.node } : nil
    let sameOwner =
      pod.ownerKind == "DaemonSet" || pod.ownerKind == "StatefulSet"
      ? nil : leaving.firstIndex { $0.owner == pod.owner && !pod.owner.isEmpty }
    if let index = sameName ?? sameNode ?? sameOwner ?? rolledOut(before: pod) {
      let before = leaving.remove(at: index)
      successors[before.uid] = pod.name
      return before.name
    }
    newcomers.append(pod)
    if newcomers.count > Self.maxWaiting { newcomers.removeFirst() }
    return nil
  }

  /// It is being deleted, over, or gone; once told it is not told again.
  mutating func leaves(_ pod: LogPod) {
    guard known.insert(pod.uid).inserted else { return }
    newcomers.removeAll { $0.uid == pod.uid }
    // Done with its work, nobody follows it.
    if pod.phase == "Succeeded" { return }
    // A rollout makes the new one first.
    let index = newcomers.firstIndex { newcomer in
      newcomer.ownerKind == "ReplicaSet" && pod.ownerKind == "ReplicaSet" && newcomer.owner != pod.owner
    }
    if let index {
      successors[pod.uid] = newcomers.remove(at: index).name
    } else {
      leaving.append(pod)
      if leaving.count > Self.maxWaiting { leaving.removeFirst() }
    }
  }

  func successor(of uid: String) -> String? { successors[uid] }

  /// Another ReplicaSet of the same selector makes the pods now.
  private func rolledOut(before pod: LogPod) -> Int? {
    guard pod.ownerKind == "ReplicaSet" else { return nil }
    return leaving.firstIndex { $0.ownerKind == "ReplicaSet" && $0.owner != pod.owner }
  }
}
