import Cluster

extension TableScreen {
  /// Workloads that replace their pods step by step, and what stands below them.
  var hasRollout: Bool { kind.abilities.contains(.rollout) }

  func openRollout(_ row: Row) -> Reaction {
    if hasRollout { return .push(RolloutScreen(row.ref(kind: kind.id))) }
    guard let owner = RolloutOwner.ref(of: row, kind: kind.id) else { return .unhandled }
    return .push(RolloutScreen(owner))
  }
}

/// The workload whose rollout made a pod or ReplicaSet, as their generated names and labels tell it.
enum RolloutOwner {
  static func ref(of row: Row, kind: Kind.ID) -> ObjectRef? {
    let labels = Dictionary(
      row.labels.split(separator: ",").compactMap { pair -> (Substring, Substring)? in
        guard let cut = pair.firstIndex(of: "=") else { return nil }
        return (pair[..<cut], pair[pair.index(after: cut)...])
      }, uniquingKeysWith: { first, _ in first })
    func ref(_ plural: String, name: Substring, uid: String) -> ObjectRef {
      ObjectRef(kind: "apps/v1/\(plural)", namespace: row.namespace, name: String(name), uid: uid)
    }
    let name = row.name[...]
    switch kind {
    case "apps/v1/replicasets":
      guard let hash = labels["pod-template-hash"], name.hasSuffix("-\(hash)") else { return nil }
      return ref("deployments", name: name.dropLast(hash.count + 1), uid: row.ownerUID)
    case "v1/pods":
      // "web-5d9c7b8f6d-x2v9k", "redis-0", "logshipper-q7x2m"
      guard let cut = name.lastIndex(of: "-") else { return nil }
      let stem = name[..<cut]
      if let hash = labels["pod-template-hash"] {
        return stem.hasSuffix("-\(hash)")
          ? ref("deployments", name: stem.dropLast(hash.count + 1), uid: "") : nil
      }
      guard labels["controller-revision-hash"] != nil else { return nil }
      let isStateful = labels["statefulset.kubernetes.io/pod-name"] != nil
      return ref(isStateful ? "statefulsets" : "daemonsets", name: stem, uid: row.ownerUID)
    default: return nil
    }
  }
}
