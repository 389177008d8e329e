import Cluster
import DemoCluster
import Foundation
import HTTP
import Metrics
import TestSupport
import Testing

@testable import Kubernetes

/// An exporter over a demo cluster, and its page as text.
final class StateDemo {
  let demo: DemoServer
  let exporter: StateExporter

  init(_ options: DemoOptions, exporter: StateExporter.Options = StateExporter.Options()) throws {
    demo = try DemoServer(options)
    self.exporter = StateExporter(upstream: Self.upstream(demo.port), options: exporter)
    self.exporter.start()
  }

  deinit {
    exporter.stop()
    demo.stop()
  }

  static func upstream(_ port: Int, headers: @escaping @Sendable () -> [Header] = { [] }) -> Upstream {
    let server = Server(base: "http://127.0.0.1:\(port)")
    return Upstream(
      place: Place(context: "demo", cluster: "demo", user: "demo", namespace: nil),
      getter: { .success(Getter(session: $0, server: server, headers: headers)) })
  }

  static func page(_ families: [FamilyLines], _ format: ExpositionFormat = .text) -> String {
    var page = ExpositionPage()
    page.add(families)
    return page.text(format)
  }

  func page(_ format: ExpositionFormat = .text) -> String { Self.page(exporter.families, format) }

  /// Waits until all watches are open and the page tells what the server has now.
  func waitUntilReady() {
    #expect(waitUntil { exporter.isReady && !page().contains("clustertui_watch_up{resource=\"pods\"} 0") })
  }
}

/// The series of a page, each with its value.
func series(_ page: String) -> [String: String] {
  var found: [String: String] = [:]
  for line in page.split(separator: "\n") where !line.hasPrefix("#") {
    guard let blank = line.lastIndex(of: " ") else { continue }
    let name = String(line[..<blank])
    if found.updateValue(String(line[line.index(after: blank)...]), forKey: name) != nil {
      Issue.record("\(name) stands twice")
    }
  }
  return found
}
