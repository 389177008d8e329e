import DemoCluster
import Document
import Foundation
import Kubernetes
import Metrics
import TestSupport
import Testing

/// deploy/ as it stands in the sources: judged by Prometheus' own tool, and by what is really served.
@Suite struct DeployTests {
  // MARK: Rules

  @Test func promtoolTakesRulesAndScrapeConfig() throws {
    for arguments in [["check", "rules", "alerts.yaml"], ["check", "config", "prometheus.yaml"]] {
      let judged = try run("/usr/bin/promtool", arguments, directory: Deploy.directory.path)
      #expect(judged.exit == .code(0), "\(judged.output)\(judged.errors)")
    }
  }

  @Test func eachAlertFiresOnWhatItIsAboutAndIsSilentOnAClusterThatIsWell() throws {
    let judged = try run(
      "/usr/bin/promtool", ["test", "rules", "alerts.test.yaml"], directory: Deploy.directory.path)
    #expect(judged.exit == .code(0), "\(judged.output)\(judged.errors)")
    let tests = try Deploy.text("alerts.test.yaml")
    for rule in try Deploy.rules() {
      let name = rule["alert"].string ?? "?"
      #expect(tests.contains("\n      # \(name)\n"), "\(name) has no test")
    }
  }

  @Test func eachAlertSaysHowBadItIsAndWhatItMeans() throws {
    let rules = try Deploy.rules()
    #expect(rules.count == 44)
    #expect(Set(rules.map { $0["alert"].string }).count == rules.count)
    for rule in rules {
      let name = rule["alert"].string ?? "?"
      #expect(["critical", "warning", "info"].contains(rule["labels"]["severity"].string), "\(name)")
      for text in ["summary", "description"] {
        #expect(rule["annotations"][text].string?.isEmpty == false, "\(name) has no \(text)")
      }
      #expect(rule["for"].string != nil, "\(name) has no for")
    }
  }

  // MARK: Expressions

  /// A rule or a panel may name nothing that no page of ours has.
  @Test func rulesAndPanelsNameOnlyWhatIsServed() throws {
    var options = DemoOptions()
    options.stories = ["cert-expiring"]
    let demo = try DemoServer(options)
    defer { demo.stop() }
    let program = try MetricsProgram(kubeconfig: demo.kubeconfig())
    #expect(program.waitUntilReady())
    // The first answer is counted on the second page.
    _ = program.page
    let served = Self.served(program.page)
    for (place, text) in try Deploy.expressions() {
      for name in Self.metricNames(text) where !served.contains(name) {
        Issue.record("\(place) names \(name), which is not served")
      }
    }
  }

  @Test func panelsAreExpressionsToPrometheusAndToTheLittleLanguage() throws {
    let directory = temporaryDirectory()
    let expressions = try Deploy.expressions()
    // The tool reads files of rules: JSON is YAML too.
    let rules = JSON.array(
      expressions.enumerated().map { ["record": .string("r:\($0)"), "expr": .string($1.text)] })
    let file = JSON.object(JSONObject([.init(key: "groups", value: [["name": "all", "rules": rules]])]))
    let judged = try run(
      "/usr/bin/promtool", ["check", "rules", directory.write(file.text, to: "rules.yaml")])
    #expect(judged.exit == .code(0), "\(judged.output)\(judged.errors)")
    let beyond = ["predict_linear(", "changes(", "label_replace(", "absent(", "vector("]
    for (place, text) in expressions where !beyond.contains(where: { text.contains($0) }) {
      do { _ = try Metrics.Expression(text) } catch { Issue.record("\(place): \(error.caret(in: text))") }
    }
  }

  @Test func theDashboardHasItsRowsAndAsksTheChosenPrometheus() throws {
    let board = try #require(JSON.parse(Array(try Deploy.text("grafana-dashboard.json").utf8)).value)
    let panels = board["panels"].array
    #expect(
      panels.filter { $0["type"].string == "row" }.map { $0["title"].string } == [
        "Overview", "Problems", "Rollouts", "Pods", "Nodes", "clustertui metrics itself",
      ])
    #expect(board["templating"]["list"].array.map { $0["name"].string } == ["datasource", "namespace"])
    #expect(Set(panels.map { $0["id"].text }).count == panels.count)
    for panel in panels where panel["type"].string != "row" {
      #expect(panel["datasource"]["uid"].string == "${datasource}")
      #expect(panel["targets"].array.allSatisfy { $0["datasource"]["uid"].string == "${datasource}" })
    }
  }

  // MARK: Rights

  @Test func theRoleHasWhatIsReadAndNothingThatWrites() throws {
    let documents = YAML.parse(Array(try Deploy.text("kubernetes.yaml").utf8)).documents
    let role = try #require(documents.first { $0["kind"].string == "ClusterRole" })
    var rights: Set<String> = []
    for rule in role["rules"].array {
      for resource in rule["resources"].array {
        for verb in rule["verbs"].array {
          rights.insert(
            "\(verb.string ?? "?") \(rule["apiGroups"][0].string ?? "?")/\(resource.string ?? "?")")
        }
      }
    }
    var wanted: Set<String> = ["get /nodes/proxy", "get /nodes/metrics"]
    for (kind, _) in StateExporter.contents {
      // "apps/v1/deployments", "v1/pods"
      let parts = kind.split(separator: "/")
      for verb in ["list", "watch"] {
        wanted.insert("\(verb) \(parts.count > 2 ? parts[0] : "")/\(parts.last ?? "?")")
      }
    }
    #expect(rights == wanted)
    let pod = try #require(documents.first { $0["kind"].string == "Deployment" })["spec"]["template"]["spec"]
    #expect(pod["securityContext"]["runAsNonRoot"].bool == true)
    #expect(pod["securityContext"]["seccompProfile"]["type"].string == "RuntimeDefault")
    let container = pod["containers"][0]
    #expect(container["securityContext"]["readOnlyRootFilesystem"].bool == true)
    #expect(container["securityContext"]["allowPrivilegeEscalation"].bool == false)
    #expect(container["args"].array.compactMap(\.string) == ["metrics", "--listen=:9464"])
  }

  // MARK: What the files say

  private static func metricNames(_ text: String) -> Set<String> {
    Set(
      text.matches(of: /\b(kube|container|node|kubelet|clustertui)_[a-z0-9_]+\b/).map { String($0.output.0) }
        .filter { text.contains($0 + "{") })
  }

  /// The families of a page, with or without lines; the series of a summary have names of their own.
  private static func served(_ page: String) -> Set<String> {
    Set(
      page.split(separator: "\n").compactMap { line in
        line.hasPrefix("# TYPE ")
          ? String(line.split(separator: " ")[2]) : line.prefix { $0 != "{" && $0 != " " }.description
      })
  }
}
