import Cluster
import Terminal

/// Why one object is in its state: what is wrong, since when, whether it heals, what it rests on, what to do and what
/// happened before.
struct WhyScreen: Screen {
  let ref: ObjectRef
  /// What was known when it was opened, until the object was looked at more closely.
  private var seed: Problem?
  private var reason: Subject?
  private(set) var text: WhyText?
  /// What happened, beside the rest where both fit.
  private var side: [StyledLine] = []
  static let minTwoColumns = 150
  private var drawn: (revision: Int, now: Int64, area: Rect)?
  private var item: WhyText.Item?
  private var top = 0
  private var isFull = false
  /// A person asked, so that certificates may be read.
  private var isAsked = true
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)

  init(_ ref: ObjectRef) { self.ref = ref }

  init(_ problem: Problem) {
    ref = problem.subject
    seed = problem
  }

  /// - Parameter subject: a row of a table, with the reason it shows.
  init(_ subject: Subject) {
    ref = subject.ref
    reason = subject
  }

  var crumb: String { "\(ref.name) > why" }
  var mainNeed: Need? { .diagnosis(ref) }
  /// It tells times in seconds.
  var secondsUntilChange: Int64 { 1 }

  func needs(_ world: World) -> Set<Need> {
    var needs: Set<Need> = [.diagnosis(ref)]
    if isAsked, ref.kind == "networking.k8s.io/v1/ingresses" { needs.insert(.certificates(ref)) }
    guard world.canChange, let text else { return needs }
    return needs.union(text.offers.compactMap { $0.rights.map(Need.rights) })
  }

  /// The same beside a list, where the cursor merely rests.
  var beside: WhyScreen {
    var screen = self
    screen.isAsked = false
    return screen
  }

  func tally(_ world: World) -> String {
    let below = (text?.rows.count ?? 0) - top - area.height
    let parts = [world.diagnoses[ref]?.state.word ?? "", below > 0 ? "\(below) more rows" : ""]
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  var keyHints: [KeyHint] {
    guard text != nil else { return [KeyHint("E", "events")] + ObjectKeys.hints + [KeyHint("esc", "back")] }
    let hasOffers = text?.offers.isEmpty == false
    let first =
      hasOffers ? [KeyHint("1-9", "do it"), KeyHint("enter", "choose")] : [KeyHint("enter", "open")]
    return first + ObjectKeys.hints + [
      KeyHint("e", isFull ? "less" : "all lines"), KeyHint("tab", "next offer or object", minor: true),
      KeyHint("c", "copy the text", minor: true), KeyHint("ctrl-s", "save", minor: true),
      KeyHint("esc", "back"),
    ]
  }

  func remark(_ world: World) -> Remark? {
    if case .refused(_, let why) = world.phase(.diagnosis(ref)), world.diagnoses[ref] == nil, text != nil {
      return Remark(text: "it could not be looked at more closely: \(why)", tone: .unknown)
    }
    guard case .offer(let offer) = item, let why = offer.refusal(world) else { return nil }
    return Remark(text: "\(offer.title): \(why)", tone: .unknown)
  }

  /// What is to be mended; of a link under the cursor its object.
  func targets(_ world: World) -> Targets? {
    var target = text?.diagnosis.problem?.subject ?? ref
    if case .object(let ref) = item { target = ref }
    return world.kinds[target.kind].map { Targets(kind: $0, refs: [target]) }
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    self.area = area
    // What the lists of problems say counts as well.
    let boards = world.boards.keys.reduce(0) { $0 + (world.revisions[.problems($1)] ?? 0) }
    let revision = world.revisions[.diagnosis(ref)].map { $0 + boards } ?? -1
    if drawn.map({ $0 != (revision, world.now, area) }) ?? true || revision < 0 {
      read(world, width: area.width)
      drawn = (revision, world.now, area)
    }
    scroll()
  }

  private mutating func read(_ world: World, width: Int) {
    guard let diagnosis = diagnosis(world) else {
      (text, side) = (nil, [])
      return
    }
    func written(_ part: WhyText.Part, _ width: Int) -> WhyText {
      WhyText(
        diagnosis, kinds: world.kinds, now: world.now, zoneOffsetSeconds: world.zoneOffsetSeconds,
        width: width,
        isFull: isFull, part: part)
    }
    side = []
    if width >= Self.minTwoColumns {
      // Its first line is the blank one above a title.
      side = Array(written(.history, width - width * 55 / 100 - 2).lines.dropFirst())
      if side.count > area.height { side = [] }
    }
    text = side.isEmpty ? written(.whole, width) : written(.finding, width * 55 / 100)
    guard let items = text?.items else { return }
    if item.map({ !items.contains($0) }) ?? true {
      item = text?.offers.first.map { .offer($0) } ?? items.first
    }
  }

  /// What the reader says, else what is known of it from where it was opened.
  private func diagnosis(_ world: World) -> Diagnosis? {
    let boards = world.boards.values.lazy.flatMap(\.problems)
    if var diagnosis = world.diagnoses[ref] {
      // What is wrong because of it is told of it, however well it is by itself: a quota that leaves no room.
      if diagnosis.problem == nil, let problem = boards.first(where: { $0.subject.isSame(as: ref) }) {
        (diagnosis.state, diagnosis.problem) = (.broken, problem)
      }
      return diagnosis
    }
    guard let seed else { return nil }
    let current = boards.first { $0.id == seed.id } ?? seed
    var diagnosis = Diagnosis(of: current)
    diagnosis.isWhole = world.phase(.diagnosis(ref)).isSettled
    return diagnosis
  }

  private var cursor: Int? { item.flatMap { text?.items.firstIndex(of: $0) } }

  private mutating func scroll(to row: Int? = nil) {
    let count = text?.rows.count ?? 0
    if let row {
      top = min(top, row)
      top = max(top, row - area.height + 1)
    }
    top = max(0, min(top, count - area.height))
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) { draw(on: &canvas, area: area, world, true) }

  /// - Parameter showsCursor: beside a list the cursor stands in the list.
  func draw(on canvas: inout Canvas, area: Rect, _ world: World, _ showsCursor: Bool) {
    guard let text else { return drawReason(on: &canvas, area: area, world: world) }
    let cursor = showsCursor ? cursor : nil
    var area = area
    if !side.isEmpty {
      let x = area.x + area.width * 55 / 100
      for y in area.y..<area.y + area.height { canvas.put("│", x: x, y: y, style: Theme.separator) }
      for (offset, line) in side.enumerated() {
        line.draw(on: &canvas, x: x + 2, y: area.y + offset, width: area.x + area.width - x - 2)
      }
      area.width = x - area.x
    }
    for (offset, row) in text.rows.dropFirst(top).prefix(area.height).enumerated() {
      let rect = Rect(x: area.x, y: area.y + offset, width: area.width, height: 1)
      row.line.draw(on: &canvas, x: rect.x, y: rect.y, width: rect.width)
      if let cursor, row.item == cursor { canvas.restyle(rect) { $0.reverse = true } }
    }
  }

  /// As long as there is no diagnosis: what the row itself tells.
  private func drawReason(on canvas: inout Canvas, area: Rect, world: World) {
    var y = area.y
    func put(_ text: String, _ style: Style) {
      for line in TextWrap.lines(text, columns: max(10, area.width - 3)) where y < area.y + area.height {
        canvas.put(line, x: area.x + 2, y: y, style: style, maxColumns: max(0, area.width - 2))
        y += 1
      }
    }
    put(world.kinds.words(for: ref), Theme.span(.heading))
    if let reason { put(reason.words(now: world.now), Theme.row(reason.tone)) }
    y += 1
    switch world.phase(.diagnosis(ref)) {
    case .connecting, .listing, .live, .partial: put("looking closer…", Theme.ghost)
    case .refused(_, let why), .stale(_, let why), .ended(let why):
      put("it could not be looked at more closely: \(why)", Theme.span(.warning))
    }
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    if move(key) { return .none }
    switch key {
    case .escape, .character("q"): return .pop
    case .enter: return item.map { open($0, world) } ?? .none
    case .character("e"):
      isFull.toggle()
      drawn = nil
    case .character("c"): return text == nil ? .none : .copy(plainText, what: "the text")
    case .control("s"): return text == nil ? .none : .save(name: crumb, text: plainText + "\n")
    case .mouse(let mouse): return point(mouse, world)
    case .character(let letter):
      if let digit = letter.wholeNumberValue, digit > 0 { return choose(digit, world) }
      return keys(world).open(letter, world) ?? .unhandled
    default: return .unhandled
    }
    return .none
  }

  private var plainText: String { ((text?.lines ?? []) + side).map(\.text).joined(separator: "\n") }

  /// What letters are about: the object of a link under the cursor, else the screen's own.
  private func keys(_ world: World) -> ObjectKeys {
    if case .object(let ref) = item, cursor != nil { return ObjectKeys(ref) }
    guard let problem = text?.diagnosis.problem else { return ObjectKeys(ref) }
    var keys = ObjectKeys(problem, world.kinds)
    if !problem.subject.isSame(as: ref) { keys = ObjectKeys(ref) }
    return keys
  }

  private func choose(_ number: Int, _ world: World) -> Reaction {
    let offers = text?.offers ?? []
    guard offers.indices.contains(number - 1) else {
      return .inform(offers.isEmpty ? "there is nothing to choose from" : "there are \(offers.count) offers")
    }
    return offers[number - 1].start(world)
  }

  private func open(_ item: WhyText.Item, _ world: World) -> Reaction {
    switch item {
    case .offer(let offer): return offer.start(world)
    case .object(let ref): return .push(WhyScreen(ref))
    }
  }

  private mutating func move(_ key: Key) -> Bool {
    let page = max(1, area.height - 1)
    switch key {
    case .character("j"), .down: step(1)
    case .character("k"), .up: step(-1)
    case .tab: turn(1)
    case .backtab: turn(-1)
    case .character("g"), .home:
      top = 0
      item = text?.offers.first.map { .offer($0) } ?? text?.items.first
    case .character("G"), .end: top = .max / 2
    case .pageDown, .control("f"): top += page
    case .pageUp, .control("b"): top -= page
    case .control("d"): top += max(1, page / 2)
    case .control("u"): top -= max(1, page / 2)
    default: return false
    }
    scroll()
    takeVisible()
    return true
  }

  private func firstRow(of item: Int) -> Int? { text?.rows.firstIndex { $0.item == item } }

  /// To the next offer or object where that can be seen, else a row on.
  private mutating func step(_ by: Int) {
    guard let items = text?.items else { return }
    let next = (cursor ?? -1) + by
    if items.indices.contains(next), let row = firstRow(of: next), (top..<top + area.height).contains(row) {
      item = items[next]
    } else {
      top += by
    }
  }

  private mutating func turn(_ by: Int) {
    guard let items = text?.items, !items.isEmpty else { return }
    let next = ((cursor ?? -by) + by + items.count) % items.count
    item = items[next]
    scroll(to: firstRow(of: next))
  }

  /// What was scrolled out of sight can't be chosen: the nearest that is in sight is.
  private mutating func takeVisible() {
    guard let text, let cursor, let row = firstRow(of: cursor) else { return }
    let visible = text.rows.dropFirst(top).prefix(area.height).compactMap(\.item)
    guard !visible.contains(cursor), let nearest = row < top ? visible.first : visible.last else { return }
    item = text.items[nearest]
  }

  private mutating func point(_ mouse: Mouse, _ world: World) -> Reaction {
    switch mouse.action {
    case .wheelUp: top -= 3
    case .wheelDown: top += 3
    case .press:
      let row = top + mouse.y - area.y
      guard let text, text.rows.indices.contains(row), let at = text.rows[row].item else { return .none }
      if item == text.items[at] { return open(text.items[at], world) }
      item = text.items[at]
    case .release: break
    }
    scroll()
    return .none
  }
}
