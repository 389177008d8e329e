import Cluster
import Terminal

/// The cluster at a glance: how many objects of each kind there are, what of them is in trouble and why, and how much of CPU
/// and memory is used.
struct PulseScreen: Screen {
  let namespaces: [String]
  private var lists: [PulseList] = []
  private var troubles: [(list: Int, group: PulseList.Group)] = []
  private var charts: [Chart] = []
  private var item = Item.kind("v1/nodes")
  private var layout = PulseLayout()
  private var top = 0

  /// What the cursor stands on.
  private enum Item: Equatable {
    case kind(Kind.ID)
    /// By the key of its group.
    case trouble(String)
  }

  /// What is shown, in the order in which one asks for it, and what people call it.
  private static let kinds: [(id: Kind.ID, title: String)] = [
    ("v1/nodes", "nodes"), ("v1/pods", "pods"), ("apps/v1/deployments", "deployments"),
    ("apps/v1/statefulsets", "statefulsets"), ("apps/v1/daemonsets", "daemonsets"), ("batch/v1/jobs", "jobs"),
    ("batch/v1/cronjobs", "cronjobs"), ("v1/persistentvolumeclaims", "volume claims"),
    ("autoscaling/v2/horizontalpodautoscalers", "autoscalers"), ("policy/v1/poddisruptionbudgets", "budgets"),
    ("v1/events", "warnings"),
  ]

  static let chart = ChartQuery(.cluster)

  init(namespaces: [String]) { self.namespaces = namespaces }

  var crumb: String { "pulse" }
  var mainNeed: Need? { .rows(Query("v1/pods", namespaces: namespaces)) }
  /// Reasons tell moments.
  var secondsUntilChange: Int64 { 1 }

  func needs(_ world: World) -> Set<Need> {
    var needs = Set(
      Self.kinds.compactMap { kind -> Need? in
        world.kinds[kind.id].map { .rows(PulseList($0, title: kind.title, namespaces: namespaces).query) }
      })
    if let mainNeed, world.phase(mainNeed).isSettled {
      needs.formUnion([.chart(Self.chart), .usage(HeatScreen.usage)])
    }
    return needs
  }

  var keyHints: [KeyHint] {
    var hints = [KeyHint("enter", group == nil ? "open" : "describe"), KeyHint("tab", "what is in trouble")]
    if group?.subject.log != nil { hints.append(KeyHint("l", "logs")) }
    if group != nil { hints += [KeyHint("w", "why"), KeyHint("E", "events"), KeyHint(".", "actions")] }
    return hints + [KeyHint("m", "metrics"), KeyHint("h j k l", "move", minor: true), KeyHint("esc", "back")]
  }

  func tally(_ world: World) -> String {
    let count = lists.reduce(0) { $0 + ($1.kind.role == .event ? 0 : $1.troubled) }
    return count > 0 ? "\(count)!" : ""
  }

  private var list: PulseList? {
    if case .kind(let id) = item { lists.first { $0.kind.id == id } } else { nil }
  }

  private var group: PulseList.Group? {
    guard case .trouble(let key) = item else { return nil }
    return troubles.first { $0.group.key == key }?.group
  }

  func remark(_ world: World) -> Remark? {
    if let group {
      let why = Moment.rendered(group.subject.reason, now: world.now)
      return why.isEmpty ? nil : Remark(text: why, tone: group.tone, isWhy: true)
    }
    if case .refused(let why)? = list?.answer { return Remark(text: why, tone: .unknown) }
    // A total without some nodes looks like a fall of load.
    let missing = world.charts[Self.chart]?.missing ?? []
    return missing.isEmpty ? nil : Remark(text: missing.joined(separator: "; "), tone: .pending)
  }

  func targets(_ world: World) -> Targets? {
    guard let ref = group?.subject.ref, let kind = world.kinds[ref.kind] else { return nil }
    return Targets(kind: kind, refs: [ref])
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    let known = Self.kinds.filter { world.kinds[$0.id] != nil }
    if lists.map(\.kind.id) != known.map(\.id) {
      lists = known.compactMap { kind in
        world.kinds[kind.id].map { PulseList($0, title: kind.title, namespaces: namespaces) }
      }
    }
    for index in lists.indices { lists[index].update(world) }
    gather()
    charts = world.charts[Self.chart]?.narrowed().board.charts ?? []
    layout.prepare(kinds: lists.count, charts: charts.count, area: area)
    if index == nil { item = lists.first.map { .kind($0.kind.id) } ?? item }
    scroll()
  }

  /// What is broken comes first, whatever its kind, and from each kind some.
  private mutating func gather() {
    var found: [(list: Int, group: PulseList.Group)] = []
    for (index, list) in lists.enumerated() { found += list.groups.map { (index, $0) } }
    troubles = found.filter { $0.group.tone == .bad } + found.filter { $0.group.tone != .bad }
  }

  /// Kinds, then what is in trouble.
  private var index: Int? {
    switch item {
    case .kind(let id): lists.firstIndex { $0.kind.id == id }
    case .trouble(let key):
      troubles.firstIndex { $0.group.key == key }.map { $0 + lists.count }
    }
  }

  private mutating func put(_ index: Int) {
    let index = max(0, min(index, lists.count + troubles.count - 1))
    if lists.indices.contains(index) {
      item = .kind(lists[index].kind.id)
    } else if troubles.indices.contains(index - lists.count) {
      item = .trouble(troubles[index - lists.count].group.key)
    }
    scroll()
  }

  private mutating func scroll() {
    let rows = max(1, layout.troubles.height)
    let at = (index ?? 0) - lists.count
    if at >= 0 { top = max(at - rows + 1, min(top, at)) } else { top = 0 }
    top = max(0, min(top, troubles.count - rows))
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    drawHead(on: &canvas, area: area, world: world)
    for (index, rect) in layout.places.enumerated() where lists.indices.contains(index) {
      drawList(lists[index], in: rect, isCursor: item == .kind(lists[index].kind.id), on: &canvas)
    }
    drawTroubles(on: &canvas, world: world)
    for (index, rect) in layout.charts.enumerated() {
      guard charts.indices.contains(index) else { continue }
      LineChart(charts[index], area: rect, zoneOffsetSeconds: world.zoneOffsetSeconds).draw(on: &canvas)
    }
  }

  private func drawHead(on canvas: inout Canvas, area: Rect, world: World) {
    let place = namespaces.isEmpty ? "all namespaces" : "in \(namespaces.joined(separator: ", "))"
    var line = StyledLine([(Text.harmless(place), Style(bold: true))])
    if let store = world.rows(HeatScreen.usage.rows), let readings = world.usages[HeatScreen.usage] {
      let tiles = HeatTile.tiles(store, readings, pods: nil, now: world.now)
      for measure in [HeatMeasure.cpu, .memory] {
        let total = HeatTotal(tiles, measure)
        guard total.amount.used != nil else { continue }
        let without = total.unknown > 0 ? " without \(total.unknown) nodes" : ""
        line.append("   \(measure.rawValue) \(total.amount.text(measure))\(without)", Style())
      }
    } else if case .refused(_, let why) = world.phase(.usage(HeatScreen.usage)) {
      line.append("   no CPU and memory: \(Text.harmless(why))", Theme.span(.warning))
    }
    line.draw(on: &canvas, x: area.x + 1, y: area.y, width: area.width - 1)
  }

  private func drawList(_ list: PulseList, in rect: Rect, isCursor: Bool, on canvas: inout Canvas) {
    var style = Style()
    var sign = String(list.tone.glyph)
    switch list.answer {
    case .refused: (style, sign) = (Theme.row(.unknown), "?")
    case .waiting: (style, sign) = (Theme.ghost, " ")
    case .counted: style = Theme.row(list.tone)
    }
    let tally = list.tally
    canvas.put("\(sign) ", x: rect.x, y: rect.y, style: style, maxColumns: rect.width)
    canvas.put(list.title, x: rect.x + 2, y: rect.y, maxColumns: max(0, min(14, rect.width - 2)))
    let end = rect.x + 16 + 9
    canvas.put(
      tally, x: max(rect.x + 16, end - Text.columns(tally)), y: rect.y, style: style,
      maxColumns: max(0, rect.width - 16))
    let columns = max(0, rect.width - 27)
    list.bar(columns: columns).draw(on: &canvas, x: end + 1, y: rect.y, width: columns)
    if isCursor { canvas.restyle(rect) { $0.reverse = true } }
  }

  private func drawTroubles(on canvas: inout Canvas, world: World) {
    let rect = layout.troubles
    guard rect.height > 0, rect.width > 0 else { return }
    if troubles.isEmpty {
      let isWaiting = lists.contains { $0.answer == .waiting }
      let isRefused = lists.contains { if case .refused = $0.answer { true } else { false } }
      let text =
        isWaiting
        ? "looking…" : isRefused ? "nothing is in trouble of what you may see" : "nothing is in trouble"
      let style = isWaiting ? Theme.ghost : Theme.span(.good)
      return _ = canvas.put(text, x: rect.x + 1, y: rect.y, style: style, maxColumns: rect.width)
    }
    let shown = troubles.dropFirst(top).prefix(rect.height)
    func label(_ trouble: (list: Int, group: PulseList.Group)) -> String {
      let group = trouble.group
      let kind = lists[trouble.list].kind
      if kind.role == .event { return group.count > 1 ? "\(group.name), \(group.count) events" : group.name }
      let name = "\(kind.singular) \(group.name)"
      return group.count > 1 ? "\(name) and \(group.count - 1) more" : name
    }
    let longest = shown.map { Text.columns(label($0)) }.max() ?? 0
    let nameColumns = min(longest, max(12, rect.width * 9 / 20))
    for (offset, trouble) in shown.enumerated() {
      let (y, group) = (rect.y + offset, trouble.group)
      canvas.put(
        String(group.tone.glyph), x: rect.x, y: y, style: Theme.row(group.tone), maxColumns: rect.width)
      let name = Text.truncated(label(trouble), columns: min(nameColumns, rect.width - 2), keepTail: true)
      canvas.put(name, x: rect.x + 2, y: y, style: Theme.row(group.tone), maxColumns: rect.width - 2)
      let why = Moment.rendered(group.subject.reason, now: world.now)
      let room = max(0, rect.width - nameColumns - 4)
      canvas.put(
        Text.truncated(why, columns: room), x: rect.x + nameColumns + 4, y: y, maxColumns: room)
      if item == .trouble(group.key) {
        canvas.restyle(Rect(x: rect.x, y: y, width: rect.width, height: 1)) { $0.reverse = true }
      }
    }
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    if move(key) { return .none }
    switch key {
    case .escape, .character("q"): return .pop
    case .enter: return open()
    case .mouse(let mouse): return point(mouse)
    case .character("m"):
      if let group, group.subject.hasCharts { return .push(ChartScreen(of: group.subject.ref)) }
      return .push(ChartScreen(Self.chart, crumb: "cluster"))
    default: break
    }
    guard let subject = group?.subject else { return .unhandled }
    switch key {
    case .character("l"):
      return subject.log.map { .push(LogScreen(query: $0)) } ?? .inform("it has no log of its own")
    case .character("w"): return .push(WhyScreen(subject))
    case .character("y"): return .push(PageScreen(.yaml(subject.ref)))
    case .character("d"): return .push(PageScreen(.description(subject.ref)))
    case .character("E"):
      return world.kinds[Events.kind].map { .push(TableScreen(eventsOf: subject.ref, kind: $0)) } ?? .none
    default: return .unhandled
    }
  }

  private mutating func move(_ key: Key) -> Bool {
    let at = index ?? 0
    let isKind = at < lists.count
    switch key {
    case .down, .character("j"): put(at + 1)
    case .up, .character("k"): put(at - 1)
    case .right: if isKind { put(min(at + layout.rows, lists.count - 1)) }
    case .character("l") where isKind: put(min(at + layout.rows, lists.count - 1))
    case .left, .character("h"): if isKind { put(at - layout.rows) }
    case .tab, .backtab: put(isKind ? lists.count : 0)
    case .home, .character("g"): put(0)
    case .end, .character("G"): put(.max / 2)
    case .pageDown, .control("f"): put(max(lists.count, at + layout.troubles.height))
    case .pageUp, .control("b"): put(at - max(1, layout.troubles.height))
    default: return false
    }
    return true
  }

  private func open() -> Reaction {
    if let group { return .push(PageScreen(.description(group.subject.ref))) }
    guard let list else { return .none }
    var table = TableScreen(kind: list.kind, query: list.query)
    table.showsOnlyTrouble = list.troubled > 0
    return .push(table)
  }

  private mutating func point(_ mouse: Mouse) -> Reaction {
    let at = index ?? 0
    switch mouse.action {
    case .wheelUp: put(at - 1)
    case .wheelDown: put(at + 1)
    case .press:
      var target: Int?
      if let kind = layout.places.firstIndex(where: { $0.holds(mouse.x, mouse.y) }) { target = kind }
      if layout.troubles.holds(mouse.x, mouse.y) { target = lists.count + top + mouse.y - layout.troubles.y }
      guard let target else { return .none }
      if target == at { return open() }
      put(target)
    case .release: break
    }
    return .none
  }
}
