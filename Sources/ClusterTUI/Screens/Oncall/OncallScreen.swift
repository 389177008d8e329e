import Cluster
import Document
import Terminal

/// For whoever was woken: what is broken, what changed lately and the log of what is under the cursor, on one screen.
struct OncallScreen: Screen {
  let namespaces: [String]
  let ringsBell: Bool
  let notifies: Bool
  private(set) var list: ProblemsScreen
  private var tail = LogTail()
  private var alarm = Alarm()
  private var bundle: IncidentBundle?
  private var layout = OncallLayout(Rect(x: 0, y: 0, width: 80, height: 21))
  private var changes: [HappeningFold] = []
  private var line = HappeningLine.none

  init(namespaces: [String], ringsBell: Bool = false, notifies: Bool = false) {
    (self.namespaces, self.ringsBell, self.notifies) = (namespaces, ringsBell, notifies)
    list = ProblemsScreen(namespaces: namespaces)
  }

  /// The same for other namespaces.
  func elsewhere(_ namespaces: [String]) -> OncallScreen {
    OncallScreen(namespaces: namespaces, ringsBell: ringsBell, notifies: notifies)
  }

  private var timeline: TimelineQuery { TimelineQuery(namespaces: namespaces) }

  var crumb: String { "oncall" }
  var mainNeed: Need? { list.mainNeed }
  var filterText: String? { list.filterText }
  /// Ages of changes stand there, too.
  var secondsUntilChange: Int64 { min(list.secondsUntilChange, changes.isEmpty ? 60 : 10) }
  var wakeAt: Int64? { [list.wakeAt, tail.wakeAt, bundle?.wakeAt].compactMap(\.self).min() }

  func needs(_ world: World) -> Set<Need> {
    var needs = list.needs(world).union(tail.needs).union([.kinds])
    if layout.changes.height > 0 { needs.insert(.timeline(timeline)) }
    if let bundle { needs.formUnion(bundle.needs) }
    return needs
  }

  func tally(_ world: World) -> String {
    let progress = bundle.map { "bundle \($0.settledCount)/\($0.count)" } ?? ""
    return [list.tally(world), progress].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  func remark(_ world: World) -> Remark? { list.remark(world) }
  func targets(_ world: World) -> Targets? { list.targets(world) }

  var keyHints: [KeyHint] {
    var hints = list.keyHints
    hints.insert(KeyHint("b", "bundle"), at: min(2, hints.count))
    return hints
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    layout = OncallLayout(area)
    list.prepare(world, area: layout.problems)
    tail.prepare(list.problem, world)
    changes = Self.worth(
      HappeningFold.lines(world.timelines[timeline]?.happenings ?? [], world.kinds),
      rows: layout.changes.height)
    line = HappeningLine(
      changes, world.kinds, now: world.now, zoneOffsetSeconds: world.zoneOffsetSeconds,
      width: layout.changes.width, subject: nil)
  }

  /// The newest changes and what broke; events only where there is room besides.
  private static func worth(_ lines: [HappeningFold], rows: Int) -> [HappeningFold] {
    var chosen = lines.filter { $0.happening.isChange || $0.happening.sort == .began }.prefix(rows)
    if chosen.count < rows {
      chosen += lines.filter { $0.happening.sort == .event }.prefix(rows - chosen.count)
    }
    return chosen.sorted { $0.happening.at > $1.happening.at }
  }

  mutating func took(_ world: World) -> [Reaction] {
    var reactions: [Reaction] = []
    if let board = world.boards[list.query] {
      let new = alarm.saw(board, isReady: isReady(world), now: world.now)
      let alert = Alert(new, world.kinds, now: world.now, ringsBell: ringsBell, notifies: notifies)
      if let alert { reactions.append(.alert(alert)) }
    }
    bundle?.took(world)
    if let bundle, bundle.isDone {
      let text = String(decoding: bundle.report(world).encoded(pretty: true), as: UTF8.self)
      reactions.append(.save(name: bundle.fileName(world), text: text + "\n"))
      self.bundle = nil
    }
    return reactions
  }

  /// Whether all kinds are known, or cannot be, and everything that was asked for has come.
  private func isReady(_ world: World) -> Bool {
    guard world.phase(.problems(list.query)) == .live else { return false }
    return world.kinds.isComplete || world.phase(.kinds).isSettled
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    list.draw(on: &canvas, area: layout.problems, world: world)
    guard layout.changes.height > 0 else { return }
    drawTitle("what changed", above: layout.changes, on: &canvas)
    if changes.isEmpty {
      canvas.put(
        nothingChanged(world), x: area.x + 2, y: layout.changes.y, style: Theme.ghost,
        maxColumns: area.width - 2)
    }
    for (offset, happening) in changes.enumerated() {
      line.line(happening).draw(
        on: &canvas, x: layout.changes.x, y: layout.changes.y + offset, width: layout.changes.width)
    }
    drawTitle(tail.title, above: layout.log, on: &canvas)
    tail.draw(on: &canvas, area: layout.log, world: world)
  }

  private func nothingChanged(_ world: World) -> String {
    switch world.phase(.timeline(timeline)) {
    case .connecting, .listing: "looking for what changed…"
    case .refused(_, let why), .stale(_, let why), .ended(let why): why
    case .live, .partial: "nothing changed lately, as far as can be seen"
    }
  }

  private func drawTitle(_ title: String, above part: Rect, on canvas: inout Canvas) {
    let y = part.y - 1
    canvas.put(String(repeating: "─", count: part.width), x: part.x, y: y, style: Theme.separator)
    let shown = Text.truncated(" \(title) ", columns: max(1, part.width - 4))
    canvas.put(shown, x: part.x + 2, y: y, style: Theme.columnTitle)
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    if key == .character("b") {
      guard bundle == nil else { return .inform("the bundle is being put together") }
      guard let board = world.boards[list.query] else { return .inform("nothing is known yet") }
      bundle = IncidentBundle(board, list.query, first: list.problem?.id, world)
      return .inform("putting the incident bundle together…")
    }
    return list.handle(key, world: world)
  }

  mutating func search(_ text: String, find: Bool, world: World) {
    list.search(text, find: find, world: world)
  }
}
