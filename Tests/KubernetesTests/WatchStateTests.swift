import Cluster
import HTTP
import Testing

@testable import Kubernetes

/// The decisions of a list and its watch, told and asked as values.
@Suite struct WatchStateTests {
  private var state = WatchState(seed: 7, now: 1_000)

  private static let lostError = HTTPError.lost(place: "127.0.0.1", why: "connection reset")

  private static func page(_ version: String, next: String? = nil, remaining: Int? = nil, count: Int = 1)
    -> WatchState.Page
  {
    WatchState.Page(version: version, continueToken: next, remaining: remaining, count: count)
  }

  private static func answer(_ status: Int, _ message: String = "words", retryAfter: Double? = nil)
    -> ErrorAnswer
  {
    ErrorAnswer(status: status, message: message, retryAfterSeconds: retryAfter)
  }

  /// A state whose list of version 100 is whole and whose watch is open since 1,010.
  private static func live(seed: UInt64 = 7) -> WatchState {
    var state = WatchState(seed: seed, now: 1_000)
    _ = state.started()
    _ = state.listed(page("100"), now: 1_009)
    state.watchOpened(now: 1_010)
    return state
  }

  private func seconds(_ step: WatchState.Step) -> Double {
    if case .wait(let seconds) = step { seconds } else { -1 }
  }

  private func version(_ step: WatchState.Step) -> String? {
    if case .watch(let version, _) = step { version } else { nil }
  }

  @Test func aServerThatHasFallenSilentIsAskedAndIsStaleFromItsLastWord() {
    var state = Self.live()
    state.heard(version: "104")
    #expect(state.fellSilent(seconds: 90, now: 1_200) == .check(version: "104"))
    #expect(state.phase == .live, "it may only have nothing to say")
    var other = state
    #expect(version(other.checked()) == "104")
    #expect(seconds(state.failed("no answer", now: 1_215)) >= 0)
    #expect(state.phase == .stale(since: 1_110, why: "no answer"))
  }

  /// Real servers tell no bookmarks of events.
  @Test func silenceMeansSomethingOnlyWhereBookmarksWereTold() {
    var state = Self.live()
    state.heard(version: "104")
    #expect(!state.getsBookmarks)
    state.heard(version: "105", isBookmark: true)
    #expect(state.getsBookmarks)
    _ = state.watchEnded(nil, now: 1_600)
    state.watchOpened(now: 1_601)
    #expect(state.getsBookmarks, "the next watch of the list will tell them too")
  }

  // MARK: Lists

  @Test mutating func aSmallFirstPageComesBeforeLargerOnesAndTheWatchStartsFromTheListsVersion() {
    #expect(state.started() == .list(continueToken: nil, limit: 100))
    #expect(
      state.listed(Self.page("100", next: "a", remaining: 700, count: 100), now: 1)
        == .list(continueToken: "a", limit: 500))
    #expect(state.phase == .listing(got: 100, of: 800))
    #expect(
      state.listed(Self.page("100", next: "b", remaining: 200, count: 500), now: 2)
        == .list(continueToken: "b", limit: 500))
    #expect(state.phase == .listing(got: 600, of: 800))
    #expect(version(state.listed(Self.page("100", count: 200), now: 3)) == "100")
    #expect(state.phase == .listing(got: 800, of: 800))
    state.watchOpened(now: 4)
    #expect(state.phase == .live)
  }

  @Test mutating func theServerEndsWatchesAfterFiveToTenMinutesAndNotAllAtOnce() {
    var ends: Set<Int> = []
    for seed in 0..<20 as Range<UInt64> {
      var state = WatchState(seed: seed, now: 0)
      _ = state.started()
      guard case .watch(_, let seconds) = state.listed(Self.page("1"), now: 0) else {
        Issue.record("no watch after a whole list")
        return
      }
      #expect((300...600).contains(seconds))
      ends.insert(seconds)
    }
    #expect(ends.count > 10)
  }

  @Test mutating func aListThatIsLostInTheMiddleGoesOnWithThePageThatFailed() {
    _ = state.started()
    _ = state.listed(Self.page("100", next: "a", count: 100), now: 1_001)
    let wait = state.answered(Self.answer(0, "connection refused"), now: 1_002)
    #expect((0.2...0.5).contains(seconds(wait)))
    #expect(state.phase == .stale(since: 1_000, why: "connection refused"))
    #expect(state.waited() == .list(continueToken: "a", limit: 250), "a smaller page may come through")
    _ = state.answered(Self.answer(0, "connection refused"), now: 1_002)
    #expect(state.waited() == .list(continueToken: "a", limit: 125))
    let next = state.listed(Self.page("100", next: "b", count: 5), now: 1_003)
    #expect(next == .list(continueToken: "b", limit: 250), "and grows again")
    #expect(version(state.listed(Self.page("100", count: 4), now: 1_003)) == "100")
    #expect(state.phase == .listing(got: 109, of: 109))
  }

  @Test mutating func pagesThatComeThroughMakeTheNextFailureCheapAgain() {
    _ = state.started()
    for token in 0..<20 {
      let wait = state.answered(Self.answer(0, "connection reset"), now: 1_002)
      #expect((0.2...0.5).contains(seconds(wait)))
      _ = state.waited()
      _ = state.listed(Self.page("100", next: "\(token)"), now: 1_003)
    }
  }

  @Test mutating func anExpiredPageStartsTheListAnewAsItsNewTokenWouldHideChanges() {
    _ = state.started()
    _ = state.listed(Self.page("100", next: "a", count: 100), now: 1_001)
    var gone = Self.answer(410, "The provided continue parameter is too old")
    gone.continueToken = "inconsistent"
    #expect(state.answered(gone, now: 1_400) == .list(continueToken: nil, limit: 100))
    #expect(version(state.listed(Self.page("200", count: 9), now: 1_401)) == "200")
  }

  @Test mutating func aPageTokenThatTheServerCannotReadStartsTheListAnew() {
    _ = state.started()
    _ = state.listed(Self.page("100", next: "a"), now: 1_001)
    let wait = state.answered(Self.answer(400, "continue key is not valid"), now: 1_002)
    #expect(seconds(wait) > 0)
    #expect(state.waited() == .list(continueToken: nil, limit: 50))
  }

  @Test func whatCannotBeWatchedIsAsOldAsItsList() {
    var state = WatchState(seed: 1, canWatch: false, now: 1_000)
    _ = state.started()
    #expect(state.listed(Self.page(""), now: 1_001) == .rest)
    guard case .stale(1_001, _) = state.phase else {
      Issue.record("\(state.phase)")
      return
    }
    var other = Self.live()
    _ = other.watchEnded(Self.lostError, now: 1_011)
    _ = other.waited()
    _ = other.checked()
    #expect(other.answered(Self.answer(405), now: 1_012) == .rest)
  }

  // MARK: Watches that end

  @Test func aWatchThatTheServerEndsInTimeResumesAtOnceAndStaysLive() {
    var state = Self.live()
    state.heard(version: "120")
    #expect(version(state.watchEnded(nil, now: 2_000)) == "120")
    #expect(state.phase == .live)
  }

  @Test func aBookmarkMovesTheVersionWithoutAnyRow() {
    var state = Self.live()
    state.heard(version: "130")
    state.heard(version: nil)
    state.heard(version: "")
    #expect(version(state.watchEnded(nil, now: 2_000)) == "130")
  }

  @Test func aWatchThatEndsBeforeItsTimeIsResumedAfterTheServerSaysThatItKnowsTheVersion() {
    var state = Self.live()
    state.heard(version: "120")
    #expect(state.watchEnded(nil, now: 1_020) == .check(version: "120"))
    #expect(version(state.checked()) == "120")
  }

  @Test func aLostConnectionIsHadAgainAlmostAtOnceThenEverMoreSlowly() {
    var state = Self.live()
    state.heard(version: "120")
    var waits = [seconds(state.watchEnded(Self.lostError, now: 1_050))]
    #expect(state.phase == .stale(since: 1_050, why: Self.lostError.advice))
    for tick in 0..<9 {
      #expect(state.waited() == .check(version: "120"))
      waits.append(seconds(state.answered(Self.answer(0, "refused"), now: 1_051 + Double(tick))))
      #expect(state.phase == .stale(since: 1_050, why: "refused"), "the data does not get younger")
    }
    #expect((0.2...0.5).contains(waits[0]))
    let bases = [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    for (wait, base) in zip(waits.dropFirst(), bases) { #expect((base * 0.5...base * 1.5).contains(wait)) }
  }

  @Test func whatWasHeardMakesTheNextRetryFastAgain() {
    var state = Self.live()
    for _ in 0..<6 {
      _ = state.watchEnded(Self.lostError, now: 1_050)
      _ = state.waited()
      _ = state.checked()
    }
    state.watchOpened(now: 1_060)
    state.heard(version: "150")
    #expect((0.2...0.5).contains(seconds(state.watchEnded(Self.lostError, now: 1_061))))
  }

  @Test func equalFailuresOfTwoWatchesAreNotRetriedTogether() {
    var waits: Set<Double> = []
    for seed in 0..<10 as Range<UInt64> {
      var state = Self.live(seed: seed)
      waits.insert(seconds(state.watchEnded(Self.lostError, now: 1_050)))
    }
    #expect(waits.count == 10)
  }

  @Test func aServerThatEndsWatchesAtOnceIsNotAskedInALoop() {
    var state = Self.live()
    var total = 0.0
    for _ in 0..<6 {
      let step = state.watchEnded(nil, now: 1_010.1)
      total += seconds(step)
      #expect(seconds(step) > 0)
      _ = state.waited()
      _ = state.checked()
      state.watchOpened(now: 1_010)
    }
    #expect(total > 5)
  }

  @Test func aLinkThatDiedSilentlyWasFreshOnlyUntilItWasLastProven() {
    var state = Self.live()
    _ = state.watchEnded(.timedOut(place: "p", phase: "read", seconds: 20), silentSeconds: 35, now: 1_100)
    guard case .stale(1_065, _) = state.phase else {
      Issue.record("\(state.phase)")
      return
    }
    var young = Self.live()
    _ = young.watchEnded(.timedOut(place: "p", phase: "read", seconds: 20), silentSeconds: 35, now: 1_012)
    guard case .stale(1_010, _) = young.phase else {
      Issue.record("\(young.phase)")
      return
    }
  }

  // MARK: Versions that are too old, or yet to come

  @Test func aVersionThatIsTooOldLeadsToANewListAtOnceInLargePages() {
    var state = Self.live()
    let gone = Self.answer(410, "too old resource version: 5 (6331)")
    #expect(state.answered(gone, now: 1_100) == .list(continueToken: nil, limit: 500))
    #expect(state.phase == .stale(since: 1_100, why: "too old resource version: 5 (6331)"))
    #expect(version(state.listed(Self.page("6331"), now: 1_101)) == "6331")
    state.watchOpened(now: 1_102)
    #expect(state.phase == .live)
  }

  @Test func listsThatAreTooOldAtOnceAreNotRepeatedInALoop() {
    var state = Self.live()
    _ = state.answered(Self.answer(410), now: 1_100)
    _ = state.listed(Self.page("200"), now: 1_101)
    #expect(seconds(state.answered(Self.answer(410), now: 1_102)) > 0)
    #expect(state.waited() == .list(continueToken: nil, limit: 500))
  }

  @Test func aServerWithAnOlderPastIsListedAnewInsteadOfWatchedInSilence() {
    var state = Self.live()
    state.heard(version: "99999999")
    _ = state.watchEnded(Self.lostError, now: 1_100)
    #expect(state.waited() == .check(version: "99999999"))
    let future = Self.answer(
      504, "Timeout: Too large resource version: 99999999, current: 6977", retryAfter: 1)
    #expect(state.answered(future, now: 1_103) == .list(continueToken: nil, limit: 500))
  }

  // MARK: Refusals

  @Test mutating func a401RenewsTheCredentialOnceThenSaysSo() {
    _ = state.started()
    #expect(state.answered(Self.answer(401, "Unauthorized"), now: 1_001) == .refreshCredential)
    #expect(state.refreshed(problem: nil) == .list(continueToken: nil, limit: 100))
    let wait = state.answered(Self.answer(401, "Unauthorized"), now: 1_002)
    #expect((24...36).contains(seconds(wait)))
    #expect(state.phase == .refused(status: 401, why: "Unauthorized"))
    _ = state.waited()
    #expect(
      state.answered(Self.answer(401), now: 1_040) == .refreshCredential, "later it may be another credential"
    )
  }

  @Test mutating func aCredentialThatCannotBeRenewedSaysWhy() {
    _ = state.started()
    _ = state.answered(Self.answer(401), now: 1_001)
    #expect((24...36).contains(seconds(state.refreshed(problem: "aws: token has expired"))))
    #expect(state.phase == .refused(status: 401, why: "aws: token has expired"))
  }

  @Test func a401InTheMiddleOfALongSessionGoesOnWhereItWas() {
    var state = Self.live()
    state.heard(version: "120")
    #expect(state.answered(Self.answer(401), now: 1_100) == .refreshCredential)
    #expect(version(state.refreshed(problem: nil)) == "120")
  }

  @Test(arguments: [403, 404])
  func aRefusalIsToldInTheServersWordsAndTriedAgainSlowly(status: Int) {
    var state = WatchState(seed: 3, now: 1_000)
    _ = state.started()
    let words = "secrets is forbidden: User \"oncall\" cannot list resource \"secrets\""
    let wait = state.answered(Self.answer(status, words), now: 1_001)
    #expect(state.phase == .refused(status: status, why: words))
    #expect((24...36).contains(seconds(wait)))
    #expect(state.waited() == .list(continueToken: nil, limit: 100))
  }

  @Test mutating func aQuestionThatIsWrongIsNotAskedAgain() {
    _ = state.started()
    #expect(state.answered(Self.answer(400, "unable to parse requirement"), now: 1_001) == .rest)
    #expect(state.phase == .refused(status: 400, why: "unable to parse requirement"))
    var other = WatchState(seed: 3, now: 1_000)
    _ = other.started()
    #expect(other.answered(Self.answer(405, "the server does not allow this method"), now: 1_001) == .rest)
  }

  @Test func aKindThatIsGoneIsListedBeforeItsRowsAreDropped() {
    var state = Self.live()
    #expect(seconds(state.answered(Self.answer(404, "not found"), now: 1_100)) > 0)
    #expect(!state.isVanished)
    _ = state.waited()
    _ = state.answered(Self.answer(404, "not found"), now: 1_101)
    #expect(state.isVanished)
    _ = state.waited()
    _ = state.listed(Self.page("1"), now: 1_140)
    #expect(!state.isVanished)
  }

  @Test func rightsThatWereTakenAwayLeaveTheRowsAndSaySo() {
    var state = Self.live()
    _ = state.answered(Self.answer(403, "cannot watch"), now: 1_100)
    #expect(state.phase == .refused(status: 403, why: "cannot watch"))
    #expect(!state.isVanished)
    #expect(version(state.waited()) == "100")
  }

  // MARK: Busy and failing servers

  @Test mutating func aBusyServerIsWaitedForAsLongAsItSays() {
    _ = state.started()
    let busy = Self.answer(429, "Too many requests, please try again later.", retryAfter: 2)
    #expect((2...2.5).contains(seconds(state.answered(busy, now: 1_001))))
    #expect(state.phase == .stale(since: 1_000, why: "Too many requests, please try again later."))
  }

  @Test func aWatchThatFailsAgainAndAgainIsListedAnew() {
    var state = Self.live()
    _ = state.watchEnded(Self.lostError, now: 1_050)
    var steps: [WatchState.Step] = []
    for _ in 0..<5 {
      var step = state.waited()
      if step == .check(version: "100") { step = state.checked() }
      steps.append(step)
      _ = state.answered(Self.answer(500, "resourceVersion: Invalid value"), now: 1_051)
    }
    #expect(steps.last == .list(continueToken: nil, limit: 500))
  }

  @Test func anErrorInTheStreamMakesTheDataAsOldAsTheError() {
    var state = Self.live()
    #expect(seconds(state.answered(Self.answer(500, "etcdserver: leader changed"), now: 1_200)) > 0)
    #expect(state.phase == .stale(since: 1_200, why: "etcdserver: leader changed"))
  }
}
