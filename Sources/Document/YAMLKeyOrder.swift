/// The order Go yaml.v2 writes keys in: runs of digits compare as numbers, and other signs come before
/// letters.
enum YAMLKeyOrder {
  static func precedes(_ a: String, _ b: String) -> Bool {
    if let result = precedesByLetter(a, b) { return result }
    let left = Array(a.unicodeScalars)
    let right = Array(b.unicodeScalars)
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return precedes(left, right, at: index)
    }
    return left.count < right.count
  }

  /// The answer where the first bytes that differ are ASCII and one at least is a letter, as for nearly all
  /// keys.
  private static func precedesByLetter(_ a: String, _ b: String) -> Bool? {
    var right = b.utf8.makeIterator()
    for byte in a.utf8 {
      guard let other = right.next() else { return false }
      if byte == other { continue }
      let isLetter = byte | 0x20 &- 97 < 26
      let otherIsLetter = other | 0x20 &- 97 < 26
      guard isLetter || otherIsLetter, byte < 0x80, other < 0x80 else { return nil }
      return isLetter && otherIsLetter ? byte < other : otherIsLetter
    }
    return right.next() != nil
  }

  /// Decides by the first place where two keys differ.
  private static func precedes(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], at index: Int) -> Bool {
    let leftIsLetter = left[index].properties.isAlphabetic
    let rightIsLetter = right[index].properties.isAlphabetic
    if leftIsLetter && rightIsLetter { return left[index] < right[index] }
    if leftIsLetter || rightIsLetter { return rightIsLetter }
    // Inside a number that has begun, a zero is a digit like others: 100 comes behind 10.
    let isInNumber = (left[index] == "0" || right[index] == "0") && hasNonZeroDigit(left[..<index])
    let (leftNumber, leftEnd) = number(left, from: index, start: isInNumber ? 1 : 0)
    let (rightNumber, rightEnd) = number(right, from: index, start: isInNumber ? 1 : 0)
    if leftNumber != rightNumber { return leftNumber < rightNumber }
    if leftEnd != rightEnd { return leftEnd < rightEnd }
    return left[index] < right[index]
  }

  private static func hasNonZeroDigit(_ head: ArraySlice<Unicode.Scalar>) -> Bool {
    for scalar in head.reversed() {
      guard isDigit(scalar) else { return false }
      if scalar != "0" { return true }
    }
    return false
  }

  private static func number(_ text: [Unicode.Scalar], from index: Int, start: Int64) -> (Int64, end: Int) {
    var value = start
    var end = index
    while end < text.count, isDigit(text[end]) {
      value = value &* 10 &+ Int64(text[end].value) &- 48
      end += 1
    }
    return (value, end)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .decimalNumber
  }
}
