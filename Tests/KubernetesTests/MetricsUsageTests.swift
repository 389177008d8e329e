import Cluster
import DemoCluster
import Document
import Foundation
import HTTP
import Metrics
import TestSupport
import Testing

@testable import Kubernetes

@Suite(.serialized) struct MetricsUsageTests {
  /// What the metrics server says, by what it says it of.
  private func told(_ demo: MetricsDemo, _ path: String) throws -> [UsageKey: MetricsAPIPoll.Reading] {
    let readings = MetricsAPIPoll.readings(try demo.ask("/apis/metrics.k8s.io/v1beta1/\(path)").encoded())
    return Dictionary(readings.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
  }

  /// Who differs by more than some percent.
  private func different(
    _ told: [UsageKey: MetricsAPIPoll.Reading], _ usages: [UsageKey: ResourceUsage]
  ) -> [String] {
    told.compactMap { key, reading in
      guard let usage = usages[key] else { return "\(key): none" }
      guard let cpu = usage.cpu, let memory = usage.memory else { return "\(key): no reading" }
      let isClose =
        abs(cpu - reading.cpu) <= max(0.003, reading.cpu * 0.05)
        && abs(memory - reading.memory) <= reading.memory * 0.05
      return isClose ? nil : "\(key): \(cpu) \(memory), not \(reading.cpu) \(reading.memory)"
    }
  }

  @Test func podsUseWhatTheMetricsServerSays() throws {
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let demo = MetricsDemo(port: server.port)
    demo.start(.usage(UsageQuery(Query("v1/pods"))))
    var last: [String] = []
    try demo.wait("the same usage") { demo in
      guard demo.usages.count > 40 else { return false }
      let pods = try told(demo, "pods").filter { $0.key.container.isEmpty }
      last = different(pods, demo.usages)
      // A container may have begun or ended in this moment.
      return last.count <= 1
    }
    #expect(last.count <= 1, "\(last.prefix(5))")
    #expect(demo.source.name == "kubelets")
    #expect(demo.usages.keys.allSatisfy { $0.container.isEmpty && !$0.namespace.isEmpty })
    #expect(demo.usages.values.allSatisfy { $0.received == nil && $0.throttled == nil })
  }

  @Test func nodesUseWhatTheMetricsServerSays() throws {
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let demo = MetricsDemo(port: server.port)
    demo.start(.usage(UsageQuery(Query("v1/nodes"), isDetailed: true)))
    try demo.wait("the same usage of nodes") { demo in
      let nodes = try told(demo, "nodes")
      return !demo.usages.isEmpty && different(nodes, demo.usages).isEmpty
        && demo.usages.values.allSatisfy { $0.received != nil }
    }
    #expect(demo.usages.keys.allSatisfy { $0.namespace.isEmpty })
  }

  @Test func theContainersOfAPodUseWhatTheMetricsServerSaysAndOnlyItsNodeIsAsked() throws {
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let tap = WireTap(to: server.port)
    defer { tap.stop() }
    let demo = MetricsDemo(port: server.port, through: tap.port)
    let pods = try demo.ask("/api/v1/namespaces/market/pods?labelSelector=app%3Dbasket")["items"].array
    let pod = try #require(pods.first { $0["status"]["phase"].string == "Running" })
    let name = try #require(pod["metadata"]["name"].string)
    var query = Query("containers", namespaces: ["market"])
    query.fieldSelector = "metadata.name=\(name)"
    demo.start(.usage(UsageQuery(query)))
    try demo.wait("usage of its containers") { demo in
      let own = try told(demo, "pods").filter { $0.key.name == name && !$0.key.container.isEmpty }
      return !own.isEmpty && different(own, demo.usages).isEmpty
    }
    #expect(demo.usages.keys.allSatisfy { $0.name == name && !$0.container.isEmpty })
    let asked = Set(tap.requests.filter { $0.contains("/proxy/") })
    let node = try #require(pod["spec"]["nodeName"].string)
    #expect(asked == ["GET /api/v1/nodes/\(node)/proxy/metrics/resource"])
    #expect(tap.requests.allSatisfy { $0.hasPrefix("GET ") })
  }

  @Test func onlyTheNodesThatHaveThePodsOfANamespaceAreAskedAndNoneAfterTheEnd() throws {
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let tap = WireTap(to: server.port)
    defer { tap.stop() }
    let demo = MetricsDemo(port: server.port, through: tap.port)
    var query = Query("v1/pods", namespaces: ["market"])
    query.labelSelector = "app=basket"
    demo.start(.rows(query))
    demo.start(.usage(UsageQuery(query, isDetailed: true)))
    let nodes = Set(
      try demo.ask("/api/v1/namespaces/market/pods?labelSelector=app%3Dbasket")["items"].array.compactMap {
        $0["spec"]["nodeName"].string
      })
    demo.wait("usage with traffic") { demo in
      demo.usages.contains { $0.key.name.hasPrefix("basket-") && $0.value.received != nil }
    }
    demo.stop(.usage(UsageQuery(query, isDetailed: true)))
    demo.stop(.rows(query))
    let asked = tap.requests.filter { $0.contains("/proxy/") }
    #expect(Set(asked.map { $0.split(separator: "/")[4] }) == Set(nodes.map { $0[...] }))
    #expect(tap.requests.allSatisfy { $0.hasPrefix("GET ") })
    // Another need that goes on, so that there is something to wait for.
    demo.start(.usage(UsageQuery(Query("v1/nodes"))))
    demo.wait("usage of nodes") { demo in demo.usages.keys.contains { $0.namespace.isEmpty } }
    let ended = tap.requests.filter { $0.contains("/metrics/cadvisor") }.count
    let other = try #require(demo.usages.first { $0.key.namespace.isEmpty })
    demo.wait("later usage of nodes") { demo in (demo.usages[other.key]?.at ?? 0) > other.value.at + 1 }
    #expect(tap.requests.filter { $0.contains("/metrics/cadvisor") }.count == ended)
  }

  @Test func whoMayNotAskKubeletsGetsTheMetricsServersNumbersAndIsToldWhy() throws {
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let demo = MetricsDemo(port: server.port, user: ("watch-keeper", "dockside:watch"))
    let query = Query("v1/pods", namespaces: ["market"])
    demo.start(.rows(query))
    demo.start(.usage(UsageQuery(query)))
    try demo.wait("usage") { demo in
      let pods = try told(demo, "namespaces/market/pods").filter { $0.key.container.isEmpty }
      return !pods.isEmpty && different(pods, demo.usages).count <= 1
    }
    #expect(demo.source.name == "metrics.k8s.io")
    #expect(demo.source.missing.contains("nodes/proxy") || demo.source.missing.contains("nodes \""))
    #expect(demo.source.missing.contains("forbidden"))
  }

  /// A server that answers as a test says: nodes, and refusals.
  private static func status(_ code: Int, _ message: String) -> String {
    #"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"\#(message)","code":\#(code)}"#
  }

  @Test func whoMayGetNeitherIsToldWhatWouldGiveThem() throws {
    let server = try ReplayServer { request, responder, _ in
      if request.path.contains("metrics.k8s.io") {
        responder.json(404, Self.status(404, "the server could not find the requested resource"))
      } else if request.path.contains("/proxy/") {
        responder.json(403, Self.status(403, "nodes \\\"n\\\" is forbidden: no nodes/proxy for you"))
      } else if request.isWatch {
        responder.watch()
      } else {
        responder.json(
          #"{"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"n","uid":"1"}}]}"#
        )
      }
    }
    let demo = MetricsDemo(port: server.port)
    let need = Need.usage(UsageQuery(Query("v1/nodes")))
    demo.start(need)
    demo.wait("a refusal") { demo in
      if case .refused = demo.phases[need]?.last { true } else { false }
    }
    #expect(
      demo.phases[need]?.last
        == .refused(
          status: 403,
          why: "HTTP 403: nodes \"n\" is forbidden: no nodes/proxy for you; metrics.k8s.io is not installed. "
            + "The right to get nodes/proxy, or a metrics server, would give them"))
  }

  @Test func aNodeThatIsDownIsNamedAndTheOthersTell() throws {
    let server = try ReplayServer { request, responder, count in
      if request.path.contains("/nodes/dead/proxy") {
        responder.json(503, Self.status(503, "error trying to reach service: no route to host"))
      } else if request.path.contains("/nodes/well/proxy") {
        let milliseconds = Int(Date().timeIntervalSince1970 * 1_000)
        responder.text(
          200,
          """
          node_cpu_usage_seconds_total \(Double(milliseconds) / 2_000) \(milliseconds)
          node_memory_working_set_bytes 4096 \(milliseconds)

          """)
      } else if request.isWatch {
        responder.watch()
      } else {
        responder.json(
          #"{"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"dead","uid":"1"}},{"metadata":{"name":"well","uid":"2"}}]}"#
        )
      }
    }
    let demo = MetricsDemo(port: server.port)
    demo.start(.usage(UsageQuery(Query("v1/nodes"))))
    let well = UsageKey(namespace: "", name: "well")
    demo.wait("usage of the other") { demo in
      guard let cpu = demo.usages[well]?.cpu, !demo.source.missing.isEmpty else { return false }
      return abs(cpu - 0.5) < 0.02
    }
    #expect(demo.usages.keys.allSatisfy { $0 == well })
    #expect(
      demo.source.missing
        == "nothing of node dead: HTTP 503: error trying to reach service: no route to host")
    #expect(server.asked(containing: "metrics.k8s.io") == 0)
  }
}
