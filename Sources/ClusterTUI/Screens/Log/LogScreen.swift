import Cluster
import Terminal

/// The log of a container, a pod or all pods of something: followed, filtered, searched, unfolded, saved.
struct LogScreen: Screen {
  var query: LogQuery
  let containers: [String]
  var look = LogPainter.Look()
  var lines = LogLines()
  var window = LogWindow()
  var find = LogSearch()
  var older = LogOlder()
  var saving: LogSaving?
  /// All is handed over that is to stand in the file.
  private var isSavingOver = false
  var lag = LogLag()
  /// How logs begin, by the settings; nil until the screen is opened.
  private(set) var settings: Settings.Logs?
  private var names = LogNames()
  private var sourceCount = 0
  private var insertions = 0
  /// The lines that all this is about: a log that is opened again counts from its beginning.
  private weak var shown: LogRing?
  /// Where one was before the search that is being typed.
  var beforeFind: (window: LogWindow, find: LogSearch)?

  init(query: LogQuery) {
    self.query = query
    containers = query.containers
  }

  mutating func opened(_ views: Views) {
    guard settings == nil else { return }
    let wanted = views.settings.log
    settings = wanted
    look.wraps = wanted.wraps
    if wanted.showsTime {
      look.times = wanted.time == "utc" ? .utc : wanted.time == "relative" ? .relative : .local
    }
    let isUsual =
      query.tailLines == Settings.Logs().tailLines && query.sinceSeconds == nil && query.sinceTime == nil
    guard isUsual else { return }
    if wanted.sinceSeconds > 0 {
      (query.tailLines, query.sinceSeconds) = (nil, wanted.sinceSeconds)
    } else {
      query.tailLines = wanted.tailLines
    }
  }

  var crumb: String {
    let which = query.containers.isEmpty ? query.pod : query.containers.joined(separator: ",")
    return "\(which) > \(query.previous ? "previous log" : "log")"
  }
  var mainNeed: Need? { .log(query) }
  func needs(_ world: World) -> Set<Need> {
    guard let wanted = older.wanted else { return [.log(query)] }
    return [.log(query), .olderLog(wanted)]
  }
  var filterText: String? { lines.filterText }
  var findText: String? { find.text }
  var file: SaveFile? { saving?.file }

  var wakeAt: Int64? {
    if lines.isScanning || find.isHunting(lines) { return 0 }
    guard let saving, saving.isEnding || lines.hasMoreToCollect else { return nil }
    return saving.waitsUntil ?? 0
  }
  var secondsUntilChange: Int64 { look.times == .relative ? 1 : 60 }

  func tally(_ world: World) -> String {
    guard let ring = world.logs[query] else { return part(world) }
    func count(_ lines: Int) -> String { lines == 1 ? "1 line" : "\(lines) lines" }
    let passed = "\(lines.matchCount)\(lines.isScanning ? "…" : "")"
    var parts = [
      lines.isFiltered ? "/\(lines.filterText) \(passed) of \(count(ring.count))" : count(ring.count),
      part(world),
    ]
    if lines.contextLines > 0, lines.isFiltered { parts.append("±\(lines.contextLines)") }
    if !find.text.isEmpty { parts.append("find \(find.text) \(find.tally.text(at: find.place, lines))") }
    if let saving { parts.append(saving.text(world)) }
    if window.follows { parts.append(lag.text ?? "following") }
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// Which part of the log was asked for; nothing for the usual one.
  private func part(_ world: World) -> String {
    func text(_ moment: Int64) -> String {
      String(
        LogTimes.local.text(moment * 1_000_000_000, now: world.now, offset: world.zoneOffsetSeconds).prefix(
          14)
      )
      .replacing(".000", with: "")
    }
    let end = query.untilTime.map { " to \(text($0))" } ?? ""
    if let since = query.sinceTime { return "since \(text(since))\(end)" }
    if !end.isEmpty { return "up\(end)" }
    if let seconds = query.sinceSeconds { return "last \(seconds / 60) min" }
    return query.tailLines == nil ? "from its start" : ""
  }

  func remark(_ world: World) -> Remark? {
    lines.problem.map { Remark(text: $0, tone: .bad) } ?? find.remark ?? older.remark
  }

  var keyHints: [KeyHint] {
    [
      KeyHint("/", "filter"), KeyHint("f", "find"), KeyHint("n N", "next, previous"),
      KeyHint("s", window.follows ? "stop following" : "follow"), KeyHint("enter", "unfold the line"),
      KeyHint("t", "times"), KeyHint("w", "wrap"), KeyHint("J", look.isParsed ? "raw" : "fields"),
      KeyHint("p", query.previous ? "current" : "previous", minor: true),
      KeyHint("0 1", "tail, head", minor: true),
      KeyHint("2 3 4 5 6", "last 1, 5, 15, 30, 60 min", minor: true),
      KeyHint("@", "since when, until when: -15m, 14:02 to 14:10", minor: true),
      KeyHint("x", "lines around what passes the filter", minor: true),
      KeyHint("e", "only warnings, only errors, all", minor: true),
      KeyHint("a", "all containers", minor: true), KeyHint("m", "draw a mark", minor: true),
      KeyHint("c", "copy what is shown", minor: true), KeyHint("C", "clear", minor: true),
      KeyHint("ctrl-s", saving == nil ? "save all that passes, and go on" : "end saving", minor: true),
      KeyHint("k PgUp", "at the first line: older ones", minor: true),
      KeyHint("/level>=warn field=value pod:x !word -f letters", "filter by fields", minor: true),
      KeyHint("←/→", "sideways", minor: true),
    ]
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    guard let ring = world.logs[query] else { return }
    adopt(ring)
    window.resize(to: area)
    if ring.insertions != insertions {
      insertions = ring.insertions
      window.renumber(ring.number(now:))
      find.renumber(ring.number(now:))
      look.expanded = Set(look.expanded.map(ring.number(now:)))
    }
    if ring.sources.count != sourceCount {
      names = LogNames(ring.sources)
      sourceCount = ring.sources.count
    }
    lines.update(from: ring)
    lag.update(ring, now: world.now)
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
    let shown = ring.flatMap { window.rows(lines, painter($0, world)).last { $0.number != .min }?.number }
    find.start(text)
    find.go(-1, from: shown)
  }

  mutating func giveUpSearch(_ text: String, find isFind: Bool, world: World) {
    guard isFind, let beforeFind else { return search(text, find: isFind, world: world) }
    window.goBack(to: beforeFind.window)
    find = beforeFind.find
  }

  /// What passed since is written on, whatever screen is in front.
  mutating func took(_ world: World) -> [Reaction] {
    guard let ring = world.logs[query] else { return [] }
    adopt(ring)
    // The last lines were taken before the file ends.
    if isSavingOver, let file = saving?.file {
      ring.holdsServer = false
      stopWriting()
      return [.finished(file)]
    }
    if older.update(world) {
      if ring.inserted == 0 { return [.inform("the node has nothing older")] }
      // Where several containers write, they are not all before the first line.
      return [
        .inform(
          ring.inserted == 1 ? "1 older line" : "\(ring.inserted) older lines, in the order of their times")
      ]
    }
    ring.holdsServer = saving != nil
    guard saving != nil else { return [] }
    if ring.insertions == insertions { lines.update(from: ring) }
    let reaction = saving?.next(&lines, ring, world, showsTimes: look.times != .none)
    ring.release(before: lines.collectedTo)
    if saving?.isEnding == true, !lines.hasMoreToCollect, !lines.isScanning { isSavingOver = true }
    return reaction.map { [$0] } ?? []
  }

  private mutating func adopt(_ ring: LogRing) {
    guard ring !== shown else { return }
    if shown != nil || lines.end > 0 {
      lines.restart()
      find.forgetPlace()
      look.expanded = []
      (older, sourceCount, lag) = (LogOlder(), 0, LogLag())
      if saving != nil { lines.startCollecting() }
    }
    (shown, insertions) = (ring, ring.insertions)
  }

  mutating func stopWriting() {
    (saving, isSavingOver) = (nil, false)
    lines.stopCollecting()
  }

  /// Another part of the log is coming.
  mutating func restart() {
    lines.restart()
    find.forgetPlace()
    look.expanded = []
    (older, saving, isSavingOver, sourceCount, insertions, lag) = (LogOlder(), nil, false, 0, 0, LogLag())
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard let ring = world.logs[query], ring.count > 0 else {
      drawEmpty(on: &canvas, area: area, world)
      return
    }
    let painter = painter(ring, world)
    let cursor = window.cursorNumber
    for (offset, row) in window.rows(lines, painter).prefix(area.height).enumerated() {
      painter.draw(
        row, on: &canvas, x: area.x, y: area.y + offset, width: area.width, isFound: row.number == find.found,
        isCursor: row.number == cursor)
    }
  }

  func painter(_ ring: LogRing, _ world: World) -> LogPainter {
    var painter = LogPainter(
      ring: ring, look: look, names: names, left: window.left, columns: window.area.width, now: world.now,
      zoneOffsetSeconds: world.zoneOffsetSeconds, highlight: find.pattern ?? lines.filter.highlight)
    if !window.follows { painter.head = older.head(query, ring) }
    return painter
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

  func visibleText(_ world: World) -> String {
    let area = window.area
    guard area.width > 0 else { return "" }
    var canvas = Canvas(width: area.width, height: area.height)
    draw(on: &canvas, area: Rect(x: 0, y: 0, width: area.width, height: area.height), world: world)
    return canvas.text()
  }
}
