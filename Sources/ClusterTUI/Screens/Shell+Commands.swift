import Cluster

/// What commands do: each of `CommandWord.all` ends in one of these.
extension Shell {
  static let notConnected = "not connected: choose a context"

  mutating func inform(_ text: String, _ world: World) { flash = (text, false, world.milliseconds + 5_000) }
  mutating func fail(_ text: String) { flash = (text, true, .max) }

  mutating func run(_ typed: String, _ world: World) -> [Effect] {
    waiting = nil
    tabs[tabAt].visits.leave(stack, namespaces)
    let text = world.setup.aliases.expanded(typed) ?? typed
    switch Command.parse(text, world.kinds) {
    case .nothing: return []
    case .run(let command):
      switch command(&self, world) {
      case .shown: break
      case .done(let effects): return effects
      case .failed: return []
      }
    case .table(let table):
      if let context = table.context { return [.switchContext(context, command: table.command)] }
      open(table, world)
    case .misused(let problem):
      fail(problem)
      openSomething(world)
      return []
    case .unknown(let problem):
      if !world.isConnected {
        fail(Self.notConnected)
      } else if world.kinds.isComplete {
        fail(problem)
      } else {
        waiting = text
        inform("asking the server what '\(text)' is…", world)
        openSomething(world)
      }
      return []
    }
    tabs[tabAt].visits.come(by: text)
    return []
  }

  /// Runs what waited for the kinds to be known.
  mutating func kindsCame(_ world: World) -> [Effect] {
    guard let text = waiting, world.kinds.isComplete else { return [] }
    prompt = nil
    return run(text, world)
  }

  /// Something to stand on where nothing is shown yet.
  private mutating func openSomething(_ world: World) {
    if stack.isEmpty, let pods = world.kinds["v1/pods"] { open(Command.Table(kind: pods), world) }
  }

  // MARK: Showing

  /// A name for the view that is shown.
  mutating func bookmark(_ name: String, _ world: World) -> CommandOutcome {
    guard let command = (top as? TableScreen)?.command(namespaces) ?? tabs[tabAt].visits.command else {
      inform("this view has no command that leads here", world)
      return .done([])
    }
    inform("bookmark '\(name)': \(command)", world)
    remembered.note(.bookmark(name, command: command))
    return .done([.remember(.bookmark(name, command: command))])
  }

  mutating func forgetBookmark(_ name: String, _ world: World) -> CommandOutcome {
    guard remembered.bookmarks.contains(where: { $0.name == name }) else {
      fail("there is no bookmark '\(name)'")
      return .failed
    }
    inform("the bookmark '\(name)' is gone", world)
    remembered.note(.bookmark(name, command: nil))
    return .done([.remember(.bookmark(name, command: nil))])
  }

  /// Goes where a bookmark leads; without a name, lists them.
  mutating func goToBookmark(_ name: String?, _ world: World) -> CommandOutcome {
    guard let name else { return push(PageScreen(.fixed(Help.bookmarks(remembered.bookmarks)))) }
    guard let bookmark = remembered.bookmarks.first(where: { $0.name == name }) else {
      let nearest = Nearest.word(to: name, among: remembered.bookmarks.map(\.name))
      fail("there is no bookmark '\(name)'\(nearest.map { ": did you mean \($0)?" } ?? "")")
      return .failed
    }
    return .done(run(bookmark.command, world))
  }

  /// Above what is shown, whatever it is, and nothing that `-` would come back to.
  mutating func push(_ screen: any Screen) -> CommandOutcome {
    stack.append(opened(screen))
    return .done([])
  }

  /// Above what is shown, so that esc leads back; one expression after the other is tried in one place.
  @discardableResult
  mutating func showAbove<S: Screen>(_ screen: S, _ world: World) -> CommandOutcome {
    openSomething(world)
    if stack.count > 1, stack.last is S { stack.removeLast() }
    stack.append(opened(screen))
    return .shown
  }

  mutating func showProblems() -> CommandOutcome {
    stack = [oncall ?? ProblemsScreen(namespaces: namespaces)]
    return .shown
  }

  mutating func showTimeline(_ world: World) -> CommandOutcome {
    let timeline = TimelineScreen(TimelineQuery(namespaces: namespaces))
    guard !stack.isEmpty else {
      stack = [timeline]
      return .shown
    }
    return showAbove(timeline, world)
  }

  mutating func showHelp(_ world: World) -> CommandOutcome {
    learnDigits(world)
    return push(
      PageScreen(
        .fixed(
          Help.page(of: top, favourites(world), own: ownHints(world), keymap: world.setup.keymap))))
  }

  /// Shows a screen of the object that a command names; where its namespace is not told, that is said.
  ///
  /// - Parameters:
  ///   - command: the word, for what is said.
  ///   - onTable: puts the table of its kind below, where nothing is shown yet.
  mutating func withObject(
    _ kind: Kind, _ name: String, _ place: String?, _ command: String, _ world: World, onTable: Bool = true,
    _ screen: (ObjectRef) -> any Screen
  ) -> CommandOutcome {
    if stack.isEmpty, onTable { open(Command.Table(kind: kind), world) }
    var namespace = ""
    if kind.namespaced {
      let places = place.map { [$0] } ?? (namespaces.isEmpty ? [world.place.namespace ?? ""] : namespaces)
      guard places.count == 1, !places[0].isEmpty else {
        fail("in which namespace: \(command) \(kind.singular)/\(name) NAMESPACE")
        if stack.isEmpty { open(Command.Table(kind: kind), world) }
        return .failed
      }
      namespace = places[0]
    }
    stack.append(opened(screen(ObjectRef(kind: kind.id, namespace: namespace, name: name))))
    return .shown
  }

  /// A screen of one namespace: the one that is named, else the only one that is shown.
  mutating func withNamespace(
    _ place: String?, _ command: String, _ world: World, _ screen: (String) -> any Screen
  ) -> CommandOutcome {
    let places = place.map { [$0] } ?? (namespaces.isEmpty ? [world.place.namespace ?? ""] : namespaces)
    guard places.count == 1, !places[0].isEmpty else {
      fail("in which namespace: \(command) NAMESPACE")
      return .failed
    }
    if stack.isEmpty, let pods = world.kinds["v1/pods"] { open(Command.Table(kind: pods), world) }
    stack.append(opened(screen(places[0])))
    return .shown
  }
}
