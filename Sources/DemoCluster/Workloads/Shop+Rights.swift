import Document

extension Shop {
  private static let rbac = "rbac.authorization.k8s.io"

  private func rule(_ groups: JSON, _ resources: JSON, _ verbs: JSON) -> JSON {
    ["verbs": verbs, "apiGroups": groups, "resources": resources]
  }

  private func clusterRole(_ name: String) -> JSON {
    ["apiGroup": .string(Shop.rbac), "kind": "ClusterRole", "name": .string(name)]
  }

  /// Who may do what, in the cluster and in each namespace.
  func addRights() {
    let api = "\(Shop.rbac)/v1"
    let roles: [(String, JSON)] = [
      ("admin", [rule(["*"], ["*"], ["*"])]), ("cluster-admin", [rule(["*"], ["*"], ["*"])]),
      ("edit", [rule(["", "apps"], ["pods", "deployments"], ["create", "update", "patch", "delete"])]),
      ("view", [rule(["", "apps", "batch"], ["*"], ["get", "list", "watch"])]),
      (
        "dockside-releaser",
        [rule(["apps"], ["deployments", "deployments/scale"], ["get", "patch", "update"])]
      ),
    ]
    for (name, rules) in roles {
      builder.put(
        StoreKey("clusterroles", Shop.rbac), builder.meta(name, age: .days(143)), api: api,
        manager: "kube-apiserver", ["rules": rules])
    }
    builder.put(
      StoreKey("clusterrolebindings", Shop.rbac), builder.meta("cluster-admin", age: .days(143)), api: api,
      manager: "kube-apiserver",
      [
        "subjects": [["kind": "Group", "apiGroup": .string(Shop.rbac), "name": "system:masters"]],
        "roleRef": clusterRole("cluster-admin"),
      ])
    for namespace in ["market", "fulfil", "platform"] {
      addRights(namespace, api: api)
      addLimits(namespace)
    }
  }

  private func addRights(_ namespace: String, api: String) {
    builder.put(
      StoreKey("serviceaccounts"), builder.meta("releaser", namespace, age: .days(120)), api: "v1", [:])
    builder.put(
      StoreKey("roles", Shop.rbac), builder.meta("config-reader", namespace, age: .days(120)), api: api,
      ["rules": [rule([""], ["configmaps"], ["get", "watch"])]])
    builder.put(
      StoreKey("rolebindings", Shop.rbac), builder.meta("releaser", namespace, age: .days(120)), api: api,
      [
        "subjects": [["kind": "ServiceAccount", "name": "releaser", "namespace": .string(namespace)]],
        "roleRef": clusterRole("dockside-releaser"),
      ])
  }

  private func addLimits(_ namespace: String) {
    let limit: JSON = [
      "type": "Container", "default": ["memory": "256Mi"],
      "defaultRequest": ["cpu": "50m", "memory": "64Mi"],
    ]
    builder.put(
      StoreKey("limitranges"), builder.meta("defaults", namespace, age: .days(119)), api: "v1",
      ["spec": ["limits": [limit]]])
    builder.put(
      StoreKey("networkpolicies", "networking.k8s.io"),
      builder.meta("from-ingress", namespace, age: .days(119), generation: 1), api: "networking.k8s.io/v1",
      [
        "spec": [
          "podSelector": ["matchLabels": ["exposed": "true"]],
          "ingress": [["from": [["namespaceSelector": ["matchLabels": ["team": "platform"]]]]]],
          "policyTypes": ["Ingress"],
        ]
      ])
  }
}
