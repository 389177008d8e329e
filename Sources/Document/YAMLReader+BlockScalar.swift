extension YAMLReader {
  private enum Chomping {
    case strip
    case clip
    case keep
  }

  /// A literal (`|`) or folded (`>`) scalar, whose text stands right of column `indent` (YAML 1.2.2, section
  /// 8.1). The cursor is left at the start of the line behind it.
  mutating func blockScalar(right indent: Int) throws(SyntaxProblem) -> Node {
    let isFolded = peek() == UInt8(ascii: ">")
    at += 1
    let (chomping, explicit) = try blockScalarHeader()
    var text: [UInt8] = []
    /// Line breaks read and not yet written: the end of a scalar treats them by its chomping.
    var breaks = 0
    var wasIndentedMore = true
    var indentation = explicit.map { max(indent, 0) + $0 }
    while !isAtEnd {
      takeLineBreak()
      if indentation == nil { (indentation, breaks) = try detectIndentation(right: indent) }
      guard let indentation else { break }
      let lineBegin = at
      while peek() == 0x20, column < indentation { at += 1 }
      if isAtLineEnd {
        if isAtEnd { break }
        breaks += 1
        continue
      }
      if column < indentation || isAtDocumentMarker {
        if peek() == 0x09, isTabInIndent { throw problem("a tab may not indent; use spaces") }
        at = lineBegin
        break
      }
      let isIndentedMore = peek() == 0x20 || peek() == 0x09
      let folds = isFolded && !wasIndentedMore && !isIndentedMore && !text.isEmpty
      if folds && breaks == 1 {
        text.append(0x20)
      } else {
        text.append(contentsOf: repeatElement(0x0A, count: folds ? breaks - 1 : breaks))
      }
      wasIndentedMore = isIndentedMore
      let start = at
      skipToLineEnd()
      text += bytes(from: start, to: at)
      breaks = isAtEnd ? 0 : 1
    }
    switch chomping {
    case .strip: break
    case .clip: if !text.isEmpty, breaks > 0 { text.append(0x0A) }
    case .keep: text.append(contentsOf: repeatElement(0x0A, count: breaks))
    }
    return Node(text: String(decoding: text, as: UTF8.self))
  }

  /// A tab where only spaces can stand: nothing but it is on the line before text.
  private var isTabInIndent: Bool {
    var offset = 0
    while peek(offset) == 0x20 || peek(offset) == 0x09 { offset += 1 }
    return peek(offset) != 0x0A && peek(offset) != 0 && peek(offset) != UInt8(ascii: "#")
  }

  /// `|2-`, `>+`: how trailing breaks are kept and the indentation when it is given. Ends at the line's end.
  private mutating func blockScalarHeader() throws(SyntaxProblem) -> (Chomping, indentation: Int?) {
    var chomping: Chomping?
    var indentation: Int?
    while true {
      switch peek() {
      case UInt8(ascii: "-") where chomping == nil: chomping = .strip
      case UInt8(ascii: "+") where chomping == nil: chomping = .keep
      case UInt8(ascii: "1")...UInt8(ascii: "9") where indentation == nil: indentation = Int(peek() - 48)
      default:
        skipBlanks()
        skipComment()
        guard isAtLineEnd else { throw expected("the end of the line after '|' or '>'") }
        return (chomping ?? .clip, indentation)
      }
      at += 1
    }
  }

  /// The indentation of the first line with text, nil when no line right of `indent` has any, and the empty
  /// lines before it. The cursor is left at the start of that line, or of the last empty one.
  private mutating func detectIndentation(right indent: Int) throws(SyntaxProblem) -> (Int?, emptyLines: Int)
  {
    var emptyLines = 0
    var widest = 0
    while true {
      let lineBegin = at
      while peek() == 0x20 { at += 1 }
      if peek() == 0x0A {
        widest = max(widest, column)
        emptyLines += 1
        takeLineBreak()
        continue
      }
      let found = column
      if isAtEnd || found <= indent || isAtDocumentMarker {
        if peek() == 0x09, found <= indent, isTabInIndent {
          throw problem("a tab may not indent; use spaces")
        }
        at = lineBegin
        return (nil, emptyLines)
      }
      if widest > found { throw problem("an empty line above is indented deeper than the text") }
      at = lineBegin
      return (found, emptyLines)
    }
  }
}
