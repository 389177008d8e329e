import Cluster
import HTTP

/// Decides how one container's log is followed: which request is next, over lost connections and over the ends and
/// restarts of the container. It does no I/O: it is told what happened and says the next step. Times are seconds
/// since 1970.
struct LogState: Sendable {
  enum Step: Hashable {
    case open(Stream)
    /// Then tell `waited`.
    case wait(seconds: Double)
    /// Ask for the pod, tell `podChanged`, then `podChecked`.
    case checkPod
    /// Nothing until `podChanged`.
    case awaitPod
    /// Nothing until `merged`: what there was before the start is whole.
    case awaitOthers
    /// Then tell `refreshed`.
    case refreshCredential
    /// There will be no more.
    case finish
  }

  /// One request for a log.
  struct Stream: Hashable {
    var previous = false
    var follow = false
    /// As much as the query names; else all, from `sinceTime` on.
    var isFirst = true
    var sinceTime: Int64?
  }

  /// A line that comes from no log but tells about it.
  struct Mark: Hashable {
    var text: String
    /// Where it belongs among lines; 0 is behind them all.
    var nanoseconds: Int64 = 0
  }

  private enum Work: Hashable {
    case streaming(Stream)
    /// Waits for time to pass or for the pod to be asked, to open the log again.
    case reopening
    /// The log of the run is whole; what comes next the pod will tell.
    case runEnded
    /// The server had nothing to give as long as the container was so.
    case refused(LogPod.Container?)
    case merging
    case finished
  }

  private(set) var phase = Phase.connecting
  /// Which lines were had.
  var overlap = LogOverlap()

  /// A mark has to say whose it is.
  var isOneOfSeveral: Bool

  /// "container app", and of several pods its pod's name besides.
  private let title: String
  private let query: LogQuery
  private var work = Work.reopening
  private var marks: [Mark] = []
  private var container: LogPod.Container?
  private var isPodGone = false
  /// Lines of before the start are still to be had, to be merged with those of other containers.
  private var owesBacklog: Bool
  private var isOpen = false
  /// The connection broke since the last line, so there may be more of that run.
  private var mayLack = false
  private var hasHeard = false
  private var run = 0
  private var toldEndOfRun: Int?
  private var toldWords = ""
  private var hasRefreshed = false
  /// Lines may be missing since the last one: a mark has told so.
  private var isBroken = false
  private var freshAt: Double
  private var backoff: Backoff

  /// - Parameters:
  ///   - pod: its name, where there are several.
  ///   - isOneOfSeveral: whose first lines are merged by time, so that they must be known to be whole.
  init(
    _ query: LogQuery, container: LogPod.Container, pod: String? = nil, isOneOfSeveral: Bool, seed: UInt64,
    maxBackoffSeconds: Double = 30, now: Double
  ) {
    self.query = query
    self.container = container
    title = "container \(container.name)" + (pod.map { " of pod \($0)" } ?? "")
    run = container.restarts
    owesBacklog = isOneOfSeveral
    self.isOneOfSeveral = isOneOfSeveral
    freshAt = now
    backoff = Backoff(seed: seed, maxSeconds: maxBackoffSeconds)
  }

  /// The others wait for what this one had before the start.
  var holdsUpMerge: Bool { if case .streaming = work { owesBacklog } else { false } }

  /// What is to be shown behind the lines had so far; each is given once.
  mutating func takeMarks() -> [Mark] {
    defer { marks = [] }
    return marks
  }

  // MARK: Streams

  mutating func started() -> Step { open(firstStream) }

  private var firstStream: Stream {
    Stream(previous: query.previous, follow: query.follow && !query.previous && !owesBacklog)
  }

  private mutating func open(_ stream: Stream) -> Step {
    var stream = stream
    stream.sinceTime = overlap.resume()
    if stream.sinceTime != nil { stream.isFirst = false }
    work = .streaming(stream)
    isOpen = false
    return .open(stream)
  }

  /// The log of the present run, from the line after the last one had.
  private mutating func openCurrent(isFirst: Bool) -> Step {
    mayLack = false
    return open(Stream(follow: query.follow, isFirst: isFirst))
  }

  mutating func opened() {
    isOpen = true
    hasRefreshed = false
    phase = .live
    tellConnected()
  }

  /// Lines came that were not had before.
  mutating func heard() {
    hasHeard = true
    backoff.reset()
    toldWords = ""
  }

  /// The stream is over: `error` is nil where the server ended it, which it does when the container has ended.
  mutating func ended(_ error: HTTPError?, now: Double) -> Step? {
    guard case .streaming(let stream) = work else { return nil }
    if isOpen { freshAt = now }
    isOpen = false
    if let error { return failed(error.advice, now: now) }
    if stream.previous, !query.previous { return currentRun() }
    if owesBacklog {
      owesBacklog = false
      work = .merging
      tellEnd()
      return .awaitOthers
    }
    guard stream.follow else { return finishUnfollowed() }
    work = .runEnded
    return afterRun(isFresh: false)
  }

  private mutating func finishUnfollowed() -> Step {
    if !query.previous { tellEnd() }
    return finish(query.previous ? "the end of the run before" : "the end of the log")
  }

  /// The first lines of all containers are in their order.
  mutating func merged() -> Step? {
    guard work == .merging else { return nil }
    if !query.follow || query.previous { return finishUnfollowed() }
    guard toldEndOfRun == run else { return reopen() }
    work = .runEnded
    return afterRun(isFresh: false)
  }

  // MARK: The pod

  /// - Parameter container: nil when the pod does not have it (any more).
  mutating func podChanged(_ container: LogPod.Container?, isGone: Bool) -> Step? {
    let before = self.container
    self.container = container ?? before
    isPodGone = isGone
    switch work {
    case .runEnded: return afterRun(isFresh: false)
    case .refused(let old):
      if isGone { return finish("the pod is gone") }
      guard container != old else { return nil }
      run = self.container?.restarts ?? run
      return open(owesBacklog ? firstStream : Stream(follow: query.follow))
    default: return nil
    }
  }

  /// The pod is as it was just told.
  mutating func podChecked() -> Step? {
    switch work {
    case .runEnded: return afterRun(isFresh: true)
    case .reopening: return reopen()
    default: return nil
    }
  }

  mutating func podUnknown(_ why: String, now: Double) -> Step? { failed(why, now: now) }

  mutating func waited() -> Step { .checkPod }

  /// The log of a run is whole: it ended, or the server cut the stream short.
  private mutating func afterRun(isFresh: Bool) -> Step {
    if isPodGone { return finish("the pod is gone") }
    guard let container, container.restarts <= run else { return reopen() }
    switch container.run {
    case .ended(let exit):
      tellEnd()
      return container.isFinished ? finish("ended (\(exit.text))") : .awaitPod
    case .waiting:
      tellEnd()
      return .awaitPod
    case .running, .unknown:
      // The stream ends a moment before the pod tells that its container did.
      return isFresh ? reopen() : .wait(seconds: backoff.next())
    }
  }

  /// Opens the log where it was left, whatever ran meanwhile.
  private mutating func reopen() -> Step {
    if isPodGone {
      if mayLack { mark("what \(title) wrote last is lost: the pod is gone") }
      return finish("the pod is gone")
    }
    if owesBacklog || query.previous { return open(firstStream) }
    let behind = (container?.restarts ?? run) - run
    if behind <= 0 { return openCurrent(isFirst: true) }
    if behind == 1, !mayLack { return currentRun() }
    if behind > 1 { mark("\(title) restarted") }
    // Of the runs before the present one the server keeps only the last.
    let lost = behind - 1 - (mayLack ? 0 : 1)
    if lost > 0 {
      mark("the log of \(lost) earlier \(lost == 1 ? "run" : "runs") of \(title) is lost")
    }
    run += behind - 1
    return open(Stream(previous: true, isFirst: false))
  }

  /// The runs before are done with.
  private mutating func currentRun() -> Step {
    run = container?.restarts ?? run + 1
    let why = container?.lastExit.map { " (\($0.text))" } ?? ""
    mark("\(title) restarted\(why)")
    return openCurrent(isFirst: false)
  }

  private mutating func tellEnd() {
    // Of a stretch of the past an end that came later is no part.
    guard let container, container.restarts == run, toldEndOfRun != run, query.untilTime == nil else {
      return
    }
    var exit: LogPod.Exit?
    if case .ended(let how) = container.run { exit = how }
    if case .waiting = container.run { exit = container.lastExit }
    guard let exit else { return }
    toldEndOfRun = run
    mark("\(title) ended (\(exit.text))", at: exit.finishedAt)
  }

  // MARK: Failures

  /// No stream, but an answer with another status; 204 is one.
  mutating func answered(_ answer: ErrorAnswer, now: Double) -> Step {
    guard case .streaming(let stream) = work else { return .awaitPod }
    switch answer.status {
    case 401:
      if hasRefreshed { return refused(answer.status, answer.message) }
      hasRefreshed = true
      return .refreshCredential
    case 403: return refused(answer.status, answer.message)
    case 204:
      tellConnected()
      tell("the pod is not scheduled yet")
      return nothingYet()
    case 400, 404, 422:
      tellConnected()
      if stream.previous, !query.previous {
        mark("the log of \(title) before its restart is lost")
        return currentRun()
      }
      tell(answer.message)
      if container?.isFinished == true { return finish(answer.message) }
      return query.follow && !query.previous ? nothingYet() : finish(answer.message)
    default:
      tell(answer.message)
      if case .live = phase { isBroken = true }
      return failed(answer.message, retryAfterSeconds: answer.retryAfterSeconds, now: now)
    }
  }

  /// A container that waits, or is not there yet: the pod will tell when it is worth asking again.
  private mutating func nothingYet() -> Step {
    owesBacklog = false
    work = .refused(container)
    phase = .live
    return isPodGone ? finish("the pod is gone") : .awaitPod
  }

  private mutating func failed(_ why: String, retryAfterSeconds: Double? = nil, now: Double) -> Step {
    // Among the lines as well: later nobody would see where it was.
    if case .live = phase, !isBroken {
      isBroken = true
      mark("connection lost\(whose): \(why)")
    }
    // Others need not wait for what a lost connection holds back.
    owesBacklog = false
    mayLack = hasHeard
    work = .reopening
    phase = .stale(since: Int64(freshAt), why: why)
    return .wait(seconds: backoff.next(retryAfterSeconds: retryAfterSeconds))
  }

  private mutating func refused(_ status: Int, _ why: String) -> Step {
    owesBacklog = false
    hasRefreshed = false
    work = .reopening
    phase = .refused(status: status, why: why)
    return .wait(seconds: backoff.about(30))
  }

  mutating func refreshed(problem: String?) -> Step? {
    guard case .streaming(let stream) = work else { return nil }
    return problem.map { refused(401, $0) } ?? open(stream)
  }

  private mutating func finish(_ why: String) -> Step {
    work = .finished
    phase = .ended(why: why)
    return .finish
  }

  /// The server's words, unless they are the same as the last time.
  private mutating func tell(_ words: String) {
    guard words != toldWords else { return }
    toldWords = words
    mark(words)
  }

  private mutating func tellConnected() {
    guard isBroken else { return }
    isBroken = false
    mark("connected again\(whose)")
  }

  private var whose: String { isOneOfSeveral ? " to \(title)" : "" }

  private mutating func mark(_ text: String, at nanoseconds: Int64 = 0) {
    marks.append(Mark(text: "--- \(Moment.plain(text)) ---", nanoseconds: nanoseconds))
  }
}
