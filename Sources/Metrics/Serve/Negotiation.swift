/// Chooses the format a client asks for (RFC 9110, section 12.5.1).
package enum Negotiation {
  private struct Wish {
    var type: String
    var quality: Double
    var version: String?
  }

  /// OpenMetrics where it is wanted at least as much as plain text, else text 0.0.4, which everybody reads.
  ///
  /// - Parameter accept: the header's value; nil where there is none.
  package static func format(accept: String?) -> ExpositionFormat {
    let wishes = (accept ?? "").split(separator: ",").map(wish)
    let open = wishes.filter { $0.type == "application/openmetrics-text" && isKnown($0.version) }
    guard let best = open.map(\.quality).max(), best > 0 else { return .text }
    // A range that fits no better than "anything" is no reason against what was named.
    let text = wishes.filter { $0.type == "text/plain" || $0.type == "text/*" }.map(\.quality).max() ?? 0
    return best >= text ? .openMetrics : .text
  }

  private static func isKnown(_ version: String?) -> Bool {
    version == nil || version == "1.0.0" || version == "0.0.1"
  }

  private static func wish(_ text: Substring) -> Wish {
    let parts = text.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
    var wish = Wish(type: parts.first ?? "", quality: 1)
    for parameter in parts.dropFirst() {
      if parameter.hasPrefix("q=") { wish.quality = quality(parameter.dropFirst(2)) }
      if parameter.hasPrefix("version=") {
        wish.version = parameter.dropFirst("version=".count).filter { $0 != "\"" }
      }
    }
    return wish
  }

  private static func quality(_ text: Substring) -> Double {
    guard let value = Double(text), value >= 0 else { return 0 }
    return min(value, 1)
  }
}
