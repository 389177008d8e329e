import Document

/// The objects that an API server makes for itself before anybody asks for something.
struct Bootstrap {
  let world: World
  /// Apart from the world's own, so that nothing else in it depends on what is made here.
  private var dice = Dice(seed: Dice.hash("bootstrap"))
  private let created: Int64

  init(_ world: World) {
    self.world = world
    let oldest = world.store[.namespaces].objects.map(\.meta.created).min()
    created = oldest ?? world.now.seconds
  }

  mutating func build() {
    for (name, version, group) in versions {
      put(
        StoreKey("apiservices", "apiregistration.k8s.io"), name, "apiregistration.k8s.io/v1",
        labels: [Pair("kube-aggregator.kubernetes.io/automanaged", "onstart")],
        apiService(group, version))
    }
    buildFlows()
    buildNetwork()
    let definitions = StoreKey("customresourcedefinitions", "apiextensions.k8s.io")
    for definition in world.store[definitions].objects where definition.meta.finalizers.isEmpty {
      var meta = definition.meta
      meta.finalizers = [World.cleanup]
      world.store.put(definitions, meta, definition.body, at: world.now)
    }
    for name in ["controller-manager", "etcd-0", "scheduler"] {
      put(
        StoreKey("componentstatuses"), name, "v1",
        ["conditions": [["type": "Healthy", "status": "True", "message": "ok"]]])
    }
  }

  private mutating func put(
    _ key: StoreKey, _ name: String, _ api: String, labels: [Pair] = [], hasGeneration: Bool = false,
    finalizers: [String] = [], owner: Owner? = nil, _ members: JSON
  ) {
    var meta = Meta(name: name, uid: dice.uid(), created: created)
    meta.labels = labels
    meta.generation = hasGeneration ? 1 : 0
    meta.finalizers = finalizers
    if hasGeneration { meta.annotations = [Pair("apf.kubernetes.io/autoupdate-spec", "true")] }
    if let owner { meta.owners = [owner] }
    meta.managers = [
      FieldManager(
        name: "kube-apiserver", apiVersion: api, time: created,
        fields: ManagedFields.encoded(members.without("status")))
    ]
    let body = members.members.map { Object.Member(key: $0.key, value: $0.value.encoded()) }
    world.store.put(key, meta, .members(body), at: world.now)
  }

  private func condition(_ type: JSON, _ status: JSON, _ reason: JSON, _ message: JSON) -> JSON {
    let time = JSON.string(World.timestamp(created))
    return [
      "type": type, "status": status, "lastTransitionTime": time, "reason": reason, "message": message,
    ]
  }

  // MARK: Group versions

  private var versions: [(name: String, version: String, group: String)] {
    let others = world.catalog.groups.flatMap { group in
      group.versions.map { ("\($0).\(group.name)", $0, group.name) }
    }
    return [("v1.", "v1", "")] + others
  }

  private func apiService(_ group: String, _ version: String) -> JSON {
    let isAggregated = group == "metrics.k8s.io"
    var spec: JSON = isAggregated ? ["service": ["namespace": "kube-system", "name": "metrics-server"]] : [:]
    if isAggregated { spec["service"]["port"] = 443 }
    if !group.isEmpty { spec["group"] = .string(group) }
    spec["version"] = .string(version)
    if isAggregated { spec["insecureSkipTLSVerify"] = true }
    spec["groupPriorityMinimum"] = group.isEmpty ? 18_000 : isAggregated ? 100 : 17_000
    spec["versionPriority"] = isAggregated ? 100 : 15
    let available =
      isAggregated
      ? condition("Available", "True", "Passed", "all checks passed")
      : condition("Available", "True", "Local", "Local APIServices are always available")
    return ["spec": spec, "status": ["conditions": [available]]]
  }

  // MARK: Flow control

  /// Name, shares, queues, hand size, and the length of a queue; no queues: what does not fit is refused.
  private static let levels: [(name: String, shares: Int, queues: Int, hand: Int)] = [
    ("catch-all", 5, 0, 0), ("global-default", 20, 128, 6), ("leader-election", 10, 16, 4),
    ("node-high", 40, 64, 6), ("system", 30, 64, 6), ("workload-high", 40, 128, 6),
    ("workload-low", 100, 128, 6),
  ]

  private static let flows: [(name: String, level: String, precedence: Int, method: String, group: String)] =
    [
      ("catch-all", "catch-all", 10_000, "ByUser", "system:authenticated"),
      ("exempt", "exempt", 1, "", "system:masters"),
      ("global-default", "global-default", 9_900, "ByUser", "system:authenticated"),
      ("kube-controller-manager", "workload-high", 800, "ByNamespace", "system:kube-controller-manager"),
      ("kube-scheduler", "workload-high", 800, "ByNamespace", "system:kube-scheduler"),
      (
        "kube-system-service-accounts", "workload-high", 900, "ByNamespace",
        "system:serviceaccounts:kube-system"
      ), ("probes", "exempt", 2, "", "system:unauthenticated"),
      ("service-accounts", "workload-low", 9_000, "ByUser", "system:serviceaccounts"),
      ("system-leader-election", "leader-election", 100, "ByUser", "system:kube-controller-manager"),
      ("system-node-high", "node-high", 400, "ByUser", "system:nodes"),
      ("system-nodes", "system", 500, "ByUser", "system:nodes"),
    ]

  private mutating func buildFlows() {
    let group = "flowcontrol.apiserver.k8s.io"
    let levels = StoreKey("prioritylevelconfigurations", group)
    put(
      levels, "exempt", "\(group)/v1", hasGeneration: true,
      [
        "spec": ["type": "Exempt", "exempt": ["nominalConcurrencyShares": 0, "lendablePercent": 0]],
        "status": [:],
      ])
    for level in Bootstrap.levels {
      let queuing: JSON = [
        "queues": .int(level.queues), "handSize": .int(level.hand), "queueLengthLimit": 50,
      ]
      let response: JSON = level.queues == 0 ? ["type": "Reject"] : ["type": "Queue", "queuing": queuing]
      let limited: JSON = [
        "nominalConcurrencyShares": .int(level.shares), "limitResponse": response, "lendablePercent": 0,
      ]
      put(
        levels, level.name, "\(group)/v1", hasGeneration: true,
        ["spec": ["type": "Limited", "limited": limited], "status": [:]])
    }
    for flow in Bootstrap.flows {
      var spec: JSON = [
        "priorityLevelConfiguration": ["name": .string(flow.level)],
        "matchingPrecedence": .int(flow.precedence),
      ]
      if !flow.method.isEmpty { spec["distinguisherMethod"] = ["type": .string(flow.method)] }
      let everything: JSON = [
        "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": true, "namespaces": ["*"],
      ]
      spec["rules"] = [
        [
          "subjects": [["kind": "Group", "group": ["name": .string(flow.group)]]],
          "resourceRules": [everything],
          "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]],
        ]
      ]
      let found = condition(
        "Dangling", "False", "Found",
        .string(
          "This FlowSchema references the PriorityLevelConfiguration object named \"\(flow.level)\" "
            + "and it exists"))
      put(
        StoreKey("flowschemas", group), flow.name, "\(group)/v1", hasGeneration: true,
        ["spec": spec, "status": ["conditions": [found]]])
    }
  }

  // MARK: Network and volumes

  private mutating func buildNetwork() {
    let group = "networking.k8s.io"
    let ready = condition("Ready", "True", "", "Kubernetes Service CIDR is ready")
    put(
      StoreKey("servicecidrs", group), "kubernetes", "\(group)/v1",
      finalizers: ["networking.k8s.io/service-cidr-finalizer"],
      ["spec": ["cidrs": ["10.96.0.0/16"]], "status": ["conditions": [ready]]])
    for node in world.store[.nodes].objects {
      put(
        StoreKey("csinodes", "storage.k8s.io"), node.meta.name, "storage.k8s.io/v1",
        owner: Owner(
          apiVersion: "v1", kind: "Node", name: node.meta.name, uid: node.meta.uid, isController: false),
        ["spec": ["drivers": .null]])
    }
  }
}
