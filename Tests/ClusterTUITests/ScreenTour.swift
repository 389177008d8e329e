import Terminal
import Testing

@testable import ClusterTUI

/// The way to each screen on the demo cluster.
struct ScreenTour: CustomTestStringConvertible, Sendable {
  /// Of the page in docs/screens, and perhaps what of it is shown: "tables-pods".
  let name: String
  let command: String
  let steps: [Step]

  enum Step: Sendable {
    /// Typed as a person would, ended with enter.
    case type(String)
    case keys([Key])
    /// Until the text is there.
    case shows(String)
  }

  init(_ name: String, _ command: String, _ steps: Step...) {
    (self.name, self.command, self.steps) = (name, command, steps)
  }

  var testDescription: String { name }
  /// "tables" of "tables-pods"
  var page: String { String(name.prefix { $0 != "-" }) }

  /// - Parameter show: waits for a text.
  func play(_ journey: DemoJourney, sourceLocation: SourceLocation = #_sourceLocation) {
    for step in steps {
      switch step {
      case .type(let text): journey.type(text)
      case .keys(let keys): for key in keys { journey.press(key) }
      case .shows(let text): journey.wait(text, sourceLocation: sourceLocation)
      }
    }
  }

  /// One for each page.
  static var each: [ScreenTour] {
    var seen: Set<String> = []
    return all.filter { seen.insert($0.page).inserted }
  }

  static let all: [ScreenTour] = [
    ScreenTour("problems", "problems", .shows("storefront")),
    ScreenTour("why", "problems", .shows("storefront"), .keys([.enter]), .shows("What to do")),
    ScreenTour("timeline", "timeline", .shows("storefront")),
    ScreenTour("tables-pods", "pods all", .shows("Running")),
    ScreenTour("tables-wide", "pods market", .shows("Running"), .keys([.control("w"), .character("S")])),
    ScreenTour("tables-deployments", "deploy market", .shows("storefront")),
    ScreenTour("tables-services", "svc market", .shows("storefront")),
    ScreenTour("tables-events", "events market", .shows("Failed")),
    ScreenTour("tables-nodes", "nodes", .shows("harbour-3")),
    ScreenTour("tables-namespaces", "namespaces", .shows("30% pods")),
    ScreenTour("tables-workloads", "workload platform", .shows("CronJob"), .shows("DaemonSet")),
    ScreenTour("tables-ports", "ports platform", .shows("mailer")),
    ScreenTour("tables-releases", "helm platform", .shows("ingress-nginx-4.14.0"), .shows("mailer-1.3.1")),
    ScreenTour("tables-filter", "pods market", .shows("Running"), .type("/status=Run* restarts<1")),
    ScreenTour(
      "columns", "deploy market", .shows("storefront"), .keys([.character(",")]), .shows("AVAILABLE")),
    ScreenTour("palette", "pods market", .shows("Running"), .keys([":", "d", "e"].map { .character($0) })),
    ScreenTour("find", "find storefront", .shows("storefront-")),
    ScreenTour(
      "tabs", "pods market", .shows("Running"), .keys([.control("t")]), .type(":deploy"), .shows("UP-TO-DATE")
    ),
    ScreenTour("logs", "logs deploy/basket market", .shows("following")),
    ScreenTour(
      "documents-describe", "deploy market /storefront", .shows("storefront"), .keys([.character("d")]),
      .shows("Pod Template:")),
    ScreenTour(
      "documents-yaml", "deploy market /storefront", .shows("storefront"), .keys([.character("y")]),
      .shows("apiVersion:")),
    ScreenTour("rollout", "rollout deploy/storefront market", .shows("REVISION")),
    ScreenTour("related", "related deploy/storefront market", .shows("replicaset")),
    ScreenTour("related-tree", "xray deploy market", .shows("storefront")),
    ScreenTour("access", "can", .shows("pods")),
    ScreenTour("access-who", "who-can delete pods market", .shows("system:masters")),
    ScreenTour("pulse", "pulse", .shows("4 ━")),
    ScreenTour("heat", "heat", .shows("Ready")),
    ScreenTour("charts", "nodes", .shows("harbour-3"), .keys([.character("m")]), .shows("Memory  node")),
    ScreenTour(
      "changes", "deploy market /storefront", .shows("storefront"), .keys([.character(".")]), .shows("scale")),
    ScreenTour(
      "changes-card", "deploy market /storefront", .shows("storefront"),
      .keys([.character("s"), .control("u"), .character("9"), .enter]), .shows("enter sends it")),
    ScreenTour("changes-tray", "changes", .shows("nothing")),
    ScreenTour("contexts", "ctx", .shows("demo-viewer")),
    ScreenTour("settings", "config", .shows("defaultView")),
    ScreenTour("help", "pods market", .shows("Running"), .keys([.character("?")]), .shows("filter")),
  ]
}
