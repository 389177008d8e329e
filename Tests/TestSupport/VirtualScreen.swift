import CPty

/// What a terminal of the xterm family would show: a small emulator that knows everything ncurses and this project
/// send, and notes what it does not know.
package struct VirtualScreen: Sendable {
  /// How a cell looks. Colours are palette numbers, or 0x1000000 plus red, green and blue; nil is the default.
  package struct Look: Hashable, Sendable {
    package var foreground: Int?
    package var background: Int?
    package var bold = false
    package var dim = false
    package var italic = false
    package var underline = false
    package var reverse = false

    package init(
      foreground: Int? = nil, background: Int? = nil, bold: Bool = false, dim: Bool = false,
      italic: Bool = false,
      underline: Bool = false, reverse: Bool = false
    ) {
      self.foreground = foreground
      self.background = background
      self.bold = bold
      self.dim = dim
      self.italic = italic
      self.underline = underline
      self.reverse = reverse
    }
  }

  struct Cell: Hashable, Sendable {
    var text = " "
    var look = Look()
    /// The right half of a wide character; its text is empty.
    var isRightHalf = false
  }

  struct Position: Hashable, Sendable {
    var x = 0
    var y = 0
  }

  struct Saved: Sendable {
    var cursor = Position()
    var look = Look()
  }

  package internal(set) var width: Int
  package internal(set) var height: Int
  package internal(set) var isAlternate = false
  package internal(set) var isCursorVisible = true
  package internal(set) var isBracketedPaste = false
  package internal(set) var isApplicationKeypad = false
  package internal(set) var isApplicationCursor = false
  package internal(set) var isInsertMode = false
  package internal(set) var wrapsLines = true
  /// DEC private modes 1000 to 1006 that are on.
  package internal(set) var mouseModes: Set<Int> = []
  /// First and last row that scroll.
  package internal(set) var scrollRegion: ClosedRange<Int>
  package internal(set) var bellCount = 0
  package internal(set) var title = ""
  /// What OSC 52 put into the clipboard, still in base64.
  package internal(set) var clipboard = ""
  /// Sequences that were not understood.
  package internal(set) var unknown: [String] = []
  package internal(set) var bytesReceived = 0

  var cells: [[Cell]]
  /// The screen behind the alternate one.
  var other: [[Cell]]
  var cursor = Position()
  var look = Look()
  var saved = Saved()
  var savedByAlternate = Saved()
  /// The last column is written; the next character goes to the next line.
  var wrapsNext = false
  var isOriginMode = false
  var usesLineDrawing = false
  var lastPrinted: UInt32 = 0x20
  var parser = Parser()

  package init(width: Int = 80, height: Int = 24) {
    self.width = max(1, width)
    self.height = max(1, height)
    scrollRegion = 0...(self.height - 1)
    cells = Self.blank(self.width, self.height)
    other = cells
  }

  /// The lines, their trailing blanks trimmed.
  package var text: String { cells.map(Self.line).joined(separator: "\n") }

  /// One line; empty outside.
  package func line(_ y: Int) -> String { cells.indices.contains(y) ? Self.line(cells[y]) : "" }

  package func look(x: Int, y: Int) -> Look {
    cells.indices.contains(y) && cells[y].indices.contains(x) ? cells[y][x].look : Look()
  }

  /// The character at a place with its marks; empty for the right half of a wide one.
  package func character(x: Int, y: Int) -> String {
    cells.indices.contains(y) && cells[y].indices.contains(x) ? cells[y][x].text : ""
  }

  package var cursorPosition: (x: Int, y: Int) { (cursor.x, cursor.y) }

  package func contains(_ needle: String) -> Bool { text.contains(needle) }

  package mutating func resize(width: Int, height: Int) {
    self.width = max(1, width)
    self.height = max(1, height)
    cells = Self.fitted(cells, self.width, self.height)
    other = Self.fitted(other, self.width, self.height)
    scrollRegion = 0...(self.height - 1)
    move(x: cursor.x, y: cursor.y)
  }

  static func blank(_ width: Int, _ height: Int, _ look: Look = Look()) -> [[Cell]] {
    Array(repeating: Array(repeating: Cell(look: look), count: width), count: height)
  }

  private static func fitted(_ cells: [[Cell]], _ width: Int, _ height: Int) -> [[Cell]] {
    var rows = cells.prefix(height).map { row in
      Array(row.prefix(width)) + Array(repeating: Cell(), count: max(0, width - row.count))
    }
    rows += blank(width, max(0, height - rows.count))
    return rows
  }

  private static func line(_ row: [Cell]) -> String {
    var text = row.map(\.text).joined()
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension VirtualScreen {
  mutating func move(x: Int, y: Int) {
    cursor.x = min(max(0, x), width - 1)
    cursor.y = min(max(0, y), height - 1)
    wrapsNext = false
  }

  mutating func print(_ scalar: UInt32) {
    let scalar = usesLineDrawing ? Self.lineDrawing[scalar] ?? scalar : scalar
    let columns = Int(pty_width(scalar))
    guard columns >= 0 else {
      unknown.append("character U+" + String(scalar, radix: 16))
      return
    }
    let text = Unicode.Scalar(scalar).map(String.init) ?? "\u{FFFD}"
    if columns == 0 {
      combine(text)
      return
    }
    if wrapsNext || cursor.x + columns > width {
      guard wrapsLines, width >= columns else {
        cursor.x = max(0, width - columns)
        wrapsNext = false
        return put(text, columns)
      }
      cursor.x = 0
      lineFeed()
    }
    lastPrinted = scalar
    put(text, columns)
  }

  private mutating func put(_ text: String, _ columns: Int) {
    if isInsertMode { insertBlanks(columns) }
    part(cursor.x)
    cells[cursor.y][cursor.x] = Cell(text: text, look: look)
    if columns == 2, cursor.x + 1 < width {
      part(cursor.x + 1)
      cells[cursor.y][cursor.x + 1] = Cell(text: "", look: look, isRightHalf: true)
    }
    cursor.x += columns
    wrapsNext = cursor.x >= width
    if wrapsNext { cursor.x = width - 1 }
  }

  private mutating func combine(_ mark: String) {
    var x = wrapsNext ? cursor.x : cursor.x - 1
    guard x >= 0 else { return }
    if cells[cursor.y][x].isRightHalf { x -= 1 }
    cells[cursor.y][x].text.unicodeScalars.append(contentsOf: mark.unicodeScalars)
  }

  /// The half of a wide character that stays when the other is overwritten is a blank.
  mutating func part(_ x: Int) {
    guard x < width else { return }
    if cells[cursor.y][x].isRightHalf, x > 0 { cells[cursor.y][x - 1].text = " " }
    if x + 1 < width, cells[cursor.y][x + 1].isRightHalf { cells[cursor.y][x + 1] = Cell(look: look) }
  }

  mutating func lineFeed() {
    wrapsNext = false
    if cursor.y == scrollRegion.upperBound {
      scrollUp(1, from: scrollRegion.lowerBound)
    } else if cursor.y < height - 1 {
      cursor.y += 1
    }
  }

  /// Lines from `top` to the end of the region move up.
  mutating func scrollUp(_ count: Int, from top: Int) {
    guard scrollRegion.contains(top) else { return }
    for _ in 0..<min(count, scrollRegion.upperBound - top + 1) {
      cells.remove(at: top)
      cells.insert(blankRow, at: scrollRegion.upperBound)
    }
  }

  mutating func scrollDown(_ count: Int, from top: Int) {
    guard scrollRegion.contains(top) else { return }
    for _ in 0..<min(count, scrollRegion.upperBound - top + 1) {
      cells.remove(at: scrollRegion.upperBound)
      cells.insert(blankRow, at: top)
    }
  }

  mutating func insertBlanks(_ count: Int) {
    for _ in 0..<min(count, width - cursor.x) {
      cells[cursor.y].insert(erased, at: cursor.x)
      cells[cursor.y].removeLast()
    }
  }

  mutating func deleteCharacters(_ count: Int) {
    for _ in 0..<min(count, width - cursor.x) {
      cells[cursor.y].remove(at: cursor.x)
      cells[cursor.y].append(erased)
    }
  }

  mutating func erase(_ columns: Range<Int>, row: Int) {
    for x in columns.clamped(to: 0..<width) {
      if x == columns.lowerBound, cells[row][x].isRightHalf, x > 0 { cells[row][x - 1].text = " " }
      cells[row][x] = erased
    }
    if columns.upperBound < width, columns.upperBound >= 0, cells[row][columns.upperBound].isRightHalf {
      cells[row][columns.upperBound] = erased
    }
  }

  /// Erasing leaves the current background and nothing else (xterm's back colour erase).
  private var erased: Cell { Cell(look: Look(background: look.background)) }
  private var blankRow: [Cell] { Array(repeating: erased, count: width) }

  /// The DEC special graphics set that ncurses may use for lines.
  private static let lineDrawing: [UInt32: UInt32] = Dictionary(
    uniqueKeysWithValues: zip(
      "`afgjklmnopqrstuvwxyz{|}~".unicodeScalars.map(\.value),
      "◆▒°±┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·".unicodeScalars.map(\.value)))
}

extension VirtualScreen: CustomStringConvertible, CustomReflectable {
  package var description: String { "\(width)x\(height):\n\(text)" }
  /// Keeps messages of failed tests readable.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
