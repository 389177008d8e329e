import Cluster

/// What is searched for in a page, and where it is.
struct TextSearch {
  struct Match: Hashable {
    var line: Int
    /// In the UTF-8 of the line's text.
    var range: Range<Int>
  }

  private(set) var text = ""
  /// Why the text is no expression.
  private(set) var problem: String?
  private(set) var matches: [Match] = []
  private(set) var current: Int?
  private var pattern: Pattern?

  var isActive: Bool { pattern != nil }
  var match: Match? { current.map { matches[$0] } }

  /// "3/17"
  var tally: String { isActive ? "\(current.map { $0 + 1 } ?? 0)/\(matches.count)" : "" }

  /// Begins another search; "" ends it.
  mutating func start(_ text: String) {
    self.text = text
    (pattern, problem, current, matches) = (nil, nil, nil, [])
    guard !text.isEmpty else { return }
    do throws(PatternError) { pattern = try Pattern(text) } catch {
      problem = "'\(text)' is no regular expression: \(error.message)"
    }
  }

  /// Looks through all lines again.
  mutating func scan(_ lines: [String]) {
    guard let pattern else { return }
    current = nil
    matches = lines.enumerated().flatMap { line, text in
      pattern.ranges(in: text).map { Match(line: line, range: $0) }
    }
  }

  /// Goes to the first match in or after a line; beyond the last one begins again at the top.
  mutating func find(from line: Int) {
    guard !matches.isEmpty else { return }
    current = first(in: line) % matches.count
  }

  mutating func step(_ count: Int) {
    guard !matches.isEmpty else { return }
    current = ((current ?? (count > 0 ? -1 : 0)) + count + matches.count) % matches.count
  }

  /// The matches of a line, and which of them is the one the search is at.
  func matches(in line: Int) -> (ranges: [Range<Int>], current: Int?) {
    let start = first(in: line)
    let found = matches[start...].prefix { $0.line == line }
    let here = current.map { $0 - start }
    return (found.map(\.range), here.flatMap { found.indices.contains(start + $0) ? $0 : nil })
  }

  /// The index of the first match in or after a line.
  private func first(in line: Int) -> Int {
    var low = 0
    var high = matches.count
    while low < high {
      let middle = (low + high) / 2
      if matches[middle].line < line { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
