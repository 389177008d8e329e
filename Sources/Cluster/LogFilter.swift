import Document

/// What `/` accepts in a log: words as a regular expression, `!words` that must not stand there, `-f letters` in this order,
/// `level>=warn`, `field=value` (also != >= <= > < ~ and `*` in a value), `pod:x` and `container:x`; all must hold. A line
/// and what goes on it are judged as one.
package struct LogFilter {
  enum Comparison: Equatable {
    case equal, unequal, atLeast, atMost, above, below, matches
  }

  enum Test {
    case pattern(Pattern)
    case fuzzy([UInt8])
    case level(Comparison, LogLevel)
    case field(LogFieldTest)
    case pod([UInt8])
    case container([UInt8])
  }

  struct Term {
    var test: Test
    var isInverse: Bool
  }

  /// What was typed.
  package let text: String
  let terms: [Term]
  /// Lower-case bytes that stand in some line of whatever passes; nil where none are known.
  package let needle: [UInt8]?
  /// The bit of the term that those bytes belong to.
  let needleMask: UInt64
  /// What to make stand out in the lines that pass.
  package let highlight: Pattern?

  package static var none: LogFilter { LogFilter() }

  package var isActive: Bool { !terms.isEmpty }

  private init() { (text, terms, needle, needleMask, highlight) = ("", [], nil, 0, nil) }

  /// Throws what is wrong with the text.
  package init(_ text: String) throws(PatternError) {
    self.text = text
    terms = try LogFilterReader(text).terms()
    let wanted = terms.filter { !$0.isInverse }
    highlight =
      wanted.lazy.compactMap { if case .pattern(let pattern) = $0.test { pattern } else { nil } }.first
    let needles = terms.enumerated().compactMap { index, term -> (needle: [UInt8], mask: UInt64)? in
      switch term.test {
      case _ where term.isInverse: nil
      case .pattern(let pattern): pattern.needle.map { ($0, 1 << index) }
      case .field(let test): test.needle.map { ($0, 1 << index) }
      default: nil
      }
    }
    let longest = needles.max { $0.needle.count < $1.needle.count }
    (needle, needleMask) = (longest?.needle, longest?.mask ?? 0)
  }

  /// Which terms a line satisfies, a bit each.
  func satisfied(_ line: LogRing.Line, _ sources: [LogSource]) -> UInt64 {
    var mask: UInt64 = 0
    // Read once, for all terms that want it.
    var fields: LogFields??
    for (index, term) in terms.enumerated() where holds(term.test, line, sources, &fields) {
      mask |= 1 << index
    }
    return mask
  }

  /// Whether lines pass that together satisfy those terms.
  func passes(_ mask: UInt64) -> Bool {
    for (index, term) in terms.enumerated() where (mask & 1 << index != 0) == term.isInverse { return false }
    return true
  }

  private func holds(
    _ test: Test, _ line: LogRing.Line, _ sources: [LogSource], _ fields: inout LogFields??
  ) -> Bool {
    switch test {
    case .pattern(let pattern): return pattern.matches(line.bytes)
    case .fuzzy(let letters): return Self.contains(letters, inOrderIn: line.bytes)
    case .pod(let name): return Self.contains(name, in: source(line, sources)?.pod)
    case .container(let name): return Self.contains(name, in: source(line, sources)?.container)
    case .level(let comparison, let level):
      let read = fields ?? LogFields.read(line.bytes)
      fields = .some(read)
      guard let own = read?.level ?? (read == nil ? LogLevel.ofPlain(line.bytes) : nil) else {
        return comparison == .unequal
      }
      return LogFieldTest.holds(comparison, own.rawValue < level.rawValue ? -1 : own == level ? 0 : 1)
    case .field(let test):
      let read = fields ?? LogFields.read(line.bytes)
      fields = .some(read)
      return test.holds(read, line.bytes)
    }
  }

  private func source(_ line: LogRing.Line, _ sources: [LogSource]) -> LogSource? {
    sources.indices.contains(line.source) ? sources[line.source] : nil
  }

  private static func contains(_ name: [UInt8], in text: String?) -> Bool {
    guard var text else { return false }
    return text.withUTF8 { ByteScan.find(caseless: name, in: UnsafeRawBufferPointer($0)) != nil }
  }

  private static func contains(_ letters: [UInt8], inOrderIn line: UnsafeRawBufferPointer) -> Bool {
    var next = 0
    for byte in line where next < letters.count {
      if (byte &- 0x41 < 26 ? byte | 0x20 : byte) == letters[next] { next += 1 }
    }
    return next == letters.count
  }
}

/// One field compared with a value.
struct LogFieldTest {
  let key: String
  let comparison: LogFilter.Comparison
  let value: String
  private let number: Double?
  private let pattern: Pattern?
  /// "key=value" as a line without fields may hold it, lower case.
  private let written: [UInt8]
  let needle: [UInt8]?

  private static let maybeEscaped = Set(#""\*/<>&'"#.utf8)

  init(key: String, _ comparison: LogFilter.Comparison, _ value: String) throws(PatternError) {
    self.key = key
    self.comparison = comparison
    self.value = value.lowercased()
    number = Double(value)
    written = ByteScan.lowercased("\(key)=\(value)")
    // What encoders of JSON may write with an escape is not looked for as it stands.
    let isPlain = value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Self.maybeEscaped.contains($0) }
    switch comparison {
    case .matches:
      pattern = try Pattern(value)
      needle = nil
    case .equal where value.contains("*"):
      pattern = try Pattern("^" + value.map { $0 == "*" ? ".*" : Self.quoted($0) }.joined() + "$")
      needle = nil
    case .equal:
      pattern = nil
      // What is written otherwise, with escapes, is found by looking at each line. So are levels and numbers.
      needle = isPlain && Double(value) == nil && value.count > 1 ? ByteScan.lowercased(value) : nil
    default: (pattern, needle) = (nil, nil)
    }
  }

  private static func quoted(_ character: Character) -> String {
    #"\^$.|?+()[]{}"#.contains(character) ? "\\\(character)" : String(character)
  }

  func holds(_ fields: LogFields?, _ line: UnsafeRawBufferPointer) -> Bool {
    guard let fields else {
      let isThere = ByteScan.find(caseless: written, in: line) != nil
      return comparison == .equal ? isThere : comparison == .unequal ? !isThere : false
    }
    guard var found = fields.value(at: key, line) else { return comparison == .unequal }
    if let pattern { return found.withUTF8 { pattern.matches(UnsafeRawBufferPointer($0)) } }
    if let number, let own = Double(found.prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "e" }) {
      return Self.holds(comparison, own < number ? -1 : own == number ? 0 : 1)
    }
    let own = found.lowercased()
    return Self.holds(comparison, own < value ? -1 : own == value ? 0 : 1)
  }

  /// - Parameter order: below 0 where it is less than what it is compared with.
  static func holds(_ comparison: LogFilter.Comparison, _ order: Int) -> Bool {
    switch comparison {
    case .equal, .matches: order == 0
    case .unequal: order != 0
    case .atLeast: order >= 0
    case .atMost: order <= 0
    case .above: order > 0
    case .below: order < 0
    }
  }
}
