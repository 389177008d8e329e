import Cluster
import Terminal

/// Turns lines of a log into rows of the screen: time, whose it is, text with its own colours and the matches, or
/// the fields it is made of.
struct LogPainter {
  struct Row {
    var number: Int
    var line: StyledLine

    init(_ number: Int, _ line: StyledLine) {
      self.number = number
      self.line = line
    }

    /// Something about the log and not from it.
    init(_ text: String, _ style: Style) { self.init(.min, StyledLine([(text, style)])) }
  }

  /// How lines are shown, as the person chose.
  struct Look {
    var times = LogTimes.none
    /// Else one row a line.
    var wraps = false
    /// Lines of fields are shown as such.
    var isParsed = true
    /// Lines of which all is shown.
    var expanded: Set<Int> = []
  }

  let ring: LogRing
  var look: Look
  var names: LogNames
  let left: Int
  /// Of the screen.
  let columns: Int
  /// Seconds since 1970.
  let now: Int64
  let zoneOffsetSeconds: Int
  let highlight: Pattern?
  /// What is said above the first line about those before it.
  var head: String?
  /// Of a longer line only so much is drawn; the whole of it is in the ring and in what is saved.
  private static let maxBytes = 64 << 10

  init(
    ring: LogRing, look: Look, names: LogNames, left: Int = 0, columns: Int, now: Int64,
    zoneOffsetSeconds: Int,
    highlight: Pattern?
  ) {
    self.ring = ring
    self.look = look
    self.names = names
    self.left = look.wraps ? 0 : left
    self.columns = columns
    self.now = now
    self.zoneOffsetSeconds = zoneOffsetSeconds
    self.highlight = highlight
  }

  private var wrapColumns: Int? { look.wraps ? max(1, columns) : nil }

  /// What is beyond the right edge is styled so far only: enough to go on sideways and to show a match there.
  private static let spareColumns = 1_024

  /// The rows of one line, with rules where the person drew them and a gap where lines are gone.
  func rows(_ index: Int, _ lines: LogLines) -> [Row] {
    guard let number = lines.number(at: index) else { return [] }
    return before(index, number, lines) + ownRows(number, lines) + behind(index, number, lines)
  }

  private func ownRows(_ number: Int, _ lines: LogLines) -> [Row] {
    ring.withLine(number) { line in
      var styled = styled(line).line
      if lines.isContext(number) { styled = styled.restyled { _ in Theme.ghost } }
      let rows = wrapColumns.map { styled.rows(columns: $0, atWords: false) } ?? [styled]
      let detail = look.expanded.contains(number) ? detail(line) : []
      return (rows + detail).map { Row(number, $0) }
    } ?? [Row(number, StyledLine([]))]
  }

  private func detail(_ line: LogRing.Line) -> [StyledLine] {
    LogDetail(
      line, source: ring.sources.indices.contains(line.source) ? ring.sources[line.source] : nil,
      columns: columns,
      zoneOffsetSeconds: zoneOffsetSeconds
    ).rows
  }

  /// How many rows that are, without making them where that can be told from the bytes.
  func rowCount(_ index: Int, _ lines: LogLines) -> Int {
    guard let number = lines.number(at: index) else { return 0 }
    let rules = before(index, number, lines).count + behind(index, number, lines).count
    if look.expanded.contains(number) { return rules + ownRows(number, lines).count }
    guard let columns = wrapColumns else { return rules + 1 }
    let count = ring.withLine(number) { line in
      if !look.isParsed, prefixColumns(line) + line.bytes.count <= columns,
        line.bytes.allSatisfy({ $0 &- 0x20 < 0x5F })
      {
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
    if index == 0 {
      if lines.gone > 0 {
        rows.append(Row("--- \(lines.gone) older lines let go ---", Theme.span(.warning)))
      } else if let head {
        rows.append(Row(head, Theme.ghost))
      }
    }
    if lines.hasGap(before: index) { rows.append(Row("--", Theme.separator)) }
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
    let text = StyledLine(ownText(line))
    spans += (highlights ? highlight.map(text.highlighted) ?? text : text).pieces
    if line.bytes.count > Self.maxBytes {
      spans.append((" … \((line.bytes.count - Self.maxBytes) >> 10) KB more, ctrl-s saves all", Theme.ghost))
    }
    return (StyledLine(spans), prefixBytes)
  }

  private func ownText(_ line: LogRing.Line) -> [StyledLine.Piece] {
    if look.isParsed, line.bytes.count <= Self.maxBytes, let fields = LogFields.read(line.bytes) {
      return LogFieldLine(fields, line.bytes, self).pieces
    }
    let bytes = UnsafeRawBufferPointer(rebasing: line.bytes.prefix(Self.maxBytes))
    let maxColumns = look.wraps ? .max : left + columns + Self.spareColumns
    return Text.sgrSpans(bytes, base: base(line), maxColumns: maxColumns)
  }

  /// What is grave has a colour of its own, unless the line brings some.
  private func base(_ line: LogRing.Line) -> Style {
    if line.continues { return Theme.span(.dim) }
    guard look.isParsed, let level = LogLevel.ofPlain(line.bytes), level >= .warn else { return Style() }
    return Theme.level(level)
  }

  /// The time and whose it is, where they are shown.
  private func prefix(_ line: LogRing.Line) -> [StyledLine.Piece] {
    var spans: [StyledLine.Piece] = []
    if look.times != .none, line.nanoseconds > 0 {
      let time = look.times.text(line.nanoseconds, now: now, offset: zoneOffsetSeconds)
      spans.append((time + " ", Theme.ghost))
    }
    let name = names.text(line.source)
    if !name.isEmpty { spans.append((name, names.style(line.source))) }
    return spans
  }

  private func prefixColumns(_ line: LogRing.Line) -> Int {
    line.isMark ? 0 : prefix(line).reduce(0) { $0 + $1.text.utf8.count }
  }

  func draw(
    _ row: Row, on canvas: inout Canvas, x: Int, y: Int, width: Int, isFound: Bool, isCursor: Bool = false
  ) {
    row.line.draw(on: &canvas, x: x, y: y, width: width, left: left)
    let area = Rect(x: x, y: y, width: width, height: 1)
    if isFound { canvas.restyle(area) { $0.underline = true } }
    if isCursor { canvas.restyle(area) { $0.reverse = true } }
  }
}
