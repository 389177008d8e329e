/// Cuts a query into tokens.
struct QueryLexer {
  enum Kind: Hashable {
    /// A metric, label, function or key word.
    case name
    case number(Double)
    /// Milliseconds.
    case duration(Int64)
    case string(String)
    /// An operator or a bracket: its text says which.
    case sign
    case end
    /// What can't be a token, and why.
    case wrong(String)
  }

  struct Token {
    var kind: Kind
    var text: String
    var offset: Int

    /// As a message names it: "'}'", "the end".
    var described: String { kind == .end ? "the end" : "'\(text.count > 40 ? text.prefix(39) + "…" : text)'" }
  }

  private let bytes: [UInt8]
  private var at = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func next() -> Token {
    skipBlanks()
    let start = at
    guard let byte = peek() else { return Token(kind: .end, text: "", offset: start) }
    let kind: Kind
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): kind = string(byte)
    case _ where Self.isDigit(byte) || byte == UInt8(ascii: ".") && Self.isDigit(peek(1) ?? 0):
      kind = number()
    case _ where Self.startsName(byte):
      while let next = peek(), Self.startsName(next) || Self.isDigit(next) { at += 1 }
      kind = .name
    default: kind = sign(byte)
    }
    return Token(kind: kind, text: String(decoding: bytes[start..<at], as: UTF8.self), offset: start)
  }

  var current: UInt8? { peek() }
  mutating func advance() { at += 1 }

  private func peek(_ ahead: Int = 0) -> UInt8? { at + ahead < bytes.count ? bytes[at + ahead] : nil }
  static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
  static func isLetter(_ byte: UInt8) -> Bool { byte | 32 >= 97 && byte | 32 <= 122 }
  static func startsName(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
  }

  private mutating func skipBlanks() {
    while let byte = peek() {
      if byte == UInt8(ascii: "#") {
        while let next = peek(), next != 10 { at += 1 }
      } else if byte == 32 || byte == 9 || byte == 10 || byte == 13 {
        at += 1
      } else {
        return
      }
    }
  }

  private mutating func sign(_ byte: UInt8) -> Kind {
    at += 1
    let pairs: [(Character, String)] = [("=", "=~"), ("!", "=~"), ("<", "="), (">", "=")]
    let character = Character(Unicode.Scalar(byte))
    if let (_, second) = pairs.first(where: { $0.0 == character }), let next = peek(),
      second.utf8.contains(next)
    {
      at += 1
      return .sign
    }
    if "+-*/%^=<>(){}[],@".utf8.contains(byte) { return .sign }
    // The whole character, so that the message shows it.
    while let next = peek(), next & 0xC0 == 0x80 { at += 1 }
    return .wrong("has no meaning here")
  }

  private mutating func number() -> Kind {
    let start = at
    let isHex = peek() == UInt8(ascii: "0") && peek(1).map { $0 | 32 } == UInt8(ascii: "x")
    if isHex { at += 2 }
    while let byte = peek() {
      let isSigned = (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && !isHex
      guard
        Self.isDigit(byte) || Self.isLetter(byte) || byte == UInt8(ascii: ".")
          || isSigned && isExponent(start)
      else { break }
      at += 1
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if isHex {
      guard let value = UInt64(text.dropFirst(2), radix: 16) else { return .wrong("is no number") }
      return .number(Double(value))
    }
    // Swift reads "1.", as Go does, only without the point.
    if text.utf8.allSatisfy({ Self.isDigit($0) || ".eE+-".utf8.contains($0) }) {
      let plain =
        text.hasSuffix(".") ? text + "0" : text.replacing(".e", with: ".0e").replacing(".E", with: ".0e")
      return Double(plain).map(Kind.number) ?? .wrong("is no number")
    }
    return duration(text)
  }

  /// Whether what was read since `start` is a decimal number up to and with its "e".
  private func isExponent(_ start: Int) -> Bool {
    bytes[at - 1] | 32 == UInt8(ascii: "e")
      && bytes[start..<at - 1].allSatisfy { Self.isDigit($0) || $0 == UInt8(ascii: ".") }
  }

  /// "1h30m": each unit once, the greater first.
  private func duration(_ text: String) -> Kind {
    let units: [(name: String, milliseconds: Int64)] = [
      ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000),
      ("s", 1000),
      ("ms", 1),
    ]
    var rest = text[...]
    var (total, from): (Int64, Int) = (0, 0)
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(letters.count)
      guard let count = Int64(digits), let unit = units[from...].firstIndex(where: { $0.name == letters })
      else {
        return .wrong("is neither a number nor a duration such as 5m or 1h30m")
      }
      let (part, overflow) = count.multipliedReportingOverflow(by: units[unit].milliseconds)
      total = total.addingReportingOverflow(part).partialValue
      // What 64 bits of nanoseconds hold, as in Prometheus.
      if overflow || part > 9_223_372_036_854 || total > 9_223_372_036_854 {
        return .wrong("is a duration out of range")
      }
      from = unit + 1
    }
    return .duration(total)
  }
}
