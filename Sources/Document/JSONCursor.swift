import CScan

/// Walks over JSON bytes without judging them: it finds where values end and never reads outside its range.
///
/// Containers are skipped without recursion, so nesting costs nothing.
struct JSONCursor {
  /// A key as it is written.
  struct Key {
    let raw: UnsafeRawBufferPointer
    let hasEscapes: Bool
  }

  /// What stands behind an open bracket.
  enum Entered {
    /// There was no such bracket.
    case nothing
    case empty
    case items
  }

  private(set) var position: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>

  @inline(__always)
  init(_ start: UnsafePointer<UInt8>, count: Int) {
    position = start
    end = start + count
  }

  @inline(__always)
  var remaining: Int { end - position }

  /// The byte under the cursor, 0 at the end. A NUL has no meaning in JSON, so the two need no telling apart.
  @inline(__always)
  var byte: UInt8 { position < end ? position.pointee : 0 }

  @inline(__always)
  mutating func skipSpace() {
    while position < end, isJSONSpace(position.pointee) { position += 1 }
  }

  @inline(__always)
  mutating func take(_ expected: UInt8) -> Bool {
    guard position < end, position.pointee == expected else { return false }
    position += 1
    return true
  }

  /// Moves into an object or array; over it when it is empty.
  @inline(__always)
  mutating func enter(_ open: UInt8, _ close: UInt8) -> Entered {
    guard take(open) else { return .nothing }
    skipSpace()
    return take(close) ? .empty : .items
  }

  /// Moves over the comma behind a member or element, if one is there.
  @inline(__always)
  mutating func takeComma() -> Bool {
    skipSpace()
    return take(UInt8(ascii: ","))
  }

  /// Moves over the key of a member and its colon, to the value. nil when they are not there.
  @inline(__always)
  mutating func memberKey() -> Key? {
    skipSpace()
    guard take(UInt8(ascii: "\"")) else { return nil }
    var escaped: CInt = 0
    let length = scan_string(position, remaining, &escaped)
    guard length < remaining else {
      position = end
      return nil
    }
    let raw = UnsafeRawBufferPointer(start: position, count: length)
    position += length + 1
    skipSpace()
    guard take(UInt8(ascii: ":")) else { return nil }
    skipSpace()
    return Key(raw: raw, hasEscapes: escaped != 0)
  }

  /// The value under the cursor, brackets and quotes included. nil when it does not end or nothing is there.
  @inline(__always)
  mutating func value() -> JSONSlice? {
    let start = position
    return skipValue() ? JSONSlice(start, count: position - start) : nil
  }

  /// Moves behind the value under the cursor. False when nothing is there, or when it has no end: then the
  /// cursor is left at the end.
  @inline(__always)
  mutating func skipValue() -> Bool {
    switch byte {
    case UInt8(ascii: "\""):
      var escaped: CInt = 0
      let length = scan_string(position + 1, remaining - 1, &escaped) + 2
      let isWhole = length <= remaining
      position = isWhole ? position + length : end
      return isWhole
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let length = scan_container(position, remaining)
      position = length > 0 ? position + length : end
      return length > 0
    default:
      let start = position
      while position < end, isJSONWord(position.pointee) { position += 1 }
      return position > start
    }
  }
}

@inline(__always)
func isJSONSpace(_ byte: UInt8) -> Bool {
  byte <= 0x20 && (byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09)
}

/// What a number, true, false or null is made of.
@inline(__always)
func isJSONWord(_ byte: UInt8) -> Bool {
  byte &- 48 < 10 || byte | 0x20 &- 97 < 26 || byte == 0x2B || byte == 0x2D || byte == 0x2E
}
