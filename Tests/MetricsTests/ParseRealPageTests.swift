import Foundation
import Metrics
import TestSupport
import Testing

/// Pages of real programs read the same here and in prometheus_client.
struct ParseRealPageTests {
  static let names = [
    "kubelet-resource.txt", "kubelet-probes.txt", "kubelet.txt", "cadvisor.txt", "apiserver-slis.txt",
    "exporter.txt",
  ]

  private func compare(_ pages: [(name: String, bytes: [UInt8])]) throws {
    let verdicts = try Judge.client.verdicts(on: pages.map { (.text, $0.bytes) })
    try #require(verdicts.count == pages.count)
    for (page, verdict) in zip(pages, verdicts) {
      let parsed = ParsedPage(page.bytes, .text, pieces: 1000)
      #expect(parsed.problems == [], "\(page.name)")
      #expect(verdict?.refused == nil, "\(page.name)")
      #expect(parsed.samples.count > 10, "\(page.name)")
      #expect(parsed.samples.sortedText == verdict?.samples.sortedText, "\(page.name)")
    }
  }

  @Test func `the pages of a Kubernetes`() throws {
    try compare(Self.names.map { ($0, try [UInt8](Data(contentsOf: fixture($0)))) })
  }

  @Test func `the page of a node exporter`() throws {
    let exporter = try ChildProcess("prometheus-node-exporter", ["--web.listen-address=127.0.0.1:0"])
    var address = ""
    let hasStarted = waitUntil {
      let line = exporter.errors.split(separator: "\n").first { $0.contains("msg=\"Listening on\"") }
      address = line?.components(separatedBy: "address=").last ?? ""
      return !address.isEmpty
    }
    try #require(hasStarted)
    let fetch =
      "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode(), end='')"
    let page = try run("/usr/bin/python3", ["-c", fetch, "http://\(address)/metrics"])
    try compare([("node exporter", Array(page.output.utf8))])
  }
}
