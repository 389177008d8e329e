import Cluster
import Terminal

/// Which rows of a log are on screen: the newest ones, or those from a place on that stays while lines come, with a cursor
/// on one of them.
struct LogWindow {
  /// A row: of a line, and which of the rows that the line takes.
  private struct Place: Comparable {
    var number = Int.min
    var row = 0

    static func < (a: Place, b: Place) -> Bool { (a.number, a.row) < (b.number, b.row) }
  }

  /// The newest line stays in view.
  private(set) var follows = true
  /// The first row while not following.
  private var top = Place()
  /// The row that keys act on while not following.
  private var cursor = Place()
  private(set) var left = 0
  private(set) var area = Rect(x: 0, y: 0, width: 0, height: 0)

  mutating func resize(to area: Rect) { self.area = area }

  /// The first row stays one of its line: lines are let go, filtered, and wrapped in another way.
  mutating func prepare(_ lines: LogLines, _ painter: LogPainter) {
    guard !follows else { return }
    top = settled(top, lines, painter)
    cursor = settled(cursor, lines, painter)
    keepCursorInView(lines, painter)
  }

  /// The line is one that is shown, and the row one of its rows.
  private func settled(_ place: Place, _ lines: LogLines, _ painter: LogPainter) -> Place {
    guard lines.count > 0 else { return place }
    let index = min(lines.index(ofNumber: place.number), lines.count - 1)
    guard let number = lines.number(at: index) else { return place }
    if number != place.number { return Place(number: number) }
    return place.row < painter.rowCount(index, lines) ? place : Place(number: number)
  }

  /// The line that keys act on.
  var cursorNumber: Int? { follows || cursor.number == .min ? nil : cursor.number }

  /// Older lines came before and among the first: lines have other numbers now.
  mutating func renumber(_ number: (Int) -> Int) {
    if top.number != .min { top.number = number(top.number) }
    if cursor.number != .min { cursor.number = number(cursor.number) }
  }

  // MARK: Moving

  mutating func follow() { follows = true }

  mutating func goToStart() { (follows, top, cursor) = (false, Place(), Place()) }

  /// Whether the very first row is in view and the cursor on the first line.
  func isAtStart(_ lines: LogLines) -> Bool {
    guard !follows, let first = lines.number(at: 0) else { return false }
    return top.number <= first && cursor.number <= first
  }

  mutating func toggleFollow(_ lines: LogLines, _ painter: LogPainter) {
    if follows { rest(lines, painter) } else { follows = true }
  }

  /// Stops following: what is in view stays, with the cursor on the newest line.
  private mutating func rest(_ lines: LogLines, _ painter: LogPainter) {
    top = newest(lines, painter)
    cursor = lastRow(lines, painter)
    follows = false
  }

  private func lastRow(_ lines: LogLines, _ painter: LogPainter) -> Place {
    guard let number = lines.number(at: lines.count - 1) else { return Place() }
    return Place(number: number, row: max(0, painter.rowCount(lines.count - 1, lines) - 1))
  }

  /// Puts a line, or the row of it that holds what was searched for, into the middle.
  mutating func show(_ number: Int, _ lines: LogLines, _ painter: LogPainter) {
    follows = false
    let index = lines.index(ofNumber: number)
    cursor = Place(number: number, row: painter.matchRow(index, lines))
    top = place(-(area.height / 2), from: cursor, lines, painter)
  }

  /// To where another one is, in the size that this one has.
  mutating func goBack(to other: LogWindow) {
    (follows, top, cursor, left) = (other.follows, other.top, other.cursor, other.left)
  }

  /// Moves the cursor by rows; down beyond the last one and it follows again.
  mutating func move(_ step: Int, _ lines: LogLines, _ painter: LogPainter) {
    if follows {
      if step > 0 { return }
      rest(lines, painter)
    }
    let last = lastRow(lines, painter)
    if step > 0, cursor >= last {
      follows = true
      return
    }
    cursor = place(step, from: cursor, lines, painter)
    keepCursorInView(lines, painter)
  }

  /// Moves what is in view by rows, and the cursor with it; down to the last one and it follows again.
  mutating func scroll(_ step: Int, _ lines: LogLines, _ painter: LogPainter) {
    if follows {
      if step > 0 { return }
      rest(lines, painter)
    }
    let end = newest(lines, painter)
    let before = top
    top = min(place(step, from: top, lines, painter), end)
    if step > 0, top >= end {
      follows = true
      return
    }
    // At the top there is nothing to move but the cursor.
    if before == top, step < 0 { cursor = Place(number: lines.number(at: 0) ?? .min) }
    let bottom = place(area.height - 1, from: top, lines, painter)
    cursor = max(top, min(cursor, bottom))
  }

  private mutating func keepCursorInView(_ lines: LogLines, _ painter: LogPainter) {
    if cursor < top { top = cursor }
    let height = max(1, area.height)
    guard lines.index(ofNumber: cursor.number) - lines.index(ofNumber: top.number) < height else {
      top = place(-(height - 1), from: cursor, lines, painter)
      return
    }
    let bottom = place(height - 1, from: top, lines, painter)
    if cursor > bottom { top = place(-(height - 1), from: cursor, lines, painter) }
  }

  /// All rows of the line under the cursor are in view, as far as they fit.
  mutating func showWhole(_ lines: LogLines, _ painter: LogPainter) {
    let index = lines.index(ofNumber: cursor.number)
    let rows = painter.rowCount(index, lines)
    cursor.row = 0
    let last = Place(number: cursor.number, row: max(0, rows - 1))
    let bottom = place(max(1, area.height) - 1, from: top, lines, painter)
    if last > bottom { top = min(cursor, place(-(area.height - 1), from: last, lines, painter)) }
  }

  /// Puts the cursor on the line in that row of the area.
  mutating func point(at row: Int, _ lines: LogLines, _ painter: LogPainter) {
    let shown = rows(lines, painter)
    guard shown.indices.contains(row), shown[row].number != .min else { return }
    if follows { rest(lines, painter) }
    cursor = Place(number: shown[row].number, row: 0)
    if cursor < top { cursor = top }
  }

  private func place(_ step: Int, from start: Place, _ lines: LogLines, _ painter: LogPainter) -> Place {
    var index = lines.index(ofNumber: start.number)
    var place = start.number == .min ? Place(number: lines.number(at: index) ?? .min) : start
    for _ in 0..<abs(step) {
      if step > 0 {
        place.row += 1
        if place.row >= painter.rowCount(index, lines) { (index, place.row) = (index + 1, 0) }
      } else if place.row > 0 {
        place.row -= 1
      } else if index > 0 {
        index -= 1
        place.row = max(0, painter.rowCount(index, lines) - 1)
      }
      guard let number = lines.number(at: index) else { break }
      place.number = number
    }
    return place
  }

  /// As far as the widest line in view goes, and so that something of what was at the edge stays in view.
  mutating func moveSideways(_ steps: Int, _ lines: LogLines, _ painter: LogPainter) {
    let widest = rows(lines, painter).lazy.map { Text.columns($0.line.text) }.max() ?? 0
    let step = max(1, min(20, area.width - 2))
    left = max(0, min(left + steps * step, max(left, widest - area.width / 2)))
  }

  /// Where the newest screen begins.
  private func newest(_ lines: LogLines, _ painter: LogPainter) -> Place {
    var room = area.height
    var index = lines.count
    while index > 0 {
      index -= 1
      let rows = painter.rowCount(index, lines)
      if rows >= room { return Place(number: lines.number(at: index) ?? .min, row: rows - room) }
      room -= rows
    }
    return Place(number: lines.number(at: 0) ?? .min)
  }

  // MARK: What is shown

  func rows(_ lines: LogLines, _ painter: LogPainter) -> [LogPainter.Row] {
    var rows: [LogPainter.Row] = []
    let first = follows ? lines.count : lines.index(ofNumber: top.number)
    if first < lines.count { rows = Array(painter.rows(first, lines).dropFirst(top.row)) }
    var index = first + 1
    while index < lines.count, rows.count < area.height {
      rows += painter.rows(index, lines)
      index += 1
    }
    guard rows.count < area.height else { return Array(rows.prefix(area.height)) }
    // Following; or what a filter left ends in the middle of the screen: what was before fills it up.
    if first < lines.count { rows.insert(contentsOf: painter.rows(first, lines).prefix(top.row), at: 0) }
    index = first - 1
    while index >= 0, rows.count < area.height {
      rows.insert(contentsOf: painter.rows(index, lines), at: 0)
      index -= 1
    }
    return rows.suffix(area.height)
  }
}
