/// One condition on a label of a series, as in `{job="node", mode!~"idle|iowait"}`. A label that is not there counts as "".
package struct Matcher: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case equal = "="
    case notEqual = "!="
    case matches = "=~"
    case matchesNot = "!~"
  }

  package let name: String
  package let kind: Kind
  package let value: String
  private let pattern: LabelPattern?

  /// Throws `LabelPattern.Problem` where the value is a regular expression that can't be read.
  package init(_ name: String, _ kind: Kind, _ value: String) throws(LabelPattern.Problem) {
    self.name = name
    self.kind = kind
    self.value = value
    pattern = kind == .matches || kind == .matchesNot ? try LabelPattern(value) : nil
  }

  package static func equal(_ name: String, _ value: String) -> Matcher { Matcher(equal: name, value) }

  private init(equal name: String, _ value: String) {
    self.name = name
    self.value = value
    kind = .equal
    pattern = nil
  }

  package func accepts(_ text: String) -> Bool {
    switch kind {
    case .equal: text == value
    case .notEqual: text != value
    case .matches: pattern?.matches(text) ?? false
    case .matchesNot: !(pattern?.matches(text) ?? false)
    }
  }

  package static func == (a: Matcher, b: Matcher) -> Bool {
    a.name == b.name && a.kind == b.kind && a.value == b.value
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(kind)
    hasher.combine(value)
  }
}
