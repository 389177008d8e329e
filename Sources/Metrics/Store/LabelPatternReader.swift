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

  private struct Flags {
    var ignoresCase = false
    var dotTakesNewline = false
    var lines = false
  }

  static let word = Ranges(list: [48...57, 65...90, 95...95, 97...122])
  private static let digit = Ranges(list: [48...57])
  private static let space = Ranges(list: [9...10, 12...13, 32...32])
  private static let maxSteps = 20_000
  private static let maxDepth = 100

  private let text: [Unicode.Scalar]
  private var at = 0
  private var depth = 0
  private var flags = Flags()
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

  private func problem(_ what: String) -> Problem { Problem(text: what, offset: at) }
  private var next: Unicode.Scalar? { at < text.count ? text[at] : nil }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
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

  /// Behind a backslash, in a class or out of it.
  private mutating func escapedSet() throws(Problem) -> Ranges {
    guard let scalar = next else { throw problem("a backslash at the end") }
    at += 1
    switch scalar {
    case "d": return Self.digit
    case "w": return Self.word
    case "s": return Self.space
    case "D": return Ranges(list: Self.digit.list, isNegated: true)
    case "W": return Ranges(list: Self.word.list, isNegated: true)
    case "S": return Ranges(list: Self.space.list, isNegated: true)
    default:
      at -= 1
      let value = try escapedScalar()
      return folded(Ranges(list: [value...value]))
    }
  }

  private mutating func escapedScalar() throws(Problem) -> UInt32 {
    guard let scalar = next else { throw problem("a backslash at the end") }
    at += 1
    switch scalar {
    case "n": return 10
    case "t": return 9
    case "r": return 13
    case "f": return 12
    case "v": return 11
    case "a": return 7
    case "x": return try hexadecimal()
    default:
      if scalar.value < 128, !Self.word.contains(scalar.value) || scalar == "_" { return scalar.value }
      at -= 1
      throw problem("'\\\(scalar)' is not supported")
    }
  }

  private mutating func hexadecimal() throws(Problem) -> UInt32 {
    let braces = skip("{")
    var (value, digits): (UInt32, Int) = (0, 0)
    while let scalar = next, scalar.value < 128, let digit = Character(scalar).hexDigitValue,
      braces || digits < 2
    {
      value = min(0x11_0000, value * 16 + UInt32(digit))
      digits += 1
      at += 1
    }
    if digits == 0 || !braces && digits < 2 || braces && !skip("}") || value > 0x10_FFFF {
      throw problem("expected \\x and two hexadecimal digits, or \\x{...}")
    }
    return value
  }

  private static let named: [String: [ClosedRange<UInt32>]] = [
    "alnum": [48...57, 65...90, 97...122], "alpha": [65...90, 97...122], "ascii": [0...127],
    "blank": [9...9, 32...32], "cntrl": [0...31, 127...127], "digit": [48...57], "graph": [33...126],
    "lower": [97...122], "print": [32...126], "punct": [33...47, 58...64, 91...96, 123...126],
    "space": [9...13, 32...32], "upper": [65...90], "word": [48...57, 65...90, 95...95, 97...122],
    "xdigit": [48...57, 65...70, 97...102],
  ]

  private mutating func set() throws(Problem) -> Ranges {
    var all = Ranges(list: [])
    let isNegated = skip("^")
    var first = true
    while let scalar = next, first || scalar != "]" {
      first = false
      if scalar == "[", at + 1 < text.count, text[at + 1] == ":" {
        all.list += try namedSet()
        continue
      }
      if scalar == "\\", at + 1 < text.count, "dwsDWS".unicodeScalars.contains(text[at + 1]) {
        at += 1
        let ranges = try escapedSet()
        all.list += ranges.isNegated ? Self.complement(ranges.list) : ranges.list
        continue
      }
      let low = try setScalar()
      var high = low
      if next == "-", at + 1 < text.count, text[at + 1] != "]" {
        at += 1
        high = try setScalar()
      }
      if high < low { throw problem("a range of characters that ends before it begins") }
      all.list.append(low...high)
    }
    guard skip("]") else { throw problem("expected ']' at the end of the class") }
    all = folded(all)
    all.isNegated = isNegated
    return all
  }

  private mutating func setScalar() throws(Problem) -> UInt32 {
    guard let scalar = next else { throw problem("expected ']' at the end of the class") }
    at += 1
    return scalar == "\\" ? try escapedScalar() : scalar.value
  }

  private mutating func namedSet() throws(Problem) -> [ClosedRange<UInt32>] {
    let start = at
    at += 2
    let isNegated = skip("^")
    var name = ""
    while let scalar = next, scalar != ":" {
      name.unicodeScalars.append(scalar)
      at += 1
    }
    guard skip(":"), skip("]"), let list = Self.named[name] else {
      at = start
      throw problem("unknown class '[:\(name):]'")
    }
    return isNegated ? Self.complement(list) : list
  }

  private static func complement(_ list: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    var start: UInt32 = 0
    for range in list.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > start { result.append(start...range.lowerBound - 1) }
      start = range.upperBound + 1
    }
    result.append(start...0x10_FFFF)
    return result
  }

  /// With `(?i)` the letters' other case too.
  private func folded(_ ranges: Ranges) -> Ranges {
    if !flags.ignoresCase { return ranges }
    var all = ranges
    for range in ranges.list {
      if range.count == 1, range.lowerBound > 127, let scalar = Unicode.Scalar(range.lowerBound) {
        for text in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
          if let other = text.unicodeScalars.first, text.unicodeScalars.count == 1 {
            all.list.append(other.value...other.value)
          }
        }
        continue
      }
      for (letters, distance) in [(65...90 as ClosedRange<UInt32>, 32), (97...122, -32)]
      where range.overlaps(letters) {
        let shared = range.clamped(to: letters)
        all.list.append(
          UInt32(Int(shared.lowerBound) + distance)...UInt32(Int(shared.upperBound) + distance))
      }
    }
    return all
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
