import Cluster
import Document
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// Single objects, their descriptions, and the kinds there are.
@Suite struct ReplayObjectTests {
  private static let ref = ObjectRef(kind: "v1/pods", namespace: "shop", name: "web", uid: "uid-web")
  private static let need = Need.object(ref)

  private static func pod(_ version: String, uid: String = "uid-web") -> String {
    #"{"metadata":{"name":"web","namespace":"shop","uid":"\#(uid)","resourceVersion":"\#(version)"},"spec":{"containers":[{"name":"app","image":"web:1"}]},"status":{"phase":"Running"}}"#
  }

  private static func list(_ items: [String]) -> String {
    #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"5"},"items":[\#(items.joined(separator: ","))]}"#
  }

  private static func event(_ type: String, _ object: String) -> String {
    #"{"type":"\#(type)","object":\#(object)}"# + "\n"
  }

  @Test func anObjectIsWholeAndLiveAndEndsWhenItIsDeleted() throws {
    let streams = Mutex<[ResponseStream]>([])
    let server = try ReplayServer { request, responder, _ in
      guard request.isWatch else { return responder.json(Self.list([Self.pod("1")])) }
      let stream = responder.watch(Self.event("MODIFIED", Self.pod("6")))
      streams.withLock { $0.append(stream) }
    }
    let listener = Listener(server)
    listener.start(Self.need)
    listener.wait("two versions") { $0.objects.count == 2 && $0.isLive(Self.need) }
    let first = listener.objects[0]?.json
    #expect(first?.object?.keys == ["apiVersion", "kind", "metadata", "spec", "status"])
    #expect(first?["kind"] == "Pod")
    #expect(first?["apiVersion"] == "v1")
    #expect(listener.objects[1]?.json["metadata"]["resourceVersion"] == "6")
    #expect(server.asked[0] == "/api/v1/namespaces/shop/pods?fieldSelector=metadata.name=web&limit=100")
    streams.withLock { $0.first?.write(Array(Self.event("DELETED", Self.pod("7")).utf8)) }
    listener.wait("gone") { $0.objects.count == 3 && $0.objects[2] == nil }
    #expect(listener.phase(Self.need) == .ended(why: "web is not there any more"))
  }

  @Test func whatIsDeletedIsSoWithoutAConnectionToo() throws {
    let streams = Mutex<[ResponseStream]>([])
    let isAway = Mutex(false)
    let server = try ReplayServer { request, responder, _ in
      if isAway.withLock({ $0 }) {
        return responder.json(500, #"{"kind":"Status","message":"away","code":500}"#)
      }
      guard request.isWatch else { return responder.json(Self.list([Self.pod("1")])) }
      let stream = responder.watch(Self.event("DELETED", Self.pod("7")))
      streams.withLock { $0.append(stream) }
    }
    let listener = Listener(server)
    listener.start(Self.need)
    listener.wait("gone") { $0.phase(Self.need) == .ended(why: "web is not there any more") }
    isAway.withLock { $0 = true }
    let asked = server.asked.count
    streams.withLock { $0.forEach { $0.abort() } }
    listener.wait("asked in vain") { _ in server.asked.count > asked + 2 }
    #expect(listener.phase(Self.need) == .ended(why: "web is not there any more"))
  }

  @Test func anotherObjectOfTheSameNameIsNotTheOneThatWasOpened() throws {
    let server = try ReplayServer { request, responder, _ in
      guard request.isWatch else { return responder.json(Self.list([Self.pod("1")])) }
      responder.watch(
        Self.event("DELETED", Self.pod("6")) + Self.event("ADDED", Self.pod("7", uid: "uid-next"))
          + Self.event("BOOKMARK", #"{"kind":"Pod","metadata":{"resourceVersion":"8"}}"#))
    }
    let listener = Listener(server)
    listener.start(Self.need)
    listener.wait("gone") { $0.phase(Self.need) == .ended(why: "web is not there any more") }
    #expect(listener.objects.count == 2)
  }

  @Test func whoMayNotListMayGet() throws {
    let server = try ReplayServer { request, responder, _ in
      if request.path == "/api/v1/namespaces/shop/pods/web" { return responder.json(Self.pod("1")) }
      responder.json(403, fixture("errors/403.list-secrets.json"))
    }
    let listener = Listener(server)
    listener.start(Self.need)
    listener.wait("there, and refused") { listener in
      guard case .refused(403, _) = listener.phase(Self.need) else { return false }
      return listener.objects.count == 1 && listener.objects[0] != nil
    }
  }

  @Test func aDescriptionFollowsTheObjectAndItsEvents() throws {
    let streams = Mutex<[String: ResponseStream]>([:])
    let server = try ReplayServer { request, responder, _ in
      if request.isWatch {
        let stream = responder.watch()
        return streams.withLock { $0[request.path] = stream }
      }
      if request.path.hasSuffix("/events") {
        return responder.json(
          #"{"kind":"EventList","apiVersion":"v1","metadata":{"resourceVersion":"5"},"items":[]}"#)
      }
      if request.path.hasSuffix("/pods") { return responder.json(Self.list([Self.pod("1")])) }
      responder.json(404, fixture("errors/404.resource.json"))
    }
    let listener = Listener(server)
    let need = Need.description(Self.ref)
    listener.start(need)
    listener.wait("a page") { $0.pages.last?.text.contains("web:1") == true }
    listener.wait("both watched") { $0.reader.traffic.openWatches == 2 }
    let event =
      #"{"kind":"Event","apiVersion":"v1","metadata":{"name":"web.1","namespace":"shop","uid":"e1","resourceVersion":"7"},"involvedObject":{"kind":"Pod","name":"web","namespace":"shop","uid":"uid-web"},"reason":"BackOff","message":"Back-off restarting failed container","type":"Warning","count":3,"lastTimestamp":"2026-11-21T03:00:00Z"}"#
    streams.withLock { $0["/api/v1/namespaces/shop/events"]?.write(Array(Self.event("ADDED", event).utf8)) }
    listener.wait("the event") {
      $0.pages.last?.text.contains("Back-off restarting failed container") == true
    }
    let changed = Self.pod("8").replacing("web:1", with: "web:2")
    streams.withLock {
      $0["/api/v1/namespaces/shop/pods"]?.write(Array(Self.event("MODIFIED", changed).utf8))
    }
    listener.wait("the change") { $0.pages.last?.text.contains("web:2") == true }
    #expect(listener.pages.last?.text.contains("Back-off restarting failed container") == true)
    #expect(listener.isLive(need))
  }

  @Test func eventsThatMayNotBeReadDoNotHideTheRest() throws {
    let server = try ReplayServer { request, responder, _ in
      if request.path.hasSuffix("/events") {
        return responder.json(403, fixture("errors/403.list-secrets.json"))
      }
      if request.isWatch { responder.watch() } else { responder.json(Self.list([Self.pod("1")])) }
    }
    let listener = Listener(server)
    listener.start(.description(Self.ref))
    listener.wait("a page that says so") { listener in
      guard let text = listener.pages.last?.text else { return false }
      return text.contains("web:1") && text.contains("secrets is forbidden")
    }
  }

  @Test func kindsAreWhatTheServerServesAndFollowItsDefinitions() throws {
    let more = Mutex(false)
    let streams = Mutex<[ResponseStream]>([])
    let server = try ReplayServer { request, responder, _ in
      let path = request.path
      if path == "/api" { return responder.json(fixture("discovery/api.aggregated.json")) }
      if path == "/apis" {
        let whole = fixture("discovery/apis.aggregated.json")
        return responder.json(more.withLock { $0 } ? whole : fixture("discovery/apis.aggregated.down.json"))
      }
      guard request.isWatch else {
        return responder.json(#"{"kind":"Table","metadata":{"resourceVersion":"5"},"rows":[]}"#)
      }
      let stream = responder.watch()
      streams.withLock { $0.append(stream) }
    }
    let listener = Listener(server)
    listener.start(.kinds)
    listener.wait("kinds") { !$0.kinds.isEmpty && $0.isLive(.kinds) }
    #expect(listener.kinds.contains { $0.id == "v1/pods" })
    #expect(listener.kinds.contains { $0.id == "containers" })
    #expect(!listener.kinds.contains { $0.id == "example.com/v1/widgets" })
    listener.wait("definitions are watched") { $0.reader.traffic.openWatches == 1 }
    more.withLock { $0 = true }
    streams.withLock { streams in
      streams.first?.write(
        Array(
          Self.event("ADDED", #"{"kind":"Table","metadata":{"resourceVersion":"6"},"rows":[]}"#).utf8))
    }
    listener.wait("the new kind") { $0.kinds.contains { $0.id == "example.com/v1/widgets" } }
  }

  @Test func withoutDiscoveryTheUsualKindsAreThere() throws {
    let server = try ReplayServer { _, responder, _ in
      responder.json(403, fixture("errors/403.list-nodes.json"))
    }
    let listener = Listener(server)
    listener.start(.kinds)
    listener.wait("refused") { listener in
      guard case .refused(403, _) = listener.phase(.kinds) else { return false }
      return listener.kinds.contains { $0.id == "apps/v1/deployments" }
    }
  }
}
