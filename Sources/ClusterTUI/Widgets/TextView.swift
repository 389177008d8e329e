import Cluster
import Terminal

/// Scrolls, folds and searches a page. The screen that owns it says which page that is.
struct TextView {
  /// A row: a line that is not folded away, and which of the rows it takes when wrapped.
  struct Place: Comparable {
    var index = 0
    var row = 0
    static func < (left: Place, right: Place) -> Bool { (left.index, left.row) < (right.index, right.row) }
  }

  private var page = Page(title: "")
  private(set) var outline = Outline()
  private var top = Place()
  private var cursor = Place()
  /// A page that is only looked at shows no cursor: it comes with the first key.
  private(set) var showsCursor = false
  private(set) var wraps: Bool
  private var left = 0
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)
  private var search = TextSearch()
  /// Where the search began, so that more typing does not lead further and further on.
  private var searchOrigin = 0

  /// A longer line is cut on screen, and says so; what is copied and saved is whole.
  private static let maxBytes = 64 << 10

  init(wraps: Bool = false) { self.wraps = wraps }

  var isEmpty: Bool { page.lines.isEmpty }
  var searchText: String { search.text }
  /// Why what is searched for is no expression.
  var problem: String? { search.problem }
  /// "3/17" while searching.
  var tally: String { search.tally }
  var plainText: String { page.text }

  /// What the line under the cursor links to.
  var link: ObjectRef? {
    guard showsCursor, let line = cursorLine else { return nil }
    return page.lines[line].spans.lazy.compactMap(\.reference).first
  }

  /// Where in its document the line under the cursor stands; "" where it is of none.
  var path: String {
    guard showsCursor, let line = cursorLine, page.lines.indices.contains(line) else { return "" }
    return page.lines[line].path
  }

  /// The sections the cursor is in, outermost first: "spec > template > containers".
  var trail: String {
    var titles: [String] = []
    var section = cursorLine.flatMap(outline.parent)
    while let line = section {
      titles.append(Text.harmless(page.lines[line].text).trimmed(of: " -:"))
      section = outline.parent(of: line)
    }
    return titles.reversed().joined(separator: " > ")
  }

  var cursorLine: Int? {
    outline.visible.indices.contains(cursor.index) ? outline.visible[cursor.index] : nil
  }

  // MARK: The page

  /// Shows another page, or a newer version of the same: what was folded stays folded, the cursor stays on its line,
  /// and that line where it is on the screen.
  mutating func show(_ page: Page) {
    let rowsAbove = distance(from: top, to: cursor)
    let before = outline
    let line = cursorLine ?? 0
    self.page = page
    outline.update(page)
    let match = search.match
    scan()
    cursor = Place(index: outline.place(of: outline.counterpart(of: line, in: before)))
    top = step(cursor, -rowsAbove)
    if match != nil { search.find(from: cursorLine ?? 0) }
    scrollToCursor()
  }

  private mutating func scan() {
    if search.isActive { search.scan(page.lines.indices.map { content(of: $0).text }) }
  }

  mutating func prepare(area: Rect) {
    if area.width != self.area.width { (top.row, cursor.row) = (0, 0) }
    self.area = area
    scrollToCursor()
  }

  /// Highlights what matches and goes to the first match from here on; "" ends the search.
  mutating func search(_ text: String) {
    if !search.isActive && search.problem == nil { searchOrigin = cursorLine ?? 0 }
    search.start(text)
    scan()
    search.find(from: searchOrigin)
    goToMatch()
  }

  // MARK: Keys

  /// False for keys that mean nothing to it.
  mutating func handle(_ key: Key) -> Bool {
    guard move(key) || change(key) else { return false }
    scrollToCursor()
    return true
  }

  private mutating func move(_ key: Key) -> Bool {
    let page = max(1, area.height - 1)
    switch key {
    case .character("j"), .down: cursor = step(cursor, 1)
    case .character("k"), .up: cursor = step(cursor, -1)
    case .character("g"), .home: cursor = Place()
    case .character("G"), .end: cursor = last
    case .pageDown, .control("f"): scroll(page)
    case .pageUp, .control("b"): scroll(-page)
    case .control("d"): scroll(max(1, page / 2))
    case .control("u"): scroll(-max(1, page / 2))
    case .mouse(let mouse): return handle(mouse)
    default: return false
    }
    showsCursor = true
    return true
  }

  private mutating func change(_ key: Key) -> Bool {
    switch key {
    case .character("h"), .left: left = max(0, left - sidewaysStep)
    case .character("l"), .right: if isCutOff { left += sidewaysStep }
    case .character("w"):
      wraps.toggle()
      left = 0
      (top.row, cursor.row) = (0, 0)
    case .enter, .character(" "): return fold()
    case .character("z"): keepingPlace { $0.foldAll() }
    case .character("Z"): keepingPlace { $0.unfoldAll() }
    case .character("n") where search.isActive: goOn(1)
    case .character("N") where search.isActive: goOn(-1)
    default: return false
    }
    return true
  }

  private mutating func handle(_ mouse: Mouse) -> Bool {
    switch mouse.action {
    case .wheelUp: scroll(-3)
    case .wheelDown: scroll(3)
    case .press where mouse.button == 1:
      let row = mouse.y - area.y
      guard row >= 0, row < area.height, mouse.x >= area.x, mouse.x < area.x + area.width else {
        return false
      }
      cursor = step(top, row)
      showsCursor = true
    default: return false
    }
    return true
  }

  /// Moves the screen and the cursor with it; at the ends the cursor goes on alone.
  private mutating func scroll(_ rows: Int) {
    top = min(step(top, rows), lastTop)
    cursor = step(cursor, rows)
  }

  private mutating func fold() -> Bool {
    guard let line = cursorLine, let section = outline.isSection(line) ? line : outline.parent(of: line)
    else {
      return false
    }
    showsCursor = true
    keepingPlace { $0.toggle(section) }
    cursor = Place(index: outline.place(of: section))
    return true
  }

  /// The same line stays under the cursor, or the section it went into; the same line stays the first.
  private mutating func keepingPlace(_ change: (inout Outline) -> Void) {
    guard let line = cursorLine else { return }
    let first = outline.visible[min(top.index, outline.visible.count - 1)]
    change(&outline)
    cursor = Place(index: outline.place(of: line))
    top = Place(index: outline.place(of: first))
  }

  private mutating func goOn(_ count: Int) {
    search.step(count)
    goToMatch()
  }

  private mutating func goToMatch() {
    guard let match = search.match else { return }
    keepingPlace { $0.reveal(match.line) }
    cursor = Place(index: outline.place(of: match.line))
    if wraps {
      cursor.row = breaks(of: match.line).lastIndex { $0.lowerBound <= match.range.lowerBound } ?? 0
    }
    showMatchSideways(match)
    // With what is around it, if the screen has to move for it at all.
    if cursor < top || distance(from: top, to: cursor) >= area.height { top = step(cursor, -area.height / 2) }
    scrollToCursor()
  }

  private mutating func showMatchSideways(_ match: TextSearch.Match) {
    guard !wraps else { return }
    let line = content(of: match.line)
    let start = Text.columns(line.part(0..<match.range.lowerBound).text)
    let end = start + Text.columns(line.part(match.range).text)
    if start < left || end > left + area.width {
      left = end <= area.width ? 0 : max(0, start - area.width / 2)
    }
  }
}

// MARK: Rows

extension TextView {
  private var last: Place {
    guard let line = outline.visible.last else { return Place() }
    return Place(index: outline.visible.count - 1, row: breaks(of: line).count - 1)
  }

  private var lastTop: Place { step(last, 1 - max(1, area.height)) }

  private func rowCount(_ index: Int) -> Int { wraps ? breaks(of: outline.visible[index]).count : 1 }

  /// So many rows on or back, as far as there are any.
  private func step(_ place: Place, _ rows: Int) -> Place {
    guard !outline.visible.isEmpty else { return Place() }
    var index = min(place.index, outline.visible.count - 1)
    var row = min(place.row, rowCount(index) - 1) + rows
    while row < 0, index > 0 {
      index -= 1
      row += rowCount(index)
    }
    while index < outline.visible.count - 1, row >= rowCount(index) {
      row -= rowCount(index)
      index += 1
    }
    return Place(index: index, row: min(max(0, row), rowCount(index) - 1))
  }

  /// Rows between two places, at most a screen of them.
  private func distance(from start: Place, to end: Place) -> Int {
    var place = start
    var rows = 0
    while place < end, rows < area.height {
      place = step(place, 1)
      rows += 1
    }
    return rows
  }

  private mutating func scrollToCursor() {
    cursor = step(cursor, 0)
    top = min(step(top, 0), cursor, lastTop)
    if distance(from: top, to: cursor) >= max(1, area.height) { top = step(cursor, 1 - max(1, area.height)) }
  }

  /// What a line shows, before anything in it is highlighted.
  private func content(of line: Int) -> StyledLine {
    var styled = StyledLine(page.lines[line])
    let count = styled.text.utf8.count
    if count > Self.maxBytes {
      styled = styled.part(0..<Self.maxBytes)
      styled.append(" … \(count - Self.maxBytes) more bytes", Theme.ghost)
    }
    return styled
  }

  private func breaks(of line: Int) -> [Range<Int>] {
    let text = content(of: line).text
    return wraps ? Text.rows(text, columns: area.width, indent: indent(of: text)) : [0..<text.utf8.count]
  }

  /// Wrapped rows stand below the beginning of their line's text.
  private func indent(of text: String) -> Int {
    min(text.utf8.prefix { $0 == 0x20 || $0 == UInt8(ascii: "-") }.count, area.width / 2)
  }

  /// Something of what was at the edge stays in view.
  private var sidewaysStep: Int { max(1, min(20, area.width - 2)) }

  private var isCutOff: Bool {
    guard !wraps else { return false }
    let shown = outline.visible[min(top.index, outline.visible.count)...].prefix(area.height)
    return shown.contains { Text.columns(content(of: $0).text) > left + area.width }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect) {
    var y = area.y
    var index = top.index
    var skip = top.row
    while y < area.y + area.height, index < outline.visible.count {
      let line = outline.visible[index]
      let rows = rows(of: line)
      for (row, styled) in rows.enumerated().dropFirst(skip) where y < area.y + area.height {
        let x = row == 0 ? 0 : indent(of: content(of: line).text)
        let isCursor = showsCursor && cursor == Place(index: index, row: row)
        draw(styled, isCursor, Rect(x: area.x + x, y: y, width: area.width - x, height: 1), on: &canvas)
        if isCursor { canvas.restyle(Rect(x: area.x, y: y, width: x, height: 1)) { $0.reverse = true } }
        y += 1
      }
      skip = 0
      index += 1
    }
  }

  private func rows(of line: Int) -> [StyledLine] {
    let content = content(of: line)
    let (ranges, current) = search.matches(in: line)
    var styled = content.restyled(ranges) { $0 == current ? Theme.currentMatch : Theme.match }
    let parts = wraps ? breaks(of: line).map(styled.part) : []
    guard outline.isFolded(line) else { return wraps ? parts : [styled] }
    let count = outline.content(of: line).count
    let note = "  … \(count) line\(count == 1 ? "" : "s")"
    if var end = parts.last {
      end.append(note, Theme.ghost)
      return parts.dropLast() + [end]
    }
    styled.append(note, Theme.ghost)
    return [styled]
  }

  /// The cursor's bar is of one colour, whatever the colours below it are; matches still stand out.
  private func draw(_ line: StyledLine, _ isCursor: Bool, _ rect: Rect, on canvas: inout Canvas) {
    guard isCursor else { return line.draw(on: &canvas, x: rect.x, y: rect.y, width: rect.width, left: left) }
    canvas.fill(rect, style: Style(reverse: true))
    let bar = line.restyled {
      [Theme.match, Theme.currentMatch].contains($0) ? $0 : Style(bold: $0.bold, reverse: true)
    }
    bar.draw(on: &canvas, x: rect.x, y: rect.y, width: rect.width, left: left)
  }
}

extension String {
  fileprivate func trimmed(of characters: String) -> String {
    var text = Substring(self)
    while let first = text.first, characters.contains(first) { text.removeFirst() }
    while let last = text.last, characters.contains(last) { text.removeLast() }
    return String(text)
  }
}
