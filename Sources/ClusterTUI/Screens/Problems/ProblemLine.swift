import Cluster
import Terminal

/// How problems stand in a width: one line each in columns of which none is cut, but for the headline, which gets all
/// the room there is and ends at a word.
struct ProblemLine {
  private let width: Int
  /// With little room what is ready stands with the name, and the rest is short.
  private let isNarrow: Bool
  private var namespace = 0
  private var name = 0
  private var tally = 0
  private var headline = 0
  private var verdict = 0
  private var age = 0
  private var trigger = 0

  static let none = ProblemLine([], width: 80, showsNamespace: false)

  /// The trigger is shown where the headline still has so many columns.
  private static let comfortable = 36
  private static let glyphColumns = 2

  /// - Parameter words: all that is to stand below each other.
  init(_ words: [ProblemWords], width: Int, showsNamespace: Bool) {
    self.width = width
    isNarrow = width < 100
    let isNarrow = isNarrow
    func longest(_ title: String, _ text: (ProblemWords) -> String) -> Int {
      words.reduce(Text.columns(title)) { max($0, Text.columns(text($1))) }
    }
    if width >= 50 {
      verdict = longest("VERDICT", \.verdict)
      age = longest("AGE", isNarrow ? \.shortAge : \.age)
      if !isNarrow, words.contains(where: { $0.problem.tally != nil }) { tally = longest("READY", \.tally) }
      if showsNamespace { namespace = min(longest("NS", \.namespace), max(11, width / 8)) }
    }
    name = min(longest("NAME", isNarrow ? \.shortName : \.name), max(10, width / 4 - (namespace > 5 ? 1 : 0)))
    headline = max(0, width - Self.glyphColumns - taken)
    let wanted = min(longest("SINCE", \.trigger), max(16, width / 6))
    if words.contains(where: { !$0.trigger.isEmpty }), headline - wanted - 1 >= Self.comfortable {
      trigger = wanted
      headline -= wanted + 1
    }
  }

  private var taken: Int {
    [namespace, name, tally, verdict, age].filter { $0 > 0 }.reduce(0) { $0 + $1 + 1 }
  }

  /// What stands above the columns.
  var titles: StyledLine {
    let row = Self.row([
      (namespace < 9 ? "NS" : "NAMESPACE", namespace), ("NAME", name), ("READY", tally),
      ("WHAT IS WRONG", headline),
      ("VERDICT", verdict), ("AGE", age), ("SINCE", trigger),
    ])
    return StyledLine([("  ", Style()), (row, Theme.columnTitle)])
  }

  private static func row(_ cells: [(text: String, columns: Int)]) -> String {
    cells.filter { $0.columns > 0 }
      .map { Text.truncated($0.text, columns: $0.columns).padding($0.columns) }.joined(separator: " ")
  }

  func line(_ words: ProblemWords) -> StyledLine {
    let problem = words.problem
    let state = problem.severity.style
    var line = StyledLine([("\(problem.severity.glyph) ", state)])
    func add(_ text: String, _ columns: Int, _ style: Style, keepTail: Bool = false) {
      guard columns > 0 else { return }
      line.append(
        Text.truncated(text, columns: columns, keepTail: keepTail).padding(columns) + " ", style)
    }
    add(words.namespace.isEmpty ? "-" : words.namespace, namespace, Style(), keepTail: true)
    add(isNarrow ? words.shortName : words.name, name, state, keepTail: true)
    add(words.tally, tally, state)
    addHeadline(words, to: &line)
    add(words.verdict, verdict, problem.finding.verdict.style)
    add(isNarrow ? words.shortAge : words.age, age, Style())
    add(words.trigger, trigger, Theme.span(.key), keepTail: true)
    line = line.part(0..<line.text.utf8.count - (line.text.last == " " ? 1 : 0))
    return problem.severity == .notice ? line.restyled { _ in Theme.ghost } : line
  }

  /// The headline, and what it stands for besides as far as there is room: in words, else as a number.
  private func addHeadline(_ words: ProblemWords, to line: inout StyledLine) {
    let (long, short) = words.folded
    let columns = Text.columns(words.headline)
    var fold = long
    if columns + 1 + Text.columns(long) > headline { fold = words.problem.consequences.isEmpty ? "" : short }
    let room = fold.isEmpty ? headline : max(0, headline - Text.columns(fold) - 1)
    let shown = Text.atWord(words.headline, columns: room)
    let used = Text.columns(shown) + (fold.isEmpty ? 0 : 1 + Text.columns(fold))
    line.append(shown, Style())
    if !fold.isEmpty { line.append(" \(fold)", Theme.ghost) }
    line.append(String(repeating: " ", count: max(0, headline - used) + 1), Style())
  }
}

extension Text {
  /// At most so many columns; what is longer ends with a whole word and an ellipsis.
  static func atWord(_ text: String, columns width: Int) -> String {
    guard columns(text) > width else { return text }
    let cut = truncated(text, columns: width)
    guard cut.last == "…" else { return cut }
    let words = cut.dropLast()
    guard let blank = words.lastIndex(of: " "), columns(String(words[..<blank])) * 3 > width * 2 else {
      return cut
    }
    var shown = words[..<blank]
    while let last = shown.last, " ,;:".contains(last) { shown.removeLast() }
    return shown + "…"
  }
}
