import Document

/// Many pods that nothing is wrong with: what makes a cluster large.
struct Crowd {
  private let builder: Builder
  private var world: World { builder.world }
  private static let perDeployment = 40
  private static let perNamespace = 25
  private static let names = [
    "anchor", "beacon", "cargo", "davit", "ferry", "gantry", "hawser", "jetty", "keel", "lantern", "mast",
    "quay",
  ]

  init(_ world: World) { builder = Builder(world: world) }

  /// Adds about `pods` pods in deployments, with the nodes to hold them.
  func build(pods: Int) {
    let image = Shop.image("crowd/worker", "1.0.0")
    world.images.add(
      "\(Shop.registry)/crowd/worker", ["1.0.0", "1.0.1"],
      Program(readiness: .ready(afterSeconds: 1...4), log: .logfmt, linesPerSecond: 1))
    let firstNode = world.nodes.count
    for index in 0..<max(1, (pods + 99) / 100) {
      builder.node(
        "pier-\(index + 1)", address: "10.24.\(index / 250).\(index % 250 + 4)",
        zone: "north-1\(["a", "b", "c"][index % 3])",
        cores: 16, memoryGiB: 64, age: .days(30 + Double(index % 60)))
    }
    var number = 0
    var left = pods
    while left > 0 {
      let space = "crowd-\(1 + number / Crowd.perNamespace)"
      if number % Crowd.perNamespace == 0 {
        builder.namespace(space, age: .days(40), labels: [("team", "crowd")])
      }
      deployment(
        "\(Crowd.names[number % Crowd.names.count])-\(number % Crowd.perNamespace)", space,
        replicas: min(left, Crowd.perDeployment), image: image, firstNode: firstNode)
      left -= Crowd.perDeployment
      number += 1
    }
  }

  private func deployment(_ name: String, _ space: String, replicas: Int, image: String, firstNode: Int) {
    let template = TemplateSketch(
      labels: [("app", name), ("team", "crowd")],
      containers: [
        ContainerSketch("worker", image, port: 8080).with {
          $0.memoryLimit = "128Mi"
          $0.env = [("QUEUE", name), ("LOG_LEVEL", "info")]
          $0.readyPath = "/ready"
        }
      ])
    let age = Age.days(1 + world.dice.between(0...38))
    var meta = builder.meta(name, space, age: age, labels: [("app.kubernetes.io/name", name)], generation: 1)
    meta.setAnnotation(DeploymentController.revisionKey, "1")
    let spec = builder.deploymentSpec(name, replicas, template)
    let deployment = world.store.put(
      .deployments, builder.withManagers(meta, template.json),
      .members([Object.Member(key: "spec", value: spec.encoded())]), at: world.now)
    let revision = builder.revision(
      1, .init(template: template, age: age), of: deployment, spec, desired: replicas)
    for index in 0..<replicas {
      let node = world.nodes[firstNode + world.store[.pods].objects.count % (world.nodes.count - firstNode)]
      builder.runningPod(
        "\(revision.key.name)-\(world.dice.suffix())", generateName: revision.key.name + "-",
        namespace: space, template: revision.template, owner: revision.owner,
        created: meta.created + Int64(index) + Int64(world.dice.below(Int(age.seconds / 2))), node: node)
    }
    builder.settle(deployment, [revision], since: age, isStuck: false)
  }
}
