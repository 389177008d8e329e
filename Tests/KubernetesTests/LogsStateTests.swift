import Cluster
import HTTP
import Testing

@testable import Kubernetes

/// The decisions of one container's log, told and asked as values.
@Suite struct LogsStateTests {
  private static let lost = HTTPError.lost(place: "127.0.0.1", why: "connection reset")
  private static let second: Int64 = 1_000_000_000
  private static let oom = LogPod.Exit(code: 137, reason: "OOMKilled", finishedAt: 90 * second)

  private static func api(
    _ run: LogPod.Run, restarts: Int = 0, lastExit: LogPod.Exit? = nil, isFinished: Bool = false
  ) -> LogPod.Container {
    LogPod.Container(name: "api", restarts: restarts, run: run, lastExit: lastExit, isFinished: isFinished)
  }

  private func state(
    _ container: LogPod.Container = api(.running), several: Bool = false, previous: Bool = false,
    follow: Bool = true
  ) -> LogState {
    var query = LogQuery(namespace: "shop", pod: "api-1")
    query.previous = previous
    query.follow = follow
    return LogState(query, container: container, isOneOfSeveral: several, seed: 3, now: 1_000)
  }

  /// A log that is followed and had one line at second 80.
  private func followed(_ container: LogPod.Container = api(.running)) -> LogState {
    var state = state(container)
    _ = state.started()
    state.opened()
    #expect(state.overlap.isNew(80 * Self.second) == true)
    state.heard()
    return state
  }

  private func words(_ state: inout LogState) -> [String] { state.takeMarks().map(\.text) }

  /// Without what is told of the connection.
  private func wordsOfRuns(_ state: inout LogState) -> [String] {
    words(&state).filter { !$0.hasPrefix("--- connect") }
  }

  private func isWait(_ step: LogState.Step?) -> Bool {
    if case .wait = step { true } else { false }
  }

  @Test func oneContainerIsFollowedFromItsTailOn() {
    var state = state()
    #expect(state.started() == .open(.init(follow: true)))
    state.opened()
    #expect(state.phase == .live)
  }

  @Test func severalAreReadToTheirEndsFirstSoThatTheyCanBeMerged() {
    var state = state(several: true)
    #expect(state.started() == .open(.init(follow: false)))
    #expect(state.holdsUpMerge)
    state.opened()
    #expect(state.overlap.isNew(80 * Self.second) == true)
    #expect(state.ended(nil, now: 1_001) == .awaitOthers)
    #expect(!state.holdsUpMerge)
    #expect(state.merged() == .open(.init(follow: true, isFirst: false, sinceTime: 79)))
  }

  @Test func aLostConnectionGoesOnAfterThePodWasAskedFromALittleEarlier() {
    var state = followed()
    let wait = state.ended(Self.lost, now: 1_050)
    #expect(isWait(wait))
    #expect(state.phase == .stale(since: 1_050, why: Self.lost.advice))
    #expect(state.waited() == .checkPod)
    #expect(state.podChanged(Self.api(.running), isGone: false) == nil)
    #expect(state.podChecked() == .open(.init(follow: true, isFirst: false, sinceTime: 79)))
    #expect(
      state.overlap.isNew(80 * Self.second) == false, "the line that was had comes again and is dropped")
    #expect(state.overlap.isNew(80 * Self.second) == true, "another line of the same time is another line")
  }

  @Test func aLostConnectionAndItsReturnAreToldAmongTheLines() {
    var state = followed()
    _ = state.ended(Self.lost, now: 1_050)
    #expect(words(&state) == ["--- connection lost: \(Self.lost.advice) ---"])
    _ = state.waited()
    let again = state.podUnknown("still away", now: 1_051)
    #expect(isWait(again) && words(&state) == [], "one loss is told once")
    _ = state.podChecked()
    state.opened()
    #expect(words(&state) == ["--- connected again ---"])
  }

  @Test func ofSeveralContainersTheOneThatIsLostIsNamed() {
    var state = followed()
    state.isOneOfSeveral = true
    _ = state.ended(Self.lost, now: 1_050)
    #expect(words(&state) == ["--- connection lost to container api: \(Self.lost.advice) ---"])
    _ = state.podChecked()
    state.opened()
    #expect(words(&state) == ["--- connected again to container api ---"])
  }

  @Test func theServersWordsForALossAreNotSaidTwice() {
    var state = followed()
    _ = state.ended(nil, now: 1_050)
    _ = state.podChecked()
    let away = ErrorAnswer(status: 500, message: "dial tcp 192.0.2.12:10250: no route to host")
    let wait = state.answered(away, now: 1_051)
    #expect(isWait(wait))
    #expect(words(&state) == ["--- dial tcp 192.0.2.12:10250: no route to host ---"])
    _ = state.podChecked()
    state.opened()
    #expect(words(&state) == ["--- connected again ---"])
  }

  @Test func aContainerThatEndsAndStartsAgainGoesOnWithAMarkBetween() {
    var state = followed()
    let wait = state.ended(nil, now: 1_050)
    #expect(isWait(wait), "the pod tells of the end a moment after the stream did")
    let awaits = state.podChanged(Self.api(.ended(Self.oom)), isGone: false)
    #expect(awaits == .awaitPod)
    #expect(words(&state) == ["--- container api ended (exit 137, OOMKilled) ---"])
    let restarted = Self.api(.running, restarts: 1, lastExit: Self.oom)
    #expect(
      state.podChanged(restarted, isGone: false) == .open(.init(follow: true, isFirst: false, sinceTime: 79)))
    #expect(words(&state) == ["--- container api restarted (exit 137, OOMKilled) ---"])
  }

  @Test func aCrashLoopIsTheEndOfARunUntilTheNextStarts() {
    var state = followed(Self.api(.waiting("CrashLoopBackOff"), restarts: 4, lastExit: Self.oom))
    #expect(state.ended(nil, now: 1_050) == .awaitPod)
    #expect(words(&state) == ["--- container api ended (exit 137, OOMKilled) ---"])
    #expect(
      state.podChanged(
        Self.api(.waiting("CrashLoopBackOff"), restarts: 4, lastExit: Self.oom), isGone: false) == .awaitPod)
    #expect(words(&state) == [], "told once")
    let next = state.podChanged(Self.api(.running, restarts: 5, lastExit: Self.oom), isGone: false)
    #expect(next == .open(.init(follow: true, isFirst: false, sinceTime: 79)))
  }

  @Test func aRestartWhileTheConnectionWasLostFirstReadsTheRestOfTheRunBefore() {
    var state = followed()
    _ = state.ended(Self.lost, now: 1_050)
    _ = state.waited()
    _ = state.podChanged(Self.api(.running, restarts: 1, lastExit: Self.oom), isGone: false)
    #expect(state.podChecked() == .open(.init(previous: true, isFirst: false, sinceTime: 79)))
    state.opened()
    #expect(state.ended(nil, now: 1_052) == .open(.init(follow: true, isFirst: false, sinceTime: 79)))
    #expect(wordsOfRuns(&state) == ["--- container api restarted (exit 137, OOMKilled) ---"])
  }

  @Test func runsThatCameAndWentUnseenAreCountedAsLost() {
    var state = followed()
    _ = state.ended(Self.lost, now: 1_050)
    _ = state.waited()
    _ = state.podChanged(Self.api(.running, restarts: 3, lastExit: Self.oom), isGone: false)
    #expect(state.podChecked() == .open(.init(previous: true, isFirst: false, sinceTime: 79)))
    #expect(
      wordsOfRuns(&state) == [
        "--- container api restarted ---", "--- the log of 2 earlier runs of container api is lost ---",
      ])
    state.opened()
    _ = state.ended(nil, now: 1_052)
    #expect(wordsOfRuns(&state) == ["--- container api restarted (exit 137, OOMKilled) ---"])
  }

  @Test func aRunBeforeThatTheNodeNoLongerHasIsToldAsLost() {
    var state = followed()
    _ = state.ended(Self.lost, now: 1_050)
    _ = state.waited()
    _ = state.podChanged(Self.api(.running, restarts: 1), isGone: false)
    _ = state.podChecked()
    let gone = ErrorAnswer(
      status: 400, message: "previous terminated container \"api\" in pod \"api-1\" not found")
    #expect(state.answered(gone, now: 1_051) == .open(.init(follow: true, isFirst: false, sinceTime: 79)))
    #expect(
      wordsOfRuns(&state) == [
        "--- the log of container api before its restart is lost ---", "--- container api restarted ---",
      ])
  }

  @Test func aContainerThatHasDoneItsWorkEndsTheLog() {
    let done = LogPod.Exit(code: 0, reason: "Completed", finishedAt: 90 * Self.second)
    var state = followed(Self.api(.ended(done), isFinished: true))
    #expect(state.ended(nil, now: 1_050) == .finish)
    #expect(state.phase == .ended(why: "ended (exit 0, Completed)"))
    #expect(
      state.takeMarks()
        == [.init(text: "--- container api ended (exit 0, Completed) ---", nanoseconds: 90 * Self.second)])
  }

  @Test func aContainerThatWaitsSaysSoOnceAndIsAskedForWhenThePodChanges() {
    var state = state(Self.api(.waiting("ContainerCreating")))
    _ = state.started()
    let waits = ErrorAnswer(
      status: 400,
      message: "container \"app\" in pod \"missing-secret-volume\" is waiting to start: ContainerCreating")
    #expect(state.answered(waits, now: 1_001) == .awaitPod)
    #expect(
      words(&state) == [
        "--- container \"app\" in pod \"missing-secret-volume\" is waiting to start: ContainerCreating ---"
      ])
    #expect(state.podChanged(Self.api(.waiting("ContainerCreating")), isGone: false) == nil)
    #expect(
      state.podChanged(Self.api(.waiting("CreateContainerError")), isGone: false)
        == .open(.init(follow: true)))
    #expect(state.answered(waits, now: 1_002) == .awaitPod)
    #expect(words(&state) == [], "the same words are not repeated")
    #expect(state.podChanged(Self.api(.running), isGone: false) == .open(.init(follow: true)))
  }

  @Test func aPodWithoutANodeAnswersNothing() {
    var state = state(Self.api(.unknown))
    _ = state.started()
    #expect(state.answered(ErrorAnswer(status: 204, message: "HTTP 204"), now: 1_001) == .awaitPod)
    #expect(words(&state) == ["--- the pod is not scheduled yet ---"])
  }

  @Test func aDeadNodeIsToldInTheServersWordsAndTriedAgain() {
    var state = state()
    _ = state.started()
    let dead = ErrorAnswer(status: 500, message: "dial tcp 192.0.2.12:10250: connect: no route to host")
    let wait = state.answered(dead, now: 1_001)
    #expect(isWait(wait))
    #expect(words(&state) == ["--- dial tcp 192.0.2.12:10250: connect: no route to host ---"])
    #expect(state.phase == .stale(since: 1_000, why: "dial tcp 192.0.2.12:10250: connect: no route to host"))
    #expect(state.waited() == .checkPod)
    #expect(state.podChecked() == .open(.init(follow: true)))
    _ = state.answered(dead, now: 1_002)
    #expect(words(&state) == [])
  }

  @Test func aPreviousRunThatIsNotThereEndsWithTheServersWords() {
    var state = state(previous: true)
    #expect(state.started() == .open(.init(previous: true)))
    let none = ErrorAnswer(
      status: 400, message: "previous terminated container \"web\" in pod \"web-74fb9bbdc6-2rghk\" not found")
    #expect(state.answered(none, now: 1_001) == .finish)
    #expect(state.phase == .ended(why: none.message))
  }

  @Test func aLogThatIsNotFollowedEndsWithItsStream() {
    var state = state(follow: false)
    #expect(state.started() == .open(.init()))
    state.opened()
    #expect(state.ended(nil, now: 1_001) == .finish)
    #expect(state.phase == .ended(why: "the end of the log"))
  }

  @Test func aDeletedPodEndsTheLogWhenItsStreamDoes() {
    var state = followed()
    #expect(state.podChanged(nil, isGone: true) == nil)
    #expect(state.ended(nil, now: 1_050) == .finish)
    #expect(state.phase == .ended(why: "the pod is gone"))
  }

  @Test func aStreamThatTheServerCutsShortGoesOnThoughTheContainerStillRuns() {
    var state = followed()
    let wait = state.ended(nil, now: 1_050)
    #expect(isWait(wait))
    _ = state.waited()
    #expect(state.podChanged(Self.api(.running), isGone: false) != nil)
    #expect(state.podChecked() == .open(.init(follow: true, isFirst: false, sinceTime: 79)))
    #expect(words(&state) == [])
  }

  @Test func a401RenewsTheCredentialOnceAndA403IsARefusal() {
    var state = state()
    _ = state.started()
    let no = ErrorAnswer(status: 401, message: "Unauthorized")
    #expect(state.answered(no, now: 1) == .refreshCredential)
    #expect(state.refreshed(problem: nil) == .open(.init(follow: true)))
    let wait = state.answered(no, now: 2)
    #expect(isWait(wait))
    #expect(state.phase == .refused(status: 401, why: "Unauthorized"))
  }
}
