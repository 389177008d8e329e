/// Numbers spelled as Go spells them, which is how kubectl prints them.
enum GoNumber {
  /// A JSON number in YAML: integers of 64 bits as they are, others as the shortest spelling of their double
  /// (1e+20, 0.5, 1e-08).
  static func yaml(_ number: String) -> String {
    if Int64(number) != nil || UInt64(number) != nil { return number }
    guard let value = Double(number), value.isFinite else { return number }
    if let whole = Int64(exactly: value) { return String(whole) }
    if let whole = UInt64(exactly: value) { return String(whole) }
    return shortest(value)
  }

  /// Go's format 'g' with the fewest digits that read back: it takes an exponent below 1e-4 and from 1e+06 on.
  private static func shortest(_ value: Double) -> String {
    let (digits, pointPlace) = decimalDigits(value.magnitude)
    let sign = value.sign == .minus ? "-" : ""
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

  /// The fewest significant digits of a positive number, and how many of them stand before the point.
  private static func decimalDigits(_ value: Double) -> (digits: String, pointPlace: Int) {
    let parts = value.description.split(separator: "e")
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
