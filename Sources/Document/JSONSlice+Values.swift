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
    guard count > 0, count <= 40 else { return nil }
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

  package var double: Double? {
    guard count > 0, start.pointee == UInt8(ascii: "-") || start.pointee &- 48 < 10 else { return nil }
    return Double(String(decoding: bytes, as: UTF8.self))
  }

  /// An RFC 3339 string as whole seconds since 1970 UTC; fractions are dropped. nil when it is none.
  package var epochSeconds: Int64? { rawString.flatMap { Timestamp($0)?.seconds } }

  /// An RFC 3339 string as nanoseconds since 1970 UTC. nil when it is none, or outside the years 1677 to 2262.
  package var epochNanoseconds: Int64? { rawString.flatMap { Timestamp($0)?.nanosecondsSinceEpoch } }
}
