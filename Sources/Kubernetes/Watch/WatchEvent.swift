import Document

/// One line of a watch. It is a view of bytes that stay only as long as the call it is told in.
struct WatchEvent {
  enum Change: Hashable { case added, modified, deleted, bookmark, error }

  let change: Change
  let object: JSONSlice

  /// nil where the line is no event.
  init?(line: UnsafeRawBufferPointer) {
    var type: JSONSlice?
    var object: JSONSlice?
    JSONSlice(line).eachMember { key, value in
      if key.elementsEqual("type".utf8) { type = value }
      if key.elementsEqual("object".utf8) { object = value }
    }
    guard let object, let change = type?.rawString.flatMap(Self.change) else { return nil }
    self.change = change
    self.object = object
  }

  /// Of the object, or of the Table that stands in its place.
  var version: String? { object["metadata"]?["resourceVersion"]?.string }

  private static func change(_ type: UnsafeRawBufferPointer) -> Change? {
    if type.elementsEqual("MODIFIED".utf8) { return .modified }
    if type.elementsEqual("ADDED".utf8) { return .added }
    if type.elementsEqual("DELETED".utf8) { return .deleted }
    if type.elementsEqual("BOOKMARK".utf8) { return .bookmark }
    return type.elementsEqual("ERROR".utf8) ? .error : nil
  }
}
