import Cluster
import Dispatch
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// What a query brings that is more, or less, than one list of one place.
@Suite struct ReplayQueryTests {
  private static let pods = Query("v1/pods")
  private static let widgets = Query("example.com/v1/widgets")

  @Test func severalNamespacesAreSeveralWatchesOfOneQuery() throws {
    let relist = Mutex(false)
    let server = try ReplayServer { request, responder, count in
      let namespace = String(request.path.split(separator: "/")[3])
      if request.isWatch {
        let stream = responder.watch()
        if namespace == "ops", count == 0 {
          stream.write(Array(fixture("watch/410.in-stream.jsonl").utf8))
          relist.withLock { $0 = true }
        }
        return
      }
      let isSecond = relist.withLock { $0 } && namespace == "ops"
      responder.json(
        ReplayWatchTests.podList(
          "5", isSecond ? ["x"] : ["y", "z"].map { "\($0)-\(namespace)" }, namespace: namespace))
    }
    let listener = Listener(server)
    let query = Query("v1/pods", namespaces: ["shop", "ops"])
    listener.start(.rows(query))
    listener.wait("a new list of one leaves the other's rows") {
      $0.rows(query) == ["ops/x", "shop/y-shop", "shop/z-shop"] && $0.isLive(.rows(query))
    }
    #expect(server.asked(containing: "/namespaces/shop/pods?limit") == 1)
    #expect(listener.reader.traffic.openWatches == 2)
    listener.stop(.rows(query))
    listener.wait("no watches") { $0.reader.traffic.openWatches == 0 }
  }

  @Test func oneNamespaceThatIsForbiddenIsToldThoughTheOtherLives() throws {
    let server = try ReplayServer { request, responder, _ in
      if request.path.contains("/ops/") {
        return responder.json(403, fixture("errors/403.list-secrets.json"))
      }
      if request.isWatch { responder.watch() } else { responder.json(ReplayWatchTests.podList("5", ["a"])) }
    }
    let listener = Listener(server)
    let query = Query("v1/pods", namespaces: ["shop", "ops"])
    listener.start(.rows(query))
    listener.wait("refused and there") { listener in
      guard case .partial(let why) = listener.phase(.rows(query)) else { return false }
      return why.hasPrefix("secrets is forbidden: User") && listener.rows(query) == ["shop/a"]
    }
  }

  // MARK: Tables that are none

  @Test func aServerWithoutTablesGivesNamesAndAges() throws {
    let server = try ReplayServer { request, responder, count in
      if request["Accept"]?.contains("as=Table") == true {
        return responder.json(406, #"{"kind":"Status","message":"406: Not Acceptable","code":406}"#)
      }
      if request.isWatch {
        responder.watch(ReplayWatchTests.event("ADDED", "b", version: "8"))
      } else {
        responder.json(ReplayWatchTests.podList("5", ["a"]))
      }
    }
    let listener = Listener(server)
    listener.start(.rows(Self.widgets))
    listener.wait("two names") {
      $0.rows(Self.widgets) == ["shop/a", "shop/b"] && $0.isLive(.rows(Self.widgets))
    }
  }

  @Test func aServerThatAnswersWithObjectsInsteadOfATableIsReadAsWell() throws {
    let server = try ReplayServer { request, responder, _ in
      if request.isWatch {
        responder.watch(ReplayWatchTests.event("DELETED", "a", version: "8"))
      } else {
        responder.json(ReplayWatchTests.podList("5", ["a", "b"]))
      }
    }
    let listener = Listener(server)
    listener.start(.rows(Self.widgets))
    listener.wait("one name") { $0.rows(Self.widgets) == ["shop/b"] }
  }

  // MARK: Containers and owners

  @Test func containersThatAreNoLongerThereHaveNoRow() throws {
    @Sendable func pod(_ type: String, _ containers: [String], version: String) -> String {
      let list = containers.map { #"{"name":"\#($0)","image":"i"}"# }.joined(separator: ",")
      return
        #"{"type":"\#(type)","object":{"kind":"Pod","metadata":{"name":"web","namespace":"shop","uid":"u1","resourceVersion":"\#(version)"},"spec":{"containers":[\#(list)]},"status":{}}}"#
        + "\n"
    }
    let streams = Mutex<[ResponseStream]>([])
    let server = try ReplayServer { request, responder, _ in
      guard request.isWatch else {
        return responder.json(#"{"kind":"PodList","metadata":{"resourceVersion":"5"},"items":[]}"#)
      }
      let stream = responder.watch(pod("ADDED", ["api", "proxy"], version: "6"))
      streams.withLock { $0.append(stream) }
    }
    let listener = Listener(server)
    var query = Query("containers", namespaces: ["shop"])
    query.fieldSelector = "metadata.name=web"
    listener.start(.rows(query))
    listener.wait("two") { $0.rows(query) == ["shop/api", "shop/proxy"] }
    #expect(server.asked[0] == "/api/v1/namespaces/shop/pods?fieldSelector=metadata.name=web&limit=100")
    let both =
      pod("MODIFIED", ["api", "old"], version: "7") + pod("MODIFIED", ["api", "debug"], version: "8")
    streams.withLock { $0.first?.write(Array(both.utf8)) }
    listener.wait("another") { $0.rows(query) == ["shop/api", "shop/debug"] }
    streams.withLock { $0.first?.write(Array(pod("DELETED", ["api", "debug"], version: "9").utf8)) }
    listener.wait("none") { $0.rows(query) == [] }
  }

  @Test func onlyWhatTheOwnerOwnsIsShown() throws {
    @Sendable func pod(_ name: String, owner: String) -> String {
      #"{"kind":"Pod","metadata":{"name":"\#(name)","namespace":"shop","uid":"uid-\#(name)","resourceVersion":"1","ownerReferences":[{"kind":"ReplicaSet","name":"rs","uid":"\#(owner)","controller":true}]},"spec":{},"status":{}}"#
    }
    let server = try ReplayServer { request, responder, _ in
      guard request.isWatch else {
        return responder.json(
          #"{"kind":"PodList","metadata":{"resourceVersion":"5"},"items":[\#(pod("a", owner: "mine")),\#(pod("b", owner: "other")),\#(pod("c", owner: "mine"))]}"#
        )
      }
      responder.watch(
        #"{"type":"MODIFIED","object":\#(pod("a", owner: "other"))}"# + "\n"
          + #"{"type":"ADDED","object":\#(pod("d", owner: "mine"))}"# + "\n")
    }
    let listener = Listener(server)
    var query = Self.pods
    query.owner = "mine"
    listener.start(.rows(query))
    listener.wait("what is mine") { $0.rows(query) == ["shop/c", "shop/d"] }
  }
}
