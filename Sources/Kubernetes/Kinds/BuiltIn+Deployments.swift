import Cluster
import Document

extension BuiltIn {
  static let deployments = BuiltIn(
    Kind(
      id: "apps/v1/deployments", name: "Deployment", short: ["deploy"], role: .workload,
      abilities: .deployment, children: .selected("v1/pods")),
    [
      .ratio("READY", "status.readyReplicas", of: "spec.replicas").priority(9),
      .rollout(
        updated: "status.updatedReplicas", available: "status.availableReplicas", pods: "status.replicas",
        wanted: "spec.replicas"
      ).priority(6),
      .number("UP-TO-DATE", "status.updatedReplicas").priority(7),
      .number("AVAILABLE", "status.availableReplicas").priority(6),
      .number("REV", "metadata.annotations['deployment.kubernetes.io/revision']", or: "").priority(3),
      .imageNames("IMAGE", "spec.template").priority(2),
    ] + Cell.template("spec.template") + [.selector("SELECTOR", "spec.selector").wide],
    drill: .selector("spec.selector"),
    health: .reading("spec.replicas", "spec.paused", "status", "metadata.generation") { fields in
      DeploymentHealth(
        wanted: fields[0]?.int ?? 1, isPaused: fields[1]?.bool == true, status: fields[2],
        generation: fields[3].count
      ).health
    })
}

/// Reads a Deployment's counts and conditions (Kubernetes, "Deployment status").
private struct DeploymentHealth {
  let wanted: Int
  let isPaused: Bool
  let status: JSONSlice?
  let generation: Int

  private var updated: Int { status?["updatedReplicas"].count ?? 0 }
  private var available: Int { status?["availableReplicas"].count ?? 0 }

  var health: Health {
    let conditions = StatusConditions(status?["conditions"])
    if let failure = conditions.holding("ReplicaFailure") {
      return Health(.bad, "cannot create pods\(failure.lasting): \(failure.text)")
    }
    if let stuck = conditions.failing("Progressing") {
      return Health(.bad, "the rollout has been stuck\(stuck.lasting): \(Trim.end(stuck.text)); \(counts)")
    }
    if isPaused {
      return Health(
        available < wanted ? .pending : .good, "paused: changes of its template are not rolled out")
    }
    if wanted == 0 { return Health(.done, "scaled to 0") }
    if let observed = status?["observedGeneration"].count, observed < generation {
      return Health(.starting, "the controller has not taken up its last change yet")
    }
    let isRolledOut = conditions["Progressing"]?.reason == "NewReplicaSetAvailable"
    if let lacking = conditions.failing("Available"), isRolledOut {
      return Health(.bad, "not available\(lacking.lasting): \(available) of \(wanted) pods are")
    }
    if updated < wanted || available < wanted {
      return isRolledOut
        ? Health(.pending, "\(available) of \(wanted) pods are available")
        : Health(.starting, "rolling out: \(counts)")
    }
    return .good
  }

  private var counts: String { "\(updated) of \(wanted) pods updated, \(available) available" }
}
