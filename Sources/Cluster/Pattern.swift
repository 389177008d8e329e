import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A search pattern over bytes, case-insensitive: plain text where it holds no operator, else the C library's
/// extended regular expression (POSIX.1 regcomp), with `\d` and `\D` understood besides.
///
/// POSIX and not Swift's Regex: it reads bytes as they are, valid UTF-8 or not, and is many times faster.
package final class Pattern {
  /// What the person typed.
  package let text: String
  private let literal: [UInt8]?
  /// Lower-case bytes that stand in whatever matches, ASCII letters of either case; nil where none are known. What does
  /// not hold them need not be asked.
  package let needle: [UInt8]?
  private var compiled = regex_t()

  /// Throws what the C library says is wrong with the expression.
  package init(_ text: String) throws(PatternError) {
    self.text = text
    if text.utf8.allSatisfy({ !Self.operators.contains($0) && $0 < 0x80 }) {
      literal = text.utf8.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
      needle = text.isEmpty ? nil : literal
      return
    }
    literal = nil
    needle = PatternNeedle.find(in: text)
    let code = regcomp(&compiled, Self.posix(text), REG_EXTENDED | REG_ICASE | REG_NEWLINE)
    guard code == 0 else {
      var words = [CChar](repeating: 0, count: 200)
      _ = regerror(code, &compiled, &words, words.count)
      let message = words.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
      throw PatternError(text: text, message: message)
    }
  }

  deinit { if literal == nil { regfree(&compiled) } }

  private static let maxEmptyMatches = 64
  private static let operators = Set(#"\^$.|?*+()[]{}"#.utf8)

  private static func posix(_ text: String) -> String {
    var out = ""
    var (isEscaped, isInBrackets) = (false, false)
    // An empty branch, as in "web|" while someone types, would match at each byte.
    var (opens, hangs) = (true, false)
    for character in text {
      if isEscaped {
        out += character == "d" ? "[0-9]" : character == "D" ? "[^0-9]" : "\\\(character)"
        (isEscaped, opens, hangs) = (false, false, false)
        continue
      }
      if character == "\\" {
        isEscaped = true
        continue
      }
      if character == "|", !isInBrackets {
        if opens || hangs { continue }
        hangs = true
      } else {
        if hangs, character == ")" { out.removeLast() }
        (opens, hangs) = (character == "(" && !isInBrackets, false)
      }
      if character == "[" { isInBrackets = true } else if character == "]" { isInBrackets = false }
      out.append(character)
    }
    if hangs { out.removeLast() }
    if isEscaped { out += "\\" }
    for prefix in ["(?i)", "(?:"] { out = out.replacing(prefix, with: prefix == "(?:" ? "(" : "") }
    return out
  }

  package func matches(_ bytes: UnsafeRawBufferPointer) -> Bool { firstMatch(in: bytes, from: 0) != nil }

  /// The first match at or after `from`, as offsets into `bytes`. An empty match is none.
  package func firstMatch(in bytes: UnsafeRawBufferPointer, from: Int) -> Range<Int>? {
    guard from <= bytes.count, let base = bytes.baseAddress else { return nil }
    if let literal {
      if literal.isEmpty { return nil }
      let rest = UnsafeRawBufferPointer(rebasing: bytes[from...])
      guard let at = ByteScan.find(caseless: literal, in: rest) else { return nil }
      return from + at..<from + at + literal.count
    }
    var start = from
    // What matches nothing again and again, as "a*" does, is not worth a look at each byte.
    for _ in 0..<Self.maxEmptyMatches where start <= bytes.count {
      var match = regmatch_t(rm_so: regoff_t(start), rm_eo: regoff_t(bytes.count))
      let flags = REG_STARTEND | (start > 0 ? REG_NOTBOL : 0)
      let code = regexec(&compiled, base.assumingMemoryBound(to: CChar.self), 1, &match, flags)
      guard code == 0 else { return nil }
      let range = Int(match.rm_so)..<Int(match.rm_eo)
      if !range.isEmpty { return range }
      start = range.lowerBound + 1
    }
    return nil
  }

  /// Whether a match is just the needle's bytes.
  package var isLiteral: Bool { literal != nil }

  /// All matches, in order, none overlapping.
  package func allMatches(in bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var from = 0
    while let range = firstMatch(in: bytes, from: from) {
      found.append(range)
      from = range.upperBound
    }
    return found
  }
}

package struct PatternError: Error, Sendable, Hashable {
  package var text: String
  package var message: String
  package init(text: String, message: String) {
    self.text = text
    self.message = message
  }
}
