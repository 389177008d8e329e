import Cluster

/// Serves the need for all problems of a scope.
///
/// @unchecked: confined to the engine's queue.
final class ProblemsRun: DiagnosisSubscriber, @unchecked Sendable {
  private let query: ProblemsQuery
  private let outbox: Outbox
  private weak var desk: DiagnosisDesk?
  private var told: ProblemBoard?

  init(_ query: ProblemsQuery, outbox: Outbox) {
    self.query = query
    self.outbox = outbox
  }

  func began(_ desk: DiagnosisDesk) {
    self.desk = desk
    if query.scansConfiguration { desk.scanConfiguration() }
  }

  func changed(now: Int64) {
    guard let desk else { return }
    var board = ProblemBoard()
    board.problems = desk.ranked
    board.checked = desk.checked
    board.unseen = desk.unseen
    board.isWhole = desk.isSettled
    guard board != told else { return }
    told = board
    outbox.post(.problems(query, board))
  }

  func phaseChanged(_ phase: Phase) { outbox.post(.phase(.problems(query), phase)) }
  func ended() {}
}
