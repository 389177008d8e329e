/// A column that a filter's term may name, and where the row holds what it shows.
package struct FilterColumn: Sendable, Hashable {
  package enum Source: Sendable, Hashable {
    case namespace, name
    /// When the object was made.
    case created
    case cell(Int)
    /// An age column's moment, counted among the age columns; a text in the cell wins.
    case moment(Int, cell: Int)
    case measure(Measure)
    case labels
    case label(String)
  }

  package var title: String
  package var source: Source
  /// Whether the column holds numbers, however they are written.
  var isNumber = false

  package init(_ title: String, _ source: Source) {
    self.title = title
    self.source = source
  }

  /// All columns of a table: those around the cells, the cells, the figures.
  ///
  /// - Parameter labels: labels that are shown as columns, with their titles.
  package static func all(of columns: [Column], labels: [(title: String, key: String)] = []) -> [FilterColumn]
  {
    var all = [
      FilterColumn("NAME", .name), FilterColumn("NAMESPACE", .namespace), FilterColumn("AGE", .created),
    ]
    var (cells, moments) = (0, 0)
    for column in columns {
      var entry = FilterColumn(column.title, .cell(cells))
      switch column.content {
      case .text, .status: break
      case .number: entry.isNumber = true
      case .age:
        entry.source = .moment(moments, cell: cells)
        moments += 1
      case .labels: entry.source = .labels
      case .measure(let measure): entry.source = .measure(measure)
      }
      // A figure's small graph is nothing to compare with.
      if case .measure(.cpuTrend) = entry.source { continue }
      if case .measure(.memoryTrend) = entry.source { continue }
      all.append(entry)
      if column.hasCell { cells += 1 }
    }
    return all + labels.map { FilterColumn($0.title, .label($0.key)) }
  }

  /// As it is compared: lower case, without what parts its words.
  private static func plain(_ title: some StringProtocol) -> String {
    title.lowercased().filter { !" -_".contains($0) }
  }

  private static let shortNames = ["ns": "namespace", "memory": "mem", "lastseen": "last seen"]

  /// The column of this title, or the first whose title begins so; a percent sign may be left out.
  package static func named(_ word: some StringProtocol, in columns: [FilterColumn]) -> FilterColumn? {
    let typed = plain(word)
    guard !typed.isEmpty else { return nil }
    let titles = columns.map { plain($0.title) }
    let bare = titles.map { $0.filter { $0 != "%" } }
    // "cpu%" is what stands in "%CPU/L".
    let wanted = typed.hasSuffix("%") && typed.count > 1 ? "%\(typed.dropLast())" : shortNames[typed] ?? typed
    let at =
      titles.firstIndex(of: typed) ?? bare.firstIndex(of: typed) ?? titles.firstIndex(of: wanted)
      ?? titles.firstIndex { $0.hasPrefix(wanted) } ?? bare.firstIndex { $0.hasPrefix(wanted) }
    return at.map { columns[$0] }
  }
}
