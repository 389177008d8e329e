extension ExpositionFormat {
  /// What an answer in this format is announced as.
  package var contentType: String {
    switch self {
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  /// What stands behind the last family.
  package var ending: [UInt8] { self == .text ? [] : Array("# EOF\n".utf8) }
}

/// What all series of one metric have in common.
package struct MetricFamily: Sendable, Hashable {
  /// As its samples are named; of a counter with `_total`, of a histogram without `_bucket`.
  package var name: String
  package var help: String
  package var type: MetricType
  /// "seconds", "bytes": told in OpenMetrics only, where the name ends in it. Empty: none.
  package var unit: String

  package init(_ name: String, _ help: String, _ type: MetricType = .gauge, unit: String = "") {
    self.name = name
    self.help = help
    self.type = type
    self.unit = unit
  }

  /// The lines before its samples: HELP, TYPE and UNIT.
  package func header(_ format: ExpositionFormat) -> [UInt8] {
    let name = title(format)
    var text = ""
    if !help.isEmpty { text += "# HELP \(name) \(Self.escaped(help, quotes: format == .openMetrics))\n" }
    text += "# TYPE \(name) \(typeWord(format))\n"
    if format == .openMetrics, !unit.isEmpty, name.hasSuffix("_" + unit) {
      text += "# UNIT \(name) \(unit)\n"
    }
    return Array(text.utf8)
  }

  /// OpenMetrics names a family without the suffix that its samples must have. A type whose suffix is missing can't be
  /// told there.
  private func title(_ format: ExpositionFormat) -> String {
    guard format == .openMetrics, let suffix, name.hasSuffix(suffix) else { return name }
    return String(name.dropLast(suffix.count))
  }

  private var suffix: String? {
    switch type {
    case .counter: "_total"
    case .info: "_info"
    default: nil
    }
  }

  private func typeWord(_ format: ExpositionFormat) -> String {
    if format == .openMetrics {
      return suffix.map { name.hasSuffix($0) } == false ? "unknown" : type.rawValue
    }
    switch type {
    case .info, .stateset: return "gauge"
    case .unknown: return "untyped"
    case .gaugehistogram: return "histogram"
    default: return type.rawValue
    }
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\"" where quotes: out += "\\\""
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
