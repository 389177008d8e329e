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
  /// nil shows one row a line.
  let wrapColumns: Int?
  let left: Int
  let zoneOffsetSeconds: Int
  let highlight: Pattern?
  /// Of a longer line only so much is drawn; the whole of it is in the ring and in what is saved.
  private static let maxBytes = 64 << 10

  /// The rows of one line, with rules where the person drew them and a gap where lines are gone.
  func rows(_ index: Int, _ lines: LogLines) -> [Row] {
    guard let number = lines.number(at: index) else { return [] }
    var rows: [Row] = []
    if index == 0, lines.gone > 0 {
      rows.append(Row("--- \(lines.gone) older lines let go ---", Theme.span(.warning)))
    }
    let rule = Row(String(repeating: "─", count: 60), Theme.mark)
    if lines.hasMark(between: lines.number(at: index - 1), and: number) { rows.append(rule) }
    let line = ring.withLine(number, styled) ?? StyledLine([])
    rows +=
      wrapColumns.map { line.rows(columns: $0, atWords: false).map { Row(number, $0) } }
      ?? [Row(number, line)]
    if index == lines.count - 1, lines.hasMark(between: number, and: .max) { rows.append(rule) }
    return rows
  }

  private func styled(_ line: LogRing.Line) -> StyledLine {
    if line.isMark {
      return StyledLine([(Text.harmless(String(decoding: line.bytes, as: UTF8.self)), Theme.span(.warning))])
    }
    var spans: [StyledLine.Piece] = []
    if showsTime, line.nanoseconds > 0 { spans.append((time(line.nanoseconds) + " ", Theme.ghost)) }
    if ring.sources.count > 1, ring.sources.indices.contains(line.source) {
      let name = ring.sources[line.source]
      let longest = ring.sources.lazy.map(\.utf8.count).max() ?? 0
      let pad = String(repeating: " ", count: min(24, longest) - min(24, name.utf8.count) + 1)
      spans.append((name + pad, Theme.source(line.source)))
    }
    let bytes = UnsafeRawBufferPointer(rebasing: line.bytes.prefix(Self.maxBytes))
    let text = StyledLine(Text.sgrSpans(bytes, base: Style()))
    spans += (highlight.map(text.highlighted) ?? text).pieces
    if line.bytes.count > Self.maxBytes {
      spans.append((" … \((line.bytes.count - Self.maxBytes) >> 10) KB more, ctrl-s saves all", Theme.ghost))
    }
    return StyledLine(spans)
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
