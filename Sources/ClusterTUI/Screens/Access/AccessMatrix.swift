import Cluster
import Terminal

/// Permissions as a matrix: a line for each kind of objects, a column for each usual verb, the rest in words. With
/// little room the titles are short; what else there is gives way to the verbs.
struct AccessMatrix {
  private static let verbs: [(verb: String, title: String, short: String)] = [
    ("get", "GET", "GET"), ("list", "LIST", "LS"), ("watch", "WATCH", "WA"), ("create", "CREATE", "CR"),
    ("patch", "PATCH", "PA"), ("update", "UPDATE", "UP"), ("delete", "DELETE", "DEL"),
    ("deletecollection", "DEL-LIST", "DL"),
  ]

  private let width: Int
  private let isShort: Bool
  private var resource = 0
  private var namespace = 0

  init(_ rules: [AccessRule], width: Int) {
    self.width = width
    isShort = width < 120
    func longest(_ title: String, _ text: (AccessRule) -> String) -> Int {
      rules.reduce(Text.columns(title)) { max($0, Text.columns(text($1))) }
    }
    let verbColumns = Self.verbs.reduce(0) { $0 + Text.columns(isShort ? $1.short : $1.title) + 1 }
    if rules.contains(where: { !$0.namespace.isEmpty }) {
      namespace = min(longest("NAMESPACE", \.namespace), max(9, width / 6)) + 1
    }
    resource = max(12, min(longest("RESOURCE", Self.title) + 1, width - verbColumns - namespace))
  }

  /// "deployments.apps", "secrets db-cred,api-key"
  static func title(_ rule: AccessRule) -> String {
    let kind =
      rule.group.isEmpty || rule.resource.hasPrefix("/") ? rule.resource : "\(rule.resource).\(rule.group)"
    return rule.names.isEmpty ? kind : "\(kind) \(rule.names.joined(separator: ","))"
  }

  var titles: StyledLine {
    var text = namespace > 0 ? "NAMESPACE".padding(namespace) : ""
    text += "RESOURCE".padding(resource)
    for verb in Self.verbs { text += (isShort ? verb.short : verb.title) + " " }
    return StyledLine([(text + "EXTRAS", Theme.columnTitle)])
  }

  func line(_ rule: AccessRule) -> StyledLine {
    let isAll = rule.verbs.contains("*")
    var line = StyledLine([])
    if namespace > 0 {
      let place = rule.namespace.isEmpty ? "*" : rule.namespace
      line.append(cell(place, namespace), Theme.ghost)
    }
    line.append(cell(Self.title(rule), resource), Style())
    for verb in Self.verbs {
      let columns = Text.columns(isShort ? verb.short : verb.title) + 1
      let may = isAll || rule.verbs.contains(verb.verb)
      line.append((may ? "✓" : "·").padding(columns), may ? Theme.span(.good) : Theme.ghost)
    }
    let known = Self.verbs.map(\.verb)
    let extras = isAll ? ["all verbs"] : rule.verbs.filter { !known.contains($0) }
    line.append(Text.harmless(extras.joined(separator: ",")), Style())
    return line
  }

  private func cell(_ text: String, _ columns: Int) -> String {
    Text.truncated(Text.harmless(text), columns: columns - 1, keepTail: true).padding(columns)
  }
}
