/// One of several views that are open beside each other: a stack of screens, the namespaces they show, the way that led there.
struct Tab {
  var stack: [any Screen] = []
  /// Where namespaced kinds are shown; empty is everywhere.
  var namespaces: [String] = []
  var visits = ViewHistory()
  /// How many screens stood here before somebody came from elsewhere to look at something.
  var visitDepth: Int?

  /// What stands in the bar.
  var title: String {
    let place = namespaces.isEmpty ? "all" : namespaces.joined(separator: ",")
    return "\(place) > \(stack.last?.crumb ?? "")"
  }
}
