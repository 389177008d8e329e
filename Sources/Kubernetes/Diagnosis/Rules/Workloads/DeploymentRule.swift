import Cluster
import Document

extension Rule {
  /// What a Deployment itself tells: it makes no progress, it is paused and forgotten, no controller looks at it, it waits
  /// for room that only its own old pods could free.
  ///
  /// pkg/controller/deployment: progress.go, sync.go, rolling.go.
  static let deployment = Rule(
    "deployment", "rollouts that do not go on: deadline, pause, no room for one more",
    of: ["apps/v1/deployments"]
  ) { subject in
    if subject.isEnding { return [] }
    return [
      DeploymentTrouble.deadline(subject), DeploymentTrouble.unavailable(subject),
      DeploymentTrouble.paused(subject), DeploymentTrouble.unattended(subject),
      DeploymentTrouble.surge(subject),
    ].compactMap { $0 }
  }
}

private enum DeploymentTrouble {
  /// People pause in order to change several things at once, which takes minutes.
  static let pauseSeconds: Int64 = 600
  /// A pod that restarts is away for some seconds; what lasts longer is worth a line.
  static let unavailableSeconds: Int64 = 60
  /// Controllers act within a second; a leader change takes up to half a minute.
  static let unattendedSeconds: Int64 = 60

  static func deadline(_ subject: Case) -> Finding? {
    guard let condition = subject.conditions.failing("Progressing"),
      condition.reason == "ProgressDeadlineExceeded"
    else { return nil }
    let seconds = subject.spec["progressDeadlineSeconds"].int32 ?? 600
    let (ready, wanted) = (subject.status["readyReplicas"].int32 ?? 0, subject.spec["replicas"].int32 ?? 1)
    let updated = subject.status["updatedReplicas"].int32 ?? 0
    let state =
      updated < wanted ? "\(updated) of \(wanted) pods are updated" : "\(ready) of \(wanted) pods are ready"
    return Finding(
      "progress-deadline", of: subject.ref, key: "progress-deadline",
      "the rollout made no progress in \(Lapse.words(Int64(seconds))): \(state)",
      since: condition.since, .unclear("the rollout goes on by itself once its pods get ready")
    ).with(condition.evidence).asConsequence
  }

  /// Fewer pods than wanted, outside a rollout, and nobody who says why.
  static func unavailable(_ subject: Case) -> Finding? {
    guard let condition = subject.conditions.failing("Available"),
      subject.conditions["Progressing"]?.reason == "NewReplicaSetAvailable",
      subject.hasLasted(unavailableSeconds, since: condition.since)
    else { return nil }
    let (available, wanted) = (
      subject.status["availableReplicas"].int32 ?? 0, subject.spec["replicas"].int32 ?? 1
    )
    // Pods that are there and not ready say themselves why.
    let unready = subject.pods().count { $0.pod.map { !$0.isReady && !$0.isOver && !$0.isEnding } ?? false }
    guard available + unready < wanted else { return nil }
    return Finding(
      "deployment-unavailable", of: subject.ref, key: "deployment-unavailable",
      "\(available) of \(wanted) pods are available", since: condition.since,
      .unclear("its pods were available before, and some of them are not there any more")
    ).with(condition.evidence).asConsequence
  }

  /// Paused with a change that does not go out.
  static func paused(_ subject: Case) -> Finding? {
    guard subject.spec["paused"].bool == true, (subject.spec["replicas"].int32 ?? 1) > 0 else { return nil }
    let condition = subject.conditions["Progressing"]
    let since = condition?.reason == "DeploymentPaused" ? condition?.since : nil
    let (updated, replicas) = (
      subject.status["updatedReplicas"].int32 ?? 0, subject.status["replicas"].int32 ?? 0
    )
    guard updated < replicas, subject.hasLasted(pauseSeconds, since: since) else { return nil }
    return Finding(
      "rollout-paused", of: subject.ref, key: "rollout-paused",
      "paused, and a change of its template does not go out: \(replicas - updated) of \(replicas) pods are old",
      .notice, since: since, .hopeless("a paused deployment replaces no pods until somebody resumes it")
    ).with(
      Evidence(.field("spec.paused"), "true", at: since),
      Evidence(.field("status.updatedReplicas"), "\(updated) of \(replicas) pods have the template of now")
    ).offering(
      Offer("resume the rollout", .change(Change(.resume, subject.ref))),
      Offer("see what waits", .view(.rollout(subject.ref))))
  }

  /// No controller has ever looked at it.
  static func unattended(_ subject: Case) -> Finding? {
    guard subject.status["observedGeneration"].int32 == nil, subject.created > 0,
      subject.hasLasted(unattendedSeconds, since: subject.created)
    else { return nil }
    return Finding(
      "controller-absent", of: subject.ref, key: "controller-absent",
      "no controller looks at it: the controller manager does not act", since: subject.created,
      .unclear("it is taken up once the cluster's controller manager works again")
    ).with(
      Evidence(
        .field("status.observedGeneration"),
        "not set \(Moment.lasting(since: subject.created)) after it was made")
    ).causedBy(
      Finding.Cause(
        ObjectRef(kind: "component", namespace: "kube-system", name: "kube-controller-manager"),
        "the controller manager does not act on new objects"))
  }

  /// A rollout that may not take an old pod away before a new one is ready, and has no room for the new one.
  static func surge(_ subject: Case) -> Finding? {
    let wanted = subject.spec["replicas"].int32 ?? 1
    let (updated, ready) = (
      subject.status["updatedReplicas"].int32 ?? 0, subject.status["readyReplicas"].int32 ?? 0
    )
    guard wanted > 0, Rolling.maxUnavailable(subject.spec) == 0, updated < wanted, ready >= wanted,
      (subject.status["unavailableReplicas"].int32 ?? 0) > 0
    else { return nil }
    let waiting = subject.pods().filter { fact in
      guard let pod = fact.pod, pod.node.isEmpty, !pod.isOver, !pod.isEnding else { return false }
      return Conditions(fact.object["status"]["conditions"]).failing("PodScheduled")?.reason
        == "Unschedulable"
    }
    guard let first = waiting.map(\.created).min(), subject.hasLasted(unavailableSeconds, since: first) else {
      return nil
    }
    return Finding(
      "surge-deadlock", of: subject.ref, key: "surge-deadlock",
      "the rollout waits for room that only its own old pods could free (maxUnavailable 0)", since: first,
      .hopeless("no old pod may go before the new one is ready, and no node has room for it")
    ).with(
      Evidence(
        .field("spec.strategy.rollingUpdate.maxUnavailable"),
        "0: \(ready) old pods stay while \(waiting.count.of("new pod")) cannot be placed")
    ).offering(
      Offer(
        "let one pod be missing meanwhile",
        .command(
          "kubectl -n \(subject.ref.namespace) patch deployment \(subject.ref.name) -p "
            + "'{\"spec\":{\"strategy\":{\"rollingUpdate\":{\"maxUnavailable\":1}}}}'"))
    ).asConsequence
  }
}
