extension Shop {
  static func image(_ name: String, _ tag: String) -> String { "\(registry)/\(name):\(tag)" }

  /// What the shop's own images do, and those that it takes from elsewhere.
  func addImages() {
    addMarketImages()
    addFulfilImages()
    addPlatformImages()
  }

  private func add(_ name: String, _ tags: [String], _ change: (inout Program) -> Void) {
    var program = Program()
    change(&program)
    world.images.add("\(Shop.registry)/\(name)", tags, program)
  }

  private func addMarketImages() {
    add("market/storefront", ["3.13.4", "3.14.2", "3.15.0"]) {
      $0.log = .nginx
      $0.linesPerSecond = 5
      $0.imageMegabytes = 42
    }
    add("market/basket", ["1.22.0", "1.22.1", "1.23.0"]) {
      $0.log = .logfmt
      $0.linesPerSecond = 2
    }
    add("market/catalogue", ["2026.9.1", "2026.10.0"]) {
      $0.log = .java
      $0.linesPerSecond = 1.2
      $0.imageMegabytes = 310
      $0.readiness = .ready(afterSeconds: 6...14)
    }
    add("market/search-api", ["0.61.0", "0.62.0"]) {
      $0.log = .json
      $0.linesPerSecond = 3
      $0.quietSeconds = 5
      $0.fate = .needs(
        .init(configMap: "search-settings", key: "MAX_RESULTS", badValue: "sixty"), code: 1)
      $0.lastWords = [
        "{\"level\":\"info\",\"msg\":\"reading settings\",\"from\":\"environment\"}",
        "{\"level\":\"fatal\",\"msg\":\"bad setting\",\"key\":\"MAX_RESULTS\",\"error\":\"strconv.Atoi: parsing \\\"sixty\\\": invalid syntax\"}",
      ]
    }
    add("market/recommendations", ["5.0.0", "5.1.0"]) {
      $0.log = .json
      $0.linesPerSecond = 0.4
      $0.readiness = .never(finding: "HTTP probe failed with statuscode: 503")
    }
    add("market/reviews", ["1.4.7", "1.4.8"]) { $0.linesPerSecond = 0.7 }
    add("market/promo-banner", ["1.8.2", "1.8.3"]) { $0.linesPerSecond = 0.3 }
    add("market/gift-cards", ["0.9.1"]) { $0.log = .logfmt }
    add("market/courier-widget", ["2.2.0"]) {
      $0.linesPerSecond = 0.2
      $0.log = .colours
    }
  }

  private func addFulfilImages() {
    add("fulfil/orders", ["7.3.0", "7.3.1", "7.4.0"]) {
      $0.log = .json
      $0.readiness = .follows(
        service: "kube-dns", namespace: "kube-system",
        finding: "HTTP probe failed with statuscode: 503")
      $0.linesPerSecond = 4
    }
    add("fulfil/schema-check", ["7"]) {
      $0.fate = .exits(afterSeconds: 1...2, code: 0)
      $0.linesPerSecond = 2
    }
    add("envoyproxy/proxy", ["1.33.2"]) {
      $0.log = .plain
      $0.linesPerSecond = 0.3
      $0.imageMegabytes = 71
    }
    add("fulfil/invoicing", ["4.11.0", "4.12.0"]) {
      $0.log = .java
      $0.linesPerSecond = 3
      $0.fate = .leaks(afterSeconds: 24...40)
    }
    add("fulfil/shipping-rates", ["2.0.5"]) {
      $0.log = .logfmt
      $0.linesPerSecond = 1
      $0.fate = .hangs(afterSeconds: 420...1_500)
    }
    add("fulfil/warehouse-sync", ["1.17.0"]) {
      $0.hookFailure = (7, "register: dial tcp 10.96.12.9:7070: connect: connection refused")
    }
    add("fulfil/courier-gateway", ["3.2.0"]) {
      $0.log = .logfmt
      $0.linesPerSecond = 2
      $0.fate = .exits(afterSeconds: 4...8, code: 1)
      $0.quietSeconds = 9
      $0.readiness = .ready(afterSeconds: 15...20)
      $0.lastWords = [
        "level=info msg=\"loading routes\" file=/etc/courier/routes.yaml",
        "level=error msg=\"cannot load routes\" error=\"line 41: unknown carrier \\\"northwind\\\"\"",
        "level=fatal msg=\"exiting\" code=1",
      ]
    }
    add("fulfil/fraud-scoring", ["0.4.0"]) { $0.imageMegabytes = 900 }
    add("fulfil/packing-planner", ["1.1.2", "1.2.0"]) {
      $0.log = .wide
      $0.linesPerSecond = 0.6
    }
    add("fulfil/returns", ["2.8.0"]) { $0.linesPerSecond = 0.5 }
  }

  private func addPlatformImages() {
    add("postgres", ["17.2"]) {
      $0.linesPerSecond = 0.25
      $0.imageMegabytes = 150
    }
    add("valkey", ["8.0.1"]) { $0.linesPerSecond = 0.1 }
    add("opensearch", ["2.18.0"]) { $0.imageMegabytes = 600 }
    add("platform/log-agent", ["0.44.1"]) {
      $0.log = .colours
      $0.linesPerSecond = 0.8
    }
    add("platform/mailer", ["1.3.0", "1.3.1"]) {
      $0.log = .colours
      $0.linesPerSecond = 0.9
    }
    add("platform/batch-worker", ["6.0.0", "6.0.1"]) {
      $0.log = .json
      $0.linesPerSecond = 6
    }
    add("platform/price-refresh", ["1.0.9"]) {
      $0.linesPerSecond = 1.5
      $0.fate = .exits(afterSeconds: 9...22, code: 0)
    }
    add("platform/session-sweep", ["1.0.2"]) {
      $0.linesPerSecond = 2
      $0.fate = .exits(afterSeconds: 5...12, code: 0)
    }
    add("platform/exporter", ["2.1.0"]) { $0.fate = .exits(afterSeconds: 300...600, code: 0) }
    add("platform/ledger-tool", ["4.0.0"]) {
      $0.fate = .exits(afterSeconds: 5...9, code: 3)
      $0.linesPerSecond = 1
      $0.lastWords = [
        "migrate: connected to ledger at ledger-db.platform:5432",
        "migrate: applying 0042_split_postings.sql",
        "migrate: ERROR: column \"posted_at\" of relation \"postings\" already exists",
        "migrate: rolled back, exit 3",
      ]
    }
    world.images.add(
      "registry.k8s.io/coredns/coredns", ["v1.12.0"],
      Program(
        fate: .needs(.init(configMap: "coredns", key: "Corefile", badValue: "forwad"), code: 1),
        linesPerSecond: 0.05, imageMegabytes: 20, quietSeconds: 5,
        lastWords: ["/etc/coredns/Corefile:5 - Error during parsing: Unknown directive 'forwad'"]))
    world.images.add(
      "registry.k8s.io/kube-proxy", ["v1.36.2"], Program(linesPerSecond: 0.02, imageMegabytes: 31))
    world.images.add(
      "ghcr.io/cert-manager/controller", ["v1.18.1"],
      Program(log: .logfmt, linesPerSecond: 0.2, imageMegabytes: 24))
    world.images.add(
      "registry.k8s.io/ingress-nginx/controller", ["v1.14.0"],
      Program(log: .nginx, linesPerSecond: 8, imageMegabytes: 112))
  }
}
