import Cluster
import Terminal

/// Everything that belongs to one object, in both directions: what owns it, what it uses and who uses it, what leads to
/// it and what it may do. Each line opens its object.
struct RelatedScreen: Screen {
  /// A line: the heading of a group, one of its objects, or how many more there are.
  enum Line: Hashable {
    case heading(Relation)
    case item(Relation, ObjectRef, Int)
    case more(Relation, Int)
    case unseen(String)
  }

  let ref: ObjectRef
  /// Where the cursor begins, where there is such a group.
  private let first: Relation?
  private var isPlaced = false
  private(set) var lines: [Line] = []
  private var items: [Relations.Item?] = []
  private var cursor = ListCursor<Line>()
  private var filter = Filter("")
  private var filterProblem: String?
  private var shape: RelationLine?
  private var made: (revision: Int, filter: String, width: Int)?
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)

  init(_ ref: ObjectRef, at first: Relation? = nil) {
    self.ref = ref
    self.first = first
  }

  var crumb: String { "\(ref.name) > related" }
  var mainNeed: Need? { .related(ref) }
  var filterText: String? { filter.text }
  func needs(_ world: World) -> Set<Need> { [.related(ref)] }

  func tally(_ world: World) -> String {
    let all = items.compactMap(\.self)
    let troubled = all.count(where: \.isInTrouble)
    return all.isEmpty ? "" : troubled > 0 ? "\(troubled)!/\(all.count)" : "\(all.count)"
  }

  var keyHints: [KeyHint] {
    [KeyHint("enter", "open"), KeyHint("X", "what belongs to it"), KeyHint("/", "filter")] + ObjectKeys.hints
      + [
        KeyHint("J", "its owner", minor: true), KeyHint("c", "copy name", minor: true),
        KeyHint("esc", "back"),
      ]
  }

  func remark(_ world: World) -> Remark? {
    if let filterProblem { return Remark(text: filterProblem, tone: .bad) }
    guard let item else {
      if case .unseen(let why) = cursor.line { return Remark(text: why, tone: .unknown) }
      return nil
    }
    switch item.presence {
    case .missing:
      let how = item.how.isEmpty ? "" : " (\(item.how))"
      return Remark(
        text: item.ref.name.isEmpty
          ? item.how : "\(item.ref.name) is named\(how), and there is no such object",
        tone: .bad, isWhy: true)
    case .unseen(let why): return Remark(text: why, tone: .unknown, isWhy: true)
    case .absent: return Remark(text: "it is optional, and not there", tone: .done, isWhy: true)
    case .present:
      guard !item.reason.isEmpty else { return nil }
      return Remark(text: Moment.rendered(item.reason, now: world.now), tone: item.tone, isWhy: true)
    }
  }

  /// The object under the cursor.
  private var item: Relations.Item? { items.indices.contains(cursor.index) ? items[cursor.index] : nil }
  var target: ObjectRef { item.flatMap { $0.ref.name.isEmpty ? nil : $0.ref } ?? ref }

  func targets(_ world: World) -> Targets? {
    world.kinds[target.kind].map { Targets(kind: $0, refs: [target]) }
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    self.area = area
    let revision = world.revisions[.related(ref)] ?? -1
    if made.map({ $0 != (revision, filter.text, area.width) }) ?? true {
      arrange(world.relations[ref], world)
      made = (revision, filter.text, area.width)
    }
    cursor.follow(lines, page: area.height, isChosen: world.phase(.related(ref)).isSettled)
    guard !isPlaced, world.phase(.related(ref)).isSettled else { return }
    isPlaced = true
    let wanted =
      first.flatMap { lines.firstIndex(of: .heading($0)) }
      ?? lines.firstIndex { if case .heading = $0 { true } else { false } }
    cursor.put((wanted ?? -1) + 1, lines)
  }

  private mutating func arrange(_ relations: Relations?, _ world: World) {
    (lines, items) = ([], [])
    for group in relations?.groups ?? [] {
      let shown = group.items.filter { passes($0, world) }
      if shown.isEmpty { continue }
      lines.append(.heading(group.relation))
      items.append(nil)
      for (index, item) in shown.enumerated() {
        // One object may stand below several others.
        lines.append(.item(group.relation, item.ref, item.depth * 10_000 + (item.depth > 0 ? index : 0)))
        items.append(item)
      }
      if group.more > 0 {
        lines.append(.more(group.relation, group.more))
        items.append(nil)
      }
    }
    for sentence in relations?.unseen ?? [] {
      lines.append(.unseen(sentence))
      items.append(nil)
    }
    shape = RelationLine(
      items.compactMap { item in item.map { ($0, Self.indent($0)) } }, width: area.width, world.kinds)
  }

  private func passes(_ item: Relations.Item, _ world: World) -> Bool {
    guard filter.isActive else { return true }
    let text = "\(RelationLine.title(item, world.kinds)) \(RelationLine.state(item)) \(item.how)"
    return filter.passes(text: text, name: item.ref.name)
  }

  private static func indent(_ item: Relations.Item) -> Int { 2 + 2 * item.depth }

  mutating func search(_ text: String, find: Bool, world: World) {
    let typed = Filter(text)
    filterProblem = typed.problem
    if typed.problem == nil { filter = typed }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) { draw(on: &canvas, area: area, world, true) }

  /// - Parameter showsCursor: beside a list the cursor stands in the list.
  func draw(on canvas: inout Canvas, area: Rect, _ world: World, _ showsCursor: Bool) {
    guard let relations = world.relations[ref], let shape else {
      return drawWaiting(on: &canvas, area: area, world)
    }
    if lines.isEmpty {
      var text =
        relations.isWhole ? "nothing belongs to it, as far as can be seen" : "looking for what belongs to it…"
      if filter.isActive { text = "nothing here matches '\(filter.text)': esc clears the filter" }
      if case .ended(let why) = world.phase(.related(ref)) { text = why }
      canvas.put(text, x: area.x + 2, y: area.y + 1, style: Theme.ghost, maxColumns: area.width - 3)
      return
    }
    for (offset, line) in lines.dropFirst(cursor.top).prefix(area.height).enumerated() {
      let index = cursor.top + offset
      let rect = Rect(x: area.x, y: area.y + offset, width: area.width, height: 1)
      styled(line, items[index], shape, world).draw(on: &canvas, x: rect.x, y: rect.y, width: rect.width)
      if showsCursor, index == cursor.index {
        canvas.restyle(rect) { $0 = Style(bold: $0.bold, reverse: true) }
      }
    }
  }

  private func styled(_ line: Line, _ item: Relations.Item?, _ shape: RelationLine, _ world: World)
    -> StyledLine
  {
    switch line {
    case .heading(let relation): return StyledLine([(relation.rawValue, Theme.span(.heading))])
    case .more(_, let count): return StyledLine([("  … \(count) more", Theme.ghost)])
    case .unseen(let why): return StyledLine([("? \(Text.harmless(why))", Theme.ghost)])
    case .item:
      guard let item else { return StyledLine([]) }
      let lead = "\(RelationLine.glyph(item)) " + String(repeating: " ", count: 2 * item.depth)
      return shape.line(item, lead: lead, indent: Self.indent(item), world.kinds)
    }
  }

  private func drawWaiting(on canvas: inout Canvas, area: Rect, _ world: World) {
    let text =
      switch world.phase(.related(ref)) {
      case .connecting, .listing, .live, .partial: "looking for what belongs to it…"
      case .refused(_, let why), .stale(_, let why), .ended(let why): why
      }
    canvas.put(text, x: area.x + 2, y: area.y + 1, style: Theme.ghost, maxColumns: area.width - 3)
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    if cursor.move(key, lines) { return .none }
    switch key {
    case .enter: return open(world)
    case .escape:
      guard !filter.text.isEmpty || filterProblem != nil else { return .pop }
      (filter, filterProblem) = (Filter(""), nil)
    case .character("q"): return .pop
    case .character("/"): return .prompt(.filter)
    case .character("c"): return .copy(target.name, what: "name")
    case .mouse(let mouse): return point(mouse, world)
    case .character(let letter): return ObjectKeys(target).open(letter, world) ?? .unhandled
    default: return .unhandled
    }
    return .none
  }

  private func open(_ world: World) -> Reaction {
    guard let item else { return .none }
    switch item.presence {
    case .missing where item.ref.name.isEmpty: return .inform(item.how)
    case .missing, .absent: return .inform("\(world.kinds.words(for: item.ref, item.kindName)) is not there")
    case .present, .unseen: return .push(PageScreen(.description(item.ref)))
    }
  }

  private mutating func point(_ mouse: Mouse, _ world: World) -> Reaction {
    switch mouse.action {
    case .wheelUp: cursor.put(cursor.index - 3, lines)
    case .wheelDown: cursor.put(cursor.index + 3, lines)
    case .press:
      let row = cursor.top + mouse.y - area.y
      guard lines.indices.contains(row) else { return .none }
      if row == cursor.index { return open(world) }
      cursor.put(row, lines)
    case .release: break
    }
    return .none
  }
}
