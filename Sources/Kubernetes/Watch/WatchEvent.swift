import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One line of a watch. It is a view of bytes that stay only as long as the call it is told in.
struct WatchEvent {
  enum Change: Hashable { case added, modified, deleted, bookmark, error }

  let change: Change
  let object: JSONSlice

  /// nil where the line is no event.
  init?(line: UnsafeRawBufferPointer) {
    if let found = Self.usual(line) {
      self = found
      return
    }
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

  private init(_ change: Change, _ object: JSONSlice) {
    self.change = change
    self.object = object
  }

  /// As all servers write it, `{"type":"ADDED","object":{...}}`: there the object's end need not be looked for.
  private static func usual(_ line: UnsafeRawBufferPointer) -> WatchEvent? {
    let (start, middle): (StaticString, StaticString) = (#"{"type":""#, #"","object":"#)
    guard begins(line, with: start), line.last == UInt8(ascii: "}") else { return nil }
    let type = line[start.utf8CodeUnitCount...].prefix(10).prefix { $0 != UInt8(ascii: "\"") }
    let rest = UnsafeRawBufferPointer(rebasing: line[type.endIndex..<line.count - 1])
    guard begins(rest, with: middle), let change = change(UnsafeRawBufferPointer(rebasing: type)) else {
      return nil
    }
    let object = JSONSlice(UnsafeRawBufferPointer(rebasing: rest[middle.utf8CodeUnitCount...]))
    return object.isObject && object.bytes.last == UInt8(ascii: "}") ? WatchEvent(change, object) : nil
  }

  private static func begins(_ line: UnsafeRawBufferPointer, with text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    return line.count > length && memcmp(line.baseAddress!, text.utf8Start, length) == 0
  }

  /// Of the object, or of the Table that stands in its place.
  var version: String? { object.member("metadata")?.member("resourceVersion")?.string }

  private static func change(_ type: UnsafeRawBufferPointer) -> Change? {
    if type.elementsEqual("MODIFIED".utf8) { return .modified }
    if type.elementsEqual("ADDED".utf8) { return .added }
    if type.elementsEqual("DELETED".utf8) { return .deleted }
    if type.elementsEqual("BOOKMARK".utf8) { return .bookmark }
    return type.elementsEqual("ERROR".utf8) ? .error : nil
  }
}
