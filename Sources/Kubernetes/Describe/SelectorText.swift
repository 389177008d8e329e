import Document

/// Label selectors as text: what is printed, and what is sent to the server.
enum SelectorText {
  /// "app=web,tier in (a,b),!old" with its parts in the order of their keys; empty for a selector without
  /// any.
  static func query(_ selector: JSON) -> String {
    var parts: [(key: String, text: String)] = []
    for member in selector["matchLabels"].members {
      parts.append((member.key, "\(member.key)=\(member.value.words)"))
    }
    for expression in selector["matchExpressions"].array {
      let key = expression["key"].words
      let values = expression["values"].strings.sorted().joined(separator: ",")
      switch expression["operator"].string {
      case "In": parts.append((key, "\(key) in (\(values))"))
      case "NotIn": parts.append((key, "\(key) notin (\(values))"))
      case "Exists": parts.append((key, key))
      case "DoesNotExist": parts.append((key, "!\(key)"))
      default: parts.append((key, "<error>"))
      }
    }
    return parts.sorted { $0.key < $1.key }.map(\.text).joined(separator: ",")
  }

  static func marked(_ selector: JSON) -> Marked { Marked(query(selector)).or(.none) }

  /// A plain map: "app=web,tier=front".
  static func labels(_ map: JSON) -> Marked { Marked(labelQuery(map)).or(.none) }

  static func labelQuery(_ map: JSON) -> String {
    map.members.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.words)" }.joined(separator: ",")
  }
}
