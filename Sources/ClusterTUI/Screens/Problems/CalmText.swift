import Cluster
import Terminal

/// What a list of problems says besides its lines: that nothing is broken, what was looked at and what could not be.
struct CalmText {
  private let board: ProblemBoard
  private let query: ProblemsQuery
  private let since: Int64?
  private let width: Int
  private let now: Int64
  private let zoneOffsetSeconds: Int

  init(_ board: ProblemBoard, _ query: ProblemsQuery, _ world: World, since: Int64?, width: Int) {
    (self.board, self.query, self.since, self.width) = (board, query, since, width)
    (now, zoneOffsetSeconds) = (world.now, world.zoneOffsetSeconds)
  }

  private static func place(_ query: ProblemsQuery) -> String {
    query.namespaces.isEmpty
      ? "in all namespaces" : "in \(Text.harmless(query.namespaces.joined(separator: ", ")))"
  }

  /// Where everything was looked at and nothing is broken.
  var head: [StyledLine] {
    let isBlind = !board.unseen.isEmpty
    let good = Theme.span(.good)
    if query.scansConfiguration, !board.problems.isEmpty { return [] }
    let calm = query.scansConfiguration ? "No credential stands in plain sight" : "Nothing is broken"
    let text = isBlind ? "\(calm) of what could be looked at." : "\(calm)."
    var lines = [
      StyledLine([]),
      StyledLine([("  \(Tone.good.glyph) ", good), (text, Style(foreground: good.foreground, bold: true))]),
    ]
    let clock = since.map { ClockWords.text($0, now: now, zoneOffsetSeconds: zoneOffsetSeconds) } ?? ""
    let age = since.map { Age.text(seconds: max(0, now - $0)) } ?? ""
    lines.append(StyledLine([("    \(Self.place(query)), watched since \(clock), for \(age)", Theme.ghost)]))
    return lines + [StyledLine([])]
  }

  /// What was not looked at is always told; what was, where nothing else is to be told.
  ///
  /// - Parameters:
  ///   - isCalm: nothing broken stands above it.
  ///   - rows: how many there are.
  ///   - free: how many of them nothing else takes.
  func foot(isCalm: Bool, rows: Int, free: Int) -> [StyledLine] {
    var lines: [StyledLine] = []
    if !board.isWhole {
      let counts = board.checked.filter { $0.count > 0 }.map { "\($0.count) \(Text.harmless($0.plural))" }
      let so = counts.isEmpty ? "" : ": \(counts.joined(separator: ", ")) so far"
      let found =
        isCalm
        ? "  ~ \(query.scansConfiguration ? "no credential" : "nothing broken") was found yet, still looking\(so)"
        : "  ~ still looking\(so)"
      lines += wrapped(found, Theme.row(.starting), maxLines: isCalm ? 6 : 1)
    }
    if isCalm, board.isWhole { lines += checked(rows: max(2, rows - 8)) }
    return lines + unseen(maxLines: isCalm ? max(3, rows / 2) : max(2, min(free, 8)))
  }

  private func unseen(maxLines: Int) -> [StyledLine] {
    guard !board.unseen.isEmpty else { return [] }
    let style = Theme.span(.warning)
    var lines: [StyledLine] = []
    for (index, sentence) in board.unseen.enumerated() {
      let rows = wrapped("? not looked at: \(Text.harmless(sentence))", style, maxLines: maxLines > 3 ? 2 : 1)
      let isLast = index == board.unseen.count - 1
      if lines.count + rows.count > maxLines - (isLast ? 0 : 1), !lines.isEmpty || !isLast {
        let left = board.unseen.count - index
        return lines + [
          StyledLine([("? \(left) \(index > 0 ? "more " : "")not looked at: u tells all", style)])
        ]
      }
      lines += rows
    }
    return lines
  }

  private func wrapped(_ text: String, _ style: Style, maxLines: Int) -> [StyledLine] {
    let indent = text.prefix { $0 == " " }.count + 2
    let rows = StyledLine([(text, style)]).rows(columns: max(20, width - 1), indent: indent)
    let blank = String(repeating: " ", count: indent)
    var lines = rows.enumerated().map {
      $0 == 0 ? $1 : StyledLine([(blank, Style())] + $1.pieces)
    }
    if lines.count > maxLines {
      lines = Array(lines.prefix(maxLines))
      lines[maxLines - 1].append("…", style)
    }
    return lines
  }

  /// Kinds with their numbers, in columns.
  private func checked(rows: Int) -> [StyledLine] {
    let shown = board.checked
    guard !shown.isEmpty else { return [] }
    let names = shown.map { Text.columns(Text.harmless($0.plural)) }.max() ?? 0
    let numbers = shown.map { String($0.count).count }.max() ?? 1
    let each = names + numbers + 4
    let columns = max(1, min(4, (width - 4) / each))
    let lines = (shown.count + columns - 1) / columns
    var text = [StyledLine([("    looked at", Theme.ghost)])]
    for row in 0..<min(lines, max(1, rows)) {
      var line = StyledLine([("    ", Style())])
      for column in 0..<columns where column * lines + row < shown.count {
        let kind = shown[column * lines + row]
        let number = String(kind.count)
        line.append(String(repeating: " ", count: numbers - number.count) + number, Style())
        line.append(" \(Text.harmless(kind.plural).padding(names + 3))", Theme.ghost)
      }
      text.append(line)
    }
    return text + [StyledLine([])]
  }

  /// All that was looked at and all that was not, as a document.
  static func page(of board: ProblemBoard, _ query: ProblemsQuery) -> Page {
    var lines = [PageLine([Span("Looked at \(place(query))", .heading)])]
    let numbers = board.checked.map { String($0.count).count }.max() ?? 1
    lines += board.checked.map { kind in
      let number = String(kind.count)
      let blank = String(repeating: " ", count: 2 + numbers - number.count)
      return PageLine(depth: 1, [Span(blank), Span(number, .number), Span(" \(kind.plural)")])
    }
    if !board.isWhole { lines.append(PageLine([Span("still looking…", .dim)])) }
    lines += [PageLine([]), PageLine([Span("Not looked at", .heading)])]
    lines += board.unseen.map { PageLine(depth: 1, [Span("  \($0)", .warning)]) }
    if board.unseen.isEmpty { lines.append(PageLine(depth: 1, [Span("  nothing was left out", .good)])) }
    return Page(title: "looked at", lines: lines)
  }
}
