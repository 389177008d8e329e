import CCurl
import Synchronization

/// One transfer while it runs: its libcurl handle and what has come so far. Curl thread only.
final class Running {
  enum Phase { case waitingForTurn, connecting, waitingForAnswer, receiving }

  let id: Int
  let job: Job
  let easy: UnsafeMutableRawPointer
  let curl: UnsafePointer<cc_curl>
  let address: Address
  let proxy: Proxy
  unowned let host: Host
  private let transfer: Transfer
  private let counter: TrafficCounter
  /// What libcurl has been lent for as long as the handle lives.
  var lists: [UnsafeMutablePointer<curl_slist>] = []
  let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  var phase = Phase.waitingForTurn
  /// When something last came, or when waiting for it began.
  var activeAt: Int
  private(set) var isPaused = false
  /// The connection stands, and TLS or a proxy is to be agreed with.
  var isShakingHands = false
  /// Why we ended it ourselves, whatever libcurl says.
  var failure: HTTPError?
  private var head = ResponseHeadParser()
  private var bodyBytes = 0
  private var countedConnections = 0
  private var sentBytes: curl_off_t = 0

  init(
    job: Job, transfer: Transfer, host: Host, proxy: Proxy, easy: UnsafeMutableRawPointer,
    counter: TrafficCounter,
    now: Int
  ) {
    id = transfer.id
    self.job = job
    self.transfer = transfer
    self.host = host
    self.proxy = proxy
    self.easy = easy
    self.counter = counter
    curl = host.curl
    address = host.address
    activeAt = now
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  /// After the handle has left its multi handle.
  deinit {
    cc_cleanup(curl, easy)
    for list in lists { cc_free_list(curl, list) }
    errorText.deallocate()
  }

  var hasAnswer: Bool { head.isDone }
  var hasReceivedNothing: Bool { !head.isDone && bodyBytes == 0 }

  /// Bytes are asked for again. - Returns: false when the transfer failed over it.
  func resume(now: Int) -> Bool {
    guard isPaused else { return true }
    isPaused = false
    activeAt = now
    host.checkIdle(of: self)
    return cc_pause(curl, easy, CURLPAUSE_CONT) == CURLE_OK && failure == nil
  }

  /// - Returns: when it will have been idle for too long, nil for never.
  var idleDeadline: Int? {
    switch phase {
    case .waitingForTurn: return activeAt + job.server.connectTimeoutSeconds * 1000
    // libcurl's own time-out for this comes first.
    case .connecting: return activeAt + job.server.connectTimeoutSeconds * 1000 + 1000
    case .waitingForAnswer, .receiving:
      guard let seconds = job.idleTimeoutSeconds, !isPaused else { return nil }
      return activeAt + seconds * 1000
    }
  }

  /// Whether a long body was on its way since we last looked: that is not idle either.
  func isStillSending(now: Int) -> Bool {
    guard phase == .waitingForAnswer, !job.body.isEmpty else { return false }
    var sent: curl_off_t = 0
    cc_get_off(curl, easy, CURLINFO_SIZE_UPLOAD_T, &sent)
    guard sent > sentBytes else { return false }
    sentBytes = sent
    activeAt = now
    return true
  }

  func end(_ error: HTTPError?) {
    countConnections()
    counter.openTransfers.subtract(1, ordering: .relaxed)
    job.probe?(facts)
    _ = job.event(.ended(transfer.isCancelled && error != nil ? .cancelled : error))
  }

  /// How many connections libcurl has made for this transfer: none when it found an open one.
  @discardableResult
  func countConnections() -> Int {
    var count = 0
    cc_get_long(curl, easy, CURLINFO_NUM_CONNECTS, &count)
    if count > countedConnections {
      counter.connectionsOpened.add(count - countedConnections, ordering: .relaxed)
      countedConnections = count
    }
    return count
  }
}

// MARK: What libcurl calls

extension Running {
  /// A connection is there, new or used before, and the request is about to be sent.
  func connected() {
    phase = .waitingForAnswer
    activeAt = host.now
    host.checkIdle(of: self)
    countConnections()
  }

  /// - Returns: false when the rest is of no interest.
  func received(headerLine line: UnsafeRawBufferPointer) -> Bool {
    activeAt = host.now
    host.heard(line.count)
    guard let head = head.take(line) else { return true }
    phase = .receiving
    host.answered(isHTTP2: self.head.isHTTP2)
    if head.status == 407 {
      failure = .proxy(place: proxyPlace, why: "it answered 407: user and password are missing or wrong")
    } else if transfer.isCancelled {
      failure = .cancelled
    } else {
      _ = job.event(.head(head))
    }
    return failure == nil
  }

  /// - Returns: how many bytes were taken, or libcurl's sign for a pause.
  func received(body bytes: UnsafeRawBufferPointer) -> Int {
    activeAt = host.now
    host.heard(bytes.count)
    guard !transfer.isCancelled else {
      failure = .cancelled
      return 0
    }
    if let limit = job.maxBytes, bodyBytes + bytes.count > limit {
      failure = .tooLarge(maxBytes: limit)
      return 0
    }
    if job.event(.body(bytes)) == .pause {
      isPaused = true
      return Int(CURL_WRITEFUNC_PAUSE)
    }
    bodyBytes += bytes.count
    counter.bytesReceived.add(bytes.count, ordering: .relaxed)
    return bytes.count
  }
}
