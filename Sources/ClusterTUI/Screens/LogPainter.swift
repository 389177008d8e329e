import Cluster
import Terminal

/// Turns lines of a log into rows of the screen: time, container, text with its own colours and the matches.
struct LogPainter {
  struct Row {
    var number: Int
    var line: StyledLine

    init(_ number: Int, _ line: StyledLine) {
      self.number = number
      self.line = line
    }

    /// Something about the log and not from it.
    init(_ text: String, _ style: Style) { self.init(-1, StyledLine([(text, style)])) }
  }

  let ring: LogRing
  let showsTime: Bool
  /// Else one row a line.
  let wraps: Bool
  let left: Int
  /// Of the screen.
  let columns: Int
  let zoneOffsetSeconds: Int
  let highlight: Pattern?
  /// Of a longer line only so much is drawn; the whole of it is in the ring and in what is saved.
  private static let maxBytes = 64 << 10

  private var wrapColumns: Int? { wraps ? max(1, columns) : nil }

  /// What is beyond the right edge is styled so far only: enough to go on sideways and to show a match there.
  private static let spareColumns = 1_024

  /// The rows of one line, with rules where the person drew them and a gap where lines are gone.
  func rows(_ index: Int, _ lines: LogLines) -> [Row] {
    guard let number = lines.number(at: index) else { return [] }
    var rows = before(index, number, lines)
    let line = ring.withLine(number) { styled($0).line } ?? StyledLine([])
    rows +=
      wrapColumns.map { line.rows(columns: $0, atWords: false).map { Row(number, $0) } }
      ?? [Row(number, line)]
    return rows + behind(index, number, lines)
  }

  /// How many rows that are, without making them where that can be told from the bytes.
  func rowCount(_ index: Int, _ lines: LogLines) -> Int {
    guard let number = lines.number(at: index) else { return 0 }
    let rules = before(index, number, lines).count + behind(index, number, lines).count
    guard let columns = wrapColumns else { return rules + 1 }
    let count = ring.withLine(number) { line in
      if prefixColumns(line) + line.bytes.count <= columns, line.bytes.allSatisfy({ $0 &- 0x20 < 0x5F }) {
        return 1
      }
      return Text.rows(styled(line, highlights: false).line.text, columns: columns, atWords: false).count
    }
    return rules + (count ?? 1)
  }

  /// Which of the rows of a line shows the first match.
  func matchRow(_ index: Int, _ lines: LogLines) -> Int {
    guard let number = lines.number(at: index) else { return 0 }
    let above = before(index, number, lines).count
    guard let columns = wrapColumns, let highlight else { return above }
    let row = ring.withLine(number) { line in
      let (whole, prefix) = styled(line, highlights: false)
      let rows = Text.rows(whole.text, columns: columns, atWords: false)
      let own = whole.part(prefix..<Int.max).text
      if let match = highlight.ranges(in: own).first {
        return rows.lastIndex { $0.lowerBound <= prefix + match.lowerBound } ?? 0
      }
      // Colours within it, or too far back in the line to be drawn.
      let isBeyond = highlight.firstMatch(in: line.bytes, from: 0).map { $0.lowerBound >= Self.maxBytes }
      return isBeyond == true ? rows.count - 1 : 0
    }
    return above + (row ?? 0)
  }

  private func before(_ index: Int, _ number: Int, _ lines: LogLines) -> [Row] {
    var rows: [Row] = []
    if index == 0, lines.gone > 0 {
      rows.append(Row("--- \(lines.gone) older lines let go ---", Theme.span(.warning)))
    }
    if lines.hasMark(between: lines.number(at: index - 1), and: number) { rows.append(Self.rule) }
    return rows
  }

  private func behind(_ index: Int, _ number: Int, _ lines: LogLines) -> [Row] {
    index == lines.count - 1 && lines.hasMark(between: number, and: .max) ? [Self.rule] : []
  }

  private static let rule = Row(String(repeating: "─", count: 60), Theme.mark)

  /// A line, and how many bytes of it stand before its own text.
  private func styled(_ line: LogRing.Line, highlights: Bool = true) -> (line: StyledLine, prefix: Int) {
    if line.isMark {
      let text = Text.harmless(String(decoding: line.bytes, as: UTF8.self))
      return (StyledLine([(text, Theme.span(.warning))]), 0)
    }
    var spans = prefix(line)
    let prefixBytes = spans.reduce(0) { $0 + $1.text.utf8.count }
    let bytes = UnsafeRawBufferPointer(rebasing: line.bytes.prefix(Self.maxBytes))
    let maxColumns = wraps ? .max : left + columns + Self.spareColumns
    let text = StyledLine(Text.sgrSpans(bytes, base: Style(), maxColumns: maxColumns))
    spans += (highlights ? highlight.map(text.highlighted) ?? text : text).pieces
    if line.bytes.count > Self.maxBytes {
      spans.append((" … \((line.bytes.count - Self.maxBytes) >> 10) KB more, ctrl-s saves all", Theme.ghost))
    }
    return (StyledLine(spans), prefixBytes)
  }

  /// The time and the container, where they are shown.
  private func prefix(_ line: LogRing.Line) -> [StyledLine.Piece] {
    var spans: [StyledLine.Piece] = []
    if showsTime, line.nanoseconds > 0 { spans.append((time(line.nanoseconds) + " ", Theme.ghost)) }
    if ring.sources.count > 1, ring.sources.indices.contains(line.source) {
      let name = ring.sources[line.source]
      let longest = ring.sources.lazy.map(\.utf8.count).max() ?? 0
      let pad = String(repeating: " ", count: min(24, longest) - min(24, name.utf8.count) + 1)
      spans.append((name + pad, Theme.source(line.source)))
    }
    return spans
  }

  private func prefixColumns(_ line: LogRing.Line) -> Int {
    line.isMark ? 0 : prefix(line).reduce(0) { $0 + $1.text.utf8.count }
  }

  /// Local time with milliseconds.
  private func time(_ nanoseconds: Int64) -> String {
    let seconds = nanoseconds / 1_000_000_000 + Int64(zoneOffsetSeconds)
    let day = ((seconds % 86_400) + 86_400) % 86_400
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let milli = String(nanoseconds / 1_000_000 % 1_000)
    return "\(two(day / 3600)):\(two(day / 60 % 60)):\(two(day % 60))."
      + String(repeating: "0", count: 3 - milli.count) + milli
  }

  func draw(_ row: Row, on canvas: inout Canvas, x: Int, y: Int, width: Int, isFound: Bool) {
    row.line.draw(on: &canvas, x: x, y: y, width: width, left: left)
    if isFound { canvas.restyle(Rect(x: x, y: y, width: width, height: 1)) { $0.underline = true } }
  }
}
