import Cluster
import Document
import Terminal

/// The columns of a kind's table: which are shown, in which order, and others that are read from labels or paths.
struct ColumnsScreen: Screen {
  private struct Line {
    var column: ViewColumn
    var isShown: Bool
  }

  private let kind: Kind
  private let sort: ViewSort?
  private var lines: [Line]
  private var cursor = 0
  private var top = 0
  private var rows = 1
  /// What to go back to: the kind's own columns in their order.
  private let own: [ViewColumn]

  /// - Parameters:
  ///   - columns: the kind's own, as the table knows them, those around the cells included.
  ///   - view: what is chosen so far.
  init(kind: Kind, columns: [Column], view: ViewSpec) {
    self.kind = kind
    sort = view.sort
    own = columns.map { column in
      var own = ViewColumn(.builtIn(column.title))
      own.isWide = column.isWide
      return own
    }
    lines = Self.lines(own, view.columns)
  }

  private static func lines(_ own: [ViewColumn], _ chosen: [ViewColumn]) -> [Line] {
    guard !chosen.isEmpty else { return own.map { Line(column: $0, isShown: !$0.isWide) } }
    let named = Set(chosen.map(\.source))
    // As one reads them: what is in the wide form only is as good as not shown here.
    let shown = chosen.map { column in
      let isWide = own.first { $0.source == column.source }?.isWide ?? false
      return Line(
        column: column,
        isShown: !column.isHidden && !column.isWide && (!isWide || column.isAlwaysShown))
    }
    return shown + own.filter { !named.contains($0.source) }.map { Line(column: $0, isShown: false) }
  }

  var crumb: String { "columns" }
  func needs(_ world: World) -> Set<Need> { [] }

  var keyHints: [KeyHint] {
    [
      KeyHint("space", "show or hide"), KeyHint("J K", "move"), KeyHint("l", "add a label"),
      KeyHint("p", "add a path"), KeyHint("enter", "keep"), KeyHint("esc", "leave as it was"),
      KeyHint("ctrl-d", "the kind's own again"), KeyHint("x", "remove an added one", minor: true),
    ]
  }

  func remark(_ world: World) -> Remark? {
    guard lines.indices.contains(cursor) else { return nil }
    switch lines[cursor].column.source {
    case .builtIn: return nil
    case .label(let key): return Remark(text: "the label \(key)", tone: .good)
    case .path(let path): return Remark(text: "the value at \(path), read from every object", tone: .good)
    }
  }

  mutating func prepare(_ world: World, area: Rect) {
    rows = max(1, area.height - 2)
    cursor = max(0, min(cursor, lines.count - 1))
    top = max(0, min(max(top, cursor - rows + 1), cursor))
  }

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    canvas.put(
      "Columns of \(kind.plural)", x: area.x + 1, y: area.y, style: Theme.span(.heading),
      maxColumns: area.width - 1)
    for (index, line) in lines.enumerated().dropFirst(top).prefix(rows) {
      let y = area.y + 2 + index - top
      var style = line.isShown ? Style() : Theme.ghost
      if index == cursor {
        style.reverse = true
        canvas.fill(Rect(x: area.x, y: y, width: area.width, height: 1), style: style)
      }
      canvas.put(line.isShown ? "[x]" : "[ ]", x: area.x + 1, y: y, style: style, maxColumns: area.width - 1)
      canvas.put(line.column.title, x: area.x + 5, y: y, style: style, maxColumns: max(0, area.width - 5))
      let source = Self.words(line.column)
      canvas.put(source, x: area.x + 30, y: y, style: style, maxColumns: max(0, area.width - 30))
    }
  }

  private static func words(_ column: ViewColumn) -> String {
    switch column.source {
    case .builtIn: ""
    case .label(let key): "label \(key)"
    case .path(let path): path
    }
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    switch key {
    case .down, .character("j"): cursor = min(cursor + 1, lines.count - 1)
    case .up, .character("k"): cursor = max(0, cursor - 1)
    case .home, .character("g"): cursor = 0
    case .end, .character("G"): cursor = lines.count - 1
    case .character(" "):
      guard lines.indices.contains(cursor) else { break }
      lines[cursor].isShown.toggle()
      cursor = min(cursor + 1, lines.count - 1)
    case .character("J"), .shiftDown: move(1)
    case .character("K"), .shiftUp: move(-1)
    case .character("x"), .delete: return remove()
    case .character("l"): return .ask(ActionOffer.asked(.column(ofLabel: true)), .column(ofLabel: true))
    case .character("p"): return .ask(ActionOffer.asked(.column(ofLabel: false)), .column(ofLabel: false))
    case .control("d"): lines = Self.lines(own, [])
    case .enter: return .chosen(view)
    case .escape, .character("q"): return .pop
    case .character(":"), .character("?"), .control: return .unhandled
    default: break
    }
    return .none
  }

  private mutating func move(_ step: Int) {
    guard lines.indices.contains(cursor), lines.indices.contains(cursor + step) else { return }
    lines.swapAt(cursor, cursor + step)
    cursor += step
  }

  private mutating func remove() -> Reaction {
    guard lines.indices.contains(cursor) else { return .none }
    if case .builtIn = lines[cursor].column.source {
      return .inform("this one is the kind's own: space hides it")
    }
    lines.remove(at: cursor)
    cursor = max(0, min(cursor, lines.count - 1))
    return .none
  }

  mutating func answered(
    _ question: ActionOffer.Question, _ text: String, _ targets: Targets?, world: World
  ) -> Reaction {
    let typed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    guard !typed.isEmpty else { return .none }
    if question == .column(ofLabel: true) { return add(ViewColumn(.label(typed))) }
    // A path alone gets its last name as its title.
    let (column, problem) =
      typed.hasPrefix(".") || typed.hasPrefix("{")
      ? (ViewColumn(.path(typed)), nil) : ViewColumn.parse(k9s: typed)
    if let problem { return .fail(problem) }
    guard let column, case .path(let path) = column.source else {
      return .fail("'\(typed)' is no path: .spec.nodeName, or NODE:.spec.nodeName")
    }
    if let problem = JSONQuery.parse(path).problem { return .fail(problem) }
    return add(column)
  }

  private mutating func add(_ column: ViewColumn) -> Reaction {
    guard !lines.contains(where: { $0.column.title == column.title }) else {
      return .fail(
        "there is a column \(column.title) already: TITLE:\(Self.words(column)) gives it another title")
    }
    lines.insert(Line(column: column, isShown: true), at: min(cursor + 1, lines.count))
    cursor = min(cursor + 1, lines.count - 1)
    return .none
  }

  /// What was chosen; where that is what the kind shows by itself, nothing.
  private var view: ViewSpec {
    let isOwn =
      lines.map(\.column.source) == own.map(\.source)
      && zip(lines, own).allSatisfy { $0.isShown != $1.isWide }
    guard !isOwn else { return ViewSpec(sort: sort) }
    let wide = Set(own.filter(\.isWide).map(\.source))
    return ViewSpec(
      columns: lines.map { line in
        var column = line.column
        // Hidden means: not unless the wide form is asked for.
        column.isWide = !line.isShown
        column.isAlwaysShown = line.isShown && wide.contains(column.source)
        column.isHidden = false
        return column
      }, sort: sort)
  }
}
