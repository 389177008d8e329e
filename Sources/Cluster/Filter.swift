/// What `/` accepts: a regular expression over everything a row shows, `!` for the rows that do not match,
/// `-l` labels, `-f` letters in this order in the name. Blanks are part of the text.
package struct Filter {
  private enum Test {
    case pattern(Pattern, isInverse: Bool)
    case labels(Selector)
    case fuzzy([UInt8])
  }

  /// What was typed, trimmed of blanks around it.
  package let text: String
  private let test: Test?
  /// What is wrong with the text; such a filter lets every row through.
  package let problem: String?

  /// Whether anything is filtered away at all.
  package var isActive: Bool { test != nil }

  package init(_ typed: String) {
    text = String(typed.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    (test, problem) = Self.parse(text)
  }

  private static func parse(_ text: String) -> (Test?, String?) {
    if text.isEmpty || text == "!" || text == "-l" || text == "-f" { return (nil, nil) }
    if text.hasPrefix("-l ") {
      let (selector, problem) = Selector.parse(String(text.dropFirst(3)))
      return (selector.map { .labels($0) }, problem)
    }
    if text.hasPrefix("-f ") {
      return (.fuzzy(text.dropFirst(3).utf8.filter { $0 != 0x20 }.map(lower)), nil)
    }
    let isInverse = text.hasPrefix("!")
    let words = isInverse ? String(text.dropFirst()) : text
    do throws(PatternError) {
      return (.pattern(try Pattern(words), isInverse: isInverse), nil)
    } catch {
      return (nil, "'\(error.text)' is no regular expression: \(error.message)")
    }
  }

  package func passes(_ row: Row) -> Bool {
    switch test {
    case nil: true
    case .pattern(let pattern, let isInverse): pattern.matches(row.searchable) != isInverse
    case .labels(let selector): selector.matches(labels: row.labelBytes)
    case .fuzzy(let letters): Self.contains(letters, inOrderIn: row.nameBytes)
    }
  }

  /// The same of what is no row and has no labels: a pattern looks through its text, letters through its name.
  package func passes(text: String, name: String) -> Bool {
    var (text, name) = (text, name)
    switch test {
    case nil: return true
    case .pattern(let pattern, let isInverse):
      return text.withUTF8 { pattern.matches(UnsafeRawBufferPointer($0)) } != isInverse
    case .labels: return false
    case .fuzzy(let letters):
      return name.withUTF8 { Self.contains(letters, inOrderIn: UnsafeRawBufferPointer($0)) }
    }
  }

  private static func contains(_ letters: [UInt8], inOrderIn name: UnsafeRawBufferPointer) -> Bool {
    var next = 0
    for byte in name where next < letters.count && lower(byte) == letters[next] { next += 1 }
    return next == letters.count
  }

  private static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte + 32 : byte }
}
