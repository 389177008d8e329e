import Cluster

/// All kinds of Kubernetes the program has columns or names of its own for, and what it makes of any other.
package enum Kinds {
  package static let all: [BuiltIn] = [
    .pods, .containers, .namespaces, .nodes, .events,
    .deployments, .statefulSets, .daemonSets, .replicaSets, .jobs, .cronJobs, .horizontalPodAutoscalers,
    .services, .ingresses, .endpointSlices, .networkPolicies,
    .configMaps, .secrets, .serviceAccounts,
    .persistentVolumeClaims, .persistentVolumes, .storageClasses,
    .podDisruptionBudgets, .resourceQuotas, .limitRanges, .replicationControllers, .leases,
    .roles, .roleBindings, .clusterRoles, .clusterRoleBindings,
    .customResourceDefinitions, .groupedEvents, .targets, .metrics,
  ]

  package static func builtIn(_ id: Kind.ID) -> BuiltIn? { byID[id] }

  private static let byID = Dictionary(all.map { ($0.kind.id, $0) }, uniquingKeysWith: { first, _ in first })
  private static let byName = Dictionary(
    all.map { ($0.kind.name, $0.kind) }, uniquingKeysWith: { first, _ in first })

  /// The kind of a resource that discovery named: a built-in one where there is one, else rows as the
  /// server's Table has them. `verbs` and `subresources` are discovery's: "list", "watch", "delete"; "scale",
  /// "status".
  package static func generic(
    group: String, version: String, plural: String, singular: String, name: String, shortNames: [String],
    namespaced: Bool, verbs: [String], subresources: [String] = []
  ) -> Kind {
    let id = group.isEmpty ? "\(version)/\(plural)" : "\(group)/\(version)/\(plural)"
    var kind =
      builtIn(id)?.kind
      ?? Kind(
        id: id, name: name, singular: singular.isEmpty ? nil : singular, short: shortNames,
        namespaced: namespaced,
        abilities: .document.union(subresources.contains("scale") ? [.scale] : []))
    kind.canList = verbs.contains("list")
    kind.canWatch = verbs.contains("watch")
    if !verbs.contains("delete") { kind.abilities.remove(.delete) }
    if !verbs.contains("patch") { kind.abilities.subtract(.patched) }
    return kind
  }

  /// The kind that an object reference names by its apiVersion ("apps/v1") and kind ("Deployment").
  /// References do not carry the plural: for kinds that are not built in it is formed as English forms it.
  static func id(apiVersion: String, name: String) -> Kind.ID {
    if let known = byName[name] {
      let group = apiVersion.split(separator: "/").dropLast().first.map(String.init) ?? ""
      if known.group == group || apiVersion.isEmpty { return known.id }
    }
    return "\(apiVersion.isEmpty ? "v1" : apiVersion)/\(plural(name.lowercased()))"
  }

  private static func plural(_ singular: String) -> String {
    if singular.hasSuffix("s") || singular.hasSuffix("x") || singular.hasSuffix("ch")
      || singular.hasSuffix("sh")
    {
      return singular + "es"
    }
    if singular.hasSuffix("y"), let before = singular.dropLast().last, !"aeiou".contains(before) {
      return singular.dropLast() + "ies"
    }
    return singular + "s"
  }
}

/// Kinds with names and roles of their own whose rows the server prints: there is nothing to add to them, or,
/// as with secrets, more than the server's cells must not travel.
extension BuiltIn {
  static let configMaps = BuiltIn(
    asTable: Kind(
      id: "v1/configmaps", name: "ConfigMap", short: ["cm"], role: .config, abilities: .document))
  static let secrets = BuiltIn(
    asTable: Kind(id: "v1/secrets", name: "Secret", role: .config, abilities: .document))
  static let serviceAccounts = BuiltIn(
    asTable: Kind(id: "v1/serviceaccounts", name: "ServiceAccount", short: ["sa"], abilities: .document))
  static let roles = rbac("roles", "Role")
  static let roleBindings = rbac("rolebindings", "RoleBinding")
  static let clusterRoles = rbac("clusterroles", "ClusterRole", namespaced: false)
  static let clusterRoleBindings = rbac("clusterrolebindings", "ClusterRoleBinding", namespaced: false)

  private static func rbac(_ plural: String, _ name: String, namespaced: Bool = true) -> BuiltIn {
    BuiltIn(
      asTable: Kind(
        id: "rbac.authorization.k8s.io/v1/\(plural)", name: name, namespaced: namespaced, abilities: .document
      ))
  }
}
