import Cluster
import Document

/// Something that is added up, and taken away again.
protocol Countable: Equatable {
  init()
  static func += (sum: inout Self, more: Self)
  static func -= (sum: inout Self, less: Self)
}

/// How often each of some things is there.
struct Multiset<Element: Hashable>: Countable {
  private var counts: [Element: Int] = [:]

  init() {}
  init(_ elements: some Sequence<Element>) { for element in elements { counts[element, default: 0] += 1 } }

  /// Each once.
  var elements: some Collection<Element> { counts.keys }

  static func += (sum: inout Multiset, more: Multiset) { sum.counts.merge(more.counts, uniquingKeysWith: +) }

  static func -= (sum: inout Multiset, less: Multiset) {
    for (element, count) in less.counts {
      let left = (sum.counts[element] ?? 0) - count
      sum.counts[element] = left > 0 ? left : nil
    }
  }
}

/// Adds up what the objects of one list and its watch tell of others: endpoints of their service, pods of their node.
///
/// @unchecked: confined to the engine's queue.
final class Tally<Count: Countable>: WatchConsumer, @unchecked Sendable {
  /// What an object adds, and to whom ("namespace/name", "/name" of what has no namespace).
  typealias Part = (whom: String, count: Count)
  typealias Reading = (JSONSlice) -> [Part]

  /// Whether all objects were listed: before, that there are none means nothing.
  private(set) var isWhole = false
  private var parts: [String: [Part]] = [:]
  private var sums: [String: (count: Count, parts: Int)] = [:]
  private var touched: Set<String> = []
  private var gathered: Set<String> = []
  private let read: Reading
  private let changed: (Set<String>) -> Void
  private let answered: () -> Void

  /// - Parameters:
  ///   - changed: gets those whose sums changed; empty when the list became whole.
  ///   - answered: called when there is a list, or is known to be none.
  init(
    _ read: @escaping Reading, changed: @escaping (Set<String>) -> Void, answered: @escaping () -> Void
  ) {
    self.read = read
    self.changed = changed
    self.answered = answered
  }

  /// nil as long as nobody knows.
  subscript(whom: String) -> Count? { isWhole ? sums[whom]?.count ?? Count() : nil }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { gathered = [] }
    list.eachItem { if let uid = take($0) { gathered.insert(uid) } }
    guard completes else { return }
    for uid in parts.keys where !gathered.contains(uid) { drop(uid) }
    gathered = []
    let wasWhole = isWhole
    isWhole = true
    changed(wasWhole ? touched : [])
    touched = []
  }

  func happened(_ event: WatchEvent) {
    if event.change == .deleted {
      if let uid = event.object["metadata"]?["uid"]?.string { drop(uid) }
    } else {
      _ = take(event.object)
    }
  }

  func settled() {
    if isWhole, !touched.isEmpty { changed(touched) }
    touched = []
  }

  func vanished() {}
  func phaseChanged(_ phase: Phase) { if phase.isSettled { answered() } }
  func noticed(_ notice: String) {}

  private func take(_ object: JSONSlice) -> String? {
    guard let uid = object["metadata"]?["uid"]?.string else { return nil }
    let found = read(object)
    // Most that happens to an object is nothing to those that are told of it.
    if let known = parts[uid], known.elementsEqual(found, by: ==) { return uid }
    drop(uid)
    parts[uid] = found.isEmpty ? nil : found
    for part in found {
      sums[part.whom, default: (Count(), 0)].count += part.count
      sums[part.whom]?.parts += 1
      touched.insert(part.whom)
    }
    return uid
  }

  private func drop(_ uid: String) {
    for part in parts.removeValue(forKey: uid) ?? [] {
      touched.insert(part.whom)
      if sums[part.whom]?.parts == 1 {
        sums[part.whom] = nil
      } else {
        sums[part.whom]?.count -= part.count
        sums[part.whom]?.parts -= 1
      }
    }
  }
}
