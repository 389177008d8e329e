import Cluster
import Document

/// Rows of a server-side Table. One decoder is kept per list and its watch: only the first page and the first
/// watch event tell the columns.
package struct TableDecoder {
  /// Columns between NAME and AGE as the server defined them; empty until it did.
  package private(set) var columns: [Column] = []
  private let kind: Kind

  package init(kind: Kind) { self.kind = kind }

  /// Writes a Table's rows. `removal`: the rows are what a DELETED event carried.
  package mutating func decode(table: JSONSlice, into row: inout RowWriter, removal: Bool) {}
}
