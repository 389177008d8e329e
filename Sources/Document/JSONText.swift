/// The text of JSON strings: escapes resolved and written (RFC 8259, section 7).
enum JSONText {
  /// The text of the bytes between two quotes; nil when an escape is none of JSON's. Lone surrogates and
  /// invalid UTF-8 become U+FFFD.
  static func unescaped(_ raw: UnsafeRawBufferPointer) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(raw.count)
    var at = 0
    while at < raw.count {
      let rest = UnsafeRawBufferPointer(rebasing: raw[at...])
      let length = rest.firstIndex(of: UInt8(ascii: "\\")) ?? rest.count
      bytes.append(contentsOf: rest[..<length])
      at += length
      guard at < raw.count else { break }
      guard let scalar = escape(raw, &at) else { return nil }
      if scalar.isASCII {
        bytes.append(UInt8(scalar.value))
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The offset of the first backslash that begins no escape of JSON; the end where there is none.
  static func firstFault(_ raw: UnsafeRawBufferPointer) -> Int {
    var at = 0
    while at < raw.count {
      if raw[at] != UInt8(ascii: "\\") {
        at += 1
      } else if escape(raw, &at) == nil {
        return at
      }
    }
    return at
  }

  /// The character of the escape that starts at `at` with a backslash; `at` moves behind it, or stays when it
  /// is none. Two escaped surrogates that belong together are one escape.
  static func escape(_ raw: UnsafeRawBufferPointer, _ at: inout Int) -> Unicode.Scalar? {
    guard at + 1 < raw.count else { return nil }
    let simple: Unicode.Scalar
    switch raw[at + 1] {
    case UInt8(ascii: "\""): simple = "\""
    case UInt8(ascii: "\\"): simple = "\\"
    case UInt8(ascii: "/"): simple = "/"
    case UInt8(ascii: "b"): simple = "\u{8}"
    case UInt8(ascii: "f"): simple = "\u{C}"
    case UInt8(ascii: "n"): simple = "\n"
    case UInt8(ascii: "r"): simple = "\r"
    case UInt8(ascii: "t"): simple = "\t"
    case UInt8(ascii: "u"): return unicodeEscape(raw, &at)
    default: return nil
    }
    at += 2
    return simple
  }

  private static func unicodeEscape(_ raw: UnsafeRawBufferPointer, _ at: inout Int) -> Unicode.Scalar? {
    guard let unit = fourHex(raw, at + 2) else { return nil }
    at += 6
    guard unit & 0xF800 == 0xD800 else { return Unicode.Scalar(unit) }
    guard unit < 0xDC00, at + 1 < raw.count, raw[at] == UInt8(ascii: "\\"), raw[at + 1] == UInt8(ascii: "u"),
      let low = fourHex(raw, at + 2), low & 0xFC00 == 0xDC00
    else { return "\u{FFFD}" }
    at += 6
    return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF)
  }

  private static func fourHex(_ raw: UnsafeRawBufferPointer, _ at: Int) -> UInt32? {
    guard at + 4 <= raw.count else { return nil }
    var value: UInt32 = 0
    for i in at..<at + 4 {
      guard let digit = hexDigit(raw[i]) else { return nil }
      value = value << 4 | digit
    }
    return value
  }

  static func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
  }

  /// Appends the text between quotes. Only what JSON demands is escaped: quotes, backslashes, control
  /// characters.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    defer { bytes.append(UInt8(ascii: "\"")) }
    if !text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
      bytes.append(contentsOf: text.utf8)
      return
    }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
      case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8)
        bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
  }
}
