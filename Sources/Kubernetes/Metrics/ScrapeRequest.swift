import Dispatch
import HTTP
import Metrics

extension Engine {
  /// Reads a target's page: through the API server with this engine's credential, or straight from its URL, without one.
  func scrape(
    _ target: ScrapeTarget, session: HTTPSession, _ tell: @escaping @Sendable (ScrapeArrival) -> Void
  ) -> ScrapeFetch {
    let run = ScrapeRequest(queue: queue, tell: tell)
    switch target.address {
    case .path(let path):
      let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      let query = parts.count > 1 ? Self.items(parts[1]) : []
      withGetter { result in
        switch result {
        case .failure(let problem): tell(.ended(problem.why))
        case .success(let getter): run.start(Self.request(String(parts[0]), query, target), with: getter)
        }
      }
    case .url(let url):
      guard let place = Self.split(url) else {
        queue.async { tell(.ended("expected http://HOST:PORT/PATH, got '\(url)'")) }
        break
      }
      let getter = Getter(session: session, server: Server(base: place.base))
      queue.async { run.start(Self.request(place.path, place.query, target), with: getter) }
    }
    return ScrapeFetch { [queue] in queue.async { run.cancel() } }
  }

  private static func request(_ path: String, _ query: [QueryItem], _ target: ScrapeTarget) -> ReadRequest {
    var request = ReadRequest(path, query)
    request.accept = ExpositionFormat.accept
    request.idleTimeoutSeconds = Int(target.limits.timeoutSeconds) + 1
    request.maxBytes = target.limits.pageBytes + 1
    return request
  }

  private static func split(_ url: String) -> (base: String, path: String, query: [QueryItem])? {
    guard let scheme = ["http://", "https://"].first(where: url.hasPrefix) else { return nil }
    let rest = url.dropFirst(scheme.count)
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    guard !host.isEmpty else { return nil }
    let tail = rest.dropFirst(host.count)
    let path = tail.prefix { $0 != "?" }
    return (
      scheme + host, path.isEmpty ? "/metrics" : String(path), items(tail.dropFirst(path.count + 1))
    )
  }

  private static func items(_ text: Substring) -> [QueryItem] {
    text.split(separator: "&").map { pair in
      let name = pair.prefix { $0 != "=" }
      return QueryItem(String(name), String(pair.dropFirst(name.count + 1)))
    }
  }
}

/// One page on its way. @unchecked: confined to the engine's queue.
private final class ScrapeRequest: @unchecked Sendable {
  private static let maxHeldBytes = 4 << 20
  private let queue: DispatchQueue
  private let tell: @Sendable (ScrapeArrival) -> Void
  private var transfer: Transfer?
  private var intake: Intake?
  private var isOver = false

  init(queue: DispatchQueue, tell: @escaping @Sendable (ScrapeArrival) -> Void) {
    self.queue = queue
    self.tell = tell
  }

  func start(_ request: ReadRequest, with getter: Getter) {
    guard !isOver else { return }
    let intake = Intake(queue: queue, maxHeldBytes: Self.maxHeldBytes) { [weak self] in self?.took($0) }
    self.intake = intake
    transfer = intake.start(request, with: getter)
  }

  func cancel() {
    isOver = true
    transfer?.cancel()
    (transfer, intake) = (nil, nil)
  }

  private func took(_ arrival: Intake.Arrival) {
    guard !isOver else { return }
    switch arrival {
    case .head(let head): tell(.head(status: head.status, contentType: head["Content-Type"]))
    case .start: break
    case .bytes(let bytes):
      intake?.release(bytes.count)
      tell(.bytes(bytes))
    case .ended(let error):
      isOver = true
      (transfer, intake) = (nil, nil)
      tell(.ended(error?.advice))
    }
  }
}
