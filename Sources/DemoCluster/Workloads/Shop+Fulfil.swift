import Document

extension Shop {
  func buildFulfil() {
    let space = "fulfil"
    builder.configMap(
      "carriers", space, age: .days(74),
      ["routes.yaml": "- carrier: harbour-post\n  zones: [1, 2]\n- carrier: northwind\n  zones: [3]\n"])
    builder.secret(
      "orders-db", space, age: .days(131), [("PGHOST", "orders-db.platform"), ("PGPASSWORD", "not-a-secret")])
    builder.deployment(
      "orders", space, replicas: 3, age: .days(131),
      releases: [
        .init(template: orders("7.3.0"), age: .days(131)),
        .init(template: orders("7.3.1"), age: .days(2.6), cause: "release 7.3.1"),
      ])
    builder.deployment(
      "shipping-rates", space, replicas: 2, age: .days(77),
      releases: [.init(template: web(space, "shipping-rates", "2.0.5"), age: .days(5))])
    builder.deployment(
      "packing-planner", space, replicas: 2, age: .days(29),
      releases: [
        .init(template: web(space, "packing-planner", "1.1.2"), age: .days(29)),
        .init(template: web(space, "packing-planner", "1.2.0"), age: .minutes(95), cause: "release 1.2.0"),
      ])
    builder.deployment(
      "returns", space, replicas: 2, age: .days(68),
      releases: [.init(template: web(space, "returns", "2.8.0"), age: .days(15))])
    if hasFaults { buildFulfilFaults(space) }
    for (app, days) in [
      ("orders", 131.0), ("shipping-rates", 77), ("packing-planner", 29), ("returns", 68),
    ] + (hasFaults ? [("invoicing", 83), ("courier-gateway", 25)] : []) {
      builder.service(app, space, age: .days(days), app: app)
    }
    if hasFaults { builder.service("legacy-erp", space, age: .days(131), app: "erp-bridge", port: 7070) }
    builder.disruptionBudget("orders", space, age: .days(110), app: "orders", minAvailable: 2)
  }

  /// Two containers, and a check of the schema before they start.
  private func orders(_ tag: String) -> TemplateSketch {
    var template = web(
      "fulfil", "orders", tag, cpu: "200m", memory: "192Mi", memoryLimit: "384Mi", secret: "orders-db")
    template.initContainers = [
      ContainerSketch("schema-check", Shop.image("fulfil/schema-check", "7")).with {
        $0.cpu = "10m"
        $0.memory = "32Mi"
        $0.command = ["schema-check", "--wait=60s"]
      }
    ]
    template.containers.append(
      ContainerSketch("envoy", Shop.image("envoyproxy/proxy", "1.33.2")).with {
        $0.cpu = "20m"
        $0.memory = "48Mi"
        $0.args = ["-c", "/etc/envoy/envoy.yaml"]
      })
    return template
  }

  private func buildFulfilFaults(_ space: String) {
    // The new release needs more memory than its limit allows.
    builder.deployment(
      "invoicing", space, replicas: 2, age: .days(83),
      releases: [
        .init(template: web(space, "invoicing", "4.11.0", hasLiveness: false), age: .days(83)),
        .init(
          template: web(space, "invoicing", "4.12.0", hasLiveness: false), age: .hours(3.1),
          cause: "release 4.12.0"),
      ], past: .crashing(restarts: 31, .init(code: 137, reason: "OOMKilled", runSeconds: 33)))
    // A line of its settings is wrong.
    builder.deployment(
      "courier-gateway", space, replicas: 1, age: .days(25),
      releases: [
        .init(
          template: web(space, "courier-gateway", "3.2.0", configMap: "carriers", hasLiveness: false),
          age: .hours(1.3), cause: "new carrier northwind")
      ], past: .crashing(restarts: 18, .init(code: 1, reason: "Error", runSeconds: 6)))
    // What its hook calls is not there.
    builder.deployment(
      "warehouse-sync", space, replicas: 1, age: .days(11),
      releases: [
        .init(
          template: web(
            space, "warehouse-sync", "1.17.0", hasLiveness: false,
            postStart: ["/bin/register", "--erp=legacy-erp:7070"]), age: .hours(26))
      ], past: .crashing(restarts: 284, .init(code: 143, reason: "Error", runSeconds: 1, isByHook: true)))
    // More processors than any node has.
    builder.deployment(
      "fraud-scoring", space, replicas: 1, age: .days(1.9),
      releases: [
        .init(
          template: web(space, "fraud-scoring", "0.4.0", cpu: "24", memory: "6Gi", memoryLimit: "8Gi"),
          age: .days(1.9))
      ], past: .unschedulable)
  }
}
