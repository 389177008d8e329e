import Cluster
import Document

/// Reads the cells that a person added to a kind's columns from an object.
struct ExtraCells: Sendable {
  private struct Cell: Sendable {
    /// nil where the path can't be read.
    var query: JSONQuery?
    var content: Column.Content
  }

  private let cells: [Cell]

  /// nil where nothing was added.
  ///
  /// - Parameter metadataOnly: reads nothing outside the metadata, so that values of secrets are in no list.
  init?(_ extra: [ExtraCell], metadataOnly: Bool) {
    guard !extra.isEmpty else { return nil }
    cells = extra.map { cell in
      let query = JSONQuery.parse(cell.path).query
      return Cell(query: metadataOnly && query?.isOfMetadata != true ? nil : query, content: cell.content)
    }
  }

  /// - Parameter columns: those of the kind, behind whose cells these stand.
  func texts(of object: JSONSlice, behind columns: [Column]) -> ExtraTexts {
    ExtraTexts(
      behind: columns,
      cells.map { cell in
        let values = cell.query?.values(in: object) ?? []
        if cell.content == .age { return .moment(values.first?.epochSeconds) }
        return .text(values.map(\.plainText).joined(separator: ","))
      })
  }
}
