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
      let request = Self.request(WebAddress.split(path[...]), target)
      begin(run, request)
      run.refused = { [self] run in
        refresh { [self] problem in
          if let problem { run.fail("HTTP 401: \(problem.why)") } else { begin(run, request) }
        }
      }
    case .url(let url):
      guard let place = WebAddress(url) else {
        queue.async { tell(.ended("expected http://HOST:PORT/PATH")) }
        break
      }
      let path = place.path.isEmpty ? "/metrics" : place.path
      let getter = place.getter(session)
      queue.async { run.start(Self.request((path, place.query), target), with: getter) }
    }
    return ScrapeFetch { [queue] in queue.async { run.cancel() } }
  }

  private func begin(_ run: ScrapeRequest, _ request: ReadRequest) {
    withGetter { result in
      switch result {
      case .failure(let problem): run.fail(problem.why)
      case .success(let getter): run.start(request, with: getter)
      }
    }
  }

  private static func request(
    _ place: (path: String, query: [QueryItem]), _ target: ScrapeTarget
  ) -> ReadRequest {
    var request = ReadRequest(place.path, place.query)
    request.accept = ExpositionFormat.accept
    request.idleTimeoutSeconds = Int(target.limits.timeoutSeconds) + 1
    // The reader of the page is to say so first, in its words.
    request.maxBytes = target.limits.pageBytes + (1 << 20)
    return request
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
  private var turn = 0
  /// What a 401 leads to, once: a credential that has run out is renewed.
  var refused: ((ScrapeRequest) -> Void)?

  init(queue: DispatchQueue, tell: @escaping @Sendable (ScrapeArrival) -> Void) {
    self.queue = queue
    self.tell = tell
  }

  func start(_ request: ReadRequest, with getter: Getter) {
    guard !isOver else { return }
    turn += 1
    let turn = turn
    let intake = Intake(queue: queue, maxHeldBytes: Self.maxHeldBytes) { [weak self] in self?.took($0, turn) }
    self.intake = intake
    transfer = intake.start(request, with: getter)
  }

  func cancel() {
    isOver = true
    transfer?.cancel()
    (transfer, intake) = (nil, nil)
  }

  func fail(_ why: String) {
    guard !isOver else { return }
    isOver = true
    (transfer, intake) = (nil, nil)
    tell(.ended(why))
  }

  private func took(_ arrival: Intake.Arrival, _ current: Int) {
    guard !isOver, turn == current else { return }
    switch arrival {
    case .head(let head): took(head)
    case .start: break
    case .bytes(let bytes):
      intake?.release(bytes.count)
      tell(.bytes(bytes))
    case .ended(let error):
      if let error { return fail(error.advice) }
      isOver = true
      (transfer, intake) = (nil, nil)
      tell(.ended(nil))
    }
  }

  private func took(_ head: ResponseHead) {
    if head.status == 401, let refused {
      self.refused = nil
      turn += 1
      transfer?.cancel()
      (transfer, intake) = (nil, nil)
      return refused(self)
    }
    tell(.head(status: head.status, contentType: head["Content-Type"]))
    if (300..<400).contains(head.status), let place = head["Location"] {
      transfer?.cancel()
      fail("HTTP \(head.status): it sends elsewhere, to \(place), which is not followed")
    }
  }
}
