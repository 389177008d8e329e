import Cluster
import Dispatch
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// Lists and watches as a real server sent them, or as the surprises it has ready.
@Suite struct ReplayWatchTests {
  private static let pods = Query("v1/pods")
  private static let opsPods = Query("v1/pods", namespaces: ["ops"])
  private static let widgets = Query("example.com/v1/widgets")

  /// A list of pods that are named only.
  static func podList(
    _ version: String, _ names: [String], namespace: String = "shop", next: String? = nil,
    remaining: Int? = nil
  ) -> String {
    let items = names.map { name in
      #"{"metadata":{"name":"\#(name)","namespace":"\#(namespace)","uid":"uid-\#(name)","resourceVersion":"1"},"#
        + #""spec":{"containers":[{"name":"app","image":"web:1"}]},"status":{"phase":"Running"}}"#
    }
    let more =
      next.map {
        #","continue":"\#($0)","# + (remaining.map { #""remainingItemCount":\#($0)"# } ?? #""x":1"#)
      }
    return #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"\#(version)"\#(more ?? "")},"#
      + #""items":[\#(items.joined(separator: ","))]}"#
  }

  static func event(_ type: String, _ name: String, version: String, namespace: String = "shop") -> String {
    #"{"type":"\#(type)","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"\#(name)","namespace":"\#(namespace)","uid":"uid-\#(name)","resourceVersion":"\#(version)"},"spec":{"containers":[{"name":"app"}]},"status":{"phase":"Running"}}}"#
      + "\n"
  }

  // MARK: Pages

  @Test func recordedPagesBecomeOneList() throws {
    let server = try ReplayServer { request, responder, count in
      if request.isWatch {
        responder.watch()
      } else {
        responder.json(fixture("paging/plain.\(count + 1).json"))
      }
    }
    let listener = Listener(server)
    listener.start(.rows(Self.pods))
    listener.wait("live") { $0.isLive(.rows(Self.pods)) }
    let rows = listener.rows(Self.pods)
    #expect(rows.count == 50)
    #expect(rows.first == "data/etl-0-dg24h")
    let expected: [Phase] = [
      .connecting, .listing(got: 12, of: 50), .listing(got: 24, of: 50), .listing(got: 36, of: 50),
      .listing(got: 48, of: 50), .listing(got: 50, of: 50), .live,
    ]
    #expect(listener.phases[.rows(Self.pods)] == expected)
    let asked = server.asked
    #expect(asked[0] == "/api/v1/pods?limit=100")
    #expect(asked[1].hasPrefix("/api/v1/pods?limit=500&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEi"))
    #expect(asked[5].contains("watch=true") && asked[5].contains("resourceVersion=2383"))
    #expect(asked[5].contains("allowWatchBookmarks=true"))
  }

  @Test func recordedTablePagesBecomeOneListWithTheServersColumns() throws {
    let server = try ReplayServer { request, responder, count in
      if request.isWatch {
        responder.watch()
      } else {
        responder.json(fixture("paging/table.\(count + 1).json"))
      }
    }
    let listener = Listener(server)
    listener.start(.rows(Self.widgets))
    listener.wait("live") { $0.isLive(.rows(Self.widgets)) }
    #expect(listener.rows(Self.widgets).count == 50)
    let titles = listener.stores[Self.widgets]?.columns.map(\.title) ?? []
    #expect(titles.starts(with: ["READY", "STATUS", "RESTARTS", "IP", "NODE"]))
    #expect(server.asked[0] == "/apis/example.com/v1/widgets?limit=100&includeObject=Metadata")
  }

  @Test func theNextPageIsAskedForWhileOneIsOnItsWay() throws {
    let pages = (0..<5).map { page in
      Self.podList("7", (0..<40).map { "pod-\(page)-\($0)" }, next: page < 4 ? "t\(page + 1)" : nil)
    }
    let streams = Mutex<[ResponseStream]>([])
    let server = try ReplayServer { request, responder, _ in
      if request.isWatch { return _ = responder.watch() }
      guard let token = request.query("continue") else { return responder.json(pages[0]) }
      let bytes = Array(pages[Int(token.dropFirst())!].utf8)
      let stream = responder.stream(200)
      stream.write(Array(bytes.prefix(2_000)))
      // The second page ends only when the third was asked for, and the third not before the fourth.
      let held = streams.withLock { streams in
        defer { streams.append(stream) }
        return streams.last
      }
      if let held {
        let before = Array(pages[Int(token.dropFirst())! - 1].utf8)
        held.write(Array(before.dropFirst(2_000)))
        held.finish()
      }
      if token == "t4" {
        stream.write(Array(bytes.dropFirst(2_000)))
        stream.finish()
      }
    }
    let listener = Listener(server)
    listener.start(.rows(Self.pods))
    listener.wait("live") { $0.isLive(.rows(Self.pods)) }
    #expect(listener.rows(Self.pods).count == 200)
    #expect(server.asked(containing: "continue=") == 4)
  }

  @Test func aPageThatOvertakesTheOneBeforeWaitsForIt() throws {
    let overtaken = Mutex<ResponseStream?>(nil)
    let second = Array(Self.podList("7", (0..<40).map { "second-\($0)" }, next: "last").utf8)
    let server = try ReplayServer { request, responder, _ in
      if request.isWatch { return _ = responder.watch() }
      switch request.query("continue") {
      case nil: responder.json(Self.podList("7", ["first"], next: "second"))
      case "second":
        let stream = responder.stream(200)
        stream.write(Array(second.prefix(2_000)))
        overtaken.withLock { $0 = stream }
      default:
        responder.json(Self.podList("7", ["last"]))
        // Time for the last page to arrive.
        DispatchQueue.global().asyncAfter(deadline: .now() + 0.3) {
          overtaken.withLock { $0?.write(Array(second.dropFirst(2_000))) }
          overtaken.withLock { $0?.finish() }
        }
      }
    }
    let listener = Listener(server)
    listener.start(.rows(Self.pods))
    listener.wait("live") { $0.isLive(.rows(Self.pods)) }
    #expect(listener.rows(Self.pods).count == 42)
    #expect(listener.fewestRows[Self.pods] == 42, "the list was whole when it said so")
  }

  @Test func aServerThatIgnoresTheLimitIsTakenAtItsWord() throws {
    let names = (0..<700).map { "pod-\($0)" }
    let server = try ReplayServer { request, responder, _ in
      if request.isWatch { responder.watch() } else { responder.json(Self.podList("7", names)) }
    }
    let listener = Listener(server)
    listener.start(.rows(Self.pods))
    listener.wait("live") { $0.isLive(.rows(Self.pods)) }
    #expect(listener.rows(Self.pods).count == 700)
  }

  @Test func anExpiredPageListsAnewWithoutBlankingTheScreen() throws {
    let server = try ReplayServer { request, responder, count in
      if request.isWatch {
        _ = responder.watch()
        return
      }
      switch count {
      case 0: responder.json(Self.podList("5", ["a", "b"], next: "old", remaining: 2))
      case 1: responder.json(410, fixture("errors/410.expired-continue.json"))
      case 2: responder.json(Self.podList("9", ["b", "c"]))
      default: responder.json(500, "{}")
      }
    }
    let listener = Listener(server)
    listener.start(.rows(Self.pods))
    listener.wait("live") { $0.isLive(.rows(Self.pods)) }
    #expect(listener.rows(Self.pods) == ["shop/b", "shop/c"])
    #expect(server.asked(containing: "continue=") == 1)
    #expect(server.asked.last?.contains("resourceVersion=9") == true)
  }

  // MARK: Watches

  @Test func aRecordedWatchLeavesTheLastStateOfEachPod() throws {
    let server = try ReplayServer { request, responder, _ in
      if request.isWatch {
        responder.watch(fixture("watch/ops-pods.plain.jsonl"))
      } else {
        responder.json(fixture("watch/ops-pods.list.json"))
      }
    }
    let listener = Listener(server)
    listener.start(.rows(Self.opsPods))
    listener.wait("the last event") { listener in
      listener.table(Self.opsPods).contains {
        $0.0 == "ops/init-broken" && $0.1.contains("Init:CrashLoopBackOff")
      }
    }
    let status = Dictionary(
      uniqueKeysWithValues: listener.table(Self.opsPods).map { ($0.0, $0.1.joined(separator: " ")) })
    #expect(status.count == 20)
    #expect(status["ops/bad-command"]?.contains("CrashLoopBackOff") == true)
    #expect(status["ops/sigkilled"]?.contains("Error") == true)
    #expect(listener.phase(.rows(Self.opsPods)) == .live)
  }

  @Test func aRecordedTableWatchKeepsItsColumnsAndHasNoRowForBookmarks() throws {
    let server = try ReplayServer { request, responder, count in
      guard request.isWatch else { return responder.json(fixture("watch/ops-pods.list.table.json")) }
      let stream = responder.watch(count == 0 ? fixture("watch/ops-pods.table.jsonl") : "")
      if count == 0 { stream.finish() }
    }
    let listener = Listener(server)
    var query = Self.widgets
    query.namespaces = ["ops"]
    listener.start(.rows(query))
    // The bookmark at the end of the recording moved the version.
    listener.wait("resumed") { _ in
      server.asked(containing: "resourceVersion=2774") > 0 && listener.isLive(.rows(query))
    }
    let rows = listener.table(query)
    #expect(rows.count == 20)
    #expect(!rows.contains { $0.0.isEmpty || $0.0 == "/" })
    let broken = rows.first { $0.0 == "ops/init-broken" }?.1
    #expect(broken?.starts(with: ["0/1", "Init:CrashLoopBackOff"]) == true)
    let titles = listener.stores[query]?.columns.map(\.title) ?? []
    #expect(titles.starts(with: ["READY", "STATUS", "RESTARTS"]))
  }

  @Test(arguments: ["watch/label-selector-leaves.jsonl", "watch/label-selector-leaves.table.jsonl"])
  func anObjectThatLeavesTheSelectorIsGone(recording: String) throws {
    let server = try ReplayServer { request, responder, _ in
      guard request.isWatch else { return responder.json(Self.podList("6937", [])) }
      responder.watch(fixture(recording) + Self.event("ADDED", "last", version: "7000"))
    }
    let listener = Listener(server)
    var query = recording.contains("table") ? Self.widgets : Self.opsPods
    query.labelSelector = "watched=yes"
    listener.start(.rows(query))
    listener.wait("the last event") { $0.rows(query) == ["shop/last"] }
    #expect(server.asked[0].hasSuffix("?labelSelector=watched=yes&limit=100") || recording.contains("table"))
  }

  @Test func aVersionTooOldInTheStreamListsAnewWithoutBlankingTheScreen() throws {
    let server = try ReplayServer { request, responder, count in
      guard request.isWatch else {
        return responder.json(Self.podList("\(count + 1)00", count == 0 ? ["a", "b", "c"] : ["b", "d"]))
      }
      let stream = responder.watch(count == 0 ? fixture("watch/410.in-stream.jsonl") : "")
      if count == 0 { stream.finish() }
    }
    let listener = Listener(server)
    listener.start(.rows(Self.pods))
    listener.wait("listed anew") {
      $0.rows(Self.pods) == ["shop/b", "shop/d"] && $0.isLive(.rows(Self.pods))
    }
    #expect(listener.fewestRows[Self.pods] == 2)
    #expect(server.asked(containing: "resourceVersion=200") == 1)
    let stale = listener.phases[.rows(Self.pods)]?.contains { phase in
      if case .stale(_, "too old resource version: 5 (6331)") = phase { true } else { false }
    }
    #expect(stale == true)
  }

  @Test func aVersionTooOldAsAStatusListsAnew() throws {
    let server = try ReplayServer { request, responder, count in
      guard request.isWatch else { return responder.json(Self.podList("\(count + 1)00", ["a"])) }
      if count > 0 {
        _ = responder.watch()
        return
      }
      responder.json(
        410, #"{"kind":"Status","message":"too old resource version","reason":"Expired","code":410}"#)
    }
    let listener = Listener(server)
    listener.start(.rows(Self.pods))
    listener.wait("live") { $0.isLive(.rows(Self.pods)) }
    #expect(server.asked(containing: "resourceVersion=200") == 1)
  }

  @Test func aServerRestoredFromAnOlderPastIsListedAnewAndNotWatchedInSilence() throws {
    let restored = Mutex(false)
    let server = try ReplayServer { request, responder, _ in
      let isOld = restored.withLock { $0 }
      if request.isWatch {
        _ = responder.watch(isOld ? "" : Self.event("ADDED", "b", version: "900"))
        return
      }
      if isOld, request.query("resourceVersion") != nil {
        return responder.json(504, fixture("errors/504.list-future-rv.json"))
      }
      responder.json(isOld ? Self.podList("40", ["a"]) : Self.podList("800", ["a"]))
    }
    let listener = Listener(server)
    listener.start(.rows(Self.pods))
    listener.wait("both") { $0.rows(Self.pods) == ["shop/a", "shop/b"] }
    restored.withLock { $0 = true }
    server.dropConnections()
    listener.wait("only one") { $0.rows(Self.pods) == ["shop/a"] && $0.isLive(.rows(Self.pods)) }
    #expect(server.asked(containing: "resourceVersionMatch=NotOlderThan") == 1)
    #expect(server.asked.last?.contains("resourceVersion=40") == true)
  }

  @Test func anEventOfManyMegabytesSurvives() throws {
    let big =
      #"{"type":"MODIFIED","object":{"kind":"Pod","metadata":{"name":"big","namespace":"shop","uid":"u","#
      + #""annotations":{"a":"\#(String(repeating: "x", count: 20 << 20))"},"resourceVersion":"8"},"status":{}}}"#
    let server = try ReplayServer { request, responder, _ in
      guard request.isWatch else { return responder.json(Self.podList("5", ["a"])) }
      responder.watch(big + "\n" + Self.event("DELETED", "a", version: "9"))
    }
    let listener = Listener(server)
    listener.start(.rows(Self.pods))
    listener.wait("the big one") { $0.rows(Self.pods) == ["shop/big"] }
    #expect(listener.phase(.rows(Self.pods)) == .live)
  }

  @Test func aWatchThatTalksNonsenseIsLeftAndSaysSo() throws {
    let server = try ReplayServer { request, responder, count in
      guard request.isWatch else { return responder.json(Self.podList("5", ["a"])) }
      responder.watch(count == 0 ? "<html>\n" : "")
    }
    let listener = Listener(server)
    listener.start(.rows(Self.pods))
    listener.wait("recovered") { $0.isLive(.rows(Self.pods)) && server.asked(containing: "watch=true") == 2 }
    let told = listener.phases[.rows(Self.pods)]?.contains { phase in
      if case .stale(_, "expected an event, the watch told '<html>'") = phase { true } else { false }
    }
    #expect(told == true)
  }

  @Test func manyEventsAtOnceAreOneBatchOrFewAndKeepTheirOrder() throws {
    let server = try ReplayServer { request, responder, _ in
      guard request.isWatch else { return responder.json(Self.podList("5", [])) }
      var events = ""
      for round in 0..<500 {
        events += Self.event("ADDED", "p\(round % 10)", version: "\(10 + round * 2)")
        if round < 495 { events += Self.event("DELETED", "p\(round % 10)", version: "\(11 + round * 2)") }
      }
      responder.watch(events)
    }
    let listener = Listener(server)
    listener.start(.rows(Self.pods))
    listener.wait("the last five") { $0.rows(Self.pods) == (5..<10).map { "shop/p\($0)" } }
  }
}
