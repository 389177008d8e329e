import Cluster
import Document

/// Keeps the facts of one list and its watch: a kind, in one namespace or everywhere.
///
/// Confined to the engine's queue.
final class FactSource: WatchConsumer {
  let kind: Kind.ID
  let namespace: String
  private let facts: Facts
  private let now: () -> Int64
  private let change: () -> Void
  private let tell: (Phase) -> Void
  private var reader: FactReader
  private var held: Set<FactKey> = []
  private var listed: Set<FactKey> = []
  /// Whether the list has been read once, or can't be.
  private(set) var isSettled = false
  private(set) var isWhole = false
  /// Why there is none.
  private(set) var problem: String?

  init(
    _ kind: Kind.ID, namespace: String, facts: Facts, keepsManagers: Bool = false, now: @escaping () -> Int64,
    change: @escaping () -> Void,
    tell: @escaping (Phase) -> Void
  ) {
    self.kind = kind
    self.namespace = namespace
    self.facts = facts
    self.now = now
    self.change = change
    self.tell = tell
    reader = FactReader(kind, facts.round, keepsManagers: keepsManagers)
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { listed = [] }
    list.eachItem { put($0) }
    guard completes else { return }
    for key in held.subtracting(listed) { facts.remove(key) }
    held = listed
    listed = []
    settle(isWhole: true, nil)
  }

  func happened(_ event: WatchEvent) {
    guard event.change == .deleted else { return put(event.object) }
    guard let key = reader.fact(event.object)?.key else { return }
    facts.remove(key)
    held.remove(key)
  }

  func settled() { change() }

  func vanished() {
    for key in held { facts.remove(key) }
    held = []
    settle(isWhole: true, nil)
  }

  func noticed(_ notice: String) {}

  func phaseChanged(_ phase: Phase) {
    switch phase {
    case .refused(404, _):
      // A server without the kind has none of it.
      vanished()
      tell(.live)
    case .refused(_, let why):
      for key in held { facts.remove(key) }
      held = []
      settle(isWhole: false, why)
      tell(phase)
    default: tell(phase)
    }
  }

  /// What it fails at for so long is told as not seen, for the rest shall not wait for it; should it come after all, it counts.
  func giveUp(_ why: String) {
    if !isSettled { settle(isWhole: false, why) }
  }

  /// Nobody asks any more about what it holds.
  func release() {
    for key in held { facts.remove(key) }
    held = []
  }

  private func put(_ object: JSONSlice) {
    guard let fact = reader.fact(object) else { return }
    facts.put(fact, now: now())
    held.insert(fact.key)
    listed.insert(fact.key)
  }

  private func settle(isWhole: Bool, _ problem: String?) {
    (isSettled, self.isWhole, self.problem) = (true, isWhole, problem)
    change()
  }
}

/// Keeps the events of one namespace, because something in it is broken.
///
/// Confined to the engine's queue.
final class EventFactSource: WatchConsumer {
  private let namespace: String
  private let facts: Facts
  private let change: () -> Void
  private var held: Set<String> = []
  private var listed: Set<String> = []

  init(namespace: String, facts: Facts, change: @escaping () -> Void) {
    self.namespace = namespace
    self.facts = facts
    self.change = change
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { listed = [] }
    list.eachItem { put($0) }
    guard completes else { return }
    for uid in held.subtracting(listed) { facts.removeEvent(uid) }
    held = listed
    listed = []
    facts.setEvents(of: namespace, areKnown: true, problem: nil)
    change()
  }

  func happened(_ event: WatchEvent) {
    guard event.change == .deleted else { return put(event.object) }
    guard let fact = EventFact(event.object) else { return }
    facts.removeEvent(fact.uid)
    held.remove(fact.uid)
  }

  func settled() { change() }
  func vanished() {}
  func noticed(_ notice: String) {}

  func phaseChanged(_ phase: Phase) {
    switch phase {
    case .refused(_, let why): facts.setEvents(of: namespace, areKnown: false, problem: why)
    case .stale(_, let why) where !facts.eventsKnown.contains(namespace):
      facts.setEvents(of: namespace, areKnown: false, problem: why)
    default: return
    }
    change()
  }

  private func put(_ object: JSONSlice) {
    guard let fact = EventFact(object) else { return }
    facts.put(fact)
    held.insert(fact.uid)
    listed.insert(fact.uid)
  }
}
