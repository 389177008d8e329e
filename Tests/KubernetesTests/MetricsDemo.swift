import Cluster
import DemoCluster
import Document
import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// A reader with what it told of metrics, and a second way to the same server, for a test to ask and change.
final class MetricsDemo {
  let reader: KubernetesReader
  private let port: Int
  private let session = HTTPSession()
  private let mailbox = Mailbox<Outbox.Letter>()
  private var stops: [Need: Stop] = [:]
  private(set) var usages: [UsageKey: ResourceUsage] = [:]
  private(set) var source = UsageSource()
  private(set) var boards: [ChartQuery: ChartBoard] = [:]
  private(set) var phases: [Need: [Phase]] = [:]
  private var stores: [Query: RowStore] = [:]

  /// - Parameters:
  ///   - user: who asks; nil: the administrator.
  ///   - through: the port to ask at in place of the server's own.
  init(
    port: Int, user: (name: String, group: String)? = nil, through: Int? = nil,
    _ change: (inout ScrapeOptions) -> Void = { _ in }
  ) {
    self.port = port
    var options = ScrapeOptions()
    options.intervalSeconds = 1
    change(&options)
    let server = Server(base: "http://127.0.0.1:\(through ?? port)")
    let headers = user.map { [Header("Impersonate-User", $0.name), Header("Impersonate-Group", $0.group)] }
    reader = KubernetesReader(
      upstream: Upstream(
        place: Place(context: "demo", cluster: "demo", user: "demo", namespace: nil),
        getter: { .success(Getter(session: $0, server: server, headers: { headers ?? [] })) }),
      maxBackoffSeconds: 0.5, scrapes: options)
  }

  deinit {
    reader.close()
    session.shutdown()
  }

  static func server(_ stories: [String] = []) throws -> DemoServer {
    var options = DemoOptions()
    options.stories = stories
    options.leadSeconds = stories.isEmpty ? 0 : 120
    return try DemoServer(options)
  }

  func start(_ need: Need) { stops[need] = reader.start(need, into: Outbox(mailbox, start: 1)) }
  func stop(_ need: Need) { stops.removeValue(forKey: need)?() }

  /// What `kubectl get --raw` answers.
  func ask(_ path: String) throws -> JSON {
    let getter = Getter(session: session, server: Server(base: "http://127.0.0.1:\(port)"))
    let place = WebAddress.split(path[...])
    return JSON.parse(try getter.fetch(ReadRequest(place.path, place.query)).body).value ?? .null
  }

  func send(_ method: String, _ path: String, _ body: JSON = .null) throws {
    let client = Client(session: session, server: Server(base: "http://127.0.0.1:\(port)"))
    var request = Request(method: method, path: path)
    if !body.isNull {
      request.body = body.encoded()
      let type = method == "PATCH" ? "application/merge-patch+json" : "application/json"
      request.headers = [Header("Content-Type", type)]
    }
    let answer = try client.fetch(request)
    #expect((200..<300).contains(answer.head.status), "\(String(decoding: answer.body, as: UTF8.self))")
  }

  func wait(
    _ what: String, seconds: Double = 30, sourceLocation: SourceLocation = #_sourceLocation,
    until isSo: (MetricsDemo) throws -> Bool
  ) rethrows {
    let deadline = DispatchTime.now() + seconds
    while true {
      pump()
      if try isSo(self) { return }
      if DispatchTime.now() > deadline { break }
      usleep(10_000)
    }
    Issue.record("never: \(what); phases \(phases.values.map(\.last))", sourceLocation: sourceLocation)
  }

  func pump() {
    for delta in mailbox.drain().map(\.delta) {
      switch delta {
      case .usage(_, let batch):
        source = batch.source
        for (key, usage) in batch.readings { usages[key] = usage }
      case .chart(let query, let board): boards[query] = board
      case .phase(let need, let phase): phases[need, default: []].append(phase)
      case .rows(let query, let batch):
        let store = stores[query] ?? RowStore()
        stores[query] = store
        store.apply(batch)
      default: break
      }
    }
  }

  /// The cells of each row by its name.
  func table(_ query: Query) -> [String: [String]] {
    guard let store = stores[query] else { return [:] }
    let rows = store.aliveSlots.map { slot in
      let row = store[slot]
      return (row.name, (0..<row.cellCount).map { row.cell($0) } + [row.reason(now: 0)])
    }
    return Dictionary(rows, uniquingKeysWith: { $1 })
  }
}
