import Cluster
import Terminal

extension ProblemsScreen {
  var keyHints: [KeyHint] {
    let whole: [KeyHint] = [KeyHint("/", "filter"), KeyHint("u", "what was looked at", minor: true)]
    let rest = [
      KeyHint("ctrl-z", hidesNotices ? "notices, too" : "without notices", minor: true),
      KeyHint("→ space", "what it breaks besides", minor: true), KeyHint("←", "fold that", minor: true),
      KeyHint("c", "copy the line", minor: true), KeyHint("ctrl-s", "save as text", minor: true),
    ]
    guard problem != nil else { return [KeyHint("T", "timeline")] + whole + rest }
    return [KeyHint("enter w", "why")] + ObjectKeys.hints + whole + rest
  }

  mutating func handle(_ key: Key, world: World) -> Reaction {
    touchedAt = world.milliseconds
    item = pointed
    if move(key) { return .none }
    switch key {
    case .enter: return why()
    case .escape:
      guard !filter.text.isEmpty || filterProblem != nil else { return .pop }
      (filter, filterProblem) = (Filter(""), nil)
    case .right, .character(" "): return unfold()
    case .left: fold()
    case .control("z"): hidesNotices.toggle()
    case .control("s"): return .save(name: crumb, text: plainText(world) + "\n")
    case .mouse(let mouse): return point(mouse)
    case .character(let letter): return handle(letter, world)
    default: return .unhandled
    }
    return .none
  }

  private mutating func handle(_ letter: Character, _ world: World) -> Reaction {
    switch letter {
    case "/": return .prompt(.filter)
    case "u":
      guard let board = world.boards[query] else { return .none }
      var page = PageScreen(.fixed(CalmText.page(of: board, query)))
      page.view = TextView(wraps: true)
      return .push(page)
    case "w": return why()
    case "T" where target == nil:
      return .push(TimelineScreen(TimelineQuery(namespaces: query.namespaces)))
    default: break
    }
    guard let problem, let target else { return .unhandled }
    if letter == "c" {
      return .copy(ProblemWords(problem, world.kinds, now: world.now).sentence, what: "the line")
    }
    let keys = item?.isProblem == true ? ObjectKeys(problem, world.kinds) : ObjectKeys(target)
    return keys.open(letter, world) ?? .unhandled
  }

  private func why() -> Reaction {
    guard let problem, let target else { return .inform("nothing is broken here") }
    return .push(item?.isProblem == true ? WhyScreen(problem) : WhyScreen(target))
  }

  private func plainText(_ world: World) -> String {
    let shown = items.filter(\.isProblem).compactMap { problems[$0.problem] }
    return
      (head.map(\.text) + shown.map { ProblemWords($0, world.kinds, now: world.now).sentence }
      + foot.map(\.text)).joined(separator: "\n")
  }

  // MARK: Moving

  private mutating func move(_ key: Key) -> Bool {
    switch key {
    case .character("j"), .down: put(cursor + 1)
    case .character("k"), .up: put(cursor - 1)
    case .character("g"), .home:
      // Who goes to the top wants the worst.
      touchedAt = nil
      put(0)
    case .character("G"), .end: put(items.count - 1)
    case .pageDown, .control("f"): put(cursor + pageSize)
    case .pageUp, .control("b"): put(cursor - pageSize)
    default: return false
    }
    return true
  }

  private mutating func put(_ target: Int) {
    cursor = max(0, min(target, items.count - 1))
    item = items.indices.contains(cursor) ? items[cursor] : nil
    scrollToCursor()
  }

  private mutating func unfold() -> Reaction {
    guard let problem else { return .none }
    if problem.consequences.isEmpty { return .inform("it breaks nothing else, as far as can be seen") }
    unfolded.insert(problem.id)
    return .none
  }

  private mutating func fold() {
    guard let item else { return }
    unfolded.remove(item.problem)
    self.item = .problem(item.problem)
  }

  private mutating func point(_ mouse: Mouse) -> Reaction {
    switch mouse.action {
    case .wheelUp: put(cursor - 3)
    case .wheelDown: put(cursor + 3)
    case .press:
      guard mouse.x < listArea.x + listArea.width else { return .none }
      let target = top + mouse.y - listArea.y - head.count - 1
      guard mouse.y > listArea.y + head.count, items.indices.contains(target) else { return .none }
      if target == cursor { return why() }
      put(target)
    case .release: break
    }
    return .none
  }
}
