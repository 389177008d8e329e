import Cluster
import Terminal

/// A line of harmless text in pieces of one style each: what documents and logs are drawn from. Positions in it are
/// offsets into the UTF-8 of the whole line.
struct StyledLine {
  typealias Piece = (text: String, style: Style)

  private(set) var pieces: [Piece]

  init(_ pieces: [Piece]) { self.pieces = pieces.filter { !$0.text.isEmpty } }

  /// A line of a page, as its meanings look.
  init(_ line: PageLine) {
    self.init(line.spans.map { (Text.harmless($0.text), Theme.span($0.meaning)) })
  }

  var text: String { pieces.count == 1 ? pieces[0].text : pieces.map(\.text).joined() }

  mutating func append(_ text: String, _ style: Style) { pieces.append((text, style)) }

  /// The part between two offsets.
  func part(_ range: Range<Int>) -> StyledLine {
    var out: [Piece] = []
    var start = 0
    for piece in pieces {
      let end = start + piece.text.utf8.count
      if start >= range.upperBound { break }
      if range.lowerBound <= start, end <= range.upperBound {
        out.append(piece)
      } else if end > range.lowerBound {
        let utf8 = piece.text.utf8
        let from = utf8.index(utf8.startIndex, offsetBy: max(0, range.lowerBound - start))
        let to = utf8.index(utf8.startIndex, offsetBy: min(end, range.upperBound) - start)
        out.append((String(piece.text[from..<to]), piece.style))
      }
      start = end
    }
    return StyledLine(out)
  }

  /// Some parts in another style; the ranges are in order and do not overlap.
  func restyled(_ ranges: [Range<Int>], _ style: (Int) -> Style) -> StyledLine {
    guard !ranges.isEmpty else { return self }
    var out: [Piece] = []
    var at = 0
    for (index, range) in ranges.enumerated() {
      out += part(at..<range.lowerBound).pieces
      out.append((part(range).text, style(index)))
      at = range.upperBound
    }
    return StyledLine(out + part(at..<Int.max).pieces)
  }

  /// All of it in one style.
  func restyled(_ style: (Style) -> Style) -> StyledLine {
    StyledLine(pieces.map { ($0.text, style($0.style)) })
  }

  /// What matches a pattern stands out.
  func highlighted(_ pattern: Pattern) -> StyledLine {
    restyled(pattern.ranges(in: text)) { _ in Theme.match }
  }

  /// As many rows as it takes.
  func rows(columns: Int, indent: Int = 0, atWords: Bool = true) -> [StyledLine] {
    Text.rows(text, columns: columns, indent: indent, atWords: atWords).map(part)
  }

  /// `left` columns are scrolled out; half a wide character is drawn as a blank. What goes on beyond the width ends
  /// in an ellipsis.
  func draw(on canvas: inout Canvas, x: Int, y: Int, width: Int, left: Int = 0) {
    var column = -left
    for piece in pieces {
      let room = width - column
      if room <= 0 { return Self.drawCut(on: &canvas, x: x, y: y, width: width) }
      if column >= 0 {
        let isCut = piece.text.utf8.count > room && Text.columns(piece.text) > room
        column += canvas.put(piece.text, x: x + column, y: y, style: piece.style, maxColumns: room)
        if isCut { return Self.drawCut(on: &canvas, x: x, y: y, width: width) }
        continue
      }
      let columns = Text.columns(piece.text)
      let shown = Text.slice(piece.text, from: -column, columns: min(width, columns + column))
      canvas.put(shown, x: x, y: y, style: piece.style)
      column += columns
      if column > width { return Self.drawCut(on: &canvas, x: x, y: y, width: width) }
    }
  }

  private static func drawCut(on canvas: inout Canvas, x: Int, y: Int, width: Int) {
    if width > 1 { canvas.put("…", x: x + width - 1, y: y, style: Theme.ghost) }
  }
}

extension Pattern {
  /// All matches in a text, as ranges of its UTF-8.
  func ranges(in text: String) -> [Range<Int>] {
    var text = text
    return text.withUTF8 { allMatches(in: UnsafeRawBufferPointer($0)) }
  }
}
