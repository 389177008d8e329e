import Cluster
import Terminal

/// Figures over time: the charts of an object, of the cluster or of an expression, side by side where there is room.
struct ChartScreen: Screen {
  private(set) var query: ChartQuery
  let crumb: String
  /// The moment that is read in all charts, in milliseconds since 1970.
  private(set) var cursor: Int64?
  /// The chart that is chosen.
  private(set) var chosen = 0
  /// The chosen chart alone fills the screen.
  private(set) var isEnlarged = false
  /// What was told last: it stays while another span of time is asked for.
  private(set) var board: ChartBoard?
  private var isOld = false
  /// How long something has been read, where that is much less than was asked for.
  private var secondsRead: Int64?
  private var layout = ChartLayout()
  private var zoneOffsetSeconds = 0

  static let ranges = [300, 900, 1_800, 3_600, 21_600, 86_400, 604_800]

  init(_ query: ChartQuery, crumb: String) {
    self.query = query
    self.crumb = crumb
  }

  /// The charts of one object.
  init(of ref: ObjectRef) { self.init(ChartQuery(.object(ref)), crumb: "\(ref.name) > metrics") }

  var mainNeed: Need? { .chart(query) }
  func needs(_ world: World) -> Set<Need> { [.chart(query)] }
  /// The head tells how old the newest reading is.
  var secondsUntilChange: Int64 { board?.newest == nil ? 60 : 1 }

  var keyHints: [KeyHint] {
    var hints = [
      KeyHint("←/→", "read a moment"), KeyHint("+ -", "longer, shorter"),
      KeyHint("tab", "next chart"), KeyHint("enter", isEnlarged ? "all charts" : "enlarge"),
    ]
    if expression != nil { hints.append(KeyHint("e", "edit")) }
    return hints + [
      KeyHint("shift-←/→", "ten columns on, back", minor: true),
      KeyHint("g G", "the first, the last moment", minor: true),
      KeyHint("j k ↑ ↓", "choose a chart", minor: true),
      KeyHint("ctrl-s", "save the values", minor: true), KeyHint("esc", "clear the cursor, back"),
    ]
  }

  private var expression: String? { if case .expression(let text) = query.subject { text } else { nil } }

  func tally(_ world: World) -> String {
    guard let count = board?.charts.count, count > 1, let first = layout.places.first?.index,
      let last = layout.places.last?.index
    else { return "" }
    if first == last { return "chart \(first + 1) of \(count)" }
    return last - first + 1 < count ? "charts \(first + 1)-\(last + 1) of \(count)" : "\(count) charts"
  }

  func targets(_ world: World) -> Targets? {
    guard case .object(let ref) = query.subject else { return nil }
    return world.kinds[ref.kind].map { Targets(kind: $0, refs: [ref]) }
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    zoneOffsetSeconds = world.zoneOffsetSeconds
    if let told = world.charts[query] {
      (board, secondsRead) = told.narrowed()
      isOld = false
    } else {
      isOld = true
    }
    chosen = max(0, min(chosen, (board?.charts.count ?? 0) - 1))
    layout.prepare(board, area: area, chosen: chosen, isEnlarged: isEnlarged)
  }

  private func chart(_ index: Int, _ rect: Rect) -> LineChart? {
    guard let board, board.charts.indices.contains(index) else { return nil }
    return LineChart(
      board.charts[index], area: rect, cursor: cursor,
      isChosen: index == chosen && board.charts.count > 1, zoneOffsetSeconds: zoneOffsetSeconds,
      margins: margins(rect))
  }

  /// Charts above each other have their plots above each other, so that a moment is one line through all of them.
  private func margins(_ rect: Rect) -> LineChart.Margins {
    guard let board else { return LineChart.Margins() }
    return layout.places.filter { $0.rect.x == rect.x }.reduce(into: LineChart.Margins()) { all, place in
      let chart = board.charts[place.index]
      if chart.lines.contains(where: { !$0.points.isEmpty }) {
        all = all.union(LineChart(chart, area: place.rect, cursor: cursor).margins)
      }
    }
  }

  /// The chosen chart where it is drawn.
  private var chosenChart: LineChart? {
    layout.places.first { $0.index == chosen }.flatMap { chart($0.index, $0.rect) }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard area.height > 0, area.width > 0 else { return }
    ChartHead(query, board, isOld: isOld, secondsRead: secondsRead, now: world.now)
      .draw(on: &canvas, area: area)
    if let problem = board?.problem { return drawProblem(problem, on: &canvas, area: area) }
    guard let board else { return drawEmpty(on: &canvas, area: area, world: world) }
    for place in layout.places { chart(place.index, place.rect)?.draw(on: &canvas) }
    for (index, line) in layout.missing.enumerated() {
      let y = layout.missingTop + index
      canvas.put(line, x: area.x + 1, y: y, style: Theme.span(.warning), maxColumns: area.width - 1)
    }
    if board.charts.isEmpty, board.missing.isEmpty {
      canvas.put(
        "nothing to draw", x: area.x + 2, y: area.y + 2, style: Theme.ghost, maxColumns: area.width - 3)
    }
  }

  /// The lines stay as they are: a caret stands below its place.
  private func drawProblem(_ problem: String, on canvas: inout Canvas, area: Rect) {
    let lines = problem.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // What is too wide is shown around its caret.
    let caret = lines.compactMap { line in line.firstIndex(of: "^").map { Text.columns(String(line[..<$0])) }
    }
    let left = max(0, (caret.first ?? 0) - max(8, area.width - 12))
    for (index, line) in lines.enumerated() where index + 2 < area.height {
      let isCaret = !line.isEmpty && line.allSatisfy { $0 == " " || $0 == "^" || $0 == "~" }
      let style = isCaret ? Theme.row(.bad) : index == 0 ? Style(bold: true) : Style()
      let shown = Text.slice(line, from: left, columns: max(0, area.width - 3))
      canvas.put(shown, x: area.x + 2, y: area.y + 2 + index, style: style)
    }
    let y = area.y + 3 + lines.count
    guard expression != nil, y < area.y + area.height else { return }
    canvas.put("e edits it", x: area.x + 2, y: y, style: Theme.ghost, maxColumns: area.width - 3)
  }

  private func drawEmpty(on canvas: inout Canvas, area: Rect, world: World) {
    let (text, style): (String, Style) =
      switch world.phase(.chart(query)) {
      case .refused(_, let why): (why, Theme.span(.bad))
      case .stale(_, let why): ("no connection: \(why)", Theme.span(.bad))
      case .ended(let why): (why, Theme.ghost)
      default: ("reading…", Theme.ghost)
      }
    for (index, line) in TextWrap.lines(text, columns: max(10, area.width - 4)).enumerated()
    where index + 2 < area.height {
      canvas.put(line, x: area.x + 2, y: area.y + 2 + index, style: style, maxColumns: area.width - 3)
    }
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    switch key {
    case .right, .character("l"): read(1)
    case .left, .character("h"): read(-1)
    case .shiftRight, .character("L"): read(10)
    case .shiftLeft, .character("H"): read(-10)
    case .home, .character("g"): cursor = chosenChart?.moment(.min / 2)
    case .end, .character("G"): cursor = chosenChart?.moment(.max / 2)
    case .tab: choose(chosen + 1, wraps: true)
    case .backtab: choose(chosen - 1, wraps: true)
    case .down, .character("j"): choose(chosen + (isEnlarged ? 1 : layout.columns))
    case .up, .character("k"): choose(chosen - (isEnlarged ? 1 : layout.columns))
    case .pageDown, .control("f"): choose(chosen + max(1, layout.places.count))
    case .pageUp, .control("b"): choose(chosen - max(1, layout.places.count))
    case .enter: if (board?.charts.count ?? 0) > 1 { isEnlarged.toggle() }
    case .character("+"), .character("="): chooseRange(1)
    case .character("-"): chooseRange(-1)
    case .character("e"):
      guard let expression else { return .unhandled }
      return .command("chart \(expression)")
    case .control("s"):
      guard let board else { return .inform("there is nothing to save yet") }
      return .save(name: crumb, text: ChartTable.text(board))
    case .escape:
      if cursor != nil {
        cursor = nil
      } else if isEnlarged {
        isEnlarged = false
      } else {
        return .pop
      }
    case .character("q"): return .pop
    case .mouse(let mouse): point(mouse)
    default: return .unhandled
    }
    return .none
  }

  private mutating func read(_ steps: Int) {
    guard let chart = chosenChart else { return }
    // A cursor that the charts have moved away from begins anew.
    cursor = chart.moment(steps)
  }

  private mutating func choose(_ index: Int, wraps: Bool = false) {
    guard let count = board?.charts.count, count > 0 else { return }
    chosen = wraps ? (index + count) % count : max(0, min(index, count - 1))
  }

  private mutating func chooseRange(_ step: Int) {
    let at = Self.ranges.firstIndex { $0 >= query.rangeSeconds } ?? Self.ranges.count - 1
    query.rangeSeconds = Self.ranges[max(0, min(at + step, Self.ranges.count - 1))]
  }

  private mutating func point(_ mouse: Mouse) {
    switch mouse.action {
    case .wheelUp: choose(chosen - layout.columns)
    case .wheelDown: choose(chosen + layout.columns)
    case .press:
      guard let place = layout.place(x: mouse.x, y: mouse.y) else { return }
      chosen = place.index
      if let moment = chart(place.index, place.rect)?.moment(x: mouse.x, y: mouse.y) { cursor = moment }
    case .release: break
    }
  }
}
