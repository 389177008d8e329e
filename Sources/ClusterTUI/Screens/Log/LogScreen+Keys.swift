import Cluster
import Terminal

extension LogScreen {
  mutating func handle(_ key: Key, world: World) -> Reaction {
    let ring = world.logs[query]
    if let ring, scroll(key, ring, painter(ring, world)) { return .none }
    switch key {
    case .escape: return goBack()
    case .enter: if let ring { unfold(ring, world) }
    case .character("q"): return .pop
    case .character("/"): return .prompt(.filter)
    case .character("f"):
      beforeFind = (window, find)
      return .prompt(.find)
    case .character("n"): find.goOn(1)
    case .character("N"): find.goOn(-1)
    case .character("s"): if let ring { window.toggleFollow(lines, painter(ring, world)) }
    case .character("t"): look.times = look.times.next
    case .character("w"): look.wraps.toggle()
    case .character("J"): look.isParsed.toggle()
    case .character("x"): return showAround()
    case .character("e"): turnLevel(world)
    case .character("@"):
      return .ask(
        ActionOffer.Asked(label: "since when (-15m, 14:02, 14:02 to 14:10, a date; empty for the tail): "),
        .stretch)
    case .character("m"): if let ring { lines.mark(at: ring.endNumber) }
    case .character("C"): if let ring { lines.hideBefore(ring.endNumber) }
    case .character("c"): return .copy(visibleText(world), what: "what is shown")
    case .control("s"): return turnSaving(ring)
    case .character(let character): return change(character)
    default: return .unhandled
    }
    return .none
  }

  /// One step: what hides lines, what is unfolded, then the screen before.
  private mutating func goBack() -> Reaction {
    if lines.isFiltered || !find.text.isEmpty || lines.problem != nil {
      lines.filter("")
      find.start("")
      return .none
    }
    if !look.expanded.isEmpty {
      look.expanded = []
      return .none
    }
    return .pop
  }

  /// All of the line under the cursor, or no longer; while following, the cursor comes first.
  private mutating func unfold(_ ring: LogRing, _ world: World) {
    guard let number = window.cursorNumber else {
      if window.follows { window.toggleFollow(lines, painter(ring, world)) }
      return
    }
    guard look.expanded.remove(number) == nil else { return }
    look.expanded.insert(number)
    window.showWhole(lines, painter(ring, world))
  }

  private static let contextSteps = [0, 1, 3, 10]

  private mutating func showAround() -> Reaction {
    let at = Self.contextSteps.firstIndex(of: lines.contextLines) ?? 0
    lines.show(contextLines: Self.contextSteps[(at + 1) % Self.contextSteps.count])
    find.linesChanged()
    return lines.isFiltered
      ? .none : .inform("±\(lines.contextLines) lines around what a filter lets through")
  }

  private static let levelSteps = ["", "level>=warn", "level>=error"]

  /// The filter with another least level, whatever else it holds.
  private mutating func turnLevel(_ world: World) {
    var words = lines.filterText.split(separator: " ").map(String.init)
    let at = words.firstIndex { Self.levelSteps.contains($0) }
    let now = at.map { words.remove(at: $0) } ?? ""
    let next = Self.levelSteps[((Self.levelSteps.firstIndex(of: now) ?? 0) + 1) % Self.levelSteps.count]
    search((words + (next.isEmpty ? [] : [next])).joined(separator: " "), find: false, world: world)
  }

  /// Keys that ask the server for another part of the log.
  private mutating func change(_ character: Character) -> Reaction {
    let seconds: [Character: Int] = ["2": 60, "3": 300, "4": 900, "5": 1_800, "6": 3_600]
    func begin() { (query.sinceTime, query.untilTime, query.follow) = (nil, nil, !query.previous) }
    switch character {
    case "p":
      query.previous.toggle()
      query.follow = !query.previous && query.untilTime == nil
    case "a": query.containers = query.containers.isEmpty ? containers : []
    case "0":
      begin()
      (query.tailLines, query.sinceSeconds) = (settings?.tailLines ?? 1_000, nil)
    case "1":
      begin()
      (query.tailLines, query.sinceSeconds) = (nil, nil)
      window.goToStart()
    case "2", "3", "4", "5", "6":
      begin()
      (query.tailLines, query.sinceSeconds) = (nil, seconds[character])
    // Elsewhere they lead into a namespace: not from the middle of a log.
    case "7", "8", "9": return .none
    default: return .unhandled
    }
    restart()
    if character != "1" { window.follow() }
    return .none
  }

  mutating func answered(
    _ question: ActionOffer.Question, _ text: String, _ targets: Targets?, world: World
  ) -> Reaction {
    guard question == .stretch else { return targets?.answered(question, text) ?? .none }
    switch LogStretch.read(text, now: world.now, offset: world.zoneOffsetSeconds) {
    case .wrong(let why): return .fail(why)
    case .stretch(let stretch):
      (query.sinceTime, query.untilTime, query.sinceSeconds) = (stretch.since, stretch.until, nil)
      query.tailLines = stretch == LogStretch() ? 1_000 : nil
      query.follow = stretch.until == nil && !query.previous
      restart()
      if stretch.since == nil { window.follow() } else { window.goToStart() }
    }
    return .none
  }

  private mutating func scroll(_ key: Key, _ ring: LogRing, _ painter: LogPainter) -> Bool {
    let page = max(1, window.area.height - 1)
    switch key {
    case .up, .character("k"): back(ring) { $0.move(-1, $1, painter) }
    case .down, .character("j"): window.move(1, lines, painter)
    case .mouse(let mouse) where mouse.action == .wheelUp: back(ring) { $0.scroll(-3, $1, painter) }
    case .mouse(let mouse) where mouse.action == .wheelDown: window.scroll(3, lines, painter)
    case .mouse(let mouse) where mouse.action == .press:
      window.point(at: mouse.y - window.area.y, lines, painter)
    case .pageUp, .control("b"): back(ring) { $0.scroll(-page, $1, painter) }
    case .pageDown, .control("f"), .character(" "): window.scroll(page, lines, painter)
    case .control("u"): back(ring) { $0.scroll(-page / 2, $1, painter) }
    case .control("d"): window.scroll(page / 2, lines, painter)
    case .home, .character("g"): back(ring) { window, _ in window.goToStart() }
    case .end, .character("G"): window.follow()
    case .left, .character("h"): if !look.wraps { window.moveSideways(-1, lines, painter) }
    case .right, .character("l"): if !look.wraps { window.moveSideways(1, lines, painter) }
    default: return false
    }
    return true
  }

  /// Back in time; from the first line on to lines that are not there yet.
  private mutating func back(_ ring: LogRing, _ move: (inout LogWindow, LogLines) -> Void) {
    if window.isAtStart(lines) { older.ask(query, ring) } else { move(&window, lines) }
  }

  private mutating func turnSaving(_ ring: LogRing?) -> Reaction {
    if saving != nil {
      saving?.isEnding = true
      return .none
    }
    guard ring != nil else { return .fail("nothing came yet: there is nothing to save") }
    saving = LogSaving(name: crumb)
    lines.startCollecting()
    return .none
  }
}
