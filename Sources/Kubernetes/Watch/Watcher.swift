import Cluster
import Dispatch
import Document
import HTTP

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Takes what one list and its watch bring, on the engine's queue.
protocol WatchConsumer: AnyObject {
  /// A page. Objects that no page between `begins` and `completes` names are gone.
  func listed(_ list: ListBody, begins: Bool, completes: Bool)
  /// One event, in order: added, modified or deleted.
  func happened(_ event: WatchEvent)
  /// All events that came together have been told.
  func settled()
  /// Comes behind what made it change.
  func phaseChanged(_ phase: Phase)
  /// The server no longer knows the kind: nothing is left of a former list.
  func vanished()
  /// Something a person should read once.
  func noticed(_ notice: String)
  /// For those who count: what became of a request, and what came.
  func counted(_ fact: WatchFact)
}

extension WatchConsumer {
  func counted(_ fact: WatchFact) {}
}

/// One thing that a list or a watch came to.
enum WatchFact: Hashable {
  /// A list is whole.
  case listed
  /// A page or a watch did not come: the server's status, 0 where it gave none.
  case listFailed(status: Int)
  case watchOpened
  case watchFailed(status: Int)
  /// Bytes of a page or of events, unpacked.
  case received(bytes: Int)
}

/// Performs what a `WatchState` decides: one list and its watch for as long as it is wanted.
///
/// @unchecked: confined to the engine's queue; others only call `start` and `stop`, which hop onto it.
final class Watcher: @unchecked Sendable {
  /// Watches are answered before anything happened, so a head that does not come is a fault.
  private static let maxAnswerSeconds = 30
  /// How much of a watch may wait for the queue, and how long one event may be.
  private static let maxWaitingBytes = 16 << 20
  private static let maxEventBytes = 64 << 20
  /// TCP keep-alive needs up to this long to notice a dead link.
  private static let keepAliveSeconds = 35.0
  /// A server that tells bookmarks does so about every minute. When they stay away it may hang with its connections
  /// open, which no keep-alive notices: it is asked. Of events (and from some aggregated servers) none come at all, and
  /// their silence means nothing: such a watch is renewed only when the server ends it, after some minutes.
  private static let maxSilentSeconds = 90.0

  private let engine: Engine
  private var target: WatchTarget
  private var consumer: (any WatchConsumer)?
  private var state: WatchState
  private var phase = Phase.connecting
  /// Names the step being performed; what comes from an earlier one is not heard any more.
  private var step = 0
  private var page: PageFetch?
  private var pending: PendingFetch?
  private var transfer: Transfer?
  private var intake: Intake?
  private var lines = LineBuffer()
  private var errorHead: ResponseHead?
  private var isOpen = false
  /// By `uptime`.
  private var heardAt = 0.0

  init(engine: Engine, target: WatchTarget, consumer: any WatchConsumer) {
    self.engine = engine
    self.target = target
    self.consumer = consumer
    state = WatchState(
      seed: engine.nextSeed(), maxBackoffSeconds: engine.maxBackoffSeconds, canWatch: target.canWatch,
      now: Self.now)
  }

  func start() {
    engine.queue.async { [self] in
      guard consumer != nil else { return }
      during(step) { $0.perform($0.state.started()) }
    }
  }

  func stop() {
    engine.queue.async { [self] in
      consumer = nil
      abandon()
    }
  }

  /// Seconds since 1970.
  static var now: Double { seconds(CLOCK_REALTIME) }

  /// Seconds of a clock that nobody sets, and that goes on while the machine sleeps.
  private static var uptime: Double {
    #if os(Linux)
      seconds(CLOCK_BOOTTIME)
    #else
      seconds(CLOCK_MONOTONIC)
    #endif
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Lets go of the transfer that runs; nothing it still tells is heard.
  private func abandon() {
    step += 1
    page?.cancel()
    page = nil
    pending?.cancel()
    pending = nil
    transfer?.cancel()
    transfer = nil
    intake = nil
    errorHead = nil
    lines = LineBuffer()
    if isOpen { engine.watchClosed() }
    isOpen = false
  }

  private func perform(_ next: WatchState.Step) {
    var ahead: PageFetch?
    if case .list(let token, _) = next { ahead = page?.takeNext(token) }
    abandon()
    switch next {
    case .list(let token, let limit):
      let current = step
      let page = ahead ?? PageFetch(token, limit: limit, of: target, engine: engine)
      self.page = page
      page.wait { [weak self] answer in
        self?.count(answer, current)
        self?.answered(answer, current) { $0.received(page: $1, begins: token == nil) }
      }
    case .check(let version):
      let current = step
      pending = engine.fetch(target.check(version: version)) { [weak self] answer in
        self?.answered(answer, current) { watcher, _ in watcher.perform(watcher.state.checked()) }
      }
    case .watch(let version, let seconds): watch(from: version, timeoutSeconds: seconds)
    case .wait(let seconds): after(seconds) { $0.perform($0.state.waited()) }
    case .refreshCredential:
      let current = step
      engine.refresh { [weak self] problem in
        self?.during(current) { $0.perform($0.state.refreshed(problem: problem?.why)) }
      }
    case .rest: break
    }
  }

  /// Unless another step has begun: hears what a step brought, and tells how things stand then.
  private func during(_ current: Int, _ body: (Watcher) -> Void) {
    guard step == current else { return }
    body(self)
    tellPhase()
  }

  private func after(_ seconds: Double, _ body: @escaping @Sendable (Watcher) -> Void) {
    let current = step
    engine.queue.asyncAfter(deadline: .now() + seconds) { [weak self] in self?.during(current, body) }
  }

  private func tellPhase() {
    guard phase != state.phase else { return }
    phase = state.phase
    if state.isVanished { consumer?.vanished() }
    consumer?.phaseChanged(state.phase)
  }

  private func fail(_ why: String) { perform(state.failed(why, now: Self.now)) }

  private func refused(_ answer: ErrorAnswer) {
    if answer.status == 406, target.asTable, !target.onlyTable {
      // No Tables here (some aggregated servers): whole objects then.
      target.asTable = false
      return perform(state.again())
    }
    perform(state.answered(answer, now: Self.now))
  }

  // MARK: Requests that are answered once

  /// `body` is called with what was asked for.
  private func answered(_ answer: PageFetch.Answer, _ current: Int, _ body: (Watcher, [UInt8]) -> Void) {
    during(current) { watcher in
      switch answer {
      case .failure(let problem): watcher.refused(problem)
      case .success(let response):
        watcher.noteWarning(response.head)
        body(watcher, response.body)
      }
    }
  }

  private func count(_ answer: PageFetch.Answer, _ current: Int) {
    guard step == current, case .failure(let problem) = answer else { return }
    consumer?.counted(.listFailed(status: problem.status))
  }

  private func received(page bytes: [UInt8], begins: Bool) {
    consumer?.counted(.received(bytes: bytes.count))
    bytes.withUnsafeBytes { bytes in
      let list = ListBody(bytes)
      if let problem = list.problem {
        consumer?.counted(.listFailed(status: 0))
        return fail(problem)
      }
      if list.page.continueToken == nil { consumer?.counted(.listed) }
      // The next page is on its way while this one is read.
      perform(state.listed(list.page, now: Self.now))
      consumer?.listed(list, begins: begins, completes: list.page.continueToken == nil)
    }
  }

  // MARK: The watch

  private func watch(from version: String, timeoutSeconds: Int) {
    let request = target.watch(from: version, timeoutSeconds: timeoutSeconds)
    let current = step
    engine.withGetter { [weak self] result in
      self?.during(current) { watcher in
        switch result {
        case .failure(let problem): watcher.fail(problem.why)
        case .success(let getter): watcher.open(request, with: getter)
        }
      }
    }
    after(Double(Self.maxAnswerSeconds)) { watcher in
      guard !watcher.isOpen else { return }
      let error = HTTPError.timedOut(
        place: watcher.target.path, phase: "answer", seconds: Self.maxAnswerSeconds)
      watcher.perform(watcher.state.watchEnded(error, now: Self.now))
    }
    // Where the server forgets to end it, we do: it may be half dead.
    after(Double(timeoutSeconds + 60)) { $0.perform($0.state.watchEnded(nil, now: Self.now)) }
  }

  private func open(_ request: ReadRequest, with getter: Getter) {
    let current = step
    let intake = Intake(queue: engine.queue, maxHeldBytes: Self.maxWaitingBytes) { [weak self] arrival in
      self?.during(current) { $0.received(arrival) }
    }
    self.intake = intake
    transfer = intake.start(request, with: getter)
  }

  private func received(_ arrival: Intake.Arrival) {
    switch arrival {
    case .head(let head):
      noteWarning(head)
      guard head.status == 200 else {
        errorHead = head
        return
      }
      isOpen = true
      heardAt = Self.uptime
      if state.getsBookmarks { listenForSilence(seconds: Self.maxSilentSeconds) }
      engine.watchOpened()
      consumer?.counted(.watchOpened)
      state.watchOpened(now: Self.now)
    case .start: break
    case .bytes(let bytes):
      intake?.release(bytes.count)
      consumer?.counted(.received(bytes: bytes.count))
      heardAt = Self.uptime
      if errorHead == nil { received(events: bytes) } else { lines.keep(bytes, maxBytes: 1 << 20) }
    case .ended(let error):
      if error != nil || errorHead != nil {
        consumer?.counted(.watchFailed(status: errorHead?.status ?? 0))
      }
      if let errorHead, error == nil { return refused(ErrorAnswer(head: errorHead, body: lines.takeRest())) }
      let isSilence = if case .timedOut = error { true } else { false }
      let silentSeconds = isSilence ? Self.keepAliveSeconds : 0
      perform(state.watchEnded(error, silentSeconds: silentSeconds, now: Self.now))
    }
  }

  private func listenForSilence(seconds: Double) {
    after(seconds) { watcher in
      let silent = Self.uptime - watcher.heardAt
      guard silent >= Self.maxSilentSeconds else {
        return watcher.listenForSilence(seconds: Self.maxSilentSeconds - silent + 1)
      }
      watcher.perform(watcher.state.fellSilent(seconds: silent, now: Self.now))
    }
  }

  private func received(events bytes: [UInt8]) {
    var failure: ErrorAnswer?
    var garbage: String?
    let gotBookmarks = state.getsBookmarks
    lines.append(bytes) { line in
      guard failure == nil, garbage == nil, !line.isEmpty else { return }
      guard let event = WatchEvent(line: line) else {
        garbage = "expected an event, the watch told '\(String(decoding: line.prefix(60), as: UTF8.self))'"
        return
      }
      if event.change == .error {
        failure = ErrorAnswer(object: event.object) ?? ErrorAnswer(status: 500, message: "the watch failed")
        return
      }
      state.heard(version: event.version, isBookmark: event.change == .bookmark)
      if event.change != .bookmark { consumer?.happened(event) }
    }
    consumer?.settled()
    if !gotBookmarks, state.getsBookmarks { listenForSilence(seconds: Self.maxSilentSeconds) }
    if let failure {
      consumer?.counted(.watchFailed(status: failure.status))
      return refused(failure)
    }
    if lines.pendingBytes > Self.maxEventBytes {
      garbage = "one object of more than \(Self.maxEventBytes >> 20) MB"
    }
    if let garbage { fail(garbage) }
  }

  /// Deprecations come only as headers (RFC 7234: `299 - "v1 ComponentStatus is deprecated in v1.19+"`).
  private func noteWarning(_ head: ResponseHead) {
    for header in head.headers where header.name.lowercased() == "warning" {
      let quoted = header.value.split(separator: "\"", maxSplits: 1)
      let text = Moment.plain(quoted.count > 1 ? String(quoted[1].prefix { $0 != "\"" }) : header.value)
      if engine.isNews(text) { consumer?.noticed(text) }
    }
  }
}
