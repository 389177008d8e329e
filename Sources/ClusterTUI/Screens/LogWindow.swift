import Cluster
import Terminal

/// Which rows of a log are on screen: the newest ones, or those from a place on that stays while lines come.
struct LogWindow {
  /// A row: of a line, and which of the rows that the line takes.
  private struct Place {
    var number = 0
    var row = 0
  }

  /// The newest line stays in view.
  private(set) var follows = true
  /// The first row while not following.
  private var top = Place()
  private(set) var left = 0
  private(set) var area = Rect(x: 0, y: 0, width: 0, height: 0)

  mutating func resize(to area: Rect) { self.area = area }

  /// The first row stays one of its line: lines are let go, filtered, and wrapped in another way.
  mutating func prepare(_ lines: LogLines, _ painter: LogPainter) {
    guard !follows else { return }
    if top.number < painter.ring.firstNumber { top = Place(number: painter.ring.firstNumber) }
    guard top.row > 0 else { return }
    let index = lines.index(ofNumber: top.number)
    if lines.number(at: index) != top.number || top.row >= painter.rowCount(index, lines) { top.row = 0 }
  }

  // MARK: Moving

  mutating func follow() { follows = true }

  mutating func goToStart() { (follows, top) = (false, Place()) }

  mutating func toggleFollow(_ lines: LogLines, _ painter: LogPainter) {
    if follows { top = newest(lines, painter) }
    follows.toggle()
  }

  /// Puts a line, or the row of it that holds what was searched for, into the middle.
  mutating func show(_ number: Int, _ lines: LogLines, _ painter: LogPainter) {
    follows = false
    let index = lines.index(ofNumber: number)
    top = Place(number: number, row: painter.matchRow(index, lines))
    top = place(-(area.height / 2), from: top, lines, painter)
  }

  /// To where another one is, in the size that this one has.
  mutating func goBack(to other: LogWindow) { (follows, top, left) = (other.follows, other.top, other.left) }

  /// Moves by rows; down to the last one and it follows again.
  mutating func move(_ step: Int, _ lines: LogLines, _ painter: LogPainter) {
    if follows, step > 0 { return }
    let end = newest(lines, painter)
    let place = place(step, from: follows ? end : top, lines, painter)
    follows = step > 0 && (place.number, place.row) >= (end.number, end.row)
    top = place
  }

  private func place(_ step: Int, from start: Place, _ lines: LogLines, _ painter: LogPainter) -> Place {
    var place = start
    var index = lines.index(ofNumber: place.number)
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
      if rows >= room { return Place(number: lines.number(at: index) ?? 0, row: rows - room) }
      room -= rows
    }
    return Place(number: lines.number(at: 0) ?? 0)
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
