/// Metrics in the Prometheus text format, family by family.
struct Exposition {
  private(set) var text = Bytes()

  typealias Labels = [(name: String, value: String)]

  mutating func family(_ name: String, _ kind: String, _ help: String) {
    text.put(raw: "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n")
  }

  /// - Parameter milliseconds: when it was measured, since 1970; nil: now.
  mutating func sample(_ name: String, _ labels: Labels = [], _ value: Double, at milliseconds: Int64? = nil)
  {
    text.put(raw: name)
    if !labels.isEmpty {
      text.put("{")
      for (index, label) in labels.enumerated() {
        if index > 0 { text.put(",") }
        text.put(raw: label.name)
        text.put("=\"")
        for byte in label.value.utf8 {
          switch byte {
          case UInt8(ascii: "\\"), UInt8(ascii: "\""): text += [UInt8(ascii: "\\"), byte]
          case UInt8(ascii: "\n"): text.put("\\n")
          default: text.append(byte)
          }
        }
        text.put("\"")
      }
      text.put("}")
    }
    text.put(" ")
    text.put(raw: Exposition.number(value))
    if let milliseconds { text.put(raw: " \(milliseconds)") }
    text.put("\n")
  }

  /// Whole numbers without a point, as Go prints them.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), abs(value) < 1e15 { return "\(Int(value))" }
    return "\((value * 1e9).rounded() / 1e9)"
  }

  static let contentType = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
}
