import Cluster
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// A server that says no, is busy, or is not there.
@Suite struct ReplayRefusalTests {
  private static let pods = Query("v1/pods")
  private static let need = Need.rows(pods)

  private static func list(_ version: String, _ names: [String]) -> String {
    ReplayWatchTests.podList(version, names)
  }

  /// A reader whose first requests are answered by `answer`; the following ones find pod a.
  private func listener(
    upstream change: (Upstream) -> Upstream = { $0 },
    _ answer: @escaping @Sendable (ServerRequest, Responder, Int) -> Bool
  ) throws -> (Listener, ReplayServer) {
    let server = try ReplayServer { request, responder, count in
      if answer(request, responder, count) { return }
      if request.isWatch { responder.watch() } else { responder.json(Self.list("5", ["a"])) }
    }
    let listener = Listener(server, upstream: change(server.upstream))
    listener.start(Self.need)
    return (listener, server)
  }

  @Test func aForbiddenListIsToldWithVerbAndResource() throws {
    let (listener, server) = try listener { _, responder, _ in
      responder.json(403, fixture("errors/403.list-nodes.json"))
      return true
    }
    let words =
      "nodes is forbidden: User \"system:serviceaccount:ops:oncall\" cannot list resource \"nodes\" in API group \"\" at the cluster scope"
    listener.wait("refused") { $0.phase(Self.need) == .refused(status: 403, why: words) }
    #expect(server.asked.count == 1)
  }

  @Test func anUnknownGroupSaysSoInItsPlainText() throws {
    let (listener, _) = try listener { _, responder, _ in
      responder.text(404, fixture("errors/404.group.txt"))
      return true
    }
    listener.wait("refused") { $0.phase(Self.need) == .refused(status: 404, why: "404 page not found") }
  }

  @Test func aBusyServerIsAskedAgainWhenItSaid() throws {
    let (listener, _) = try listener { _, responder, count in
      if count == 0 { responder.text(429, fixture("errors/429.fairness.txt"), [Header("Retry-After", "1")]) }
      return count == 0
    }
    listener.wait("busy") { listener in
      guard case .stale(_, let why) = listener.phase(Self.need) else { return false }
      return why == "Too many requests, please try again later."
    }
    listener.wait("live") { $0.isLive(Self.need) && $0.rows(Self.pods) == ["shop/a"] }
  }

  @Test func anExpiredCredentialIsRenewedOnceForAllWhoAsk() throws {
    let token = Mutex("old")
    let refreshes = Mutex(0)
    let (listener, _) = try listener { upstream in
      let getter = upstream.getter
      return Upstream(place: upstream.place, getter: { getter($0) }) {
        refreshes.withLock { $0 += 1 }
        token.withLock { $0 = "new" }
        return nil
      }
    } _: { _, responder, _ in
      if token.withLock({ $0 }) == "new" { return false }
      responder.json(401, fixture("errors/401.bad-token.json"))
      return true
    }
    listener.wait("live") { $0.isLive(Self.need) }
    #expect(refreshes.withLock { $0 } == 1)
  }

  @Test func aCredentialThatCannotBeRenewedIsARefusalInItsWords() throws {
    let (listener, _) = try listener { upstream in
      let getter = upstream.getter
      return Upstream(place: upstream.place, getter: { getter($0) }) {
        Unavailable("aws: the token has expired")
      }
    } _: { _, responder, _ in
      responder.json(401, fixture("errors/401.bad-token.json"))
      return true
    }
    listener.wait("refused") {
      $0.phase(Self.need) == .refused(status: 401, why: "aws: the token has expired")
    }
  }

  @Test func aCredentialThatCannotBeHadIsToldAndTriedAgain() throws {
    let tries = Mutex(0)
    let (listener, _) = try listener { upstream in
      let getter = upstream.getter
      return Upstream(place: upstream.place) { session in
        let number = tries.withLock { tries in
          tries += 1
          return tries
        }
        return number == 1 ? .failure(Unavailable("exec plugin: not found")) : getter(session)
      }
    } _: { _, _, _ in
      false
    }
    listener.wait("live") { $0.isLive(Self.need) }
    let told = listener.phases[Self.need]?.contains { phase in
      if case .stale(_, "exec plugin: not found") = phase { true } else { false }
    }
    #expect(told == true)
  }

  @Test func aServerThatIsAwayLeavesTheRowsAndTellsSinceWhen() throws {
    let isAway = Mutex(false)
    let (listener, server) = try listener { _, responder, _ in
      guard isAway.withLock({ $0 }) else { return false }
      responder.text(503, "service unavailable\n")
      return true
    }
    listener.wait("live") { $0.isLive(Self.need) }
    isAway.withLock { $0 = true }
    server.dropConnections()
    listener.wait("stale") { listener in
      guard case .stale(_, let why) = listener.phase(Self.need) else { return false }
      return why == "service unavailable"
    }
    #expect(listener.rows(Self.pods) == ["shop/a"])
    isAway.withLock { $0 = false }
    listener.wait("live again") { $0.isLive(Self.need) }
    let moments = Set(
      listener.phases[Self.need]?.compactMap { phase -> Int64? in
        if case .stale(let since, _) = phase { since } else { nil }
      } ?? [])
    #expect(moments.count == 1, "the data was fresh at one moment, whatever failed since")
  }

  @Test func aKindThatIsNoLongerServedHasNoRows() throws {
    let isGone = Mutex(false)
    let (listener, server) = try listener { _, responder, _ in
      guard isGone.withLock({ $0 }) else { return false }
      responder.text(404, fixture("errors/404.group.txt"))
      return true
    }
    listener.wait("live") { $0.isLive(Self.need) && $0.rows(Self.pods) == ["shop/a"] }
    isGone.withLock { $0 = true }
    server.dropConnections()
    listener.wait("gone") { $0.phase(Self.need) == .refused(status: 404, why: "404 page not found") }
    #expect(listener.rows(Self.pods) == [])
  }

  @Test func whatIsNoListIsToldAndNotShown() throws {
    let (listener, _) = try listener { request, responder, count in
      if count > 0 || request.isWatch { return false }
      responder.json("<html><title>Sign in</title></html>")
      return true
    }
    listener.wait("live") { $0.isLive(Self.need) }
    let told = listener.phases[Self.need]?.contains { phase in
      if case .stale(_, let why) = phase {
        why.hasPrefix("expected a list, the server sent '<html>")
      } else {
        false
      }
    }
    #expect(told == true)
  }

  @Test func deprecationsAreToldOnce() throws {
    let (listener, server) = try listener { request, responder, _ in
      guard !request.isWatch else { return false }
      responder.json(
        Self.list("5", ["a"]), [Header("Warning", #"299 - "v1 ComponentStatus is deprecated in v1.19+""#)])
      return true
    }
    listener.wait("live") { $0.isLive(Self.need) }
    server.dropConnections()
    listener.wait("live again") { $0.isLive(Self.need) && server.asked(containing: "watch=true") == 2 }
    #expect(listener.notices == ["v1 ComponentStatus is deprecated in v1.19+"])
  }

  @Test func nothingIsAskedAnyMoreAfterTheStop() throws {
    let (listener, server) = try listener { _, _, _ in false }
    listener.wait("live") { $0.isLive(Self.need) }
    listener.stop(Self.need)
    listener.wait("closed") { $0.reader.traffic.openWatches == 0 }
    server.dropConnections()
    let other = Need.rows(Query("v1/nodes"))
    listener.start(other)
    listener.wait("another is served") { $0.isLive(other) }
    #expect(server.asked(containing: "/api/v1/pods") == 2)
  }
}
