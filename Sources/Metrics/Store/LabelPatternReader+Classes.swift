extension LabelPatternReader {
  /// Behind a backslash, in a class or out of it.
  mutating func escapedSet() throws(Problem) -> Ranges {
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

  mutating func set() throws(Problem) -> Ranges {
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
  func folded(_ ranges: Ranges) -> Ranges {
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
}
