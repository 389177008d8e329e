import Cluster
import Terminal

/// A rollout as it goes on: its verdict, its pods by revision, what holds it up, and the way back.
struct RolloutScreen: Screen {
  let ref: ObjectRef
  private(set) var marks: Set<String> = []
  private var rows = RolloutRows()
  private var head: [StyledLine] = []
  private var item: RolloutRows.Item?
  private var cursor = 0
  private var top = 0
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)
  private var ticks = true

  init(_ ref: ObjectRef) { self.ref = ref }

  var crumb: String { "\(ref.name) > rollout" }
  var mainNeed: Need? { .rollout(ref) }
  func needs(_ world: World) -> Set<Need> { [.rollout(ref)] }
  /// A deadline runs out in seconds.
  var secondsUntilChange: Int64 { ticks ? 1 : 60 }

  func tally(_ world: World) -> String {
    world.rollouts[ref].map { "\($0.updated)/\($0.desired) updated" } ?? ""
  }

  var keyHints: [KeyHint] {
    let isPod = if case .blocker = item { true } else { false }
    let enter = isPod ? [KeyHint("enter", "pod"), KeyHint("l", "log")] : [KeyHint("enter", "difference")]
    return enter + [
      KeyHint("u", "go back to"), KeyHint("space", "mark"), KeyHint(".", "actions"),
      KeyHint("w", "why"),
      KeyHint("d", "describe"), KeyHint("T", "timeline", minor: true),
      KeyHint("tab", "pods, history", minor: true),
      KeyHint("D", "the difference of two marked revisions, or with the current one", minor: true),
      KeyHint("y", "yaml", minor: true), KeyHint("c", "copy the verdict", minor: true),
      KeyHint("esc", "back"),
    ]
  }

  func remark(_ world: World) -> Remark? {
    guard let blocker = blocker(world) else { return nil }
    let text = Moment.rendered(blocker.why, now: world.now)
    return Remark(text: text.isEmpty ? blocker.status : text, tone: blocker.tone, isWhy: true)
  }

  func targets(_ world: World) -> Targets? {
    guard let kind = world.kinds[ref.kind] else { return nil }
    var targets = Targets(kind: kind, refs: [ref])
    targets.replicas = world.rollouts[ref].map { String($0.desired) }
    return targets
  }

  private func blocker(_ world: World) -> Rollout.Blocker? {
    guard case .blocker(let uid) = item else { return nil }
    return world.rollouts[ref]?.blockers.first { $0.pod.uid == uid }
  }

  private func revision(_ world: World) -> Rollout.Revision? {
    guard case .revision(let name) = item else { return nil }
    return world.rollouts[ref]?.revisions.first { $0.name == name }
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    self.area = area
    guard let rollout = world.rollouts[ref] else { return }
    marks.formIntersection(rollout.revisions.map(\.name))
    head = RolloutLayout(rollout: rollout, now: world.now, width: area.width).head
    rows = RolloutRows(rollout, marks: marks, now: world.now, width: area.width)
    if case .done = rollout.verdict { ticks = false } else { ticks = true }
    // What the cursor stood on may be gone: then on what came in its place.
    let stops = rows.stops
    cursor = rows.place(of: item) ?? stops.first { $0 >= cursor } ?? stops.last ?? 0
    if item != nil || world.phase(.rollout(ref)) == .live {
      item = rows.rows.indices.contains(cursor) ? rows.rows[cursor].item : nil
    }
    scrollToCursor()
  }

  /// At least some rows of the list stay, however small the screen is.
  private var headHeight: Int { max(0, min(head.count, area.height - 4)) }
  private var listHeight: Int { max(0, area.height - headHeight - 1) }

  private mutating func scrollToCursor() {
    let first = rows.stops.first ?? 0
    // With its heading, as long as there is room.
    top = min(top, cursor <= first ? 0 : cursor)
    top = max(top, cursor - listHeight + 1)
    top = max(0, min(top, rows.rows.count - listHeight))
  }

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard world.rollouts[ref] != nil else { return drawEmpty(on: &canvas, area: area, world: world) }
    for (y, line) in head.prefix(headHeight).enumerated() {
      line.draw(on: &canvas, x: area.x, y: area.y + y, width: area.width)
    }
    let start = area.y + headHeight + 1
    for (offset, row) in rows.rows.dropFirst(top).prefix(listHeight).enumerated() {
      let rect = Rect(x: area.x, y: start + offset, width: area.width, height: 1)
      row.line.draw(on: &canvas, x: rect.x, y: rect.y, width: rect.width)
      if top + offset == cursor, row.item != nil { canvas.restyle(rect) { $0.reverse = true } }
    }
    if case .ended(let why) = world.phase(.rollout(ref)) {
      canvas.put(
        " \(why): this is how it was last seen ", x: area.x, y: area.y + area.height - 1, style: Theme.error,
        maxColumns: area.width)
    }
  }

  private func drawEmpty(on canvas: inout Canvas, area: Rect, world: World) {
    let text: String =
      switch world.phase(.rollout(ref)) {
      case .refused(_, let why), .ended(let why), .stale(_, let why): why
      default: "loading…"
      }
    canvas.put(text, x: area.x + 2, y: area.y + 1, style: Theme.ghost, maxColumns: area.width - 3)
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    if move(key) { return .none }
    switch key {
    case .escape:
      if marks.isEmpty { return .pop }
      marks = []
    case .character("q"): return .pop
    case .enter: return open(world)
    case .character("D"): return difference(world)
    case .character(" "): return mark(world)
    case .character("u"):
      guard let revision = goal(world) else { return .inform("there is no other revision to go back to") }
      return rollback(to: revision, world)
    case .character("l"):
      guard let pod = blocker(world)?.pod else { return .inform("choose a pod for its log") }
      return .push(LogScreen(query: LogQuery(namespace: pod.namespace, pod: pod.name, uid: pod.uid)))
    case .character("d"): return .push(PageScreen(.description(blocker(world)?.pod ?? ref)))
    case .character("y"): return .push(PageScreen(.yaml(blocker(world)?.pod ?? ref)))
    case .character("w"): return .push(WhyScreen(blocker(world)?.pod ?? ref))
    case .character("T"): return .push(TimelineScreen(of: ref))
    case .character("c"):
      guard let verdict = world.rollouts[ref]?.verdict else { return .none }
      return .copy(Moment.rendered(verdict.text, now: world.now), what: "the verdict")
    default: return .unhandled
    }
    return .none
  }

  private mutating func move(_ key: Key) -> Bool {
    let stops = rows.stops
    let at = stops.firstIndex(of: cursor) ?? 0
    switch key {
    case .character("j"), .down: put(at + 1)
    case .character("k"), .up: put(at - 1)
    case .character("g"), .home: put(0)
    case .character("G"), .end: put(stops.count - 1)
    case .pageDown, .control("f"): put(at + max(1, listHeight - 1))
    case .pageUp, .control("b"): put(at - max(1, listHeight - 1))
    case .tab, .backtab: put(otherSection(from: at, stops))
    case .mouse(let mouse): return point(mouse, at, stops)
    default: return false
    }
    return true
  }

  private mutating func put(_ stop: Int) {
    let stops = rows.stops
    guard !stops.isEmpty else { return }
    cursor = stops[max(0, min(stop, stops.count - 1))]
    item = rows.rows[cursor].item
    scrollToCursor()
  }

  private func otherSection(from at: Int, _ stops: [Int]) -> Int {
    func isPod(_ stop: Int) -> Bool { if case .blocker = rows.rows[stop].item { true } else { false } }
    guard stops.indices.contains(at) else { return 0 }
    return stops.firstIndex { isPod($0) != isPod(stops[at]) } ?? at
  }

  private mutating func point(_ mouse: Mouse, _ at: Int, _ stops: [Int]) -> Bool {
    switch mouse.action {
    case .wheelUp: put(at - 1)
    case .wheelDown: put(at + 1)
    case .press:
      let row = top + mouse.y - area.y - headHeight - 1
      if let stop = stops.firstIndex(of: row) { put(stop) }
    case .release: break
    }
    return true
  }

  // MARK: What keys do

  private func open(_ world: World) -> Reaction {
    if let pod = blocker(world)?.pod { return .push(PageScreen(.description(pod))) }
    return difference(world)
  }

  private mutating func mark(_ world: World) -> Reaction {
    guard let revision = revision(world) else { return .inform("revisions can be marked: two of them") }
    if marks.remove(revision.name) == nil {
      if marks.count == 2 { return .inform("two revisions are marked already: D shows their difference") }
      marks.insert(revision.name)
    }
    return .none
  }

  private func difference(_ world: World) -> Reaction {
    guard let rollout = world.rollouts[ref] else { return .none }
    let marked = rollout.revisions.filter { marks.contains($0.name) }
    if marked.count == 2 {
      return .push(PageScreen(.fixed(RevisionPage.page(from: marked[1], to: marked[0]))))
    }
    guard let revision = revision(world) else { return .inform("choose a revision (tab)") }
    return .push(PageScreen(.fixed(RevisionPage.page(of: revision, in: rollout))))
  }

  /// The revision under the cursor; where that is the current one, or a pod, the one before it, as kubectl takes it.
  private func goal(_ world: World) -> Rollout.Revision? {
    guard let rollout = world.rollouts[ref] else { return nil }
    if let revision = revision(world), !revision.isCurrent { return revision }
    let current = rollout.current?.number ?? .max
    return rollout.revisions.first { !$0.isCurrent && $0.number < current }
  }

  /// Goes back to a revision, after the server was asked what that changes.
  func rollback(to revision: Rollout.Revision, _ world: World) -> Reaction {
    guard let targets = targets(world), let offer = ActionOffer.all.first(where: { $0.ability == .rollback })
    else { return .none }
    if let why = offer.refusal(targets, world) { return .fail("\(offer.title): \(why)") }
    return .push(ActionCard([Change(.rollback(toRevision: revision.number), ref)], kind: targets.kind))
  }
}
