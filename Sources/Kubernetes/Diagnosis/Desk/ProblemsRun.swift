import Cluster

/// Serves the need for all problems of a scope.
///
/// @unchecked: confined to the engine's queue.
final class ProblemsRun: DiagnosisSubscriber, @unchecked Sendable {
  private let query: ProblemsQuery
  private let outbox: Outbox
  private weak var desk: DiagnosisDesk?
  private var told: ProblemBoard?
  private var toldRevision = -1
  private let gate: PhaseGate

  init(_ query: ProblemsQuery, outbox: Outbox) {
    self.query = query
    self.outbox = outbox
    gate = PhaseGate(.problems(query), outbox)
  }

  func began(_ desk: DiagnosisDesk) {
    self.desk = desk
    if query.scansConfiguration { desk.scanConfiguration() }
  }

  func changed(now: Int64) {
    guard let desk else { return }
    var board = ProblemBoard()
    // The same array as before, unless something is ranked anew: to compare it costs nothing.
    board.problems = desk.problems.revision == toldRevision ? told?.problems ?? [] : desk.problems.ranked
    toldRevision = desk.problems.revision
    board.checked = desk.checked
    board.unseen = desk.unseen
    board.isWhole = desk.isSettled
    if board != told {
      told = board
      outbox.post(.problems(query, board))
    }
    if desk.isTellable { gate.open() }
  }

  func phaseChanged(_ phase: Phase) { gate.phaseChanged(phase) }
  func ended() {}
}

/// Holds back that a need is served until what it is about has been examined once: lists that have come are not yet an
/// answer.
///
/// Confined to the engine's queue.
final class PhaseGate {
  private let need: Need
  private let outbox: Outbox
  private var isOpen = false
  private var last: Phase?

  init(_ need: Need, _ outbox: Outbox) {
    self.need = need
    self.outbox = outbox
  }

  func phaseChanged(_ phase: Phase) {
    last = phase
    if isOpen || phase != .live { outbox.post(.phase(need, phase)) }
  }

  func open() {
    guard !isOpen else { return }
    isOpen = true
    if last == .live { outbox.post(.phase(need, .live)) }
  }
}
