import Cluster
import Document
import HTTP

/// Asks the server what rules want to know about what is broken: a few at a time, each thing once.
///
/// @unchecked: confined to the engine's queue.
final class AskRunner: @unchecked Sendable {
  private static let maxAtOnce = 6
  private static let logLines = 40
  private static let maxLogBytes = 32 << 10
  /// What was answered so long ago may be different by now: it is asked again when the one that asked has changed.
  private static let freshSeconds: Int64 = 30

  private let engine: Engine
  private let facts: Facts
  private let answered: () -> Void
  private var pending: [Ask: PendingFetch] = [:]
  private var askedAt: [Ask: Int64] = [:]
  private var waiting: [Ask] = []
  private var isStopped = false

  init(engine: Engine, facts: Facts, answered: @escaping () -> Void) {
    self.engine = engine
    self.facts = facts
    self.answered = answered
  }

  /// Whether all that was wanted has been answered.
  var isIdle: Bool { pending.isEmpty && waiting.isEmpty }

  /// - Parameters:
  ///   - asks: all that is wanted, each with the root on whose behalf.
  ///   - renewed: those that changed objects ask for.
  func want(_ asks: [Ask: FactKey], renewed: Set<Ask>, now: Int64) {
    guard !isStopped else { return }
    for ask in askedAt.keys where asks[ask] == nil {
      pending.removeValue(forKey: ask)?.cancel()
      askedAt[ask] = nil
      facts.forget(ask)
    }
    waiting.removeAll { asks[$0] == nil }
    let fresh = asks.keys.filter { askedAt[$0] == nil }
    var budget = fresh.isEmpty ? LogBudget() : LogBudget(askedAt.keys, asks, facts)
    // The order decides whose log is read: it shall be the same each time.
    for (ask, _) in fresh.map({ ($0, $0.words) }).sorted(by: { $0.1 < $1.1 }) {
      askedAt[ask] = now
      if case .log = ask, let root = asks[ask], !budget.take(root) {
        facts.answer(ask, .failed("the logs of other pods were read"))
      } else {
        waiting.append(ask)
      }
    }
    let queued = Set(waiting)
    for ask in renewed where pending[ask] == nil && !queued.contains(ask) {
      if case .log = ask { continue }
      guard asks[ask] != nil, let at = askedAt[ask], now - at > Self.freshSeconds else { continue }
      askedAt[ask] = now
      waiting.append(ask)
    }
    startSome()
  }

  func stop() {
    isStopped = true
    for fetch in pending.values { fetch.cancel() }
    (pending, waiting) = ([:], [])
  }

  private func startSome() {
    while pending.count < Self.maxAtOnce, !waiting.isEmpty {
      let ask = waiting.removeFirst()
      pending[ask] = engine.fetch(Self.request(ask)) { [weak self] in self?.took($0, ask) }
    }
  }

  private func took(_ result: Result<Response, ErrorAnswer>, _ ask: Ask) {
    guard !isStopped, pending.removeValue(forKey: ask) != nil else { return }
    facts.answer(ask, Self.answer(result, ask))
    startSome()
    answered()
  }

  private static func answer(_ result: Result<Response, ErrorAnswer>, _ ask: Ask) -> Answer {
    switch result {
    case .failure(let error):
      switch error.status {
      case 404: return .absent
      case 401, 403, 405: return .refused(error.words)
      default: return .failed(error.words)
      }
    case .success(let response):
      if case .log = ask { return .lines(LogTail(lines(response.body))) }
      let parsed = JSON.parse(response.body)
      guard let json = parsed.value else { return .failed("the answer is no JSON") }
      switch ask {
      case .certificate:
        let pem = json["data"]["tls.crt"].string.flatMap(Base64.decode)
        return pem.flatMap { Certificate(pem: $0) }.map { .certificate($0) } ?? .absent
      case .list, .events: return .list(json["items"].array)
      case .object, .metadata, .log: break
      }
      return .object(json)
    }
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n")).map { Moment.plain(String(decoding: $0, as: UTF8.self)) }
  }

  private static func request(_ ask: Ask) -> ReadRequest {
    switch ask {
    case .object(let key), .certificate(let key):
      return ReadRequest(ResourcePath(key.kind).object(namespace: key.namespace, name: key.name))
    case .metadata(let key):
      var request = ReadRequest(ResourcePath(key.kind).object(namespace: key.namespace, name: key.name))
      // Without a second choice: a server that can't would send the values.
      request.accept = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
      return request
    case .list(let kind, let namespace, let selector):
      let query = selector.isEmpty ? [] : [QueryItem("labelSelector", selector)]
      return ReadRequest(ResourcePath(kind).list(namespace: namespace), query + [QueryItem("limit", "500")])
    case .events(let namespace, let uid):
      return ReadRequest(
        ResourcePath("v1/events").list(namespace: namespace),
        [QueryItem("fieldSelector", "involvedObject.uid=\(uid)"), QueryItem("limit", "100")])
    case .log(let namespace, let pod, let container, let previous, _):
      var request = ReadRequest(
        ResourcePath("v1/pods").object(namespace: namespace, name: pod) + "/log",
        [
          QueryItem("container", container), QueryItem("previous", previous ? "true" : "false"),
          QueryItem("tailLines", String(logLines)), QueryItem("limitBytes", String(maxLogBytes)),
        ])
      request.idleTimeoutSeconds = 10
      return request
    }
  }
}

/// How many logs may be read: that of one or two of many pods tells enough.
private struct LogBudget {
  private static let maxOfRoot = 2
  private static let maxOfAll = 60
  private var ofRoot: [FactKey: Int] = [:]
  private var all = 0

  init() {}

  /// Of those asked for already, those count that were read or still are.
  init(_ asked: some Sequence<Ask>, _ asks: [Ask: FactKey], _ facts: Facts) {
    for ask in asked {
      guard case .log = ask, let root = asks[ask] else { continue }
      if case .failed? = facts.answers[ask] { continue }
      _ = take(root)
    }
  }

  mutating func take(_ root: FactKey) -> Bool {
    guard ofRoot[root, default: 0] < Self.maxOfRoot, all < Self.maxOfAll else { return false }
    ofRoot[root, default: 0] += 1
    all += 1
    return true
  }
}
