import Cluster
import Terminal

/// Keys that a person defined: hotkeys run a command, plug-ins a program.
extension Shell {
  /// What a key of the person's own leads to; nil where it is none, or the screen has a meaning of its own for it.
  mutating func ownKey(_ key: Key, _ world: World) -> [Effect]? {
    guard !world.setup.hotkeys.isEmpty || !world.setup.plugins.isEmpty, !isCard else { return nil }
    if let plugin = plugins(world).first(where: { $0.key == key }), plugin.overrides || !isTaken(key) {
      return run(plugin, world)
    }
    if let hotkey = world.setup.hotkeys.first(where: { $0.key == key }), hotkey.overrides || !isTaken(key) {
      return run(hotkey, world)
    }
    return nil
  }

  /// Cards take texts and answers; their keys are what they say.
  var isCard: Bool { prompt == nil && (top is PluginCard || top is ActionCard || top is ColumnsScreen) }

  /// Whether the screen, or all screens, have a use for a key.
  private func isTaken(_ key: Key) -> Bool {
    let hints = (top?.keyHints ?? []).flatMap { $0.key.split(separator: " ").map(String.init) }
    return hints.contains { Key(name: $0) == key }
      || KeyAction.all.contains { $0.scope == .global && $0.key == key }
  }

  /// The plug-ins that count for what is shown.
  func plugins(_ world: World) -> [Plugin] {
    let names = shownKind(world).map(\.names) ?? []
    return world.setup.plugins.filter { $0.applies(to: names) }
  }

  private func shownKind(_ world: World) -> Kind? {
    if let table = top as? TableScreen { return table.kind }
    return top?.targets(world)?.kind
  }

  /// Keys of the person's own for help and the last row.
  func ownHints(_ world: World) -> [KeyHint] {
    plugins(world).filter { $0.overrides || !isTaken($0.key) }.map { KeyHint($0.key.description, $0.words) }
      + world.setup.hotkeys.filter { $0.overrides || !isTaken($0.key) }.map {
        KeyHint($0.key.description, $0.words)
      }
  }

  // MARK: Running

  private mutating func run(_ hotkey: Hotkey, _ world: World) -> [Effect] {
    let command = values(world).substituted(hotkey.command)
    let before = stack
    let effects = run(command, world)
    // What it opened stands above where one was.
    if hotkey.keepsHistory, let opened = stack.last,
      stack.count != before.count || opened.crumb != before.last?.crumb
    {
      stack = before + [opened]
    }
    return effects
  }

  private mutating func run(_ plugin: Plugin, _ world: World) -> [Effect] {
    if world.isReadOnly || world.isRedacted, !plugin.isSafe {
      fail(
        "'\(plugin.name)' may change things and this session is read-only; 'safe: true' in its file says that it does not"
      )
      return []
    }
    if world.isMerged, !plugin.isSafe {
      fail("'\(plugin.name)' may change things: that is done in one context; :ctx NAME leads there")
      return []
    }
    let values = values(world)
    if plugin.asksFirst || plugin.isDangerous || !plugin.inputs.isEmpty || world.isProtected && !plugin.isSafe
    {
      stack.append(PluginCard(plugin, values, isProtected: world.isProtected))
      return []
    }
    do throws(PluginCall.Refusal) { return [.plugin(try PluginCall(plugin, values))] } catch {
      fail(error.text)
      return []
    }
  }

  /// What `$NAME` and the like stand for here.
  func values(_ world: World) -> PluginValues {
    var values = PluginValues()
    values["CONTEXT"] = world.place.context
    values["CLUSTER"] = world.place.cluster
    values["USER"] = world.place.user
    values["GROUPS"] = ""
    values["FILTER"] = top?.filterText ?? ""
    if let path = SettingsFolders.environment("KUBECONFIG") { values["KUBECONFIG"] = path }
    values["NAMESPACE"] = namespaces.count == 1 ? namespaces[0] : ""
    if let kind = shownKind(world) { addKind(kind, to: &values) }
    if let ref = top?.targets(world)?.refs.first {
      (values["NAME"], values["NAMESPACE"]) = (ref.name, ref.namespace)
    }
    if let table = top as? TableScreen, let row = table.row(world), let store = world.rows(table.query) {
      addRow(row, of: table, store.columns, to: &values)
    } else if let log = top as? LogScreen {
      values["NAME"] = log.query.pod
      values["NAMESPACE"] = log.query.namespace
      values["POD"] = log.query.pod
      values["CONTAINER"] = log.query.containers.first ?? ""
    }
    return values
  }

  private func addKind(_ kind: Kind, to values: inout PluginValues) {
    (values["RESOURCE_GROUP"], values["RESOURCE_VERSION"]) = (kind.group, kind.version)
    values["RESOURCE_NAME"] = kind.plural
  }

  private func addRow(_ row: Row, of table: TableScreen, _ columns: [Column], to values: inout PluginValues) {
    let ref = table.objectRef(of: row)
    (values["NAME"], values["NAMESPACE"]) = (row.name, ref.namespace)
    if table.kind.role == .container {
      (values["CONTAINER"], values["POD"]) = (row.drill.isEmpty ? row.name : row.drill, ref.name)
    } else if ref.kind == "v1/pods" {
      values["POD"] = ref.name
    }
    values["COL-NAME"] = row.name
    values["COL-NAMESPACE"] = row.namespace
    var cell = -1
    for column in columns {
      if column.hasCell { cell += 1 }
      switch column.content {
      case .text, .number, .status: values["COL-\(column.title)"] = row.cell(cell)
      case .labels: values["COL-LABELS"] = row.labels
      case .age, .measure: break
      }
    }
  }
}

extension Kind {
  /// Every name of the kind, in small letters.
  var names: [String] {
    ([plural, singular, name, id] + shortNames + (group.isEmpty ? [] : ["\(plural).\(group)"])).map {
      $0.lowercased()
    }
  }
}
