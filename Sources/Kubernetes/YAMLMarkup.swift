import Cluster
import Document

/// Marks up the lines that `JSON.yaml` writes: what is a key, a text, a number, and what folds with what. It
/// knows only what that writer produces, which is a small part of YAML.
struct YAMLMarkup {
  /// Scalars and not characters: a combining mark behind a quote does not make it another sign.
  typealias Scalars = Substring.UnicodeScalarView

  private(set) var lines: [PageLine] = []

  /// The lines above that the next one may belong to: where they begin, and whether with a dash.
  private var parents: [(column: Int, step: Step)] = []

  private enum Step {
    case key(String)
    case index(Int)

    var isItem: Bool { if case .index = self { true } else { false } }
  }
  /// What the lines below belong to as long as they are indented deeper than this column: a block or a folded
  /// text.
  private var text: (column: Int, ends: Ending)?

  private enum Ending {
    /// A block or a plain text ends where indentation does.
    case atColumn
    case atQuote(Unicode.Scalar)
  }

  private static let hiddenPrefix = "<hidden managedFields "
  /// Stands for so many managedFields in the document, and becomes a comment.
  static func hidden(_ count: Int) -> String { "\(hiddenPrefix)\(count)>" }

  mutating func append(_ line: Scalars) {
    let content = line.drop { $0 == " " }
    let column = line.count - content.count
    if continueText(line, content, column) { return }
    var marked = Marked(String(repeating: " ", count: column))
    var rest = content
    var at = column
    var depth: Int?
    while rest.first == "-", rest.count == 1 || rest.dropFirst().first == " " {
      let place = enter(at, key: nil)
      depth = depth ?? place
      let dash = rest.prefix(2)
      marked.append(Marked(String(dash)))
      rest = rest.dropFirst(dash.count)
      at += 2
    }
    if let key = key(of: rest) {
      let place = enter(at, key: String(key.dropLast()))
      marked.append(member(key, rest.dropFirst(key.count), column: at))
      lines.append(PageLine(depth: depth ?? place, marked.spans, path: path))
    } else {
      marked.append(value(rest, column: at - 2))
      lines.append(PageLine(depth: depth ?? parents.count, marked.spans, path: path))
    }
  }

  /// Notes a key or a dash at a column and says how deep it lies. Items of a list stand at the column of its
  /// key.
  ///
  /// - Parameter key: nil for a dash.
  private mutating func enter(_ column: Int, key: String?) -> Int {
    var index = 0
    while let last = parents.last,
      last.column > column || last.column == column && (last.step.isItem || key != nil)
    {
      if last.column == column, case .index(let before) = last.step { index = before + 1 }
      parents.removeLast()
    }
    parents.append((column, key.map { .key(Self.unquoted($0)) } ?? .index(index)))
    return parents.count - 1
  }

  private static func unquoted(_ key: String) -> String {
    guard key.utf8.count >= 2, let quote = key.first, quote == "\"" || quote == "'", key.last == quote else {
      return key
    }
    return String(key.dropFirst().dropLast())
  }

  /// Of the line that was entered last, as `JSON.at` takes it.
  private var path: String {
    var text = ""
    for parent in parents {
      switch parent.step {
      case .index(let index): text += "[\(index)]"
      case .key(let key):
        let isPlain = !key.contains { ".[]'\"/".contains($0) }
        text += isPlain ? (text.isEmpty ? key : ".\(key)") : "['\(key)']"
      }
    }
    return text
  }

  /// The key with its colon, where the line begins with one.
  private func key(of text: Scalars) -> Scalars? {
    if let quote = text.first, quote == "\"" || quote == "'" {
      guard let end = closing(quote, in: text.dropFirst()) else { return nil }
      return text[end...].dropFirst().first == ":" ? text[...text.index(after: end)] : nil
    }
    var previous: Scalars.Index?
    for index in text.indices {
      if let previous, text[previous] == ":", text[index] == " " { return text[...previous] }
      previous = index
    }
    return text.last == ":" ? text : nil
  }

  private mutating func member(_ key: Scalars, _ rest: Scalars, column: Int) -> Marked {
    let value = rest.drop { $0 == " " }
    if value.starts(with: Self.hiddenPrefix.unicodeScalars) {
      let count = value.dropFirst(Self.hiddenPrefix.unicodeScalars.count).dropLast()
      return Marked("# \(String(key)) \(String(count)) hidden", .dim)
    }
    let gap = String(rest.prefix(rest.count - value.count))
    return Marked(String(key), .key) + Marked(gap) + self.value(value, column: column)
  }

  /// A value behind a key or dash at `column`; it may go on below.
  private mutating func value(_ value: Scalars, column: Int) -> Marked {
    guard let first = value.first else { return "" }
    switch first {
    case "|", ">":
      text = (column, .atColumn)
      return Marked(String(value), .dim)
    case "\"", "'":
      if closing(first, in: value.dropFirst()) == nil { text = (column, .atQuote(first)) }
      return Marked(String(value), SecretMask.isMask(Substring(value.dropFirst())) ? .dim : .string)
    default:
      let meaning = Self.meaning(Substring(value))
      if meaning == .string { text = (column, .atColumn) }
      return Marked(String(value), meaning)
    }
  }

  private static func meaning(_ plain: Substring) -> Span.Meaning {
    if ["true", "false", "null"].contains(plain) { return .literal }
    if ["{}", "[]"].contains(plain) || SecretMask.isMask(plain) { return .dim }
    return Double(plain) != nil && plain.first.map { $0.isNumber || "+-.".contains($0) } == true
      ? .number : .string
  }

  /// Takes a line that belongs to the text above.
  private mutating func continueText(_ line: Scalars, _ content: Scalars, _ column: Int) -> Bool {
    guard let text else { return false }
    switch text.ends {
    case .atColumn:
      // Empty lines belong to a block; the writer makes no others.
      guard content.isEmpty || column > text.column else {
        self.text = nil
        return false
      }
    case .atQuote(let quote):
      if closing(quote, in: content) != nil { self.text = nil }
    }
    lines.append(PageLine(depth: parents.count, Marked(String(line), .string).spans, path: path))
    return true
  }

  /// Where a quoted text ends, behind its opening quote.
  private func closing(_ quote: Unicode.Scalar, in text: Scalars) -> Scalars.Index? {
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if quote == "\"", text[index] == "\\" {
        index = next < text.endIndex ? text.index(after: next) : next
        continue
      }
      if text[index] == quote {
        // A quote inside single quotes is doubled.
        guard quote == "'", next < text.endIndex, text[next] == "'" else { return index }
        index = text.index(after: next)
        continue
      }
      index = next
    }
    return nil
  }
}
