import Cluster
import Terminal

/// What is broken, one line each, the worst first; and where nothing is, what was looked at to say so.
struct ProblemsScreen: Screen {
  /// What a line stands for.
  enum Item: Hashable {
    case problem(String)
    /// What a problem breaks besides, shown when it is unfolded.
    case consequence(String, ObjectRef)

    var problem: String {
      switch self {
      case .problem(let id), .consequence(let id, _): id
      }
    }
  }

  let query: ProblemsQuery
  var filter = Filter("")
  var filterProblem: String?
  /// Leaves out what nothing fails by.
  var hidesNotices = false
  var unfolded: Set<String> = []
  private(set) var order = ProblemOrder()
  private(set) var problems: [String: Problem] = [:]
  private(set) var items: [Item] = []
  var item: Item?
  var cursor = 0
  var top = 0
  /// World.milliseconds of the last key: who reads does not want the list to change places.
  var touchedAt: Int64?
  private(set) var line = ProblemLine.none
  private(set) var showsNamespace = false
  /// Since when nothing is broken, as far as this screen saw.
  private(set) var calmSince: Int64?
  private(set) var counts = (faults: 0, notices: 0)
  private(set) var foot: [StyledLine] = []
  private(set) var head: [StyledLine] = []
  private(set) var listArea = Rect(x: 0, y: 0, width: 0, height: 0)
  private(set) var detail = WhyPane()
  private var ticks: Int64 = 60
  /// The lines stand in another order than they would if nobody read them.
  private var isLate = false
  private var made: Sources?

  /// What the lines were made of: only when that changes they are made again.
  private struct Sources: Equatable {
    var revision: Int
    var isHeld: Bool
    var now: Int64
    var area: Rect
    var kinds: Int
    var filter: String
    var unfolded: Set<String>
    var hidesNotices: Bool
  }

  static let holdMilliseconds: Int64 = 10_000
  /// From this width on the list stands at the left and the why of its cursor at the right.
  static let minDetailWidth = 160

  init(namespaces: [String]) { query = ProblemsQuery(namespaces: namespaces) }

  /// Credentials in plain sight alone, those in config maps among them.
  init(credentialsIn namespaces: [String]) {
    query = ProblemsQuery(namespaces: namespaces, scansConfiguration: true)
  }

  var crumb: String { query.scansConfiguration ? "credentials" : "problems" }
  var mainNeed: Need? { .problems(query) }
  var filterText: String? { filter.text }
  var wakeAt: Int64? {
    let release = isLate ? touchedAt.map { $0 + Self.holdMilliseconds } : nil
    return [detail.wakeAt, release].compactMap(\.self).min()
  }
  var secondsUntilChange: Int64 { ticks }

  func needs(_ world: World) -> Set<Need> { detail.needs(world).union([.problems(query)]) }

  func tally(_ world: World) -> String {
    guard world.boards[query] != nil else { return "" }
    var parts = counts.faults > 0 ? ["\(counts.faults)!"] : []
    if counts.notices > 0 { parts.append("\(counts.notices) notice\(counts.notices == 1 ? "" : "s")") }
    if filter.isActive { parts.insert("/\(filter.text) \(items.count { $0.isProblem }) of", at: 0) }
    return parts.joined(separator: " ")
  }

  func remark(_ world: World) -> Remark? {
    if let filterProblem { return Remark(text: filterProblem, tone: .bad) }
    guard let problem else { return nil }
    if case .consequence(_, let ref) = item,
      let each = problem.consequences.first(where: { $0.subject == ref })
    {
      return Remark(text: Moment.rendered(each.headline, now: world.now), tone: .pending, isWhy: true)
    }
    let verdict = problem.finding.verdict
    let ground = Moment.rendered(verdict.ground, now: world.now)
    return Remark(
      text: ground.isEmpty ? verdict.words : "\(verdict.words): \(ground)", tone: problem.severity.tone,
      isWhy: true)
  }

  /// The problem under the cursor, also where that stands on something it breaks.
  var problem: Problem? { item.flatMap { problems[$0.problem] } }

  /// What a key is about. While lists still come the cursor belongs to no problem, so that it stays on top; a key that is pressed
  /// meanwhile still means the line that is seen there.
  var pointed: Item? { item ?? (items.indices.contains(cursor) ? items[cursor] : nil) }

  /// The object under the cursor.
  var target: ObjectRef? {
    if case .consequence(_, let ref) = pointed { return ref }
    return pointed.flatMap { problems[$0.problem]?.subject }
  }

  func cluster(_ world: World) -> String? { problem?.cluster }

  func targets(_ world: World) -> Targets? {
    guard let target, let kind = world.kinds[target.kind] else { return nil }
    return Targets(kind: kind, refs: [target])
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    listArea = area
    var board = world.boards[query] ?? ProblemBoard()
    if query.scansConfiguration { board.problems = board.problems.compactMap(\.ofCredentials) }
    let hasDetail = area.width >= Self.minDetailWidth && !world.isMerged && !board.problems.isEmpty
    if hasDetail { listArea.width = area.width * 55 / 100 }
    let isHeld = touchedAt.map { world.milliseconds - $0 < Self.holdMilliseconds } ?? false
    let sources = Sources(
      revision: world.revisions[.problems(query)] ?? -1, isHeld: isHeld, now: world.now, area: area,
      kinds: world.kinds.order.count, filter: filter.text, unfolded: unfolded, hidesNotices: hidesNotices)
    if sources != made {
      if sources.revision != made?.revision || isHeld != made?.isHeld { take(board, world, isHeld: isHeld) }
      arrange(board, world)
      made = sources
    }
    followCursor(isSettled: board.isWhole)
    // The ages that are seen; with seconds in a text, each second.
    ticks = ageTicks(world)
    let detailArea = Rect(
      x: area.x + listArea.width + 2, y: area.y, width: area.width - listArea.width - 2, height: area.height)
    detail.prepare(hasDetail ? problem : nil, world, area: detailArea)
  }

  private mutating func take(_ board: ProblemBoard, _ world: World, isHeld: Bool) {
    problems = Dictionary(board.problems.map { ($0.id, $0) }) { first, _ in first }
    // What nothing fails by stands at the end, whatever else is known of it.
    let faults = board.problems.filter { $0.severity > .notice }
    let notices = board.problems.filter { $0.severity == .notice }
    counts = (faults.count, notices.count)
    let wanted = (faults + notices).map(\.id)
    order.update(wanted, isHeld: isHeld)
    isLate = order.ids != wanted
    unfolded.formIntersection(problems.keys)
    if faults.isEmpty, board.isWhole {
      calmSince = calmSince ?? world.now
    } else {
      calmSince = nil
    }
  }

  private mutating func arrange(_ board: ProblemBoard, _ world: World) {
    let shown = order.ids.compactMap { problems[$0] }.filter { !hidesNotices || $0.severity > .notice }
    let words = shown.map { ProblemWords($0, world.kinds, now: world.now) }
    showsNamespace =
      world.isMerged || query.namespaces.count != 1 && shown.contains { !$0.subject.namespace.isEmpty }
    line = ProblemLine(words, width: listArea.width, showsNamespace: showsNamespace)
    items = []
    for (problem, words) in zip(shown, words) {
      guard !filter.isActive || filter.passes(text: words.searchable, name: problem.subject.name) else {
        continue
      }
      items.append(.problem(problem.id))
      guard unfolded.contains(problem.id) else { continue }
      items += problem.consequences.map { .consequence(problem.id, $0.subject) }
    }
    let calm = CalmText(board, query, world, since: calmSince, width: listArea.width)
    head = board.isWhole && counts.faults == 0 ? calm.head : []
    let free = listArea.height - head.count - 1 - items.count
    foot = calm.foot(isCalm: counts.faults == 0, rows: listArea.height - min(items.count, 6), free: free)
    if hidesNotices, counts.notices > 0 {
      let what = counts.notices == 1 ? "1 notice is" : "\(counts.notices) notices are"
      foot.insert(StyledLine([("  \(what) hidden: ctrl-z shows all", Theme.ghost)]), at: 0)
    }
    if items.isEmpty, filter.isActive {
      head.append(
        StyledLine([
          ("  no problem matches '\(Text.harmless(filter.text))': esc clears the filter", Theme.ghost)
        ]))
    }
  }

  private func ageTicks(_ world: World) -> Int64 {
    let shown = items.dropFirst(top).prefix(pageSize).compactMap { problems[$0.problem] }
    if shown.contains(where: { $0.finding.headline.contains("\u{1E}") }) { return 1 }
    let ages = (shown.map(\.since) + [calmSince]).compactMap(\.self)
    let soonest = ages.map { Age.secondsUntilChange(seconds: max(0, world.now - $0)) }.min() ?? 60
    return min(soonest, detail.secondsUntilChange)
  }

  /// Lines of problems that can be seen at once.
  var pageSize: Int { max(1, listArea.height - head.count - foot.count - 1) }

  /// The cursor stays on its problem wherever that went; when it is gone, on the same line.
  private mutating func followCursor(isSettled: Bool) {
    if let item, let at = items.firstIndex(of: item) {
      // What is new above the first line seen moves the lines only as far as it must.
      if top > 0 { top += at - cursor }
      cursor = at
    } else {
      cursor = max(0, min(cursor, items.count - 1))
      let isChosen = isSettled || cursor > 0
      item = items.indices.contains(cursor) && isChosen ? items[cursor] : nil
    }
    scrollToCursor()
  }

  mutating func scrollToCursor() {
    top = min(top, cursor)
    top = max(top, cursor - pageSize + 1)
    top = max(0, min(top, items.count - pageSize))
  }

  /// Half a regular expression, as it is while someone types, leaves the lines as they are.
  mutating func search(_ text: String, find: Bool, world: World) {
    let typed = Filter(text)
    filterProblem = typed.problem
    if typed.problem == nil { filter = typed }
  }
}

extension ProblemsScreen.Item {
  var isProblem: Bool { if case .problem = self { true } else { false } }
}
