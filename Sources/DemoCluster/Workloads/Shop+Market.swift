import Document

extension Shop {
  /// A web service as most of the shop's are: one container, a port, probes, settings.
  func web(
    _ namespace: String, _ name: String, _ tag: String, cpu: String = "100m", memory: String = "128Mi",
    memoryLimit: String = "256Mi", configMap: String? = nil, secret: String? = nil, hasLiveness: Bool = true,
    postStart: [String] = [], annotations: [(String, String)] = []
  ) -> TemplateSketch {
    let container = ContainerSketch(name, Shop.image("\(namespace)/\(name)", tag), port: 8080).with {
      $0.cpu = cpu
      $0.memory = memory
      $0.memoryLimit = memoryLimit
      $0.env = [("LOG_LEVEL", "info"), ("OTEL_SERVICE_NAME", name)]
      $0.configMap = configMap
      $0.secret = secret
      $0.readyPath = "/ready"
      if hasLiveness { $0.livePath = "/live" }
      $0.postStart = postStart
    }
    return TemplateSketch(
      labels: [("app", name), ("team", namespace == "market" ? "storefront" : "logistics")],
      annotations: [("prometheus.io/port", "8080"), ("prometheus.io/scrape", "true")] + annotations,
      containers: [container])
  }

  func buildMarket() {
    let space = "market"
    addMarketSettings(space)
    func storefront(_ tag: String) -> TemplateSketch {
      web(space, "storefront", tag, configMap: "storefront-settings")
    }
    let deployment = builder.deployment(
      "storefront", space, replicas: 4, age: .days(118),
      releases: [
        .init(template: storefront("3.13.4"), age: .days(118)),
        .init(template: storefront("3.14.2"), age: .days(6.3), cause: "release 3.14.2"),
      ])
    func basket(_ tag: String) -> TemplateSketch { web(space, "basket", tag, secret: "payment-keys") }
    builder.deployment(
      "basket", space, replicas: 3, age: .days(118),
      releases: [
        .init(template: basket("1.22.0"), age: .days(118)),
        .init(template: basket("1.22.1"), age: .hours(30), cause: "release 1.22.1"),
      ])
    func catalogue(_ tag: String) -> TemplateSketch {
      web(space, "catalogue", tag, cpu: "300m", memory: "512Mi", memoryLimit: "768Mi")
    }
    builder.deployment(
      "catalogue", space, replicas: 3, age: .days(104),
      releases: [
        .init(template: catalogue("2026.9.1"), age: .days(104)),
        .init(template: catalogue("2026.10.0"), age: .days(19), cause: "release 2026.10.0"),
      ])
    let search = web(space, "search-api", "0.61.0", configMap: "search-settings")
    for (template, replicas, days, since) in [
      (search, 2, 63.0, Age.days(9)), (web(space, "reviews", "1.4.8"), 2, 51, .hours(9)),
      (web(space, "courier-widget", "2.2.0"), 1, 3, .days(3)),
    ] {
      builder.deployment(
        template.containers[0].name, space, replicas: replicas, age: .days(days),
        releases: [.init(template: template, age: since)])
    }
    if hasFaults { buildMarketFaults(space) }
    addMarketNetwork(space)
    builder.autoscaler(deployment, min: 3, max: 7, percent: 65, age: .days(90), periodSeconds: 420)
    builder.disruptionBudget("storefront", space, age: .days(90), app: "storefront", minAvailable: 2)
  }

  private func addMarketSettings(_ space: String) {
    builder.configMap(
      "storefront-settings", space, age: .days(40),
      [
        "CURRENCY": "EUR", "LOCALES": "de,en,fi,ja", "BANNER_REFRESH": "30s",
        "theme.json": "{\"palette\":\"harbour\"}",
      ])
    builder.configMap("search-settings", space, age: .days(22), ["MAX_RESULTS": "60", "SYNONYMS": "on"])
    builder.secret(
      "payment-keys", space, age: .days(61), [("PUBLIC_KEY", "pk_demo_3x"), ("PRIVATE_KEY", "sk_demo_9q")])
    builder.secret(
      "market-tls", space, age: .days(58), type: "kubernetes.io/tls",
      [("tls.crt", DemoCertificate.market), ("tls.key", "demo key")])
  }

  private func buildMarketFaults(_ space: String) {
    // A tag that was never pushed.
    builder.deployment(
      "promo-banner", space, replicas: 3, age: .days(33),
      releases: [
        .init(template: web(space, "promo-banner", "1.8.3"), age: .days(8)),
        .init(
          template: web(space, "promo-banner", "1.9.0-rc1"), age: .minutes(47), cause: "release 1.9.0-rc1"),
      ], past: .imageless(attempts: 14), stuck: 1)
    // It runs, and says that it is not ready.
    builder.deployment(
      "recommendations", space, replicas: 2, age: .days(45),
      releases: [
        .init(
          template: web(space, "recommendations", "5.1.0", hasLiveness: false), age: .hours(3.4),
          cause: "release 5.1.0")
      ])
    // Somebody forgot the ConfigMap.
    builder.deployment(
      "gift-cards", space, replicas: 1, age: .hours(5.2),
      releases: [
        .init(
          template: web(space, "gift-cards", "0.9.1", configMap: "gift-card-rules"), age: .hours(5.2),
          cause: "first release")
      ], past: .unconfigured)
  }

  private func addMarketNetwork(_ space: String) {
    for (app, days) in [
      ("storefront", 118.0), ("basket", 118), ("catalogue", 104), ("search-api", 63), ("reviews", 51),
    ] + (hasFaults ? [("promo-banner", 33), ("recommendations", 45), ("gift-cards", 0.2)] : []) {
      builder.service(app, space, age: .days(days), app: app)
    }
    builder.service(
      "storefront-public", space, age: .days(112), app: "storefront", port: 443, type: "LoadBalancer",
      status: ["loadBalancer": ["ingress": [["ip": "203.0.113.41", "ipMode": "VIP"]]]])
    builder.ingress(
      "market", space, age: .days(112), host: "market.dockside.example",
      paths: [("/", "storefront"), ("/basket", "basket"), ("/search", "search-api")], tls: "market-tls")
  }
}
