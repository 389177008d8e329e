import Cluster

/// Figures as short texts: three digits that matter, with the unit a person expects.
enum Figure {
  /// "7m", "250m", "1.5", "12".
  static func cores(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    let milli = (value * 1_000).rounded()
    if abs(milli) < 1_000 { return "\(Int(clamping: milli))m" }
    return abs(value) < 10_000 ? plain(value) : count(value)
  }

  /// "98Mi", "1.2Gi".
  static func bytes(_ value: Double) -> String {
    scaled(value, base: 1_024, units: ["", "Ki", "Mi", "Gi", "Ti", "Pi"])
  }

  /// "98Mi", "1.2Gi", "140Gi": as short as a table needs it.
  static func shortBytes(_ value: Double) -> String {
    let units = ["", "Ki", "Mi", "Gi", "Ti", "Pi"]
    var (value, unit) = (value, 0)
    while abs(value) >= 1_023.5, unit < units.count - 1 {
      value /= 1_024
      unit += 1
    }
    guard value.isFinite else { return "-" }
    let isCoarse = unit < 3 || abs(value) >= 99.95
    return plain(isCoarse ? value.rounded() : (value * 10).rounded() / 10) + units[unit]
  }

  /// "4.2k", "1.3M": per second, for traffic, or counts.
  static func count(_ value: Double) -> String {
    scaled(value, base: 1_000, units: ["", "k", "M", "G", "T", "P"])
  }

  /// "7%", "120%".
  static func share(_ value: Double) -> String {
    value.isFinite ? "\(Int(clamping: (value * 100).rounded()))%" : "-"
  }

  static func seconds(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    if value == 0 { return "0s" }
    if abs(value) < 0.001 { return plain(value * 1e6) + "us" }
    if abs(value) < 1 { return plain(value * 1e3) + "ms" }
    return abs(value) < 120 ? plain(value) + "s" : Age.text(seconds: Int64(clamping: value))
  }

  static func text(_ value: Double, _ unit: Chart.Unit) -> String {
    switch unit {
    case .cores: cores(value)
    case .bytes: bytes(value)
    case .bytesPerSecond: bytes(value) + "/s"
    case .share: share(value)
    case .count, .none: count(value)
    case .perSecond: count(value) + "/s"
    case .seconds: seconds(value)
    }
  }

  private static func scaled(_ value: Double, base: Double, units: [String]) -> String {
    guard value.isFinite else { return "-" }
    if abs(value) >= 1e21 { return exponential(value) }
    var value = value
    var unit = 0
    // What would be rounded up to the next unit is told in it.
    while abs(value) >= base - 0.5, unit < units.count - 1 {
      value /= base
      unit += 1
    }
    return (unit == 0 && value == value.rounded() ? "\(Int(clamping: value))" : plain(value)) + units[unit]
  }

  /// Three digits: 1.25, 12.5, 125; no zeros at the end.
  static func plain(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    let size = abs(value)
    let digits = size >= 100 ? 0 : size >= 10 ? 1 : 2
    if size >= 1e15 || (size > 0 && size < 0.01) { return exponential(value) }
    let scale = [1.0, 10, 100][digits]
    let rounded = Int((value * scale).rounded())
    let whole = abs(rounded) / Int(scale)
    var fraction = String(abs(rounded) % Int(scale) + Int(scale)).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    let text = fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)"
    return rounded < 0 ? "-\(text)" : text
  }

  /// "2.5e-05": one digit behind the point.
  private static func exponential(_ value: Double) -> String {
    var (mantissa, exponent) = (value, 0)
    while abs(mantissa) < 1, exponent > -320 {
      mantissa *= 10
      exponent -= 1
    }
    while abs(mantissa) >= 9.95 {
      mantissa /= 10
      exponent += 1
    }
    let tenths = Int((mantissa * 10).rounded())
    return "\(tenths / 10)\(tenths % 10 == 0 ? "" : ".\(abs(tenths % 10))")e\(exponent)"
  }
}

extension Int {
  fileprivate init(clamping value: Double) {
    self = value >= 9e18 ? .max : value <= -9e18 ? .min : Int(value)
  }
}

extension Int64 {
  fileprivate init(clamping value: Double) {
    self = Int64(Int(clamping: value))
  }
}
