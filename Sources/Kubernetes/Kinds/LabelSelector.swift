import Document

/// Label selectors of objects as the text that list requests and people take: "app=web,tier in
/// (a,b),!canary".
enum LabelSelector {
  /// `{"matchLabels": ..., "matchExpressions": [...]}`; nil when it selects nothing in particular.
  static func text(of selector: JSONSlice?) -> String? {
    var terms = terms(ofMap: selector?["matchLabels"])
    selector?["matchExpressions"]?.eachElement { expression in
      if let term = term(expression) { terms.append(term) }
    }
    return joined(terms)
  }

  /// `{"app": "web"}`; nil when it is empty.
  static func text(ofMap map: JSONSlice?) -> String? { joined(terms(ofMap: map)) }

  private static func joined(_ terms: [(key: String, text: String)]) -> String? {
    terms.isEmpty ? nil : terms.sorted { $0.key < $1.key }.map(\.text).joined(separator: ",")
  }

  private static func terms(ofMap map: JSONSlice?) -> [(key: String, text: String)] {
    var terms: [(key: String, text: String)] = []
    map?.eachMember { rawKey, value in
      let key = String(decoding: rawKey, as: UTF8.self)
      terms.append((key, "\(key)=\(value.line)"))
    }
    return terms
  }

  private static func term(_ expression: JSONSlice) -> (key: String, text: String)? {
    let key = expression["key"].line
    let values = expression["values"].elements.map(\.line).sorted().joined(separator: ",")
    switch expression["operator"].line {
    case "In": return (key, "\(key) in (\(values))")
    case "NotIn": return (key, "\(key) notin (\(values))")
    case "Exists": return (key, key)
    case "DoesNotExist": return (key, "!\(key)")
    default: return nil
    }
  }
}
