/// How a person wants the table of a kind: its columns in their order, and what it is sorted by.
package struct ViewSpec: Sendable, Hashable {
  /// Empty shows the kind's own columns.
  package var columns: [ViewColumn]
  /// nil sorts as the kind does at first.
  package var sort: ViewSort?

  package init(columns: [ViewColumn] = [], sort: ViewSort? = nil) {
    self.columns = columns
    self.sort = sort
  }

  package var isEmpty: Bool { columns.isEmpty && sort == nil }

  /// What the reader must read from each object besides the kind's own cells, in the order of the columns.
  package var extraCells: [ExtraCell] { columns.compactMap(\.extraCell) }

  /// What `other` says, and this where it says nothing: what a person chose on screen over what a file says.
  package func overlaid(with other: ViewSpec?) -> ViewSpec {
    guard let other else { return self }
    return ViewSpec(columns: other.columns.isEmpty ? columns : other.columns, sort: other.sort ?? sort)
  }
}

/// What a table is sorted by, by the title of the column.
package struct ViewSort: Sendable, Hashable {
  package var title: String
  package var isDescending: Bool

  package init(_ title: String, descending: Bool = false) {
    self.title = title
    isDescending = descending
  }

  /// k9s's way to write it, "AGE:desc"; nil where the text names no column.
  package init?(k9s text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let title = parts.first, !title.isEmpty else { return nil }
    self.init(String(title), descending: parts.count > 1 && parts[1].lowercased() == "desc")
  }

  /// "AGE:desc"
  package var k9s: String { "\(title):\(isDescending ? "desc" : "asc")" }
}

/// A cell that the reader reads at a path of the object, behind the cells of its kind.
package struct ExtraCell: Sendable, Hashable {
  package var title: String
  /// In kubectl's JSONPath: ".spec.nodeName", ".status.conditions[?(@.type==\"Ready\")].status".
  package var path: String
  package var content: Column.Content

  package init(_ title: String, path: String, content: Column.Content = .text) {
    self.title = title
    self.path = path
    self.content = content
  }

  package var column: Column { Column(title, content, priority: 7) }
}

/// The extra cells of one object, and where they stand in its rows.
package struct ExtraTexts: Sendable {
  package enum Text: Sendable {
    case text(String)
    /// Of an age column; nil draws "-".
    case moment(Int64?)
  }

  /// How many cells and moments the kind has itself.
  package var firstCell: Int
  package var firstMoment: Int
  package var texts: [Text]

  package init(behind columns: [Column], _ texts: [Text]) {
    firstCell = columns.count(where: \.hasCell)
    firstMoment = columns.count { $0.content == .age }
    self.texts = texts
  }
}

extension [Column] {
  /// A kind's columns and the extra ones behind its cells; LABELS stays last.
  package func adding(_ extra: [ExtraCell]) -> [Column] {
    guard !extra.isEmpty else { return self }
    let own = last?.content == .labels ? dropLast() : self[...]
    return own + extra.map(\.column) + self[own.endIndex...]
  }
}
