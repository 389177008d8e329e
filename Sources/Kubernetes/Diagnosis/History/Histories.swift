import Cluster
import Document

/// What happened to each broken root before it broke, and what of that likely set it off.
///
/// Confined to one queue.
final class Histories {
  private struct Entry {
    var history: History
    var looked: Set<Dependency>
    var asks: Set<Ask>
    var isWaiting: Bool

    /// Of a root that is not known itself, until it is.
    static func unread(_ key: FactKey) -> Entry {
      Entry(history: History(), looked: [.object(key)], asks: [], isWaiting: false)
    }
  }

  private let facts: Facts
  private var entries: [FactKey: Entry] = [:]
  private var dependents = Dependents()
  /// Rises when what is asked for has changed.
  private(set) var wantsRevision = 0

  init(_ facts: Facts) { self.facts = facts }

  /// Reads anew what has changed; gives the roots whose history is another now.
  func update(
    _ problems: [FactKey: RankedProblem], refolded: Set<FactKey>, changed: Set<Dependency>, now: Int64
  ) -> Set<FactKey> {
    var moved: Set<FactKey> = []
    for key in refolded.union(dependents.keys(of: changed)) {
      let old = entries[key]
      let new = problems[key].map { read(key, $0.folded, now: now) ?? old ?? .unread(key) }
      dependents.replace(old?.looked ?? [], by: new?.looked ?? [], for: key)
      entries[key] = new
      if new?.history != old?.history { moved.insert(key) }
      if new?.asks != old?.asks { wantsRevision += 1 }
    }
    return moved
  }

  private func read(_ key: FactKey, _ problem: Problem, now: Int64) -> Entry? {
    guard let fact = facts.fact(key) else { return nil }
    let subject = Case(fact, facts: facts, now: now)
    let history = History(subject, problem)
    return Entry(
      history: history, looked: subject.looked.union([.object(key)]), asks: subject.asks,
      isWaiting: subject.isWaiting)
  }

  /// The same of something that is well.
  func history(of key: FactKey, now: Int64) -> (
    history: History, asks: Set<Ask>, unseen: [String], isWaiting: Bool
  )? {
    guard let fact = facts.fact(key), fact.body != nil else { return nil }
    let subject = Case(fact, facts: facts, now: now)
    let history = History(subject, nil)
    return (history, subject.asks, subject.unseen, subject.isWaiting)
  }

  func happenings(of root: FactKey) -> [Happening] { entries[root]?.history.happenings ?? [] }

  var isWaiting: Bool { entries.values.contains(where: \.isWaiting) }
  /// What is asked for, with the root on whose behalf.
  var asks: [Ask: FactKey] {
    var asks: [Ask: FactKey] = [:]
    for (root, entry) in entries { for ask in entry.asks { asks[ask] = root } }
    return asks
  }

  /// With what set it off, and the way back where a release did.
  func telling(_ problem: Problem) -> Problem {
    guard let history = entries[FactKey(problem.subject)]?.history else { return problem }
    var problem = problem
    problem.trigger = history.trigger
    if let wayBack = history.wayBack { problem.finding.offers.insert(wayBack, at: 0) }
    return problem
  }
}
