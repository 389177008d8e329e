import Cluster
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// The log of many pods at once.
@Suite struct LogsFleetTests {
  private static let start: Int64 = 1_795_230_000_000_000_000
  private static let killed =
    #"{"terminated":{"exitCode":137,"reason":"OOMKilled","finishedAt":"2026-11-21T03:00:09Z"}}"#

  private func line(_ text: String, at second: Double) -> LogsServer.Line {
    LogsServer.Line(nanoseconds: Self.start + Int64(second * 1e9), text: text)
  }

  private func pod(_ name: String, uid: String? = nil, owner: String = "rs-1") -> LogsFleet.Pod {
    LogsFleet.Pod(name: name, uid: uid ?? "u-\(name)", owner: owner)
  }

  private static let query = LogQuery(namespace: "shop", selector: "app=web")

  private func listener(_ fleet: LogsFleet, _ query: LogQuery = query) -> Listener {
    let listener = Listener(fleet.server)
    listener.start(.log(query))
    return listener
  }

  @Test func allPodsOfASelectorBeginInTheOrderOfTheirTimes() throws {
    let fleet = try LogsFleet()
    for name in ["web-a", "web-b"] { fleet.add(pod(name)) }
    for second in 0..<4 {
      fleet.write("u-web-\(second % 2 == 0 ? "a" : "b")", line("\(second)", at: Double(second)))
    }
    let listener = listener(fleet)
    let first = ["web-a/app: 0", "web-b/app: 1", "web-a/app: 2", "web-b/app: 3"]
    listener.wait("merged") { $0.lines[Self.query] == first && fleet.followers == 2 }
    fleet.write("u-web-b", line("4", at: 4))
    listener.wait("followed") { $0.lines[Self.query] == first + ["web-b/app: 4"] }
    #expect(
      fleet.server.asked.contains { $0.contains("/pods?labelSelector=app=web&limit") },
      "\(fleet.server.asked.first ?? "")")
  }

  @Test func aPodThatIsBornLaterJoinsAndOneThatEndsIsMarkedWithItsSuccessor() throws {
    let fleet = try LogsFleet()
    fleet.add(pod("web-a"))
    fleet.write("u-web-a", line("a1", at: 0))
    let listener = listener(fleet)
    listener.wait("a1") { $0.lines[Self.query] == ["web-a/app: a1"] && fleet.followers == 1 }
    fleet.change("u-web-a") { $0.isDeleting = true }
    var next = pod("web-b")
    next.state = #"{"waiting":{"reason":"ContainerCreating"}}"#
    fleet.add(next)
    listener.wait("told") { $0.lines[Self.query]?.last == "--- pod web-b takes the place of web-a ---" }
    fleet.write("u-web-a", line("dying", at: 1))
    listener.wait("dying") { $0.lines[Self.query]?.last == "web-a/app: dying" }
    fleet.change("u-web-a") { $0.state = Self.killed }
    fleet.delete("u-web-a")
    listener.wait("ended") {
      $0.lines[Self.query]?.last == "--- pod web-a ended: exit 137, OOMKilled; web-b takes its place ---"
    }
    fleet.change("u-web-b") { $0.state = #"{"running":{}}"# }
    fleet.write("u-web-b", line("hello", at: 9))
    listener.wait("b") { $0.lines[Self.query]?.last == "web-b/app: hello" && $0.isLive(.log(Self.query)) }
  }

  @Test func ofAWorkloadTheSelectorIsLookedUp() throws {
    let fleet = try LogsFleet()
    fleet.add(pod("web-a"))
    fleet.write("u-web-a", line("a1", at: 0))
    fleet.serve(
      "/apis/apps/v1/namespaces/shop/deployments",
      #"{"kind":"Deployment","metadata":{"name":"web","uid":"d1","resourceVersion":"1"},"spec":{"selector":{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"tier","operator":"In","values":["b","a"]}]}}}"#
    )
    let query = LogQuery(
      of: ObjectRef(kind: "apps/v1/deployments", namespace: "shop", name: "web", uid: "d1"), isPod: false)
    let listener = listener(fleet, query)
    listener.wait("a1") { $0.lines[query] == ["web-a/app: a1"] }
    #expect(fleet.server.asked.contains { $0.contains("labelSelector=app=web,tier in (a,b)") })
  }

  @Test func ofACronJobThePodsOfItsJobsAreFound() throws {
    let fleet = try LogsFleet()
    var own = pod("nightly-1-x", owner: "j1")
    own.ownerKind = "Job"
    fleet.add(own)
    fleet.add(pod("other-1-x", owner: "j2"))
    fleet.write("u-nightly-1-x", line("mine", at: 0))
    fleet.write("u-other-1-x", line("not mine", at: 0))
    fleet.serve(jobs: #"{"metadata":{"name":"nightly-1","uid":"j1","ownerReferences":[{"uid":"c1"}]}}"#)
    fleet.serve(
      "/apis/batch/v1/namespaces/shop/cronjobs",
      #"{"kind":"CronJob","metadata":{"name":"nightly","uid":"c1","resourceVersion":"1"},"spec":{}}"#)
    let query = LogQuery(
      of: ObjectRef(kind: "batch/v1/cronjobs", namespace: "shop", name: "nightly", uid: "c1"), isPod: false)
    let listener = listener(fleet, query)
    listener.wait("its own") { $0.lines[query] == ["nightly-1-x/app: mine"] }
  }

  @Test func whatIsNotThereIsSaid() throws {
    let fleet = try LogsFleet()
    let query = LogQuery(
      of: ObjectRef(kind: "apps/v1/deployments", namespace: "shop", name: "gone"), isPod: false)
    listener(fleet, query).wait("not found") { $0.phase(.log(query)) == .ended(why: "gone was not found") }
    let none = listener(fleet)
    none.wait("no pods") { $0.lines[Self.query] == ["--- there are no pods of app=web so far ---"] }
    fleet.add(pod("web-a"))
    fleet.write("u-web-a", line("first", at: 0))
    none.wait("joined") { $0.lines[Self.query]?.last == "web-a/app: first" }
  }

  @Test func moreLogsThanCanBeFollowedWaitAndAreNamed() throws {
    let fleet = try LogsFleet()
    let count = LogRun.maxOpenStreams + 3
    let last = (0..<3).map { "web-\(1_000 + LogRun.maxOpenStreams + $0)" }
    let names = last.joined(separator: ", ")
    for number in 0..<count {
      let name = "web-\(number + 1_000)"
      fleet.add(pod(name))
      fleet.write("u-\(name)", line("hello", at: Double(number)))
    }
    let listener = listener(fleet)
    listener.wait("told", seconds: 60) {
      $0.lines[Self.query]?.contains { $0.contains("not yet those of \(names)") } == true
        && fleet.followers == LogRun.maxOpenStreams
    }
    fleet.change("u-web-1000") { ($0.phase, $0.state) = ("Failed", Self.killed) }
    fleet.delete("u-web-1000")
    listener.wait("the next one", seconds: 60) {
      $0.lines[Self.query]?.contains("\(last[0])/app: hello") == true
    }
    #expect(fleet.mostFollowers <= LogRun.maxOpenStreams)
  }

  /// Deletion, rotation and reconnects under way: what was written came, once, of each pod in its order.
  @Test func ofFiftyPodsNoLineIsLostOrDoubled() throws {
    let random = Mutex(7 as UInt64)
    @Sendable func next(_ bound: Int) -> Int {
      random.withLock { state in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
      }
    }
    let fleet = try LogsFleet()
    var query = Self.query
    query.tailLines = nil
    var alive = (0..<50).map { "web-\($0)" }
    for name in alive { fleet.add(pod(name)) }
    var written: [String: [String]] = [:]
    var times: [String: Double] = [:]
    var number = 0
    func write(_ name: String) {
      times[name, default: 0] += Double(next(400)) / 1_000
      let text = "line \(number) \(String(repeating: "z", count: next(60)))"
      number += 1
      written[name, default: []].append("\(name)/app: \(text)")
      fleet.write("u-\(name)", line(text, at: times[name]!))
    }
    for name in alive { for _ in 0..<3 { write(name) } }
    fleet.cutStreams { 2_000 + next(9_000) }
    let listener = listener(fleet, query)
    func isAll(_ listener: Listener, of names: [String]) -> Bool {
      let had = Dictionary(grouping: listener.lines[query] ?? [], by: { String($0.prefix { $0 != "/" }) })
      return names.allSatisfy { (had[$0]?.count ?? 0) >= (written[$0]?.count ?? 0) }
    }
    for round in 0..<10 {
      for _ in 0..<200 { write(alive[next(alive.count)]) }
      // What lies behind the connection may be rotated away once it was read.
      listener.wait("round \(round)", seconds: 60) { isAll($0, of: alive) }
      for _ in 0..<5 { fleet.rotate("u-\(alive[next(alive.count)])", keeps: 400) }
      // A pod that goes says its last words, to whoever follows it at that moment.
      fleet.cutStreams { .max }
      let gone = alive.remove(at: next(alive.count))
      fleet.rotate("u-\(gone)", keeps: 400)
      listener.wait("followed again", seconds: 60) { _ in fleet.isFollowed("u-\(gone)") }
      write(gone)
      fleet.delete("u-\(gone)")
      fleet.cutStreams { 2_000 + next(9_000) }
      let born = "web-\(100 + round)"
      fleet.add(pod(born))
      alive.append(born)
      write(born)
    }
    fleet.cutStreams { .max }
    listener.wait("all", seconds: 60) { isAll($0, of: Array(written.keys)) }
    let had = Dictionary(
      grouping: (listener.lines[query] ?? []).filter { !$0.hasPrefix("--- ") },
      by: { String($0.prefix { $0 != "/" }) })
    #expect(had.keys.sorted() == written.keys.sorted())
    for (name, lines) in written { #expect(had[name] == lines, "\(name)") }
    #expect(fleet.server.asked(containing: "sinceTime") > 20, "streams were opened again")
  }
}

extension LogsFleet {
  fileprivate func isFollowed(_ uid: String) -> Bool { followedPods.contains(uid) }
}
