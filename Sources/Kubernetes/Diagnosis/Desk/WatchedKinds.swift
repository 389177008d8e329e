import Cluster

/// What diagnosis watches, whether or not anything is broken.
enum WatchedKinds {
  /// The order is that in which a screen says what was looked at.
  static let all: [Kind.ID] = [
    "v1/pods", "apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets", "apps/v1/replicasets",
    "batch/v1/jobs", "batch/v1/cronjobs", "autoscaling/v2/horizontalpodautoscalers", "v1/services",
    "discovery.k8s.io/v1/endpointslices", "networking.k8s.io/v1/ingresses", "v1/persistentvolumeclaims",
    "v1/resourcequotas", "policy/v1/poddisruptionbudgets", HelmReleases.kind, "v1/nodes", "v1/namespaces",
    "v1/persistentvolumes", "apiregistration.k8s.io/v1/apiservices",
  ]

  private static let withoutNamespace: Set<Kind.ID> = [
    "v1/nodes", "v1/namespaces", "v1/persistentvolumes", "apiregistration.k8s.io/v1/apiservices",
  ]

  static func isNamespaced(_ kind: Kind.ID) -> Bool { !withoutNamespace.contains(kind) }

  static func target(_ kind: Kind.ID, namespace: String) -> WatchTarget {
    guard kind == HelmReleases.kind else { return WatchTarget(ResourcePath(kind), namespace: namespace) }
    var target = WatchTarget(ResourcePath("v1/secrets"), namespace: namespace, labelSelector: "owner=helm")
    target.asMetadata = true
    return target
  }

  // MARK: Custom resources

  /// More watches than this would be more load than an answer is worth.
  static let maxCustom = 40

  private static let builtInGroups: Set<String> = [
    "", "apps", "batch", "autoscaling", "policy", "extensions", "networking.k8s.io",
    "rbac.authorization.k8s.io",
    "storage.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "admissionregistration.k8s.io",
    "authentication.k8s.io", "authorization.k8s.io", "certificates.k8s.io", "coordination.k8s.io",
    "discovery.k8s.io", "events.k8s.io", "flowcontrol.apiserver.k8s.io", "node.k8s.io", "scheduling.k8s.io",
    "resource.k8s.io", "internal.apiserver.k8s.io", "storagemigration.k8s.io", "metrics.k8s.io",
    "custom.metrics.k8s.io", "external.metrics.k8s.io", "clustertui",
  ]

  /// Groups whose objects tell in their conditions how they are.
  private static let telling = [
    "argoproj.io", "fluxcd.io", "cert-manager.io", "keda.sh", "gateway.networking.k8s.io", "crossplane.io",
    "postgresql.cnpg.io", "monitoring.coreos.com", "cluster.x-k8s.io", "serving.knative.dev",
    "external-secrets.io",
  ]

  /// The custom kinds to watch, and how many are left out.
  static func custom(_ served: [Kind]) -> (kinds: [Kind], leftOut: Int) {
    var seen: Set<String> = []
    let kinds = served.filter { kind in
      !builtInGroups.contains(kind.group) && kind.group.contains(".") && kind.canList && kind.canWatch
        && seen.insert("\(kind.group)/\(kind.plural)").inserted
    }
    func rank(_ kind: Kind) -> Int {
      telling.contains { kind.group == $0 || kind.group.hasSuffix(".\($0)") } ? 0 : 1
    }
    let sorted = kinds.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
    return (sorted.prefix(maxCustom).map(\.element), max(0, kinds.count - maxCustom))
  }
}
