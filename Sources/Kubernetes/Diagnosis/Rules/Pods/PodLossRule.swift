import Cluster
import Document

extension Rule {
  /// A pod on a node that is silent or gone, and one that is deleted and does not go.
  ///
  /// Source: Kubernetes, "Nodes" (conditions), "Pod Lifecycle" (termination), "Finalizers"; pkg/controller/nodelifecycle, podgc.
  static let podLoss = Rule(
    "pod-loss", "Pods on lost nodes, and pods that do not end", of: ["v1/pods"], reads: ["v1/nodes"]
  ) { subject in
    switch subject.stage {
    case .lost: [PodLoss.lost(subject)]
    case .ending: [PodLoss.ending(subject)].compactMap { $0 }
    default: []
    }
  }
}

private enum PodLoss {
  /// The kubelet needs a moment beyond the time of grace.
  static let endSeconds: Int64 = 30

  static func lost(_ subject: Case) -> Finding {
    let node = ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node)
    let since = subject.conditions["Ready"]?.since
    let isGone = subject.look("v1/nodes", subject.node, in: "").isAbsent
    let headline = isGone ? "its node \(subject.node) is gone" : "its node \(subject.node) does not answer"
    var finding = Finding(
      "node-lost", of: subject.ref, key: "node-lost", headline, .error, since: since,
      subject.owner == nil
        ? .unclear("it comes back with the node, if the node does")
        : .heals("after about five minutes its controller makes another pod elsewhere, where it may")
    ).with(subject.conditions["Ready"]?.evidence)
    finding.cause = Finding.Cause(node, headline)
    return finding.offering(Offer("why node \(subject.node) is silent", .view(.why(node))))
  }

  static func ending(_ subject: Case) -> Finding? {
    // The time it is to be gone by: the request and the grace together.
    let due = subject.metadata["deletionTimestamp"].seconds
    let finalizers = subject.metadata["finalizers"].array.map(\.line)
    if PodStage.isOnLostNode(subject) { return stuckOnNode(subject, due) }
    guard subject.hasLasted(endSeconds, since: due) else { return nil }
    let hasEnded = subject.phase == "Failed" || subject.phase == "Succeeded"
    if hasEnded || subject.node.isEmpty, !finalizers.isEmpty { return held(subject, finalizers, due) }
    let running = subject.containers.filter(\.isRunning).map(\.name)
    var finding = Finding(
      "pod-not-ending", of: subject.ref, key: "pod-not-ending", "is to be deleted and does not end", .warning,
      since: due,
      .unclear("its time of grace is over, and the kubelet has not reported its end")
    ).with(
      Evidence(.field("metadata.deletionTimestamp"), "should be gone by then", at: due),
      running.isEmpty
        ? nil
        : Evidence(.field("status.containerStatuses"), "still running: \(running.joined(separator: ", "))"))
    finding.evidence += subject.events().filter {
      $0.reason == "FailedKillPod" || $0.reason == "FailedPreStopHook"
    }.map(\.evidence)
    let node = ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node)
    return finding.offering(Offer("look at node \(subject.node)", .view(.describe(node))), force(subject))
  }

  private static func held(_ subject: Case, _ finalizers: [String], _ due: Int64?) -> Finding {
    let names = finalizers.joined(separator: ", ")
    return Finding(
      "finalizer", of: subject.ref, key: "finalizer \(names)",
      "held by finalizer \(Wording.shortened(names, to: 60))", .warning, since: due,
      .unclear("it has ended; whoever set the finalizer has to take it away")
    ).with(Evidence(.field("metadata.finalizers"), names, at: due)).offering(
      Offer(
        "take the finalizers away by hand, if their owner is gone for good",
        .command(
          "kubectl -n \(subject.ref.namespace) patch pod \(subject.ref.name) --type=merge -p '{\"metadata\":{\"finalizers\":null}}'"
        )))
  }

  private static func stuckOnNode(_ subject: Case, _ due: Int64?) -> Finding {
    let node = ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node)
    let headline = "its node \(subject.node) does not answer, so nobody reports its end"
    var finding = Finding(
      "node-lost", of: subject.ref, key: "node-lost ending", headline, .warning,
      since: subject.conditions["Ready"]?.since ?? due,
      .unclear("it goes when the node answers again or is deleted")
    ).with(
      Evidence(.field("metadata.deletionTimestamp"), "should be gone by then", at: due),
      subject.conditions["Ready"]?.evidence)
    finding.cause = Finding.Cause(node, "node \(subject.node) does not answer")
    return finding.offering(force(subject))
  }

  private static func force(_ subject: Case) -> Offer {
    var deletion = Change.Deletion()
    deletion.isForced = true
    deletion.graceSeconds = 0
    return Offer(
      "delete it without waiting for the node (its containers may go on there)",
      .change(Change(.delete(deletion), subject.ref)))
  }
}
