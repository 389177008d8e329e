import Cluster
import Terminal

/// The log of a container or of all containers of a pod: followed, filtered, searched.
struct LogScreen: Screen {
  private(set) var query: LogQuery
  private var containers: [String]
  private(set) var wraps = false
  private(set) var showsTime = false
  private(set) var lines = LogLines()
  private var window = LogWindow()
  private var find = LogSearch()
  /// Where one was before the search that is being typed.
  private var beforeFind: (window: LogWindow, find: LogSearch)?

  init(query: LogQuery) {
    self.query = query
    containers = query.containers
  }

  var crumb: String {
    let which = query.containers.isEmpty ? query.pod : query.containers.joined(separator: ",")
    return "\(which) > \(query.previous ? "previous log" : "log")"
  }
  var mainNeed: Need? { .log(query) }
  func needs(_ world: World) -> Set<Need> { [.log(query)] }
  var filterText: String? { lines.filterText }
  var findText: String? { find.text }
  var wakeAt: Int64? { lines.isScanning || find.isHunting(lines) ? 0 : nil }

  func tally(_ world: World) -> String {
    guard let ring = world.logs[query] else { return part }
    func count(_ lines: Int) -> String { lines == 1 ? "1 line" : "\(lines) lines" }
    let passed = "\(lines.count)\(lines.isScanning ? "…" : "")"
    var parts = [
      lines.isFiltered ? "/\(lines.filterText) \(passed) of \(count(ring.count))" : count(ring.count), part,
    ]
    if !find.text.isEmpty { parts.append("find \(find.text)") }
    if window.follows { parts.append("following") }
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// Which part of the log was asked for; nothing for the usual one.
  private var part: String {
    if let seconds = query.sinceSeconds { return "last \(seconds / 60) min" }
    return query.tailLines == nil ? "from its start" : ""
  }

  func remark(_ world: World) -> Remark? {
    lines.problem.map { Remark(text: $0, tone: .bad) } ?? find.remark
  }

  var keyHints: [KeyHint] {
    [
      KeyHint("/", "filter"), KeyHint("f", "find"), KeyHint("n N", "next, previous"),
      KeyHint("s", window.follows ? "stop following" : "follow"), KeyHint("t", "times"), KeyHint("w", "wrap"),
      KeyHint("p", query.previous ? "current" : "previous"), KeyHint("0 1", "tail, head", minor: true),
      KeyHint("2 3 4 5 6", "last 1, 5, 15, 30, 60 min", minor: true),
      KeyHint("a", "all containers", minor: true), KeyHint("m", "draw a mark", minor: true),
      KeyHint("c", "copy what is shown", minor: true), KeyHint("C", "clear", minor: true),
      KeyHint("ctrl-s", "save all", minor: true), KeyHint("←/→", "sideways", minor: true),
    ]
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    guard let ring = world.logs[query] else { return }
    window.resize(to: area)
    lines.update(from: ring)
    window.prepare(lines, painter(ring, world))
    if let number = find.advance(lines, ring) { window.show(number, lines, painter(ring, world)) }
  }

  mutating func search(_ text: String, find isFind: Bool, world: World) {
    let ring = world.logs[query]
    guard isFind else {
      guard text != lines.filterText || lines.problem != nil else { return }
      lines.filter(text)
      if let ring { lines.update(from: ring) }
      find.linesChanged()
      return
    }
    guard text != find.text else { return }
    // The newest first, as far as that is on screen.
    let shown = ring.flatMap { window.rows(lines, painter($0, world)).last { $0.number >= 0 }?.number }
    find.start(text)
    find.go(-1, from: shown)
  }

  mutating func giveUpSearch(_ text: String, find isFind: Bool, world: World) {
    guard isFind, let beforeFind else { return search(text, find: isFind, world: world) }
    window.goBack(to: beforeFind.window)
    find = beforeFind.find
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    let ring = world.logs[query]
    if let ring, scroll(key, painter(ring, world)) { return .none }
    switch key {
    case .escape:
      if lines.isFiltered || !find.text.isEmpty || lines.problem != nil {
        lines.filter("")
        find.start("")
        return .none
      }
      return .pop
    case .character("q"): return .pop
    case .character("/"): return .prompt(.filter)
    case .character("f"):
      beforeFind = (window, find)
      return .prompt(.find)
    case .character("n"): find.goOn(1)
    case .character("N"): find.goOn(-1)
    case .character("s"): if let ring { window.toggleFollow(lines, painter(ring, world)) }
    case .character("t"): showsTime.toggle()
    case .character("w"): wraps.toggle()
    case .character("m"): if let ring { lines.mark(at: ring.endNumber) }
    case .character("C"): if let ring { lines.hideBefore(ring.endNumber) }
    case .character("c"): return .copy(visibleText(world), what: "what is shown")
    case .control("s"): return save(ring)
    case .character(let character): return change(character)
    default: return .unhandled
    }
    return .none
  }

  /// Keys that ask the server for another part of the log.
  private mutating func change(_ character: Character) -> Reaction {
    let seconds: [Character: Int] = ["2": 60, "3": 300, "4": 900, "5": 1_800, "6": 3_600]
    switch character {
    case "p":
      query.previous.toggle()
      query.follow = !query.previous
    case "a": query.containers = query.containers.isEmpty ? containers : []
    case "0": (query.tailLines, query.sinceSeconds) = (1_000, nil)
    case "1":
      (query.tailLines, query.sinceSeconds) = (nil, nil)
      window.goToStart()
    case "2", "3", "4", "5", "6": (query.tailLines, query.sinceSeconds) = (nil, seconds[character])
    // Elsewhere they lead into a namespace: not from the middle of a log.
    case "7", "8", "9": return .none
    default: return .unhandled
    }
    lines.restart()
    if character != "1" { window.follow() }
    find.forgetPlace()
    return .none
  }

  private mutating func scroll(_ key: Key, _ painter: LogPainter) -> Bool {
    let page = max(1, window.area.height - 1)
    switch key {
    case .up, .character("k"): window.move(-1, lines, painter)
    case .down, .character("j"): window.move(1, lines, painter)
    case .mouse(let mouse) where mouse.action == .wheelUp: window.move(-3, lines, painter)
    case .mouse(let mouse) where mouse.action == .wheelDown: window.move(3, lines, painter)
    case .pageUp, .control("b"): window.move(-page, lines, painter)
    case .pageDown, .control("f"), .character(" "): window.move(page, lines, painter)
    case .control("u"): window.move(-page / 2, lines, painter)
    case .control("d"): window.move(page / 2, lines, painter)
    case .home, .character("g"): window.goToStart()
    case .end, .character("G"): window.follow()
    case .left, .character("h"): if !wraps { window.moveSideways(-1, lines, painter) }
    case .right, .character("l"): if !wraps { window.moveSideways(1, lines, painter) }
    default: return false
    }
    return true
  }

  /// A part must not pass for all that the filter lets through.
  private func save(_ ring: LogRing?) -> Reaction {
    guard let ring, !lines.isScanning else {
      return .fail(
        ring == nil
          ? "nothing came yet: there is nothing to save"
          : "the filter has not seen all lines yet: press ctrl-s again when the dots are gone")
    }
    return .save(name: crumb, text: lines.plainText(ring))
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard let ring = world.logs[query], ring.endNumber > 0 else {
      drawEmpty(on: &canvas, area: area, world)
      return
    }
    let painter = painter(ring, world)
    for (offset, row) in window.rows(lines, painter).prefix(area.height).enumerated() {
      painter.draw(
        row, on: &canvas, x: area.x, y: area.y + offset, width: area.width, isFound: row.number == find.found)
    }
  }

  private func painter(_ ring: LogRing, _ world: World) -> LogPainter {
    LogPainter(
      ring: ring, showsTime: showsTime, wraps: wraps, left: wraps ? 0 : window.left,
      columns: window.area.width,
      zoneOffsetSeconds: world.zoneOffsetSeconds, highlight: find.pattern ?? lines.pattern)
  }

  private func drawEmpty(on canvas: inout Canvas, area: Rect, _ world: World) {
    let text: String =
      switch world.phase(.log(query)) {
      case .refused(_, let why), .stale(_, let why), .ended(let why): why
      case .live: "no lines yet"
      default: "opening the log…"
      }
    for (index, line) in TextWrap.lines(text, columns: max(10, area.width - 4)).enumerated() {
      canvas.put(line, x: area.x + 2, y: area.y + 1 + index, style: Theme.ghost, maxColumns: area.width - 3)
    }
  }

  private func visibleText(_ world: World) -> String {
    let area = window.area
    guard area.width > 0 else { return "" }
    var canvas = Canvas(width: area.width, height: area.height)
    draw(on: &canvas, area: Rect(x: 0, y: 0, width: area.width, height: area.height), world: world)
    return canvas.text()
  }
}
