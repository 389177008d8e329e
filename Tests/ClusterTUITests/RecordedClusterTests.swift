import Cluster
import Foundation
import HTTP
import Kubernetes
import Synchronization
import Terminal
import TestSupport
import Testing

@testable import ClusterTUI

/// Serves recorded answers of a real API server: lists by their path, and watches that stay open and tell what a
/// test lets them tell.
final class RecordedServer: Sendable {
  let server: HTTPServer
  /// A stream that nobody holds ends.
  private final class Open: Sendable {
    let streams = Mutex<[ResponseStream]>([])
  }

  static func fixture(_ name: String) -> [UInt8] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)")
    return Array((try? Data(contentsOf: url)) ?? Data())
  }

  /// `lists`: fixtures by path; `watches`: what a watch of that path tells at once.
  init(lists: [String: String], watches: [String: String] = [:]) throws {
    let bodies = lists.mapValues(Self.fixture)
    let told = watches.mapValues(Self.fixture)
    let open = Open()
    server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { request, responder in
      let json = [Header("Content-Type", "application/json")]
      if request.query("watch") == "true" {
        let stream = responder.stream(200, json)
        open.streams.withLock { $0.append(stream) }
        if let lines = told[request.path] { stream.write(lines) }
      } else if let body = bodies[request.path] {
        responder.respond(200, json, body: body)
      } else {
        let status = #"{"kind":"Status","status":"Failure","message":"not recorded","reason":"NotFound","code":404}"#
        responder.respond(404, json, body: Array(status.utf8))
      }
    }
  }

  func session(now: Int64, command: String, namespaces: [String] = []) -> Session {
    let base = "http://127.0.0.1:\(server.port)"
    let place = Place(context: "recorded", cluster: "c", user: "u", namespace: nil)
    let upstream = Upstream(place: place, getter: { .success(Getter(session: $0, server: Server(base: base))) })
    let system = Clock.system
    let clock = Clock(epochSeconds: { now }, milliseconds: system.milliseconds, local: { _ in ("03:30", 0) })
    let row = Connector.ContextRow(name: "recorded", cluster: "c", user: "u", namespace: "")
    let connector = Connector(contexts: [row], open: { _ in .success(KubernetesReader(upstream: upstream)) })
    let session = Session(connector: connector, clock: clock)
    session.open(context: "recorded", namespaces: namespaces, command: command)
    return session
  }
}

@Suite struct RecordedClusterTests {
  /// 2026-11-21T03:30:00Z, some minutes after the recording.
  static let now: Int64 = 1_795_231_800

  /// The line under a table when the cursor is on the row of that name.
  private func why(_ name: String, in session: Session) -> String {
    for key in "/\(name)" { session.handle(.character(key)) }
    session.handle(.enter)
    let canvas = Headless.settle(session, width: 240, height: 20, patienceMilliseconds: 15_000)
    let lines = canvas.text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    session.handle(.escape)
    return lines[18]
  }

  @Test func failingPodsSayWhy() throws {
    let server = try RecordedServer(lists: ["/api/v1/pods": "pods.json"])
    defer { server.server.stop() }
    let session = server.session(now: Self.now, command: "pods")
    defer { session.close() }
    _ = Headless.settle(session, width: 240, height: 20, patienceMilliseconds: 15_000)
    for name in ["bad-image-name", "cart-", "recommender-", "search-", "notifier-", "gated", "init-broken", "stuck-", "postgres-0", "catalog-"] {
      print(name, why(name, in: session))
    }
  }
}
