import Cluster

/// Counts the lines that match a search, a few milliseconds' worth at a time.
struct LogTally {
  /// The numbers of those lines, as many as are kept.
  private var hits: [Int] = []
  private var scannedTo: Int?
  private static let maxHits = 500_000

  func isWhole(_ lines: LogLines) -> Bool { scannedTo.map { $0 >= lines.end } ?? (lines.count == 0) }

  mutating func update(_ pattern: Pattern, _ lines: LogLines, _ ring: LogRing, _ budget: Budget) {
    if let old = hits.first, old < lines.first {
      hits.removeFirst(hits.firstIndex { $0 >= lines.first } ?? hits.count)
    }
    var number = max(scannedTo ?? lines.first, lines.first)
    var looked = 0
    while number < lines.end, hits.count < Self.maxHits {
      if !lines.isFiltered, let needle = pattern.needle {
        switch ring.firstLine(holding: needle, from: number, before: lines.end, isSpent: { budget.isSpent }) {
        case .found(let found): number = found
        case .reached(let reached):
          scannedTo = reached
          return
        case .nowhere: number = lines.end
        }
        guard number < lines.end else { break }
      } else {
        guard let next = lines.number(at: lines.index(ofNumber: number)) else {
          number = lines.end
          break
        }
        number = next
      }
      if ring.withLine(number, { !$0.isMark && pattern.matches($0.bytes) }) == true { hits.append(number) }
      number += 1
      looked += 1
      if looked % 256 == 0, budget.isSpent { break }
    }
    scannedTo = hits.count < Self.maxHits ? number : lines.end
  }

  /// "3 of 17 lines", "17 lines"; "…" behind a number says that it is not known to be all.
  func text(at place: Int?, _ lines: LogLines) -> String {
    let count = "\(hits.count)\(isWhole(lines) && hits.count < Self.maxHits ? "" : "…")"
    var low = 0
    var high = hits.count
    while let place, low < high {
      let middle = (low + high) / 2
      if hits[middle] < place { low = middle + 1 } else { high = middle }
    }
    if let place, hits.indices.contains(low), hits[low] == place { return "\(low + 1) of \(count)" }
    return count
  }
}
