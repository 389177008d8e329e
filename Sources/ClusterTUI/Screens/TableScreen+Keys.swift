import Cluster
import Terminal

extension TableScreen {
  var keyHints: [KeyHint] {
    var hints = [KeyHint("enter", openWord)]
    if kind.id == Catalog.contexts.id { return hints + [KeyHint("/", "filter")] }
    if kind.role == .event { hints.append(KeyHint("t", query.isGrouped ? "each by itself" : "together")) }
    if kind.isOfReleases {
      hints += [KeyHint("v", "values"), KeyHint("d", "release"), KeyHint("y", "manifest")]
    }
    if hasLog { hints.append(KeyHint("l", "logs")) }
    if kind.abilities.contains(.describe) { hints.append(KeyHint("d", "describe")) }
    if kind.abilities.contains(.yaml) { hints.append(KeyHint("y", "yaml")) }
    if hasRollout { hints.append(KeyHint("R", "rollout")) }
    if kind.abilities.contains(.events) { hints.append(KeyHint("E", "events")) }
    hints += [
      KeyHint(".", "actions"), KeyHint("w", "why"), KeyHint("/", "filter"),
    ]
    if hasCharts { hints.append(KeyHint("m", "metrics")) }
    if let between = hasBetween { hints.append(KeyHint("z", between, minor: true)) }
    if hasPorts { hints.append(KeyHint("F", "ports, and the services that lead there", minor: true)) }
    hints += [
      KeyHint("X", "related: what belongs to it", minor: true), KeyHint("u", "what uses it", minor: true),
      KeyHint("J", "its owner", minor: true), KeyHint("o", "its node", minor: true),
      KeyHint("D", "diff: of two marked, or with what was applied", minor: true),
      KeyHint("T", "what happened to it", minor: true), KeyHint("p", "previous log", minor: true),
      KeyHint("N A S P", "sort by name, age, status, namespace", minor: true),
      KeyHint("C M", "sort by CPU, memory", minor: true),
      KeyHint(",", "columns: show, hide, move, add", minor: true),
      KeyHint("shift-←/→", "choose the sort column", minor: true),
      KeyHint("O", "turn the order", minor: true), KeyHint("←/→", "columns that did not fit", minor: true),
      KeyHint("ctrl-w", "wide", minor: true), KeyHint("ctrl-z", "only what is in trouble", minor: true),
      KeyHint("ctrl-u ctrl-q", "clear the filter", minor: true),
      KeyHint("|", "the object beside the list, or not", minor: true),
      KeyHint("space", "mark", minor: true), KeyHint("ctrl-space", "mark a range", minor: true),
      KeyHint("ctrl-\\", "clear marks", minor: true), KeyHint("c", "copy name", minor: true),
      KeyHint("n", "copy namespace", minor: true),
      KeyHint("tab", "next tab of the detail", minor: true),
    ]
    if kind.role == .instance {
      hints.append(KeyHint("ctrl-k", "delete", minor: true))
    }
    hints += ActionOffer.offers(for: kind).compactMap { offer in
      directKey(offer).map { KeyHint($0, offer.title, minor: true) }
    }
    hints += [
      KeyHint("ctrl-s", "save as text", minor: true)
    ]
    return hints
  }

  /// Rows that have a log of their own.
  var hasLog: Bool {
    kind.abilities.contains(.logs) && (kind.role == .instance || kind.role == .container)
      || kind.hasLogsOfPods
  }

  var hasCharts: Bool { kind.hasCharts }

  private var openWord: String {
    switch kind.children {
    case .selected(let id), .fields(let id), .owned(let id), .inside(let id), .named(let id):
      id.split(separator: "/").last.map(String.init) ?? "open"
    case .containers: "containers"
    case .log: "log"
    case .instances: "instances"
    case .reference: "object"
    case .event: "in full"
    case .ofRow: "open"
    case .revisions: "revisions"
    case .release: "release"
    case .context: "use"
    case .chart: "chart"
    case .none: "describe"
    }
  }

  mutating func handle(_ key: Key, world: World) -> Reaction {
    if move(key, world) { return .none }
    switch key {
    case .enter: return open(world)
    case .character(let character): return handle(character, world)
    case .control(let character): return handle(control: character, world)
    case .tab: return detail.turn(1)
    case .backtab: return detail.turn(-1)
    case .shiftLeft: return chooseSort(-1, world)
    case .shiftRight: return chooseSort(1, world)
    case .right: if layout.hasMoreColumns { columnSteps += 1 }
    case .left: columnSteps = max(0, columnSteps - 1)
    case .escape:
      if !filter.text.isEmpty || filterProblem != nil {
        clearFilter()
        return .none
      }
      return .pop
    case .mouse(let mouse): return click(mouse, world)
    default: return .unhandled
    }
    return .none
  }

  private mutating func clearFilter() {
    (filter, filterProblem) = (Filter("", columns: filterColumns), nil)
  }

  // MARK: Moving

  private mutating func move(_ key: Key, _ world: World) -> Bool {
    let last = arrangement.order.count - 1
    let target: Int
    switch key {
    case .character("j"), .down: target = cursorRow + 1
    case .character("k"), .up: target = cursorRow - 1
    case .character("g"), .home: target = 0
    case .character("G"), .end: target = last
    case .control("f"), .pageDown: target = cursorRow + pageSize
    case .control("b"), .pageUp: target = cursorRow - pageSize
    default: return false
    }
    put(cursor: target, world)
    return true
  }

  private mutating func put(cursor target: Int, _ world: World) {
    cursorRow = max(0, min(target, arrangement.order.count - 1))
    cursorUID = row(world)?.uid
    scrollToCursor()
  }

  private mutating func click(_ mouse: Mouse, _ world: World) -> Reaction {
    switch mouse.action {
    case .wheelUp: put(cursor: cursorRow - 3, world)
    case .wheelDown: put(cursor: cursorRow + 3, world)
    case .press:
      guard mouse.x < listArea.x + listArea.width else { return .none }
      if mouse.y == listArea.y, let key = layout.sortKey(atX: mouse.x, self) {
        return sortBy(key, world)
      }
      let target = top + mouse.y - listArea.y - 1
      guard mouse.y > listArea.y, arrangement.order.indices.contains(target) else { return .none }
      if target == cursorRow { return open(world) }
      put(cursor: target, world)
    case .release: break
    }
    return .none
  }

  // MARK: Letters

  private mutating func handle(_ character: Character, _ world: World) -> Reaction {
    switch character {
    case "C": return sortByUse(.measure(.cpu), world)
    case "M": return sortByUse(.measure(.memory), world)
    case "N": return sortBy(.name, world)
    case "A": return sortBy(.age, world)
    case "P": return sortBy(.namespace, world)
    case ",": return openColumns(world)
    case "|":
      hidesDetail.toggle()
      return hidesDetail || listArea.width >= 160
        ? .none : .inform("there is room for the object beside the list from 160 columns on")
    case "S": return sortByStatus(world)
    case "O":
      sort.isDescending.toggle()
      return sorted(world)
    case " ":
      toggleMark(world)
      return .none
    case "/": return .prompt(.filter)
    default: break
    }
    guard let row = row(world) else { return .unhandled }
    return own(row, world).handle(character, row, world)
  }

  private func handle(_ character: Character, _ row: Row, _ world: World) -> Reaction {
    if let offer = directOffer(character) { return act(offer, world) }
    switch character {
    case "F" where hasPorts: return ports(of: row, world)
    case "z" where hasBetween != nil: return between(row, world)
    case "t" where kind.role == .event: return .replace(regrouped())
    case "d" where kind.role == .event: return .push(PageScreen(.description(about(row))))
    case "d" where kind.isOfReleases: return .push(release(of: row))
    case "v" where kind.isOfReleases: return .push(release(of: row, .values))
    case "y" where kind.isOfReleases: return .push(release(of: row, .manifest))
    case "w" where kind.isOfReleases: return .push(WhyScreen(objectRef(of: row)))
    case "d" where kind.abilities.contains(.describe):
      return .push(PageScreen(.description(objectRef(of: row))))
    case "y" where kind.abilities.contains(.yaml): return .push(PageScreen(.yaml(objectRef(of: row))))
    case "E" where kind.abilities.contains(.events):
      return world.kinds[Events.kind].map { .push(TableScreen(eventsOf: objectRef(of: row), kind: $0)) }
        ?? .none
    case "l": return openLog(row, previous: false)
    case "p": return openLog(row, previous: true)
    case "w": return openWhy(row)
    case "T" where kind.abilities.contains(.describe):
      return .push(TimelineScreen(of: about(row)))
    case "R": return openRollout(row)
    case "m":
      return hasCharts
        ? .push(ChartScreen(of: objectRef(of: row))) : .inform("\(kind.plural) have no metrics of their own")
    case "X", "u", "J", "o": return relation(character, row)
    case "D" where kind.abilities.contains(.yaml): return difference(row, world)
    case "c": return .copy(row.name, what: "name")
    case "n" where !row.namespace.isEmpty: return .copy(row.namespace, what: "namespace")
    default: return .unhandled
    }
  }

  private mutating func handle(control character: Character, _ world: World) -> Reaction {
    switch character {
    case "w": isWide.toggle()
    case "z": showsOnlyTrouble.toggle()
    case "\\": marks = []
    case " ": markRange(world)
    case "u", "q": clearFilter()
    case "k" where kind.role == .instance:
      if let offer = offer("d") { return act(offer, world) }
      return .unhandled
    case "s": return .save(name: crumb, text: plainText(world))
    case "d":
      let table = row(world).map { own($0, world) } ?? self
      if let offer = table.offer("d") { return table.act(offer, world) }
      return .inform("\(table.kind.plural) can't be deleted")
    default: return .unhandled
    }
    return .none
  }

  // MARK: Marks

  private mutating func toggleMark(_ world: World) {
    guard let uid = row(world)?.uid else { return }
    if marks.remove(uid) == nil { marks.insert(uid) }
    markAnchor = uid
    put(cursor: cursorRow + 1, world)
  }

  private mutating func markRange(_ world: World) {
    guard let store = world.rows(query), let anchor = markAnchor, let slot = store.slot(uid: anchor),
      let from = arrangement.position(of: slot)
    else { return toggleMark(world) }
    for at in min(from, cursorRow)...max(from, cursorRow) { marks.insert(store[arrangement.order[at]].uid) }
  }

  /// Everything that the filter lets through, as columns of text.
  private func plainText(_ world: World) -> String {
    guard let store = world.rows(query) else { return "" }
    let titles = ["NAMESPACE", "NAME"] + store.columns.map(\.title) + ["CREATED"]
    let rows = arrangement.order.filter(store.isAlive).map { slot in
      let row = store[slot]
      var (index, moments) = (-1, 0)
      let cells = store.columns.map { column in
        if column.hasCell { index += 1 }
        switch column.content {
        case .labels: return row.labels
        case .measure(let measure): return layout.measured.text(measure, row)
        case .age:
          moments += 1
          let text = row.cell(index)
          return text.isEmpty ? row.moment(moments - 1).map { String($0) } ?? "" : text
        case .text, .number, .status: return row.cell(index)
        }
      }
      return [row.namespace, row.name] + cells + [String(row.created)]
    }
    return ([titles] + rows).map { $0.joined(separator: "\t") }.joined(separator: "\n") + "\n"
  }
}
