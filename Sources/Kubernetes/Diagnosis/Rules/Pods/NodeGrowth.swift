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
    subject.once("node growth") {
      let isOfNodes = (subject.facts("v1/nodes", in: "") ?? []).contains {
        isManaged(subject.outline(ofNode: $0))
      }
      return isOfNodes
        || (subject.facts("apps/v1/deployments", in: "") ?? []).contains {
          $0.ref.name.contains("cluster-autoscaler") || $0.ref.name.contains("karpenter")
        }
    }
  }

  private static func isManaged(_ node: JSON) -> Bool {
    node["metadata"]["labels"].members.contains {
      $0.key.hasPrefix("karpenter.sh/") || groups.contains($0.key)
    } || node["spec"]["taints"].array.contains { $0["key"].line.hasPrefix("karpenter.sh/") }
  }
}
