import Dispatch
import HTTP

extension Engine {
  /// Asks once; calls back on the queue with an answer of success, or with why there is none. An answer that never came
  /// has the status 0.
  ///
  /// - Parameter start: gets the first bytes of the body while the rest is on its way.
  @discardableResult
  func fetch(
    _ request: ReadRequest, start: (@Sendable ([UInt8]) -> Void)? = nil,
    whole: @escaping @Sendable (Result<Response, ErrorAnswer>) -> Void
  ) -> PendingFetch {
    let pending = PendingFetch(whole, start: start)
    withGetter { [queue] result in
      switch result {
      case .failure(let problem): pending.end(.failure(ErrorAnswer(status: 0, message: problem.why)))
      case .success(let getter): pending.start(request, with: getter, on: queue)
      }
    }
    return pending
  }
}

/// A request under way. @unchecked: confined to the engine's queue.
final class PendingFetch: @unchecked Sendable {
  private var body: (@Sendable (Result<Response, ErrorAnswer>) -> Void)?
  private var transfer: Transfer?
  private var head: ResponseHead?
  private var bytes: [UInt8] = []

  private let start: (@Sendable ([UInt8]) -> Void)?

  fileprivate init(
    _ body: @escaping @Sendable (Result<Response, ErrorAnswer>) -> Void, start: (@Sendable ([UInt8]) -> Void)?
  ) {
    self.body = body
    self.start = start
  }

  /// Nothing is called back after it.
  func cancel() {
    body = nil
    transfer?.cancel()
    transfer = nil
  }

  fileprivate func start(_ request: ReadRequest, with getter: Getter, on queue: DispatchQueue) {
    guard body != nil else { return }
    let intake = Intake(queue: queue, maxHeldBytes: .max, isWhole: true, wantsStart: start != nil) { [self] in
      took($0)
    }
    transfer = intake.start(request, with: getter)
  }

  private func took(_ arrival: Intake.Arrival) {
    switch arrival {
    case .head(let head): self.head = head
    case .start(let bytes): if body != nil, head?.status == 200 { start?(bytes) }
    case .bytes(let bytes): self.bytes = bytes
    case .ended(let error):
      if let error { return end(.failure(ErrorAnswer(status: 0, message: error.advice))) }
      guard let head else {
        return end(.failure(ErrorAnswer(status: 0, message: "the server answered nothing")))
      }
      end(
        (200..<300).contains(head.status)
          ? .success(Response(head: head, body: bytes)) : .failure(ErrorAnswer(head: head, body: bytes)))
    }
  }

  fileprivate func end(_ result: Result<Response, ErrorAnswer>) {
    let body = body
    self.body = nil
    transfer = nil
    bytes = []
    body?(result)
  }
}
