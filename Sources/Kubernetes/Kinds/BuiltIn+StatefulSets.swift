import Cluster
import Document

extension BuiltIn {
  static let statefulSets = BuiltIn(
    Kind(
      id: "apps/v1/statefulsets", name: "StatefulSet", short: ["sts"], role: .workload,
      abilities: .scaledRollout, children: .selected("v1/pods")),
    [
      .ratio("READY", "status.readyReplicas", of: "spec.replicas").priority(9),
      .rollout(
        updated: "status.updatedReplicas", available: "status.availableReplicas", pods: "status.replicas",
        wanted: "spec.replicas"
      ).priority(6),
      .number("UP-TO-DATE", "status.updatedReplicas").priority(6),
      .text("SERVICE", "spec.serviceName").priority(4),
      .imageNames("IMAGE", "spec.template").priority(2),
      .number("PARTITION", "spec.updateStrategy.rollingUpdate.partition").wide,
      .text("CURRENT REV", "status.currentRevision").wide,
      .text("UPDATE REV", "status.updateRevision").wide,
    ] + Cell.template("spec.template") + [.selector("SELECTOR", "spec.selector").wide],
    drill: .selector("spec.selector"),
    health: .reading("spec.replicas", "status", "spec.updateStrategy", "spec.podManagementPolicy") { fields in
      let (wanted, status) = (fields[0]?.int ?? 1, fields[1])
      let (ready, current) = (status?["readyReplicas"].count ?? 0, status?["replicas"].count ?? 0)
      if wanted == 0, current == 0 { return Health(.done, "scaled to 0") }
      if ready < wanted {
        let isOrdered = !fields[3].has("Parallel") && current < wanted
        return Health(
          .pending,
          "\(ready) of \(wanted) pods are ready"
            + (isOrdered ? "; they are created one after the other, \(current) so far" : ""))
      }
      return updateHealth(wanted, status, strategy: fields[2])
    })

  private static func updateHealth(_ wanted: Int, _ status: JSONSlice?, strategy: JSONSlice?) -> Health {
    guard status?["updateRevision"].line != status?["currentRevision"].line else { return .good }
    let updated = status?["updatedReplicas"].count ?? 0
    if strategy?["type"].has("OnDelete") == true {
      return Health(
        .good, "\(updated) of \(wanted) pods have the new template; the others get it when they are deleted")
    }
    let partition = strategy?["rollingUpdate"]?["partition"].count ?? 0
    if updated >= wanted - partition {
      return Health(
        .good, "\(updated) of \(wanted) pods have the new template; its partition holds the others back")
    }
    return Health(.starting, "rolling out: \(updated) of \(wanted) pods updated")
  }
}
