import Cluster
import HTTP

/// Decides what to ask next so that one list stays true: pages of a list, then a watch from the list's version, and
/// what to do about every way in which either fails. It does no I/O: it is told what happened and says the next
/// step, which the caller performs. Times are seconds since 1970.
struct WatchState: Sendable {
  enum Step: Hashable {
    case list(continueToken: String?, limit: Int)
    /// `from` is the version to go on from, `timeoutSeconds` after how long the server shall end it.
    case watch(from: String, timeoutSeconds: Int)
    /// Ask for anything not older than this version; tell `checked` when the server can.
    case check(version: String)
    /// Then tell `waited`.
    case wait(seconds: Double)
    /// Then tell `refreshed`.
    case refreshCredential
    /// Nothing more helps.
    case rest
  }

  /// What a page of a list tells about the list.
  struct Page: Hashable {
    var version: String
    var continueToken: String?
    var remaining: Int?
    var count: Int
  }

  private enum Work: Hashable {
    case list(continueToken: String?)
    case check
    case watch
  }

  static let firstPageLimit = 100
  static let pageLimit = 500

  private(set) var phase = Phase.connecting
  /// The kind is no longer served: rows of a former list are gone.
  private(set) var isVanished = false

  /// Whether a watch of this list has told a bookmark: only then does silence mean anything.
  private(set) var getsBookmarks = false

  private let canWatch: Bool
  private var work = Work.list(continueToken: nil)
  /// Where the watch goes on: the list's version, then that of the last event or bookmark.
  private var version = ""
  private var got = 0
  private var expected: Int?
  /// When all was last known to be as the server had it. Nil before the first list is whole.
  private var freshAt: Double?
  private let startedAt: Double
  private var watchOpenedAt: Double?
  private var watchSeconds = 0
  private var hasHeard = false
  private var hasRefreshed = false
  /// The version was too old, without any news in between.
  private var expiries = 0
  /// Answers other than 200 to watches, without any news in between.
  private var watchRefusals = 0
  /// How often the size of pages was halved.
  private var halvings = 0
  /// Of pages; starts anew with each that comes through.
  private var pageBackoff: Backoff
  /// Of watches; starts anew when one is heard of or lived for a while.
  private var backoff: Backoff

  /// - Parameter seed: of the jitter; equal seeds wait equally long.
  init(seed: UInt64, maxBackoffSeconds: Double = 30, canWatch: Bool = true, now: Double) {
    backoff = Backoff(seed: seed, maxSeconds: maxBackoffSeconds)
    pageBackoff = Backoff(seed: ~seed, maxSeconds: maxBackoffSeconds)
    self.canWatch = canWatch
    startedAt = now
  }

  /// The first step.
  mutating func started() -> Step { again() }
  mutating func waited() -> Step { again() }

  /// The step that is due, whatever stopped it before.
  mutating func again() -> Step {
    switch work {
    case .list(let token):
      // The first page is small, so that it is on screen at once; and where pages are lost on their way, smaller
      // ones may come through.
      let limit = token == nil && freshAt == nil ? Self.firstPageLimit : Self.pageLimit
      return .list(continueToken: token, limit: max(25, limit >> halvings))
    case .check: return .check(version: version)
    case .watch:
      hasHeard = false
      // The ends of many watches are spread over minutes.
      watchSeconds = backoff.random(in: 300...600)
      return .watch(from: version, timeoutSeconds: watchSeconds)
    }
  }

  private var isListing: Bool { work != .watch && work != .check }

  // MARK: Lists

  mutating func listed(_ page: Page, now: Double) -> Step {
    if case .list(nil) = work {
      got = 0
      version = page.version
    }
    hasRefreshed = false
    isVanished = false
    pageBackoff.reset()
    halvings = max(0, halvings - 1)
    got += page.count
    expected = page.remaining.map { got + $0 } ?? expected
    if freshAt == nil { phase = .listing(got: got, of: page.continueToken == nil ? got : expected) }
    if let token = page.continueToken {
      work = .list(continueToken: token)
      return again()
    }
    work = .watch
    freshAt = now
    return canWatch ? again() : cannotBeWatched()
  }

  private mutating func cannotBeWatched() -> Step {
    phase = .stale(
      since: Int64(freshAt ?? startedAt), why: "the server cannot watch these: they are as of the list")
    return .rest
  }

  // MARK: Watches

  /// The server knows our version.
  mutating func checked() -> Step {
    work = .watch
    return again()
  }

  mutating func watchOpened(now: Double) {
    watchOpenedAt = now
    hasRefreshed = false
    phase = .live
  }

  /// An event or a bookmark came; `version` is the one it carries.
  mutating func heard(version: String?, isBookmark: Bool = false) {
    if isBookmark { getsBookmarks = true }
    if let version, !version.isEmpty { self.version = version }
    hasHeard = true
    expiries = 0
    watchRefusals = 0
    backoff.reset()
  }

  /// The watch is over: `error` is nil where the server ended it.
  ///
  /// - Parameter silentSeconds: for how long a dead connection may have gone unnoticed.
  mutating func watchEnded(_ error: HTTPError?, silentSeconds: Double = 0, now: Double) -> Step {
    let wasLive = watchOpenedAt != nil
    let lived = closeWatch(now: now)
    if wasLive { freshAt = now - min(silentSeconds, lived) }
    guard error == nil, wasLive, hasHeard || lived >= 1 else {
      return failed(error?.advice ?? "the server ended the watch at once", now: now)
    }
    // The regular end. One before its time may be a restart, after which nothing is sure.
    if lived < Double(watchSeconds) - 10 { work = .check }
    return again()
  }

  /// The watch is open and tells nothing, not even the bookmarks it told before: whether the server still answers is yet to be seen.
  mutating func fellSilent(seconds: Double, now: Double) -> Step {
    freshAt = now - min(seconds, closeWatch(now: now))
    work = .check
    return again()
  }

  /// For how long it was open.
  private mutating func closeWatch(now: Double) -> Double {
    let lived = watchOpenedAt.map { now - $0 } ?? 0
    watchOpenedAt = nil
    if lived >= 5 {
      expiries = 0
      backoff.reset()
    }
    return lived
  }

  // MARK: Failures

  /// No request could be made, or the answer was no list.
  mutating func failed(_ why: String, retryAfterSeconds: Double? = nil, now: Double) -> Step {
    if watchOpenedAt != nil { freshAt = now }
    _ = closeWatch(now: now)
    stale(why, now: now)
    if isListing {
      halvings = min(halvings + 1, 4)
      return .wait(seconds: pageBackoff.next(retryAfterSeconds: retryAfterSeconds))
    }
    // A server that was away may come back with an older past (a restored backup), and a watch from a version that
    // is yet to come is silent for ever.
    if work == .watch { work = .check }
    return .wait(seconds: backoff.next(retryAfterSeconds: retryAfterSeconds))
  }

  /// The server answered with an error, to the list or the watch, or as an ERROR event in the stream.
  mutating func answered(_ answer: ErrorAnswer, now: Double) -> Step {
    if watchOpenedAt != nil { freshAt = now }
    _ = closeWatch(now: now)
    switch answer.status {
    case 410: return expired(answer, now: now)
    case 504 where work == .check: return expired(answer, now: now)
    case 401:
      if hasRefreshed { return refused(answer.status, answer.message, retrySeconds: 30) }
      hasRefreshed = true
      return .refreshCredential
    // Only a list can say whether the kind is gone.
    case 404 where !isListing, 400 where work != .list(continueToken: nil): return startOver(answer, now: now)
    case 405 where work == .watch: return cannotBeWatched()
    case 403, 404:
      isVanished = answer.status == 404
      return refused(answer.status, answer.message, retrySeconds: 30)
    case 400, 405, 406, 415, 422: return refused(answer.status, answer.message, retrySeconds: nil)
    default:
      if work == .watch {
        watchRefusals += 1
        // It may be our version that it cannot digest.
        if watchRefusals > 3, answer.status != 429 { return startOver(answer, now: now) }
      }
      return failed(answer.message, retryAfterSeconds: answer.retryAfterSeconds, now: now)
    }
  }

  /// 410 Gone: the server no longer remembers our version, or that of a page, so only a new list helps. The token that
  /// comes with an expired page goes on with newer data than the pages before, which would hide what changed in them.
  private mutating func expired(_ answer: ErrorAnswer, now: Double) -> Step {
    expiries += 1
    if expiries > 1 { return startOver(answer, now: now) }
    work = .list(continueToken: nil)
    stale(answer.message, now: now)
    return again()
  }

  private mutating func startOver(_ answer: ErrorAnswer, now: Double) -> Step {
    // What led here decides how long to wait: lists that go well do not excuse watches that never do.
    let wait = failed(answer.message, retryAfterSeconds: answer.retryAfterSeconds, now: now)
    watchRefusals = 0
    work = .list(continueToken: nil)
    return wait
  }

  /// Rights and kinds change, so a refusal is tried again, slowly.
  private mutating func refused(_ status: Int, _ why: String, retrySeconds: Double?) -> Step {
    if isListing { work = .list(continueToken: nil) }
    phase = .refused(status: status, why: why)
    hasRefreshed = false
    return retrySeconds.map { .wait(seconds: backoff.about($0)) } ?? .rest
  }

  /// Rows that were never there are as old as the wish for them.
  private mutating func stale(_ why: String, now: Double) {
    phase = .stale(since: Int64(freshAt ?? startedAt), why: why)
  }

  /// The credential was renewed; `problem` says why it could not be.
  mutating func refreshed(problem: String?) -> Step {
    problem.map { refused(401, $0, retrySeconds: 30) } ?? again()
  }
}
