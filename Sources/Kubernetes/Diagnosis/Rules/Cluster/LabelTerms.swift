import Document

/// A label selector of an object, asked about labels. What it does not understand fits nothing.
struct LabelTerms {
  private let json: JSON
  init(_ selector: JSON) { json = selector }

  /// An empty selector fits everything (policy/v1, networking.k8s.io).
  func fits(_ labels: [String: String]) -> Bool {
    for pair in json["matchLabels"].members where labels[pair.key] != pair.value.string { return false }
    for term in json["matchExpressions"].array {
      let value = labels[term["key"].string ?? ""]
      let values = term["values"].array.compactMap(\.string)
      let holds =
        switch term["operator"].string {
        case "In": value.map(values.contains) ?? false
        case "NotIn": value.map { !values.contains($0) } ?? true
        case "Exists": value != nil
        case "DoesNotExist": value == nil
        default: false
        }
      if !holds { return false }
    }
    return true
  }
}
