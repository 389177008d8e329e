extension Text {
  /// Breaks a harmless text into rows, as ranges of its UTF-8: the first of so many columns, the others narrower by
  /// `indent`. `atWords` breaks after a blank where one is not too far back. There is always at least one row.
  package static func rows(
    _ text: String, columns: Int, indent: Int = 0, atWords: Bool = true
  ) -> [Range<Int>] {
    withUTF8(of: text) { bytes in
      var rows: [Range<Int>] = []
      var start = 0
      repeat {
        let room = max(1, rows.isEmpty ? columns : columns - indent)
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        let length = rowLength(rest, columns: room, atWords: atWords)
        rows.append(start..<start + length)
        start += length
      } while start < bytes.count
      return rows
    }
  }

  /// The bytes of the first row: at least one character, where there is any.
  private static func rowLength(_ bytes: UnsafeRawBufferPointer, columns: Int, atWords: Bool) -> Int {
    var reader = GlyphReader(bytes)
    var used = 0
    var length = 0
    /// Up to behind the last blank; of no use in the first half, where it would leave a ragged hole.
    var words = 0
    while let glyph = reader.next() {
      if used + glyph.columns > columns, length > 0 { return atWords && words > 0 ? words : length }
      used += glyph.columns
      length = reader.position
      if glyph.scalar == 0x20, used * 2 > columns { words = length }
    }
    return bytes.count
  }
}
