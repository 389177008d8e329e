import Cluster
import DemoCluster
import Document
import Foundation
import HTTP
import Metrics
import TestSupport
import Testing

@testable import Kubernetes

@Suite(.serialized) struct MetricsChartTests {
  private func titles(_ demo: MetricsDemo, _ query: ChartQuery) -> [String] {
    demo.boards[query]?.charts.map { "\($0.title): \($0.lines.map(\.label).joined(separator: ", "))" } ?? []
  }

  @Test func aPodsChartsShowEachContainerWithItsLimits() throws {
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let demo = MetricsDemo(port: server.port)
    let pods = try demo.ask("/api/v1/namespaces/market/pods?labelSelector=app%3Dbasket")["items"].array
    let name = try #require(pods.first?["metadata"]["name"].string)
    let node = try #require(pods.first?["spec"]["nodeName"].string)
    let query = ChartQuery(.object(ObjectRef(kind: "v1/pods", namespace: "market", name: name)))
    demo.start(.chart(query))
    demo.wait("lines of CPU, memory and network") { demo in
      guard let charts = demo.boards[query]?.charts, charts.count == 5 else { return false }
      return [0, 1, 3].allSatisfy { !charts[$0].lines.isEmpty }
    }
    let board = try #require(demo.boards[query])
    #expect(
      board.charts.map(\.title) == ["CPU", "Memory", "CPU throttled, share of periods", "Network", "Disk"])
    #expect(board.charts.map(\.unit) == [.cores, .bytes, .share, .bytesPerSecond, .bytesPerSecond])
    #expect(board.charts[0].lines.map(\.label) == ["basket"])
    #expect(board.charts[1].lines[0].points.contains { $0.value > 1_000_000 })
    #expect(board.charts[1].marks.map(\.label).contains("limit"))
    #expect(board.charts[3].lines.map(\.label) == ["received", "sent"])
    #expect(board.source == "the kubelet of \(node), every 15 s")
    #expect(board.missing.isEmpty)
    #expect(board.newest != nil)
  }

  @Test func aDeploymentANodeAndTheClusterHaveTheirCharts() throws {
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let demo = MetricsDemo(port: server.port)
    let node = try #require(try demo.ask("/api/v1/nodes")["items"].array.first?["metadata"]["name"].string)
    let deployment = ChartQuery(
      .object(ObjectRef(kind: "apps/v1/deployments", namespace: "market", name: "basket")))
    let ofNode = ChartQuery(.object(ObjectRef(kind: "v1/nodes", namespace: "", name: node)))
    let cluster = ChartQuery(.cluster)
    for query in [deployment, ofNode, cluster] { demo.start(.chart(query)) }
    demo.wait("lines in all of them") { demo in
      [deployment, ofNode, cluster].allSatisfy { query in
        let charts = demo.boards[query]?.charts ?? []
        return charts.count > 3 && !charts[0].lines.isEmpty && !charts[1].lines.isEmpty
          && !charts[2].lines.isEmpty && query != cluster || charts.first?.marks.isEmpty == false
      }
    }
    demo.wait("every pod of the deployment") { demo in
      demo.boards[deployment]?.charts.first?.lines.count == 3
        || demo.boards[deployment]?.charts.first?.lines.count == 2
    }
    #expect(titles(demo, cluster).contains { $0.hasPrefix("CPU by namespace: ") && $0.contains("market") })
    #expect(demo.boards[ofNode]?.charts[0].marks.map(\.label) == ["allocatable"])
    #expect((demo.boards[ofNode]?.charts[2].lines.count ?? 0) <= 8)
  }

  @Test func anExpressionIsDrawnFromWhateverTargetHasIt() throws {
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let demo = MetricsDemo(port: server.port)
    let query = ChartQuery(.expression("sum by (namespace) (http_requests_in_flight)"))
    demo.start(.chart(query))
    demo.wait("lines by namespace") { demo in
      (demo.boards[query]?.charts.first?.lines.count ?? 0) > 1
    }
    #expect(titles(demo, query).first?.contains("market") == true)
  }

  @Test func aWrongExpressionIsShownWithACaretAndNothingIsAsked() throws {
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let tap = WireTap(to: server.port)
    defer { tap.stop() }
    let demo = MetricsDemo(port: server.port, through: tap.port)
    let query = ChartQuery(.expression("sum by (up"))
    demo.start(.chart(query))
    demo.wait("a problem") { demo in demo.boards[query]?.problem != nil }
    #expect(demo.boards[query]?.problem?.contains("sum by (up\n") == true)
    #expect(demo.boards[query]?.problem?.contains("^") == true)
    #expect(tap.requests.isEmpty)
  }

  // MARK: Prometheus

  private static let matrix = #"""
    {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"container":"web"},
    "values":[[1000.123,"1"],[1015.123,"NaN"],[1030.123,"+Inf"]]}]}}
    """#

  @Test func aPrometheusIsAskedInPlaceOfKubelets() throws {
    let prometheus = try ReplayServer { request, responder, _ in
      guard request["Authorization"] == "Basic \(Base64.encode("me:secret".utf8))" else {
        return responder.text(401, "Unauthorized\n")
      }
      let to = Double(request.query("end") ?? "") ?? 0
      responder.json(
        #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"namespace":"market"},"values":[[\#(to - 60),"1"],[\#(to),"2"]]}]}}"#
      )
    }
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let tap = WireTap(to: server.port)
    defer { tap.stop() }
    let demo = MetricsDemo(port: server.port, through: tap.port) {
      $0.prometheus = "http://me:secret@127.0.0.1:\(prometheus.port)/prom/"
    }
    let query = ChartQuery(.cluster)
    demo.start(.chart(query))
    demo.wait("lines and the nodes' capacity") { demo in
      let charts = demo.boards[query]?.charts ?? []
      return charts.count == 6 && charts.allSatisfy { $0.lines.count == 1 } && !charts[0].marks.isEmpty
    }
    let board = try #require(demo.boards[query])
    #expect(board.charts[2].lines[0].label == "market")
    #expect(board.charts[2].lines[0].points.last?.value == 2)
    #expect(board.source == "Prometheus at http://127.0.0.1:\(prometheus.port)")
    #expect(prometheus.asked.allSatisfy { $0.hasPrefix("/prom/api/v1/query_range?query=") })
    #expect(!tap.requests.contains { $0.contains("/proxy/") || $0.contains("metrics.k8s.io") })
  }

  @Test func aPrometheusThatRefusesOrIsDeadSaysSo() throws {
    let prometheus = try ReplayServer { request, responder, _ in
      if request.path.hasPrefix("/login") {
        responder.text(401, "Unauthorized\n")
      } else {
        responder.json(400, #"{"status":"error","errorType":"bad_data","error":"too many points"}"#)
      }
    }
    let server = try MetricsDemo.server()
    defer { server.stop() }
    let place = "http://127.0.0.1:\(prometheus.port)"
    for (url, words) in [
      (place, "Prometheus at \(place): too many points (HTTP 400)"),
      ("\(place)/login", "Prometheus at \(place): HTTP 401"), ("http://127.0.0.1:1", "Prometheus: "),
    ] {
      let demo = MetricsDemo(port: server.port) { $0.prometheus = url }
      let query = ChartQuery(.cluster)
      demo.start(.chart(query))
      demo.wait("why there is nothing") { demo in demo.boards[query]?.missing.isEmpty == false }
      #expect(
        demo.boards[query]?.missing.first?.hasPrefix(words) == true, "\(demo.boards[query]?.missing ?? [])")
    }
  }

  @Test func answersOfPrometheusAreReadAndWhatIsNoneIsRefused() throws {
    let points = try PrometheusAnswer.read(Array(Self.matrix.utf8)).get()
    #expect(points.count == 1)
    #expect(points[0].labels["container"] == "web")
    #expect(points[0].milliseconds == [1_000_123, 1_015_123, 1_030_123])
    #expect(points[0].values[0] == 1 && points[0].values[1].isNaN && points[0].values[2] == .infinity)
    for text in ["", "{", "[]", #"{"status":"success","data":{"resultType":"vector","result":[]}}"#] {
      #expect(throws: Unavailable.self) { try PrometheusAnswer.read(Array(text.utf8)).get() }
    }
  }
}
