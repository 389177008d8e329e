import Cluster
import Document

extension BuiltIn {
  static let roles = role("roles", "Role", namespaced: true)
  static let clusterRoles = role("clusterroles", "ClusterRole", namespaced: false)
  static let roleBindings = binding("rolebindings", "RoleBinding", namespaced: true)
  static let clusterRoleBindings = binding("clusterrolebindings", "ClusterRoleBinding", namespaced: false)

  private static let group = "rbac.authorization.k8s.io"

  private static func role(_ plural: String, _ name: String, namespaced: Bool) -> BuiltIn {
    BuiltIn(
      Kind(id: "\(group)/v1/\(plural)", name: name, namespaced: namespaced, abilities: .document),
      [
        .count("RULES", "rules").priority(6),
        .computed("MAY WRITE", "rules") { fields in
          Rights.writes(fields[0].elements)
        }.priority(5),
      ]
        + (namespaced
          ? []
          : [
            .computed("AGGREGATES", "aggregationRule.clusterRoleSelectors") { fields in
              fields[0].elements.compactMap { LabelSelector.text(of: $0) }.joined(separator: "; ")
            }.wide
          ]))
  }

  private static func binding(_ plural: String, _ name: String, namespaced: Bool) -> BuiltIn {
    BuiltIn(
      Kind(
        id: "\(group)/v1/\(plural)", name: name, namespaced: namespaced, abilities: .document,
        children: .reference),
      [
        .computed("ROLE", "roleRef") { fields in
          "\(fields[0]?["kind"].line ?? "")/\(fields[0]?["name"].line ?? "")"
        }.priority(8),
        .computed("SUBJECT-KIND", "subjects") { Subjects($0[0]).kinds }.priority(6),
        .computed("SUBJECTS", "subjects") { Subjects($0[0]).names }.priority(7),
        .computed("USERS", "subjects") { Subjects($0[0]).named("User") }.wide,
        .computed("GROUPS", "subjects") { Subjects($0[0]).named("Group") }.wide,
        .computed("SERVICEACCOUNTS", "subjects") { Subjects($0[0]).accounts }.wide,
      ],
      drill: Drill("roleRef", "metadata.namespace") { fields in
        guard let role = fields[0] else { return "" }
        let isClusterWide = role["kind"].has("ClusterRole")
        let kind = "\(group)/v1/\(isClusterWide ? "clusterroles" : "roles")"
        return "\(kind) \(isClusterWide ? "" : fields[1].line) \(role["name"].line)"
      },
      health: .reading("subjects") { fields in
        fields[0].elementCount == 0 ? Health(.done, "it names nobody: it gives no rights") : .good
      })
  }
}

/// What the rules of a role come to.
private enum Rights {
  private static let reads: Set = ["get", "list", "watch"]

  /// "" where they only read, "all" where they allow everything, else the resources that they let one change.
  static func writes(_ rules: [JSONSlice]) -> String {
    var resources: [String] = []
    for rule in rules where !Set(rule["verbs"].elements.map(\.line)).isSubset(of: reads) {
      let named = rule["resources"].elements.map(\.line)
      if named.contains("*"), rule["apiGroups"].elements.contains(where: { $0.has("*") }) { return "all" }
      for name in named where !resources.contains(name) { resources.append(name) }
    }
    return resources.prefix(4).joined(separator: ",")
      + (resources.count > 4 ? " + \(resources.count - 4) more..." : "")
  }
}

/// Who a binding is for.
private struct Subjects {
  private let all: [(kind: String, namespace: String, name: String)]

  init(_ subjects: JSONSlice?) {
    all = subjects.elements.map { ($0["kind"].line, $0["namespace"].line, $0["name"].line) }
  }

  var names: String { all.map(\.name).joined(separator: ",") }

  /// Each kind once.
  var kinds: String {
    var kinds: [String] = []
    for subject in all where !kinds.contains(subject.kind) { kinds.append(subject.kind) }
    return kinds.joined(separator: ",")
  }

  func named(_ kind: String) -> String {
    all.filter { $0.kind == kind }.map(\.name).joined(separator: ", ")
  }

  var accounts: String {
    all.filter { $0.kind == "ServiceAccount" }.map { "\($0.namespace)/\($0.name)" }.joined(separator: ", ")
  }
}
