import Cluster
import Document

extension BuiltIn {
  static let daemonSets = BuiltIn(
    Kind(
      id: "apps/v1/daemonsets", name: "DaemonSet", short: ["ds"], role: .workload, abilities: .rolledOut,
      children: .selected("v1/pods")),
    [
      .number("DESIRED", "status.desiredNumberScheduled").priority(8),
      .number("CURRENT", "status.currentNumberScheduled").priority(6),
      .number("READY", "status.numberReady").priority(9),
      .rollout(
        updated: "status.updatedNumberScheduled", available: "status.numberAvailable",
        pods: "status.currentNumberScheduled", wanted: "status.desiredNumberScheduled", standard: 0
      ).priority(6),
      .number("UP-TO-DATE", "status.updatedNumberScheduled").priority(6),
      .number("AVAILABLE", "status.numberAvailable").priority(6),
      .map("NODE SELECTOR", "spec.template.spec.nodeSelector").priority(3),
      .number("MISSCHEDULED", "status.numberMisscheduled").wide,
    ] + Cell.template("spec.template") + [.selector("SELECTOR", "spec.selector").wide],
    drill: .selector("spec.selector"),
    health: .reading("status", "spec.updateStrategy.type") { fields in
      func count(_ key: StaticString) -> Int { fields[0]?[key].count ?? 0 }
      let wanted = count("desiredNumberScheduled")
      let misplaced = count("numberMisscheduled")
      let stray = misplaced == 0 ? "" : "; \(misplaced) run on nodes they should not be on"
      if wanted == 0 { return Health(.done, "no node is chosen by its selector\(stray)") }
      if count("currentNumberScheduled") < wanted {
        return Health(.pending, "\(count("currentNumberScheduled")) of \(wanted) nodes have its pod\(stray)")
      }
      if count("numberReady") < wanted {
        return Health(.pending, "\(count("numberReady")) of \(wanted) pods are ready\(stray)")
      }
      let updated = count("updatedNumberScheduled")
      if updated < wanted, !fields[1].has("OnDelete") {
        return Health(.starting, "rolling out: \(updated) of \(wanted) pods updated\(stray)")
      }
      return misplaced == 0 ? .good : Health(.pending, "\(misplaced) pods run on nodes they should not be on")
    })
}
