/// Numbers spelled as Go spells them, which is how kubectl prints them.
enum GoNumber {
  /// A JSON number in YAML: integers as they are written, others as the shortest spelling of their double
  /// (1e+20, 0.5, 1e-08). kubectl makes doubles of integers beyond 64 bits too, and loses digits.
  static func yaml(_ number: String) -> String {
    if number == "-0" { return "0" }
    if number.utf8.allSatisfy({ $0 &- 48 < 10 || $0 == UInt8(ascii: "-") }) { return number }
    guard let value = Double(number), value.isFinite else { return number }
    if let whole = Int64(exactly: value) { return String(whole) }
    return shortest(value.description)
  }

  /// A YAML number as the key of a mapping, which sigs.k8s.io/yaml spells with the precision of 32 bits.
  static func key(_ number: String) -> String {
    guard Int64(number) == nil, UInt64(number) == nil, let value = Float(number), value.isFinite else {
      return number
    }
    return shortest(value.description)
  }

  /// Go's format 'g' with the fewest digits that read back: it takes an exponent below 1e-4 and from 1e+06
  /// on.
  private static func shortest(_ description: String) -> String {
    let sign = description.hasPrefix("-") ? "-" : ""
    let (digits, pointPlace) = decimalDigits(description.dropFirst(sign.count))
    let exponent = pointPlace - 1
    if exponent < -4 || exponent >= 6 {
      let head = String(digits.prefix(1))
      let tail = digits.count > 1 ? "." + digits.dropFirst() : ""
      let width = abs(exponent) < 10 ? "0" : ""
      return "\(sign)\(head)\(tail)e\(exponent < 0 ? "-" : "+")\(width)\(abs(exponent))"
    }
    if pointPlace <= 0 { return sign + "0." + String(repeating: "0", count: -pointPlace) + digits }
    if pointPlace >= digits.count {
      return sign + digits + String(repeating: "0", count: pointPlace - digits.count)
    }
    return sign + digits.prefix(pointPlace) + "." + digits.dropFirst(pointPlace)
  }

  /// The significant digits of a positive number as Swift describes it ("1.5e-07"), which are the fewest that
  /// read back, and how many of them stand before the point.
  private static func decimalDigits(_ description: Substring) -> (digits: String, pointPlace: Int) {
    let parts = description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    let all = mantissa[0] + fraction
    let leadingZeros = all.prefix { $0 == "0" }.count
    var digits = String(all.dropFirst(leadingZeros))
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    return (digits.isEmpty ? "0" : digits, mantissa[0].count - leadingZeros + exponent)
  }
}
