#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a frame looks like: a grid of cells. Drawing outside of it is clipped and never fails.
package struct Canvas: Sendable {
  package let width: Int
  package let height: Int
  /// Where the terminal's cursor stands; nil hides it.
  package var cursor: (x: Int, y: Int)?
  private(set) var cells: [Cell]
  /// The scalars of cells that hold more than one.
  private(set) var clusters: [[UInt32]] = []

  /// ncurses keeps one character and four marks in a cell.
  private static let maxScalars = 5

  package init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
    cells = Array(repeating: .blank, count: self.width * self.height)
  }

  /// Draws text made harmless: escape sequences and control characters show as signs. Returns the columns used, those
  /// left of the canvas included, so that the next text follows at `x` plus that.
  @discardableResult
  package mutating func put(
    _ text: String, x: Int, y: Int, style: Style = Style(), maxColumns: Int? = nil
  ) -> Int {
    var text = text
    return text.withUTF8 {
      put(utf8: UnsafeRawBufferPointer($0), x: x, y: y, style: style, maxColumns: maxColumns)
    }
  }

  /// The same from bytes that somebody else keeps alive.
  @discardableResult
  package mutating func put(
    utf8 bytes: UnsafeRawBufferPointer, x: Int, y: Int, style: Style = Style(), maxColumns: Int? = nil
  ) -> Int {
    guard y >= 0, y < height, x < width, maxColumns ?? 1 > 0 else { return 0 }
    let start = max(x, -1_000_000)
    let limit = min(width, start + min(max(0, maxColumns ?? width - start), width - start))
    let look = style.packed
    let row = y * width
    var reader = GlyphReader(bytes)
    var column = start
    var base: Int?
    while true {
      let room = limit - column
      if column >= 0, room > 0, case let run = reader.asciiRun(atMost: room), !run.isEmpty {
        place(ascii: run, at: row + column, look: look)
        column += run.count
        base = row + column - 1
      }
      guard let glyph = reader.next() else { break }
      if glyph.columns == 0, column > start {
        if let base { combine(glyph.scalar, onto: base) }
        continue
      }
      let columns = max(1, glyph.columns)
      if column + columns > limit {
        // Half of it would fit: a blank, so that what is put next does not stand in its place.
        if column < limit, column >= 0 { place(0x20, columns: 1, at: row + column, look: look) }
        column = limit
        break
      }
      if column >= 0 {
        place(glyph.columns == 0 ? 0x20 : glyph.scalar, columns: columns, at: row + column, look: look)
        base = row + column
        if glyph.columns == 0 { combine(glyph.scalar, onto: row + column) }
      } else if column + columns > 0 {
        place(0x20, columns: 1, at: row, look: look)  // its left half is outside
        base = nil
      }
      column += columns
    }
    return column - start
  }

  package mutating func fill(_ rect: Rect, style: Style, character: Character = " ") {
    let text = String(character)
    let columns = max(1, Text.columns(text))
    for y in rows(of: rect) {
      let (left, right) = columnsInside(rect)
      var x = left
      while x + columns <= right { x += max(1, put(text, x: x, y: y, style: style, maxColumns: columns)) }
      if x < right { put(String(repeating: " ", count: right - x), x: x, y: y, style: style) }
    }
  }

  /// Changes how cells look and keeps what they show.
  package mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    let (left, right) = columnsInside(rect)
    guard left < right else { return }
    var last: (before: UInt32, after: UInt32)?
    for y in rows(of: rect) {
      for index in y * width + left..<y * width + right {
        let look = cells[index].look
        if let last, last.before == look {
          cells[index].look = last.after
          continue
        }
        var style = Style(packed: look)
        change(&style)
        cells[index].look = style.packed
        last = (look, style.packed)
      }
    }
  }

  /// The character at a place with its marks; empty for the right half of a wide one and outside.
  package func character(x: Int, y: Int) -> String {
    guard let cell = cell(x: x, y: y), !cell.isRightHalf else { return "" }
    var text = ""
    for scalar in scalars(of: cell) { text.unicodeScalars.append(Unicode.Scalar(scalar) ?? " ") }
    return text
  }

  package func style(x: Int, y: Int) -> Style { Style(packed: cell(x: x, y: y)?.look ?? 0) }

  func scalars(of cell: Cell) -> [UInt32] {
    cell.isCluster ? clusters[Int(cell.content - Cell.clusterBase)] : [cell.content]
  }

  /// Whether a row shows the same on another canvas.
  func sameRow(_ y: Int, as other: Canvas) -> Bool {
    guard width == other.width, y < height, y < other.height else { return false }
    let row = y * width..<(y + 1) * width
    let isEqual = cells.withUnsafeBytes { mine in
      other.cells.withUnsafeBytes { theirs in
        memcmp(mine.baseAddress! + row.lowerBound * 8, theirs.baseAddress! + row.lowerBound * 8, width * 8)
          == 0
      }
    }
    // Equal indices mean equal clusters only where the clusters are the same.
    return isEqual && (clusters == other.clusters || !cells[row].contains(where: \.isCluster))
  }

  func cell(x: Int, y: Int) -> Cell? {
    guard x >= 0, y >= 0, x < width, y < height else { return nil }
    return cells[y * width + x]
  }

  private func rows(of rect: Rect) -> Range<Int> {
    let top = min(height, max(0, rect.y))
    let bottom = rect.y > height ? top : min(height, rect.y + min(max(0, rect.height), height - rect.y))
    return top..<max(top, bottom)
  }

  private func columnsInside(_ rect: Rect) -> (left: Int, right: Int) {
    let left = min(width, max(0, rect.x))
    let right = rect.x > width ? left : min(width, rect.x + min(max(0, rect.width), width - rect.x))
    return (left, max(left, right))
  }

  private mutating func place(_ content: UInt32, columns: Int, at index: Int, look: UInt32) {
    parting(at: index)
    cells[index] = Cell(content: content, look: look)
    if columns == 2 {
      parting(at: index + 1)
      cells[index + 1] = Cell(content: Cell.rightHalf, look: look)
    }
  }

  private mutating func place(ascii run: UnsafeRawBufferPointer, at start: Int, look: UInt32) {
    parting(at: start)
    parting(at: start + run.count - 1)
    cells.withUnsafeMutableBufferPointer { cells in
      for offset in 0..<run.count {
        cells[start + offset] = Cell(content: UInt32(run[offset]), look: look)
      }
    }
  }

  /// A wide character that loses one half to what is drawn at `index` leaves a blank in the other.
  private mutating func parting(at index: Int) {
    if cells[index].isRightHalf {
      cells[index - 1].content = 0x20
    } else if index + 1 < cells.count, cells[index + 1].isRightHalf {
      cells[index + 1].content = 0x20
    }
  }

  private mutating func combine(_ mark: UInt32, onto index: Int) {
    let content = cells[index].content
    if content >= Cell.clusterBase {
      let cluster = Int(content - Cell.clusterBase)
      if clusters[cluster].count < Self.maxScalars { clusters[cluster].append(mark) }
    } else {
      cells[index].content = Cell.clusterBase + UInt32(clusters.count)
      clusters.append([content, mark])
    }
  }
}
