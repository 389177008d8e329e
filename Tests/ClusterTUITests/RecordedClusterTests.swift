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
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/\(name)")
    return Array((try? Data(contentsOf: url)) ?? Data())
  }

  /// `lists`: fixtures by path; `watches`: what a watch of that path tells at once.
  convenience init(lists: [String: String], watches: [String: String] = [:], port: Int = 0) throws {
    try self.init(bodies: lists.mapValues(Self.fixture), watches: watches, port: port)
  }

  init(bodies: [String: [UInt8]], watches: [String: String] = [:], port: Int = 0) throws {
    let told = watches.mapValues(Self.fixture)
    let open = Open()
    server = try HTTPServer(.tcp(host: "127.0.0.1", port: port)) { request, responder in
      let json = [Header("Content-Type", "application/json")]
      if request.query("watch") == "true" {
        let stream = responder.stream(200, json)
        open.streams.withLock { $0.append(stream) }
        if let lines = told[request.path] { stream.write(lines) }
      } else if let body = bodies[request.path] {
        responder.respond(200, json, body: body)
      } else {
        let status =
          #"{"kind":"Status","status":"Failure","message":"not recorded","reason":"NotFound","code":404}"#
        responder.respond(404, json, body: Array(status.utf8))
      }
    }
  }

  var base: String { "http://127.0.0.1:\(server.port)" }

  func session(now: Int64, command: String, namespaces: [String] = []) -> Session {
    let base = base
    let place = Place(context: "recorded", cluster: "c", user: "u", namespace: nil)
    let upstream = Upstream(
      place: place, getter: { .success(Getter(session: $0, server: Server(base: base))) })
    let system = Clock.system
    let clock = Clock(epochSeconds: { now }, milliseconds: system.milliseconds, local: { _ in ("03:30", 0) })
    let row = Connector.ContextRow(name: "recorded", cluster: "c", user: "u", namespace: "")
    let connector = Connector(
      contexts: [row], open: { _ in .success(Connector.Link(reader: KubernetesReader(upstream: upstream))) })
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

  private func settledSession(_ server: RecordedServer, _ command: String) -> Session {
    let session = server.session(now: Self.now, command: command)
    _ = Headless.settle(session, width: 240, height: 20, patienceMilliseconds: 15_000)
    return session
  }

  private static let reasons: [(String, String)] = [
    (
      "bad-image-name",
      "container app: registry.example.com/Ops/UPPER:1 is no valid image name: repository name (Ops/UPPER) must be lowercase"
    ),
    (
      "cart-",
      "perhaps its postStart hook fails, its events tell; restarting, 4 times so far (back-off 1m20s)"
    ),
    (
      "recommender-",
      "container recommender: OOMKilled (exit 137) 16m ago after 3s, limit 32Mi; restarting, 4 times so far"
    ),
    (
      "search-",
      "unschedulable for 18m: 0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s)"
    ),
    ("notifier-", "container notifier: cannot be configured: configmap \"notifier-config\" not found"),
    ("gated", "held back by the scheduling gate example.com/approval"),
    ("init-broken", "init container wait-for-db: exit 2 17m ago after 0s; restarting, 4 times so far"),
    ("stuck-", "deleted 17m ago, kept by the finalizer example.com/protect"),
    (
      "catalog-",
      "container catalog: has not passed its readiness probe (GET :8080/readyz) since it started 18m ago"
    ),
  ]

  @Test func failingPodsSayWhy() throws {
    let server = try RecordedServer(lists: ["/api/v1/pods": "pods.json"])
    defer { server.server.stop() }
    let session = settledSession(server, "pods")
    defer { session.close() }
    for (name, reason) in Self.reasons {
      let line = why(name, in: session)
      #expect(line.contains(reason), "\(name): \(line)")
    }
  }

  @Test(arguments: ["deploy", "rs"]) func aQuotaThatDeniesPodsIsNamed(kind: String) throws {
    let server = try RecordedServer(lists: [
      "/apis/apps/v1/deployments": "deployments.json", "/apis/apps/v1/replicasets": "replicasets.json",
    ])
    defer { server.server.stop() }
    let session = settledSession(server, kind)
    defer { session.close() }
    let line = why("report-builder", in: session)
    #expect(line.contains("exceeded quota: compute"), "\(line)")
  }

  @Test func aRecordedWatchChangesTheRows() throws {
    let path = "/api/v1/namespaces/ops/pods"
    let server = try RecordedServer(lists: [path: "pods.json"], watches: [path: "pods.ops.watch.jsonl"])
    defer { server.server.stop() }
    let session = server.session(now: Self.now, command: "pods ops")
    defer { session.close() }
    let deadline = session.milliseconds + 15_000
    var text = ""
    // liveness-flap comes by the watch alone.
    while session.milliseconds < deadline, !text.contains("liveness-flap") {
      text = Headless.settle(session, width: 120, height: 40, patienceMilliseconds: 1_000).text()
    }
    #expect(text.contains("liveness-flap") && text.contains("bad-command"))
  }
}
