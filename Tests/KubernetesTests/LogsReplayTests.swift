import Cluster
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// Logs over HTTP, from a server that behaves as the kubelet does.
@Suite struct LogsReplayTests {
  private static let start: Int64 = 1_795_230_000_000_000_000
  private static let oom =
    #"{"terminated":{"exitCode":137,"reason":"OOMKilled","finishedAt":"2026-11-21T03:00:09Z"}}"#

  private func lines(_ texts: String..., from: Int64 = 0, each: Int64 = 1_000_000_000) -> [LogsServer.Line] {
    texts.enumerated().map { index, text in
      LogsServer.Line(nanoseconds: Self.start + from + Int64(index) * each, text: text)
    }
  }

  private static func query(_ change: (inout LogQuery) -> Void = { _ in }) -> LogQuery {
    var query = LogQuery(namespace: "shop", pod: "web")
    change(&query)
    return query
  }

  private func listener(_ server: LogsServer, _ query: LogQuery) -> Listener {
    let listener = Listener(server.server)
    listener.start(.log(query))
    return listener
  }

  @Test func aContainerIsFollowed() throws {
    let server = try LogsServer(containers: ["web"])
    server.change("web") { $0.runs[0] += lines("one", "two", "three") }
    let query = Self.query { $0.tailLines = 2 }
    let listener = listener(server, query)
    listener.wait("the tail") { $0.lines[query] == ["two", "three"] && $0.isLive(.log(query)) }
    server.change("web") { $0.runs[0] += lines("four", from: 9_000_000_000) }
    listener.wait("the next") { $0.lines[query] == ["two", "three", "four"] }
    #expect(listener.lineTimes[query]?.last == Self.start + 9_000_000_000)
    // The pod's watch and the log are asked for side by side.
    #expect(
      server.server.asked.filter { $0.contains("/log?") }
        == ["/api/v1/namespaces/shop/pods/web/log?timestamps=true&container=web&follow=true&tailLines=2"])
  }

  @Test func severalContainersBeginInTheOrderOfTheirTimes() throws {
    let server = try LogsServer(containers: ["web", "proxy"])
    server.change("web") { $0.runs[0] += lines("w0", "w2", "w4", each: 2_000_000_000) }
    server.change("proxy") { $0.runs[0] += lines("p1", "p3", from: 1_000_000_000, each: 2_000_000_000) }
    let query = Self.query()
    let listener = listener(server, query)
    let first = ["web: w0", "proxy: p1", "web: w2", "proxy: p3", "web: w4"]
    listener.wait("merged") { $0.lines[query] == first }
    listener.wait("followed") { _ in server.followers == 2 }
    server.change("proxy") { $0.runs[0] += lines("p5", from: 5_000_000_000) }
    listener.wait("the next") { $0.lines[query] == first + ["proxy: p5"] }
    #expect(listener.sources == ["web", "proxy"])
    #expect(listener.isLive(.log(query)))
  }

  @Test func aRestartIsMarkedAndGoneOnFrom() throws {
    let server = try LogsServer(containers: ["api"])
    server.change("api") { $0.runs[0] += lines("a", "b") }
    let query = Self.query()
    let listener = listener(server, query)
    listener.wait("both") { $0.lines[query] == ["a", "b"] && server.followers == 1 }
    server.change("api") { container in
      container.runs[0] += lines("dying", from: 8_000_000_000)
      container.isEnded = true
      container.state = Self.oom
    }
    server.podChanges()
    let ended = ["a", "b", "dying", "--- container api ended (exit 137, OOMKilled) ---"]
    listener.wait("ended") { $0.lines[query] == ended }
    server.change("api") { container in
      container.runs.append(lines("reborn", from: 20_000_000_000))
      container.isEnded = false
      container.state = #"{"running":{}}"#
      container.lastState = Self.oom
    }
    server.podChanges()
    listener.wait("restarted") {
      $0.lines[query] == ended + ["--- container api restarted (exit 137, OOMKilled) ---", "reborn"]
    }
    #expect(listener.isLive(.log(query)))
  }

  @Test func aRestartWhileTheConnectionWasLostLosesNoLine() throws {
    let server = try LogsServer(containers: ["api"])
    server.change("api") { $0.runs[0] += lines("a") }
    let query = Self.query()
    let listener = listener(server, query)
    listener.wait("a") { $0.lines[query] == ["a"] && server.followers == 1 }
    server.server.dropConnections()
    server.change("api") { container in
      container.runs[0] += lines("unseen", from: 2_000_000_000)
      container.runs.append(lines("reborn", from: 20_000_000_000))
      container.lastState = Self.oom
    }
    listener.wait("all") {
      $0.lines[query]?.filter { !$0.hasPrefix("--- connect") }
        == ["a", "unseen", "--- container api restarted (exit 137, OOMKilled) ---", "reborn"]
    }
    #expect(listener.lines[query]?[1].hasPrefix("--- connection lost: ") == true, "where it was is told")
    #expect(listener.lines[query]?[2] == "--- connected again ---")
  }

  @Test func aLostWatchOfThePodIsNoLossOfItsLog() throws {
    let server = try LogsServer(containers: ["api"])
    server.change("api") { $0.runs[0] += lines("a") }
    let query = Self.query()
    let listener = listener(server, query)
    listener.wait("a") { $0.lines[query] == ["a"] && server.followers == 1 && server.podWatchers == 1 }
    server.dropPodWatches()
    listener.wait("watched again") { _ in server.podWatchers == 1 }
    server.change("api") { $0.runs[0] += lines("b", from: 2_000_000_000) }
    listener.wait("b") { $0.lines[query]?.last == "b" && $0.isLive(.log(query)) }
    #expect(listener.lines[query] == ["a", "b"])
  }

  @Test func aContainerThatWaitsIsToldAndFollowedWhenItRuns() throws {
    let server = try LogsServer(containers: ["app"])
    let words = #"container \"app\" in pod \"web\" is waiting to start: ContainerCreating"#
    server.change("app") { container in
      container.state = #"{"waiting":{"reason":"ContainerCreating"}}"#
      container.refusal = (400, #"{"kind":"Status","message":"\#(words)","reason":"BadRequest","code":400}"#)
    }
    let query = Self.query()
    let listener = listener(server, query)
    let mark = #"--- container "app" in pod "web" is waiting to start: ContainerCreating ---"#
    listener.wait("waits") { $0.lines[query] == [mark] }
    server.change("app") { container in
      container.state = #"{"running":{}}"#
      container.refusal = nil
      container.runs[0] += lines("hello")
    }
    server.podChanges()
    listener.wait("runs") { $0.lines[query] == [mark, "hello"] }
  }

  @Test func aPodThatIsNotScheduledIsNoError() throws {
    let server = try LogsServer(containers: ["app"])
    server.change("app") { $0.refusal = (204, "") }
    let query = Self.query()
    let listener = listener(server, query)
    listener.wait("told") {
      $0.lines[query] == ["--- the pod is not scheduled yet ---"] && $0.isLive(.log(query))
    }
  }

  @Test func aDeadNodeIsStaleInItsOwnWords() throws {
    let server = try LogsServer(containers: ["app"])
    let words = "dial tcp 192.0.2.12:10250: connect: no route to host"
    server.change("app") { $0.refusal = (500, #"{"kind":"Status","message":"\#(words)","code":500}"#) }
    let query = Self.query()
    let listener = listener(server, query)
    listener.wait("stale") { listener in
      guard case .stale(_, words) = listener.phase(.log(query)) else { return false }
      return listener.lines[query] == ["--- \(words) ---"]
    }
    server.change("app") { container in
      container.refusal = nil
      container.runs[0] += lines("back")
    }
    listener.wait("back") { $0.lines[query]?.last == "back" && $0.isLive(.log(query)) }
  }

  @Test func aPreviousRunEndsAndOneThatIsNotThereSaysSo() throws {
    let server = try LogsServer(containers: ["api"])
    let query = Self.query { $0.previous = true }
    let none = listener(server, query)
    let words = #"previous terminated container "api" in pod "web" not found"#
    none.wait("not there") { $0.phase(.log(query)) == .ended(why: words) }
    #expect(none.lines[query] == ["--- \(words) ---"])
    server.change("api") { container in
      container.runs = [lines("old", "panic"), lines("new")]
    }
    let some = listener(server, query)
    some.wait("the run before") { $0.phase(.log(query)) == .ended(why: "the end of the run before") }
    #expect(some.lines[query] == ["old", "panic"])
  }

  @Test func aDeletedPodEndsItsLog() throws {
    let server = try LogsServer(containers: ["app"])
    server.change("app") { $0.runs[0] += lines("alive") }
    let query = Self.query()
    let listener = listener(server, query)
    listener.wait("alive") { $0.lines[query] == ["alive"] && server.followers == 1 }
    server.deletePod()
    listener.wait("ended") { $0.phase(.log(query)) == .ended(why: "the pod is gone") }
    #expect(listener.lines[query] == ["alive", "--- pod web is gone ---"])
  }

  @Test func aPodThatIsNotThereIsToldAtOnce() throws {
    let server = try LogsServer(containers: ["app"])
    server.deletePod()
    let query = Self.query()
    let listener = listener(server, query)
    listener.wait("ended") { $0.phase(.log(query)) == .ended(why: "pod web was not found") }
  }

  @Test func recordedLinesKeepTheirColoursAndTheirBadBytes() throws {
    let recording = fixture("logs/logger.tail.timestamps.txt")
    let server = try ReplayServer { request, responder, _ in
      if request.path.hasSuffix("/log") { return responder.text(200, recording) }
      if request.isWatch { return _ = responder.watch() }
      responder.json(
        #"{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"web","uid":"u"},"spec":{"containers":[{"name":"logger"}],"restartPolicy":"Never"},"status":{"phase":"Succeeded","containerStatuses":[{"name":"logger","state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}}]}"#
      )
    }
    let listener = Listener(server)
    let query = Self.query { $0.tailLines = 11 }
    listener.start(.log(query))
    listener.wait("all") { $0.phase(.log(query)) == .ended(why: "ended (exit 0, Completed)") }
    let lines = listener.lines[query] ?? []
    #expect(lines.count == 12)
    #expect(lines[0] == "\u{1B}[32mINFO\u{1B}[0m  request 65 served in \u{1B}[1;33m5ms\u{1B}[0m")
    #expect(lines[9] == "")
    #expect(lines.last == "--- container logger ended (exit 0, Completed) ---")
  }

  @Test func aLogNobodyTakesIsHeldBackAndHoldsUpNoWatch() throws {
    let sent = Mutex(0)
    let line = Array("2026-11-21T03:27:51.205110890Z \(String(repeating: "x", count: 1_000))\n".utf8)
    let block = Array(repeatElement(line, count: 64).joined())
    let logStream = Mutex<ResponseStream?>(nil)
    let server = try ReplayServer { request, responder, _ in
      if request.path.hasSuffix("/log") {
        return logStream.withLock { $0 = responder.stream(200, [Header("Content-Type", "text/plain")]) }
      }
      if request.isWatch {
        return _ = responder.watch(ReplayWatchTests.event("ADDED", "late", version: "9"))
      }
      responder.json(ReplayWatchTests.podList("1", ["web"]))
    }
    let listener = Listener(server)
    listener.takesLogs = false
    let query = Self.query()
    listener.start(.log(query))
    // As a server that writes whenever the connection takes more.
    listener.wait("the stream stands still with 24 MB to go") { _ in
      logStream.withLock { stream in
        guard let stream else { return false }
        if stream.backlogBytes < 8 << 20, sent.withLock({ $0 }) < 32 << 20 {
          for _ in 0..<16 { stream.write(block) }
          sent.withLock { $0 += block.count * 16 }
        }
        return stream.backlogBytes >= 8 << 20
      }
    }
    let rows = Query("v1/pods")
    listener.start(.rows(rows))
    listener.wait("rows though the log is held back") { $0.rows(rows) == ["shop/late", "shop/web"] }
    listener.takesLogs = true
    listener.takeKeptLogs(of: query)
    let whole = sent.withLock { $0 } / line.count
    listener.wait("every line") { ($0.lines[query]?.count ?? 0) == whole }
    withExtendedLifetime(logStream) {}
  }

  /// The connection is cut at random places while two containers write; nothing may be lost or doubled.
  @Test(arguments: [1, 2] as [UInt64])
  func cutsAtRandomPlacesNeitherLoseNorDoubleALine(seed: UInt64) throws {
    let random = Mutex(seed &* 0x9E37_79B9_7F4A_7C15)
    @Sendable func next(_ bound: Int) -> Int {
      random.withLock { state in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
      }
    }
    let server = try LogsServer(containers: ["web", "proxy"])
    server.cutStreams { 1_500 + next(8_000) }
    let query = Self.query { $0.tailLines = nil }
    let listener = listener(server, query)
    var written: [String: [String]] = [:]
    var times = ["web": Self.start, "proxy": Self.start]
    let total = 400
    for number in 0..<total {
      let name = next(2) == 0 ? "web" : "proxy"
      times[name]! += next(3) == 0 ? 0 : Int64(next(400_000_000))
      let text = "\(name) line \(number) \(String(repeating: "z", count: next(60)))"
      written[name, default: []].append("\(name): \(text)")
      let line = LogsServer.Line(nanoseconds: times[name]!, text: text)
      server.change(name) { $0.runs[0].append(line) }
      if number % 80 == 79 { listener.wait("\(number) lines") { $0.ownLines(query).count > number } }
    }
    server.cutStreams { .max }
    listener.wait("all lines") { $0.ownLines(query).count >= total }
    for name in ["web", "proxy"] {
      let had = listener.lines[query]?.filter { $0.hasPrefix("\(name): ") }
      #expect(had == written[name], "\(name)")
    }
    #expect(listener.ownLines(query).count == total)
    #expect(server.server.asked(containing: "sinceTime") > 2)
  }
}

extension Listener {
  /// What containers wrote, without what is told about it.
  fileprivate func ownLines(_ query: LogQuery) -> [String] {
    lines[query]?.filter { !$0.hasPrefix("--- ") } ?? []
  }
}
