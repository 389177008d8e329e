import Cluster
import Document

extension Rule {
  /// What a StatefulSet's order does: one pod holds up the rest, a broken revision blocks its own way back, a partition is left
  /// over; and the service that gives its pods their names.
  ///
  /// pkg/controller/statefulset/stateful_set_control.go; "Forced rollback" in the StatefulSet concepts page.
  static let statefulSet = Rule(
    "statefulset", "ordered starts that are held up, broken revisions, partitions, missing services",
    of: ["apps/v1/statefulsets"], reads: ["apps/v1/controllerrevisions"]
  ) { subject in
    if subject.isEnding { return [] }
    let set = StatefulSetTrouble(subject)
    return [set.blockedRevision(), set.heldUp(), set.partition(), set.service()].compactMap { $0 }
  }
}

private struct StatefulSetTrouble {
  /// How long a pod of a set may take to get ready before the others are said to wait: databases start slowly, and
  /// their own probes tell more.
  static let startSeconds: Int64 = 60
  /// How long a rollout that stops at a partition may be on purpose.
  static let partitionSeconds: Int64 = 3_600
  /// Services are made together with their sets.
  static let serviceSeconds: Int64 = 60

  let subject: Case
  let wanted: Int
  let start: Int

  struct Pod {
    var fact: Fact
    var ordinal: Int
    var isReady: Bool
    var revision: String
    /// Since when it is not ready.
    var since: Int64
  }

  init(_ subject: Case) {
    self.subject = subject
    wanted = subject.spec["replicas"].int32 ?? 1
    start = subject.spec["ordinals"]["start"].int32 ?? 0
  }

  private var isOrdered: Bool {
    (subject.spec["podManagementPolicy"].string ?? "OrderedReady") == "OrderedReady"
  }
  private var isReady: Bool { (subject.status["readyReplicas"].int32 ?? 0) >= wanted }

  /// By ordinal.
  private func pods() -> [Pod] {
    subject.owned("v1/pods").compactMap { fact in
      guard let pod = fact.pod, let dash = fact.ref.name.lastIndex(of: "-"),
        let ordinal = Int(fact.ref.name[fact.ref.name.index(after: dash)...])
      else { return nil }
      let ready = Conditions(fact.object["status"]["conditions"])["Ready"]
      return Pod(
        fact: fact, ordinal: ordinal, isReady: pod.isReady,
        revision: pod.labels["controller-revision-hash"] ?? "", since: ready?.since ?? fact.created)
    }.sorted { $0.ordinal < $1.ordinal }
  }

  /// The pod of a revision that is not wanted any more, and that never gets ready, is not replaced before somebody deletes it.
  func blockedRevision() -> Finding? {
    let update = subject.status["updateRevision"].string ?? ""
    let strategy = subject.spec["updateStrategy"]
    guard isOrdered, !isReady, !update.isEmpty,
      (strategy["type"].string ?? "RollingUpdate") == "RollingUpdate"
    else { return nil }
    let partition = strategy["rollingUpdate"]["partition"].int32 ?? 0
    let blocking = pods().filter { pod in
      !pod.isReady && pod.fact.pod?.isEnding == false && !pod.revision.isEmpty && pod.revision != update
        && pod.ordinal >= partition
    }
    guard let pod = blocking.first, subject.hasLasted(Self.startSeconds, since: pod.since) else { return nil }
    return Finding(
      "revision-blocks", of: subject.ref, part: pod.fact.ref.name, key: "revision-blocks",
      "\(pod.fact.ref.name) still runs an older revision, never gets ready, and is not replaced",
      since: pod.since,
      .hopeless(
        "the controller waits for it to be ready before it gives it the new revision: it has to be deleted by hand"
      )
    ).with(
      Evidence(
        .field("metadata.labels.controller-revision-hash"), "\(pod.revision), wanted is \(update)",
        at: pod.since, in: pod.fact.ref),
      Evidence(
        .field("spec.podManagementPolicy"), "OrderedReady: a set goes on only past pods that are ready")
    ).offering(
      Offer(
        "delete \(pod.fact.ref.name): it comes back with the wanted revision",
        .change(Change(.delete(.init()), pod.fact.ref)))
    )
  }

  /// Which pod the rest of an ordered start waits for.
  func heldUp() -> Finding? {
    let made = subject.status["replicas"].int32 ?? 0
    guard isOrdered, made < wanted else { return nil }
    let pods = pods()
    guard let pod = pods.first(where: { !$0.isReady }),
      subject.hasLasted(Self.startSeconds, since: pod.since)
    else { return nil }
    let missing = wanted - made
    return Finding(
      "ordered-start", of: subject.ref, key: "ordered-start",
      "\(missing.of("pod")) not made yet: \(pod.fact.ref.name) has to be ready first", since: pod.since,
      .unclear("the set goes on by itself as soon as \(pod.fact.ref.name) is ready")
    ).with(
      Evidence(.field("spec.podManagementPolicy"), "OrderedReady"),
      Evidence(.field("status.replicas"), "\(made) of \(wanted) pods are made")
    ).asConsequence
  }

  /// A rollout that stopped at a partition and was never finished.
  func partition() -> Finding? {
    let partition = subject.spec["updateStrategy"]["rollingUpdate"]["partition"].int32 ?? 0
    let (current, update) = (
      subject.status["currentRevision"].string ?? "", subject.status["updateRevision"].string ?? ""
    )
    let old = wanted - (subject.status["updatedReplicas"].int32 ?? 0)
    guard partition > 0, current != update, !update.isEmpty, old > 0, isReady,
      let revision = subject.look("apps/v1/controllerrevisions", update).object,
      let since = revision["metadata"]["creationTimestamp"].seconds,
      subject.hasLasted(Self.partitionSeconds, since: since)
    else { return nil }
    return Finding(
      "partition-left", of: subject.ref, key: "partition-left",
      "\(old.of("pod")) of the old revision left: the update stops at partition \(partition)", .notice,
      since: since,
      .hopeless("pods below the partition keep the old revision until it is lowered")
    ).with(
      Evidence(.field("spec.updateStrategy.rollingUpdate.partition"), "\(partition)"),
      Evidence(
        .field("status.updateRevision"), "\(Moment.plain(update)), current \(Moment.plain(current))",
        at: since)
    ).offering(
      Offer("see the rollout", .view(.rollout(subject.ref))),
      Offer(
        "finish the update",
        .command(
          "kubectl -n \(subject.ref.namespace) patch statefulset \(subject.ref.name) -p "
            + "'{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"partition\":0}}}}'")))
  }

  /// Without it the pods have no names of their own in DNS.
  func service() -> Finding? {
    let name = subject.spec["serviceName"].line
    guard !name.isEmpty, wanted > 0, subject.hasLasted(Self.serviceSeconds, since: subject.created),
      subject.look("v1/services", name).isAbsent
    else { return nil }
    return Finding(
      "headless-service-missing", of: subject.ref, key: "headless-service-missing",
      "service \(name), which gives its pods their DNS names, is missing", .notice, since: subject.created,
      .hopeless("nothing makes the service by itself; only who asks for single pods by name misses it")
    ).with(
      Evidence(.field("spec.serviceName"), name),
      Evidence(.absence("service \(name)"), "the server has no such object"))
  }
}
