import Document

/// The world of the demo: an online shop on four nodes, mostly well.
///
/// `market` sells, `fulfil` packs and sends, `platform` keeps the data; a handful of their workloads fail,
/// each for a reason of its own.
struct Shop {
  let builder: Builder
  var world: World { builder.world }

  static let registry = "registry.dockside.example"

  /// Whether the workloads that fail are there.
  let hasFaults: Bool

  init(_ world: World, hasFaults: Bool = true) {
    builder = Builder(world: world)
    self.hasFaults = hasFaults
  }

  func build() {
    addImages()
    addNodes()
    addCluster()
    buildSystem()
    buildPlatform()
    buildMarket()
    buildFulfil()
    addCustomResources()
    addReleases()
  }

  // MARK: Nodes

  private func addNodes() {
    let plans: [(name: String, zone: String, cores: Int, memory: Int, age: Age, isControl: Bool)] = [
      (World.controlPlane, "north-1a", 4, 8, .days(143), true),
      ("harbour-2", "north-1a", 8, 16, .days(143), false),
      ("harbour-3", "north-1b", 8, 16, .days(97), false), ("harbour-4", "north-1c", 8, 16, .days(12), false),
    ]
    for (index, plan) in plans.enumerated() {
      builder.node(
        plan.name, address: "10.20.0.\(11 + index)", zone: plan.zone, cores: plan.cores,
        memoryGiB: plan.memory,
        age: plan.age, isControlPlane: plan.isControl)
    }
  }

  // MARK: The cluster's own

  private func addCluster() {
    for (name, days) in [
      ("default", 143.0), ("kube-node-lease", 143), ("kube-public", 143), ("kube-system", 143),
    ] {
      builder.namespace(name, age: .days(days))
    }
    for (name, team) in [("market", "storefront"), ("fulfil", "logistics"), ("platform", "platform")] {
      builder.namespace(name, age: .days(141), labels: [("team", team)])
    }
    builder.service(
      "kubernetes", "default", age: .days(143), app: nil, port: 443, targetPort: 6443)
    addClasses()
    addRights()
    for (name, component) in [("kube-controller-manager", "kcm"), ("kube-scheduler", "sched")] {
      builder.lease(
        name, "kube-system", holder: "\(World.controlPlane)_\(component)-7f21", age: .days(143), every: 2)
    }
  }

  private func addClasses() {
    builder.put(
      StoreKey("storageclasses", "storage.k8s.io"),
      builder.meta(
        "dockside-ssd", age: .days(143),
        annotations: [("storageclass.kubernetes.io/is-default-class", "true")]),
      api: "storage.k8s.io/v1",
      [
        "provisioner": "csi.dockside.example", "parameters": ["type": "ssd"], "reclaimPolicy": "Delete",
        "allowVolumeExpansion": true, "volumeBindingMode": "Immediate",
      ])
    builder.put(
      StoreKey("storageclasses", "storage.k8s.io"), builder.meta("archive", age: .days(88)),
      api: "storage.k8s.io/v1",
      [
        "provisioner": "archive.csi.dockside.example", "reclaimPolicy": "Retain",
        "volumeBindingMode": "Immediate",
      ])
    builder.put(
      StoreKey("ingressclasses", "networking.k8s.io"),
      builder.meta(
        "nginx", age: .days(142), annotations: [("ingressclass.kubernetes.io/is-default-class", "true")],
        generation: 1),
      api: "networking.k8s.io/v1", ["spec": ["controller": "k8s.io/ingress-nginx"]])
    for (name, value) in [
      ("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000),
    ] {
      builder.put(
        StoreKey("priorityclasses", "scheduling.k8s.io"), builder.meta(name, age: .days(143), generation: 1),
        api: "scheduling.k8s.io/v1", manager: "kube-apiserver",
        [
          "value": .int(value), "description": "Pods that the cluster cannot do without.",
          "preemptionPolicy": "PreemptLowerPriority",
        ])
    }
  }
}
