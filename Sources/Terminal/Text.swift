/// Text as a terminal sees it: how wide it is, and what of it must not be sent there.
package enum Text {
  /// Columns that `Canvas.put` uses for it.
  package static func columns(_ text: String) -> Int {
    withUTF8(of: text) { bytes in
      var reader = GlyphReader(bytes)
      var columns = 0
      while let glyph = reader.next() { columns += columns == 0 ? max(1, glyph.columns) : glyph.columns }
      return columns
    }
  }

  /// What `Canvas.put` shows of it: control characters, escape sequences and everything invisible that could change
  /// what is around it replaced by visible signs; a tab is one blank.
  package static func harmless(_ text: String) -> String {
    withUTF8(of: text) { bytes in
      if bytes.allSatisfy({ $0 &- 0x20 < 0x5F }) { return text }
      var out = String.UnicodeScalarView()
      var reader = GlyphReader(bytes)
      while let glyph = reader.next() {
        if glyph.columns == 0, out.isEmpty { out.append(" ") }  // for a mark to stand on
        out.append(Unicode.Scalar(glyph.scalar) ?? " ")
      }
      return String(out)
    }
  }

  /// At most so many columns, an ellipsis where something was left out: at the end, or with `keepTail` in the middle,
  /// so that generated names keep what tells them apart. The result is harmless.
  package static func truncated(_ text: String, columns: Int, keepTail: Bool = false) -> String {
    let whole = signs(of: text)
    let width = whole.reduce(0) { $0 + $1.columns }
    if width <= columns { return join(whole[...]) }
    guard columns > 0 else { return "" }
    let room = columns - 1
    let tailRoom = keepTail ? room / 2 : 0
    let tail = suffix(of: whole, columns: tailRoom)
    let tailColumns = tail.reduce(0) { $0 + $1.columns }
    return join(prefix(of: whole, columns: room - tailColumns)) + "…" + join(tail)
  }

  /// The piece of a text between two columns, for what is scrolled sideways; half a wide character becomes a blank.
  package static func slice(_ text: String, from start: Int, columns: Int) -> String {
    guard columns > 0 else { return "" }
    var out = String.UnicodeScalarView()
    var column = 0
    for sign in signs(of: text) {
      let end = column + sign.columns
      if column >= start, end <= start + columns {
        out.append(contentsOf: sign.scalars)
      } else if end > start, column < start + columns {
        out.append(" ")
      }
      column = end
    }
    return String(out)
  }

  /// A character with the marks that stand on it.
  private struct Sign {
    var scalars: [Unicode.Scalar]
    var columns: Int
  }

  private static func signs(of text: String) -> [Sign] {
    withUTF8(of: text) { bytes in
      var signs: [Sign] = []
      var reader = GlyphReader(bytes)
      while let glyph = reader.next() {
        let scalar = Unicode.Scalar(glyph.scalar) ?? " "
        if glyph.columns > 0 {
          signs.append(Sign(scalars: [scalar], columns: glyph.columns))
        } else if signs.isEmpty {
          signs.append(Sign(scalars: [" ", scalar], columns: 1))
        } else {
          signs[signs.count - 1].scalars.append(scalar)
        }
      }
      return signs
    }
  }

  private static func prefix(of signs: [Sign], columns: Int) -> ArraySlice<Sign> {
    var used = 0
    let end = signs.firstIndex { sign in
      used += sign.columns
      return used > columns
    }
    return signs[..<(end ?? signs.count)]
  }

  private static func suffix(of signs: [Sign], columns: Int) -> ArraySlice<Sign> {
    var used = 0
    let start = signs.lastIndex { sign in
      used += sign.columns
      return used > columns
    }
    return signs[((start ?? -1) + 1)...]
  }

  private static func join(_ signs: ArraySlice<Sign>) -> String {
    var out = String.UnicodeScalarView()
    for sign in signs { out.append(contentsOf: sign.scalars) }
    return String(out)
  }
}
