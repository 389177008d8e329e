import CCurl

/// One server's connections and transfers: a libcurl multi handle of its own, so that limits and dead
/// connections of one server are no other's. Curl thread only.
final class Host {
  /// What must be the same for transfers to share connections.
  struct Key: Hashable {
    var server: Server
    var isHTTP1Only: Bool
  }

  /// How long after the last bytes over HTTP/2 to look whether there are more; at once after so many that
  /// they may have filled a buffer.
  private static let recheckMilliseconds = 10
  private static let manyBytes = 16 << 10

  let key: Key
  let address: Address
  let curl: UnsafePointer<cc_curl>
  private let multi: UnsafeMutableRawPointer
  private unowned let loop: EngineLoop
  private var admission = Admission()
  private(set) var transfers: [Int: Running] = [:]
  /// In the order they came; not yet with libcurl.
  private var queue: [Running] = []
  /// The version that libcurl's limits were last set for.
  private var version = Admission.Version.unknown
  /// Sockets that libcurl watches for this server.
  private var sockets: Set<CInt> = []
  private var recheckDue: Int?
  private var silentRechecks = 0
  /// When libcurl wants to be called without anything happening.
  fileprivate(set) var timerDue: Int?
  /// When the last byte came, from any of its connections.
  private(set) var heardAt = 0
  private var bytesHeard = 0
  /// Since when there is nothing to do; nil while there is.
  private(set) var idleSince: Int?

  init?(key: Key, address: Address, curl: UnsafePointer<cc_curl>, loop: EngineLoop) {
    guard let multi = cm_init(curl) else { return nil }
    self.key = key
    self.address = address
    self.curl = curl
    self.multi = multi
    self.loop = loop
    if !speaksHTTP2 { admission.version = .one }
    cm_long(curl, multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    cm_long(curl, multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 250)
    let me = Unmanaged.passUnretained(self).toOpaque()
    cm_socket(
      curl, multi,
      { easy, descriptor, what, me, _ in
        let host = Unmanaged<Host>.fromOpaque(me!).takeUnretainedValue()
        host.noteHandshake(easy, what)
        if what == CURL_POLL_REMOVE {
          host.sockets.remove(descriptor)
        } else {
          host.sockets.insert(descriptor)
        }
        host.loop.watch(descriptor, what, for: host)
        return 0
      }, me)
    cm_timer(
      curl, multi,
      { _, milliseconds, me in
        let host = Unmanaged<Host>.fromOpaque(me!).takeUnretainedValue()
        host.timerDue = milliseconds < 0 ? nil : host.now + milliseconds
        return 0
      }, me)
  }

  /// After `endAll`.
  deinit { cm_cleanup(curl, multi) }

  var speaksHTTP2: Bool { address.isSecure && !key.isHTTP1Only }
  var now: Int { loop.now }
  var keepAlive: KeepAlive { loop.keepAlive }
  var isEmpty: Bool { transfers.isEmpty }

  func add(_ running: Running) {
    idleSince = nil
    transfers[running.id] = running
    queue.append(running)
    checkIdle(of: running)
    admit()
  }

  /// Hands over to libcurl what there is room for, first come first served, but that a list need not wait
  /// for room that only watches lack.
  private func admit() {
    var index = 0
    while index < queue.count {
      let running = queue[index]
      if admission.admits(isEndless: running.job.isEndless) {
        queue.remove(at: index)
        begin(running)
      } else {
        index += 1
      }
    }
  }

  private func begin(_ running: Running) {
    do throws(HTTPError) {
      try running.configure()
    } catch {
      transfers[running.id] = nil
      loop.forget(running.id)
      running.end(error)
      return noteIfIdle()
    }
    admission.began(isEndless: running.job.isEndless)
    running.phase = .connecting
    running.activeAt = now
    checkIdle(of: running)
    cm_add(curl, multi, running.easy)
  }

  /// A socket that is being connected is watched for writing; to wait for the peer's words means that it is.
  private func noteHandshake(_ easy: UnsafeMutableRawPointer?, _ what: CInt) {
    guard let easy, what == CURL_POLL_IN else { return }
    var running: UnsafeMutableRawPointer?
    cc_get_ptr(curl, easy, CURLINFO_PRIVATE, &running)
    if let running { Unmanaged<Running>.fromOpaque(running).takeUnretainedValue().isShakingHands = true }
  }

  func heard(_ count: Int) {
    heardAt = now
    bytesHeard += count
  }

  func answered(isHTTP2: Bool) {
    admission.version = isHTTP2 ? .two : .one
  }

  func socketReady(_ descriptor: CInt, _ events: CInt) {
    silentRechecks = 0
    act(descriptor, events)
  }

  private func act(_ descriptor: CInt, _ events: CInt) {
    let heard = bytesHeard
    cm_action(curl, multi, descriptor, events)
    settle()
    recheckLater(after: bytesHeard - heard)
  }

  /// When `timePassed` is due.
  var due: Int? {
    if let timerDue, let recheckDue { min(timerDue, recheckDue) } else { timerDue ?? recheckDue }
  }

  func timePassed() {
    if let due = timerDue, due <= now {
      timerDue = nil
      act(-1, 0)
    }
    if let due = recheckDue, due <= now {
      recheckDue = nil
      silentRechecks += 1
      for descriptor in sockets { act(descriptor, CURL_CSELECT_IN) }
    }
  }

  /// libcurl before 8 may leave the last bytes that it read for an HTTP/2 stream in the connection's own
  /// buffer and wait for a socket that has nothing more to give: after a stream's buffer was full, nobody
  /// is woken for the rest. To be told that the socket is ready makes it look again.
  private func recheckLater(after bytes: Int) {
    guard admission.version == .two else { return }
    if bytes > 0 { silentRechecks = 0 }
    guard silentRechecks < 2 else { return }
    recheckDue = now + (bytes < Self.manyBytes ? Self.recheckMilliseconds << (2 * silentRechecks) : 1)
  }

  /// After libcurl did something: what has ended, and what may begin.
  private func settle() {
    if version != admission.version {
      version = admission.version
      // Not from within a callback, which is where the version becomes known. 0 is no limit: over HTTP/1.1
      // it is ours.
      let limit = version == .two ? Admission.multiplexedConnections : 0
      cm_long(curl, multi, CURLMOPT_MAX_HOST_CONNECTIONS, limit)
      admit()
    }
    var result = CURLE_OK
    while let easy = cm_finished(curl, multi, &result) {
      var me: UnsafeMutableRawPointer?
      cc_get_ptr(curl, easy, CURLINFO_PRIVATE, &me)
      let running = Unmanaged<Running>.fromOpaque(me!).takeUnretainedValue()
      end(running, running.failure ?? (result == CURLE_OK ? nil : running.error(result)))
    }
  }

  func resume(_ id: Int) {
    guard let running = transfers[id] else { return }
    if !running.resume(now: now) { end(running, running.failure ?? running.error(CURLE_RECV_ERROR)) }
  }

  func cancel(_ id: Int) {
    if let running = transfers[id] { end(running, .cancelled) }
  }

  func endAll(_ error: HTTPError) {
    for id in transfers.keys.sorted() { end(transfers[id]!, error) }
  }

  private func end(_ running: Running, _ error: HTTPError?) {
    guard transfers.removeValue(forKey: running.id) != nil else { return }
    if running.phase == .waitingForTurn {
      queue.removeAll { $0 === running }
    } else {
      cm_remove(curl, multi, running.easy)
      admission.ended(isEndless: running.job.isEndless)
    }
    loop.forget(running.id)
    running.end(error)
    admit()
    noteIfIdle()
  }

  private func noteIfIdle() {
    if transfers.isEmpty { idleSince = now }
  }

  func checkIdle(of running: Running) { loop.checkIdle(at: running.idleDeadline) }

  /// Ends what has been silent for too long.
  /// - Returns: when to look again, and whether the connections are not to be trusted any more: one that is
  ///   stuck would swallow every request that follows.
  func checkIdle() -> (next: Int?, isSuspect: Bool) {
    var next: Int?
    var isSuspect = false
    for running in Array(transfers.values) {
      guard let deadline = running.idleDeadline else { continue }
      if deadline > now {
        next = min(next ?? deadline, deadline)
      } else if running.isStillSending(now: now) {
        next = min(next ?? Int.max, running.idleDeadline ?? Int.max)
      } else {
        if running.phase != .waitingForTurn, heardAt <= running.activeAt { isSuspect = true }
        end(running, running.idleError)
      }
    }
    return (next, isSuspect)
  }
}
