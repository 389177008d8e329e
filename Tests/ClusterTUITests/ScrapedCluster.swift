import DemoCluster
import Document
import Foundation
import HTTP
import Metrics
import TestSupport

/// The files of deploy/, which are judged as they stand.
enum Deploy {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../deploy").standardized

  static func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
  static func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  static func rules() throws -> [JSON] {
    YAML.parse(Array(try Deploy.text("alerts.yaml").utf8)).documents.flatMap { $0["groups"].array }
      .flatMap { $0["rules"].array }
  }

  /// Of each alert and each panel, for all namespaces.
  static func expressions() throws -> [(place: String, text: String)] {
    let rules = try rules().map { ($0["alert"].string ?? "?", $0["expr"].string ?? "") }
    let board = JSON.parse(Array(try Deploy.text("grafana-dashboard.json").utf8)).value ?? .null
    let panels = board["panels"].array.flatMap { panel in
      panel["targets"].array.map { target in
        let text = target["expr"].string ?? ""
        return ("panel \(panel["title"].string ?? "?")", text.replacing("$namespace", with: ".*"))
      }
    }
    return rules + panels
  }
}

/// The built `clustertui metrics` on a cluster, on a free port of loopback.
final class MetricsProgram {
  let process: ChildProcess
  let port: Int
  private let directory = temporaryDirectory()
  private let client: Client

  struct Failure: Error { var text: String }

  init(kubeconfig: String, context: String = "demo", _ arguments: [String] = []) throws {
    let config = directory.write(kubeconfig, to: "kubeconfig")
    process = try ChildProcess(
      builtProgram,
      ["metrics", "--kubeconfig", config, "--context", context, "--listen", "127.0.0.1:0"] + arguments)
    let process = process
    var port: Int?
    let listens = waitUntil {
      port = process.output.split(separator: ":").last?.split(separator: "/").first.flatMap { Int($0) }
      return port != nil || process.exit != nil
    }
    guard listens, let port else { throw Failure(text: process.errors) }
    self.port = port
    client = Client(session: HTTPSession(), server: Server(base: "http://127.0.0.1:\(port)"))
  }

  func fetch(_ path: String, _ headers: [Header] = []) -> (status: Int, text: String) {
    var request = Request(method: "GET", path: path)
    request.headers = headers
    guard let answer = try? client.fetch(request) else { return (0, "") }
    return (answer.head.status, String(decoding: answer.body, as: UTF8.self))
  }

  var page: String { fetch("/metrics").text }
  var openMetricsPage: String {
    fetch("/metrics", [Header("Accept", "application/openmetrics-text;version=1.0.0")]).text
  }
  func waitUntilReady() -> Bool { waitUntil { fetch("/-/ready").status == 200 } }
}

/// A demo cluster, `clustertui metrics` on it, and the distribution's Prometheus with what deploy/ has for it; only the
/// address is another, and time is shorter: scraped every second, and the minutes of the alerts are seconds.
final class ScrapedCluster {
  let demo: DemoServer
  let exporter: MetricsProgram
  let kubeconfig: String
  private let prometheus: ChildProcess
  private let client: Client
  private let directory: TemporaryDirectory

  init(stories: [String], leadSeconds: Int = 0, token: String? = nil) throws {
    let directory = temporaryDirectory()
    self.directory = directory
    var options = DemoOptions()
    options.stories = stories
    options.leadSeconds = leadSeconds
    demo = try DemoServer(options)
    kubeconfig = directory.write(demo.kubeconfig(), to: "kubeconfig")
    let tokenFile = token.map { directory.write($0 + "\n", to: "token") }
    exporter = try MetricsProgram(
      kubeconfig: demo.kubeconfig(), tokenFile.map { ["--token-file", $0] } ?? [])
    guard exporter.waitUntilReady() else {
      throw MetricsProgram.Failure(text: exporter.fetch("/-/ready").text)
    }
    _ = directory.write(Self.hastened(try Deploy.text("alerts.yaml")), to: "alerts.yaml")
    let config = directory.write(
      try Self.config(port: exporter.port, tokenFile: tokenFile, itself: directory.file("itself.json")),
      to: "prometheus.yaml")
    let process = try ChildProcess(
      "/usr/bin/prometheus",
      [
        "--config.file=\(config)", "--storage.tsdb.path=\(directory.file("data"))",
        "--web.listen-address=127.0.0.1:0",
      ])
    prometheus = process
    var address: Substring?
    let listens = waitUntil {
      address =
        process.errors.split(separator: "\n").first { $0.contains("msg=\"Listening on\"") }?
        .split(separator: "address=").last
      return address?.hasSuffix(":0") == false || process.exit != nil
    }
    guard listens, let address, !address.hasSuffix(":0") else {
      throw MetricsProgram.Failure(text: process.errors)
    }
    client = Client(session: HTTPSession(), server: Server(base: "http://\(address)"))
    _ = directory.write(#"[{"targets": ["\#(address)"]}]"#, to: "itself.json")
  }

  deinit { demo.stop() }

  /// The job of deploy/prometheus.yaml, and another for Prometheus itself.
  private static func config(port: Int, tokenFile: String?, itself: String) throws -> String {
    var text = try Deploy.text("prometheus.yaml")
      .replacingOccurrences(of: "127.0.0.1:9464", with: "127.0.0.1:\(port)")
      .replacingOccurrences(of: "scrape_interval: 30s", with: "scrape_interval: 1s")
    if let tokenFile {
      text =
        text.replacingOccurrences(of: "# authorization:", with: "authorization:")
        .replacingOccurrences(
          of: "#   credentials_file: /etc/prometheus/clustertui-token",
          with: "  credentials_file: \(tokenFile)")
    }
    return "global:\n  evaluation_interval: 500ms\n" + text + """
        - job_name: itself
          scrape_interval: 500ms
          file_sd_configs:
            - files: [\(itself)]

      """
  }

  /// Seconds for minutes.
  private static func hastened(_ rules: String) -> String {
    rules.replacing(/for: (\d+)m/) { "for: \($0.output.1)s" }.replacing(/for: (\d+)h/) {
      "for: \((Int($0.output.1) ?? 0) * 60)s"
    }
  }

  // MARK: Prometheus

  func ask(_ path: String, _ query: [QueryItem]) -> JSON {
    var request = Request(method: "GET", path: path)
    request.query = query
    guard let answer = try? client.fetch(request) else { return .null }
    return JSON.parse(answer.body).value ?? .null
  }

  func query(_ text: String, at milliseconds: Int64? = nil) -> JSON {
    let time = milliseconds.map { [QueryItem("time", Self.seconds($0))] } ?? []
    return ask("/api/v1/query", [QueryItem("query", text)] + time)["data"]["result"]
  }

  /// The one number that a query gives; nil where it gives none or several.
  func number(_ text: String) -> Double? {
    let found = query(text).array
    return found.count == 1 ? Double(found[0]["value"][1].string ?? "") : nil
  }

  /// What Prometheus tells of itself, now.
  func own(_ metric: String) -> [Double] {
    guard let answer = try? client.fetch(Request(method: "GET", path: "/metrics")) else { return [] }
    return String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
      .filter { $0.hasPrefix(metric + " ") || $0.hasPrefix(metric + "{") }
      .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
  }

  private static func seconds(_ milliseconds: Int64) -> String {
    "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())"
  }
}
