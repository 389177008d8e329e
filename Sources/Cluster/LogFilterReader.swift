import Document

/// Reads the text of a log filter into its terms.
struct LogFilterReader {
  private let words: [Substring]

  init(_ text: String) { words = text.split(separator: " ", omittingEmptySubsequences: false) }

  func terms() throws(PatternError) -> [LogFilter.Term] {
    var terms: [LogFilter.Term] = []
    // Words that are no terms of their own are one text, with the blanks between them as they were typed.
    var phrase: [Substring] = []
    var isInverse = false
    var isFuzzy = false
    func endPhrase() throws(PatternError) {
      let text = Self.trimmed(phrase.joined(separator: " "))
      phrase = []
      guard !text.isEmpty else { return }
      let test: LogFilter.Test =
        isFuzzy
        ? .fuzzy(ByteScan.lowercased(text).filter { $0 != 0x20 }) : .pattern(try Pattern(text))
      if terms.count < 60 { terms.append(.init(test: test, isInverse: isInverse)) }
    }
    for word in words {
      if word == "-f" {
        try endPhrase()
        (isInverse, isFuzzy) = (false, true)
        continue
      }
      let bare = word.hasPrefix("!") ? word.dropFirst() : word
      if let test = try Self.test(String(bare)) {
        try endPhrase()
        (isInverse, isFuzzy) = (false, false)
        if terms.count < 60 { terms.append(.init(test: test, isInverse: word.hasPrefix("!"))) }
        continue
      }
      if word.hasPrefix("!") {
        try endPhrase()
        (isInverse, isFuzzy) = (true, false)
      }
      phrase.append(word.hasPrefix("!") ? bare : word)
    }
    try endPhrase()
    return terms
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  private static let signs: [(String, LogFilter.Comparison)] = [
    (">=", .atLeast), ("<=", .atMost), ("!=", .unequal), ("=", .equal), (">", .above), ("<", .below),
    ("~", .matches),
  ]

  /// A term of its own: nil for a word of a text.
  private static func test(_ word: String) throws(PatternError) -> LogFilter.Test? {
    for (name, isPod) in [("pod:", true), ("container:", false)] where word.hasPrefix(name) {
      let value = ByteScan.lowercased(String(word.dropFirst(name.count)))
      return isPod ? .pod(value) : .container(value)
    }
    let key = word.prefix { $0.isLetter || $0.isNumber || "_.@-/".contains($0) }
    guard let first = key.first, first.isLetter || first == "_" || first == "@" else { return nil }
    let rest = word[key.endIndex...]
    guard let (sign, comparison) = signs.first(where: { rest.hasPrefix($0.0) }) else { return nil }
    var value = String(rest.dropFirst(sign.count))
    if value.count > 1, value.first == "\"", value.last == "\"" {
      value = String(value.dropFirst().dropLast())
    }
    // Still being typed.
    if value.isEmpty { return nil }
    let isLevel = ["level", "lvl", "severity"].contains(key.lowercased())
    if isLevel, comparison != .matches, let level = LogLevel(word: value) { return .level(comparison, level) }
    return .field(try LogFieldTest(key: String(key), comparison, value))
  }
}
