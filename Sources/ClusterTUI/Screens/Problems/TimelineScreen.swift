import Cluster
import Terminal

/// What happened, the newest first: to one object and what belongs to it, or to everything in some namespaces. What
/// likely set a problem off is marked, with the ground for it.
struct TimelineScreen: Screen {
  let query: TimelineQuery
  private var filter = Filter("")
  /// Leaves out events of what goes as usual, which in a whole cluster are most of all.
  private(set) var hidesUsual: Bool
  private var hidden = 0
  private var filterProblem: String?
  private var folds: [HappeningFold] = []
  private var item: HappeningFold.Key?
  private var cursor = 0
  private var top = 0
  private var total = 0
  private var foot: [StyledLine] = []
  private var strip: TimelineStrip?
  private var line = HappeningLine.none
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)
  private var source: (revision: Int, filter: String, hidesUsual: Bool) = (-1, "", false)
  private var drawn: Drawn?

  /// What the columns and the strip were made of.
  private struct Drawn: Equatable {
    var revision: Int
    var filter: String
    var now: Int64
    var area: Rect
  }

  init(_ query: TimelineQuery) {
    self.query = query
    hidesUsual = query.subject == nil
  }
  init(of ref: ObjectRef) {
    self.init(TimelineQuery(ref, namespaces: ref.namespace.isEmpty ? [] : [ref.namespace]))
  }

  var crumb: String { query.subject.map { "\($0.name) > timeline" } ?? "timeline" }
  var mainNeed: Need? { .timeline(query) }
  var filterText: String? { filter.text }
  func needs(_ world: World) -> Set<Need> { [.timeline(query)] }

  var secondsUntilChange: Int64 {
    guard let newest = folds.first?.happening, let now = line.now else { return 60 }
    return Age.secondsUntilChange(seconds: max(0, now - newest.at))
  }

  func tally(_ world: World) -> String {
    guard world.timelines[query] != nil else { return "" }
    return filter.isActive ? "/\(filter.text) \(folds.count) of \(total)" : "\(total)"
  }

  var keyHints: [KeyHint] {
    [KeyHint("enter w", "why")] + ObjectKeys.hints.filter { $0.key != "T" || query.subject == nil } + [
      KeyHint("/", "filter"),
      KeyHint("ctrl-z", hidesUsual ? "all events" : "without usual events", minor: true),
      KeyHint("t", "to the trigger", minor: true),
      KeyHint("c", "copy the line", minor: true), KeyHint("ctrl-s", "save as text", minor: true),
      KeyHint("esc", "back"),
    ]
  }

  private var happening: Happening? { folds.indices.contains(cursor) ? folds[cursor].happening : nil }

  func remark(_ world: World) -> Remark? {
    if let filterProblem { return Remark(text: filterProblem, tone: .bad) }
    guard let happening else { return nil }
    if let ground = happening.ground {
      let text = Moment.rendered(ground, now: world.now)
      return Remark(text: "likely set it off: \(text)", tone: .pending, isWhy: true)
    }
    return Remark(text: Moment.rendered(happening.text, now: world.now), tone: happening.tone)
  }

  func targets(_ world: World) -> Targets? {
    guard let ref = happening?.subject ?? query.subject, let kind = world.kinds[ref.kind] else { return nil }
    return Targets(kind: kind, refs: [ref])
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    self.area = area
    let timeline = world.timelines[query] ?? Timeline()
    let revision = world.revisions[.timeline(query)] ?? -1
    if source != (revision, filter.text, hidesUsual) {
      take(timeline, world)
      source = (revision, filter.text, hidesUsual)
      drawn = nil
    }
    let key = Drawn(revision: revision, filter: filter.text, now: world.now, area: area)
    if drawn != key {
      lay(world, area)
      drawn = key
    }
    foot = timeline.unseen.prefix(2).map {
      StyledLine([("? not looked at: \(Text.harmless($0))", Theme.span(.warning))])
    }
    let more = timeline.unseen.count - foot.count
    if more > 0 { foot.append(StyledLine([("? and \(more) more not looked at", Theme.span(.warning))])) }
    if hidden > 0 {
      let what = hidden == 1 ? "1 event" : "\(hidden) events"
      foot.append(StyledLine([("  without \(what) of what goes as usual: ctrl-z", Theme.ghost)]))
    }
    followCursor()
  }

  private mutating func lay(_ world: World, _ area: Rect) {
    line = HappeningLine(
      folds, world.kinds, now: world.now, zoneOffsetSeconds: world.zoneOffsetSeconds, width: area.width,
      subject: query.subject)
    strip =
      area.width >= 100 && area.height >= 12 && !folds.isEmpty
      ? TimelineStrip(
        folds.map(\.happening), now: world.now, zoneOffsetSeconds: world.zoneOffsetSeconds, width: area.width)
      : nil
  }

  private mutating func take(_ timeline: Timeline, _ world: World) {
    let shown = timeline.happenings.filter { !hidesUsual || !$0.isUsual }
    hidden = timeline.happenings.count - shown.count
    folds = HappeningFold.lines(shown, world.kinds)
    total = folds.count
    if filter.isActive {
      folds.removeAll {
        !filter.passes(text: $0.happening.searchable(world.kinds), name: $0.happening.subject.name)
      }
    }
  }

  /// The cursor stays on the newest until somebody moves it, then on its line.
  private mutating func followCursor() {
    if let item, let at = folds.firstIndex(where: { $0.key == item }) {
      if top > 0 { top += at - cursor }
      cursor = at
    } else {
      cursor = max(0, min(cursor, folds.count - 1))
      item = item == nil || !folds.indices.contains(cursor) ? nil : folds[cursor].key
    }
    scrollToCursor()
  }

  private var pageSize: Int { max(1, area.height - 1 - foot.count - (strip?.height ?? 0)) }

  private mutating func scrollToCursor() {
    top = min(top, cursor)
    top = max(top, cursor - pageSize + 1)
    top = max(0, min(top, folds.count - pageSize))
  }

  mutating func search(_ text: String, find: Bool, world: World) {
    let typed = Filter(text)
    filterProblem = typed.problem
    if typed.problem == nil { filter = typed }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard world.timelines[query] != nil, !folds.isEmpty else {
      drawEmpty(on: &canvas, area: area, world: world)
      return drawFoot(on: &canvas)
    }
    var y = area.y
    if let strip {
      strip.draw(on: &canvas, x: area.x, y: y, cursor: happening?.at)
      y += strip.height
    }
    line.titles.draw(on: &canvas, x: area.x, y: y, width: area.width)
    for (offset, each) in folds.dropFirst(top).prefix(pageSize).enumerated() {
      let rect = Rect(x: area.x, y: y + 1 + offset, width: area.width, height: 1)
      line.line(each).draw(on: &canvas, x: rect.x, y: rect.y, width: rect.width)
      if top + offset == cursor { canvas.restyle(rect) { $0 = Style(bold: $0.bold, reverse: true) } }
    }
    drawFoot(on: &canvas)
  }

  private func drawFoot(on canvas: inout Canvas) {
    let y = area.y + area.height - foot.count
    for (offset, text) in foot.enumerated() where y + offset >= area.y {
      text.draw(on: &canvas, x: area.x, y: y + offset, width: area.width)
    }
  }

  private func drawEmpty(on canvas: inout Canvas, area: Rect, world: World) {
    let text: String =
      switch world.phase(.timeline(query)) {
      case .refused(_, let why), .ended(let why), .stale(_, let why): why
      case .live where filter.isActive: "nothing matches '\(filter.text)': esc clears the filter"
      case .live, .partial: "nothing happened, as far as the cluster remembers"
      case .connecting, .listing: "looking for what happened…"
      }
    for (row, part) in TextWrap.lines(text, columns: max(10, area.width - 4)).enumerated()
    where row + 1 < area.height {
      canvas.put(part, x: area.x + 2, y: area.y + 1 + row, style: Theme.ghost, maxColumns: area.width - 3)
    }
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    if move(key) { return .none }
    switch key {
    case .escape, .character("q"):
      guard key == .escape, !filter.text.isEmpty || filterProblem != nil else { return .pop }
      (filter, filterProblem) = (Filter(""), nil)
    case .enter: return happening.map { .push(WhyScreen($0.subject)) } ?? .none
    case .character("/"): return .prompt(.filter)
    case .control("z"): hidesUsual.toggle()
    case .character("c"):
      guard folds.indices.contains(cursor) else { return .none }
      return .copy(line.line(folds[cursor]).text, what: "the line")
    case .control("s"):
      return .save(name: crumb, text: folds.map { line.line($0).text }.joined(separator: "\n") + "\n")
    case .mouse(let mouse): return point(mouse)
    case .character(let letter):
      guard let ref = happening?.subject else { return .unhandled }
      return ObjectKeys(ref).open(letter, world) ?? .unhandled
    default: return .unhandled
    }
    return .none
  }

  private mutating func move(_ key: Key) -> Bool {
    switch key {
    case .character("j"), .down: put(cursor + 1)
    case .character("k"), .up: put(cursor - 1)
    case .character("g"), .home: put(0)
    case .character("G"), .end: put(folds.count - 1)
    case .pageDown, .control("f"): put(cursor + pageSize)
    case .pageUp, .control("b"): put(cursor - pageSize)
    case .character("t"):
      let next = folds.indices.dropFirst(cursor + 1).first { folds[$0].happening.isTrigger }
      if let at = next ?? folds.firstIndex(where: \.happening.isTrigger) { put(at) }
    default: return false
    }
    return true
  }

  private mutating func put(_ target: Int) {
    cursor = max(0, min(target, folds.count - 1))
    item = folds.indices.contains(cursor) ? folds[cursor].key : nil
    scrollToCursor()
  }

  private mutating func point(_ mouse: Mouse) -> Reaction {
    switch mouse.action {
    case .wheelUp: put(cursor - 3)
    case .wheelDown: put(cursor + 3)
    case .press:
      let target = top + mouse.y - area.y - 1 - (strip?.height ?? 0)
      guard folds.indices.contains(target), target >= top else { return .none }
      if target == cursor { return happening.map { .push(WhyScreen($0.subject)) } ?? .none }
      put(target)
    case .release: break
    }
    return .none
  }
}
