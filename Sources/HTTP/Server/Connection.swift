#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One client's connection: reads requests one after the other and sends their answers. Server's thread only.
final class Connection {
  /// A stream that is written to all the time is sent at most so often: a few hundred small sends cost more
  /// than the bytes in them.
  static let gatherMilliseconds = 8
  private static let lingerMilliseconds = 2_000
  /// Requests sent ahead are read no further than this while an answer is on its way.
  private static let readAheadBytes = 64 << 10

  let id: Int
  let descriptor: CInt
  private let board: ServerBoard
  private let limits: ServerLimits
  private let handler: @Sendable (ServerRequest, Responder) -> Void
  private var parser: RequestParser
  private var exchange: Exchange?
  private var closesAfter = false
  private var inputEnded = false
  private var isTakingRequests = false
  /// The last answer is sent; what still comes in is thrown away until the client has seen the end.
  private var isLingering = false

  private var pieces: [[UInt8]] = []
  private var firstPiece = 0
  private var firstOffset = 0
  private var bytesToSend = 0
  private var isFinishing = false
  private(set) var isBlocked = false
  private(set) var isClosed = false
  private var lastSend = 0
  /// When the client has had long enough; nil while an answer is on its way that may take as long as it likes.
  private var deadline: Int?
  /// Since when no answer is under way.
  private(set) var waitingSince = 0
  private var hasBegunRequest = false
  private var sendDue: Int?

  init(
    id: Int, descriptor: CInt, board: ServerBoard, limits: ServerLimits,
    handler: @escaping @Sendable (ServerRequest, Responder) -> Void
  ) {
    self.id = id
    self.descriptor = descriptor
    self.board = board
    self.handler = handler
    self.limits = limits
    parser = RequestParser(limits: limits)
    waitingSince = Monotonic.milliseconds
    setDeadline(now: waitingSince)
  }

  /// Nobody waits for an answer here: it may be closed.
  var isWaiting: Bool { exchange == nil }

  /// What to wait for.
  var events: Int16 {
    var events: CInt = 0
    if isLingering || (!inputEnded && (exchange == nil || parser.bufferedBytes < Self.readAheadBytes)) {
      events |= CInt(POLLIN)
    }
    if isBlocked { events |= CInt(POLLOUT) }
    return Int16(events)
  }

  /// The socket is closed by whoever owns the connection, after its answers were told.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    exchange?.end()
    exchange = nil
    #if canImport(Glibc)
      _ = Glibc.close(descriptor)
    #else
      _ = Darwin.close(descriptor)
    #endif
  }
}

// MARK: Reading

extension Connection {
  func happened(_ events: Int16, scratch: UnsafeMutableRawBufferPointer) {
    let events = CInt(events)
    if events & CInt(POLLIN) != 0 { receive(scratch) }
    if !isClosed, events & CInt(POLLOUT) != 0 {
      isBlocked = false
      send()
    }
    // With POLLIN off nobody else would notice that the client has gone.
    if !isClosed, events & CInt(POLLHUP | POLLERR | POLLNVAL) != 0, events & CInt(POLLIN) == 0 { close() }
  }

  private func receive(_ scratch: UnsafeMutableRawBufferPointer) {
    let count = read(descriptor, scratch.baseAddress!, scratch.count)
    if isLingering {
      if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { close() }
    } else if count > 0 {
      parser.append(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
      if exchange == nil { takeRequests() }
    } else if count == 0 {
      inputEnded = true
      // Someone who only closes his side still waits for a whole answer; a stream has nobody left to read it.
      if exchange == nil || exchange?.isStream == true { close() }
    } else if errno != EAGAIN && errno != EINTR {
      close()
    }
  }

  /// Requests are answered in their order: the next one is read when the answer to the last has been sent.
  private func takeRequests() {
    guard !isTakingRequests else { return }
    isTakingRequests = true
    defer { isTakingRequests = false }
    while exchange == nil, !isClosed, !isLingering, !isFinishing {
      switch parser.next() {
      case .needsMore:
        if inputEnded { close() } else { setDeadline(now: Monotonic.milliseconds) }
        return
      case .expectsContinue:
        append([Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)])
        send()
      case .request(let request, let version):
        let exchange = Exchange(connection: id, request: request, version: version, board: board)
        self.exchange = exchange
        closesAfter = !version.keepsAlive
        setDeadline(now: Monotonic.milliseconds)
        handler(request, Responder(exchange))
        pump(now: Monotonic.milliseconds)
      case .refused(let status, let why):
        refuse(status, why)
        return
      }
    }
  }

  private func refuse(_ status: Int, _ why: String) {
    let head = ResponseHeadWriter.bytes(
      status: status, headers: [Header("Content-Type", "text/plain")], framing: .length(why.utf8.count + 1),
      closes: true)
    inputEnded = true
    closesAfter = true
    isFinishing = true
    append([head + Array(why.utf8) + [UInt8(ascii: "\n")]])
    send()
  }

  private func setDeadline(now: Int) {
    guard exchange == nil else {
      deadline = nil
      hasBegunRequest = false
      return
    }
    // A request has so long in all, not from byte to byte.
    if parser.isInside, hasBegunRequest { return }
    hasBegunRequest = parser.isInside
    deadline = now + Int((hasBegunRequest ? limits.requestSeconds : limits.idleSeconds) * 1000)
  }
}

// MARK: Sending

extension Connection {
  /// When this connection wants to be called without anything happening.
  var due: Int? {
    if let sendDue, let deadline { min(sendDue, deadline) } else { sendDue ?? deadline }
  }

  func timePassed(now: Int) {
    if let sendDue, sendDue <= now {
      self.sendDue = nil
      pump(now: now)
    }
    if !isClosed, let deadline, deadline <= now { close() }
  }

  /// Something new may be there to be sent.
  func marked(now: Int) {
    guard !isClosed, let exchange else { return }
    if exchange.isAborted { return close() }
    if isBlocked { return }
    if exchange.mayWait, now - lastSend < Self.gatherMilliseconds {
      sendDue = sendDue ?? lastSend + Self.gatherMilliseconds
    } else {
      pump(now: now)
    }
  }

  /// Takes what the answer has ready, when the kernel takes what there was.
  private func pump(now: Int) {
    guard let exchange, !isBlocked, !isClosed, !isFinishing else { return }
    sendDue = nil
    if exchange.isAborted { return close() }
    let batch = exchange.take()
    isFinishing = batch.isFinished
    guard isFinishing || !batch.pieces.isEmpty else { return }
    // From here on it is the client's time.
    if deadline == nil, let seconds = limits.answerSeconds, !exchange.isStream {
      deadline = now + Int(seconds * 1000)
    }
    lastSend = now
    append(batch.pieces)
    send()
  }

  private func append(_ new: [[UInt8]]) {
    if firstPiece == pieces.count {
      pieces.removeAll(keepingCapacity: true)
      firstPiece = 0
    }
    pieces += new
    for piece in new { bytesToSend += piece.count }
  }

  private func send() {
    while firstPiece < pieces.count {
      let offset = firstOffset
      let isLast = firstPiece == pieces.count - 1
      let count = pieces[firstPiece].withUnsafeBytes { bytes in
        Self.send(descriptor, UnsafeRawBufferPointer(rebasing: bytes[offset...]), moreFollows: !isLast)
      }
      if count < 0 {
        if errno == EINTR { continue }
        guard errno == EAGAIN || errno == EWOULDBLOCK else { return close() }
        isBlocked = true
        exchange?.sent(bytesLeft: bytesToSend)
        return
      }
      firstOffset += count
      bytesToSend -= count
      if firstOffset == pieces[firstPiece].count {
        pieces[firstPiece] = []
        firstPiece += 1
        firstOffset = 0
      }
    }
    exchange?.sent(bytesLeft: 0)
    sentAll()
  }

  private func sentAll() {
    if !isFinishing {
      // More may have been written while the socket was full.
      if let exchange, exchange.backlogBytes > 0 || !exchange.isOpen { marked(now: Monotonic.milliseconds) }
      return
    }
    isFinishing = false
    exchange?.end()
    exchange = nil
    waitingSince = Monotonic.milliseconds
    if closesAfter { return linger() }
    setDeadline(now: Monotonic.milliseconds)
    takeRequests()
  }

  /// Closing with unread bytes in the socket would reset the connection and destroy the answer on its way.
  private func linger() {
    isLingering = true
    inputEnded = false
    deadline = Monotonic.milliseconds + Self.lingerMilliseconds
    shutdown(descriptor, CInt(SHUT_WR))
  }

  private static func send(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer, moreFollows: Bool) -> Int {
    #if canImport(Glibc)
      let flags = CInt(MSG_NOSIGNAL) | (moreFollows ? CInt(MSG_MORE) : 0)
      return Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
    #else
      return Darwin.send(descriptor, bytes.baseAddress, bytes.count, 0)
    #endif
  }
}
