/// Reads what was typed into `/`: one of k9s's forms, or terms such as `status=Crash* cpu>500m !node:a`, all of which a
/// row must satisfy. A problem is told with its place, counted in characters from 1.
struct FilterReader {
  private let columns: [FilterColumn]
  private(set) var terms: [FilterTerm] = []
  private(set) var problem: String?

  /// - Parameter columns: what terms may name; nil takes k9s's forms alone.
  init(_ text: String, columns: [FilterColumn]?) {
    self.columns = columns ?? []
    if ["", "!", "-l", "-f"].contains(text) { return }
    let words = columns == nil ? [] : Self.words(text)
    guard words.contains(where: isTyped) else {
      readWhole(text)
      return
    }
    for (index, word) in words.enumerated() {
      if word.text == "-l" || word.text == "-f" {
        // A selector may hold blanks: what follows is all its own.
        let rest = words[(index + 1)...].map(\.text).joined(separator: " ")
        if !rest.isEmpty { readWhole("\(word.text) \(rest)") }
        break
      }
      read(word)
      if problem != nil { break }
    }
    if problem != nil { terms = [] }
  }

  // MARK: k9s's forms

  private mutating func readWhole(_ text: String) {
    if text.hasPrefix("-l ") {
      let (selector, problem) = Selector.parse(String(text.dropFirst(3)))
      self.problem = problem
      if let selector { terms.append(FilterTerm(test: .labels(selector))) }
    } else if text.hasPrefix("-f ") {
      let letters = text.dropFirst(3).utf8.filter { $0 != 0x20 }.map(Letters.lower)
      terms.append(FilterTerm(test: .fuzzy(letters)))
    } else {
      let isInverse = text.hasPrefix("!")
      addPattern(isInverse ? String(text.dropFirst()) : text, isInverse: isInverse)
    }
  }

  private mutating func addPattern(_ text: String, isInverse: Bool, at place: Int? = nil) {
    do throws(PatternError) {
      terms.append(FilterTerm(test: .pattern(try Pattern(text)), isInverse: isInverse))
    } catch {
      let where_ = place.map { " (at character \($0))" } ?? ""
      problem = "'\(error.text)' is no regular expression: \(error.message)\(where_)"
    }
  }

  // MARK: Terms

  /// A word, its quotes taken off, and where it begins.
  private struct Word {
    var text: String
    var place: Int
    /// Where its first quoted character stands: no sign counts from there on.
    var quoteAt: Int?
  }

  private static func words(_ text: String) -> [Word] {
    var words: [Word] = []
    var word: Word?
    var quote: Character?
    for (index, character) in text.enumerated() {
      if let open = quote {
        if character == open { quote = nil } else { word?.text.append(character) }
        continue
      }
      if character == " " {
        if let done = word { words.append(done) }
        word = nil
        continue
      }
      if word == nil { word = Word(text: "", place: index + 1) }
      // An apostrophe within a word is none.
      if character == "\"" || character == "'", word?.text.last.map({ !$0.isLetter }) ?? true {
        quote = character
        let place = word?.text.count
        if word?.quoteAt == nil { word?.quoteAt = place }
      } else {
        word?.text.append(character)
      }
    }
    if let last = word { words.append(last) }
    return words
  }

  private struct Parts {
    var name: Substring
    var comparison: FilterTerm.Comparison
    var value: String
  }

  /// The name, sign and value of a word; nil where it has no sign outside its quotes.
  private static func parts(_ word: Word, _ text: Substring) -> Parts? {
    let limit = word.quoteAt.map { $0 - (word.text.count - text.count) } ?? text.count
    for (offset, index) in zip(0..., text.indices) where offset < max(limit, 0) {
      let rest = text[index...]
      guard let sign = FilterTerm.Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
        continue
      }
      // "==" is "=" to those who select labels.
      var value = rest.dropFirst(sign.rawValue.count)
      if sign == .equal, value.first == "=" { value = value.dropFirst() }
      let name = text[..<index]
      return name.isEmpty ? nil : Parts(name: name, comparison: sign, value: String(value))
    }
    return nil
  }

  private static let problemWords = ["problem", "problems"]

  private func isTyped(_ word: Word) -> Bool {
    let text = word.text.hasPrefix("!") ? word.text.dropFirst() : word.text[...]
    if Self.problemWords.contains(text.lowercased()), word.quoteAt == nil { return true }
    guard let parts = Self.parts(word, text) else { return false }
    if FilterColumn.named(parts.name, in: columns) != nil { return true }
    switch parts.comparison {
    case .holds, .matches: return false
    case .equal, .unequal, .more, .less, .atLeast, .atMost: return Self.isName(parts.name)
    }
  }

  private static func isName(_ text: Substring) -> Bool {
    text.allSatisfy { $0.isLetter || $0.isNumber || "-_./%".contains($0) }
  }

  private mutating func read(_ word: Word) {
    let isInverse = word.text.hasPrefix("!") && word.quoteAt != 0
    let text = isInverse ? word.text.dropFirst() : word.text[...]
    if text.isEmpty { return }
    if Self.problemWords.contains(text.lowercased()), word.quoteAt == nil {
      terms.append(FilterTerm(test: .trouble, isInverse: isInverse))
      return
    }
    guard isTyped(word), let parts = Self.parts(word, text) else {
      addPattern(String(text), isInverse: isInverse, at: word.place)
      return
    }
    guard let column = FilterColumn.named(parts.name, in: columns) else {
      readLabel(parts, isInverse, word)
      return
    }
    guard !parts.value.isEmpty else {
      problem = "\(parts.name)\(parts.comparison.rawValue) wants a value (at character \(word.place))"
      return
    }
    add(column, parts, isInverse, word)
  }

  /// What no column is called is a label where it may be one.
  private mutating func readLabel(_ parts: Parts, _ isInverse: Bool, _ word: Word) {
    if parts.comparison == .equal || parts.comparison == .unequal,
      let selector = Selector.parse("\(parts.name)\(parts.comparison.rawValue)\(parts.value)").selector
    {
      terms.append(FilterTerm(test: .labels(selector), isInverse: isInverse))
      return
    }
    problem = "there is no column '\(parts.name)' (at character \(word.place))"
  }

  private mutating func add(_ column: FilterColumn, _ parts: Parts, _ isInverse: Bool, _ word: Word) {
    let place = word.place + word.text.count - parts.value.count
    var pattern: Pattern?
    if parts.comparison == .matches {
      do throws(PatternError) { pattern = try Pattern(parts.value) } catch {
        problem = "'\(error.text)' is no regular expression: \(error.message) (at character \(place))"
        return
      }
    }
    let value = FilterValue(parts.value, pattern: pattern)
    if parts.comparison.isOrder {
      let (isKnown, wants) =
        switch column.source {
        case .created, .moment: (value.seconds != nil, "time such as 90s, 2h or 3d")
        default: (value.number != nil, "number such as 5, 500m, 1Gi or 80%")
        }
      guard isKnown else {
        problem = "'\(parts.value)' is no \(wants) (at character \(place))"
        return
      }
    }
    terms.append(FilterTerm(test: .column(column, parts.comparison, value), isInverse: isInverse))
  }
}
