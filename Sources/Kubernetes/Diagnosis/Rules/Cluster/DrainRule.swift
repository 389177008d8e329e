import Cluster
import Document

extension Rule {
  /// Cordoned nodes whose drain a disruption budget holds up.
  ///
  /// policy/v1 PodDisruptionBudget: an eviction is refused while status.disruptionsAllowed is 0.
  static let drain = Rule(
    "drain", "drains that a disruption budget holds up", of: ["v1/nodes"],
    reads: ["policy/v1/poddisruptionbudgets"]
  ) { subject in
    guard subject.spec["unschedulable"].bool == true, !subject.isEnding else { return [] }
    return Drain(subject).findings()
  }
}

private struct Drain {
  /// A drain evicts everything it can within seconds, and waits for grace periods of half a minute.
  static let settleSeconds: Int64 = 30
  /// Pods come and go unseen here.
  static let lookSeconds: Int64 = 15

  let subject: Case
  init(_ subject: Case) { self.subject = subject }

  func findings() -> [Finding] {
    let taint = subject.spec["taints"].array.first { $0["key"].string == "node.kubernetes.io/unschedulable" }
    let since = taint?["timeAdded"].seconds
    guard subject.hasLasted(Self.settleSeconds, since: since) else { return [] }
    // What a drain would evict: no pods of DaemonSets, of the node itself, or that are over.
    let pods = subject.pods(on: subject.ref.name).filter { fact in
      guard let pod = fact.pod, !pod.isOver, !pod.isEnding else { return false }
      return fact.owner?.kind != "apps/v1/daemonsets" && fact.owner?.kind != "v1/nodes"
    }
    if pods.isEmpty { return [] }
    subject.review(inSeconds: Self.lookSeconds)
    var held: [ObjectRef: [Fact]] = [:]
    var budgets: [ObjectRef: JSON] = [:]
    for (space, here) in Dictionary(grouping: pods, by: \.ref.namespace) {
      for budget in subject.facts("policy/v1/poddisruptionbudgets", in: space) ?? [] {
        let object = budget.object
        guard object["status"]["disruptionsAllowed"].int32 == 0 else { continue }
        let terms = LabelTerms(object["spec"]["selector"])
        let mine = here.filter { fact in fact.pod.map { terms.fits($0.labels) } ?? false }
        if mine.isEmpty { continue }
        held[budget.ref] = mine
        budgets[budget.ref] = object
      }
    }
    let blocked = Set(held.values.joined().map(\.key))
    // Where nothing else is left, somebody is draining it.
    let isDraining = pods.allSatisfy { blocked.contains($0.key) }
    return held.keys.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }.map { ref in
      finding(ref, budgets[ref] ?? .null, held[ref] ?? [], isDraining, since)
    }
  }

  private func finding(
    _ budget: ObjectRef, _ object: JSON, _ pods: [Fact], _ isDraining: Bool, _ since: Int64?
  ) -> Finding {
    let status = object["status"]
    let (healthy, needed, expected) = (
      status["currentHealthy"].int32 ?? 0, status["desiredHealthy"].int32 ?? 0,
      status["expectedPods"].int32 ?? 0
    )
    let isShort = healthy < needed
    let why =
      isShort
      ? "only \(healthy) of the \(needed) that must stay are healthy"
      : needed >= expected ? "all \(expected.of("pod")) must stay" : "\(needed) of \(expected) must stay"
    var finding = Finding(
      "drain-blocked", of: subject.ref, part: "\(budget.namespace)/\(budget.name)", key: "drain-blocked",
      "\(isDraining ? "its drain is" : "a drain would be") held up by disruption budget \(budget.name): \(why)",
      isDraining ? .warning : .notice, since: since,
      isShort
        ? .unclear("it goes on when more of its pods are healthy")
        : .hopeless("the budget never allows an eviction with so many pods")
    ).with(
      Evidence(.field("status.disruptionsAllowed"), "0", in: budget),
      Evidence(
        .field(object["spec"]["minAvailable"].isNull ? "spec.maxUnavailable" : "spec.minAvailable"),
        (object["spec"]["minAvailable"].isNull
          ? object["spec"]["maxUnavailable"] : object["spec"]["minAvailable"])
          .plain, in: budget),
      Evidence(
        .reckoned("pods of the budget on this node"),
        pods.prefix(4).map(\.ref.name).sorted().joined(separator: ", "))
    ).offering(
      Offer("look at the budget", .view(.describe(budget))),
      Offer("uncordon it", .change(Change(.uncordon, subject.ref))))
    finding.affected = Array(pods.map(\.ref).prefix(Finding.maxAffected))
    finding.affectedCount = pods.count
    return finding
  }
}
