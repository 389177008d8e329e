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
      ("admin", .array(looking + working + [rule([.string(Shop.rbac)], ["roles", "rolebindings"], ["*"])])),
      ("cluster-admin", [rule(["*"], ["*"], ["*"])]), ("edit", .array(looking + working)),
      ("view", .array(looking)),
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
    addPeople(api)
    for namespace in ["market", "fulfil", "platform"] {
      addRights(namespace, api: api)
      addLimits(namespace)
    }
  }

  /// The rights of the users of the written kubeconfig.
  private func addPeople(_ api: String) {
    // What comes after is made as if these were not there.
    let dice = world.dice
    world.dice = Dice(seed: Dice.hash("people"))
    defer { world.dice = dice }
    builder.put(
      StoreKey("clusterroles", Shop.rbac), builder.meta("node-reader", age: .days(143)), api: api,
      ["rules": [rule([""], ["nodes"], ["get", "list", "watch"])]])
    bind("watch-keepers", nil, "Group", "dockside:watch", to: "view", api: api)
    bind("watch-keepers-nodes", nil, "Group", "dockside:watch", to: "node-reader", api: api)
    bind("developers", "fulfil", "User", "fulfil-developer", to: "edit", api: api)
  }

  /// What one may see who may only look: no secrets, no rights.
  private var looking: [JSON] {
    let verbs: JSON = ["get", "list", "watch"]
    return [
      rule(
        [""],
        [
          "configmaps", "endpoints", "events", "limitranges", "namespaces", "namespaces/status",
          "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "pods/log", "pods/status",
          "resourcequotas", "resourcequotas/status", "serviceaccounts", "services", "services/status",
        ], verbs),
      rule(
        ["apps"],
        [
          "controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale",
          "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets",
          "statefulsets/scale", "statefulsets/status",
        ], verbs),
      rule(["batch"], ["cronjobs", "cronjobs/status", "jobs", "jobs/status"], verbs),
      rule(["autoscaling"], ["horizontalpodautoscalers", "horizontalpodautoscalers/status"], verbs),
      rule(["policy"], ["poddisruptionbudgets", "poddisruptionbudgets/status"], verbs),
      rule(["networking.k8s.io"], ["ingresses", "ingresses/status", "networkpolicies"], verbs),
      rule(["discovery.k8s.io"], ["endpointslices"], verbs), rule(["events.k8s.io"], ["events"], verbs),
      rule(["metrics.k8s.io"], ["pods", "nodes"], verbs),
      rule(["cert-manager.io", "shop.dockside.example"], ["*"], verbs),
    ]
  }

  /// What one may change who works in a namespace.
  private var working: [JSON] {
    let verbs: JSON = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
    return [
      rule(
        [""],
        [
          "configmaps", "events", "persistentvolumeclaims", "pods", "pods/attach", "pods/eviction",
          "pods/exec",
          "pods/portforward", "pods/proxy", "secrets", "serviceaccounts", "serviceaccounts/token", "services",
          "services/proxy",
        ], verbs),
      rule(
        ["apps"],
        [
          "daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets",
          "replicasets/scale", "statefulsets", "statefulsets/scale",
        ], verbs),
      rule(["batch"], ["cronjobs", "jobs"], verbs),
      rule(["autoscaling"], ["horizontalpodautoscalers"], verbs),
      rule(["policy"], ["poddisruptionbudgets"], verbs),
      rule(["networking.k8s.io"], ["ingresses", "networkpolicies"], verbs),
    ]
  }

  private func bind(
    _ name: String, _ namespace: String?, _ kind: String, _ subject: String, to role: String, api: String
  ) {
    builder.put(
      StoreKey(namespace == nil ? "clusterrolebindings" : "rolebindings", Shop.rbac),
      builder.meta(name, namespace ?? "", age: .days(120)), api: api,
      [
        "subjects": [["kind": .string(kind), "apiGroup": .string(Shop.rbac), "name": .string(subject)]],
        "roleRef": clusterRole(role),
      ])
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
