import DemoCluster
import Foundation
import HTTP
import TestSupport
import Testing

/// The built `clustertui metrics`: what it asks of the cluster, and what it tells while the cluster is not well.
@Suite(.serialized) struct MetricsEndpointTests {
  private func demo(stories: [String] = ["cert-expiring"], port: Int = 0) throws -> DemoServer {
    var options = DemoOptions()
    options.stories = stories
    return try DemoServer(options, listen: .tcp(host: "127.0.0.1", port: port))
  }

  private func kubeconfig(_ demo: DemoServer, port: Int) -> String {
    demo.kubeconfig().replacingOccurrences(of: ":\(demo.port)", with: ":\(port)")
  }

  @Test func nothingButReadsReachesTheCluster() throws {
    let demo = try demo()
    let tap = WireTap(to: demo.port)
    defer {
      tap.stop()
      demo.stop()
    }
    let program = try MetricsProgram(kubeconfig: kubeconfig(demo, port: tap.port))
    #expect(program.waitUntilReady())
    #expect(waitUntil { program.page.contains("\ncontainer_cpu_usage_seconds_total{") })
    let asked = tap.requests.count
    #expect(asked > 0)
    #expect(tap.requests.filter { !$0.hasPrefix("GET ") } == [])
    // Every kind is listed once, whoever scrapes: besides the kubelets' pages only watches go on.
    for _ in 0..<5 { _ = program.page }
    let later = tap.requests.dropFirst(asked).filter {
      !$0.contains("/proxy/metrics") && !$0.contains("watch=")
    }
    #expect(later == [])
  }

  @Test func itIsNotReadyBeforeTheClusterIsAndRecoversWhenItComesBack() throws {
    let first = try demo()
    let port = first.port
    let config = kubeconfig(first, port: port)
    first.stop()
    let program = try MetricsProgram(kubeconfig: config)
    let unready = program.fetch("/-/ready")
    #expect(unready.status == 503)
    #expect(unready.text.hasPrefix("not ready: 20 of 20 lists are not whole\n"), "\(unready.text)")
    #expect(program.fetch("/-/healthy").status == 200)
    #expect(!program.page.contains("\nkube_pod_info{"))

    var server = try demo(port: port)
    #expect(waitUntil(seconds: 40) { program.fetch("/-/ready").status == 200 })
    func isUp(_ value: Int) -> Bool {
      program.page.split(separator: "\n").filter { $0.hasPrefix("clustertui_watch_up{") }
        .allSatisfy { $0.hasSuffix(" \(value)") }
    }
    #expect(waitUntil { isUp(1) })
    server.stop()
    #expect(waitUntil { isUp(0) })
    // What was known stays, and the page says that it is old.
    #expect(program.page.contains("\nkube_pod_info{"))
    server = try demo(stories: ["wrong-selector"], port: port)
    defer { server.stop() }
    #expect(waitUntil(seconds: 60) { isUp(1) })
    #expect(program.fetch("/-/ready").status == 200)
    let judged = try run("/usr/bin/promtool", ["check", "metrics"], input: program.page)
    #expect(judged.output + judged.errors == "")
  }

  @Test func whoMayNotListSecretsGetsTheRest() throws {
    let demo = try demo()
    defer { demo.stop() }
    let program = try MetricsProgram(kubeconfig: demo.kubeconfig(), context: "demo-viewer")
    #expect(program.waitUntilReady())
    #expect(program.fetch("/-/ready").text.contains("without secrets: "))
    let page = program.page
    #expect(!page.contains("kube_secret_info"))
    #expect(page.contains("\nkube_configmap_info{"))
    #expect(page.contains("\nkube_pod_info{"))
    #expect(page.contains("\nclustertui_watch_up{resource=\"secrets\"} 0\n"))
    #expect(page.contains("\nclustertui_list_total{resource=\"secrets\",result=\"forbidden\"} 1\n"))
  }

  /// promtool on one format, Python's reader of OpenMetrics on the other: on a cluster in trouble most families have lines.
  @Test func peersTakeBothFormatsWithoutComplaint() throws {
    let demo = try demo(stories: [
      "bad-image", "missing-secret", "oom-after-release", "quota-full", "node-down",
    ])
    defer { demo.stop() }
    let program = try MetricsProgram(kubeconfig: demo.kubeconfig())
    #expect(program.waitUntilReady())
    let page = program.page
    let judged = try run("/usr/bin/promtool", ["check", "metrics"], input: page)
    #expect(judged.exit == .code(0))
    #expect(judged.output + judged.errors == "")
    let script = """
      import sys
      from prometheus_client.openmetrics.parser import text_string_to_metric_families
      print(len(list(text_string_to_metric_families(sys.stdin.read()))))
      """
    let parsed = try run("/usr/bin/python3", ["-c", script], input: program.openMetricsPage)
    #expect(parsed.errors == "")
    let families = page.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.count
    #expect(parsed.output == "\(families)\n")
  }

  /// The same numbers as kubectl prints them; both are asked again where the cluster has moved between them.
  @Test func kubectlSaysTheSame() throws {
    let demo = try demo()
    defer { demo.stop() }
    let directory = temporaryDirectory()
    let config = directory.write(demo.kubeconfig(), to: "kubeconfig")
    let program = try MetricsProgram(kubeconfig: demo.kubeconfig())
    #expect(program.waitUntilReady())
    for (path, kind, family) in Self.kubectlPaths {
      var ours: [String] = []
      var theirs: [String] = []
      let agree = waitUntil {
        theirs =
          (try? run("kubectl", ["--kubeconfig", config, "get", kind, "-A", "-o", "go-template=" + path])
          .output)?
          .split(separator: "\n").map(String.init).sorted() ?? []
        ours = Self.lines(program.page, family)
        return ours == theirs
      }
      #expect(agree, "\(family):\nours   \(ours)\ntheirs \(theirs)")
      #expect(!theirs.isEmpty)
    }
  }

  /// What to ask kubectl for, and the lines of the page that say the same.
  private static let kubectlPaths: [(path: String, kind: String, family: String)] = [
    (
      #"{{range .items}}{{.metadata.namespace}}/{{.metadata.name}} {{.spec.replicas}}{{"\n"}}{{end}}"#,
      "deployments", "kube_deployment_spec_replicas"
    ),
    (
      #"{{range .items}}{{.metadata.namespace}}/{{.metadata.name}} {{.status.numberReady}}{{"\n"}}{{end}}"#,
      "daemonsets", "kube_daemonset_status_number_ready"
    ),
    (
      #"{{range .items}}{{.metadata.namespace}}/{{.metadata.name}} {{.status.phase}}{{"\n"}}{{end}}"#, "pods",
      "kube_pod_status_phase"
    ),
    (
      #"{{range .items}}{{$pod := .metadata}}{{range .status.containerStatuses}}"#
        + #"{{$pod.namespace}}/{{$pod.name}} {{.restartCount}}{{"\n"}}{{end}}{{end}}"#,
      "pods", "kube_pod_container_status_restarts_total"
    ),
    (
      #"{{range .items}}{{.metadata.name}} {{.status.allocatable.pods}}{{"\n"}}{{end}}"#, "nodes",
      "kube_node_status_allocatable"
    ),
  ]

  /// "namespace/name value" of each series, or its phase where that is 1.
  private static func lines(_ page: String, _ family: String) -> [String] {
    func label(_ name: String, _ line: Substring) -> String? {
      for start in ["{", ","] {
        guard let at = line.range(of: start + name + "=\"") else { continue }
        return String(line[at.upperBound...].prefix { $0 != "\"" })
      }
      return nil
    }
    return page.split(separator: "\n").filter { $0.hasPrefix(family + "{") }.compactMap { line in
      let value = line.split(separator: " ").last.map(String.init) ?? ""
      let name = ["pod", "deployment", "daemonset", "node"].lazy.compactMap { label($0, line) }.first ?? "?"
      let place = label("namespace", line).map { "\($0)/\(name)" } ?? name
      if let phase = label("phase", line) { return value == "1" ? "\(place) \(phase)" : nil }
      if let resource = label("resource", line), resource != "pods" { return nil }
      return "\(place) \(value)"
    }.sorted()
  }
}
