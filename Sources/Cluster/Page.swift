/// A readable document: lines of marked-up text with a fold depth. Describe, YAML and help are pages.
package struct Page: Sendable, Hashable {
  package var title: String
  package var lines: [PageLine]
  package init(title: String, lines: [PageLine] = []) {
    self.title = title
    self.lines = lines
  }

  /// As plain text, one line each, as `kubectl describe` would print it.
  package var text: String { lines.map(\.text).joined(separator: "\n") }
}

/// One line. Lines of a greater depth below it fold away with it.
package struct PageLine: Sendable, Hashable {
  package var depth: Int
  package var spans: [Span]
  /// Where it stands in the document that the page shows: "spec.containers[0].image"; empty where it is of none.
  package var path: String
  package init(depth: Int = 0, _ spans: [Span], path: String = "") {
    self.depth = depth
    self.spans = spans
    self.path = path
  }

  package var text: String { spans.map(\.text).joined() }
}

/// A piece of text and what it means; the screen decides how that looks.
package struct Span: Sendable, Hashable {
  package enum Meaning: Sendable {
    case plain, heading, key, string, number, literal, dim, good, warning, bad, link
  }

  package var text: String
  package var meaning: Meaning
  /// What enter on it opens.
  package var reference: ObjectRef?
  package init(_ text: String, _ meaning: Meaning = .plain, reference: ObjectRef? = nil) {
    self.text = text
    self.meaning = meaning
    self.reference = reference
  }
}
