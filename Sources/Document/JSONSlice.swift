#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes of one JSON value inside a buffer that somebody else keeps alive: read in place, nothing
/// allocated.
///
/// A slice trusts nothing: bytes that are no JSON give nil or no members, and reading never leaves the slice.
/// It skips what is not asked for, so garbage inside a skipped value passes unseen.
package struct JSONSlice {
  let start: UnsafePointer<UInt8>
  let count: Int

  /// A slice of bytes that must outlive it. White space around the value and a byte order mark are dropped.
  package init(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else {
      self.init(JSONSlice.nowhere, count: 0)
      return
    }
    var start = base.assumingMemoryBound(to: UInt8.self)
    var count = bytes.count
    if count >= 3, start[0] == 0xEF, start[1] == 0xBB, start[2] == 0xBF {
      start += 3
      count -= 3
    }
    while count > 0, isJSONSpace(start.pointee) {
      start += 1
      count -= 1
    }
    while count > 0, isJSONSpace(start[count - 1]) { count -= 1 }
    self.init(start, count: count)
  }

  @inline(__always)
  init(_ start: UnsafePointer<UInt8>, count: Int) {
    self.start = start
    self.count = count
  }

  /// Never read: stands in for the address of nothing.
  private static var nowhere: UnsafePointer<UInt8> { UnsafePointer(bitPattern: 1)! }

  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

  @inline(__always)
  private var first: UInt8 { count > 0 ? start.pointee : 0 }

  package var isObject: Bool { first == UInt8(ascii: "{") }
  package var isArray: Bool { first == UInt8(ascii: "[") }
  package var isString: Bool { first == UInt8(ascii: "\"") }
  package var isNull: Bool { isWord("null") }

  /// Calls `body` with every member of an object in its order: the key as the bytes between its quotes
  /// (escapes untouched) and the value. Says whether the object was whole; what stands before a fault is
  /// handed out.
  @discardableResult @inline(__always)
  package func eachMember(_ body: (_ rawKey: UnsafeRawBufferPointer, _ value: JSONSlice) -> Void) -> Bool {
    var cursor = JSONCursor(start, count: count)
    switch cursor.enter(UInt8(ascii: "{"), UInt8(ascii: "}")) {
    case .nothing: return false
    case .empty: return true
    case .items: break
    }
    repeat {
      guard let key = cursor.memberKey(), let value = cursor.value() else { return false }
      body(key.raw, value)
    } while cursor.takeComma()
    return cursor.take(UInt8(ascii: "}"))
  }

  /// Calls `body` with every element of an array in its order. Says whether the array was whole.
  @discardableResult @inline(__always)
  package func eachElement(_ body: (JSONSlice) -> Void) -> Bool {
    var cursor = JSONCursor(start, count: count)
    switch cursor.enter(UInt8(ascii: "["), UInt8(ascii: "]")) {
    case .nothing: return false
    case .empty: return true
    case .items: break
    }
    repeat {
      cursor.skipSpace()
      guard let value = cursor.value() else { return false }
      body(value)
    } while cursor.takeComma()
    return cursor.take(UInt8(ascii: "]"))
  }

  /// The member with this key, found by reading the object from its start; the last of doubled ones. Keys
  /// that are written with escapes do not match.
  package subscript(key: StaticString) -> JSONSlice? {
    var found: JSONSlice?
    eachMember { rawKey, value in
      if isEqual(rawKey, key) { found = value }
    }
    return found
  }

  /// The value as a tree, for the few that are kept. null when the bytes are no JSON.
  package func materialized() -> JSON { JSON.parse(bytes).value ?? .null }

  func isWord(_ word: StaticString) -> Bool { isEqual(bytes, word) }
}

/// Whether bytes are those of a text in the program.
@inline(__always)
func isEqual(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
  guard bytes.count == text.utf8CodeUnitCount, let base = bytes.baseAddress else {
    return bytes.isEmpty && text.utf8CodeUnitCount == 0
  }
  return memcmp(base, text.utf8Start, bytes.count) == 0
}
