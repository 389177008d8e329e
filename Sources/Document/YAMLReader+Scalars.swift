extension YAMLReader {
  // MARK: - Plain

  /// Whether a plain scalar may begin here in block context.
  var isAtPlainScalar: Bool { isPlainStart(isBlank(1)) }

  var isAtPlainScalarInFlow: Bool { isPlainStart(isBlank(1) || isFlowIndicator(peek(1))) }

  /// YAML 1.2.2, section 7.3.3: no indicator begins one, but `-`, `?` and `:` do before something.
  private func isPlainStart(_ nextIsSeparator: Bool) -> Bool {
    switch peek() {
    case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"): !nextIsSeparator
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
      UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"),
      UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"),
      UInt8(ascii: "`"), 0, 0x20, 0x09, 0x0A:
      false
    default: true
    }
  }

  /// Moves behind the last character of a plain scalar that is on this line.
  mutating func skipPlainLine(inFlow: Bool) {
    var end = at
    while true {
      let byte = peek()
      switch byte {
      case 0, 0x0A:
        at = end
        return
      case 0x20, 0x09: at += 1
      case UInt8(ascii: ":") where isBlank(1) || inFlow && isFlowIndicator(peek(1)),
        UInt8(ascii: "#") where at > end,
        _ where inFlow && isFlowIndicator(byte):
        at = end
        return
      default:
        at += 1
        end = at
      }
    }
  }

  /// A plain scalar in block context whose first line, from `start`, the cursor has passed. Lines right of
  /// `indent` continue it. The cursor is left behind its last line, or at the content after it.
  mutating func plainScalar(from start: Int, right indent: Int) throws(SyntaxProblem) -> String {
    var folded = [UInt8](bytes(from: start, to: at))
    while true {
      let behind = at
      skipBlanks()
      guard peek() == 0x0A else {
        if peek() == UInt8(ascii: ":"), isBlank(1) { throw problem("a key may not span lines") }
        at = behind
        return String(decoding: folded, as: UTF8.self)
      }
      let breaks = try skipLineBreaks(right: indent)
      if contentColumn <= indent || peek() == UInt8(ascii: "#") {
        return String(decoding: folded, as: UTF8.self)
      }
      appendFold(breaks, to: &folded)
      let lineBegin = at
      skipPlainLine(inFlow: false)
      folded += bytes(from: lineBegin, to: at)
      if at == lineBegin { return String(decoding: folded, as: UTF8.self) }
    }
  }

  /// A plain scalar in a flow collection.
  mutating func flowPlainScalar() throws(SyntaxProblem) -> String {
    var folded: [UInt8] = []
    while true {
      let start = at
      skipPlainLine(inFlow: true)
      folded += bytes(from: start, to: at)
      let behind = at
      skipBlanks()
      guard peek() == 0x0A else {
        at = behind
        break
      }
      let breaks = try skipLineBreaks()
      if isAtEnd || isAtDocumentMarker || isFlowIndicator(peek()) || peek() == UInt8(ascii: "#") { break }
      if peek() == UInt8(ascii: ":"), isBlank(1) || isFlowIndicator(peek(1)) { break }
      appendFold(breaks, to: &folded)
    }
    return String(decoding: folded, as: UTF8.self)
  }

  /// Moves over line breaks and blanks to the next text of a scalar. Returns how many breaks there were. A
  /// tab may not stand at or left of column `indent` before text.
  private mutating func skipLineBreaks(right indent: Int = -1) throws(SyntaxProblem) -> Int {
    var breaks = 0
    while peek() == 0x0A {
      takeLineBreak()
      breaks += 1
      if isAtDocumentMarker { break }
      while peek() == 0x20 { at += 1 }
      let tab = at
      skipBlanks()
      if at > tab, tab - lineStart <= indent, !isAtLineEnd {
        throw problem("a tab may not indent; use spaces", at: tab)
      }
    }
    return breaks
  }

  /// One break folds to a space; of more, the first is dropped (YAML 1.2.2, section 6.5).
  private func appendFold(_ breaks: Int, to text: inout [UInt8]) {
    if breaks == 1 {
      text.append(0x20)
    } else {
      text.append(contentsOf: repeatElement(0x0A, count: breaks - 1))
    }
  }

  // MARK: - Quoted

  mutating func singleQuoted() throws(SyntaxProblem) -> String {
    let open = problem("this quote is not closed")
    at += 1
    var text: [UInt8] = []
    while true {
      switch peek() {
      case UInt8(ascii: "'"):
        at += 1
        if peek() != UInt8(ascii: "'") { return String(decoding: text, as: UTF8.self) }
        text.append(UInt8(ascii: "'"))
        at += 1
      case 0x20, 0x09, 0x0A: try foldQuoted(&text, open)
      case 0: throw open
      default:
        text.append(peek())
        at += 1
      }
    }
  }

  mutating func doubleQuoted() throws(SyntaxProblem) -> String {
    let open = problem("this quote is not closed")
    at += 1
    var text: [UInt8] = []
    while true {
      switch peek() {
      case UInt8(ascii: "\""):
        at += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        if peek(1) == 0x0A {
          at += 1
          takeLineBreak()
          try foldQuoted(&text, open, isEscaped: true)
        } else {
          text.append(contentsOf: UTF8.encode(try escape())!)
        }
      case 0x20, 0x09, 0x0A: try foldQuoted(&text, open)
      case 0: throw open
      default:
        text.append(peek())
        at += 1
      }
    }
  }

  /// Blanks inside quotes: kept within a line, dropped around a line break, which folds. After an escaped
  /// break only further breaks count.
  private mutating func foldQuoted(_ text: inout [UInt8], _ open: SyntaxProblem, isEscaped: Bool = false)
    throws(SyntaxProblem)
  {
    let start = at
    skipBlanks()
    guard peek() == 0x0A || isEscaped else {
      text += bytes(from: start, to: at)
      return
    }
    let breaks = try skipLineBreaks()
    if isAtDocumentMarker { throw open }
    if isEscaped {
      text.append(contentsOf: repeatElement(0x0A, count: breaks))
    } else {
      appendFold(breaks, to: &text)
    }
  }

  /// YAML 1.2.2, section 5.7. Two `\u` surrogates that belong together are one character, as in JSON; a lone
  /// one becomes U+FFFD.
  private mutating func escape() throws(SyntaxProblem) -> Unicode.Scalar {
    let place = at
    let simple: Unicode.Scalar
    switch peek(1) {
    case UInt8(ascii: "0"): simple = "\0"
    case UInt8(ascii: "a"): simple = "\u{7}"
    case UInt8(ascii: "b"): simple = "\u{8}"
    case UInt8(ascii: "t"), 0x09: simple = "\t"
    case UInt8(ascii: "n"): simple = "\n"
    case UInt8(ascii: "v"): simple = "\u{B}"
    case UInt8(ascii: "f"): simple = "\u{C}"
    case UInt8(ascii: "r"): simple = "\r"
    case UInt8(ascii: "e"): simple = "\u{1B}"
    case UInt8(ascii: " "): simple = " "
    case UInt8(ascii: "\""): simple = "\""
    case UInt8(ascii: "/"): simple = "/"
    case UInt8(ascii: "\\"): simple = "\\"
    case UInt8(ascii: "N"): simple = "\u{85}"
    case UInt8(ascii: "_"): simple = "\u{A0}"
    case UInt8(ascii: "L"): simple = "\u{2028}"
    case UInt8(ascii: "P"): simple = "\u{2029}"
    case UInt8(ascii: "x"): return try hexEscape(digits: 2)
    case UInt8(ascii: "u"): return try hexEscape(digits: 4)
    case UInt8(ascii: "U"): return try hexEscape(digits: 8)
    default:
      throw problem("this is no escape of YAML; a backslash in double quotes is written \\\\", at: place)
    }
    at += 2
    return simple
  }

  private mutating func hexEscape(digits: Int) throws(SyntaxProblem) -> Unicode.Scalar {
    guard let value = hex(digits, from: 2) else {
      throw problem("expected \(digits) hexadecimal digits in this escape")
    }
    if digits == 4, value & 0xFC00 == 0xD800, peek(6) == UInt8(ascii: "\\"), peek(7) == UInt8(ascii: "u"),
      let low = hex(4, from: 8), low & 0xFC00 == 0xDC00
    {
      at += 12
      return Unicode.Scalar(0x10000 + (value & 0x3FF) << 10 + low & 0x3FF) ?? "\u{FFFD}"
    }
    if value > 0x10FFFF { throw problem("there is no character with this number") }
    at += 2 + digits
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }

  private func hex(_ digits: Int, from offset: Int) -> UInt32? {
    var value: UInt32 = 0
    for index in offset..<offset + digits {
      guard let digit = JSONText.hexDigit(peek(index)) else { return nil }
      value = value << 4 | digit
    }
    return value
  }
}
