/// The steps to a value inside a document, as people write them: `spec.containers[0].image`,
/// `metadata.annotations['a.b/c']`, `metadata.labels.app\.kubernetes\.io/name`. A leading dot is allowed.
package struct JSONPath {
  package enum Step: Hashable, Sendable {
    case key(String)
    case index(Int)
  }

  package var steps: [Step] = []

  /// Reads as far as the text makes sense: what a broken path means is that nothing is found.
  package init(_ text: String) {
    var rest = Substring(text)
    while let first = rest.first {
      switch first {
      case ".": rest.removeFirst()
      case "[":
        rest.removeFirst()
        steps.append(JSONPath.bracket(&rest))
      default: steps.append(.key(JSONPath.name(&rest)))
      }
    }
  }

  private static func name(_ rest: inout Substring) -> String {
    var name = ""
    while let next = rest.first, next != ".", next != "[" {
      rest.removeFirst()
      if next == "\\", let escaped = rest.popFirst() { name.append(escaped) } else { name.append(next) }
    }
    return name
  }

  private static func bracket(_ rest: inout Substring) -> Step {
    if let quote = rest.first, quote == "'" || quote == "\"" {
      rest.removeFirst()
      let key = rest.prefix { $0 != quote }
      rest = rest.dropFirst(key.count + 1)
      if rest.first == "]" { rest.removeFirst() }
      return .key(String(key))
    }
    let inside = rest.prefix { $0 != "]" }
    rest = rest.dropFirst(inside.count + 1)
    return Int(inside).map { .index($0) } ?? .key(String(inside))
  }
}

extension JSON {
  /// The value at a path such as `spec.containers[0].image` or `metadata.annotations['a.b/c']`; null when
  /// absent.
  package func at(_ path: String) -> JSON {
    var value = self
    for step in JSONPath(path).steps {
      switch step {
      case .key(let key): value = value[key]
      case .index(let index): value = value[index]
      }
    }
    return value
  }
}
