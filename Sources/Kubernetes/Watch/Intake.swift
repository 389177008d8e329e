import Dispatch
import HTTP
import Synchronization

/// Stands between a transfer and a queue: takes bytes on the curl thread, where nothing may be parsed, and hands over
/// on the queue all that came since the last time. What is held back too long pauses the transfer, so that
/// nothing piles up.
final class Intake: Sendable {
  /// What the queue is told, in order: a head, any number of bytes, then the end.
  enum Arrival: Sendable {
    case head(ResponseHead)
    /// The first bytes of a body that is handed over in one piece.
    case start([UInt8])
    case bytes([UInt8])
    case ended(HTTPError?)
  }

  private struct State {
    var head: ResponseHead?
    /// In order; small ones are put together up to `pieceBytes`.
    var pieces: [[UInt8]] = []
    var end: HTTPError??
    var isScheduled = false
    var isPaused = false
    var owesStart: Bool
    /// Bytes taken and not yet given back with `release`.
    var heldBytes = 0
    var transfer: Transfer?
  }

  /// Larger ones would be copied again and again as they grow.
  private static let pieceBytes = 256 << 10

  private static let startBytes = 1_024

  private let state: Mutex<State>
  private let queue: DispatchQueue
  private let maxHeldBytes: Int
  private let isWhole: Bool
  private let handle: @Sendable (Arrival) -> Void

  /// - Parameters:
  ///   - isWhole: hand the body over in one piece, when the transfer has ended.
  ///   - wantsStart: hand over the beginning of such a body at once, besides.
  ///   - handle: called on `queue`.
  init(
    queue: DispatchQueue, maxHeldBytes: Int, isWhole: Bool = false, wantsStart: Bool = false,
    handle: @escaping @Sendable (Arrival) -> Void
  ) {
    state = Mutex(State(owesStart: wantsStart))
    self.queue = queue
    self.maxHeldBytes = maxHeldBytes
    self.isWhole = isWhole
    self.handle = handle
  }

  /// Starts the request; the returned transfer is to be cancelled only.
  func start(_ request: ReadRequest, with getter: Getter) -> Transfer {
    let transfer = getter.start(request) { [self] in receive($0) }
    state.withLock { $0.transfer = transfer }
    return transfer
  }

  /// Room for as many bytes again.
  func release(_ count: Int) {
    let paused = state.withLock { state -> Transfer? in
      state.heldBytes -= count
      guard state.isPaused, state.heldBytes <= maxHeldBytes / 2 else { return nil }
      state.isPaused = false
      return state.transfer
    }
    paused?.resume()
  }

  private func receive(_ event: TransferEvent) -> Flow {
    let (flow, mustSchedule) = state.withLock { state -> (Flow, Bool) in
      switch event {
      case .head(let head): state.head = head
      case .body(let bytes):
        if !isWhole, state.heldBytes >= maxHeldBytes {
          state.isPaused = true
          return (.pause, false)
        }
        let isFull = !isWhole && (state.pieces.last?.count ?? 0) + bytes.count > Self.pieceBytes
        if state.pieces.isEmpty || isFull { state.pieces.append([]) }
        state.pieces[state.pieces.count - 1].append(contentsOf: bytes)
        state.heldBytes += bytes.count
        if isWhole, !state.owesStart || state.heldBytes < Self.startBytes { return (.more, false) }
      case .ended(let error): state.end = .some(error)
      }
      let wasScheduled = state.isScheduled
      state.isScheduled = true
      return (.more, !wasScheduled)
    }
    if mustSchedule { queue.async { [self] in deliver() } }
    return flow
  }

  private func deliver() {
    var start: [UInt8]?
    let (head, pieces, end) = state.withLock { state in
      state.isScheduled = false
      let taken = (state.head, isWhole && state.end == nil ? [] : state.pieces, state.end)
      state.head = nil
      if state.owesStart, let piece = state.pieces.first {
        state.owesStart = false
        start = Array(piece.prefix(Self.startBytes))
      }
      if !isWhole || state.end != nil { state.pieces = [] }
      return taken
    }
    if let head { handle(.head(head)) }
    if let start { handle(.start(start)) }
    for bytes in pieces { handle(.bytes(bytes)) }
    if let end {
      handle(.ended(end))
      state.withLock { $0.transfer = nil }
    }
  }
}
