import Cluster
import Terminal

/// The log of a container or of all containers of a pod: followed, filtered, searched.
struct LogScreen: Screen {
  private(set) var query: LogQuery
  private var containers: [String]
  /// The newest line stays in view.
  private(set) var follows = true
  private(set) var wraps = false
  private(set) var showsTime = false
  /// The number of the first line on screen while not following.
  private var top = 0
  private var left = 0
  private(set) var lines = LogLines()
  private var find: Pattern?
  private var findProblem: String?
  /// The line that n and N go on from.
  private var found: Int?
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)

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
  var wakeAt: Int64? { lines.isScanning ? 0 : nil }

  func tally(_ world: World) -> String {
    guard let ring = world.logs[query] else { return "" }
    var parts = [
      lines.isFiltered ? "/\(lines.filterText) \(lines.count) of \(ring.count) lines" : "\(ring.count) lines"
    ]
    if let find { parts.append("find \(find.text)") }
    if follows { parts.append("following") }
    return parts.joined(separator: ", ")
  }

  func remark(_ world: World) -> Remark? {
    (lines.problem ?? findProblem).map { Remark(text: $0, tone: .bad) }
  }

  var keyHints: [KeyHint] {
    [
      KeyHint("/", "filter"), KeyHint("f", "find"), KeyHint("n N", "next, previous"),
      KeyHint("s", follows ? "stop following" : "follow"), KeyHint("t", "times"), KeyHint("w", "wrap"),
      KeyHint("p", query.previous ? "current" : "previous"), KeyHint("0 1", "tail, head", minor: true),
      KeyHint("2 3 4 5 6", "last 1, 5, 15, 30, 60 min", minor: true),
      KeyHint("a", "all containers", minor: true), KeyHint("m", "draw a mark", minor: true),
      KeyHint("c", "copy what is shown", minor: true), KeyHint("C", "clear", minor: true),
      KeyHint("ctrl-s", "save all", minor: true), KeyHint("←/→", "sideways", minor: true),
    ]
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    self.area = area
    guard let ring = world.logs[query] else { return }
    lines.update(from: ring)
    if !follows { top = max(top, ring.firstNumber) }
  }

  mutating func search(_ text: String, find isFind: Bool, world: World) {
    guard isFind else {
      lines.filter(text)
      if let ring = world.logs[query] { lines.update(from: ring) }
      return
    }
    findProblem = nil
    find = nil
    guard !text.isEmpty else { return }
    do throws(PatternError) { find = try Pattern(text) } catch {
      findProblem = "'\(text)' is no regular expression: \(error.message)"
    }
    found = nil
    if let ring = world.logs[query] { jump(-1, ring) }
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    let ring = world.logs[query]
    if let ring, scroll(key, ring) { return .none }
    switch key {
    case .escape:
      if lines.isFiltered || find != nil || lines.problem != nil {
        lines.filter("")
        find = nil
        findProblem = nil
        return .none
      }
      return .pop
    case .character("q"): return .pop
    case .character("/"): return .prompt(.filter)
    case .character("f"): return .prompt(.find)
    case .character("n"): if let ring { jump(1, ring) }
    case .character("N"): if let ring { jump(-1, ring) }
    case .character("s"):
      if let ring, follows { top = firstVisible(ring) }
      follows.toggle()
    case .character("t"): showsTime.toggle()
    case .character("w"): wraps.toggle()
    case .character("m"): if let ring { lines.mark(at: ring.endNumber) }
    case .character("C"): if let ring { lines.hideBefore(ring.endNumber) }
    case .character("c"): return .copy(visibleText(world), what: "what is shown")
    case .control("s"): return .save(name: crumb, text: ring.map(lines.plainText) ?? "")
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
      follows = false
      top = 0
    case "2", "3", "4", "5", "6": (query.tailLines, query.sinceSeconds) = (nil, seconds[character])
    default: return .unhandled
    }
    lines.restart()
    if character != "1" { follows = true }
    found = nil
    return .none
  }

  private mutating func scroll(_ key: Key, _ ring: LogRing) -> Bool {
    let page = max(1, area.height - 1)
    switch key {
    case .up, .character("k"): move(-1, ring)
    case .down, .character("j"): move(1, ring)
    case .mouse(let mouse) where mouse.action == .wheelUp: move(-3, ring)
    case .mouse(let mouse) where mouse.action == .wheelDown: move(3, ring)
    case .pageUp, .control("b"): move(-page, ring)
    case .pageDown, .control("f"), .character(" "): move(page, ring)
    case .control("u"): move(-page / 2, ring)
    case .control("d"): move(page / 2, ring)
    case .home, .character("g"):
      follows = false
      top = ring.firstNumber
    case .end, .character("G"): follows = true
    case .left, .character("h"): left = max(0, left - 20)
    case .right, .character("l"): left += 20
    default: return false
    }
    return true
  }

  private mutating func move(_ step: Int, _ ring: LogRing) {
    if follows, step > 0 { return }
    let index = lines.index(ofNumber: follows ? firstVisible(ring) : top) + step
    follows = step > 0 && index + area.height >= lines.count
    top = lines.number(at: max(0, min(index, lines.count - 1))) ?? ring.firstNumber
  }

  /// Where following's screen begins, roughly: one row a line.
  private func firstVisible(_ ring: LogRing) -> Int {
    lines.number(at: max(0, lines.count - area.height)) ?? ring.firstNumber
  }

  private mutating func jump(_ step: Int, _ ring: LogRing) {
    guard let find else { return }
    var index = found.map { lines.index(ofNumber: $0) + step } ?? (step > 0 ? 0 : lines.count - 1)
    while index >= 0, index < lines.count, let number = lines.number(at: index) {
      if ring.withLine(number, { find.matches($0.bytes) }) == true {
        found = number
        findProblem = nil
        follows = false
        top = lines.number(at: max(0, index - area.height / 2)) ?? number
        return
      }
      index += step
    }
    findProblem = "no \(step > 0 ? "later" : "earlier") line holds '\(find.text)'"
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard let ring = world.logs[query], ring.endNumber > 0 else {
      drawEmpty(on: &canvas, area: area, world)
      return
    }
    let painter = LogPainter(
      ring: ring, showsTime: showsTime, wrapColumns: wraps ? area.width : nil, left: wraps ? 0 : left,
      zoneOffsetSeconds: world.zoneOffsetSeconds, highlight: find ?? lines.pattern)
    var rows: [LogPainter.Row] = []
    if follows {
      var index = lines.count - 1
      while index >= 0, rows.count < area.height {
        rows.insert(contentsOf: painter.rows(lines.number(at: index) ?? 0, lines, index), at: 0)
        index -= 1
      }
      rows = Array(rows.suffix(area.height))
    } else {
      var index = lines.index(ofNumber: top)
      while index < lines.count, rows.count < area.height {
        rows += painter.rows(lines.number(at: index) ?? 0, lines, index)
        index += 1
      }
    }
    for (offset, row) in rows.prefix(area.height).enumerated() {
      painter.draw(
        row, on: &canvas, x: area.x, y: area.y + offset, width: area.width, isFound: row.number == found)
    }
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
    guard area.width > 0 else { return "" }
    var canvas = Canvas(width: area.width, height: area.height)
    draw(on: &canvas, area: Rect(x: 0, y: 0, width: area.width, height: area.height), world: world)
    return canvas.text()
  }
}
