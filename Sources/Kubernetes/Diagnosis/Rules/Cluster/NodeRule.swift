import Cluster
import Document

extension Rule {
  /// Nodes that do not answer, run short, lack a network, or were cordoned and forgotten.
  ///
  /// Node conditions and taints: pkg/controller/nodelifecycle, kubelet/nodestatus; eviction after `tolerationSeconds`
  /// (default 300, admission plugin DefaultTolerationSeconds).
  static let node = Rule(
    "node", "nodes not ready, under pressure, without network, cordoned and forgotten, of another version",
    of: ["v1/nodes"]
  ) { subject in
    let node = NodeTrouble(subject)
    if let dead = node.notReady() { return [node.leaving(dead)] }
    return node.pressures() + [node.network(), node.cordoned(), node.skew()].compactMap { $0 }
  }
}

struct NodeTrouble {
  /// A maintenance takes as long.
  static let cordonSeconds: Int64 = 3_600
  /// A new node's kubelet starts before its network does.
  static let startSeconds: Int64 = 120
  /// What Kubernetes supports (version skew policy): kubelets up to three minor versions behind the server.
  static let maxSkew = 3

  let subject: Case
  init(_ subject: Case) { self.subject = subject }

  private var name: String { subject.ref.name }
  private var podsHere: Query {
    var query = Query("v1/pods")
    query.fieldSelector = "spec.nodeName=\(name)"
    return query
  }

  func notReady() -> Finding? {
    guard let ready = subject.conditions["Ready"], !ready.isTrue else { return nil }
    let isNew = subject.created > 0 && subject.now - subject.created < Self.startSeconds
    if isNew, !ready.text.contains("stopped posting") {
      subject.review(at: subject.created + Self.startSeconds)
      return nil
    }
    let isSilent = ready.json["status"].string == "Unknown"
    let heartbeat = ready.json["lastHeartbeatTime"].seconds
    let pods = subject.pods(on: name).filter { $0.pod?.isOver == false }
    let moved = evictionSeconds(pods)
    let since = ready.since
    var finding = Finding(
      isSilent ? "node-silent" : "node-not-ready", of: subject.ref, key: "node-not-ready",
      headline(ready, isSilent, pods.count), .critical, since: since,
      isSilent
        ? .unclear("nobody can tell from outside whether the machine, its kubelet or the network is down")
        : .unclear("the kubelet runs and reports it; it is ready again when that is mended")
    ).with(ready.evidence)
    if isSilent, let heartbeat {
      finding = finding.with(
        Evidence(
          .field("status.conditions[Ready].lastHeartbeatTime"), "last heard of \(Moment.mark(heartbeat))",
          at: heartbeat))
    }
    finding = finding.with(eviction(since, moved, pods))
    if subject.spec["unschedulable"].bool == true {
      finding = finding.with(Evidence(.field("spec.unschedulable"), "it is cordoned too"))
    }
    return finding.offering(
      Offer("its pods", .view(.rows(podsHere))),
      Offer("look at the node", .view(.describe(subject.ref))),
      Offer("look at the kubelet there", .command("ssh \(name) systemctl status kubelet")))
  }

  /// Taints of autoscalers on nodes that they take away: cluster-autoscaler's utils/taints, Karpenter's apis/v1/taints.
  /// (DeletionCandidateOfClusterAutoscaler says only that it may come to that.)
  private static let leavingTaints: Set = [
    "ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted", "karpenter.sh/disruption",
  ]
  /// Clouds take some minutes to end a machine.
  static let leavingSeconds: Int64 = 600

  /// A node that goes on purpose stops to answer before its object goes: no trouble, unless it takes too long.
  func leaving(_ finding: Finding) -> Finding {
    let taint = subject.spec["taints"].array.first { Self.leavingTaints.contains($0["key"].string ?? "") }
    guard subject.isEnding || taint != nil else { return finding }
    let since = subject.metadata["deletionTimestamp"].seconds ?? finding.since ?? subject.now
    guard !subject.hasLasted(Self.leavingSeconds, since: since) else { return finding }
    var finding = finding
    finding.rule = "node-leaving"
    finding.headline = "it is being taken away, and does not answer any more"
    finding.severity = .notice
    finding.verdict = .unclear("its object goes as soon as its machine has ended")
    let evidence =
      taint.map { Evidence(.field("spec.taints"), $0["key"].line, at: $0["timeAdded"].seconds) }
      ?? Evidence(.field("metadata.deletionTimestamp"), "it is being deleted", at: since)
    finding.evidence.insert(evidence, at: 0)
    return finding
  }

  private func headline(_ ready: Conditions.Condition, _ isSilent: Bool, _ count: Int) -> String {
    let follows = count > 0 ? ", \(count.of("pod")) on it" : ""
    if isSilent { return "its kubelet has stopped reporting\(follows)" }
    let message = ready.message
    if message.contains("cni") || message.lowercased().contains("network plugin") {
      return "not ready: its pod network is not set up\(follows)"
    }
    if message.contains("PLEG is not healthy") { return "not ready: its container runtime hangs\(follows)" }
    if message.contains("container runtime") { return "not ready: its container runtime is down\(follows)" }
    return "not ready: \(message.isEmpty ? ready.reason : message)".shortened() + follows
  }

  /// When the pods there are given up: the shortest time that one of them tolerates the taint; nil when none is.
  private func evictionSeconds(_ pods: [Fact]) -> Int64? {
    let bounded = pods.compactMap { fact -> Int64? in
      if fact.owner?.kind == "apps/v1/daemonsets" || fact.pod?.isEnding == true { return nil }
      let tolerations = fact.object["spec"]["tolerations"].array.filter { toleration in
        let key = toleration["key"].string ?? ""
        return key.hasPrefix("node.kubernetes.io/unreachable")
          || key.hasPrefix("node.kubernetes.io/not-ready")
          || key.isEmpty
      }
      // Bodies of pods that are well are not kept: they have the default.
      if fact.body == nil { return 300 }
      if tolerations.contains(where: { $0["tolerationSeconds"].isNull }) { return nil }
      return tolerations.compactMap { $0["tolerationSeconds"].int32.map(Int64.init) }.min() ?? 0
    }
    return bounded.max()
  }

  private func eviction(_ since: Int64?, _ seconds: Int64?, _ pods: [Fact]) -> Evidence? {
    guard let since, let seconds, !pods.isEmpty else { return nil }
    let tainted = subject.spec["taints"].array.first {
      $0["effect"].string == "NoExecute" && ($0["key"].string ?? "").hasPrefix("node.kubernetes.io/")
    }
    guard tainted != nil else {
      return Evidence(.reckoned("no NoExecute taint"), "its pods stay bound to it: nothing evicts them yet")
    }
    let begin = tainted?["timeAdded"].seconds ?? since
    let isPast = subject.now >= begin + seconds
    if !isPast { subject.review(at: begin + seconds) }
    let workloads = pods.count { $0.owner != nil && $0.owner?.kind != "apps/v1/daemonsets" }
    return Evidence(
      .reckoned("tolerationSeconds \(seconds)"),
      isPast
        ? "its pods were given up \(Moment.mark(begin + seconds)) and are made elsewhere; those of StatefulSets wait until the node is back or deleted"
        : "\(workloads.of("pod")) with a controller are made elsewhere \(Lapse.words(seconds)) after it fell silent",
      at: begin)
  }

  func pressures() -> [Finding] {
    let kinds: [(type: String, what: String, rule: String)] = [
      ("MemoryPressure", "memory", "node-memory"), ("DiskPressure", "disk space", "node-disk"),
      ("PIDPressure", "process ids", "node-pid"),
    ]
    return kinds.compactMap { kind in
      guard let condition = subject.conditions.holding(kind.type) else { return nil }
      let evicted = subject.pods(on: name).filter {
        $0.object["status"]["reason"].string == "Evicted"
          && ($0.object["status"]["conditions"].array.isEmpty || $0.pod?.isOver == true)
      }
      var finding = Finding(
        kind.rule, of: subject.ref, key: kind.rule,
        "low on \(kind.what): it evicts pods and takes no new ones", .error, since: condition.since,
        .unclear("the kubelet takes pods again 5 min after \(kind.what) came back")
      ).with(condition.evidence)
      if !evicted.isEmpty {
        finding = finding.with(
          Evidence(
            .reckoned("pods in phase Failed with reason Evicted"), "\(evicted.count.of("pod")) evicted so far"
          ))
        finding.affected = Array(evicted.map(\.ref).prefix(Finding.maxAffected))
        finding.affectedCount = evicted.count
      }
      let event = subject.events().first {
        $0.reason == "EvictionThresholdMet" || $0.reason == "FreeDiskSpaceFailed"
      }
      return finding.with(event?.evidence).offering(
        Offer("what it uses", .view(.chart(subject.ref))),
        Offer("its pods", .view(.rows(podsHere))))
    }
  }

  func network() -> Finding? {
    guard let condition = subject.conditions.holding("NetworkUnavailable"),
      subject.hasLasted(Self.startSeconds, since: condition.since)
    else { return nil }
    return Finding(
      "node-network", of: subject.ref, key: "node-network", "its pod network is not available", .critical,
      since: condition.since, .unclear("the network plugin or the cloud's route controller has to set it up")
    ).with(condition.evidence)
  }

  func cordoned() -> Finding? {
    guard subject.spec["unschedulable"].bool == true else { return nil }
    let taint = subject.spec["taints"].array.first { $0["key"].string == "node.kubernetes.io/unschedulable" }
    let since = taint?["timeAdded"].seconds
    guard let since, subject.hasLasted(Self.cordonSeconds, since: since) else { return nil }
    return Finding(
      "node-cordoned", of: subject.ref, key: "node-cordoned", "cordoned and forgotten: it takes no new pods",
      .notice,
      since: since, .hopeless("it stays so until somebody uncordons it")
    ).with(Evidence(.field("spec.unschedulable"), "true", at: since)).offering(
      Offer("uncordon it", .change(Change(.uncordon, subject.ref))))
  }

  /// A kubelet that is too far from the newest of its cluster.
  func skew() -> Finding? {
    guard let mine = subject.status["nodeInfo"]["kubeletVersion"].string.flatMap(KubeletVersion.minor) else {
      return nil
    }
    let newest = subject.newestKubelet
    guard newest - mine > Self.maxSkew else { return nil }
    return Finding(
      "node-version", of: subject.ref, key: "node-version",
      "its kubelet is \(newest - mine) minor versions behind the newest node", .notice,
      .hopeless("more than \(Self.maxSkew) versions behind the API server is not supported")
    ).with(
      Evidence(.field("status.nodeInfo.kubeletVersion"), subject.status["nodeInfo"]["kubeletVersion"].line),
      Evidence(.reckoned("the newest kubelet of the cluster"), "1.\(newest)"))
  }
}
