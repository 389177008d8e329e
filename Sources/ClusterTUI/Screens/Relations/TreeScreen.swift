import Cluster
import Terminal

/// All objects of a kind, each with what belongs to it below it down to containers and what they use. What is named and
/// is not there is red. It is kept up to date branch by branch.
struct TreeScreen: Screen {
  let kind: Kind
  let query: TreeQuery
  private(set) var tree = TreeLines()
  private var cursor = ListCursor<TreeLines.Line>()
  private var pattern: Pattern?
  private var filterTyped = ""
  private var filterProblem: String?
  private var showsOnlyTrouble = false
  private var isDecided = false
  private var turns = 0
  private var made: Sources?
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)

  private struct Sources: Hashable {
    var revision: Int
    var filter: String
    var onlyTrouble: Bool
    var turns: Int
  }

  init(kind: Kind, namespaces: [String]) {
    self.kind = kind
    query = TreeQuery(kind.id, namespaces: namespaces)
  }

  var crumb: String { "xray \(kind.plural)" }
  var mainNeed: Need? { .tree(query) }
  var filterText: String? { filterTyped }
  func needs(_ world: World) -> Set<Need> { [.tree(query)] }

  func tally(_ world: World) -> String {
    guard let forest = world.trees[query] else { return "" }
    let count = forest.branches.count
    let total = tree.shown == count ? "\(count)" : "\(tree.shown) of \(count)"
    let words = [filterTyped.isEmpty ? "" : "/\(filterTyped)", showsOnlyTrouble ? "in trouble" : "", total]
    let tally = words.filter { !$0.isEmpty }.joined(separator: " ")
    return forest.troubled > 0 ? "\(forest.troubled)! in \(tally)" : tally
  }

  var keyHints: [KeyHint] {
    [
      KeyHint("space", "fold"), KeyHint("x", tree.isOpen ? "fold all" : "unfold all"),
      KeyHint("enter", "open"),
      KeyHint("/", "filter"), KeyHint("ctrl-z", showsOnlyTrouble ? "all" : "only what is in trouble"),
    ]
      + ObjectKeys.hints + [
        KeyHint("← →", "fold, unfold", minor: true), KeyHint("c", "copy name", minor: true),
        KeyHint("esc", "back"),
      ]
  }

  func remark(_ world: World) -> Remark? {
    if let filterProblem { return Remark(text: filterProblem, tone: .bad) }
    guard let item = item(world) else { return nil }
    switch item.presence {
    case .missing:
      let how = item.how.isEmpty ? "" : " (\(item.how))"
      return Remark(
        text: "\(item.ref.name) is named\(how), and there is no such object", tone: .bad, isWhy: true)
    case .unseen(let why): return Remark(text: why, tone: .unknown, isWhy: true)
    case .absent: return Remark(text: "it is optional, and not there", tone: .done, isWhy: true)
    case .present:
      if !item.reason.isEmpty {
        return Remark(text: Moment.rendered(item.reason, now: world.now), tone: item.tone, isWhy: true)
      }
      return world.trees[query]?.unseen.first.map { Remark(text: "not seen: \($0)", tone: .unknown) }
    }
  }

  private func item(_ world: World) -> Relations.Item? { cursor.line.flatMap { node($0, world) } }

  private func node(_ line: TreeLines.Line, _ world: World) -> Relations.Item? {
    guard tree.branches.indices.contains(line.branch),
      let branch = world.trees[query]?.branches[tree.branches[line.branch]],
      branch.nodes.indices.contains(line.node)
    else { return nil }
    return branch.nodes[line.node]
  }

  /// The object under the cursor; of a container its pod.
  private func target(_ world: World) -> ObjectRef? {
    guard let line = cursor.line, let item = item(world) else { return nil }
    guard item.ref.kind == "containers" else { return item.ref.name.isEmpty ? nil : item.ref }
    let nodes = world.trees[query]?.branches[tree.branches[line.branch]]?.nodes ?? []
    return nodes[..<line.node].last { $0.depth < item.depth }?.ref
  }

  private func log(_ world: World) -> LogQuery? {
    guard let item = item(world), item.ref.kind == "containers", let pod = target(world) else { return nil }
    return LogQuery(namespace: pod.namespace, pod: pod.name, uid: pod.uid, containers: [item.ref.name])
  }

  func targets(_ world: World) -> Targets? {
    guard let target = target(world), let kind = world.kinds[target.kind] else { return nil }
    return Targets(kind: kind, refs: [target])
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    self.area = area
    guard let forest = world.trees[query] else { return }
    // A small tree is shown whole, of a large one what is in trouble.
    if !isDecided, forest.isWhole {
      isDecided = true
      if forest.nodeCount > area.height {
        tree.unfoldTrouble(forest, rows: area.height)
      } else if !tree.isOpen {
        tree.turnAll()
      }
      turns += 1
    }
    let sources = Sources(
      revision: world.revisions[.tree(query)] ?? -1, filter: filterTyped, onlyTrouble: showsOnlyTrouble,
      turns: turns)
    if sources != made {
      tree.update(forest, pattern: pattern, onlyTrouble: showsOnlyTrouble)
      made = sources
    }
    cursor.follow(tree.lines, page: area.height, isChosen: forest.isWhole)
  }

  mutating func search(_ text: String, find: Bool, world: World) {
    filterTyped = text
    filterProblem = nil
    guard !text.isEmpty else {
      pattern = nil
      return
    }
    do throws(PatternError) { pattern = try Pattern(text) } catch {
      filterProblem = "'\(error.text)' is no regular expression: \(error.message)"
    }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard let forest = world.trees[query], !tree.lines.isEmpty else {
      return drawWaiting(on: &canvas, area: area, world)
    }
    let shown = tree.lines.dropFirst(cursor.top).prefix(area.height)
    let items = shown.compactMap { line in node(line, world).map { ($0, Self.indent($0)) } }
    let shape = RelationLine(items, width: area.width, world.kinds)
    for (offset, line) in shown.enumerated() {
      guard let branch = forest.branches[tree.branches[line.branch]], branch.nodes.indices.contains(line.node)
      else { continue }
      let item = branch.nodes[line.node]
      let hasBelow = branch.ends[line.node] > line.node + 1
      let isOpen = pattern != nil || tree.isUnfolded(line.identity)
      let below = branch.trouble[line.node] - (item.isInTrouble ? 1 : 0)
      let sign = hasBelow ? (isOpen ? "▾ " : "▸ ") : "  "
      let lead = "\(RelationLine.glyph(item)) " + String(repeating: "  ", count: item.depth) + sign
      let note = below > 0 && !isOpen ? "\(below) in trouble below" : ""
      let rect = Rect(x: area.x, y: area.y + offset, width: area.width, height: 1)
      shape.line(item, lead: lead, indent: Self.indent(item), note: note, world.kinds)
        .draw(on: &canvas, x: rect.x, y: rect.y, width: rect.width)
      if cursor.top + offset == cursor.index, cursor.line != nil {
        canvas.restyle(rect) { $0 = Style(bold: $0.bold, reverse: true) }
      }
    }
  }

  private static func indent(_ item: Relations.Item) -> Int { 4 + 2 * item.depth }

  private func drawWaiting(on canvas: inout Canvas, area: Rect, _ world: World) {
    let text =
      switch world.phase(.tree(query)) {
      case .refused(_, let why), .stale(_, let why), .ended(let why): why
      case .live where !filterTyped.isEmpty: "nothing matches '\(filterTyped)': esc clears the filter"
      case .live where showsOnlyTrouble: "nothing here is in trouble: ctrl-z shows all"
      case .live, .partial:
        world.trees[query]?.unseen.first { $0.hasPrefix(kind.plural) } ?? "there are no \(kind.plural)"
      case .connecting, .listing: "reading what belongs to the \(kind.plural)…"
      }
    canvas.put(text, x: area.x + 2, y: area.y + 1, style: Theme.ghost, maxColumns: area.width - 3)
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    // While branches are still coming the cursor is on none: a key means the first one.
    if cursor.line == nil, !tree.lines.isEmpty { cursor.put(0, tree.lines) }
    if cursor.move(key, tree.lines) { return .none }
    switch key {
    case .enter: return open(world)
    case .character(" "): if let line = cursor.line { tree.turn(line.identity) }
    case .right: if let line = cursor.line { tree.set(line.identity, isUnfolded: true) }
    case .left: foldUp(world)
    case .character("x"): tree.turnAll()
    case .control("z"): showsOnlyTrouble.toggle()
    case .escape:
      guard !filterTyped.isEmpty else { return .pop }
      (filterTyped, filterProblem, pattern) = ("", nil, nil)
    case .character("q"): return .pop
    case .character("/"): return .prompt(.filter)
    case .mouse(let mouse): return point(mouse, world)
    case .character(let letter): return handle(letter, world)
    default: return .unhandled
    }
    turns += 1
    return .none
  }

  private func handle(_ letter: Character, _ world: World) -> Reaction {
    guard let item = item(world), let target = target(world) else { return .unhandled }
    if letter == "c" { return .copy(item.ref.name, what: "name") }
    return ObjectKeys(target, log: log(world)).open(letter, world) ?? .unhandled
  }

  /// Folds the node, or goes to the one it stands below.
  private mutating func foldUp(_ world: World) {
    guard let line = cursor.line, let item = item(world) else { return }
    let branch = world.trees[query]?.branches[tree.branches[line.branch]]
    let hasBelow = branch.map { $0.ends[line.node] > line.node + 1 } ?? false
    if hasBelow, tree.isUnfolded(line.identity) { return tree.set(line.identity, isUnfolded: false) }
    let above = tree.lines[..<cursor.index].lastIndex { other in
      other.branch == line.branch && (node(other, world)?.depth ?? .max) < item.depth
    }
    if let above { cursor.put(above, tree.lines) }
  }

  private func open(_ world: World) -> Reaction {
    guard let item = item(world) else { return .none }
    switch item.presence {
    case .missing, .absent: return .inform("\(world.kinds.words(for: item.ref, item.kindName)) is not there")
    case .present, .unseen:
      if let log = log(world) { return .push(LogScreen(query: log)) }
      return .push(PageScreen(.description(item.ref)))
    }
  }

  private mutating func point(_ mouse: Mouse, _ world: World) -> Reaction {
    switch mouse.action {
    case .wheelUp: cursor.put(cursor.index - 3, tree.lines)
    case .wheelDown: cursor.put(cursor.index + 3, tree.lines)
    case .press:
      let row = cursor.top + mouse.y - area.y
      guard tree.lines.indices.contains(row) else { return .none }
      if row == cursor.index {
        tree.turn(tree.lines[row].identity)
        turns += 1
      } else {
        cursor.put(row, tree.lines)
      }
    case .release: break
    }
    return .none
  }
}
