import Cluster
import Terminal

/// Where the charts of a board stand, and what of it is said below them.
struct ChartLayout {
  private(set) var places: [(index: Int, rect: Rect)] = []
  private(set) var columns = 1
  /// What can't be shown, in lines that fit.
  private(set) var missing: [String] = []
  private(set) var missingTop = 0
  private var top = 0

  private static let minWidth = 60
  private static let minHeight = 7

  mutating func prepare(_ board: ChartBoard?, area: Rect, chosen: Int, isEnlarged: Bool) {
    (places, missing) = ([], [])
    guard let board else { return }
    var inner = Rect(x: area.x, y: area.y + 1, width: area.width, height: max(0, area.height - 1))
    takeMissing(board, &inner)
    let count = board.charts.count
    guard count > 0, inner.height > 0, inner.width > 0 else { return }
    if isEnlarged || count == 1 {
      columns = 1
      places = [(chosen, inner)]
      return
    }
    columns = max(1, min(count, area.width / Self.minWidth))
    let rows = (count + columns - 1) / columns
    let shown = max(1, min(rows, inner.height / Self.minHeight))
    let chosenRow = chosen / columns
    top = max(chosenRow - shown + 1, min(top, chosenRow))
    top = max(0, min(top, rows - shown))
    for index in top * columns..<min(count, (top + shown) * columns) {
      let (row, column) = (index / columns - top, index % columns)
      let (x, y) = (inner.width * column / columns, inner.height * row / shown)
      let right = inner.width * (column + 1) / columns - (column + 1 < columns ? 1 : 0)
      let bottom = inner.height * (row + 1) / shown
      places.append((index, Rect(x: inner.x + x, y: inner.y + y, width: right - x, height: bottom - y)))
    }
  }

  /// At most a third of the screen says what is missing.
  private mutating func takeMissing(_ board: ChartBoard, _ inner: inout Rect) {
    let all = board.missing.flatMap { text in
      TextWrap.lines(text, columns: max(10, inner.width - 4)).enumerated()
        .map { ($0.offset == 0 ? "! " : "  ") + $0.element }
    }
    let room = board.charts.isEmpty ? inner.height : inner.height / 3
    missing = Array(all.prefix(room))
    if missing.count < all.count, let last = missing.indices.last {
      missing[last] = "  and \(all.count - last) more lines"
    }
    inner.height -= missing.count
    missingTop = board.charts.isEmpty ? inner.y + 1 : inner.y + inner.height
  }

  func place(x: Int, y: Int) -> (index: Int, rect: Rect)? {
    places.first { _, rect in
      x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height
    }
  }
}

/// The line above charts: which span of time, where the numbers come from and how old the newest is.
struct ChartHead {
  private let query: ChartQuery
  private let board: ChartBoard?
  private let isOld: Bool
  private let secondsRead: Int64?
  private let now: Int64

  init(_ query: ChartQuery, _ board: ChartBoard?, isOld: Bool, secondsRead: Int64?, now: Int64) {
    (self.query, self.board, self.isOld, self.now) = (query, board, isOld, now)
    self.secondsRead = secondsRead
  }

  /// "5m", "1h", "7d"
  static func range(_ seconds: Int) -> String {
    switch seconds {
    case ..<3_600: "\(seconds / 60)m"
    case ..<86_400: "\(seconds / 3_600)h"
    default: "\(seconds / 86_400)d"
    }
  }

  var text: String {
    var parts: [String] = []
    if isOld, board != nil { parts.append("asking for the last \(Self.range(query.rangeSeconds))…") }
    if let secondsRead { parts.append("\(Age.text(seconds: secondsRead)) so far") }
    if let board, !board.source.isEmpty { parts.append("from \(board.source)") }
    if let newest = board?.newest { parts.append("newest \(Age.text(seconds: max(0, now - newest))) ago") }
    return parts.joined(separator: ", ")
  }

  func draw(on canvas: inout Canvas, area: Rect) {
    var x = area.x + 1
    let ranges = ChartScreen.ranges.reduce(0) { $0 + Self.range($1).count + 2 }
    for seconds in ChartScreen.ranges {
      let isChosen = seconds == query.rangeSeconds
      // Where there is not room for everything, the span that is shown alone.
      guard isChosen || area.width >= ranges + Text.columns(text) + 4 else { continue }
      let style = isChosen ? Style(bold: true, reverse: true) : Theme.ghost
      x += canvas.put(" \(Self.range(seconds)) ", x: x, y: area.y, style: style, maxColumns: area.width - 1)
    }
    let room = area.x + area.width - x - 2
    let shown = Text.truncated(text, columns: max(0, room))
    canvas.put(shown, x: x + 1, y: area.y, style: Theme.ghost, maxColumns: max(0, room))
  }
}
