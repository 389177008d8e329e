import Cluster

/// What `views.yaml` says of a kind's table, in k9s's format:
///
///     views:
///       v1/pods@prod-.*:         # a kind, and perhaps the namespaces as a regular expression
///         columns: [NAME, STATUS, "ZONE:.spec.nodeName|W"]
///         sortColumn: AGE:desc
struct ConfiguredView: Equatable {
  /// By any of its names, or as "apps/v1/deployments"; in small letters.
  var kind: String
  /// A regular expression for the whole name; "" is every namespace.
  var namespaces: String
  var spec: ViewSpec

  private static let keys = ["columns", "sortColumn"]

  static func read(_ file: SettingsFile) -> [ConfiguredView] {
    var found: [ConfiguredView] = []
    for (key, node) in file.root.members("wants 'views' with kinds below it") ?? [] {
      switch key {
      case "views": found += readViews(node)
      // As k9s once wrote it.
      case "k9s":
        if let views = node["views"] { found += readViews(views) }
      default: node.unknown(among: ["views"])
      }
    }
    return found
  }

  private static func readViews(_ node: SettingsNode) -> [ConfiguredView] {
    (node.members("wants kinds with columns below them") ?? []).compactMap { name, node in
      let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      var view = ConfiguredView(
        kind: parts[0].lowercased(), namespaces: parts.count > 1 ? parts[1] : "", spec: ViewSpec())
      do throws(PatternError) { _ = try Pattern(view.namespaces) } catch {
        node.noteKey("'\(view.namespaces)' is no regular expression: \(error.message)")
        return nil
      }
      guard let members = node.members("wants 'columns' or 'sortColumn' below it") else { return nil }
      for (key, member) in members where !keys.contains(key) { member.unknown(among: keys) }
      for column in node["columns"]?.elements ?? [] { add(column, to: &view.spec) }
      if let sort = node["sortColumn"], !sort.isNull, let text = sort.text() {
        view.spec.sort = ViewSort(k9s: text)
        if view.spec.sort == nil {
          sort.note("\(sort.name) wants a column and its order, such as 'AGE:desc'")
        }
      }
      return view
    }
  }

  private static func add(_ node: SettingsNode, to spec: inout ViewSpec) {
    guard let text = node.text() else { return }
    let (column, problem) = ViewColumn.parse(k9s: text)
    if let problem { node.note(problem) }
    if let column { spec.columns.append(column) }
  }

  /// Whether it is about a kind where these namespaces are shown; one with namespaces counts only in a single one.
  func applies(to kind: Kind, in namespaces: [String]) -> Bool {
    guard self.kind == kind.id.lowercased() || kind.names.contains(self.kind) else { return false }
    if self.namespaces.isEmpty { return true }
    guard namespaces.count == 1, let pattern = try? Pattern("^(\(self.namespaces))$") else { return false }
    var name = namespaces[0]
    return name.withUTF8 { pattern.matches(UnsafeRawBufferPointer($0)) }
  }
}

extension [ConfiguredView] {
  /// The one that counts for a kind; one for a namespace goes before one for all.
  func spec(of kind: Kind, in namespaces: [String]) -> ViewSpec? {
    let found = filter { $0.applies(to: kind, in: namespaces) }
    return (found.first { !$0.namespaces.isEmpty } ?? found.last)?.spec
  }
}
