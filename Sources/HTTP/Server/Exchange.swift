import Synchronization

/// One answer on its way from any thread to the server's thread.
final class Exchange: Sendable {
  /// What the server's thread takes over to send.
  struct Batch {
    var pieces: [[UInt8]] = []
    var isFinished = false
  }

  fileprivate struct State {
    var isAnswered = false
    var framing = Framing.length(0)
    /// HEAD, 204 and 304 are answered without a body.
    var hasBody = true
    var head: [UInt8]?
    var queue: [[UInt8]] = []
    var queuedBytes = 0
    /// Taken by the server's thread and not yet by the kernel.
    var sendingBytes = 0
    var isFinished = false
    var isAborted = false
    /// The server's thread is done with it.
    var isOver = false
    /// It waits in the server's list already.
    var isMarked = false
    var onClose: [@Sendable () -> Void] = []
  }

  /// Large arrays are sent from where they are; smaller ones are worth gathering into one chunk and one call.
  private static let gatherBytes = 16 << 10

  let connection: Int
  private let isHead: Bool
  private let version: RequestParser.Version
  private let board: ServerBoard
  private let state = Mutex(State())

  init(connection: Int, request: ServerRequest, version: RequestParser.Version, board: ServerBoard) {
    self.connection = connection
    self.version = version
    self.board = board
    isHead = request.method == "HEAD"
  }

  // MARK: From any thread

  /// False when it was answered before. `length` nil begins a stream.
  func begin(_ status: Int, _ headers: [Header], length: Int?) -> Bool {
    let framing: Framing = length.map { .length($0) } ?? (version.knowsChunks ? .chunked : .untilClose)
    let head = ResponseHeadWriter.bytes(
      status: status, headers: headers, framing: framing, closes: !version.keepsAlive)
    let isFirst = state.withLock { state in
      guard !state.isAnswered else { return false }
      state.isAnswered = true
      state.framing = framing
      state.hasBody = !isHead && status != 204 && status != 304
      state.head = head
      return true
    }
    // A whole answer is marked when its body is there, to leave in one piece.
    if isFirst, length == nil { mark() }
    return isFirst
  }

  func write(_ bytes: [UInt8]) {
    if !bytes.isEmpty { write(pieces: [bytes]) }
  }

  func write(pieces: [[UInt8]]) {
    let mustMark = state.withLock { state in
      guard state.isAnswered, state.hasBody, !state.isFinished, !state.isAborted, !state.isOver else {
        return false
      }
      state.queue += pieces
      for bytes in pieces { state.queuedBytes += bytes.count }
      return state.mark()
    }
    if mustMark { board.mark(connection) }
  }

  func finish() {
    let mustMark = state.withLock { state in
      guard !state.isFinished else { return false }
      state.isFinished = true
      return state.mark()
    }
    if mustMark { board.mark(connection) }
  }

  func abort() {
    let mustMark = state.withLock { state in
      guard !state.isFinished, !state.isAborted else { return false }
      state.isAborted = true
      return state.mark()
    }
    if mustMark { board.mark(connection) }
  }

  var isAnswered: Bool { state.withLock(\.isAnswered) }

  var isOpen: Bool { state.withLock { !$0.isFinished && !$0.isAborted && !$0.isOver } }

  var backlogBytes: Int { state.withLock { $0.isOver ? 0 : $0.queuedBytes + $0.sendingBytes } }

  func onClose(_ body: @escaping @Sendable () -> Void) {
    let isOver = state.withLock { state in
      if !state.isOver { state.onClose.append(body) }
      return state.isOver
    }
    if isOver { body() }
  }

  private func mark() {
    if state.withLock({ $0.mark() }) { board.mark(connection) }
  }
}

extension Exchange.State {
  /// True when somebody has to tell the server's thread.
  fileprivate mutating func mark() -> Bool {
    defer { isMarked = true }
    return !isMarked && !isOver
  }
}

// MARK: On the server's thread

extension Exchange {
  var isAborted: Bool { state.withLock(\.isAborted) }

  /// Whether a little delay would gather more: true for the middle of a stream, never for a whole answer.
  var mayWait: Bool {
    state.withLock { state in
      state.head == nil && !state.isFinished && !state.isAborted && state.queuedBytes < Self.gatherBytes
    }
  }

  var isStream: Bool {
    state.withLock { state in
      if case .length = state.framing { return false }
      return state.isAnswered
    }
  }

  /// Everything there is, framed for the wire.
  func take() -> Batch {
    let (head, queue, framing, batch) = state.withLock { state in
      state.isMarked = false
      let batch = Batch(isFinished: state.isFinished && state.isAnswered)
      let taken = (state.head, state.queue, state.hasBody ? state.framing : .length(0), batch)
      state.head = nil
      state.queue = []
      state.sendingBytes += state.queuedBytes
      state.queuedBytes = 0
      return taken
    }
    var framer = Framer(isChunked: framing == .chunked, first: head ?? [])
    for bytes in queue { framer.add(bytes, gatherBytes: Self.gatherBytes) }
    var result = batch
    result.pieces = framer.pieces(isLast: batch.isFinished)
    return result
  }

  /// - Parameter bytesLeft: what the kernel has not taken of all that `take` gave.
  func sent(bytesLeft: Int) { state.withLock { $0.sendingBytes = bytesLeft } }

  /// The connection is done with this answer, or is no more.
  func end() {
    let waiting = state.withLock { state in
      guard !state.isOver else { return [@Sendable () -> Void]() }
      state.isOver = true
      state.queue = []
      defer { state.onClose = [] }
      return state.onClose
    }
    for body in waiting { body() }
  }
}

/// Joins small writes into one chunk and leaves large ones where they are.
private struct Framer {
  let isChunked: Bool
  private var done: [[UInt8]] = []
  /// Goes out before the gathered bytes: the head, or the end of a large chunk.
  private var front: [UInt8]
  private var gathered: [UInt8] = []

  init(isChunked: Bool, first: [UInt8]) {
    self.isChunked = isChunked
    front = first
  }

  mutating func add(_ bytes: [UInt8], gatherBytes: Int) {
    if bytes.count < gatherBytes {
      gathered += bytes
      if gathered.count >= 4 * gatherBytes { flush() }
    } else {
      flush()
      if isChunked { front += Self.size(bytes.count) }
      if !front.isEmpty { done.append(front) }
      done.append(bytes)
      front = isChunked ? Self.lineEnd : []
    }
  }

  mutating func pieces(isLast: Bool) -> [[UInt8]] {
    flush()
    if isLast, isChunked { front += Array("0\r\n\r\n".utf8) }
    if !front.isEmpty { done.append(front) }
    return done
  }

  private mutating func flush() {
    guard !gathered.isEmpty else { return }
    if isChunked { front += Self.size(gathered.count) }
    front += gathered
    if isChunked { front += Self.lineEnd }
    gathered.removeAll(keepingCapacity: true)
    if front.count >= 64 << 10 {
      done.append(front)
      front = []
    }
  }

  private static let lineEnd = Array("\r\n".utf8)
  private static func size(_ count: Int) -> [UInt8] { Array((String(count, radix: 16) + "\r\n").utf8) }
}
