import Cluster
import Synchronization

/// On which nodes the pods of a query are, as its rows tell: so that only those nodes are asked for what their pods use.
final class Placements: Sendable {
  private struct Places {
    var nodeOf: [String: String] = [:]
    var counts: [String: Int] = [:]

    mutating func put(_ uid: String, _ node: String?) {
      if let old = nodeOf[uid], let count = counts[old] { counts[old] = count > 1 ? count - 1 : nil }
      nodeOf[uid] = node
      if let node { counts[node, default: 0] += 1 }
    }
  }

  /// By query, and by which of its namespaces the rows come from.
  private let places = Mutex<[Query: [Int: Places]]>([:])
  private let listener = Mutex<(@Sendable () -> Void)?>(nil)

  /// Called, on any queue, when pods came to a node where there were none, or the last one left.
  var changed: (@Sendable () -> Void)? {
    get { listener.withLock { $0 } }
    set { listener.withLock { $0 = newValue } }
  }

  /// Which nodes; nil where that is not known.
  func nodes(_ query: Query) -> Set<String>? {
    places.withLock { places in
      places[query].map { $0.values.reduce(into: Set()) { $0.formUnion($1.counts.keys) } }
    }
  }

  /// Takes in rows of pods on their way to the screen.
  func take(_ batch: RowBatch, of query: Query) {
    guard let cell = BuiltIn.pods.kind.columns?.cell(titled: "NODE") else { return }
    let isOther = places.withLock { places in
      // Out of there while it changes, so that it is not copied.
      var known = places[query]?.removeValue(forKey: batch.source) ?? Places()
      let before = Set(known.counts.keys)
      if batch.beginsList { known = Places() }
      batch.eachRow { row, isRemoved in
        let node = isRemoved ? "" : row.cell(cell)
        known.put(row.uid, node.isEmpty || node == "<none>" ? nil : node)
      }
      places[query, default: [:]][batch.source] = known
      return Set(known.counts.keys) != before
    }
    if isOther { changed?() }
  }

  func forget(_ query: Query) { places.withLock { $0[query] = nil } }
}
