import CNcurses

/// One sign as a terminal may show it.
struct Glyph: Equatable {
  var scalar: UInt32
  /// 0 for a mark that stands on the sign before it, else 1 or 2.
  var columns: Int
}

/// Reads signs from bytes that are meant as UTF-8. What a terminal would obey instead of show comes out as a visible
/// sign in its place: control characters as their pictures (U+2400...), everything else as U+FFFD.
struct GlyphReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0
  private var previous: UInt32 = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  static let replacement: UInt32 = 0xFFFD

  /// The plain characters that come next, as they are: nearly all text there is.
  mutating func asciiRun(atMost count: Int) -> UnsafeRawBufferPointer {
    let start = position
    let end = min(bytes.count, count > bytes.count - start ? bytes.count : start + count)
    while position < end, bytes[position] &- 0x20 < 0x5F { position += 1 }
    if position > start { previous = UInt32(bytes[position - 1]) }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
  }

  mutating func next() -> Glyph? {
    while position < bytes.count {
      let byte = bytes[position]
      if byte &- 0x20 < 0x5F {
        position += 1
        previous = UInt32(byte)
        return Glyph(scalar: UInt32(byte), columns: 1)
      }
      guard let glyph = Self.glyph(decode(), after: previous) else { continue }
      previous = glyph.scalar
      return glyph
    }
    return nil
  }

  /// The next scalar; each maximal piece of broken UTF-8 is one U+FFFD (Unicode, chapter 3.9).
  private mutating func decode() -> UInt32 {
    let first = bytes[position]
    position += 1
    let length: Int
    var scalar: UInt32
    var allowed: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case ..<0x80: return UInt32(first)
    case 0xC2...0xDF: (length, scalar) = (1, UInt32(first & 0x1F))
    case 0xE0...0xEF:
      (length, scalar) = (2, UInt32(first & 0x0F))
      if first == 0xE0 { allowed = 0xA0...0xBF }
      if first == 0xED { allowed = 0x80...0x9F }  // no surrogates
    case 0xF0...0xF4:
      (length, scalar) = (3, UInt32(first & 0x07))
      if first == 0xF0 { allowed = 0x90...0xBF }
      if first == 0xF4 { allowed = 0x80...0x8F }
    default: return Self.replacement
    }
    for _ in 0..<length {
      guard position < bytes.count, allowed.contains(bytes[position]) else { return Self.replacement }
      scalar = scalar << 6 | UInt32(bytes[position] & 0x3F)
      position += 1
      allowed = 0x80...0xBF
    }
    return scalar
  }

  /// What to show for a scalar beyond plain ASCII; nil for what is left out.
  private static func glyph(_ scalar: UInt32, after previous: UInt32) -> Glyph? {
    if scalar < 0x20 { return Glyph(scalar: scalar == 0x09 ? 0x20 : 0x2400 + scalar, columns: 1) }
    if scalar == 0x7F { return Glyph(scalar: 0x2421, columns: 1) }
    if (0xA1...0xFF).contains(scalar) && scalar != 0xAD { return Glyph(scalar: scalar, columns: 1) }
    if (0x2500...0x259F).contains(scalar) { return Glyph(scalar: scalar, columns: 1) }  // lines and blocks
    if isLeftOut(scalar, after: previous) { return nil }
    if isInvisible(scalar) { return Glyph(scalar: replacement, columns: 1) }
    let columns = Int(nc_columns(scalar))
    return columns < 0 ? Glyph(scalar: replacement, columns: 1) : Glyph(scalar: scalar, columns: columns)
  }

  /// Joiners, variation selectors and skin tones where they belong. Terminals disagree on what they make of them,
  /// and where one joins two signs into one, the rest of the row would shift.
  private static func isLeftOut(_ scalar: UInt32, after previous: UInt32) -> Bool {
    switch scalar {
    case 0x200C, 0x200D, 0x180B...0x180D, 0x180F, 0xE0100...0xE01EF: previous >= 0xA0
    case 0xFE00...0xFE0F: previous >= 0xA0 || (0x30...0x39).contains(previous) || previous == 0x23
    case 0x1F3FB...0x1F3FF: Unicode.Scalar(previous)?.properties.isEmojiModifierBase ?? false
    default: false
    }
  }

  /// Controls, bidirectional overrides and isolates, zero-width and filler characters, separators, tags: they have
  /// no shape of their own and change or hide what stands around them.
  private static func isInvisible(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x7F...0x9F, 0xAD, 0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F, 0x200B...0x200F,
      0x2028...0x202E, 0x2060...0x206F, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB,
      0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }
}

/// Calls `body` with the text's UTF-8, copied only where Swift does not keep it in one piece.
func withUTF8<Result>(of text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
  var text = text
  return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
}
