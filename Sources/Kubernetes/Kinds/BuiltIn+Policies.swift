import Cluster
import Document

extension BuiltIn {
  static let podDisruptionBudgets = BuiltIn(
    Kind(
      id: "policy/v1/poddisruptionbudgets", name: "PodDisruptionBudget", short: ["pdb"], role: .boundary,
      abilities: .document, children: .selected("v1/pods")),
    [
      .computed("MIN AVAILABLE", "spec.minAvailable") { $0[0]?.plainText ?? "N/A" }.priority(6),
      .computed("MAX UNAVAILABLE", "spec.maxUnavailable") { $0[0]?.plainText ?? "N/A" }.priority(6),
      .number("ALLOWED DISRUPTIONS", "status.disruptionsAllowed").priority(8),
      .number("CURRENT", "status.currentHealthy").priority(5),
      .number("DESIRED", "status.desiredHealthy").priority(5),
      .number("EXPECTED", "status.expectedPods").priority(4),
    ],
    drill: .selector("spec.selector"),
    health: .reading("status") { fields in
      let status = fields[0]
      let (healthy, needed) = (status?["currentHealthy"].count ?? 0, status?["desiredHealthy"].count ?? 0)
      if let failed = StatusConditions(status?["conditions"]).failing("DisruptionAllowed"),
        failed.reason == "SyncFailed"
      {
        return Health(.bad, "it could not be worked out\(failed.lasting): \(failed.text)")
      }
      if healthy < needed { return Health(.pending, "\(healthy) of the \(needed) pods it needs are healthy") }
      if status?["expectedPods"].count == 0 { return Health(.good, "no pods match its selector") }
      return status?["disruptionsAllowed"].count == 0
        ? Health(.good, "no pod may be evicted: \(needed) must be healthy and \(healthy) are") : .good
    })

  static let networkPolicies = BuiltIn(
    Kind(
      id: "networking.k8s.io/v1/networkpolicies", name: "NetworkPolicy", short: ["netpol"], role: .network,
      abilities: .document, children: .selected("v1/pods")),
    [
      .selector("POD-SELECTOR", "spec.podSelector").priority(7),
      .list("TYPES", "spec.policyTypes").priority(5),
      .count("INGRESS", "spec.ingress").priority(4),
      .count("EGRESS", "spec.egress").priority(4),
    ],
    drill: .selector("spec.podSelector"))
}
