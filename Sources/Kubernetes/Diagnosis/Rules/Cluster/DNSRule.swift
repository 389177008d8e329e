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
  }

  static func isService(_ ref: ObjectRef, _ labels: JSON) -> Bool {
    if ref.namespace == "openshift-dns" { return ref.name == "dns-default" }
    guard ref.namespace == "kube-system" else { return false }
    return ["kube-dns", "coredns"].contains(ref.name) || labels["k8s-app"].string == "kube-dns"
      || ref.name.hasSuffix("-coredns")
  }

  static func finding(_ subject: Case) -> Finding? {
    let (spec, status) = (subject.spec, subject.status)
    let isSet = subject.ref.kind == "apps/v1/daemonsets"
    let wanted = isSet ? status["desiredNumberScheduled"].int ?? 0 : spec["replicas"].int ?? 1
    let ready = isSet ? status["numberReady"].int ?? 0 : status["readyReplicas"].int ?? 0
    guard ready < max(1, wanted) else { return nil }
    let since = subject.conditions.failing("Available")?.since
    if wanted == 0 {
      return Finding(
        "dns-down", of: subject.ref, key: "dns", "cluster DNS is down: it is scaled to 0", .critical,
        since: since,
        .hopeless("no name is looked up in the cluster until it is scaled up")
      ).with(Evidence(.field("spec.replicas"), "0")).offering(
        Offer("scale it to 2", .change(Change(.scale(to: 2), subject.ref))))
    }
    guard subject.hasLasted(ready == 0 ? settleSeconds : partSeconds, since: since ?? subject.created) else {
      return nil
    }
    // Its pods say why; how grave that is, stands here.
    return Finding(
      ready == 0 ? "dns-down" : "dns-partial", of: subject.ref, key: "dns",
      ready == 0
        ? "cluster DNS is down: none of its \(wanted.of("pod")) is ready"
        : "cluster DNS answers from \(ready) of \(wanted.of("pod"))", ready == 0 ? .critical : .warning,
      since: since,
      .unclear("names are looked up again as soon as its pods are ready")
    ).with(
      Evidence(
        .field(isSet ? "status.numberReady" : "status.readyReplicas"), "\(ready) of \(wanted)", at: since)
    ).asConsequence
  }
}

extension Case {
  /// What look-ups that fail in this cluster come from, when nothing answers for its name service; nil when it does or is not
  /// known. To be asked only once something cannot look up a name.
  func dnsOutage() -> Finding.Cause? {
    for kind in ["apps/v1/deployments", "apps/v1/daemonsets"] {
      for space in ["kube-system", "openshift-dns"] {
        for fact in facts(kind, in: space) ?? [] {
          let object = fact.object
          guard DNS.isWorkload(fact.ref, object["metadata"]["labels"]) else { continue }
          let ready = object["status"]["readyReplicas"].int ?? object["status"]["numberReady"].int ?? 0
          if ready == 0 { return Finding.Cause(fact.ref, "cluster DNS is down") }
        }
      }
    }
    return nil
  }
}
