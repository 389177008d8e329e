/// What decides how a text may be written in YAML: the analysis of libyaml's emitter, which Go yaml.v2
/// shares.
struct YAMLText {
  private let scalars: [Unicode.Scalar]
  private(set) var hasLineBreak = false
  private var hasSpecial = false
  private var hasIndicator = false
  private var hasEdgeBlank = false
  private var endsInSpace = false
  private var hasSpaceBeforeBreak = false
  private var hasSpaceAfterBreak = false
  private let looksLikeOther: Bool
  private let byteCount: Int

  enum Style {
    case plain
    case singleQuoted
    case doubleQuoted
    case literal
  }

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    byteCount = text.utf8.count
    looksLikeOther =
      text.isEmpty || YAMLScalar.value(ofPlain: text) != .string(text) || text == "<<"
      || YAMLScalar.isNotFinite(text) || YAMLScalar.isBase60(text) || YAMLScalar.isTimestamp(text)
    hasIndicator = text.hasPrefix("---") || text.hasPrefix("...")
    analyze()
  }

  /// Longer keys, and those of several lines, are written behind `? `.
  var isSimpleKey: Bool { !hasLineBreak && byteCount <= 128 }

  func style(isKey: Bool) -> Style {
    if hasLineBreak {
      return hasSpecial || endsInSpace || hasSpaceBeforeBreak || isKey ? .doubleQuoted : .literal
    }
    if looksLikeOther || hasSpecial { return .doubleQuoted }
    return hasIndicator || hasEdgeBlank ? .singleQuoted : .plain
  }

  private mutating func analyze() {
    var previous: Unicode.Scalar = " "
    for (index, scalar) in scalars.enumerated() {
      let next: Unicode.Scalar = index + 1 < scalars.count ? scalars[index + 1] : " "
      let isFollowedByBlank = next == " " || next == "\t" || index + 1 == scalars.count
      analyzeIndicator(scalar, isFirst: index == 0, previous, isFollowedByBlank)
      if !YAMLText.isPrintable(scalar) { hasSpecial = true }
      if scalar == " " {
        if index == 0 || index == scalars.count - 1 { hasEdgeBlank = true }
        endsInSpace = index == scalars.count - 1
        if previous == "\n" { hasSpaceAfterBreak = true }
      } else if scalar == "\n" {
        hasLineBreak = true
        if index > 0, previous == " " { hasSpaceBeforeBreak = true }
      }
      previous = scalar
    }
  }

  private mutating func analyzeIndicator(
    _ scalar: Unicode.Scalar, isFirst: Bool, _ previous: Unicode.Scalar, _ isFollowedByBlank: Bool
  ) {
    switch scalar {
    case "#" where isFirst || previous == " " || previous == "\t" || previous == "\n": hasIndicator = true
    case ":" where isFollowedByBlank: hasIndicator = true
    case "?" where isFirst && isFollowedByBlank, "-" where isFirst && isFollowedByBlank: hasIndicator = true
    case ",", "[", "]", "{", "}", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`":
      if isFirst { hasIndicator = true }
    default: break
    }
  }

  /// The emitter takes line feed, printable ASCII and the basic plane for printable; tabs, NEL and all beyond
  /// the basic plane are escaped. LS and PS are counted out here, since they are line breaks for YAML 1.1
  /// readers.
  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A, 0x20...0x7E: true
    case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
    case 0xA0...0xFFFF: true
    default: false
    }
  }
}

extension YAMLText {
  /// Whether a text is one that most are: ASCII without anything that YAML or this writer treats specially.
  /// It is written as it is.
  static func isOrdinary(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = utf8.first, first | 0x20 &- 97 < 26 || first == UInt8(ascii: "/"),
      utf8.count > 5 || !YAMLScalar.mayBeginWord(first)
    else { return false }
    var previous = first
    for byte in utf8 {
      if byte < 0x20 || byte > 0x7E { return false }
      if byte == UInt8(ascii: "#"), previous == 0x20 { return false }
      if byte == 0x20, previous == UInt8(ascii: ":") { return false }
      previous = byte
    }
    return previous != 0x20 && previous != UInt8(ascii: ":")
  }
}

extension YAMLWriter {
  /// Writes a text without further ado when it is an ordinary one and need not fold. Says whether it did.
  mutating func ordinary(_ text: String, isKey: Bool) -> Bool {
    var text = text
    return text.withUTF8 { utf8 in
      guard isKey ? utf8.count <= 128 : column + utf8.count <= foldColumn, YAMLText.isOrdinary(utf8) else {
        return false
      }
      put(utf8)
      return true
    }
  }

  /// Writes a text; further lines of it stand at `indent`.
  mutating func text(_ text: String, indent: Int, isKey: Bool) {
    if ordinary(text, isKey: isKey) { return }
    // A document that is a text alone: a further line at the margin could look like the end of the document.
    let indent = max(indent, 2)
    let scalars = Array(text.unicodeScalars)
    switch YAMLText(text).style(isKey: isKey) {
    case .plain: folding(scalars, indent: indent, isKey: isKey, quote: nil)
    case .singleQuoted:
      put("'")
      folding(scalars, indent: indent, isKey: isKey, quote: "'")
      put("'")
    case .doubleQuoted:
      put("\"")
      doubleQuoted(scalars, indent: indent, isKey: isKey)
      put("\"")
    case .literal: literal(scalars, indent: indent)
    }
  }

  /// Plain and single-quoted text on one line, or folded at single spaces behind the fold column.
  private mutating func folding(_ scalars: [Unicode.Scalar], indent: Int, isKey: Bool, quote: Unicode.Scalar?)
  {
    var wasSpace = false
    for (index, scalar) in scalars.enumerated() {
      let isSpace = scalar == " "
      let isInside = quote == nil || index > 0 && index < scalars.count - 1
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      if isSpace, !isKey, !wasSpace, column > foldColumn, isInside, next != " " {
        startLine(indent)
      } else {
        if scalar == quote { put(scalar) }
        put(scalar)
      }
      wasSpace = isSpace
    }
  }

  private mutating func doubleQuoted(_ scalars: [Unicode.Scalar], indent: Int, isKey: Bool) {
    var wasSpace = false
    for (index, scalar) in scalars.enumerated() {
      if scalar == "\"" || scalar == "\\" || scalar == "\n" || !YAMLText.isPrintable(scalar) {
        escaped(scalar)
        wasSpace = false
      } else if scalar == " " {
        if !isKey, !wasSpace, column > foldColumn, index > 0, index < scalars.count - 1 {
          startLine(indent)
          if scalars[index + 1] == " " { put("\\") }
        } else {
          put(scalar)
        }
        wasSpace = true
      } else {
        put(scalar)
        wasSpace = false
      }
    }
  }

  private mutating func escaped(_ scalar: Unicode.Scalar) {
    put("\\")
    switch scalar.value {
    case 0: put("0")
    case 0x07: put("a")
    case 0x08: put("b")
    case 0x09: put("t")
    case 0x0A: put("n")
    case 0x0B: put("v")
    case 0x0C: put("f")
    case 0x0D: put("r")
    case 0x1B: put("e")
    case 0x22: put("\"")
    case 0x5C: put("\\")
    case 0x85: put("N")
    case 0xA0: put("_")
    case 0x2028: put("L")
    case 0x2029: put("P")
    default:
      let hex = String(scalar.value, radix: 16, uppercase: true)
      let digits = scalar.value <= 0xFF ? 2 : scalar.value <= 0xFFFF ? 4 : 8
      put(digits == 2 ? "x" : digits == 4 ? "u" : "U")
      put(String(repeating: "0", count: digits - hex.utf8.count) + hex)
    }
  }

  /// A literal block; the indicator says how many line breaks end the text, and the indentation where the
  /// first line would hide it.
  private mutating func literal(_ scalars: [Unicode.Scalar], indent: Int) {
    put("|")
    if scalars.first == " " || scalars.first == "\n" { put("2") }
    if scalars.last != "\n" {
      put("-")
    } else if scalars.count == 1 || scalars[scalars.count - 2] == "\n" {
      put("+")
    }
    lineBreak()
    for scalar in scalars {
      if scalar == "\n" {
        lineBreak()
      } else {
        if column == 0 { startLine(indent) }
        put(scalar)
      }
    }
  }
}
