import Cluster
import Kubernetes
import Terminal

/// Who may do what: one's own rights, those of somebody else, what a role allows and who has it, who may do one thing,
/// and which role would allow what was refused.
struct AccessScreen: Screen {
  enum Line: Hashable {
    case text(String, Span.Meaning)
    case titles
    case rule(AccessRule)
    case holder(AccessHolder)
    case offer(AccessOffer)
    case command(String)
  }

  let query: AccessQuery
  private(set) var lines: [Line] = []
  private var cursor = ListCursor<Line>()
  private var filter = Filter("")
  private var filterProblem: String?
  private var matrix = AccessMatrix([], width: 80)
  private var made: (revision: Int, filter: String, width: Int)?
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)

  init(_ query: AccessQuery) { self.query = query }

  /// What enter on an object of a kind opens, where that is what it allows.
  static func opened(by ref: ObjectRef) -> AccessScreen? {
    switch ref.kind {
    case "rbac.authorization.k8s.io/v1/roles", "rbac.authorization.k8s.io/v1/clusterroles":
      AccessScreen(.role(ref))
    case "v1/serviceaccounts":
      AccessScreen(.subject(AccessSubject(.account, ref.name, namespace: ref.namespace), namespaces: []))
    default: nil
    }
  }

  var crumb: String {
    switch query {
    case .own(let namespace): "what I may do in \(namespace)"
    case .subject(let subject, _): "\(subject.words) > rights"
    case .role(let ref): "\(ref.name) > rights"
    case .who(let action): "who may \(action.words)"
    case .subjects(let sort, _):
      switch sort {
      case .user: "users"
      case .group: "groups"
      case .account, nil: "subjects"
      }
    case .grant(let action, _): "who could allow to \(action.words)"
    }
  }

  var mainNeed: Need? { .access(query) }
  var filterText: String? { filter.text }
  func needs(_ world: World) -> Set<Need> { [.access(query)] }

  func tally(_ world: World) -> String {
    let count = lines.count { line in
      switch line {
      case .rule, .holder, .offer: true
      case .text, .titles, .command: false
      }
    }
    return "\(count)"
  }

  var keyHints: [KeyHint] {
    [
      KeyHint("enter", "open"), KeyHint("/", "filter"), KeyHint("c", "copy the line"),
      KeyHint("ctrl-s", "save", minor: true), KeyHint("esc", "back"),
    ]
  }

  func remark(_ world: World) -> Remark? {
    if let filterProblem { return Remark(text: filterProblem, tone: .bad) }
    switch cursor.line {
    case .rule(let rule) where !rule.grants.isEmpty:
      if case .role = query { return nil }
      return Remark(text: "by \(rule.grants.map(\.words).joined(separator: "; "))", tone: .done)
    case .offer(let offer): return Remark(text: "c copies: \(offer.command)", tone: .done)
    case .command: return Remark(text: "c copies it for somebody who may enter it", tone: .done)
    default: return nil
    }
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    self.area = area
    let revision = world.revisions[.access(query)] ?? -1
    if made.map({ $0 != (revision, filter.text, area.width) }) ?? true {
      lines = []
      if let board = world.access[query] { arrange(board, width: area.width) }
      made = (revision, filter.text, area.width)
    }
    cursor.follow(lines, page: area.height, isChosen: !lines.isEmpty)
  }

  private mutating func arrange(_ board: AccessBoard, width: Int) {
    func add(_ text: String, _ meaning: Span.Meaning = .plain) { lines.append(.text(text, meaning)) }
    if case .grant(let action, let subject) = query { arrangeGrant(board, action, subject) }
    let holders = board.holders.filter {
      passes("\($0.subject.words) \($0.grants.map(\.words).joined(separator: " "))", $0.subject.name)
    }
    if !holders.isEmpty {
      if case .role = query { add("who has it", .heading) }
      lines += holders.map { .holder($0) }
    }
    let rules = board.rules.filter {
      passes("\($0.namespace) \(AccessMatrix.title($0)) \($0.verbs.joined(separator: " "))", $0.resource)
    }
    matrix = AccessMatrix(rules, width: width)
    if !rules.isEmpty { lines.append(.titles) }
    lines += rules.map { .rule($0) }
    if lines.isEmpty {
      add(filter.isActive ? "nothing here matches '\(filter.text)': esc clears the filter" : nothing, .dim)
    }
    for note in board.notes { add(note, .dim) }
    for sentence in board.unseen { add("not seen: \(sentence)", .warning) }
  }

  private var nothing: String {
    switch query {
    case .who(let action): "no role and binding that can be read allows anybody to \(action.words)"
    case .subject(let subject, _): "no binding that can be read names \(subject.words)"
    case .subjects: "no binding that can be read names anybody"
    case .own, .role: "nothing is allowed"
    case .grant: ""
    }
  }

  private mutating func arrangeGrant(_ board: AccessBoard, _ action: AccessAction, _ subject: AccessSubject) {
    let who = subject.name.isEmpty ? "you" : subject.words
    lines.append(.text("\(who) may not \(action.words)", .bad))
    let offers = board.offers.filter { passes($0.role.name, $0.role.name) }
    if offers.isEmpty, !board.unseen.isEmpty {
      lines.append(.text("which role would allow it can't be told: roles can't be read", .plain))
    } else {
      lines.append(
        .text(offers.isEmpty ? "no role allows it" : "roles that allow it, the narrowest first", .heading))
    }
    lines += offers.map { .offer($0) }
    lines.append(.text("an administrator allows it with", .heading))
    lines.append(.command(offers.first?.command ?? board.command))
  }

  private func passes(_ text: String, _ name: String) -> Bool {
    !filter.isActive || filter.passes(text: text, name: name)
  }

  mutating func search(_ text: String, find: Bool, world: World) {
    let typed = Filter(text)
    filterProblem = typed.problem
    if typed.problem == nil { filter = typed }
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard world.access[query] != nil else {
      let text =
        switch world.phase(.access(query)) {
        case .connecting, .listing, .live, .partial: "asking…"
        case .refused(_, let why), .stale(_, let why), .ended(let why): why
        }
      canvas.put(text, x: area.x + 2, y: area.y + 1, style: Theme.ghost, maxColumns: area.width - 3)
      return
    }
    for (offset, line) in lines.dropFirst(cursor.top).prefix(area.height).enumerated() {
      let rect = Rect(x: area.x, y: area.y + offset, width: area.width, height: 1)
      styled(line).draw(on: &canvas, x: rect.x, y: rect.y, width: rect.width)
      if cursor.top + offset == cursor.index {
        canvas.restyle(rect) { $0 = Style(bold: $0.bold, reverse: true) }
      }
    }
  }

  private func styled(_ line: Line) -> StyledLine {
    switch line {
    case .text(let text, let meaning): return StyledLine([(Text.harmless(text), Theme.span(meaning))])
    case .titles: return matrix.titles
    case .rule(let rule): return matrix.line(rule)
    case .holder(let holder):
      let words = holder.grants.map(\.words).joined(separator: "; ")
      return StyledLine([
        (Text.harmless(holder.subject.words).padding(min(44, area.width / 2)) + " ", Style()),
        (Text.harmless("by \(words)"), Theme.ghost),
      ])
    case .offer(let offer):
      let kind = offer.role.namespace.isEmpty ? "clusterrole" : "role"
      return StyledLine([
        ("\(kind) ", Theme.ghost), (Text.harmless(offer.role.name), Style()),
      ])
    case .command(let command): return StyledLine([("  \(Text.harmless(command))", Theme.span(.good))])
    }
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    if cursor.move(key, lines) { return .none }
    switch key {
    case .enter: return open()
    case .escape:
      guard !filter.text.isEmpty || filterProblem != nil else { return .pop }
      (filter, filterProblem) = (Filter(""), nil)
    case .character("q"): return .pop
    case .character("/"): return .prompt(.filter)
    case .character("c"): return copy()
    case .control("s"):
      return .save(name: crumb, text: lines.map { styled($0).text }.joined(separator: "\n") + "\n")
    case .mouse(let mouse): return point(mouse)
    default: return .unhandled
    }
    return .none
  }

  private func copy() -> Reaction {
    switch cursor.line {
    case .offer(let offer): .copy(offer.command, what: "the command")
    case .command(let command): .copy(command, what: "the command")
    case let line?: .copy(styled(line).text, what: "the line")
    case nil: .none
    }
  }

  private func open() -> Reaction {
    switch cursor.line {
    case .rule(let rule):
      if case .role = query { return .none }
      return rule.grants.first.map { .push(AccessScreen(.role($0.role))) }
        ?? .inform("the server does not tell which role allows it")
    case .holder(let holder): return .push(AccessScreen(.subject(holder.subject, namespaces: [])))
    case .offer(let offer): return .push(AccessScreen(.role(offer.role)))
    case .text, .titles, .command, nil: return .none
    }
  }

  private mutating func point(_ mouse: Mouse) -> Reaction {
    switch mouse.action {
    case .wheelUp: cursor.put(cursor.index - 3, lines)
    case .wheelDown: cursor.put(cursor.index + 3, lines)
    case .press:
      let row = cursor.top + mouse.y - area.y
      guard lines.indices.contains(row) else { return .none }
      if row == cursor.index { return open() }
      cursor.put(row, lines)
    case .release: break
    }
    return .none
  }
}

extension World {
  /// The screen that tells who could allow what a need was refused; nil where it was not, or the words do not tell what.
  func refusal(of need: Need?) -> AccessScreen? {
    guard let need, case .refused(403, let why) = phase(need), let refusal = AccessRefusal(why) else {
      return nil
    }
    return AccessScreen(.grant(refusal.action, to: refusal.subject))
  }
}
