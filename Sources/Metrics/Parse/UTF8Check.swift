import CScan

/// Validates UTF-8 (RFC 3629: shortest forms, no surrogates, nothing above U+10FFFF).
enum UTF8Check {
  /// Where the first byte stands that belongs to no character; nil when all is valid.
  @inline(never)
  static func firstFault(_ text: UnsafeRawBufferPointer) -> Int? {
    guard let base = text.bindMemory(to: UInt8.self).baseAddress else { return nil }
    var at = scan_ascii(base, text.count)
    while at < text.count {
      let first = base[at]
      if first < 0x80 {
        at += 1
        continue
      }
      let (length, low, high) = range(after: first)
      guard length > 0, text.count - at >= length, (low...high).contains(base[at + 1]) else { return at }
      for place in 2..<max(2, length) where base[at + place] & 0xC0 != 0x80 { return at }
      at += length
    }
    return nil
  }

  /// How long a character is and what its second byte may be (Unicode Standard, table 3-7); 0 where none begins
  /// so.
  private static func range(after first: UInt8) -> (length: Int, low: UInt8, high: UInt8) {
    switch first {
    case 0xC2...0xDF: (2, 0x80, 0xBF)
    case 0xE0: (3, 0xA0, 0xBF)
    case 0xED: (3, 0x80, 0x9F)
    case 0xE1...0xEF: (3, 0x80, 0xBF)
    case 0xF0: (4, 0x90, 0xBF)
    case 0xF1...0xF3: (4, 0x80, 0xBF)
    case 0xF4: (4, 0x80, 0x8F)
    default: (0, 0x80, 0xBF)
    }
  }
}
