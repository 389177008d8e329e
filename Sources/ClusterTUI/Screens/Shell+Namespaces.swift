import Cluster

/// Tables, and the namespaces they show.
extension Shell {
  private static let maxDigits = 9

  mutating func open(_ table: Command.Table, _ world: World) {
    if let names = table.namespaces { remember(names, world) }
    var query = Query(table.kind.id, namespaces: table.kind.namespaced ? namespaces : [])
    query.labelSelector = table.labels
    stack =
      (oncall.map { [$0] } ?? []) + [
        opened(TableScreen(kind: table.kind, query: query, filter: table.filter))
      ]
  }

  /// The view of whoever is on call stays below all others: it tells of what breaks meanwhile.
  var oncall: (any Screen)? { stack.first as? OncallScreen }

  private mutating func remember(_ names: [String], _ world: World) {
    namespaces = names
    learnDigits(world)
    guard let name = names.first, names.count == 1 else { return }
    if !digits.contains(name), digits.count < Self.maxDigits { digits.append(name) }
  }

  /// A digit once said keeps its namespace: others take the places that are free.
  mutating func learnDigits(_ world: World) { digits = favourites(world) }

  /// Shows these namespaces on whatever is shown, or another kind there.
  @discardableResult
  mutating func use(namespaces names: [String], kind: Kind.ID?, _ world: World) -> CommandOutcome {
    remember(names, world)
    if kind == nil, stack.last is PulseScreen {
      return showAbove(PulseScreen(namespaces: namespaces), world)
    }
    if kind == nil, let timeline = stack.last as? TimelineScreen, timeline.query.subject == nil {
      stack[stack.count - 1] = TimelineScreen(TimelineQuery(namespaces: namespaces))
      return .shown
    }
    if kind == nil, stack.count == 1, let oncall = stack.first as? OncallScreen {
      stack = [oncall.elsewhere(namespaces)]
      return .shown
    }
    if kind == nil, stack.first is ProblemsScreen {
      stack = [ProblemsScreen(namespaces: namespaces)]
      return .shown
    }
    let screen = stack.lazy.compactMap { $0 as? TableScreen }.first
    let shown = kind.flatMap { world.kinds[$0] } ?? screen?.kind
    guard let shown, shown.namespaced else {
      if let pods = world.kinds["v1/pods"] {
        open(Command.Table(kind: pods), world)
      } else if !world.isConnected {
        fail(Self.notConnected)
      }
      return .shown
    }
    var table = Command.Table(kind: shown)
    if kind == nil, let screen {
      (table.filter, table.labels) = (screen.filter.text, screen.query.labelSelector)
    }
    open(table, world)
    return .shown
  }

  /// Namespaces behind the keys 1 to 9: those said before, then those that exist.
  func favourites(_ world: World) -> [String] {
    let chosen = world.setup.settings.favourites.prefix(Self.maxDigits)
    var names = chosen + digits.filter { !chosen.contains($0) }
    if let own = world.place.namespace, !names.contains(own) { names.append(own) }
    for name in namespaceNames(world) where !names.contains(name) { names.append(name) }
    return Array(names.prefix(Self.maxDigits))
  }

  func namespaceNames(_ world: World) -> [String] {
    guard let store = world.rows(Query("v1/namespaces")) else { return [] }
    return store.aliveSlots.map { store[$0].name }.sorted()
  }
}
