import Cluster
import Document
import Terminal

/// What of a node is shown by heat.
enum HeatMeasure: String, CaseIterable {
  case cpu = "CPU"
  case memory = "memory"
  case pods = "pods"

  var next: HeatMeasure {
    let all = Self.allCases
    return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
  }

  func text(_ amount: Double) -> String {
    switch self {
    case .cpu: Figure.cores(amount)
    case .memory: Figure.bytes(amount)
    case .pods: Figure.plain(amount)
    }
  }
}

/// One node as a tile: how much it uses of what it has.
struct HeatTile: Equatable {
  struct Amount: Equatable {
    var used: Double?
    /// What may be given to pods.
    var whole: Double?

    var share: Double? {
      guard let used, let whole, whole > 0 else { return nil }
      return used / whole
    }

    /// "1.2 of 4 (30%)", "- of 4"
    func text(_ measure: HeatMeasure) -> String {
      let part = used.map(measure.text) ?? "-"
      let share = share.map { " (\(Figure.share($0)))" } ?? ""
      return whole.map { "\(part) of \(measure.text($0))\(share)" } ?? part
    }
  }

  var uid: String
  var name: String
  var status: String
  var tone: Tone
  var cpu = Amount()
  var memory = Amount()
  var pods = Amount()
  var cpuTrend: [Float] = []
  var memoryTrend: [Float] = []

  subscript(measure: HeatMeasure) -> Amount {
    switch measure {
    case .cpu: cpu
    case .memory: memory
    case .pods: pods
    }
  }

  func trend(_ measure: HeatMeasure) -> [Float] {
    switch measure {
    case .cpu: cpuTrend
    case .memory: memoryTrend
    case .pods: []
    }
  }

  /// - Parameters:
  ///   - readings: what nodes use; nil while nothing is known.
  ///   - pods: how many pods each node runs; nil where that is not asked for.
  static func tiles(_ store: RowStore, _ readings: UsageTable?, pods: [String: Int]?, now: Int64)
    -> [HeatTile]
  {
    let columns = store.columns
    let (status, cpu) = (columns.cell(titled: "STATUS"), columns.cell(titled: "CPU/A"))
    let (memory, most) = (columns.cell(titled: "MEM/A"), columns.cell(titled: "PODS/A"))
    return store.aliveSlots.map { slot in
      let row = store[slot]
      func amount(_ cell: Int?) -> Double? { cell.flatMap { Quantity(row.cell($0))?.double } }
      let usage = readings?[UsageKey(namespace: "", name: row.name), now: now]
      var tile = HeatTile(
        uid: row.uid, name: row.name, status: status.map(row.cell) ?? "", tone: row.tone)
      tile.cpu = Amount(used: usage?.cpu, whole: amount(cpu))
      tile.memory = Amount(used: usage?.memory, whole: amount(memory))
      tile.pods = Amount(used: pods.map { Double($0[row.name] ?? 0) }, whole: amount(most))
      (tile.cpuTrend, tile.memoryTrend) = (usage?.cpuTrend ?? [], usage?.memoryTrend ?? [])
      return tile
    }
  }
}

/// How much is used of all nodes together, of those whose usage is known.
struct HeatTotal {
  private(set) var amount = HeatTile.Amount(used: 0, whole: 0)
  /// Nodes that could not be counted.
  private(set) var unknown = 0

  init(_ tiles: [HeatTile], _ measure: HeatMeasure) {
    for tile in tiles {
      guard let used = tile[measure].used, let whole = tile[measure].whole else {
        unknown += 1
        continue
      }
      amount.used! += used
      amount.whole! += whole
    }
    if unknown == tiles.count { amount = HeatTile.Amount() }
  }
}

/// The names of nodes without what all of them begin and end with.
struct ShortNames: Equatable {
  let head: Int
  let tail: Int
  /// "ip-10-0-*.internal", "" where nothing was left out.
  let pattern: String

  init(_ names: [String]) {
    guard names.count > 1, let first = names.first.map(Array.init) else {
      (head, tail, pattern) = (0, 0, "")
      return
    }
    var (head, tail) = (first.count, first.count)
    for name in names {
      let other = Array(name)
      head = min(head, zip(first, other).prefix { $0 == $1 }.count)
      tail = min(tail, zip(first.reversed(), other.reversed()).prefix { $0 == $1 }.count)
    }
    // Only whole words are left out, and never all of a name.
    func isEdge(_ character: Character) -> Bool { character == "-" || character == "." || character == "_" }
    while head > 0, !isEdge(first[head - 1]) { head -= 1 }
    while tail > 0, !isEdge(first[first.count - tail]) { tail -= 1 }
    let shortest = names.map(\.count).min() ?? 0
    if head + tail >= shortest { tail = 0 }
    if head >= shortest { head = 0 }
    (self.head, self.tail) = (head, tail)
    pattern = head + tail > 0 ? String(first[..<head]) + "*" + String(first[(first.count - tail)...]) : ""
  }

  func short(_ name: String) -> String { String(name.dropFirst(head).dropLast(tail)) }
}
