import Cluster

/// All kinds of Kubernetes the program has columns or names of its own for, and what it makes of any other.
package enum Kinds {
  package static let all: [BuiltIn] = [
    .pods, .containers, .namespaces, .nodes, .events,
    .deployments, .statefulSets, .daemonSets, .replicaSets, .jobs, .cronJobs, .horizontalPodAutoscalers,
    .services, .ingresses, .ingressClasses, .endpointSlices, .endpoints, .networkPolicies,
    .configMaps, .secrets, .serviceAccounts,
    .persistentVolumeClaims, .persistentVolumes, .storageClasses, .volumeAttachments, .csiNodes, .csiDrivers,
    .podDisruptionBudgets, .resourceQuotas, .limitRanges, .replicationControllers, .leases,
    .roles, .roleBindings, .clusterRoles, .clusterRoleBindings,
    .priorityClasses, .runtimeClasses, .validatingWebhooks, .mutatingWebhooks, .apiServices,
    .certificateSigningRequests, .customResourceDefinitions, .groupedEvents, .workloads, .ports, .releases,
    .releaseRevisions, .targets,
    .metrics,
  ]

  /// Kinds that are no resources of the server: their rows are made of others.
  static func isOwn(_ id: Kind.ID) -> Bool { !id.contains("/") || id.hasPrefix("helm/") }

  /// Whether objects of a kind make others whose events tell about them, too.
  package static func makesOthers(_ id: Kind.ID) -> Bool { !EventFamily.childKinds(of: id).isEmpty }

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

/// Kinds whose rows the server prints, so that of what they hold nothing travels but how much it is.
extension BuiltIn {
  static let configMaps = BuiltIn(
    asTable: Kind(
      id: "v1/configmaps", name: "ConfigMap", short: ["cm"], role: .config, abilities: .document),
    columns: [Column("DATA", .number, priority: 8)])
  static let secrets = BuiltIn(
    asTable: Kind(id: "v1/secrets", name: "Secret", role: .config, abilities: .document),
    columns: [Column("TYPE", priority: 7), Column("DATA", .number, priority: 8)])
}
