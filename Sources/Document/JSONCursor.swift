import CScan

/// Walks over JSON bytes without judging them: it finds where values end and never reads outside its range.
struct JSONCursor {
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
    while position < end, position.pointee <= 0x20, isJSONSpace(position.pointee) { position += 1 }
  }

  @inline(__always)
  mutating func take(_ expected: UInt8) -> Bool {
    guard position < end, position.pointee == expected else { return false }
    position += 1
    return true
  }

  /// The bytes between the quotes; the cursor stands on the opening one. nil when the string has no end.
  @inline(__always)
  mutating func key() -> UnsafeRawBufferPointer? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    var escaped: CInt = 0
    let length = scan_string(position, remaining, &escaped)
    guard length < remaining else { return nil }
    let raw = UnsafeRawBufferPointer(start: position, count: length)
    position += length + 1
    return raw
  }

  /// The value under the cursor, brackets and quotes included. nil when it does not end or nothing is there.
  @inline(__always)
  mutating func value() -> JSONSlice? {
    let start = position
    switch byte {
    case UInt8(ascii: "\""):
      var escaped: CInt = 0
      let length = scan_string(position + 1, remaining - 1, &escaped) + 2
      guard length <= remaining else { return nil }
      position += length
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let length = scan_container(position, remaining)
      guard length > 0 else { return nil }
      position += length
    default:
      while position < end, isJSONWord(position.pointee) { position += 1 }
      guard position > start else { return nil }
    }
    return JSONSlice(start, count: position - start)
  }
}

@inline(__always)
func isJSONSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

/// What a number, true, false or null is made of.
@inline(__always)
func isJSONWord(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x61...0x7A, 0x41...0x5A, 0x2B, 0x2D, 0x2E: true
  default: false
  }
}
