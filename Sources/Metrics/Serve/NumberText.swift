/// Numbers as expositions write them: Go's `strconv.FormatFloat(value, 'g', -1, 64)`, the fewest digits that read back,
/// with an exponent below 1e-04 and from 1e+06 on.
package enum NumberText {
  /// Appends "1", "0.25", "1.6e+09", "NaN", "+Inf".
  package static func append(_ value: Double, to bytes: inout [UInt8]) {
    if value >= 0, value < 1_000_000, let whole = Int(exactly: value) {
      // A negative zero is not less than zero.
      if whole == 0, value.sign == .minus { bytes.append(UInt8(ascii: "-")) }
      append(decimal: whole, to: &bytes)
    } else if value.isNaN {
      bytes += "NaN".utf8
    } else if value.isInfinite {
      bytes += (value < 0 ? "-Inf" : "+Inf").utf8
    } else {
      if value < 0 { bytes.append(UInt8(ascii: "-")) }
      append(digitsOf: value.magnitude, to: &bytes)
    }
  }

  package static func text(_ value: Double) -> String {
    var bytes: [UInt8] = []
    append(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func append(decimal number: Int, to bytes: inout [UInt8]) {
    if number < 10 {
      bytes.append(48 + UInt8(number))
    } else {
      append(decimal: number / 10, to: &bytes)
      bytes.append(48 + UInt8(number % 10))
    }
  }

  /// Swift describes a double by the fewest digits too, and differs only in where it puts the point.
  private static func append(digitsOf value: Double, to bytes: inout [UInt8]) {
    let (digits, point) = decimal(value)
    let exponent = point - 1
    if exponent < -4 || exponent >= 6 {
      bytes.append(digits[0])
      if digits.count > 1 {
        bytes.append(UInt8(ascii: "."))
        bytes += digits.dropFirst()
      }
      bytes += (exponent < 0 ? "e-" : "e+").utf8
      if abs(exponent) < 10 { bytes.append(48) }
      append(decimal: abs(exponent), to: &bytes)
    } else if point <= 0 {
      bytes += "0.".utf8
      bytes += repeatElement(48, count: -point)
      bytes += digits
    } else if point >= digits.count {
      bytes += digits
      bytes += repeatElement(48, count: point - digits.count)
    } else {
      bytes += digits.prefix(point)
      bytes.append(UInt8(ascii: "."))
      bytes += digits.dropFirst(point)
    }
  }

  /// The significant digits of a positive number and how many of them stand before the point.
  private static func decimal(_ value: Double) -> (digits: [UInt8], point: Int) {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    var text = value.description
    text.withUTF8 { utf8 in
      for (index, byte) in utf8.enumerated() {
        if byte == UInt8(ascii: ".") {
          point = digits.count
        } else if byte == UInt8(ascii: "e") {
          exponent = Int(String(decoding: utf8[(index + 1)...], as: UTF8.self)) ?? 0
          break
        } else {
          digits.append(byte)
        }
      }
    }
    let whole = point ?? digits.count
    let leading = digits.prefix { $0 == 48 }.count
    digits.removeFirst(leading)
    while digits.count > 1, digits.last == 48 { digits.removeLast() }
    return (digits.isEmpty ? [48] : digits, whole - leading + exponent)
  }
}
