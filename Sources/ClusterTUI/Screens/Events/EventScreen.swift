import Cluster
import Terminal

/// One event in full: its whole message, how often and by whom it was told, and what else happened to the same object.
struct EventScreen: Screen {
  /// The rows that it is one of.
  let query: Query
  let uid: String
  let about: ObjectRef
  private var event: EventDetail?
  private var view = TextView()
  private var shown: Shown?

  /// What the page was made of.
  private struct Shown: Equatable {
    var event: EventDetail?
    var timeline: Int
    var width: Int
    var now: Int64
  }

  init(query: Query, uid: String, about: ObjectRef) {
    (self.query, self.uid, self.about) = (query, uid, about)
  }

  var crumb: String { "\(event?.reason ?? "event") of \(about.name)" }
  var mainNeed: Need? { .rows(query) }
  var filterText: String? { view.searchText }
  var secondsUntilChange: Int64 { 1 }
  func tally(_ world: World) -> String { view.tally }
  func remark(_ world: World) -> Remark? { view.problem.map { Remark(text: $0, tone: .bad) } }
  func needs(_ world: World) -> Set<Need> { [.rows(query), .timeline(timelineQuery)] }

  private var timelineQuery: TimelineQuery {
    TimelineQuery(about, namespaces: about.namespace.isEmpty ? [] : [about.namespace])
  }

  func targets(_ world: World) -> Targets? {
    world.kinds[about.kind].map { Targets(kind: $0, refs: [about]) }
  }

  var keyHints: [KeyHint] {
    [KeyHint("enter", "open the object"), KeyHint("w", "why")] + ObjectKeys.hints + [
      KeyHint("/", "search", minor: true), KeyHint("c", "copy the message", minor: true),
      KeyHint("ctrl-s", "save", minor: true), KeyHint("esc", "back"),
    ]
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    if let store = world.rows(query), let slot = store.slot(uid: uid) {
      event = EventDetail(store[slot], store.columns)
    }
    let now = Shown(
      event: event, timeline: world.revisions[.timeline(timelineQuery)] ?? -1, width: area.width,
      now: world.now)
    if let event, now != shown {
      let page = EventPage(
        event: event, about: about, timeline: world.timelines[timelineQuery],
        phase: world.phase(.timeline(timelineQuery)), kinds: world.kinds, now: world.now, width: area.width)
      view.show(page.page)
      shown = now
    }
    view.prepare(area: area)
  }

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    if view.isEmpty {
      canvas.put("loading…", x: area.x + 2, y: area.y + 1, style: Theme.ghost, maxColumns: area.width - 3)
    } else {
      view.draw(on: &canvas, area: area)
    }
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    switch key {
    case .enter: return .push(PageScreen(.description(view.link ?? about)))
    case .escape where !view.searchText.isEmpty: view.search("")
    case .escape, .character("q"): return .pop
    case .character("/"): return .prompt(.find)
    case .character("c"): return .copy(event?.message ?? "", what: "the message")
    case .control("s"): return .save(name: crumb, text: view.plainText + "\n")
    case .character(let letter):
      if !view.searchText.isEmpty, letter == "n" || letter == "N", view.handle(key) { return .none }
      if let reaction = ObjectKeys(about).open(letter, world) { return reaction }
      return view.handle(key) ? .none : .unhandled
    default: return view.handle(key) ? .none : .unhandled
    }
    return .none
  }

  mutating func search(_ text: String, find: Bool, world: World) { view.search(text) }
}

/// What the row of an event tells.
struct EventDetail: Equatable {
  var message: String
  var isWarning: Bool
  var reason: String
  var object: String
  var count: String
  var perHour: String
  var source: String
  var part: String
  var first: Int64?
  var last: Int64?

  init(_ row: Row, _ columns: [Column]) {
    func cell(_ title: String) -> String { columns.cell(titled: title).map { row.cell($0) } ?? "" }
    func moment(_ title: String) -> Int64? {
      let ages = columns.filter { $0.content == .age }
      return ages.firstIndex { $0.title == title }.flatMap { row.moment($0) }
    }
    message = cell("MESSAGE")
    isWarning = cell("TYPE") == "Warning"
    (reason, object, source) = (cell("REASON"), cell("OBJECT"), cell("SOURCE"))
    (count, perHour, part) = (cell("COUNT"), cell("PER HOUR"), cell("SUBOBJECT"))
    (first, last) = (moment("FIRST SEEN"), moment("LAST SEEN"))
  }
}
