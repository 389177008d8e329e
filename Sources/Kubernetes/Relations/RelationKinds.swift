import Cluster

/// What has to be read to know what belongs to an object of a kind.
enum RelationKinds {
  static let pods: Kind.ID = "v1/pods"
  static let services: Kind.ID = "v1/services"
  static let slices: Kind.ID = "discovery.k8s.io/v1/endpointslices"
  static let ingresses: Kind.ID = "networking.k8s.io/v1/ingresses"
  static let replicaSets: Kind.ID = "apps/v1/replicasets"
  static let claims: Kind.ID = "v1/persistentvolumeclaims"
  static let volumes: Kind.ID = "v1/persistentvolumes"
  static let quotas: Kind.ID = "v1/resourcequotas"
  static let limits: Kind.ID = "v1/limitranges"
  static let autoscalers: Kind.ID = "autoscaling/v2/horizontalpodautoscalers"
  static let accounts: Kind.ID = "v1/serviceaccounts"
  static let roleBindings: Kind.ID = "rbac.authorization.k8s.io/v1/rolebindings"
  static let clusterRoleBindings: Kind.ID = "rbac.authorization.k8s.io/v1/clusterrolebindings"
  static let definitions: Kind.ID = "apiextensions.k8s.io/v1/customresourcedefinitions"

  static let workloads: [Kind.ID] = [
    "apps/v1/deployments", replicaSets, "apps/v1/statefulsets", "apps/v1/daemonsets", "batch/v1/jobs",
    "batch/v1/cronjobs",
  ]
  private static let configuration: [Kind.ID] = ["v1/configmaps", "v1/secrets", claims, accounts]
  private static let network: [Kind.ID] = [services, slices, ingresses]
  private static let policies: [Kind.ID] = [
    autoscalers, "policy/v1/poddisruptionbudgets", "networking.k8s.io/v1/networkpolicies", quotas, limits,
  ]
  static let ofNamespace = [pods] + workloads + configuration + network + policies + [roleBindings]

  /// The lists to read for an object, and how many custom kinds are left out of them.
  static func scopes(for ref: ObjectRef, _ finder: KindFinder) -> (scopes: Set<RelationScope>, leftOut: Int) {
    let space = ref.namespace
    func of(_ kinds: [Kind.ID]) -> Set<RelationScope> { Set(kinds.map { RelationScope($0, space) }) }
    func custom() -> (Set<RelationScope>, Int) {
      let (kinds, leftOut) = WatchedKinds.custom(finder.all.sorted { $0.id < $1.id })
      return (
        Set(kinds.filter { $0.namespaced == !space.isEmpty }.map { RelationScope($0.id, space) }), leftOut
      )
    }
    switch ref.kind {
    case pods, replicaSets, "v1/replicationcontrollers", "apps/v1/deployments", "apps/v1/statefulsets",
      "apps/v1/daemonsets", "batch/v1/jobs", "batch/v1/cronjobs":
      return (of([pods] + workloads + configuration + network + policies + [roleBindings]), 0)
    case "v1/configmaps", "v1/secrets", accounts:
      let (more, leftOut) = custom()
      var scopes = of([pods] + workloads).union(more)
      if ref.kind == "v1/secrets" { scopes.formUnion(of([ingresses, accounts])) }
      if ref.kind == accounts {
        scopes.formUnion(of([roleBindings, "v1/secrets"]))
        scopes.insert(RelationScope(clusterRoleBindings, ""))
      }
      return (scopes, leftOut)
    case claims: return (of([pods] + workloads), 0)
    case services:
      return (of([pods, slices, ingresses, replicaSets, "apps/v1/deployments"] + routes(finder)), 0)
    case slices: return (of([pods, services]), 0)
    case ingresses: return (of([pods, services, "v1/secrets"]), 0)
    case autoscalers, "policy/v1/poddisruptionbudgets", "networking.k8s.io/v1/networkpolicies":
      return (of([pods] + workloads), 0)
    case quotas, limits: return ([], 0)
    case "v1/nodes": return ([RelationScope(podsOn: ref.name)], 0)
    case volumes: return ([], 0)
    case "storage.k8s.io/v1/storageclasses":
      return ([RelationScope(volumes, ""), RelationScope(claims, "")], 0)
    case "scheduling.k8s.io/v1/priorityclasses", "node.k8s.io/v1/runtimeclasses":
      return (Set(([pods] + workloads).map { RelationScope($0, "") }), 0)
    case "networking.k8s.io/v1/ingressclasses": return ([RelationScope(ingresses, "")], 0)
    case "rbac.authorization.k8s.io/v1/roles": return (of([roleBindings]), 0)
    case "rbac.authorization.k8s.io/v1/clusterroles":
      return ([RelationScope(roleBindings, ""), RelationScope(clusterRoleBindings, "")], 0)
    case roleBindings, clusterRoleBindings: return ([], 0)
    case "v1/namespaces":
      return (Set(ofNamespace.filter { $0 != "v1/secrets" }.map { RelationScope($0, ref.name) }), 0)
    case definitions:
      return (instances(of: ref.name, finder).map { [RelationScope($0, "")] } ?? [], 0)
    default:
      // What it owns in namespaces can be anything: of a whole cluster that would be too much to read.
      let (more, leftOut) = custom()
      let own =
        space.isEmpty ? Set<RelationScope>() : of([pods] + workloads + configuration + network + policies)
      return (own.union(more), leftOut)
    }
  }

  /// The kind whose objects a definition describes: "widgets.example.com".
  static func instances(of name: String, _ finder: KindFinder) -> Kind.ID? {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    return finder.all.first { parts.count == 2 && $0.plural == parts[0] && $0.group == parts[1] }?.id
  }

  private static func routes(_ finder: KindFinder) -> [Kind.ID] {
    finder.all.filter { $0.group == "gateway.networking.k8s.io" && $0.plural.hasSuffix("routes") }.map(\.id)
  }

  /// The lists to read for trees of a kind in a namespace.
  static func scopes(ofTree kind: Kind.ID, in namespace: String, _ finder: KindFinder) -> Set<RelationScope> {
    func of(_ kinds: [Kind.ID]) -> Set<RelationScope> { Set(kinds.map { RelationScope($0, namespace) }) }
    let base = [kind, pods] + configuration
    switch kind {
    case pods: return of(base)
    case "apps/v1/deployments": return of(base + [replicaSets])
    case "batch/v1/cronjobs": return of(base + ["batch/v1/jobs"])
    case _ where workloads.contains(kind): return of(base)
    case services: return of(base + [slices])
    case slices, autoscalers: return of(base + workloads + [services])
    case ingresses: return of(base + [services, slices])
    case "v1/nodes": return [RelationScope(kind, ""), RelationScope(pods, "")]
    case volumes: return [RelationScope(kind, ""), RelationScope(claims, ""), RelationScope(pods, "")]
    case "v1/configmaps", "v1/secrets", claims, accounts: return of([kind, pods] + workloads)
    default:
      let isNamespaced = finder.isNamespaced(kind)
      let own = isNamespaced ? of(base + workloads + network) : []
      return own.union([RelationScope(kind, isNamespaced ? namespace : "")])
    }
  }
}
