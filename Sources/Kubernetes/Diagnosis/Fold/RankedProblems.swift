import Cluster

/// All problems among some facts, kept up to date and in their order: examined, folded under their roots, with what set
/// them off, put together by cause.
///
/// Confined to the queue of its facts.
final class RankedProblems {
  let facts: Facts
  let examiner: Examiner
  let histories: Histories
  /// By root, before problems that come from the same thing are put together.
  private(set) var byRoot: [FactKey: Problem] = [:]
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
    for root in roots { fold(root, folding) }
    let moved = histories.update(byRoot, refolded: roots, changed: examiner.lastChanged, now: now)
    for root in moved { byRoot[root]?.trigger = histories.trigger(of: root) }
    guard !roots.isEmpty || !moved.isEmpty else { return }
    revision += 1
    ranked =
      CauseGrouping(
        problems: byRoot.mapValues(histories.offering), known: CauseGrouping.causes(in: ranked)
      ).board()
  }

  private func fold(_ root: FactKey, _ folding: Folding) {
    let results = (examiner.members[root] ?? []).compactMap { key in examiner.results[key].map { (key, $0) } }
    guard let ref = results.first?.1.root else {
      byRoot[root] = nil
      return
    }
    byRoot[root] = folding.problem(ref, results)
    byRoot[root]?.trigger = histories.trigger(of: root)
  }
}
