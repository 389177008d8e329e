import Cluster
import Document
import Foundation
import Testing

@testable import Kubernetes

/// Rows of nodes and namespaces with what their pods come to.
struct TallyRowsTests {
  private func list(bytes: [UInt8], to source: some WatchConsumer) {
    bytes.withUnsafeBytes { source.listed(ListBody($0), begins: true, completes: true) }
  }

  private func list(_ items: [String], to source: some WatchConsumer) {
    list(bytes: Array(#"{"kind":"List","items":[\#(items.joined(separator: ","))]}"#.utf8), to: source)
  }

  private func tell(_ change: String, _ item: String, to source: some WatchConsumer) {
    Array(#"{"type":"\#(change)","object":\#(item)}"#.utf8).withUnsafeBytes { bytes in
      if let event = WatchEvent(line: bytes) { source.happened(event) }
    }
    source.settled()
  }

  private func pod(_ name: String, _ status: String, namespace: String = "shop", node: String = "n") -> String
  {
    #"{"metadata":{"name":"\#(name)","namespace":"\#(namespace)","uid":"\#(name)"},"spec":{"nodeName":"\#(node)","containers":[{"name":"app","resources":{"requests":{"cpu":"250m","memory":"1Gi"}}}]},"status":{\#(status)}}"#
  }

  private let running =
    #""phase":"Running","conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[{"name":"app","ready":true,"started":true,"state":{"running":{}}}]"#
  private let broken =
    #""phase":"Running","containerStatuses":[{"name":"app","ready":false,"restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]"#

  @Test func aNodesRequestsAreThoseThatKubectlAddsUp() throws {
    let tally = PodTally(by: .node, changed: { _ in }, answered: {})
    list(bytes: KindsFixtures.bytes("pods.list.json"), to: tally)
    let kind = BuiltIn.nodes(tally)
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/describe")
    var compared = 0
    for row in KindsFixtures.rows(kind, "nodes") {
      let text = try String(
        contentsOf: folder.appendingPathComponent("node.\(row.name).txt"), encoding: .utf8)
      func share(_ resource: String) throws -> String {
        let line = try #require(
          text.split(separator: "\n").last { $0.hasPrefix("  \(resource) ") && $0.contains("%") })
        return String(try #require(line.split(separator: "(").dropFirst().first).prefix { $0 != "%" })
      }
      #expect(row.drawn("%CPU REQ", kind.kind, now: 0) == (try share("cpu")), "\(row.name)")
      #expect(row.drawn("%MEM REQ", kind.kind, now: 0) == (try share("memory")), "\(row.name)")
      #expect(text.contains("(\(row.drawn("PODS", kind.kind, now: 0)) in total)"), "\(row.name)")
      compared += 1
    }
    #expect(compared == 3)
  }

  @Test func podsThatHaveEndedAskForNothing() {
    var changes: [Set<String>] = []
    let tally = PodTally(by: .node, changed: { changes.append($0) }, answered: {})
    list([pod("a", running), pod("b", broken), pod("c", running, node: "")], to: tally)
    #expect(tally["/n"] == PodCount(pods: 2, unwell: 1, milliCPU: 500, memory: 2 << 30))
    tell("MODIFIED", pod("b", #""phase":"Failed","reason":"Evicted""#), to: tally)
    #expect(tally["/n"] == PodCount(pods: 1, unwell: 0, milliCPU: 250, memory: 1 << 30))
    tell("MODIFIED", pod("b", #""phase":"Failed","reason":"Evicted","message":"again""#), to: tally)
    tell("DELETED", pod("b", ""), to: tally)
    tell("DELETED", pod("a", ""), to: tally)
    #expect(tally["/n"] == PodCount())
    #expect(
      changes == [[], ["/n"], ["/n"], ["/n"]], "that it was told again changes no sum")
  }

  @Test(arguments: [
    #""containers":[{"resources":{"requests":{"cpu":"1","memory":"1Gi","nvidia.com/gpu":"2"}}},{"resources":{"requests":{"cpu":"250m"}}}]"#,
    #""containers":[{"resources":{"requests":{"cpu":"1"}}}],"overhead":{"cpu":"250m","memory":"120Mi"}"#,
    #""containers":[{"resources":{"requests":{"cpu":"1","memory":"2Gi"}}}],"resources":{"requests":{"cpu":"3"}},"overhead":{"cpu":"1"}"#,
    #""containers":[{"resources":{"requests":{"cpu":"1"}}}],"initContainers":[{"restartPolicy":"Always","resources":{"requests":{"cpu":"2"}}},{"resources":{"requests":{"cpu":"2500m","memory":"3Gi"}}}]"#,
    #""containers":[{"resources":{"requests":{"cpu":"4"}}}],"initContainers":[{"resources":{"requests":{"cpu":"3"}}},{"restartPolicy":"Always","resources":{"requests":{"cpu":"2"}}}]"#,
  ])
  func requestsAreAddedUpAsTheNodesPageDoes(spec: String) throws {
    let text = Array(#"{"metadata":{"name":"p","namespace":"n","uid":"p"},"spec":{\#(spec)}}"#.utf8)
    let total = PodResources(pod: try #require(JSON.parse(text).value)).total(.requests)
    let requests = text.withUnsafeBytes { PodRequests(PodBytes(JSONSlice($0))) }
    #expect(requests.milliCPU == total["cpu"]?.milliValue)
    #expect(requests.memory == total["memory"]?.value ?? 0)
    #expect(requests.others["nvidia.com/gpu"] == total["nvidia.com/gpu"]?.value)
  }

  @Test func whatNoServerMeansIsBrokenNowhere() {
    let tally = PodTally(by: .node, changed: { _ in }, answered: {})
    let kind = BuiltIn.nodes(tally)
    let much = pod("x", running).replacingOccurrences(of: "1Gi", with: "5000000000000000000")
    list([much, much.replacingOccurrences(of: #""uid":"x""#, with: #""uid":"y""#)], to: tally)
    func share(_ memory: String) -> String {
      let node =
        #"{"metadata":{"name":"n","uid":"n"},"status":{"allocatable":{"memory":"\#(memory)","cpu":"4"}}}"#
      return KindsFixtures.rows(kind, object: node)[0].drawn("%MEM REQ", kind.kind, now: 0)
    }
    #expect(share("1") == "99999" && share("-1") == "" && share("16Gi") == "99999")
    let bar = RolloutBar(updated: -1, available: .max, pods: .max, wanted: 1)
    #expect(bar.text == "·····")
  }

  @Test func aNamespaceTellsHowManyOfItsPodsAreNotWell() {
    let pods = PodTally(by: .namespace, changed: { _ in }, answered: {})
    let quotas = QuotaTally(changed: { _ in }, answered: {})
    let kind = BuiltIn.namespaces(pods, quotas)
    func told() -> String {
      let row = KindsFixtures.rows(
        kind, object: #"{"metadata":{"name":"shop","uid":"shop"},"status":{"phase":"Active"}}"#)[0]
      let cells = ["PODS", "UNWELL", "QUOTA"].map { row.drawn($0, kind.kind, now: 0) }
      return cells.joined(separator: "|") + " \(row.tone.glyph)\(row.reason(now: 0))"
    }
    #expect(told() == "|| .", "nobody knows yet")
    list([pod("a", running), pod("b", broken), pod("x", broken, namespace: "other")], to: pods)
    list([], to: quotas)
    #expect(told() == "2|1| !1 pod not well: enter and then ctrl-z shows which")
    tell("MODIFIED", pod("b", running), to: pods)
    #expect(told() == "2|0| .")
    list(
      [
        #"{"metadata":{"name":"q","namespace":"shop","uid":"q"},"status":{"hard":{"pods":"10","requests.memory":"2Gi"},"used":{"pods":"3","requests.memory":"1840Mi"}}}"#,
        #"{"metadata":{"name":"r","namespace":"shop","uid":"r"},"status":{"hard":{"pods":"5","limits.cpu":"0"},"used":{"pods":"3"}}}"#,
      ], to: quotas)
    #expect(told() == "2|0|89% requests.memory .")
    tell("DELETED", #"{"metadata":{"name":"q","namespace":"shop","uid":"q"}}"#, to: quotas)
    #expect(told() == "2|0|60% pods .")
  }

  @Test func aClaimNamesThePodsThatHoldIt() {
    let tally = ClaimTally(changed: { _ in }, answered: {})
    let kind = BuiltIn.persistentVolumeClaims(tally)
    func users() -> [String] {
      KindsFixtures.rows(kind, "persistentvolumeclaims").map {
        "\($0.name): \($0.drawn("USED BY", kind.kind, now: 0))"
      }.sorted()
    }
    #expect(users() == ["backups: ", "pgdata-postgres-0: "], "nobody knows yet")
    list(bytes: KindsFixtures.bytes("pods.list.json"), to: tally)
    let recorded = users()
    #expect(recorded.last == "pgdata-postgres-0: postgres-0")
    func pod(_ name: String, _ volumes: String, _ phase: String = "Running") -> String {
      #"{"metadata":{"name":"\#(name)","namespace":"data","uid":"\#(name)"},"spec":{"volumes":[\#(volumes)]},"status":{"phase":"\#(phase)"}}"#
    }
    let claim = #"{"name":"v","persistentVolumeClaim":{"claimName":"backups"}}"#
    tell("ADDED", pod("b", claim), to: tally)
    tell("ADDED", pod("a", claim + #",{"name":"scratch","ephemeral":{}}"#), to: tally)
    #expect(users().first == "backups: a and 1 more")
    #expect(tally["data/a-scratch"]?.text == "a", "a claim that is made for the pod alone")
    tell("MODIFIED", pod("a", claim, "Succeeded"), to: tally)
    #expect(users().first == "backups: b")
    tell("DELETED", pod("b", claim), to: tally)
    #expect(users() == recorded)
  }
}
