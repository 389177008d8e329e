/// An amount of cpu, memory and the like, as Kubernetes writes it: "250m", "1Gi", "1e3".
///
/// Grammar and canonical form are those of resource.Quantity (k8s.io/apimachinery/pkg/api/resource): a signed
/// decimal number and a suffix, either binary (Ki Mi Gi Ti Pi Ei), decimal (n u m k M G T P E) or an exponent
/// (e3, E-2). Amounts are exact to a billionth, which is the finest Kubernetes knows; finer ones are rounded
/// away from zero.
package struct Quantity: Sendable {
  /// The family of suffixes it was written with, which its canonical form keeps.
  package enum Format: Sendable, Hashable {
    case decimal
    case binary
    case exponent
  }

  /// Billionths. 128 bits hold 1.7e29 whole units, far above what Kubernetes can add up.
  private var nanos: Int128
  package private(set) var format: Format

  /// nil when the text is no quantity or beyond 1.7e29.
  package init?(_ text: String) {
    var text = text
    guard let parsed = text.withUTF8({ Quantity.parsed($0) }) else { return nil }
    self = parsed
  }

  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard let parsed = bytes.withMemoryRebound(to: UInt8.self, { Quantity.parsed($0) }) else { return nil }
    self = parsed
  }

  /// So many thousandths, such as millicores.
  package init(milli: Int64, format: Format = .decimal) {
    self.init(nanos: Int128(milli) * 1_000_000, format: format)
  }

  /// So many whole units, such as bytes.
  package init(_ value: Int64, format: Format = .binary) {
    self.init(nanos: Int128(value) * 1_000_000_000, format: format)
  }

  package static let zero = Quantity(0, format: .decimal)

  private init(nanos: Int128, format: Format) {
    self.nanos = nanos
    self.format = format
  }

  package var isZero: Bool { nanos == 0 }

  /// Whole units (bytes, pods), rounded away from zero and held within 64 bits.
  package var value: Int64 { scaled(by: 1_000_000_000) }

  /// Thousandths (millicores), rounded away from zero and held within 64 bits.
  package var milliValue: Int64 { scaled(by: 1_000_000) }

  package var double: Double { Double(nanos) / 1e9 }

  private func scaled(by unit: Int128) -> Int64 {
    let (quotient, rest) = nanos.quotientAndRemainder(dividingBy: unit)
    return Int64(clamping: quotient + rest.signum())
  }
}

/// Amounts compare by what they amount to, however they are written.
extension Quantity: Comparable, Hashable {
  package static func < (left: Quantity, right: Quantity) -> Bool { left.nanos < right.nanos }

  package static func == (left: Quantity, right: Quantity) -> Bool { left.nanos == right.nanos }

  package func hash(into hasher: inout Hasher) { hasher.combine(nanos) }
}

extension Quantity {
  /// Sums and differences keep the format of the left side, that of the right where the left is zero. What
  /// does not fit is held at the greatest amount.
  package static func + (left: Quantity, right: Quantity) -> Quantity {
    let (sum, overflow) = left.nanos.addingReportingOverflow(right.nanos)
    let held = left.nanos < 0 ? Int128.min + 1 : Int128.max
    return Quantity(nanos: overflow ? held : sum, format: left.isZero ? right.format : left.format)
  }

  package static func - (left: Quantity, right: Quantity) -> Quantity {
    left + Quantity(nanos: 0 - right.nanos, format: right.format)
  }
}

// MARK: - Reading

extension Quantity {
  private static func parsed(_ text: UnsafeBufferPointer<UInt8>) -> Quantity? {
    var at = 0
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative || text.first == UInt8(ascii: "+") { at = 1 }
    let start = at
    var mantissa: Int128 = 0
    var fractionDigits = 0
    var isInexact = false
    var hasPoint = false
    while at < text.count {
      let byte = text[at]
      if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else if byte &- 48 < 10 {
        // Digits that no longer fit are all right behind the point: they only round.
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(Int128(byte &- 48))
        if overflow || carry {
          if !hasPoint { return nil }
          isInexact = isInexact || byte != 48
        } else {
          mantissa = sum
          if hasPoint { fractionDigits += 1 }
        }
      } else {
        break
      }
      at += 1
    }
    guard at > start + (hasPoint ? 1 : 0), let suffix = Suffix(UnsafeBufferPointer(rebasing: text[at...]))
    else { return nil }
    let exponent = suffix.decimalExponent - fractionDigits + 9
    // Kubernetes holds binary amounts, and only these, within 64 bits.
    let largest = suffix.format == .binary ? Int128(Int64.max) * 1_000_000_000 : nil
    guard var nanos = scaled(mantissa, binary: suffix.binaryExponent, decimal: exponent, isInexact) ?? largest
    else { return nil }
    if let largest { nanos = min(nanos, largest) }
    let isFraction = suffix.format == .binary && nanos > 0 && nanos < 1_000_000_000
    return Quantity(nanos: isNegative ? 0 - nanos : nanos, format: isFraction ? .decimal : suffix.format)
  }

  /// mantissa x 2^binary x 10^decimal, rounded up; nil when that is too much.
  private static func scaled(_ mantissa: Int128, binary: Int, decimal: Int, _ isInexact: Bool) -> Int128? {
    if mantissa == 0 { return isInexact ? 1 : 0 }
    // Dividing first keeps "1.000000000000000000000Ei" within bounds; what is cut off is remembered.
    var value = mantissa
    var isInexact = isInexact
    var decimal = decimal
    while decimal < 0, value != 0, value % 10 == 0 || value > Int128.max >> Int128(binary) {
      isInexact = isInexact || value % 10 != 0
      value /= 10
      decimal += 1
    }
    let (shifted, overflow) = value.multipliedReportingOverflow(by: Int128(1) << Int128(binary))
    if overflow { return nil }
    value = shifted
    while decimal > 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
      decimal -= 1
    }
    while decimal < 0, value != 0 {
      isInexact = isInexact || value % 10 != 0
      value /= 10
      decimal += 1
    }
    return isInexact ? value + 1 : value
  }

  /// What follows the digits.
  private struct Suffix {
    var format = Format.decimal
    var binaryExponent = 0
    var decimalExponent = 0

    init?(_ text: UnsafeBufferPointer<UInt8>) {
      guard let first = text.first else { return }
      let letters = Array("numkMGTPE".utf8)
      if text.count == 1 {
        guard let place = letters.firstIndex(of: first) else { return nil }
        decimalExponent = place < 3 ? (place - 3) * 3 : (place - 2) * 3
      } else if text.count == 2, text[1] == UInt8(ascii: "i") {
        guard let place = Array("KMGTPE".utf8).firstIndex(of: first) else { return nil }
        format = .binary
        binaryExponent = (place + 1) * 10
      } else {
        guard first | 0x20 == UInt8(ascii: "e"),
          let exponent = Int(String(decoding: text.dropFirst(), as: UTF8.self)),
          (-1000...1000).contains(exponent)
        else { return nil }
        format = .exponent
        decimalExponent = exponent
      }
    }
  }
}

// MARK: - Writing

extension Quantity {
  /// The canonical form: no fraction, the greatest suffix that needs none. Binary amounts below 1024 and
  /// those with a fraction are written decimal.
  package var text: String {
    if nanos == 0 { return "0" }
    let whole = nanos.quotientAndRemainder(dividingBy: 1_000_000_000)
    if format == .binary, whole.remainder == 0, whole.quotient.magnitude >= 1024 {
      return Quantity.shortened(whole.quotient, by: 1024, ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"])
    }
    if format == .exponent {
      return Quantity.shortened(nanos, by: 1000, (-3...9).map { $0 == 0 ? "" : "e\($0 * 3)" })
    }
    return Quantity.shortened(nanos, by: 1000, ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"])
  }

  /// The canonical form of a text; nil when it is no quantity.
  package static func canonical(_ text: String) -> String? { Quantity(text)?.text }

  /// The same amount written as `other` is: in whole units, rounded up, unless both are of one format.
  package func text(inFormatOf other: Quantity) -> String {
    if format == other.format { return text }
    return Quantity(value, format: other.format).text
  }

  private static func shortened(_ amount: Int128, by unit: Int128, _ suffixes: [String]) -> String {
    var amount = amount
    var place = 0
    while place < suffixes.count - 1, amount % unit == 0 {
      amount /= unit
      place += 1
    }
    return String(amount) + suffixes[place]
  }
}
