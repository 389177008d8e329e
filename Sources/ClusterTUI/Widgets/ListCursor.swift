import Terminal

/// The cursor of a list of lines that come, go and move: it stays on its line wherever that goes; when the line is
/// gone, at its place.
struct ListCursor<Line: Hashable> {
  private(set) var line: Line?
  private(set) var index = 0
  private(set) var top = 0
  private var count = 0
  private var page = 1

  /// - Parameters:
  ///   - page: how many lines can be seen at once.
  ///   - isChosen: whether the cursor may settle on a line nobody chose: not while lines are still coming.
  mutating func follow(_ lines: [Line], page: Int, isChosen: Bool = true, find: ((Line) -> Int?)? = nil) {
    (count, self.page) = (lines.count, max(1, page))
    let known = line.flatMap { line in find.map { $0(line) } ?? lines.firstIndex(of: line) }
    if let at = known {
      if top > 0 { top += at - index }
      index = at
      line = lines[at]
    } else {
      index = max(0, min(index, count - 1))
      line = lines.indices.contains(index) && (isChosen || index > 0) ? lines[index] : nil
    }
    scroll()
  }

  mutating func put(_ target: Int, _ lines: [Line]) {
    index = max(0, min(target, lines.count - 1))
    line = lines.indices.contains(index) ? lines[index] : nil
    scroll()
  }

  /// False for keys that move nothing.
  mutating func move(_ key: Key, _ lines: [Line]) -> Bool {
    switch key {
    case .character("j"), .down: put(index + 1, lines)
    case .character("k"), .up: put(index - 1, lines)
    case .character("g"), .home: put(0, lines)
    case .character("G"), .end: put(lines.count - 1, lines)
    case .control("f"), .pageDown: put(index + page, lines)
    case .control("b"), .pageUp: put(index - page, lines)
    case .control("d"): put(index + max(1, page / 2), lines)
    case .control("u"): put(index - max(1, page / 2), lines)
    default: return false
    }
    return true
  }

  private mutating func scroll() {
    top = min(top, index)
    top = max(top, index - page + 1)
    top = max(0, min(top, count - page))
  }
}
