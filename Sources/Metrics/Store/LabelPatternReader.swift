/// Reads a regular expression and makes the program that `LabelPattern` runs.
struct LabelPatternReader {
  typealias Problem = LabelPattern.Problem
  typealias Ranges = LabelPattern.Ranges

  private indirect enum Node {
    case empty
    case one(Ranges)
    case assertion(LabelPattern.Step)
    case sequence([Node])
    case either([Node])
    case repeated(Node, Int, Int?)
  }

  struct Flags {
    var ignoresCase = false
    var dotTakesNewline = false
    var lines = false
  }

  static let word = Ranges(list: [48...57, 65...90, 95...95, 97...122])
  static let digit = Ranges(list: [48...57])
  static let space = Ranges(list: [9...10, 12...13, 32...32])
  private static let maxSteps = 20_000
  private static let maxDepth = 100

  let text: [Unicode.Scalar]
  var at = 0
  private var depth = 0
  var flags = Flags()
  private var steps: [LabelPattern.Step] = []
  private var emitted = 0

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  mutating func program() throws(Problem) -> [LabelPattern.Step] {
    let node = try alternatives()
    if at < text.count { throw problem("unexpected ')'") }
    try emit(node)
    steps.append(.match)
    return steps
  }

  func problem(_ what: String) -> Problem { Problem(text: what, offset: at) }
  var next: Unicode.Scalar? { at < text.count ? text[at] : nil }

  mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    at += 1
    return true
  }

  private mutating func alternatives() throws(Problem) -> Node {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maxDepth { throw problem("groups nested deeper than \(Self.maxDepth)") }
    let outer = flags
    defer { flags = outer }
    var all = [try sequence()]
    while skip("|") { all.append(try sequence()) }
    return all.count == 1 ? all[0] : .either(all)
  }

  private mutating func sequence() throws(Problem) -> Node {
    var all: [Node] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      guard let atom = try atom() else { continue }
      all.append(try repetition(of: atom))
    }
    return all.count == 1 ? all[0] : .sequence(all)
  }

  private mutating func repetition(of atom: Node) throws(Problem) -> Node {
    guard let (least, most) = try count() else { return atom }
    _ = skip("?")
    let place = at
    if try count() != nil {
      at = place
      throw problem("a repetition of a repetition")
    }
    return .repeated(atom, least, most)
  }

  /// `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`; a brace that is none of these is a character.
  private mutating func count() throws(Problem) -> (Int, Int?)? {
    switch next {
    case "*":
      at += 1
      return (0, nil)
    case "+":
      at += 1
      return (1, nil)
    case "?":
      at += 1
      return (0, 1)
    case "{":
      let start = at
      at += 1
      if let range = try braces() { return range }
      at = start
      return nil
    default: return nil
    }
  }

  private mutating func braces() throws(Problem) -> (Int, Int?)? {
    guard let least = number() else { return nil }
    var most: Int? = least
    if skip(",") {
      most = number()
      if most == nil, next != "}" { return nil }
    }
    guard skip("}") else { return nil }
    if least > 1000 || most ?? 0 > 1000 || most ?? least < least {
      throw problem("a repetition must be {least,most} with both up to 1000")
    }
    return (least, most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = next, ("0"..."9").contains(scalar) {
      value = min(100_000, (value ?? 0) * 10 + Int(scalar.value) - 48)
      at += 1
    }
    return value
  }

  /// nil for a group that only sets flags.
  private mutating func atom() throws(Problem) -> Node? {
    guard let scalar = next else { return .empty }
    at += 1
    switch scalar {
    case ".":
      return .one(
        flags.dotTakesNewline ? Ranges(list: [], isNegated: true) : Ranges(list: [10...10], isNegated: true))
    case "^": return .assertion(try anchor(.start))
    case "$": return .assertion(try anchor(.end))
    case "(": return try group()
    case "[": return .one(try set())
    case "\\": return try escape()
    case "*", "+", "?":
      at -= 1
      throw problem("nothing to repeat before '\(scalar)'")
    default: return .one(folded(Ranges(list: [scalar.value...scalar.value])))
    }
  }

  private func anchor(_ step: LabelPattern.Step) throws(Problem) -> LabelPattern.Step {
    if flags.lines { throw problem("(?m) with ^ or $ is not supported") }
    return step
  }

  private mutating func group() throws(Problem) -> Node? {
    if skip("?") {
      if skip("P") || next == "<" {
        guard skip("<") else { throw problem("expected '<' and a group's name") }
        while let scalar = next, scalar != ">" {
          guard Self.word.contains(scalar.value) else {
            throw problem("a group's name is letters, digits and _")
          }
          at += 1
        }
        guard skip(">") else { throw problem("expected '>' after the group's name") }
      } else {
        let outer = flags
        let closed = try readFlags()
        if closed { return nil }
        let node = try alternatives()
        flags = outer
        guard skip(")") else { throw problem("expected ')' at the group's end") }
        return node
      }
    }
    let node = try alternatives()
    guard skip(")") else { throw problem("expected ')' at the group's end") }
    return node
  }

  /// Behind `(?`: `i`, `s`, `m`, `U` with `-` for off, up to `:` or `)`; true for the latter.
  private mutating func readFlags() throws(Problem) -> Bool {
    var on = true
    while let scalar = next {
      at += 1
      switch scalar {
      case "i": flags.ignoresCase = on
      case "s": flags.dotTakesNewline = on
      case "m": flags.lines = on
      case "U": break
      case "-": on = false
      case ":": return false
      case ")": return true
      default:
        at -= 1
        throw problem("unknown group '(?\(scalar)'")
      }
    }
    throw problem("expected ':' or ')' after the flags")
  }

  private mutating func escape() throws(Problem) -> Node {
    switch next {
    case "A":
      at += 1
      return .assertion(.start)
    case "z":
      at += 1
      return .assertion(.end)
    case "b":
      at += 1
      return .assertion(.boundary)
    case "B":
      at += 1
      return .assertion(.noBoundary)
    default: return .one(try escapedSet())
    }
  }

  private mutating func emit(_ node: Node) throws(Problem) {
    emitted += 1
    if emitted > Self.maxSteps { throw problem("a pattern of more than \(Self.maxSteps) steps") }
    switch node {
    case .empty: break
    case .one(let ranges): steps.append(.one(ranges))
    case .assertion(let step): steps.append(step)
    case .sequence(let all): for node in all { try emit(node) }
    case .either(let all):
      var ends: [Int] = []
      for (i, node) in all.enumerated() where i < all.count - 1 {
        let split = steps.count
        steps.append(.jump(0))
        try emit(node)
        ends.append(steps.count)
        steps.append(.jump(0))
        steps[split] = .split(split + 1, steps.count)
      }
      if let last = all.last { try emit(last) }
      for end in ends { steps[end] = .jump(steps.count) }
    case .repeated(let node, let least, let most):
      for _ in 0..<least { try emit(node) }
      if let most {
        for _ in 0..<max(0, most - least) {
          let split = steps.count
          steps.append(.jump(0))
          try emit(node)
          steps[split] = .split(split + 1, steps.count)
        }
      } else {
        let split = steps.count
        steps.append(.jump(0))
        try emit(node)
        steps.append(.jump(split))
        steps[split] = .split(split + 1, steps.count)
      }
    }
  }
}
