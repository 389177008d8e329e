import Cluster
import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Rows of a server-side Table. One decoder is kept per list and its watch: only the first page and the first
/// watch event tell the columns.
///
/// With `includeObject=Metadata` a row has the cells the server printed and the object's metadata. The cells
/// are texts for people; what can be told of an object's state is what these say.
package struct TableDecoder {
  /// Columns between NAME and AGE as the server defined them; empty until it did.
  package private(set) var columns: [Column] = []
  private let kind: Kind
  /// Which of the server's cells becomes which of ours.
  private var plan: [(cell: Int, type: CellType)] = []
  private var verdicts: TableVerdicts = TableVerdicts(titles: [])
  /// Seconds since 1970; ages in cells are counted back from it.
  var now: @Sendable () -> Int64 = { Int64(time(nil)) }

  private enum CellType { case text, age }

  private static let fields = FieldSet(Metadata.paths.map { "object.\($0)" } + ["cells"])

  private let extraColumns: [ExtraCell]
  private let extra: ExtraCells?

  package init(kind: Kind) { self.init(kind: kind, extraCells: [], nil) }

  /// - Parameter extra: what is read from each row's object besides.
  init(kind: Kind, extraCells: [ExtraCell], _ extra: ExtraCells?) {
    self.kind = kind
    (extraColumns, self.extra) = (extraCells, extra)
  }

  /// Writes a Table's rows. `removal`: the rows are what a DELETED event carried. Rows without an object,
  /// such as the one a BOOKMARK carries, are left out.
  package mutating func decode(table: JSONSlice, into row: inout RowWriter, removal: Bool) {
    if define(table["columnDefinitions"].elements) { row.setColumns(columns.adding(extraColumns)) }
    table["rows"]?.eachElement { element in
      var slices: [JSONSlice?] = []
      TableDecoder.fields.pick(from: element, into: &slices)
      let metadata = Metadata(slices: slices)
      guard metadata.begin(&row) else { return }
      if removal { return row.endRemoved() }
      row.extraCells = element["object"].flatMap { extra?.texts(of: $0, behind: columns) }
      let cells = slices[Metadata.paths.count].elements
      for (index, type) in plan { write(index < cells.count ? cells[index] : nil, type, &row) }
      let health = verdicts.health(cells, metadata: metadata)
      row.tone = health.tone
      if !health.reason.isEmpty { row.setReason(health.reason) }
      metadata.end(&row)
    }
  }

  // MARK: Columns

  /// False when the Table brought no definitions, as all but the first of a watch do.
  private mutating func define(_ definitions: [JSONSlice]) -> Bool {
    guard !definitions.isEmpty else { return false }
    (columns, plan) = ([], [])
    for (index, definition) in definitions.enumerated() {
      let name = definition["name"].line
      // The program draws these itself, from the metadata.
      if definition["format"].has("name") || name == "Age" || name == "Created At" { continue }
      let content = TableDecoder.content(name, definition)
      let isWide = definition["priority"].count > 0
      let known = Kinds.builtIn(kind.id)?.tableColumns.first { $0.title == name.uppercased() }
      let own = Column(name.uppercased(), content, wide: isWide, priority: content == .status ? 8 : 5)
      columns.append(known ?? own)
      plan.append((index, content == .age ? .age : .text))
    }
    columns.append(.labels)
    verdicts = TableVerdicts(titles: definitions.map { $0["name"].line })
    return true
  }

  private static func content(_ name: String, _ definition: JSONSlice) -> Column.Content {
    if TableVerdicts.isVerdict(name) { return .status }
    switch definition["type"].line {
    case "integer", "number": return .number
    case "date": return .age
    default: return .text
    }
  }

  // MARK: Cells

  private func write(_ cell: JSONSlice?, _ type: CellType, _ row: inout RowWriter) {
    switch type {
    case .text: row.cell(cell)
    case .age:
      // The server prints dates as ages at the time of asking; as moments they go on.
      let text = cell.line
      if let seconds = Age.seconds(of: text) {
        row.cell(moment: now() - seconds)
      } else if let moment = cell?.epochSeconds {
        row.cell(moment: moment)
      } else {
        row.cell(fixed: text)
      }
    }
  }
}

extension Age {
  /// The seconds of a printed age ("5m30s", "12d", "3y40d"); nil when it is none.
  static func seconds(of text: String) -> Int64? {
    let units: [UInt8: Int64] = [
      UInt8(ascii: "s"): 1, UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3_600, UInt8(ascii: "d"): 86_400,
      UInt8(ascii: "y"): 31_536_000,
    ]
    var (total, number, digits): (Int64, Int64, Int) = (0, 0, 0)
    for byte in text.utf8 {
      if byte >= 48, byte <= 57 {
        (number, digits) = (number * 10 + Int64(byte - 48), digits + 1)
        if digits > 6 { return nil }
      } else {
        guard digits > 0, let unit = units[byte] else { return nil }
        total += number * unit
        (number, digits) = (0, 0)
      }
    }
    return digits == 0 && !text.isEmpty ? total : nil
  }
}
