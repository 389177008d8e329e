import Cluster
import Document

/// Whether something adds nodes to the cluster when pods find no place.
///
/// Sources: Karpenter (karpenter.sh labels and taints), Cluster Autoscaler, the labels of managed node groups of EKS, GKE and AKS.
enum NodeGrowth {
  /// A node that an autoscaler adds is there by then, even with graphics cards to be set up.
  static let seconds: Int64 = 600

  private static let groups = [
    "eks.amazonaws.com/nodegroup", "cloud.google.com/gke-nodepool", "kubernetes.azure.com/agentpool",
  ]

  static func isSeen(_ subject: Case) -> Bool {
    subject.notes("v1/nodes", in: "")
    subject.notes("apps/v1/deployments", in: "")
    return subject.once("node growth") {
      (subject.facts("v1/nodes", in: "") ?? []).contains { isManaged(subject.outline(ofNode: $0)) }
        || (subject.facts("apps/v1/deployments", in: "") ?? []).contains {
          $0.ref.name.contains("cluster-autoscaler") || $0.ref.name.contains("karpenter")
        }
    }
  }

  private static func isManaged(_ node: NodeOutline) -> Bool {
    node.labels.members.contains {
      $0.key.hasPrefix("karpenter.sh/") || groups.contains($0.key)
    } || node.taints.contains { $0["key"].line.hasPrefix("karpenter.sh/") }
  }
}
