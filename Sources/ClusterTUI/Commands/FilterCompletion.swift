import Cluster

/// How a filter goes on: the column that is being named, or a value that some row has there.
struct FilterCompletion {
  let columns: [FilterColumn]
  let store: RowStore?

  private static let maxValues = 20
  /// Values are looked for in so many rows at most: a key is answered at once.
  private static let maxRows = 2_000

  func suggestions(for text: String) -> [Suggestion] {
    guard let word = text.split(separator: " ", omittingEmptySubsequences: false).last, !word.isEmpty else {
      return []
    }
    let isInverse = word.hasPrefix("!")
    let bare = isInverse ? word.dropFirst() : word
    let head = String(text.dropLast(bare.count))
    guard !bare.isEmpty, !text.hasPrefix("-") else { return [] }
    if let sign = bare.firstIndex(where: { "=:".contains($0) }) {
      return values(of: bare[..<sign], startingWith: bare[bare.index(after: sign)...]).map {
        Suggestion(head + bare[...sign] + $0, label: $0)
      }
    }
    // One letter may begin anything.
    guard bare.count > 1 else { return [] }
    let titles = columns.map { $0.title.lowercased().filter { $0 != " " } }
    var seen: Set<String> = []
    return titles.filter { $0.hasPrefix(bare.lowercased()) && seen.insert($0).inserted }
      .map { Suggestion(head + $0 + "=", label: $0) }
  }

  private func values(of name: Substring, startingWith text: Substring) -> [String] {
    guard let store, let column = FilterColumn.named(name, in: columns) else { return [] }
    var found: [String: Int] = [:]
    let wanted = text.lowercased()
    for slot in store.aliveSlots.prefix(Self.maxRows) {
      let row = store[slot]
      let value: String
      switch column.source {
      case .namespace: value = row.namespace
      case .cell(let index): value = row.cell(index)
      case .name, .created, .moment, .measure, .labels, .label: return []
      }
      if !value.isEmpty, !value.contains(" "), value.lowercased().hasPrefix(wanted) {
        found[value, default: 0] += 1
      }
    }
    let ranked = found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return ranked.prefix(Self.maxValues).map(\.key)
  }
}
