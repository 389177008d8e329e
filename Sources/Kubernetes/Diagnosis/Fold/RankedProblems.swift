import Cluster

/// The problem of one root, and what ranking it among others takes, reckoned once.
final class RankedProblem {
  /// As it was folded, without what its history adds.
  let folded: Problem
  /// With what set it off and the way back.
  let shown: Problem
  /// The one thing it comes from, where there is one.
  let cause: Finding.Cause?
  let rank: Problem.Rank

  init(_ folded: Problem, shown: Problem? = nil) {
    self.folded = folded
    self.shown = shown ?? folded
    cause = CauseGrouping.cause(of: folded)
    rank = self.shown.rank
  }

  /// Together with others that follow from it.
  func taking(_ others: [RankedProblem]) -> RankedProblem {
    var problem = shown
    problem.take(others.map(\.shown))
    return RankedProblem(problem)
  }
}

/// All problems among some facts, kept up to date and in their order: examined, folded under their roots, with what set
/// them off, put together by cause.
///
/// Confined to the queue of its facts.
final class RankedProblems {
  let facts: Facts
  let examiner: Examiner
  let histories: Histories
  /// By root, before problems that come from the same thing are put together.
  private(set) var byRoot: [FactKey: RankedProblem] = [:]
  /// The worst first.
  private(set) var ranked: [Problem] = []
  /// Rises whenever `ranked` is made anew.
  private(set) var revision = 0

  init(_ facts: Facts) {
    self.facts = facts
    examiner = Examiner(facts)
    histories = Histories(facts)
  }

  /// Takes in what has changed since the last time.
  ///
  /// - Parameter now: seconds since 1970.
  func update(now: Int64) {
    let roots = examiner.update(now: now)
    let folding = Folding(facts: facts)
    for root in roots { byRoot[root] = fold(root, folding).map { RankedProblem($0) } }
    let moved = histories.update(byRoot, refolded: roots, changed: examiner.lastChanged, now: now)
    for root in roots.union(moved) {
      byRoot[root] = byRoot[root].map { RankedProblem($0.folded, shown: histories.telling($0.folded)) }
    }
    guard !roots.isEmpty || !moved.isEmpty else { return }
    revision += 1
    ranked = CauseGrouping(problems: byRoot, known: CauseGrouping.causes(in: ranked)).board()
  }

  private func fold(_ root: FactKey, _ folding: Folding) -> Problem? {
    let results = (examiner.members[root] ?? []).compactMap { key in examiner.results[key].map { (key, $0) } }
    return results.first.flatMap { folding.problem($0.1.root, results) }
  }
}
