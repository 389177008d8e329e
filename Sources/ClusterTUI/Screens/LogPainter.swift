import Cluster
import Terminal

/// Turns lines of a log into rows of the screen: time, container, text with its own colours and the matches.
struct LogPainter {
  struct Row {
    var number: Int
    var spans: [(text: String, style: Style)]
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

  /// The rows of one line, with a rule before it where the person drew one and a gap where lines are gone.
  func rows(_ number: Int, _ lines: LogLines, _ index: Int) -> [Row] {
    var rows: [Row] = []
    if index == 0, lines.gone > 0 {
      rows.append(
        Row(number: -1, spans: [("--- \(lines.gone) older lines let go ---", Theme.span(.warning))]))
    }
    if lines.hasMark(before: number) {
      rows.append(Row(number: -1, spans: [(String(repeating: "─", count: 60), Theme.mark)]))
    }
    let spans = ring.withLine(number, spans) ?? []
    guard let wrapColumns else { return rows + [Row(number: number, spans: spans)] }
    return rows + Self.wrapped(spans, columns: max(1, wrapColumns)).map { Row(number: number, spans: $0) }
  }

  private func spans(_ line: LogRing.Line) -> [(text: String, style: Style)] {
    if line.isMark {
      return [(Text.harmless(String(decoding: line.bytes, as: UTF8.self)), Theme.span(.warning))]
    }
    var spans: [(text: String, style: Style)] = []
    if showsTime, line.nanoseconds > 0 { spans.append((time(line.nanoseconds) + " ", Theme.ghost)) }
    if ring.sources.count > 1, ring.sources.indices.contains(line.source) {
      spans.append((ring.sources[line.source] + " ", Theme.source(line.source)))
    }
    let bytes = UnsafeRawBufferPointer(rebasing: line.bytes.prefix(Self.maxBytes))
    let text = Text.sgrSpans(bytes, base: Style())
    return spans + (highlight.map { Self.highlighted(text, $0) } ?? text)
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

  private static func highlighted(
    _ spans: [(text: String, style: Style)], _ pattern: Pattern
  ) -> [(text: String, style: Style)] {
    let whole = Array(spans.map(\.text).joined().utf8)
    let matches = whole.withUnsafeBytes { pattern.allMatches(in: $0) }
    guard !matches.isEmpty else { return spans }
    var out: [(text: String, style: Style)] = []
    var start = 0
    for span in spans {
      let end = start + span.text.utf8.count
      var at = start
      for match in matches where match.upperBound > start && match.lowerBound < end {
        let from = max(match.lowerBound, start)
        let to = min(match.upperBound, end)
        if from > at { out.append((String(decoding: whole[at..<from], as: UTF8.self), span.style)) }
        out.append((String(decoding: whole[from..<to], as: UTF8.self), Theme.match))
        at = to
      }
      if at < end { out.append((String(decoding: whole[at..<end], as: UTF8.self), span.style)) }
      start = end
    }
    return out
  }

  private static func wrapped(
    _ spans: [(text: String, style: Style)], columns: Int
  ) -> [[(text: String, style: Style)]] {
    var rows: [[(text: String, style: Style)]] = [[]]
    var used = 0
    for span in spans {
      var piece = ""
      for character in span.text {
        let width = Text.columns(String(character))
        if used + width > columns {
          rows[rows.count - 1].append((piece, span.style))
          rows.append([])
          (piece, used) = ("", 0)
        }
        piece.append(character)
        used += width
      }
      rows[rows.count - 1].append((piece, span.style))
    }
    return rows
  }

  func draw(_ row: Row, on canvas: inout Canvas, x: Int, y: Int, width: Int, isFound: Bool) {
    var skip = left
    var at = 0
    for span in row.spans {
      var text = span.text
      if skip > 0 {
        let columns = Text.columns(text)
        if columns <= skip {
          skip -= columns
          continue
        }
        text = String(text.dropFirst(skip))
        skip = 0
      }
      guard at < width else { break }
      at += canvas.put(text, x: x + at, y: y, style: span.style, maxColumns: width - at)
    }
    if isFound { canvas.restyle(Rect(x: x, y: y, width: width, height: 1)) { $0.underline = true } }
  }
}
