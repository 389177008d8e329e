import Cluster
import DemoCluster
import Document
import Foundation
import HTTP
import Metrics
import TestSupport
import Testing

@testable import Kubernetes

/// The exporter over a demo cluster: what Prometheus' own tools say of its page, and whether it stays true.
@Suite struct StateExporterTests {
  private static let stories: DemoOptions = {
    var options = DemoOptions()
    options.stories = DemoOptions.knownStories.map(\.name)
    options.clock = .driven(startEpochSeconds: 1_795_230_000)
    return options
  }()

  @Test func promtoolFindsNothingToComplainAbout() throws {
    let state = try StateDemo(Self.stories)
    state.demo.advance(seconds: 900)
    state.waitUntilReady()
    let checked = try run("/usr/bin/promtool", ["check", "metrics"], input: state.page())
    #expect(checked.exit == .code(0))
    #expect(checked.output + checked.errors == "")
    if let file = ProcessInfo.processInfo.environment["STATE_PAGE"] {
      try state.page().write(toFile: file, atomically: true, encoding: .utf8)
    }
  }
}
