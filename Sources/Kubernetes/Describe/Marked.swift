import Cluster
import Document

/// A text of which each piece says what it means: what describers put together before it becomes a line.
struct Marked: Sendable, Hashable, ExpressibleByStringInterpolation {
  private(set) var spans: [Span] = []

  init(_ text: String, _ meaning: Span.Meaning = .plain, reference: ObjectRef? = nil) {
    if !text.isEmpty { spans = [Span(text, meaning, reference: reference)] }
  }

  init(stringLiteral value: String) { self.init(value) }
  init(stringInterpolation: Interpolation) { spans = stringInterpolation.marked.spans }

  static let none = Marked("<none>", .dim)
  static let unset = Marked("<unset>", .dim)
  static let unknown = Marked("<unknown>", .warning)
  static func number(_ value: Int) -> Marked { Marked(String(value), .number) }
  static func literal(_ value: Bool) -> Marked { Marked(value ? "true" : "false", .literal) }

  var text: String { spans.map(\.text).joined() }
  var isEmpty: Bool { spans.isEmpty }
  func or(_ other: Marked) -> Marked { isEmpty ? other : self }

  mutating func append(_ other: Marked) {
    for span in other.spans {
      if let last = spans.last, last.meaning == span.meaning, last.reference == span.reference {
        spans[spans.count - 1].text += span.text
      } else {
        spans.append(span)
      }
    }
  }

  static func + (left: Marked, right: Marked) -> Marked {
    var sum = left
    sum.append(right)
    return sum
  }

  /// The same text with plain pieces given a meaning.
  func marking(_ meaning: Span.Meaning) -> Marked {
    var copy = self
    for index in copy.spans.indices where copy.spans[index].meaning == .plain {
      copy.spans[index].meaning = meaning
    }
    return copy
  }

  struct Interpolation: StringInterpolationProtocol {
    fileprivate var marked = Marked("")
    init(literalCapacity: Int, interpolationCount: Int) {}
    mutating func appendLiteral(_ literal: String) { marked.append(Marked(literal)) }
    mutating func appendInterpolation(_ value: Marked) { marked.append(value) }
    mutating func appendInterpolation(_ value: String) { marked.append(Marked(value)) }
    mutating func appendInterpolation(_ value: Int) { marked.append(.number(value)) }
    mutating func appendInterpolation(_ value: JSON) { marked.append(value.marked) }
  }
}

extension Sequence<Marked> {
  func joined(_ separator: String) -> Marked {
    var sum = Marked("")
    for (index, part) in enumerated() {
      if index > 0 { sum.append(Marked(separator)) }
      sum.append(part)
    }
    return sum
  }
}

extension JSON {
  /// The value as Go's %v prints it, which is how kubectl shows what it has no words of its own for.
  var marked: Marked {
    switch self {
    case .null: Marked("")
    case .bool(let flag): .literal(flag)
    case .number(let text): Marked(text, .number)
    case .string(let text): Marked(text)
    case .array, .object: Marked(words)
    }
  }

  /// As plain text: strings as they are, "" for nothing, lists as "[a b]" and maps as "map[k:v]".
  var words: String {
    switch self {
    case .null: ""
    case .bool(let flag): flag ? "true" : "false"
    case .number(let text): text
    case .string(let text): text
    case .array(let items): "[" + items.map(\.words).joined(separator: " ") + "]"
    case .object(let object):
      "map["
        + object.members.sorted { $0.key < $1.key }.map { $0.key + ":" + $0.value.words }
        .joined(separator: " ") + "]"
    }
  }

  /// What an integer field holds when the API server left it out because it is zero.
  var count: Int { int ?? 0 }
  var isTrue: Bool { bool ?? false }
  /// A list of strings; what is no string is left out.
  var strings: [String] { array.compactMap(\.string) }
  /// Null, "", [] and {} alike: the API server leaves such members out, or not.
  var isBlank: Bool {
    switch self {
    case .null: true
    case .string(let text): text.isEmpty
    case .array(let items): items.isEmpty
    case .object(let object): object.members.isEmpty
    case .bool, .number: false
    }
  }
}
