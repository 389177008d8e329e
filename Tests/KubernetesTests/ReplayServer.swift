import Cluster
import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// A server on the loopback that answers as a test says.
final class ReplayServer: Sendable {
  private let server: HTTPServer
  private let log: Log

  private final class Log: Sendable {
    let asked = Mutex<[String]>([])
  }

  /// - Parameter answer: gets each request and how many like it (the same path, a watch or not) came before.
  init(_ answer: @escaping @Sendable (ServerRequest, Responder, Int) -> Void) throws {
    let log = Log()
    let counts = Mutex<[String: Int]>([:])
    self.log = log
    server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { request, responder in
      let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
      log.asked.withLock { $0.append(query.isEmpty ? request.path : "\(request.path)?\(query)") }
      let kind = request.isWatch ? "\(request.path) watch" : request.path
      let before = counts.withLock { counts in
        defer { counts[kind, default: 0] += 1 }
        return counts[kind] ?? 0
      }
      answer(request, responder, before)
    }
  }

  deinit { server.stop() }

  /// Paths with queries, in the order in which they were asked.
  var asked: [String] { log.asked.withLock { $0 } }
  func asked(containing text: String) -> Int { asked.count { $0.contains(text) } }
  func dropConnections() { server.dropConnections() }

  var port: Int { server.port }

  var upstream: Upstream {
    let address = Server(base: "http://127.0.0.1:\(server.port)")
    return Upstream(
      place: Place(context: "test", cluster: "test", user: "tester", namespace: nil),
      getter: { .success(Getter(session: $0, server: address)) })
  }
}

extension ServerRequest {
  var isWatch: Bool { query("watch") == "true" }
}

extension Responder {
  func json(_ body: String, _ headers: [Header] = []) { json(200, body, headers) }

  func json(_ status: Int, _ body: String, _ headers: [Header] = []) {
    respond(status, [Header("Content-Type", "application/json")] + headers, body: Array(body.utf8))
  }

  func text(_ status: Int, _ body: String, _ headers: [Header] = []) {
    respond(status, [Header("Content-Type", "text/plain; charset=utf-8")] + headers, body: Array(body.utf8))
  }

  /// A watch that tells these events and then goes on, silent.
  @discardableResult
  func watch(_ events: String = "") -> ResponseStream {
    let stream = stream(200, [Header("Content-Type", "application/json")])
    keptStreams.withLock { $0.append(stream) }
    if !events.isEmpty { stream.write(Array(events.utf8)) }
    return stream
  }
}

/// A stream that nobody holds is cut off.
private let keptStreams = Mutex<[ResponseStream]>([])

/// Recorded from Kubernetes 1.36.
func fixture(_ name: String) -> String {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  let data = try? Data(contentsOf: folder.appendingPathComponent("Fixtures/" + name))
  return String(decoding: data ?? Data("no fixture \(name)".utf8), as: UTF8.self)
}

/// Stands in for the program's main thread: takes what a reader tells, and keeps it.
final class Listener {
  let reader: KubernetesReader
  private let server: ReplayServer
  private let mailbox = Mailbox<Outbox.Letter>()
  private var stops: [Need: Stop] = [:]
  private(set) var stores: [Query: RowStore] = [:]
  private(set) var phases: [Need: [Phase]] = [:]
  private(set) var objects: [WholeObject?] = []
  private(set) var pages: [Page] = []
  private(set) var rollouts: [Rollout] = []
  private(set) var boards: [ProblemsQuery: ProblemBoard] = [:]
  private(set) var diagnoses: [ObjectRef: Diagnosis] = [:]
  private(set) var timelines: [TimelineQuery: Timeline] = [:]
  private(set) var kinds: [Kind] = []
  private(set) var notices: [String] = []
  private(set) var lines: [LogQuery: [String]] = [:]
  private(set) var lineTimes: [LogQuery: [Int64]] = [:]
  private(set) var sources: [LogSource] = []
  private(set) var chunks = 0
  private(set) var olderLines: [String] = []
  private(set) var hasOlder = false
  /// The fewest rows a query had since its first list was whole.
  private(set) var fewestRows: [Query: Int] = [:]
  /// While false, log chunks are kept and so hold their streams up.
  var takesLogs = true
  private var kept: [LogChunk] = []

  /// Keeps the server for as long as it listens.
  init(_ server: ReplayServer, upstream: Upstream? = nil) {
    self.server = server
    reader = KubernetesReader(upstream: upstream ?? server.upstream)
  }

  deinit { reader.close() }

  func start(_ need: Need) { stops[need] = reader.start(need, into: Outbox(mailbox, start: 1)) }
  func stop(_ need: Need) { stops.removeValue(forKey: need)?() }

  func wait(
    _ what: String, seconds: Double = 20, sourceLocation: SourceLocation = #_sourceLocation,
    until isSo: (Listener) -> Bool
  ) {
    let found = waitUntil(seconds: seconds) {
      pump()
      return isSo(self)
    }
    #expect(found, "never: \(what); phases \(phases.values.map(\.last))", sourceLocation: sourceLocation)
  }

  func rows(_ query: Query) -> [String] { table(query).map(\.0).sorted() }

  /// "namespace/name" and the cells of each row.
  func table(_ query: Query) -> [(String, [String])] {
    guard let store = stores[query] else { return [] }
    return store.aliveSlots.map { slot in
      let row = store[slot]
      let name = row.namespace.isEmpty ? row.name : "\(row.namespace)/\(row.name)"
      return (name, (0..<row.cellCount).map { row.cell($0) })
    }
  }

  func phase(_ need: Need) -> Phase? { phases[need]?.last }
  func isLive(_ need: Need) -> Bool { phase(need) == .live }

  func pump() {
    for letter in mailbox.drain() { take(letter.delta) }
  }

  private func take(_ delta: Delta) {
    switch delta {
    case .rows(let query, let batch):
      let store = stores[query] ?? RowStore()
      stores[query] = store
      store.apply(batch)
      if fewestRows[query] != nil || batch.completesList {
        fewestRows[query] = min(fewestRows[query] ?? .max, store.count)
      }
    case .phase(let need, let phase): phases[need, default: []].append(phase)
    case .object(_, let object): objects.append(object)
    case .page(_, let page): pages.append(page)
    case .kinds(let found): kinds = found
    case .notice(let text): notices.append(text)
    case .rollout(_, let rollout): rollouts.append(rollout)
    case .problems(let query, let board): boards[query] = board
    case .diagnosis(let ref, let diagnosis): diagnoses[ref] = diagnosis
    case .timeline(let query, let timeline): timelines[query] = timeline
    case .olderLog(_, let chunk, let hasMore):
      (olderLines, hasOlder) = (texts(chunk), hasMore)
    case .log(let query, let chunk):
      if takesLogs { take(chunk, of: query) } else { kept.append(chunk) }
    default: break
    }
  }

  func takeKeptLogs(of query: LogQuery) {
    kept.forEach { take($0, of: query) }
    kept = []
  }

  private func take(_ chunk: LogChunk, of query: LogQuery) {
    chunks += 1
    sources = chunk.sources
    lines[query, default: []] += texts(chunk)
    lineTimes[query, default: []] += chunk.lines.map(\.nanoseconds)
  }

  /// The lines, and whose they are where there are several.
  private func texts(_ chunk: LogChunk) -> [String] {
    let isOfSeveral = chunk.sources.count > 1 || chunk.sources.first?.pod.isEmpty == false
    return chunk.lines.map { line in
      let text = String(decoding: chunk.bytes[line.start..<line.start + line.length], as: UTF8.self)
      return (isOfSeveral && !line.isMark ? "\(chunk.sources[Int(line.source)].name): " : "") + text
    }
  }
}
