/// What a term compares with: a text in which `*` stands for anything, and what number or time it may be.
struct FilterValue {
  let text: String
  /// In lower case.
  private let bytes: [UInt8]
  private let pattern: Pattern?
  /// "500m" is 0.5, "1Gi" 1073741824, "80%" 80.
  let number: Double?
  /// "2h", "1d12h", "90" as seconds.
  let seconds: Int64?

  /// - Parameter pattern: the text as a regular expression, where it is compared as one.
  init(_ text: String, pattern: Pattern? = nil) {
    self.text = text
    self.pattern = pattern
    bytes = text.utf8.map(Letters.lower)
    number = Self.number(text)
    seconds = Self.seconds(text)
  }

  /// A number and perhaps a unit, all of it.
  private static func number(_ text: String) -> Double? {
    var text = text
    if text.hasSuffix("%") { text.removeLast() }
    let units = text.drop { $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" }
    guard units.count < text.count,
      ["", "m", "k", "ki", "mi", "gi", "ti", "g", "t", "mb", "gb", "kb"].contains(units.lowercased())
    else { return nil }
    var plain = text
    if plain.hasSuffix("b") || plain.hasSuffix("B") { plain.removeLast() }
    let value = plain.withUTF8 { CellNumber.value(of: UnsafeRawBufferPointer($0)) }
    return value.isFinite ? value : nil
  }

  /// "1d12h30m", "90s"; a number alone counts seconds.
  private static func seconds(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_536_000]
    var (total, digits): (Int64, String) = (0, "")
    for character in text.lowercased() {
      if character.isNumber {
        digits.append(character)
      } else {
        guard let unit = units[character], let count = Int64(digits), count < 1_000_000 else { return nil }
        total += count * unit
        digits = ""
      }
    }
    if digits.isEmpty { return text.isEmpty ? nil : total }
    guard total == 0, let count = Int64(digits) else { return nil }
    return count
  }

  // MARK: Comparing

  func compares(_ cell: UnsafeRawBufferPointer, _ comparison: FilterTerm.Comparison, isNumber: Bool) -> Bool {
    switch comparison {
    case .equal: return isEqual(cell, isNumber: isNumber)
    case .unequal: return !isEqual(cell, isNumber: isNumber)
    case .holds: return Self.contains(bytes, in: cell)
    case .matches: return pattern?.matches(cell) ?? false
    case .more, .less, .atLeast, .atMost:
      // "0", "17 (5m ago)", "1/2", "80%": the number it begins with.
      return Self.order(CellNumber.value(of: cell), comparison, number)
    }
  }

  func compares(age: Int64?, _ comparison: FilterTerm.Comparison) -> Bool {
    guard let age, let seconds else { return comparison == .unequal }
    switch comparison {
    case .holds, .matches, .equal: return Age.text(seconds: max(0, age)) == text || age == seconds
    case .unequal: return Age.text(seconds: max(0, age)) != text && age != seconds
    case .more, .less, .atLeast, .atMost: return Self.order(Double(age), comparison, Double(seconds))
    }
  }

  func compares(number value: Double?, _ comparison: FilterTerm.Comparison, of measure: Measure) -> Bool {
    guard let value, let number else { return comparison == .unequal }
    let wanted: Double
    switch measure {
    case .throttled, .cpuOfRequest, .cpuOfLimit, .memoryOfRequest, .memoryOfLimit: wanted = number / 100
    case .memory, .received, .sent:
      // Nobody means a thousandth of a byte.
      wanted = text.lowercased().hasSuffix("m") ? number * 1e9 : number
    default: wanted = number
    }
    switch comparison {
    case .equal, .holds, .matches: return abs(value - wanted) <= abs(wanted) * 0.005
    case .unequal: return abs(value - wanted) > abs(wanted) * 0.005
    case .more, .less, .atLeast, .atMost: return Self.order(value, comparison, wanted)
    }
  }

  private static func order(_ value: Double, _ comparison: FilterTerm.Comparison, _ wanted: Double?) -> Bool {
    guard let wanted, value.isFinite else { return false }
    switch comparison {
    case .more: return value > wanted
    case .less: return value < wanted
    case .atLeast: return value >= wanted
    default: return value <= wanted
    }
  }

  private func isEqual(_ cell: UnsafeRawBufferPointer, isNumber: Bool) -> Bool {
    if Self.matches(cell, bytes) { return true }
    guard isNumber, let number, !cell.contains(UInt8(ascii: "/")) else { return false }
    return CellNumber.value(of: cell) == number
  }

  /// Whether a text is what a pattern with `*` says, case aside: goes back to the last star where it fails.
  private static func matches(_ text: UnsafeRawBufferPointer, _ pattern: [UInt8]) -> Bool {
    var (at, place, star, resume) = (0, 0, -1, 0)
    while at < text.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        (star, resume) = (place, at)
        place += 1
      } else if place < pattern.count, pattern[place] == Letters.lower(text[at]) {
        at += 1
        place += 1
      } else if star >= 0 {
        resume += 1
        (at, place) = (resume, star + 1)
      } else {
        return false
      }
    }
    while place < pattern.count, pattern[place] == UInt8(ascii: "*") { place += 1 }
    return place == pattern.count
  }

  private static func contains(_ part: [UInt8], in text: UnsafeRawBufferPointer) -> Bool {
    if part.contains(UInt8(ascii: "*")) {
      return matches(text, [UInt8(ascii: "*")] + part + [UInt8(ascii: "*")])
    }
    guard !part.isEmpty else { return true }
    guard part.count <= text.count else { return false }
    for start in 0...(text.count - part.count) {
      var length = 0
      while length < part.count, Letters.lower(text[start + length]) == part[length] { length += 1 }
      if length == part.count { return true }
    }
    return false
  }
}
