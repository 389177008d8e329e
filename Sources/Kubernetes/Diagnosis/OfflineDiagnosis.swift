import Cluster
import Document

/// A diagnosis of objects that somebody already has, without a server: of lists as `kubectl get -o json` prints them. What
/// would have to be asked for stays unknown.
///
/// Not to be shared between threads.
package final class OfflineDiagnosis {
  private let facts = Facts()
  private let problems: RankedProblems
  private var readers: [Kind.ID: FactReader] = [:]
  /// Seconds since 1970.
  package var now: Int64

  package init(now: Int64) {
    self.now = now
    problems = RankedProblems(facts)
  }

  /// Takes in a whole list of a kind: the bytes of a `List` with its items.
  package func take(list: UnsafeRawBufferPointer, of kind: Kind.ID) {
    JSONList(list, itemsKey: "items").eachItem { take($0, of: kind) }
    facts.setState(of: kind, namespace: "", isWhole: true, problem: nil)
  }

  /// Takes in an object, new or changed.
  package func take(_ object: JSONSlice, of kind: Kind.ID) {
    if let fact = readers[kind, default: FactReader(kind, facts.round)].fact(object) {
      facts.put(fact, now: now)
    }
  }

  /// Takes in events as the server lists them.
  package func take(events: UnsafeRawBufferPointer) {
    JSONList(events, itemsKey: "items").eachItem { if let event = EventFact($0) { facts.put(event) } }
    facts.setEvents(of: "", areKnown: true, problem: nil)
  }

  /// All problems, the worst first, after what has changed was examined.
  package func board() -> [Problem] {
    defer { facts.round.end() }
    problems.update(now: now)
    return problems.ranked
  }
}
