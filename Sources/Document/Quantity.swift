/// An amount of cpu, memory and the like as Kubernetes writes it: "250m", "1Gi", "1e3". Exact to a billionth, as
/// Kubernetes is (k8s.io/apimachinery resource.Quantity); what does not fit 64 bits becomes the largest that does.
package struct Quantity: Sendable, Hashable {
  /// Which suffixes an amount is written with.
  package enum Format: Sendable, Hashable {
    case decimal, binary, exponent
  }

  /// Whole units, rounded towards minus infinity.
  private var whole: Int64
  /// 0 ... 999,999,999 billionths above `whole`.
  private var nanos: Int64
  package private(set) var format: Format

  package static let zero = Quantity(whole: 0, nanos: 0, format: .decimal)

  private init(whole: Int64, nanos: Int64, format: Format) {
    self.whole = whole
    self.nanos = nanos
    self.format = format
  }

  /// nil for what is no quantity. Parts smaller than a billionth are rounded up.
  package init?(_ text: String) {
    var reader = QuantityReader(Array(text.utf8))
    guard let amount = reader.amount() else { return nil }
    self = amount
  }

  fileprivate init(magnitude: (whole: UInt64, nanos: UInt64), isNegative: Bool, format: Format) {
    let isTooLarge = magnitude.whole > UInt64(Int64.max - 1)
    let whole = isTooLarge ? Int64.max : Int64(magnitude.whole)
    let nanos = isTooLarge ? 0 : Int64(magnitude.nanos)
    if isNegative {
      self.init(
        whole: nanos > 0 ? -whole - 1 : -whole, nanos: nanos > 0 ? Self.billion - nanos : 0, format: format)
    } else {
      self.init(whole: whole, nanos: nanos, format: format)
    }
  }

  package var double: Double { Double(whole) + Double(nanos) / 1e9 }
  package var isZero: Bool { whole == 0 && nanos == 0 }

  /// In whole units, rounded up.
  package var value: Int64 { nanos > 0 ? whole + 1 : whole }

  /// In thousandths, rounded up.
  package var milliValue: Int64 {
    let (scaled, overflow) = whole.multipliedReportingOverflow(by: 1_000)
    if overflow { return whole < 0 ? .min : .max }
    return scaled.addingReportingOverflow((nanos + 999_999) / 1_000_000).partialValue
  }

  /// The sum is written as the first amount is, unless that is zero.
  package static func + (left: Quantity, right: Quantity) -> Quantity {
    let nanos = left.nanos + right.nanos
    let (sum, overflow) = left.whole.addingReportingOverflow(right.whole)
    let (whole, carryOverflow) = sum.addingReportingOverflow(nanos / billion)
    let format = left.isZero ? right.format : left.format
    if overflow || carryOverflow {
      return Quantity(whole: left.whole < 0 ? .min : .max, nanos: 0, format: format)
    }
    return Quantity(whole: whole, nanos: nanos % billion, format: format)
  }

  fileprivate static let billion: Int64 = 1_000_000_000
}

extension Quantity: Comparable {
  package static func < (left: Quantity, right: Quantity) -> Bool {
    (left.whole, left.nanos) < (right.whole, right.nanos)
  }

  /// Equal amounts are equal however they are written.
  package static func == (left: Quantity, right: Quantity) -> Bool {
    (left.whole, left.nanos) == (right.whole, right.nanos)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(whole)
    hasher.combine(nanos)
  }
}

extension Quantity {
  /// The canonical text: the largest suffix that needs no fraction. "1024Mi" is "1Gi", "0.5" is "500m".
  package var text: String {
    if isZero { return "0" }
    if format == .binary, nanos == 0, whole <= -1024 || whole >= 1024 { return binaryText }
    var mantissa = magnitude.whole
    var exponent = 0
    if magnitude.nanos == 0 {
      while exponent < 18, mantissa % 1_000 == 0 {
        mantissa /= 1_000
        exponent += 3
      }
    } else {
      var rest = magnitude.nanos
      exponent = -9
      while rest % 1_000 == 0 {
        rest /= 1_000
        exponent += 3
      }
      return sign + Self.joined(magnitude.whole, rest, digits: -exponent) + suffix(exponent)
    }
    return sign + String(mantissa) + suffix(exponent)
  }

  /// The same amount written as `other` is, in whole units unless both are of one format.
  package func text(inFormatOf other: Quantity) -> String {
    if format == other.format { return text }
    return Quantity(whole: value, nanos: 0, format: other.format).text
  }

  private var sign: String { whole < 0 ? "-" : "" }

  private var magnitude: (whole: UInt64, nanos: UInt64) {
    if whole >= 0 { return (UInt64(whole), UInt64(nanos)) }
    if nanos == 0 { return (whole.magnitude, 0) }
    return ((whole + 1).magnitude, UInt64(Self.billion - nanos))
  }

  private var binaryText: String {
    let suffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    var mantissa = whole.magnitude
    var power = 0
    while power < 6, mantissa % 1_024 == 0 {
      mantissa /= 1_024
      power += 1
    }
    return sign + String(mantissa) + suffixes[power]
  }

  private func suffix(_ exponent: Int) -> String {
    if exponent == 0 { return "" }
    if format == .exponent { return "e\(exponent)" }
    let suffixes = [
      -9: "n", -6: "u", -3: "m", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E",
    ]
    return suffixes[exponent] ?? ""
  }

  /// Digits of whole units followed by a fixed number of digits of a fraction.
  private static func joined(_ whole: UInt64, _ fraction: UInt64, digits: Int) -> String {
    let tail = String(fraction)
    if whole == 0 { return tail }
    return String(whole) + String(repeating: "0", count: digits - tail.count) + tail
  }
}

/// Reads sign, digits, fraction and suffix of an amount.
private struct QuantityReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func amount() -> Quantity? {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    let whole = digits()
    let fraction = take(".") ? digits() : []
    guard !whole.isEmpty || !fraction.isEmpty, let (format, power) = suffix() else { return nil }
    let magnitude =
      format == .binary
      ? Self.binary(whole, fraction, shift: power) : Self.decimal(whole, fraction, exponent: power)
    return Quantity(magnitude: magnitude, isNegative: isNegative, format: format)
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  private mutating func digits() -> [UInt8] {
    let start = at
    while at < bytes.count, bytes[at] &- 48 < 10 { at += 1 }
    return bytes[start..<at].map { $0 - 48 }
  }

  /// The format and the power of ten, or of two for the binary ones.
  private mutating func suffix() -> (Quantity.Format, Int)? {
    let text = String(decoding: bytes[at...], as: UTF8.self)
    if let shift = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60][text] {
      return (.binary, shift)
    }
    let powers = [
      "": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
    ]
    if let power = powers[text] { return (.decimal, power) }
    guard take("e") || take("E"), let exponent = Int(String(decoding: bytes[at...], as: UTF8.self)),
      abs(exponent) < 100
    else { return nil }
    return (.exponent, exponent)
  }

  /// The digits with the point moved.
  private static func decimal(
    _ whole: [UInt8], _ fraction: [UInt8], exponent: Int
  ) -> (whole: UInt64, nanos: UInt64) {
    var left = whole
    var right = fraction
    if exponent > 0 {
      right += [UInt8](repeating: 0, count: max(0, exponent - right.count))
      left += right.prefix(exponent)
      right.removeFirst(exponent)
    } else if exponent < 0 {
      left = [UInt8](repeating: 0, count: max(0, -exponent - left.count)) + left
      right = left.suffix(-exponent) + right
      left.removeLast(-exponent)
    }
    return carried(number(left), nanos(right))
  }

  private static func binary(
    _ whole: [UInt8], _ fraction: [UInt8], shift: Int
  ) -> (whole: UInt64, nanos: UInt64) {
    let units = number(whole).multipliedFullWidth(by: 1 << UInt64(shift))
    let parts = nanos(fraction).multipliedFullWidth(by: 1 << UInt64(shift))
    // The high half is below 2^26, the divisor above 2^29: the quotient fits.
    let (carry, nanos) = UInt64(1_000_000_000).dividingFullWidth(parts)
    let (sum, overflow) = units.low.addingReportingOverflow(carry)
    return units.high > 0 || overflow ? (.max, 0) : (sum, nanos)
  }

  private static func number(_ digits: [UInt8]) -> UInt64 {
    var value: UInt64 = 0
    for digit in digits {
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(UInt64(digit))
      if overflow || carry { return .max }
      value = sum
    }
    return value
  }

  /// 0 ... 1,000,000,000: what follows the ninth digit rounds up.
  private static func nanos(_ digits: [UInt8]) -> UInt64 {
    let kept = Array(digits.prefix(9))
    let value = number(kept + [UInt8](repeating: 0, count: 9 - kept.count))
    return digits.dropFirst(9).contains { $0 > 0 } ? value + 1 : value
  }

  private static func carried(_ whole: UInt64, _ nanos: UInt64) -> (whole: UInt64, nanos: UInt64) {
    nanos < 1_000_000_000 ? (whole, nanos) : (whole == .max ? whole : whole + 1, 0)
  }
}
