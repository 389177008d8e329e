/// Reads the text of a `JSONQuery`; what is wrong with it is told with its place.
struct JSONQueryReader {
  private typealias Step = JSONQuery.Step

  private let characters: [Character]
  private var at = 0
  private(set) var problem: String?

  init(_ text: String) {
    var text = Substring(text).drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    if text.first == "{", text.last == "}" { text = text.dropFirst().dropLast() }
    characters = Array(text)
  }

  private var next: Character? { at < characters.count ? characters[at] : nil }

  private mutating func fail(_ what: String) {
    if problem == nil { problem = "\(what) at character \(at + 1)" }
    at = characters.count
  }

  private mutating func skipBlanks() { while next == " " { at += 1 } }

  private mutating func take(_ character: Character) -> Bool {
    guard next == character else { return false }
    at += 1
    return true
  }

  /// Up to the end, or to a character that no step begins with.
  mutating func steps(until isEnd: ((Character) -> Bool)?) -> [JSONQuery.Step] {
    var steps: [Step] = []
    if next == "$" || next == "@" { at += 1 }
    while let character = next {
      if isEnd?(character) == true { break }
      switch character {
      case ".":
        at += 1
        if take(".") {
          steps.append(.anywhere(name()))
        } else if next == "*" {
          at += 1
          steps.append(.all)
        } else if next != "[", next != nil {
          steps.append(.key(name()))
        } else if next == nil, steps.isEmpty {
          return steps
        }
      case "[": steps.append(bracket())
      default:
        guard steps.isEmpty else {
          fail("expected '.' or '[' and not '\(character)'")
          return steps
        }
        steps.append(.key(name()))
      }
    }
    return steps
  }

  private mutating func name() -> String {
    var name = ""
    while let character = next, !".[=!<>) ".contains(character) {
      at += 1
      if character == "\\", let escaped = next {
        name.append(escaped)
        at += 1
      } else {
        name.append(character)
      }
    }
    if name.isEmpty { fail("expected a name") }
    return name
  }

  private mutating func bracket() -> JSONQuery.Step {
    at += 1
    skipBlanks()
    if take("?") { return filter() }
    var steps: [Step] = []
    repeat {
      skipBlanks()
      steps.append(inBracket())
      skipBlanks()
    } while take(",")
    if !take("]") { fail("expected ']'") }
    return steps.count == 1 ? steps[0] : .some(steps)
  }

  private mutating func inBracket() -> JSONQuery.Step {
    if take("*") { return .all }
    if next == "'" || next == "\"" { return .key(quoted()) }
    var word = ""
    while let character = next, character != "]", character != ",", character != " " {
      word.append(character)
      at += 1
    }
    if word.isEmpty { fail("expected a number, a name in quotes or '*'") }
    return Int(word).map { .index($0) } ?? .key(word)
  }

  private mutating func quoted() -> String {
    guard let quote = next else { return "" }
    at += 1
    var text = ""
    while let character = next, character != quote {
      at += 1
      if character == "\\", let escaped = next {
        text.append(escaped)
        at += 1
      } else {
        text.append(character)
      }
    }
    if !take(quote) { fail("expected \(quote)") }
    return text
  }

  /// `(@.type=="Ready")]`
  private mutating func filter() -> JSONQuery.Step {
    guard take("(") else {
      fail("expected '('")
      return .all
    }
    skipBlanks()
    let path = steps { "=!<>) ".contains($0) }
    skipBlanks()
    var sign = ""
    while let character = next, "=!<>".contains(character) {
      sign.append(character)
      at += 1
    }
    guard let comparison = JSONQuery.Condition.Comparison(rawValue: sign == "=" ? "==" : sign) else {
      fail("'\(sign)' compares nothing")
      return .all
    }
    skipBlanks()
    var wanted = ""
    if comparison != .exists {
      if next == "'" || next == "\"" {
        wanted = quoted()
      } else {
        while let character = next, character != ")", character != " " {
          wanted.append(character)
          at += 1
        }
      }
    }
    skipBlanks()
    if !take(")") { fail("expected ')'") }
    skipBlanks()
    if !take("]") { fail("expected ']'") }
    return .filter(JSONQuery.Condition(path: path, comparison: comparison, wanted: wanted))
  }
}
