import Document

/// A labelSelector: requirements that must all hold.
struct LabelSelector: Sendable, Hashable {
  enum Requirement: Sendable, Hashable {
    case exists(String)
    case absent(String)
    case isIn(String, [String])
    case notIn(String, [String])
    case above(String, Int)
    case below(String, Int)
  }

  private(set) var requirements: [Requirement] = []

  var isEmpty: Bool { requirements.isEmpty }

  /// Requirements that are known already, such as a workload's own `matchLabels`.
  init(matching pairs: [Pair]) { requirements = pairs.map { .isIn($0.key, [$0.value]) } }

  /// The selector of an object: `matchLabels` and `matchExpressions`.
  init(_ selector: JSON) {
    requirements = selector["matchLabels"].members.map { .isIn($0.key, [$0.value.string ?? ""]) }
    for expression in selector["matchExpressions"].array {
      let key = expression["key"].string ?? ""
      let values = expression["values"].array.compactMap(\.string)
      switch expression["operator"].string {
      case "In": requirements.append(.isIn(key, values))
      case "NotIn": requirements.append(.notIn(key, values))
      case "Exists": requirements.append(.exists(key))
      case "Gt": requirements.append(.above(key, Int(values.first ?? "") ?? Int.max))
      case "Lt": requirements.append(.below(key, Int(values.first ?? "") ?? Int.min))
      default: requirements.append(.absent(key))
      }
    }
  }

  init(_ text: String) throws(Failure) {
    var reader = Reader(text)
    while !reader.isAtEnd {
      requirements.append(try reader.requirement())
      if reader.isAtEnd { break }
      try reader.expectComma()
    }
  }

  func matches(_ labels: [Pair]) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .exists(let key): labels.contains { $0.key == key }
      case .absent(let key): !labels.contains { $0.key == key }
      case .isIn(let key, let values): labels.contains { $0.key == key && values.contains($0.value) }
      case .notIn(let key, let values): !labels.contains { $0.key == key && values.contains($0.value) }
      case .above(let key, let limit): labels.contains { $0.key == key && (Int($0.value) ?? Int.min) > limit }
      case .below(let key, let limit): labels.contains { $0.key == key && (Int($0.value) ?? Int.max) < limit }
      }
    }
  }

  /// Takes a selector apart: words, and the signs between them.
  private struct Reader {
    private var tokens: [String] = []
    private var at = 0

    init(_ text: String) {
      var word = ""
      var rest = Substring(text)
      func isSign(_ c: Character) -> Bool { "=!(),<>".contains(c) }
      while let next = rest.popFirst() {
        if next == " " || next == "\t" || isSign(next) {
          if !word.isEmpty { tokens.append(word) }
          word = ""
        }
        if next == "=" || next == "!", rest.first == "=" {
          rest.removeFirst()
          tokens.append("\(next)=")
        } else if isSign(next) {
          tokens.append(String(next))
        } else if next != " " && next != "\t" {
          word.append(next)
        }
      }
      if !word.isEmpty { tokens.append(word) }
    }

    var isAtEnd: Bool { at >= tokens.count }
    private var token: String { at < tokens.count ? tokens[at] : "" }

    mutating func expectComma() throws(Failure) {
      guard token == "," else { throw fail("',' or 'end of string'") }
      at += 1
      if isAtEnd { throw fail("identifier after ','") }
    }

    mutating func requirement() throws(Failure) -> Requirement {
      if token == "!" {
        at += 1
        return .absent(try word())
      }
      let key = try word()
      let sign = token
      at += 1
      switch sign {
      case "", ",":
        at -= 1
        return .exists(key)
      case "=", "==": return .isIn(key, [value()])
      case "!=": return .notIn(key, [value()])
      case "in": return .isIn(key, try values())
      case "notin": return .notIn(key, try values())
      case ">", "<":
        let text = value()
        guard let limit = Int(text) else {
          throw .badRequest(
            "unable to parse requirement: values[0][\(key)]: Invalid value: \"\(text)\": for 'Gt', 'Lt' operators, "
              + "the value must be an integer")
        }
        return sign == ">" ? .above(key, limit) : .below(key, limit)
      default:
        at -= 1
        throw fail("in, notin, =, ==, !=, gt, lt")
      }
    }

    private mutating func word() throws(Failure) -> String {
      let word = token
      guard let first = word.first, !"=!(),<>".contains(first) else {
        throw fail("!, identifier, or 'end of string'")
      }
      at += 1
      return word
    }

    /// A value may be empty: `tier=` asks for an empty label.
    private mutating func value() -> String {
      guard let first = token.first, !"=!(),<>".contains(first) else { return "" }
      at += 1
      return tokens[at - 1]
    }

    private mutating func values() throws(Failure) -> [String] {
      guard token == "(" else { throw fail("'('") }
      at += 1
      var values: [String] = []
      while true {
        values.append(value())
        if token == ")" { break }
        guard token == "," else { throw fail("',' or ')'") }
        at += 1
      }
      at += 1
      return values
    }

    private func fail(_ expected: String) -> Failure {
      .badRequest("found '\(token)', expected: \(expected)")
    }
  }
}
