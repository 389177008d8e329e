import Cluster
import Terminal

/// Scrolls, folds and searches a page. The screen that owns it says which page that is.
struct TextView {
  private var page = Page(title: "")
  private var top = 0
  private var height = 1
  private(set) var searchText = ""

  var isEmpty: Bool { page.lines.isEmpty }
  /// "3/17" while searching.
  var tally: String { "" }
  /// What the line under the cursor links to.
  var link: ObjectRef? { nil }
  var plainText: String { page.text }

  /// Shows another page, or a newer version of the same: the place is kept.
  mutating func show(_ page: Page) { self.page = page }

  mutating func prepare(area: Rect) {
    height = area.height
    top = max(0, min(top, page.lines.count - height))
  }

  /// Highlights what matches and goes to the first match; "" ends the search. Wrong expressions are `problem`.
  mutating func search(_ text: String) { searchText = text }

  /// False for keys that mean nothing to it.
  mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character("j"), .down: top += 1
    case .character("k"), .up: top -= 1
    case .character("g"), .home: top = 0
    case .character("G"), .end: top = page.lines.count
    case .pageDown, .control("f"), .character(" "): top += height
    case .pageUp, .control("b"): top -= height
    default: return false
    }
    top = max(0, min(top, page.lines.count - height))
    return true
  }

  func draw(on canvas: inout Canvas, area: Rect) {
    for (offset, line) in page.lines.dropFirst(top).prefix(area.height).enumerated() {
      var x = area.x
      for span in line.spans {
        x += canvas.put(
          span.text, x: x, y: area.y + offset, style: Theme.span(span.meaning),
          maxColumns: area.x + area.width - x)
      }
    }
  }
}
