@testable import Cluster

/// Rows for tests, in as few words as possible.
enum Rows {
  static func batch(_ names: [String], begins: Bool = false, completes: Bool = false) -> RowBatch {
    var writer = RowWriter()
    if begins { writer.beginList() }
    for name in names { write(name, into: &writer) }
    if completes { writer.completeList() }
    return writer.takeBatch()
  }

  /// "shop/web" becomes a row of UID "shop/web" with one cell.
  static func write(_ name: String, cell: String = "", tone: Tone = .good, into writer: inout RowWriter) {
    let parts = name.split(separator: "/").map(String.init)
    writer.begin(uid: name, namespace: parts[0], name: parts[1], created: 1_000)
    writer.cell(cell)
    writer.tone = tone
    writer.end()
  }

  static func removal(_ name: String) -> RowBatch {
    var writer = RowWriter()
    writer.begin(uid: name, namespace: "", name: "")
    writer.endRemoved()
    return writer.takeBatch()
  }

  static func names(_ store: RowStore) -> [String] {
    store.aliveSlots.map { "\(store[$0].namespace)/\(store[$0].name)" }.sorted()
  }
}

/// The same numbers every time (SplitMix64).
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
