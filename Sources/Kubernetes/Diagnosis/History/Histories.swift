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
  }

  private let facts: Facts
  private var entries: [FactKey: Entry] = [:]
  /// Rises when what is asked for has changed.
  private(set) var wantsRevision = 0

  init(_ facts: Facts) { self.facts = facts }

  /// Reads anew what has changed; gives the roots whose history is another now.
  func update(
    _ problems: [FactKey: Problem], refolded: Set<FactKey>, changed: Set<Dependency>, now: Int64
  ) -> Set<FactKey> {
    var moved: Set<FactKey> = []
    for key in entries.keys where problems[key] == nil {
      entries[key] = nil
      wantsRevision += 1
    }
    for (key, problem) in problems {
      let entry = entries[key]
      guard entry == nil || refolded.contains(key) || !entry!.looked.isDisjoint(with: changed) else {
        continue
      }
      guard let new = read(key, problem, now: now) else { continue }
      if new.history != entry?.history { moved.insert(key) }
      if new.asks != entry?.asks { wantsRevision += 1 }
      entries[key] = new
    }
    return moved
  }

  private func read(_ key: FactKey, _ problem: Problem, now: Int64) -> Entry? {
    guard let fact = facts.fact(key) else { return nil }
    let subject = Case(fact, facts: facts, now: now)
    let history = History(subject, problem)
    return Entry(history: history, looked: subject.looked, asks: subject.asks, isWaiting: subject.isWaiting)
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

  func trigger(of root: FactKey) -> Happening? { entries[root]?.history.trigger }
  func happenings(of root: FactKey) -> [Happening] { entries[root]?.history.happenings ?? [] }

  var isWaiting: Bool { entries.values.contains(where: \.isWaiting) }
  /// What is asked for, with the root on whose behalf.
  var asks: [Ask: FactKey] {
    var asks: [Ask: FactKey] = [:]
    for (root, entry) in entries { for ask in entry.asks { asks[ask] = root } }
    return asks
  }

  /// With the way back, where a release set it off.
  func offering(_ problem: Problem) -> Problem {
    guard let wayBack = entries[FactKey(problem.subject)]?.history.wayBack else { return problem }
    var problem = problem
    problem.finding.offers.insert(wayBack, at: 0)
    return problem
  }
}
