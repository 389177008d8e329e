import Cluster
import DemoCluster
import Document
import Foundation
import HTTP
import Metrics
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// The exporter over a demo cluster: what Prometheus' own tools say of its page, and whether it stays true.
@Suite struct StateExporterTests {
  private static let start = 1_795_230_000

  private static let stories: DemoOptions = {
    var options = DemoOptions()
    options.stories = DemoOptions.knownStories.map(\.name)
    options.clock = .driven(startEpochSeconds: start)
    return options
  }()

  @Test func promtoolFindsNothingToComplainAbout() throws {
    let state = try StateDemo(Self.stories)
    state.demo.advance(seconds: 900)
    state.waitUntilReady()
    let page = state.page()
    let checked = try run("/usr/bin/promtool", ["check", "metrics"], input: page)
    #expect(checked.exit == .code(0))
    #expect(checked.output + checked.errors == "")
    // No series twice, and each family's lines together.
    #expect(series(page).count > 2_000)
    let heads = page.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
    #expect(Set(heads).count == heads.count)
  }

  @Test func bothFormatsAreReadByPrometheusClient() throws {
    let state = try StateDemo(Self.stories)
    state.demo.advance(seconds: 300)
    state.waitUntilReady()
    let families = state.exporter.families
    func count(_ format: ExpositionFormat, _ module: String) throws -> String {
      let script = """
        import sys
        from \(module) import text_string_to_metric_families
        families = list(text_string_to_metric_families(sys.stdin.read()))
        print(len(families), sum(len(f.samples) for f in families), len(set(f.name for f in families)))
        """
      let ran = try run("/usr/bin/python3", ["-c", script], input: StateDemo.page(families, format))
      #expect(ran.errors == "")
      return ran.output
    }
    let samples = series(StateDemo.page(families)).count
    let named = Set(families.map(\.family.name)).count
    #expect(try count(.text, "prometheus_client.parser") == "\(named) \(samples) \(named)\n")
    #expect(
      try count(.openMetrics, "prometheus_client.openmetrics.parser") == "\(named) \(samples) \(named)\n")
  }

  /// Whatever happens to the connection, at the end the page is the one that a fresh list of everything would make.
  @Test(arguments: [1, 2] as [UInt64])
  func thePageAfterManyChangesIsTheOneOfAFreshList(seed: UInt64) throws {
    var options = DemoOptions()
    options.pods = 60
    options.seed = seed
    options.churnPerSecond = 80
    options.clock = .driven(startEpochSeconds: Self.start)
    options.historyLimit = 200
    let demo = try DemoServer(options)
    defer { demo.stop() }
    let isCalm = Atomic(false)
    let roll = Mutex(seed)
    let proxy = CutProxy(to: demo.port) {
      if isCalm.load(ordering: .relaxed) { return nil }
      return roll.withLock { state in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return 20_000 + Int(state >> 33) % 600_000
      }
    }
    defer { proxy.stop() }
    var settings = StateExporter.Options()
    settings.maxBackoffSeconds = 0.3
    let exporter = StateExporter(upstream: StateDemo.upstream(proxy.port), options: settings)
    defer { exporter.stop() }
    exporter.start()
    for step in 0..<12 {
      let before = heard(exporter)
      demo.advance(seconds: 1)
      if step % 4 == 3 { demo.dropConnections() }
      _ = waitUntil(seconds: 2) { heard(exporter) > before }
    }
    isCalm.store(true, ordering: .relaxed)
    demo.advance(seconds: 1)
    let fresh = try Self.freshSeries(demo)
    #expect(fresh.count > 2_000)
    #expect(waitUntil { exporter.isReady && Self.ofObjects(exporter) == fresh })
    let kept = Self.ofObjects(exporter)
    #expect(kept.filter { fresh[$0.key] == nil }.isEmpty, "series that are no more")
    #expect(fresh.filter { kept[$0.key] == nil }.isEmpty, "series that are missing")
    #expect(proxy.cuts > 0)
  }

  private func heard(_ exporter: StateExporter) -> Double {
    let bytes = exporter.families.first { $0.family.name == "clustertui_received_bytes_total" }
    return series(bytes?.text ?? "").values.reduce(0) { $0 + (Double($1) ?? 0) }
  }

  /// What is told of objects, without the telemetry.
  private static func ofObjects(_ exporter: StateExporter) -> [String: String] {
    series(StateDemo.page(exporter.families)).filter { !$0.key.contains("{resource=") }
  }

  private static func freshSeries(_ demo: DemoServer) throws -> [String: String] {
    let session = HTTPSession()
    defer { session.shutdown() }
    let getter = Getter(session: session, server: Server(base: "http://127.0.0.1:\(demo.port)"))
    let book = SeriesBook(StateKind.all.map(\.families))
    for (place, kind) in StateKind.all.enumerated() {
      var target = WatchTarget(ResourcePath(kind.kind.id), namespace: "")
      target.asTable = kind.isTable
      let answer = try getter.fetch(target.list(continueToken: nil, limit: 100_000))
      var writer = SeriesWriter(names: kind.families.map(\.name))
      answer.body.withUnsafeBytes { bytes in
        ListBody(bytes).eachItem { object in
          if let key = kind.write(object, &writer) { book.put(key, in: place, writer) }
        }
      }
      book.show(place, true)
    }
    return series(StateDemo.page(book.lines))
  }

  @Test func whatMayNotBeReadIsAbsentAndSaid() throws {
    let demo = try DemoServer(Self.stories)
    defer { demo.stop() }
    let viewer: @Sendable () -> [Header] = { [Header("Authorization", "Bearer demo-viewer")] }
    let exporter = StateExporter(upstream: StateDemo.upstream(demo.port, headers: viewer))
    defer { exporter.stop() }
    exporter.start()
    #expect(waitUntil { exporter.isReady })
    let page = StateDemo.page(exporter.families)
    #expect(page.contains("clustertui_list_total{resource=\"secrets\",result=\"forbidden\"} 1\n"))
    #expect(!page.contains("kube_secret_info"))
    #expect(page.contains("clustertui_watch_up{resource=\"secrets\"} 0\n"))
    #expect(page.contains("kube_pod_info{"))
    #expect(
      exporter.readiness.text.split(separator: "\n").contains(
        "without secrets: secrets is forbidden: User \"watch-keeper\" cannot list resource \"secrets\" in API "
          + "group \"\" at the cluster scope"))
  }

  @Test func onlyTheNamespacesThatAreNamedAreRead() throws {
    let demo = try DemoServer(Self.stories)
    defer { demo.stop() }
    var settings = StateExporter.Options()
    settings.namespaces = ["market", "fulfil"]
    let exporter = StateExporter(upstream: StateDemo.upstream(demo.port), options: settings)
    defer { exporter.stop() }
    exporter.start()
    #expect(waitUntil { exporter.isReady })
    let page = StateDemo.page(exporter.families)
    let pods = series(page).keys.filter { $0.hasPrefix("kube_pod_info{") }
    #expect(pods.contains { $0.contains("namespace=\"market\"") })
    #expect(pods.contains { $0.contains("namespace=\"fulfil\"") })
    #expect(pods.allSatisfy { $0.contains("namespace=\"market\"") || $0.contains("namespace=\"fulfil\"") })
    #expect(page.contains("kube_node_info{"))
  }

  @Test func eachKindIsListedOnceAndThenWatched() throws {
    let demo = try DemoServer(Self.stories)
    defer { demo.stop() }
    let tap = WireTap(to: demo.port)
    defer { tap.stop() }
    let exporter = StateExporter(upstream: StateDemo.upstream(tap.port))
    defer { exporter.stop() }
    exporter.start()
    let up = "clustertui_watch_up{resource="
    #expect(
      waitUntil {
        series(StateDemo.page(exporter.families)).filter { $0.key.hasPrefix(up) }.allSatisfy {
          $0.value == "1"
        }
      })
    let asked = tap.requests.count
    // Scrapes ask nobody.
    for _ in 0..<50 { _ = exporter.families }
    let requests = tap.requests
    #expect(requests.count == asked)
    #expect(requests.allSatisfy { $0.hasPrefix("GET ") })
    let lists = requests.filter { !$0.contains("watch=true") && !$0.contains("continue=") }
    #expect(lists.count == StateKind.all.count)
    #expect(requests.filter { $0.contains("watch=true") }.count == StateKind.all.count)
    // Of what holds values only metadata is asked for.
    let values = requests.filter { $0.contains("/secrets?") || $0.contains("/configmaps?") }
    #expect(values.count == 4)
    #expect(values.allSatisfy { $0.contains("includeObject=Metadata") })
  }

  @Test func secretsAreNeverAskedForAsWholeObjects() {
    var target = WatchTarget(ResourcePath("v1/secrets"), namespace: "", labelSelector: "")
    target.asTable = true
    target.onlyTable = true
    #expect(
      target.list(continueToken: nil, limit: 1).accept == "application/json;as=Table;v=v1;g=meta.k8s.io")
    #expect(
      target.watch(from: "1", timeoutSeconds: 1).accept == "application/json;as=Table;v=v1;g=meta.k8s.io")
  }

  @Test func untilAllIsReadThePageIsNotReady() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { request, responder in
      if request.path == "/api/v1/nodes" {
        return responder.respond(500, [], body: Array("no nodes today".utf8))
      }
      responder.respond(404)
    }
    defer { server.stop() }
    let exporter = StateExporter(upstream: StateDemo.upstream(server.port))
    defer { exporter.stop() }
    #expect(!exporter.isReady)
    exporter.start()
    #expect(
      waitUntil {
        exporter.readiness.text.hasPrefix(
          "not ready: 1 of 20 lists are not whole\nwaits for nodes: no nodes today\nwithout pods: ")
      })
    #expect(exporter.families.filter { !$0.family.name.hasPrefix("clustertui_") }.isEmpty)
  }

  @Test func othersAddFamiliesToThePage() throws {
    let state = try StateDemo(Self.stories)
    let usage = MetricFamily("container_cpu_usage_seconds_total", "CPU time.", .counter, unit: "seconds")
    state.exporter.add {
      [
        FamilyLines(usage, lines: "container_cpu_usage_seconds_total{pod=\"a\"} 1\n"),
        FamilyLines(MetricFamily("kube_pod_info", "Other."), lines: "kube_pod_info{pod=\"other\"} 1\n"),
      ]
    }
    state.exporter.add { [FamilyLines(usage, lines: "container_cpu_usage_seconds_total{pod=\"b\"} 2\n")] }
    state.waitUntilReady()
    let page = state.page()
    #expect(
      page.contains(
        "# TYPE container_cpu_usage_seconds_total counter\ncontainer_cpu_usage_seconds_total{pod=\"a\"} 1\n"
          + "container_cpu_usage_seconds_total{pod=\"b\"} 2\n"))
    #expect(page.contains("\nkube_pod_info{pod=\"other\"} 1\n# HELP kube_pod_owner "))
    #expect(page.components(separatedBy: "# TYPE kube_pod_info ").count == 2)
  }

  @Test func aChangeIsOnThePageAtOnceAndAScrapeUnderWayStaysWhole() throws {
    let state = try StateDemo(Self.stories)
    state.waitUntilReady()
    let server = try MetricsServer(.tcp(host: "127.0.0.1", port: 0), source: state.exporter.source)
    defer { server.stop() }
    let session = HTTPSession()
    defer { session.shutdown() }
    let getter = Getter(session: session, server: Server(base: "http://127.0.0.1:\(server.port)"))
    let before = String(decoding: try getter.fetch(ReadRequest("/metrics")).body, as: UTF8.self)
    state.demo.advance(seconds: 120)
    #expect(
      waitUntil {
        let now =
          (try? getter.fetch(ReadRequest("/metrics")).body).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return series(now).filter { $0.key.hasPrefix("kube_") }
          != series(before).filter { $0.key.hasPrefix("kube_") }
      })
    #expect(try getter.fetch(ReadRequest("/-/ready")).head.status == 200)
  }
}
