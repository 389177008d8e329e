import Terminal

/// Where the parts of the overview stand: kinds in columns, below them what is in trouble, charts at the right or below.
struct PulseLayout: Equatable {
  private(set) var places: [Rect] = []
  /// Kinds in each column.
  private(set) var rows = 0
  private(set) var troubles = Rect(x: 0, y: 0, width: 0, height: 0)
  private(set) var charts: [Rect] = []

  private static let minKindColumns = 38
  private static let chartHeight = 8

  mutating func prepare(kinds: Int, charts count: Int, area: Rect) {
    var inner = Rect(
      x: area.x + 1, y: area.y + 1, width: max(0, area.width - 1), height: max(0, area.height - 1))
    charts = []
    let shown = min(2, count)
    if shown > 0, area.width >= 120, inner.height >= 2 * Self.chartHeight {
      let width = area.width * 2 / 5
      inner.width -= width + 1
      let height = inner.height / shown
      charts = (0..<shown).map {
        Rect(x: area.x + area.width - width, y: inner.y + $0 * height, width: width, height: height)
      }
    } else if shown > 0, inner.height >= 30 {
      let each = min(12, inner.height / 4)
      inner.height -= each * shown
      charts = (0..<shown).map {
        Rect(x: inner.x, y: inner.y + inner.height + $0 * each, width: inner.width, height: each)
      }
    }
    let columns = max(1, min(3, inner.width / Self.minKindColumns))
    rows = (kinds + columns - 1) / columns
    let width = inner.width / columns
    places = (0..<kinds).map { index in
      Rect(
        x: inner.x + index / max(1, rows) * width, y: inner.y + index % max(1, rows),
        width: max(0, width - 1), height: inner.y + index % max(1, rows) < area.y + area.height ? 1 : 0)
    }
    let used = rows + 1
    troubles = Rect(x: inner.x, y: inner.y + used, width: inner.width, height: max(0, inner.height - used))
  }
}
