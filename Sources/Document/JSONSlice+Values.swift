#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension JSONSlice {
  /// The bytes between the quotes, escapes untouched; nil when this is no string.
  package var rawString: UnsafeRawBufferPointer? {
    guard count >= 2, isString, start[count - 1] == UInt8(ascii: "\"") else { return nil }
    return UnsafeRawBufferPointer(start: start + 1, count: count - 2)
  }

  /// Whether `rawString` holds a backslash and so is not yet the text.
  package var hasEscapes: Bool {
    guard let raw = rawString, let base = raw.baseAddress else { return false }
    return memchr(base, CInt(UInt8(ascii: "\\")), raw.count) != nil
  }

  /// The text, unescaped; invalid UTF-8 and lone surrogates become U+FFFD. nil when this is no string.
  package var string: String? {
    guard let raw = rawString else { return nil }
    return hasEscapes ? JSONText.unescaped(raw) : String(decoding: raw, as: UTF8.self)
  }

  package var bool: Bool? {
    if isWord("true") { return true }
    return isWord("false") ? false : nil
  }

  /// A whole number; 1e3 and 2.0 are whole. nil when it is none or does not fit.
  package var int: Int? {
    guard count > 0 else { return nil }
    var magnitude: UInt = 0
    let isNegative = start.pointee == UInt8(ascii: "-")
    var at = isNegative ? 1 : 0
    guard at < count else { return nil }
    while at < count {
      let digit = UInt(start[at]) &- 48
      guard digit < 10 else { return double.flatMap { Int(exactly: $0) } }
      let (shifted, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.addingReportingOverflow(digit)
      if overflow || carry { return nil }
      magnitude = sum
      at += 1
    }
    if isNegative { return magnitude <= UInt(Int.max) + 1 ? Int(truncatingIfNeeded: 0 &- magnitude) : nil }
    return Int(exactly: magnitude)
  }

  /// nil when this is no number of JSON's grammar or too large for a double.
  package var double: Double? {
    guard let shape = numberShape() else { return nil }
    if let exact = shape.exact { return exact }
    guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
    return value
  }

  /// An RFC 3339 string as whole seconds since 1970 UTC; fractions are dropped. nil when it is none.
  package var epochSeconds: Int64? { rawString.flatMap { Timestamp($0)?.seconds } }

  /// An RFC 3339 string as nanoseconds since 1970 UTC. nil when it is none, or outside the years 1677 to
  /// 2262.
  package var epochNanoseconds: Int64? { rawString.flatMap { Timestamp($0)?.nanosecondsSinceEpoch } }
}

extension JSONSlice {
  /// A number taken apart.
  private struct NumberShape {
    var isNegative = false
    /// The digits without the point.
    var mantissa: UInt64 = 0
    var digits = 0
    /// The power of ten to multiply the mantissa with.
    var exponent = 0

    /// The value where both factors are exact doubles, so that one operation rounds right (Clinger): nearly
    /// always.
    var exact: Double? {
      guard digits <= 19, mantissa <= 1 << 53, abs(exponent) <= 22 else { return nil }
      let scale = NumberShape.powers[abs(exponent)]
      let value = exponent < 0 ? Double(mantissa) / scale : Double(mantissa) * scale
      return isNegative ? -value : value
    }

    private static let powers: [Double] = [
      1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
      1e19,
      1e20, 1e21, 1e22,
    ]
  }

  /// RFC 8259, section 6.
  private func numberShape() -> NumberShape? {
    var shape = NumberShape()
    var at = 0
    func digits(_ take: (UInt64) -> Void) -> Int {
      let begin = at
      while at < count, start[at] &- 48 < 10 {
        take(UInt64(start[at] &- 48))
        at += 1
      }
      return at - begin
    }
    func append(_ digit: UInt64) {
      shape.mantissa = shape.mantissa &* 10 &+ digit
      shape.digits += 1
    }
    if at < count, start[at] == UInt8(ascii: "-") {
      shape.isNegative = true
      at += 1
    }
    let isZero = at < count && start[at] == UInt8(ascii: "0")
    let whole = digits(append)
    guard whole == 1 || whole > 1 && !isZero else { return nil }
    if at < count, start[at] == UInt8(ascii: ".") {
      at += 1
      let fraction = digits(append)
      guard fraction > 0 else { return nil }
      shape.exponent = -fraction
    }
    if at < count, start[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      let isNegative = at < count && start[at] == UInt8(ascii: "-")
      if isNegative || at < count && start[at] == UInt8(ascii: "+") { at += 1 }
      var exponent = 0
      guard digits({ exponent = min(exponent * 10 + Int($0), 100_000) }) > 0 else { return nil }
      shape.exponent += isNegative ? -exponent : exponent
    }
    return at == count ? shape : nil
  }
}
