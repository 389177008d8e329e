import CScan

extension LineCursor {
  /// How many bytes a number may take.
  static var maxNumberLength: Int { 512 }

  /// A value as Go's ParseFloat reads it without its hexadecimal forms and underscores, which Prometheus
  /// refuses: decimal with an exponent, `Inf`, `Infinity` with a sign or none, `NaN` without one, in any case.
  /// Exactly rounded. A finite text beyond the range is an error, one below it 0. Ends before a blank or the
  /// line's end.
  @inline(__always)
  mutating func number() -> Double? {
    let start = at
    let isNegative = byte == 0x2D
    if isNegative || byte == 0x2B { at += 1 }
    var mantissa: UInt64 = 0
    let digitsStart = at
    while byte &- 0x30 < 10 {
      mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
      at += 1
    }
    var digits = at - digitsStart
    var exponent = 0
    if byte == 0x2E {
      at += 1
      let fractionStart = at
      while byte &- 0x30 < 10 {
        mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
        at += 1
      }
      exponent = fractionStart - at
      digits -= exponent
    }
    guard digits > 0 else { return word(from: start) }
    if byte | 0x20 == 0x65 {
      guard let written = exponentDigits() else { return nil }
      exponent += written
    }
    guard isBlank(byte) else {
      _ = fail("a number")
      return nil
    }
    // Up to 19 digits fit into the mantissa; below 2^53 it is a Double, and so are powers of ten up to 22: one
    // operation on exact numbers rounds once (Clinger 1990).
    guard digits <= 19, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 else {
      return slowNumber(from: start)
    }
    let magnitude =
      exponent < 0
      ? Double(mantissa) / scan_power_of_ten(-exponent) : Double(mantissa) * scan_power_of_ten(exponent)
    return isNegative ? -magnitude : magnitude
  }

  @inline(__always)
  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 }

  private mutating func exponentDigits() -> Int? {
    at += 1
    let isNegative = byte == 0x2D
    if isNegative || byte == 0x2B { at += 1 }
    guard byte &- 0x30 < 10 else {
      _ = fail("a digit of the exponent")
      return nil
    }
    var written = 0
    while byte &- 0x30 < 10 {
      if written < 100_000 { written = written * 10 + Int(byte &- 0x30) }
      at += 1
    }
    return isNegative ? -written : written
  }

  @inline(never)
  private mutating func word(from start: UnsafePointer<UInt8>) -> Double? {
    at = start
    let isNegative = byte == 0x2D
    let isSigned = isNegative || byte == 0x2B
    if isSigned { at += 1 }
    let wordStart = at
    while byte | 0x20 &- 0x61 < 26 { at += 1 }
    let word = slice(from: wordStart)
    let isNaN = !isSigned && isEqual(word, caseless: "nan")
    if isBlank(byte), isNaN || isEqual(word, caseless: "inf") || isEqual(word, caseless: "infinity") {
      return isNaN ? .nan : isNegative ? -.infinity : .infinity
    }
    at = start
    _ = fail("a number")
    return nil
  }

  /// Text format's: whole milliseconds since 1970.
  @inline(__always)
  mutating func milliseconds() -> Int64? {
    let start = at
    let isNegative = take("-")
    let digitsStart = at
    var value: Int64 = 0
    while byte &- 0x30 < 10 {
      value = value &* 10 &+ Int64(byte &- 0x30)
      at += 1
    }
    guard at > digitsStart, at - digitsStart <= 18, isBlank(byte) else {
      at = start
      _ = fail("a timestamp in whole milliseconds")
      return nil
    }
    return isNegative ? -value : value
  }

  /// OpenMetrics': seconds since 1970, cut off to milliseconds. Read digit by digit where there is no exponent:
  /// a double of seconds times 1000 is often a little less than what is written.
  mutating func seconds() -> Int64? {
    let start = at
    guard let value = number() else { return nil }
    let behind = at
    at = start
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    var milliseconds: Int64 = 0
    let digitsStart = at
    while byte &- 0x30 < 10, at - digitsStart < 15 {
      milliseconds = milliseconds &* 10 &+ Int64(byte &- 0x30)
      at += 1
    }
    var places = 3
    if take(".") {
      while byte &- 0x30 < 10 {
        if places > 0 {
          milliseconds = milliseconds &* 10 &+ Int64(byte &- 0x30)
          places -= 1
        }
        at += 1
      }
    }
    // Else it has an exponent, or is beyond all dates.
    if at == behind {
      for _ in 0..<places { milliseconds &*= 10 }
      return isNegative ? -milliseconds : milliseconds
    }
    at = behind
    if let rounded = Int64(exactly: (value * 1000).rounded(.towardZero)) { return rounded }
    at = start
    _ = fail("a timestamp in seconds")
    return nil
  }

  private func isEqual(_ word: UnsafeRawBufferPointer, caseless expected: StaticString) -> Bool {
    word.count == expected.utf8CodeUnitCount
      && zip(word, UnsafeBufferPointer(start: expected.utf8Start, count: word.count))
        .allSatisfy { $0 | 0x20 == $1 }
  }

  /// The standard library's, which rounds exactly and knows no locale.
  @inline(never)
  private mutating func slowNumber(from start: UnsafePointer<UInt8>) -> Double? {
    guard at - start <= Self.maxNumberLength else {
      at = start
      _ = fail("a number of at most 512 bytes")
      return nil
    }
    let value = Double(String(decoding: slice(from: start), as: UTF8.self)) ?? .nan
    if value.isFinite { return value }
    at = start
    _ = fail("a number within the range of a double")
    return nil
  }
}
