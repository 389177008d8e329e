import Cluster
import Document

/// Turns one object's bytes into rows of a kind.
package struct RowDecoder: Sendable {
  /// Writes the object's row; a pod's containers are several. An object without a name writes nothing.
  package let write: @Sendable (JSONSlice, inout RowWriter) -> Void
  /// Writes that the object's rows are gone.
  package let remove: @Sendable (JSONSlice, inout RowWriter) -> Void

  init(
    write: @escaping @Sendable (JSONSlice, inout RowWriter) -> Void,
    remove: @escaping @Sendable (JSONSlice, inout RowWriter) -> Void = RowDecoder.removeOne
  ) {
    self.write = write
    self.remove = remove
  }

  private static let fields = FieldSet(Metadata.paths)

  private static let removeOne: @Sendable (JSONSlice, inout RowWriter) -> Void = { object, row in
    var slices: [JSONSlice?] = []
    fields.pick(from: object, into: &slices)
    if Metadata(slices: slices).begin(&row) { row.endRemoved() }
  }
}
