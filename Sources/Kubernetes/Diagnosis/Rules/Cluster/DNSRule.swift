import Cluster
import Document

extension Rule {
  /// The cluster's name service, without which nearly everything else fails: its workload has too few pods that answer.
  ///
  /// Names and labels: kubeadm, k3s, RKE2, EKS, GKE, AKS (k8s-app=kube-dns), OpenShift (openshift-dns).
  static let dns = Rule(
    "dns", "the cluster's name service", of: ["apps/v1/deployments", "apps/v1/daemonsets"]
  ) { subject in
    if subject.isEnding || !DNS.isWorkload(subject.ref, subject.labels) { return [] }
    return [DNS.finding(subject)].compactMap { $0 }
  }
}

enum DNS {
  /// One pod that restarts leaves the others to answer; that all are away is worth a line at once.
  private static let settleSeconds: Int64 = 15
  private static let partSeconds: Int64 = 60

  static func isWorkload(_ ref: ObjectRef, _ labels: JSON) -> Bool {
    if ref.namespace == "openshift-dns" { return ref.name == "dns-default" }
    guard ref.namespace == "kube-system" else { return false }
    let isNamed = ref.name.contains("coredns") || ref.name.contains("kube-dns")
    return (isNamed || labels["k8s-app"].string == "kube-dns") && !ref.name.contains("autoscaler")
      && !ref.name.contains("local")
  }

  static func isService(_ ref: ObjectRef, _ labels: JSON) -> Bool {
    if ref.namespace == "openshift-dns" { return ref.name == "dns-default" }
    guard ref.namespace == "kube-system" else { return false }
    return ["kube-dns", "coredns"].contains(ref.name) || labels["k8s-app"].string == "kube-dns"
      || ref.name.hasSuffix("-coredns")
  }

  /// How many pods a workload wants and has.
  struct Tally {
    let wanted: Int
    let ready: Int

    init(_ object: JSON, _ kind: Kind.ID) {
      let (spec, status) = (object["spec"], object["status"])
      let isSet = kind == "apps/v1/daemonsets"
      wanted = isSet ? status["desiredNumberScheduled"].int32 ?? 0 : spec["replicas"].int32 ?? 1
      ready = (isSet ? status["numberReady"] : status["readyReplicas"]).int32 ?? 0
    }
  }

  static func finding(_ subject: Case) -> Finding? {
    let tally = Tally(subject.object, subject.ref.kind)
    let (wanted, ready) = (tally.wanted, tally.ready)
    guard ready < max(1, wanted) else { return nil }
    let since = subject.conditions.failing("Available")?.since
    if wanted == 0 { return scaledDown(subject, since) }
    guard subject.hasLasted(ready == 0 ? settleSeconds : partSeconds, since: since ?? subject.created) else {
      return nil
    }
    let other = ready == 0 ? subject.dnsWorkloads().first { $0.tally.ready > 0 } : nil
    let isDown = ready == 0 && other == nil
    let headline =
      other.map { "none of its \(wanted.of("pod")) is ready; \($0.ref.words) answers for the cluster" }
      ?? (isDown
        ? "cluster DNS is down: none of its \(wanted.of("pod")) is ready"
        : "cluster DNS answers from \(ready) of \(wanted.of("pod"))")
    // Its pods say why; how grave that is, stands here.
    return Finding(
      isDown ? "dns-down" : "dns-partial", of: subject.ref, key: "dns", headline,
      isDown ? .critical : .warning, since: since,
      .unclear("names are looked up again as soon as its pods are ready")
    ).with(
      Evidence(
        .field(subject.ref.kind == "apps/v1/daemonsets" ? "status.numberReady" : "status.readyReplicas"),
        "\(ready) of \(wanted)", at: since)
    ).asConsequence
  }

  /// Nobody runs it, which is meant so where somebody else answers.
  private static func scaledDown(_ subject: Case, _ since: Int64?) -> Finding? {
    let field =
      subject.ref.kind == "apps/v1/daemonsets" ? "status.desiredNumberScheduled" : "spec.replicas"
    let evidence = Evidence(.field(field), "0", at: since)
    guard isMissed(subject.object, in: subject) else {
      if subject.isWaiting { return nil }
      return Finding(
        "dns-off", of: subject.ref, key: "dns", "runs no pods: names are looked up elsewhere, or not at all",
        .notice, since: since, .unclear("whether this cluster's DNS is served by others is not to be seen")
      ).with(evidence)
    }
    let isDeployment = subject.ref.kind == "apps/v1/deployments"
    return Finding(
      "dns-down", of: subject.ref, key: "dns",
      isDeployment ? "cluster DNS is down: it is scaled to 0" : "cluster DNS is down: it fits no node",
      .critical, since: since, .hopeless("no name is looked up in the cluster until it runs again")
    ).with(evidence).offering(
      isDeployment ? Offer("scale it to 2", .change(Change(.scale(to: 2), subject.ref))) : nil)
  }

  /// Whether the cluster's name service leads to the pods of a workload that runs none, and to no others. Clouds that serve
  /// names themselves leave both behind: GKE with Cloud DNS (which says to scale kube-dns to 0), EKS in Auto Mode.
  static func isMissed(_ workload: JSON, in subject: Case) -> Bool {
    if subject.dnsWorkloads().contains(where: { $0.tally.ready > 0 }) { return false }
    let nodes = subject.facts("v1/nodes", in: "") ?? []
    let isServedByCloud = nodes.contains { node in
      let labels = node.object["metadata"]["labels"]
      return !labels["cloud.google.com/gke-nodepool"].isNull
        || labels["eks.amazonaws.com/compute-type"].string == "auto"
    }
    if isServedByCloud { return false }
    let labels = workload["spec"]["template"]["metadata"]["labels"]
    let services = subject.facts("v1/services", in: workload["metadata"]["namespace"].string ?? "") ?? []
    return services.contains { service in
      let object = service.object
      let selector = object["spec"]["selector"].members
      return isService(service.ref, object["metadata"]["labels"]) && !selector.isEmpty
        && selector.allSatisfy { labels[$0.key] == $0.value }
    }
  }
}

extension Case {
  /// What answers, or is meant to answer, for the cluster's name service.
  fileprivate func dnsWorkloads() -> [(ref: ObjectRef, object: JSON, tally: DNS.Tally)] {
    ["apps/v1/deployments", "apps/v1/daemonsets"].flatMap { kind in
      ["kube-system", "openshift-dns"].flatMap { space in
        // That it was looked at is noted for each who does; what is seen is the same for all.
        let all = facts(kind, in: space) ?? []
        return once("dns \(kind) \(space)") {
          all.compactMap { fact -> (ref: ObjectRef, object: JSON, tally: DNS.Tally)? in
            let object = fact.object
            guard DNS.isWorkload(fact.ref, object["metadata"]["labels"]) else { return nil }
            return (fact.ref, object, DNS.Tally(object, kind))
          }
        }
      }
    }
  }

  /// What look-ups that fail in this cluster come from, when nothing answers for its name service; nil when it does or is not
  /// known. To be asked only once something cannot look up a name.
  func dnsOutage() -> Finding.Cause? {
    let all = dnsWorkloads().sorted { $0.ref.name < $1.ref.name }
    if all.contains(where: { $0.tally.ready > 0 }) { return nil }
    let down = all.first { $0.tally.wanted > 0 } ?? all.first { DNS.isMissed($0.object, in: self) }
    return down.map { Finding.Cause($0.ref, "cluster DNS is down") }
  }
}
