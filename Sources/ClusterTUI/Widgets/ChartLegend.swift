import Cluster
import Terminal

/// What the lines of a chart are called and what they say: at the cursor, or last.
struct ChartLegend {
  let chart: Chart
  /// In milliseconds since 1970.
  let cursor: Int64?
  let times: TimeAxis
  /// What tells the lines apart.
  private let labels: [String]

  init(_ chart: Chart, cursor: Int64?, times: TimeAxis) {
    (self.chart, self.cursor, self.times) = (chart, cursor, times)
    labels = SeriesNames.short(chart.lines.map(\.label))
  }

  /// "a", "b": what a line is known by without colours.
  static func letter(_ index: Int) -> String {
    index < 26 ? String(Character(Unicode.Scalar(UInt8(97 + index)))) : "?"
  }

  /// What a line says at the cursor, the highest of what its column stands for; without a cursor, what it said last.
  func value(_ line: Chart.Line) -> Double? {
    guard let cursor else { return last(line)?.value }
    guard let column = times.column(cursor) else { return nil }
    let moments = times.moments(column)
    let inside = line.points.filter { moments.contains($0.at) && $0.value.isFinite }
    if let highest = inside.map(\.value).max() { return highest }
    // Between two points that are joined: what was told last before.
    let strokes = Array(Strokes(line.points, from: chart.from, to: chart.to))
    guard let next = strokes.firstIndex(where: { $0.point.at >= moments.lowerBound }), next > 0,
      !strokes[next].beginsAnew
    else { return nil }
    return strokes[next - 1].point.value
  }

  /// The last point of a line that goes on to the end of the chart: what has ended has no value now.
  func last(_ line: Chart.Line) -> Chart.Point? {
    guard let last = line.points.last(where: { $0.value.isFinite && $0.at <= chart.to }) else { return nil }
    return chart.to - last.at <= max(90_000, (chart.to - chart.from) / 40) ? last : nil
  }

  private func text(_ line: Chart.Line) -> String { value(line).map { Figure.text($0, chart.unit) } ?? "-" }

  /// Behind the title: the moment that is read, and the lines where no rows are left for them.
  ///
  /// - Parameter columns: as many as there are for it.
  func head(withLines: Bool, columns: Int) -> StyledLine {
    var line = StyledLine([])
    if chart.lines.count == 1 {
      append(0, to: &line, isAlone: true)
    } else if withLines {
      // All of them rather than all of the first.
      let each = max(18, columns / max(1, chart.lines.count) - 4)
      for index in chart.lines.indices {
        append(index, to: &line, isAlone: false, columns: each, isPadded: false)
      }
    }
    return line
  }

  /// - Parameter columns: as many as there are for it; its value takes some of them, and as many whatever it is.
  private func append(
    _ index: Int, to line: inout StyledLine, isAlone: Bool, columns: Int? = nil, isPadded: Bool = true
  ) {
    let it = chart.lines[index]
    let label = Text.truncated(labels[index], columns: max(6, (columns ?? .max) - 12), keepTail: true)
    let value = text(it)
    if !isAlone {
      line.append("  \(Self.letter(index))", Theme.line(index))
    } else {
      line.append(" ", Style())
    }
    if !label.isEmpty, label != chart.title { line.append(" \(label)", Style()) }
    line.append(" \(value)", Style(bold: true))
    if columns != nil, isPadded {
      line.append(String(repeating: " ", count: max(0, 6 - Text.columns(value))), Style())
    }
  }

  /// As many lines as it takes; a chart of one line has its value behind the title.
  func rows(columns: Int) -> [StyledLine] {
    var rows: [StyledLine] = []
    var used = 0
    func put(_ entry: StyledLine) {
      let width = Text.columns(entry.text)
      if used > 0, used + width > columns {
        used = 0
      }
      if used == 0 { rows.append(StyledLine([])) }
      for piece in entry.pieces { rows[rows.count - 1].append(piece.text, piece.style) }
      used += width
    }
    if chart.lines.count > 1 {
      for index in chart.lines.indices {
        var entry = StyledLine([])
        append(index, to: &entry, isAlone: false, columns: columns)
        put(entry)
      }
    }
    if chart.hiddenLines > 0 { put(StyledLine([("  and \(chart.hiddenLines) more lines", Theme.ghost)])) }
    let hasPoints = chart.lines.contains { $0.points.contains { $0.value.isFinite } }
    if !chart.note.isEmpty, hasPoints {
      put(StyledLine([("  \(Text.harmless(chart.note))", Theme.ghost)]))
    }
    return rows
  }
}
