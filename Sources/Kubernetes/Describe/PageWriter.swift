import Cluster

/// Builds a page line by line: nested levels of two blanks, and cells aligned in columns as Go's
/// text/tabwriter does with kubectl's settings (padding 2, left-aligned).
///
/// A column is as wide as its widest cell in a run of neighbouring lines that all have the column; the last
/// cell of a line belongs to none. That is why kubectl's values line up within a block and not over the whole
/// page.
struct PageWriter {
  private struct Draft {
    var depth: Int
    var cells: [Marked]
  }

  private var drafts: [Draft] = []
  /// Levels of indentation in front of the next line.
  private var level = 0
  /// How deep the next line folds, which need not be its indentation: kubectl prints some sections flush
  /// left.
  private var depth = 0
  /// Blanks in front of the next line beside the levels: pod templates indent by one.
  private var offset = ""

  /// Lines inside `body` are indented by two blanks and fold with the line above.
  mutating func nested(_ levels: Int = 1, offset: String = "", body: (inout PageWriter) -> Void) {
    let before = (level, depth, self.offset)
    level += levels
    depth += levels > 0 ? 1 : 0
    self.offset += offset
    body(&self)
    (level, depth, self.offset) = before
  }

  /// Lines inside `body` fold with the line above and stand flush with it.
  mutating func folded(_ body: (inout PageWriter) -> Void) {
    depth += 1
    body(&self)
    depth -= 1
  }

  /// A named part of a section: a container, a volume. kubectl indents those of a pod template by one blank
  /// only.
  mutating func entry(_ name: String, inTemplate: Bool, _ body: (inout PageWriter) -> Void) {
    let title = Marked(name + ":", .heading)
    guard inTemplate else {
      nested { page in
        page.line(title)
        page.nested(body: body)
      }
      return
    }
    folded { page in
      page.nested(0, offset: " ") { $0.line(title) }
      page.nested(body: body)
    }
  }

  /// One line of cells. Line breaks inside the last cell continue below it, in its column.
  mutating func row(_ cells: [Marked]) {
    var cells = cells
    let tail = (cells.popLast() ?? "").lines
    cells.append(tail.first ?? "")
    let indent = Marked(String(repeating: "  ", count: level) + offset)
    cells[0] = indent + cells[0]
    drafts.append(Draft(depth: depth, cells: cells.map(\.oneLine)))
    for line in tail.dropFirst() {
      let blanks = [Marked](repeating: "", count: cells.count - 1)
      drafts.append(
        Draft(depth: depth + 1, cells: blanks + [blanks.isEmpty ? indent + line : line]))
    }
  }

  mutating func line(_ text: Marked) { row([text]) }
  mutating func blank() { drafts.append(Draft(depth: 0, cells: [""])) }

  /// "Name:   value", the values of neighbouring fields in one column.
  mutating func field(_ name: String, _ value: Marked) { row([Marked(name + ":", .key), value]) }

  /// A name with one value a line: labels, taints, pods.
  mutating func field(_ name: String, list values: [Marked]) {
    row([Marked(name + ":", .key), values.first ?? .none])
    for value in values.dropFirst() {
      depth += 1
      row(["", value])
      depth -= 1
    }
  }

  /// The line that opens a section: "Conditions:".
  mutating func heading(_ text: String) { line(Marked(text + ":", .heading)) }

  /// A heading and what stands below it, indented.
  mutating func section(_ text: String, _ body: (inout PageWriter) -> Void) {
    heading(text)
    nested(body: body)
  }

  /// Titles of columns and, where kubectl underlines them, their dashes.
  mutating func titles(_ titles: [String], dashes: [String]? = nil) {
    row(titles.map { Marked($0, .key) })
    if let dashes { row(dashes.map { Marked($0, .dim) }) }
  }

  mutating func underlinedTitles(_ titles: [String]) {
    self.titles(titles, dashes: titles.map { String(repeating: "-", count: $0.unicodeScalars.count) })
  }

  func page(title: String) -> Page {
    let columns = columnWidths()
    var lines: [PageLine] = []
    lines.reserveCapacity(drafts.count)
    for (draft, widths) in zip(drafts, columns) {
      var line = Marked("")
      let last = draft.cells.lastIndex { !$0.isEmpty } ?? 0
      for (index, cell) in draft.cells[...last].enumerated() {
        line.append(cell)
        if index < last { line.append(Marked(String(repeating: " ", count: widths[index] - cell.width))) }
      }
      lines.append(PageLine(depth: draft.depth, line.spans))
    }
    return Page(title: title, lines: lines)
  }

  /// Per line the widths of all its cells but the last.
  private func columnWidths() -> [[Int]] {
    var result = drafts.map { [Int](repeating: 0, count: max(0, $0.cells.count - 1)) }
    let deepest = result.map(\.count).max() ?? 0
    for column in 0..<deepest {
      var start = 0
      while start < drafts.count {
        guard result[start].count > column else {
          start += 1
          continue
        }
        let end = result[start...].firstIndex { $0.count <= column } ?? drafts.count
        let width = drafts[start..<end].map { $0.cells[column].width }.max() ?? 0
        for line in start..<end { result[line][column] = width + PageWriter.padding }
        start = end
      }
    }
    return result
  }

  private static let padding = 2
}

extension Marked {
  /// In characters, as kubectl counts: the page is text, what a terminal makes of wide ones is not known
  /// here.
  fileprivate var width: Int { spans.reduce(0) { $0 + $1.text.unicodeScalars.count } }

  /// Split at line breaks. One at the very end opens no line.
  fileprivate var lines: [Marked] {
    guard spans.contains(where: { $0.text.unicodeScalars.contains { $0 == "\n" || $0 == "\t" } }) else {
      return [self]
    }
    var lines: [Marked] = [""]
    for span in spans {
      for (index, part) in span.text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        if index > 0 { lines.append("") }
        let piece = Marked(String(part).withoutTabs, span.meaning, reference: span.reference)
        lines[lines.count - 1].append(piece)
      }
    }
    if lines.count > 1, lines[lines.count - 1].isEmpty { lines.removeLast() }
    return lines
  }

  /// A cell that is not its line's last holds no line break: it would tear the columns apart.
  fileprivate var oneLine: Marked {
    let parts = lines
    return parts.count == 1 ? parts[0] : parts.joined(" ")
  }
}

extension String {
  /// Tabs become blanks up to the next multiple of eight.
  fileprivate var withoutTabs: String {
    guard utf8.contains(0x09) else { return self }
    var out = ""
    var column = 0
    for scalar in unicodeScalars {
      if scalar == "\t" {
        let blanks = 8 - column % 8
        out += String(repeating: " ", count: blanks)
        column += blanks
      } else {
        out.unicodeScalars.append(scalar)
        column += 1
      }
    }
    return out
  }
}
