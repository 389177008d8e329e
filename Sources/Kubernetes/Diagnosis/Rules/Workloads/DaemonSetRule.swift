import Cluster
import Document

extension Rule {
  /// Nodes on which a DaemonSet's pod is missing or not ready, and pods where they should not be.
  ///
  /// pkg/controller/daemon/daemon_controller.go, updateDaemonSetStatus.
  static let daemonSet = Rule(
    "daemonset", "nodes without a ready pod of a DaemonSet", of: ["apps/v1/daemonsets"], reads: ["v1/nodes"]
  ) { subject in
    if subject.isEnding { return [] }
    return [DaemonSetTrouble.unready(subject), DaemonSetTrouble.misplaced(subject)].compactMap { $0 }
  }
}

private enum DaemonSetTrouble {
  /// Time for an image to be pulled and a pod to start, on a new node too.
  static let startSeconds: Int64 = 60

  static func unready(_ subject: Case) -> Finding? {
    let status = subject.status
    let (wanted, ready) = (status["desiredNumberScheduled"].int32 ?? 0, status["numberReady"].int32 ?? 0)
    guard ready < wanted else { return nil }
    let unready = subject.owned("v1/pods").filter { $0.pod?.isReady == false && $0.pod?.isOver == false }
    let since = unready.map { Conditions($0.object["status"]["conditions"])["Ready"]?.since ?? $0.created }
      .min()
    guard subject.hasLasted(startSeconds, since: since ?? subject.created) else { return nil }
    let places = unready.compactMap { $0.pod?.node }.filter { !$0.isEmpty }.sorted()
    let named = places.prefix(3).joined(separator: ", ") + (places.count > 3 ? ", …" : "")
    var finding = Finding(
      "daemonset-unready", of: subject.ref, key: "daemonset-unready",
      "ready on \(ready) of \(wanted.of("node"))" + (named.isEmpty ? "" : ", not on \(named)"),
      ready == 0 ? .error : .warning, since: since ?? subject.created,
      .unclear("it is whole again when those pods are ready")
    ).with(Evidence(.field("status.numberReady"), "\(ready) of \(wanted)", at: since)).asConsequence
    finding.affected = Array(unready.map(\.ref).prefix(Finding.maxAffected))
    finding.affectedCount = unready.count
    if let node = deadNode(subject, places) {
      finding.cause = Finding.Cause(node, "node \(node.name) is not ready")
    }
    return finding
  }

  /// The node that all of them are on, when it is the node that is at fault.
  private static func deadNode(_ subject: Case, _ places: [String]) -> ObjectRef? {
    guard let name = places.first, Set(places).count == 1,
      let node = subject.fact("v1/nodes", name, in: ""),
      Conditions(node.object["status"]["conditions"])["Ready"]?.isTrue == false
    else { return nil }
    return node.ref
  }

  static func misplaced(_ subject: Case) -> Finding? {
    let count = subject.status["numberMisscheduled"].int32 ?? 0
    guard count > 0, subject.status["observedGeneration"].int32 == subject.metadata["generation"].int32 else {
      return nil
    }
    let pods = subject.owned("v1/pods").compactMap(\.pod)
    // A node that does not answer is tainted for that: its pods are not misplaced.
    let areSettled = pods.allSatisfy { pod in
      guard !pod.isEnding, let node = subject.fact("v1/nodes", pod.node, in: "") else { return false }
      return Conditions(node.object["status"]["conditions"])["Ready"]?.isTrue == true
    }
    guard areSettled else { return nil }
    return Finding(
      "daemonset-misplaced", of: subject.ref, key: "daemonset-misplaced",
      "runs on \(count.of("node")) where it is not wanted any more", .notice,
      .hopeless("a taint that came later or a label that went does not take running pods away")
    ).with(Evidence(.field("status.numberMisscheduled"), "\(count)"))
  }
}
