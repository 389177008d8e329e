import Cluster
import Terminal

/// One chart, drawn into a rectangle of any size: lines in braille, axes, marks, a legend and a cursor of time. What it draws
/// follows from what it is given alone.
struct LineChart {
  let chart: Chart
  let area: Rect
  /// The moment that is read, in milliseconds since 1970.
  let cursor: Int64?
  let isChosen: Bool

  private let plot: Rect
  private let legend: [StyledLine]
  private let values: ValueAxis
  private let times: TimeAxis
  /// Columns right of the plot for what lines and marks are called.
  private let gutter: Int
  private let hasAxis: Bool
  /// What it needs beside its plot.
  let margins: Margins

  /// Columns beside a plot: for values, and for what lines and marks are called. Charts above each other share them.
  struct Margins: Equatable {
    var left = 0
    var right = 0

    func union(_ other: Margins) -> Margins {
      Margins(left: max(left, other.left), right: max(right, other.right))
    }
  }

  static let minHeight = 4
  /// More lines than that can't be told apart.
  static let maxLines = 8

  /// - Parameter margins: at least so much beside the plot.
  init(
    _ chart: Chart, area: Rect, cursor: Int64? = nil, isChosen: Bool = false, zoneOffsetSeconds: Int = 0,
    margins: Margins = Margins()
  ) {
    var chart = chart
    if chart.lines.count > Self.maxLines {
      chart.hiddenLines += chart.lines.count - Self.maxLines
      chart.lines = Array(chart.lines.prefix(Self.maxLines))
    }
    (chart.from, chart.to) = TimeAxis.sound(from: chart.from, to: chart.to)
    (self.chart, self.area, self.isChosen) = (chart, area, isChosen)
    let moment = cursor.flatMap { $0 >= chart.from && $0 <= chart.to ? $0 : nil }
    self.cursor = moment
    hasAxis = area.height >= Self.minHeight
    let rough = TimeAxis(
      from: chart.from, to: chart.to, columns: max(1, area.width), zoneOffsetSeconds: zoneOffsetSeconds)
    let legendRows = Self.legend(chart, area, moment, rough).count
    let height = max(0, area.height - 1 - (hasAxis ? 1 : 0) - legendRows)
    let values = ValueAxis(chart, rows: height)
    self.values = values
    let longest = values.ticks.map { Text.columns($0.text) }.max() ?? 0
    let own = Margins(
      left: area.width < 24 ? 0 : min(area.width / 3, longest + 1) + 1,
      right: Self.gutter(chart, width: area.width))
    self.margins = own
    let used = own.union(margins)
    gutter = used.right
    let plot = Rect(
      x: area.x + used.left, y: area.y + 1, width: max(0, area.width - used.left - used.right),
      height: height)
    self.plot = plot
    let times = TimeAxis(
      from: chart.from, to: chart.to, columns: max(1, plot.width), zoneOffsetSeconds: zoneOffsetSeconds)
    self.times = times
    legend = Array(Self.legend(chart, area, moment, times).prefix(legendRows))
  }

  private static func legend(_ chart: Chart, _ area: Rect, _ cursor: Int64?, _ times: TimeAxis)
    -> [StyledLine]
  {
    guard area.height >= 8 else { return [] }
    let rows = ChartLegend(chart, cursor: cursor, times: times).rows(columns: max(1, area.width - 2))
    return Array(rows.prefix(max(1, area.height / 5)))
  }

  private static func gutter(_ chart: Chart, width: Int) -> Int {
    guard width >= 30, chart.lines.contains(where: { !$0.points.isEmpty }) else { return 0 }
    let letters = chart.lines.count > 1 ? 2 : 0
    guard width >= 50, !chart.marks.isEmpty else { return letters }
    let labels = chart.marks.map { Text.columns(label($0, chart.unit)) + 1 }.max() ?? 0
    return max(letters, min(labels + max(1, letters), width / 3))
  }

  private static func label(_ mark: Chart.Mark, _ unit: Chart.Unit) -> String {
    "\(mark.label) \(Figure.text(mark.value, unit))"
  }

  // MARK: The cursor

  /// The moment at a place of the screen; nil outside of the plot.
  func moment(x: Int, y: Int) -> Int64? {
    guard y >= plot.y, y <= plot.y + plot.height, x >= plot.x, x < plot.x + plot.width else { return nil }
    return times.moment(x - plot.x)
  }

  /// The moment so many columns away from the cursor; without one, from the right edge.
  func moment(_ steps: Int) -> Int64 {
    let at = cursor.flatMap(times.column) ?? (steps < 0 ? times.columns : -1)
    return times.moment(at + steps)
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas) {
    guard area.width > 0, area.height > 0 else { return }
    drawTitle(on: &canvas)
    guard plot.width > 0, plot.height > 0 else { return }
    if !chart.lines.contains(where: { $0.points.contains { $0.value.isFinite } }) {
      return drawNote(on: &canvas)
    }
    if plot.x > area.x { drawValues(on: &canvas) }
    drawMarks(on: &canvas)
    drawLines(on: &canvas)
    drawLetters(on: &canvas)
    drawCursor(on: &canvas)
    if hasAxis { drawTimes(on: &canvas) }
    for (index, line) in legend.enumerated() {
      let y = plot.y + plot.height + (hasAxis ? 1 : 0) + index
      line.draw(on: &canvas, x: area.x + 1, y: y, width: area.width - 1)
    }
  }

  private func drawTitle(on canvas: inout Canvas) {
    let room = area.width - 2 - (chart.lines.isEmpty ? 0 : min(10, area.width / 3))
    let title = Text.truncated(chart.title, columns: max(0, room))
    var style = Style(bold: true)
    style.reverse = isChosen
    var x = area.x
    x += canvas.put(
      isChosen ? " \(title) " : " \(title)", x: x, y: area.y, style: style, maxColumns: area.width)
    let rest = area.x + area.width - x
    guard rest > 4 else { return }
    let head = ChartLegend(chart, cursor: cursor, times: times).head(withLines: legend.isEmpty, columns: rest)
    head.draw(on: &canvas, x: x, y: area.y, width: rest)
  }

  private func drawNote(on canvas: inout Canvas) {
    let note = chart.note.isEmpty ? "no readings in this time" : chart.note
    let lines = TextWrap.lines(note, columns: max(8, plot.width - 2)).prefix(plot.height)
    let y = plot.y + (plot.height - lines.count) / 2
    for (index, line) in lines.enumerated() {
      canvas.put(
        line, x: plot.x + max(1, (plot.width - Text.columns(line)) / 2), y: y + index, style: Theme.ghost,
        maxColumns: plot.width)
    }
  }

  private func drawValues(on canvas: inout Canvas) {
    for row in 0..<plot.height {
      canvas.put("│", x: plot.x - 1, y: plot.y + row, style: Theme.separator)
    }
    for tick in values.ticks {
      let y = plot.y + values.row(tick.value, of: plot.height)
      canvas.put("┤", x: plot.x - 1, y: y, style: Theme.separator)
      let text = Text.truncated(tick.text, columns: plot.x - 1 - area.x)
      canvas.put(text, x: plot.x - 1 - Text.columns(text), y: y, style: Theme.axis)
    }
  }

  private func drawTimes(on canvas: inout Canvas) {
    let y = plot.y + plot.height
    if plot.x > area.x { canvas.put("└", x: plot.x - 1, y: y, style: Theme.separator) }
    let line = String(repeating: "─", count: plot.width)
    canvas.put(line, x: plot.x, y: y, style: Theme.separator)
    let reading = cursor.flatMap { at in
      times.column(at).map { column -> (x: Int, text: String) in
        let text = " \(times.text(at)) "
        return (max(0, min(column - text.count / 2, plot.width - text.count)), text)
      }
    }
    var free = 0
    for tick in times.ticks where tick.column >= free {
      if let reading, tick.column <= reading.x + reading.text.count,
        tick.column + tick.text.count >= reading.x
      {
        continue
      }
      guard tick.column + 1 + tick.text.count <= plot.width else { break }
      canvas.put("┴", x: plot.x + tick.column, y: y, style: Theme.separator)
      canvas.put(tick.text, x: plot.x + tick.column + 1, y: y, style: Theme.axis)
      free = tick.column + tick.text.count + 2
    }
    guard let reading else { return }
    canvas.put(
      reading.text, x: plot.x + reading.x, y: y, style: Style(bold: true, reverse: true),
      maxColumns: plot.width - reading.x)
  }

  private func drawLines(on canvas: inout Canvas) {
    var grid = DotGrid(columns: plot.width, rows: plot.height)
    for (index, line) in chart.lines.enumerated() {
      var before: (x: Int, y: Int)?
      for stroke in Strokes(line.points, from: chart.from, to: chart.to) {
        guard let x = times.place(stroke.point.at, of: grid.dotColumns) else { continue }
        let y = grid.dotRows - 1 - values.dot(stroke.point.value, of: grid.dotRows)
        if let before, !stroke.beginsAnew {
          grid.join(before, (x, y), owner: index)
        } else {
          grid.set(x: x, y: y, owner: index)
        }
        if stroke.isAlone {
          // One dot is easily overlooked.
          let (right, below) = (x % 2 == 0 ? x + 1 : x - 1, y % 4 < 3 ? y + 1 : y - 1)
          grid.join((x, below), (right, below), owner: index)
          grid.set(x: right, y: y, owner: index)
        }
        before = (x, y)
      }
    }
    for row in 0..<plot.height {
      for column in 0..<plot.width {
        guard let cell = grid.cell(column, row) else { continue }
        canvas.put(
          String(cell.sign), x: plot.x + column, y: plot.y + row, style: Theme.line(cell.owner))
      }
    }
  }

  /// Where a line ends, its letter: a line is known by it where there is no colour.
  private func drawLetters(on canvas: inout Canvas) {
    guard chart.lines.count > 1, gutter > 0 else { return }
    var taken: Set<Int> = []
    let legend = ChartLegend(chart, cursor: nil, times: times)
    for (index, line) in chart.lines.enumerated() {
      guard let last = legend.last(line) else { continue }
      let wanted = values.row(last.value, of: plot.height)
      let rows = (0..<plot.height).sorted { abs($0 - wanted) < abs($1 - wanted) }
      guard let row = rows.first(where: { !taken.contains($0) }) else { continue }
      taken.insert(row)
      canvas.put(
        ChartLegend.letter(index), x: plot.x + plot.width, y: plot.y + row, style: Theme.line(index))
    }
  }

  private func drawMarks(on canvas: inout Canvas) {
    var taken: Set<Int> = []
    // From the highest down, so that labels of close marks stand in their order.
    for mark in chart.marks.sorted(by: { $0.value > $1.value }) where mark.value.isFinite {
      let style = Theme.mark(mark.label)
      let isAbove = mark.value > values.top
      let isBelow = mark.value < values.base
      let row = values.row(mark.value, of: plot.height)
      if !isAbove, !isBelow {
        let dashes = String(repeating: "╌", count: plot.width)
        canvas.put(dashes, x: plot.x, y: plot.y + row, style: style)
      }
      let label = Self.label(mark, chart.unit)
      let text = isAbove ? "↑\(label)" : isBelow ? "↓\(label)" : label
      guard let free = (row..<plot.height).first(where: { !taken.contains($0) }) else { continue }
      taken.insert(free)
      let isBeside = gutter > 2
      let room =
        isBeside ? gutter - (chart.lines.count > 1 ? 2 : 1) + (isAbove || isBelow ? 1 : 0) : plot.width
      let shown = Text.truncated(text, columns: room)
      let x = isBeside ? plot.x + plot.width + gutter - room : plot.x + 1
      canvas.put(shown, x: x, y: plot.y + free, style: style, maxColumns: room)
    }
  }

  private func drawCursor(on canvas: inout Canvas) {
    guard let cursor, let column = times.column(cursor) else { return }
    let x = plot.x + column
    for y in plot.y..<plot.y + plot.height {
      let sign = canvas.character(x: x, y: y)
      if sign == " " || sign == "╌" {
        canvas.put("│", x: x, y: y, style: Theme.cursorLine)
      } else {
        canvas.restyle(Rect(x: x, y: y, width: 1, height: 1)) { $0.reverse = true }
      }
    }
  }
}
