import Cluster
import Terminal

/// Figures over time, as charts.
struct ChartScreen: Screen {
  var query: ChartQuery
  var crumb: String

  init(_ query: ChartQuery, crumb: String) {
    self.query = query
    self.crumb = crumb
  }

  var mainNeed: Need? { .chart(query) }
  func needs(_ world: World) -> Set<Need> { [.chart(query)] }
  var keyHints: [KeyHint] { [] }

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard let board = world.charts[query] else { return }
    for (line, chart) in board.charts.prefix(area.height).enumerated() {
      canvas.put(chart.title, x: area.x, y: area.y + line, style: Style())
    }
  }

  mutating func handle(_ key: Key, world: World) -> Reaction { key == .escape ? .pop : .unhandled }
}
