/// What the text of a YAML scalar means, as Go yaml.v2 (sigs.k8s.io/yaml, and so kubectl) resolves it.
enum YAMLScalar {
  static let tagPrefix = "tag:yaml.org,2002:"

  /// `!!int` for "tag:yaml.org,2002:int".
  static func shortTag(_ tag: String) -> String {
    tag.hasPrefix(tagPrefix) ? "!!" + tag.dropFirst(tagPrefix.count) : tag
  }

  /// The value of an unquoted scalar: null, a boolean, a number in JSON's spelling, or else its text.
  static func value(ofPlain text: String) -> JSON {
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      return number(text).map { .number($0) } ?? .string(text)
    default: return word(text) ?? .string(text)
    }
  }

  private static func word(_ text: String) -> JSON? {
    guard let first = text.utf8.first, text.utf8.count <= 5, mayBeginWord(first) else { return nil }
    return switch text {
    case "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON": true
    case "false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF": false
    default: nil
    }
  }

  /// Whether one of the words that are no text begins with this letter. The longest has five.
  static func mayBeginWord(_ first: UInt8) -> Bool {
    switch first | 0x20 {
    case UInt8(ascii: "y"), UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "o"): true
    default: first == UInt8(ascii: "~")
    }
  }

  /// Infinities and the like, which YAML has and JSON has not.
  static func isNotFinite(_ text: String) -> Bool {
    guard let first = text.utf8.first, first < UInt8(ascii: "0"), text.utf8.count <= 5 else { return false }
    return switch text {
    case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
      true
    default: false
    }
  }

  /// Base 60, which YAML 1.1 read as numbers: text for us, but quoted when written, for other readers' sake.
  static func isBase60(_ text: String) -> Bool {
    guard text.utf8.contains(UInt8(ascii: ":")) else { return false }
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 2, let head = parts.first else { return false }
    let digits = head.first == "+" || head.first == "-" ? head.dropFirst() : head
    guard let first = digits.utf8.first, first &- 48 < 10,
      digits.utf8.allSatisfy({ $0 &- 48 < 10 || $0 == 0x5F })
    else { return false }
    if let point = parts[parts.count - 1].firstIndex(of: ".") {
      let fraction = parts[parts.count - 1][point...].dropFirst()
      guard fraction.utf8.allSatisfy({ $0 &- 48 < 10 || $0 == 0x5F }) else { return false }
      parts[parts.count - 1] = parts[parts.count - 1][..<point]
    }
    return parts.dropFirst().allSatisfy { part in
      guard (1...2).contains(part.utf8.count), part.utf8.allSatisfy({ $0 &- 48 < 10 }) else { return false }
      return part.utf8.count == 1 || part.utf8.first! < UInt8(ascii: "6")
    }
  }

  /// Dates and times as Go yaml.v2 knows them: text for us, but quoted when written.
  static func isTimestamp(_ text: String) -> Bool {
    var rest = Substring(text)
    func take(_ character: Character) -> Bool {
      guard rest.first == character else { return false }
      rest.removeFirst()
      return true
    }
    func number(digits: ClosedRange<Int>, in range: ClosedRange<Int>) -> Bool {
      let taken = rest.prefix(digits.upperBound).prefix { $0.isASCII && $0.isNumber }
      guard taken.count >= digits.lowerBound, let value = Int(taken), range.contains(value) else {
        return false
      }
      rest.removeFirst(taken.count)
      return true
    }
    guard number(digits: 4...4, in: 0...9999), take("-"), number(digits: 1...2, in: 1...12), take("-"),
      number(digits: 1...2, in: 1...31)
    else { return false }
    if rest.isEmpty { return true }
    let hasZone = take("T") || take("t")
    guard hasZone || take(" "), number(digits: 1...2, in: 0...23), take(":"),
      number(digits: 1...2, in: 0...59),
      take(":"), number(digits: 1...2, in: 0...59)
    else { return false }
    if take(".") || take(",") {
      let fraction = rest.prefix { $0.isASCII && $0.isNumber }
      if fraction.isEmpty { return false }
      rest.removeFirst(fraction.count)
    }
    if !hasZone || take("Z") { return rest.isEmpty }
    return (take("+") || take("-")) && number(digits: 2...2, in: 0...24) && take(":")
      && number(digits: 2...2, in: 0...60) && rest.isEmpty
  }

  // MARK: - Numbers

  /// JSON's spelling of a YAML number; nil when the text is none.
  private static func number(_ text: String) -> String? {
    // Behind a leading point an underscore must stand between digits, else anywhere.
    if text.utf8.first == UInt8(ascii: "."), !hasUnderscoresBetweenDigits(Array(text.utf8)) { return nil }
    let plain = text.utf8.filter { $0 != 0x5F }
    return integer(plain) ?? decimal(plain)
  }

  private static func hasUnderscoresBetweenDigits(_ text: [UInt8]) -> Bool {
    var wasDigit = false
    var wasUnderscore = false
    for byte in text {
      let isDigit = byte &- 48 < 10
      if byte == 0x5F ? !wasDigit : wasUnderscore && !isDigit { return false }
      wasDigit = isDigit
      wasUnderscore = byte == 0x5F
    }
    return !wasUnderscore
  }

  /// Integers of 64 bits as Go's ParseInt with base 0 reads them: `12`, `0x1F`, `0o17`, `017`, `0b11`.
  private static func integer(_ plain: [UInt8]) -> String? {
    var digits = plain[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    var radix = 10
    if digits.first == UInt8(ascii: "0"), digits.count > 1 {
      digits = digits.dropFirst()
      switch digits.first! | 0x20 {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "b"): radix = 2
      default:
        radix = 8
        digits = [UInt8(ascii: "0")] + digits
      }
      if radix != 8 || digits.first! | 0x20 == UInt8(ascii: "o") { digits = digits.dropFirst() }
    }
    guard let first = digits.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
      let magnitude = UInt64(String(decoding: digits, as: UTF8.self), radix: radix)
    else { return nil }
    if isNegative && magnitude > 1 << 63 { return nil }
    return (isNegative && magnitude > 0 ? "-" : "") + String(magnitude)
  }

  /// `1.5`, `.5`, `5.`, `+1e3`, `08` and integers beyond 64 bits. What overflows a double is text.
  private static func decimal(_ plain: [UInt8]) -> String? {
    var rest = plain[...]
    func takeDigits() -> ArraySlice<UInt8> {
      let digits = rest.prefix { $0 &- 48 < 10 }
      rest = rest.dropFirst(digits.count)
      return digits
    }
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let whole = takeDigits()
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = takeDigits()
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    var exponent: [UInt8] = []
    if let e = rest.first, e | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      exponent.append(e)
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        exponent.append(sign)
        rest = rest.dropFirst()
      }
      let digits = takeDigits()
      if digits.isEmpty { return nil }
      exponent += digits
    }
    guard rest.isEmpty else { return nil }
    let significant = whole.drop { $0 == UInt8(ascii: "0") }
    var spelled: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
    spelled += significant.isEmpty ? [UInt8(ascii: "0")] : Array(significant)
    if !fraction.isEmpty { spelled += [UInt8(ascii: ".")] + fraction }
    let number = String(decoding: spelled + exponent, as: UTF8.self)
    return Double(number).flatMap { $0.isFinite ? number : nil }
  }

  // MARK: - Tags

  /// The value of a node with a tag in its long form; nil when the two do not fit. A scalar comes as its
  /// text. `!!binary` stays base64 without its line breaks, which is what JSON carries; unknown tags change
  /// nothing.
  static func value(_ value: JSON, tagged tag: String, isPlain: Bool) -> JSON? {
    guard tag.hasPrefix(tagPrefix) else { return value }
    switch tag.dropFirst(tagPrefix.count) {
    case "map", "set":
      if isPlain, value == "" { return .object(JSONObject()) }
      return value.object == nil ? .none : value
    case "seq", "omap", "pairs": if case .array = value { return value } else { return .none }
    case "str", "timestamp", "merge": return value.string == nil ? .none : value
    case "binary": return value.string.flatMap(base64)
    case "null": return value == "" || value.string.flatMap(word) == .null ? .null : .none
    case "bool":
      let word = value.string.flatMap(word)
      return word?.bool == nil ? .none : word
    case "int", "float":
      guard let text = value.string, let number = number(text) else { return .none }
      let isWhole = !number.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
      return isWhole || tag.hasSuffix("float") ? .number(number) : .none
    default: return value
    }
  }

  private static func base64(_ text: String) -> JSON? {
    let compact = text.utf8.filter { $0 != 0x0A && $0 != 0x20 && $0 != 0x09 }
    let body = compact.prefix { $0 != UInt8(ascii: "=") }
    let isAlphabet = body.allSatisfy {
      $0 &- 48 < 10 || ($0 | 0x20) &- 97 < 26 || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/")
    }
    let padding = compact.dropFirst(body.count)
    guard isAlphabet, compact.count % 4 == 0, padding.count <= 2,
      padding.allSatisfy({ $0 == UInt8(ascii: "=") })
    else { return nil }
    return .string(String(decoding: compact, as: UTF8.self))
  }
}
