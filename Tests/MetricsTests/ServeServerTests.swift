import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Metrics

/// The endpoint as a client sees it, byte for byte.
@Suite struct ServeServerTests {
  private static let families = [
    FamilyLines(MetricFamily("a_total", "A.", .counter), lines: "a_total{x=\"1\"} 1\n")
  ]

  private func server(
    _ options: MetricsServer.Options = MetricsServer.Options(),
    readiness: Readiness = Readiness(isReady: true, text: "ready"),
    families: @escaping @Sendable () -> [FamilyLines] = { families }
  ) throws -> MetricsServer {
    try MetricsServer(
      .tcp(host: "127.0.0.1", port: 0), options: options,
      source: MetricsSource(families: families, readiness: { readiness }))
  }

  private func ask(
    _ server: MetricsServer, _ path: String, method: String = "GET", _ headers: [String] = []
  ) throws -> String {
    let client = ServeClient(port: server.port)
    client.get(path, method: method, headers)
    return try #require(client.readToEnd())
  }

  private func head(_ answer: String) -> [String] {
    answer.components(separatedBy: "\n\n")[0].components(separatedBy: "\n")
  }

  @Test func thePageComesInTheFormatThatIsAskedFor() throws {
    let server = try server()
    defer { server.stop() }
    let text = try ask(server, "/metrics")
    #expect(
      text.hasPrefix(
        "HTTP/1.1 200 OK\nContent-Type: text/plain; version=0.0.4; charset=utf-8\nVary: Accept\nContent-Length: "
      ))
    #expect(
      text.contains(
        "\n\n# HELP a_total A.\n# TYPE a_total counter\na_total{x=\"1\"} 1\n# HELP clustertui_build_info "))
    #expect(!text.contains("# EOF"))
    let open = try ask(server, "/metrics", ["Accept: application/openmetrics-text;version=1.0.0,*/*;q=0.1"])
    #expect(head(open).contains("Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8"))
    #expect(open.contains("# HELP a A.\n# TYPE a counter\na_total{x=\"1\"} 1\n"))
    #expect(open.hasSuffix("# EOF\n"))
    #expect(open.contains("clustertui_answers_total{code=\"200\"} 1\n"))
  }

  @Test func headsAreToldWithoutAPage() throws {
    let server = try server()
    defer { server.stop() }
    let answer = try ask(server, "/metrics", method: "HEAD")
    #expect(answer.hasSuffix("Connection: close\n\n"))
    #expect(head(answer).contains { $0.hasPrefix("Content-Length: ") && $0 != "Content-Length: 0" })
  }

  @Test func otherPathsAndMethodsAreRefused() throws {
    let server = try server()
    defer { server.stop() }
    #expect(try ask(server, "/nothing").hasPrefix("HTTP/1.1 404 Not Found\n"))
    let posted = try ask(server, "/metrics", method: "POST", ["Content-Length: 0"])
    #expect(head(posted)[0] == "HTTP/1.1 405 Method Not Allowed")
    #expect(head(posted).contains("Allow: GET, HEAD"))
    #expect(try ask(server, "/").contains("<a href=\"/metrics\">"))
    #expect(try ask(server, "/-/healthy").hasSuffix("\n\nhealthy\n"))
  }

  @Test func readinessSaysWhatIsMissing() throws {
    let server = try server(readiness: Readiness(isReady: false, text: "not ready\nwaits for pods"))
    defer { server.stop() }
    let answer = try ask(server, "/-/ready")
    #expect(answer.hasPrefix("HTTP/1.1 503 Service Unavailable\n"))
    #expect(answer.hasSuffix("\n\nnot ready\nwaits for pods\n"))
  }

  @Test func onlyWhoHasTheTokenReadsThePage() throws {
    let directory = temporaryDirectory()
    let file = directory.write("  first\n", to: "token")
    var options = MetricsServer.Options()
    options.token = try BearerToken(file: file)
    #expect("\(try #require(options.token))" == "(secret)")
    let server = try server(options)
    defer { server.stop() }
    let refused = try ask(server, "/metrics")
    #expect(head(refused)[0] == "HTTP/1.1 401 Unauthorized")
    #expect(head(refused).contains("WWW-Authenticate: Bearer realm=\"clustertui\""))
    func status(_ authorization: String) throws -> String {
      head(try ask(server, "/metrics", ["Authorization: \(authorization)"]))[0]
    }
    #expect(try status("Bearer first") == "HTTP/1.1 200 OK")
    #expect(try status("bearer first") == "HTTP/1.1 200 OK")
    for wrong in ["Bearer firs", "Bearer first2", "Bearer ", "Basic first", "Bearer First"] {
      #expect(try status(wrong) == "HTTP/1.1 401 Unauthorized")
    }
    #expect(try ask(server, "/-/healthy").hasPrefix("HTTP/1.1 200 OK\n"))
    directory.write("the second", to: "token")
    #expect(try status("Bearer first") == "HTTP/1.1 401 Unauthorized")
    #expect(try status("Bearer the second") == "HTTP/1.1 200 OK")
    try FileManager.default.removeItem(atPath: file)
    #expect(try status("Bearer the second") == "HTTP/1.1 401 Unauthorized")
    #expect(try status("Bearer ") == "HTTP/1.1 401 Unauthorized")
    directory.write("third", to: "token")
    #expect(try status("Bearer third") == "HTTP/1.1 200 OK")
  }

  @Test func aTokenFileMustHoldOne() {
    let directory = temporaryDirectory()
    let empty = directory.write(" \n", to: "empty")
    #expect(throws: BearerToken.Unreadable(file: empty, why: "is empty")) { try BearerToken(file: empty) }
    #expect(throws: BearerToken.Unreadable.self) { try BearerToken(file: directory.file("none")) }
  }

  /// Long enough that it does not fit into the sockets.
  private static let longPage: [FamilyLines] = {
    let line = "a_total{x=\"\(String(repeating: "y", count: 1_000))"
    let block = Array((0..<1_000).map { "\(line)\($0)\"} 1\n" }.joined().utf8)
    return [
      FamilyLines(MetricFamily("a_total", "A.", .counter), blocks: [[UInt8]](repeating: block, count: 16))
    ]
  }()

  @Test func whoReadsNothingHoldsNoConnectionForEver() throws {
    var options = MetricsServer.Options()
    options.limits.answerSeconds = 0.3
    options.maxAnswers = 1
    let server = try server(options) { Self.longPage }
    defer { server.stop() }
    let client = ServeClient(port: server.port)
    client.get("/metrics")
    func status() -> String {
      let other = ServeClient(port: server.port)
      other.get("/metrics", method: "HEAD")
      guard let answer = other.readToEnd() else { return "" }
      let lines = head(answer)
      return lines.contains("Retry-After: 1") ? lines[0] + " later" : lines[0]
    }
    // Meanwhile there is no room for another page, and when it is given up there is again.
    #expect(waitUntil { status() == "HTTP/1.1 503 Service Unavailable later" })
    #expect(waitUntil { status() == "HTTP/1.1 200 OK" })
    // What it got is cut off.
    #expect(try #require(client.readToEnd()).utf8.count < 16_000_000)
  }

  @Test func aSlowReaderStillGetsAWholePage() throws {
    let server = try server { Self.longPage }
    defer { server.stop() }
    let client = ServeClient(port: server.port)
    client.get("/metrics")
    let text = try #require(client.readToEnd())
    let parts = text.components(separatedBy: "\n\n")
    let length = head(text).compactMap { $0.hasPrefix("Content-Length: ") ? Int($0.dropFirst(16)) : nil }
    #expect(length == [parts.dropFirst().joined(separator: "\n\n").utf8.count])
  }

  @Test func aHalfSentRequestIsGivenUp() throws {
    var options = MetricsServer.Options()
    options.limits.requestSeconds = 0.2
    let server = try server(options)
    defer { server.stop() }
    let client = ServeClient(port: server.port)
    client.send("GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    #expect(try #require(client.readToEnd()) == "")
  }

  @Test func silentConnectionsMakeRoomForOthers() throws {
    var options = MetricsServer.Options()
    options.limits.connections = 3
    let server = try server(options)
    defer { server.stop() }
    let silent = (0..<8).map { _ in ServeClient(port: server.port) }
    silent.forEach { $0.send("GET /metr") }
    #expect(try ask(server, "/-/healthy").hasPrefix("HTTP/1.1 200 OK\n"))
    #expect(try #require(silent[0].readToEnd()) == "")
    let page = try ask(server, "/metrics")
    let count = page.split(separator: "\n").first { $0.hasPrefix("clustertui_connections ") }
    #expect(
      ["clustertui_connections 1", "clustertui_connections 2", "clustertui_connections 3"].contains(count))
  }

  @Test func aHeadThatIsTooLongIsRefused() throws {
    let server = try server()
    defer { server.stop() }
    #expect(
      try ask(server, "/metrics", ["X-Long: \(String(repeating: "y", count: 20_000))"]).hasPrefix(
        "HTTP/1.1 431 "))
  }

  @Test func everyConnectionServesManyScrapes() throws {
    let server = try server()
    defer { server.stop() }
    let client = ServeClient(port: server.port)
    for _ in 0..<20 { client.get("/-/healthy", closing: false) }
    client.get("/metrics")
    let text = try #require(client.readToEnd())
    #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 22)
  }

  /// What Prometheus' own tool and the Python client make of a page.
  @Test func peersReadBothFormats() throws {
    let telemetry = ServeTelemetry().families(version: "1", connections: 2)
    var page = ExpositionPage()
    page.add(Self.families + telemetry)
    let checked = try run("/usr/bin/promtool", ["check", "metrics"], input: page.text(.text))
    #expect(checked.exit == .code(0))
    #expect(checked.output + checked.errors == "")
    let script = """
      import sys
      from prometheus_client.openmetrics.parser import text_string_to_metric_families
      print(sorted(f.name for f in text_string_to_metric_families(sys.stdin.read())))
      """
    let parsed = try run("/usr/bin/python3", ["-c", script], input: page.text(.openMetrics))
    #expect(parsed.errors == "")
    #expect(
      parsed.output
        == "['a', 'clustertui_answer_duration_seconds', 'clustertui_answers', 'clustertui_build_info', "
        + "'clustertui_connections', 'clustertui_sent_bytes']\n")
  }
}
