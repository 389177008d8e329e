import Cluster

/// One place in an object that names another object.
struct Link: Hashable, Sendable {
  enum Sort: UInt8, Sendable {
    case uses, runsOn, runsAs, routesTo, scales, bound, grants
  }

  var kind: Kind.ID
  /// Empty for kinds without namespaces.
  var namespace: String
  var name: String
  var sort: Sort
  /// "env DB_PASSWORD", "volume config", or the path.
  var how: String
  /// The container that it is a part of; empty for the object as a whole.
  var part = ""
  /// It need not be there, or the place does not surely mean what is looked for.
  var isOptional = false
}

/// The links of an object; objects of one template share them.
final class LinkList: Hashable, Sendable {
  let links: [Link]
  init(_ links: [Link]) { self.links = links }
  static let none = LinkList([])
  static func == (left: LinkList, right: LinkList) -> Bool { left.links == right.links }
  func hash(into hasher: inout Hasher) { hasher.combine(links) }
}

/// From words in references to the kinds they mean: those that the server serves, and before it told them, those
/// that are known.
struct KindFinder: Sendable {
  private var byName: [String: [Kind]] = [:]
  private var byID: [Kind.ID: Kind] = [:]

  init(_ served: [Kind] = []) {
    for kind in Kinds.all.map(\.kind) + served {
      if byID.updateValue(kind, forKey: kind.id) == nil { byName[kind.name, default: []].append(kind) }
    }
  }

  subscript(id: Kind.ID) -> Kind? { byID[id] }

  /// All kinds that are served.
  var all: some Collection<Kind> { byID.values }

  /// By the name of a kind and what else a reference tells; nil where nothing serves it.
  ///
  /// - Parameters:
  ///   - apiVersion: "apps/v1"; empty where the reference tells none.
  ///   - group: "apps"; nil where the reference tells none.
  func id(name: String, apiVersion: String = "", group: String? = nil) -> Kind.ID? {
    guard !name.isEmpty else { return nil }
    let candidates = byName[name] ?? []
    if !apiVersion.isEmpty {
      let group = apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
      // Another version of the same kind is the same objects.
      if let kind = candidates.first(where: { $0.group == group }) { return kind.id }
      return Kinds.id(apiVersion: apiVersion, name: name)
    }
    if let group { return candidates.first { $0.group == group }?.id ?? Self.wellKnown[name] }
    return Self.wellKnown[name] ?? candidates.first?.id
  }

  func isNamespaced(_ id: Kind.ID) -> Bool { byID[id]?.namespaced ?? !Self.clusterWide.contains(id) }

  /// "ConfigMap"
  func name(_ id: Kind.ID) -> String { byID[id]?.name ?? Folding.kindName(id) }

  private static let wellKnown: [String: Kind.ID] = [
    "PriorityClass": "scheduling.k8s.io/v1/priorityclasses", "RuntimeClass": "node.k8s.io/v1/runtimeclasses",
    "IngressClass": "networking.k8s.io/v1/ingressclasses", "Service": "v1/services",
    "GatewayClass": "gateway.networking.k8s.io/v1/gatewayclasses", "Job": "batch/v1/jobs",
    "Deployment": "apps/v1/deployments", "StatefulSet": "apps/v1/statefulsets",
  ]

  private static let clusterWide: Set<Kind.ID> = [
    "v1/nodes", "v1/namespaces", "v1/persistentvolumes", "networking.k8s.io/v1/ingressclasses",
    "rbac.authorization.k8s.io/v1/clusterroles", "rbac.authorization.k8s.io/v1/clusterrolebindings",
    "storage.k8s.io/v1/storageclasses", "scheduling.k8s.io/v1/priorityclasses",
    "node.k8s.io/v1/runtimeclasses", "gateway.networking.k8s.io/v1/gatewayclasses",
  ]
}
