import Cluster
import Document

extension BuiltIn {
  static let replicaSets = BuiltIn(
    Kind(
      id: "apps/v1/replicasets", name: "ReplicaSet", short: ["rs"], role: .workload, abilities: .scaled,
      children: .selected("v1/pods")),
    replicaCells + [
      .number("REV", "metadata.annotations['deployment.kubernetes.io/revision']", or: "").priority(4),
      .imageNames("IMAGE", "spec.template").priority(2),
    ] + Cell.template("spec.template") + [.selector("SELECTOR", "spec.selector").wide],
    drill: .selector("spec.selector"), health: replicaHealth)

  static let replicationControllers = BuiltIn(
    Kind(
      id: "v1/replicationcontrollers", name: "ReplicationController", short: ["rc"], role: .workload,
      abilities: .scaled, children: .selected("v1/pods")),
    replicaCells + Cell.template("spec.template") + [.map("SELECTOR", "spec.selector").wide],
    drill: .map("spec.selector"), health: replicaHealth)

  private static let replicaCells: [Cell] = [
    .number("DESIRED", "spec.replicas").priority(8),
    .number("CURRENT", "status.replicas").priority(6),
    .number("READY", "status.readyReplicas").priority(9),
  ]

  private static let replicaHealth = Health.Rule.reading("spec.replicas", "status") { fields in
    let (wanted, status) = (fields[0].count, fields[1])
    if let failure = StatusConditions(status?["conditions"]).holding("ReplicaFailure") {
      return Health(.bad, "cannot create pods\(failure.lasting): \(failure.text)")
    }
    let (current, ready) = (status?["replicas"].count ?? 0, status?["readyReplicas"].count ?? 0)
    if wanted == 0, current == 0 { return Health(.done) }
    if current > wanted { return Health(.ending, "scaling down: \(current) pods, \(wanted) wanted") }
    if current < wanted { return Health(.starting, "\(current) of \(wanted) pods are created") }
    return ready < wanted ? Health(.pending, "\(ready) of \(wanted) pods are ready") : .good
  }
}
