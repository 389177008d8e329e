import Cluster
import Terminal

/// A change before it is sent: what it is, what the server says would come of it, what will undo it, whom it hits.
/// Nothing is sent before all of that has been on the screen.
struct ActionCard: Screen {
  private(set) var changes: [Change]
  let kind: Kind
  private var attempt = 0
  private var view = TextView(wraps: true)
  private var shown: Page?
  /// World.milliseconds when what is shown last changed.
  private var changedAt: Int64 = .max
  private var isSettled = false

  /// A key pressed for what stood there before must not confirm what has just come.
  private static let settleMilliseconds: Int64 = 250
  /// So many objects are asked about at the same time.
  private static let maxAsked = 8

  init(_ changes: [Change], kind: Kind) {
    self.changes = changes
    self.kind = kind
  }

  var crumb: String { "change" }

  // MARK: What the server says

  func needs(_ world: World) -> Set<Need> {
    let answered = changes.prefix { world.previews[need($0)] != nil }.count
    return Set(changes.prefix(answered + Self.maxAsked).map(need))
  }

  private func need(_ change: Change) -> Need { .preview(change, attempt: attempt) }

  func previews(_ world: World) -> [Preview?] { changes.map { world.previews[need($0)] } }

  private func sendable(_ world: World) -> [Preview] {
    previews(world).compactMap { $0 }.filter(\.isSendable)
  }

  private func isComplete(_ world: World) -> Bool { changes.allSatisfy { world.previews[need($0)] != nil } }

  /// Something changed since it was previewed: what is shown is no longer what would come.
  private func isOvertaken(_ world: World) -> Bool {
    previews(world).contains { $0?.changedSince.isEmpty == false }
  }

  mutating func prepare(_ world: World, area: Rect) {
    let page = CardPage(changes: changes, previews: previews(world), kind: kind, place: world.place).page
    if page != shown {
      (shown, changedAt) = (page, world.milliseconds)
      view.show(page)
    }
    isSettled = world.milliseconds - changedAt >= Self.settleMilliseconds
    view.prepare(area: area)
  }

  /// When what has just come may be confirmed.
  var wakeAt: Int64? { isSettled || shown == nil ? nil : changedAt + Self.settleMilliseconds }

  func draw(on canvas: inout Canvas, area: Rect, world: World) { view.draw(on: &canvas, area: area) }

  func tally(_ world: World) -> String {
    changes.count > 1 ? "\(previews(world).count { $0 != nil }) of \(changes.count) previewed" : ""
  }

  func remark(_ world: World) -> Remark? {
    if let problem = refusedNeed(world) { return Remark(text: problem, tone: .bad) }
    if isOvertaken(world) {
      return Remark(text: "it changed meanwhile, see above: r asks the server again", tone: .bad)
    }
    guard isComplete(world) else {
      return Remark(text: "asking the server what would come of it…", tone: .starting)
    }
    guard isSettled else { return Remark(text: "read it…", tone: .starting) }
    let count = sendable(world).count
    guard count > 0 else {
      return Remark(text: "there is nothing to send: \(firstProblem(world))", tone: .bad)
    }
    let left = changes.count - count
    let others = left > 0 ? "; \(left) of \(changes.count) are left out, see above" : ""
    let protected = world.isProtected ? "; this context is protected: the name has to be typed" : ""
    return Remark(
      text: "enter sends it, esc does not\(others)\(protected)", tone: left > 0 ? .pending : .good)
  }

  private func refusedNeed(_ world: World) -> String? {
    for change in changes {
      switch world.phase(need(change)) {
      case .refused(_, let why), .stale(_, let why): if world.previews[need(change)] == nil { return why }
      default: continue
      }
    }
    return nil
  }

  private func firstProblem(_ world: World) -> String {
    for preview in previews(world) {
      switch preview?.verdict {
      case .refused(let why), .nothing(let why): return why
      default: continue
      }
    }
    return "no preview came"
  }

  // MARK: Keys

  var keyHints: [KeyHint] {
    var hints = [KeyHint("enter", "send"), KeyHint("esc", "do not")]
    switch changes.first?.action {
    case .delete:
      hints += [
        KeyHint("p", "what it owns"), KeyHint("g", "grace period"), KeyHint("f", "by force"),
      ]
    case .drain: hints += [KeyHint("l", "lose local data"), KeyHint("u", "lose unmanaged pods")]
    case .scale, .setImage, .label, .annotate, .trigger: hints.append(KeyHint("e", "another value"))
    case .edit: hints.append(KeyHint("e", "edit again"))
    default: break
    }
    return hints + [
      KeyHint("r", "ask again"), KeyHint("/", "search", minor: true), KeyHint("c", "copy kubectl"),
    ]
  }

  mutating func handle(_ key: Key, world: World) -> Reaction {
    switch key {
    case .escape, .character("q"): return .pop
    case .enter: return confirm(world)
    case .character("r"): attempt += 1
    case .character("e"): return again()
    case .character("c"):
      let commands = previews(world).compactMap { $0?.command }
      return commands.isEmpty ? .none : .copy(commands.joined(separator: "\n"), what: "the kubectl command")
    case .character("/"): return .prompt(.find)
    case .character("g") where isDeletion: return .ask(ActionOffer.asked(.grace), .grace)
    case .character(let letter): if !option(letter), !view.handle(key) { return .unhandled }
    default: if !view.handle(key) { return .unhandled }
    }
    return .none
  }

  private var isDeletion: Bool { if case .delete = changes.first?.action { true } else { false } }

  /// - Parameter isNamed: whether the object's name was typed.
  private func confirm(_ world: World, isNamed: Bool = false) -> Reaction {
    if isOvertaken(world) { return .fail("it changed since it was previewed: r asks the server again") }
    guard isComplete(world) else { return .inform("the server has not said yet what would come of it") }
    guard isSettled else { return .inform("the preview has just come: read it, then enter") }
    let sendable = sendable(world)
    guard !sendable.isEmpty else { return .fail("there is nothing to send: \(firstProblem(world))") }
    if world.isProtected, !isNamed, let name = changes.first?.target.name {
      return .ask(ActionOffer.asked(.name(name)), .name(name))
    }
    return .submit(sendable)
  }

  /// Asks for the value again.
  private func again() -> Reaction {
    let targets = Targets(kind: kind, refs: changes.map(\.target))
    var asked: ActionOffer.Asked
    switch changes.first?.action {
    case .scale(let replicas):
      asked = ActionOffer.asked(.replicas)
      asked.initial = String(replicas)
      asked.label = "replicas of \(targets.words): "
      return .ask(asked, .replicas)
    case .setImage(let container, let image):
      asked = ActionOffer.asked(.image)
      asked.initial = "\(container)=\(image)"
      return .ask(asked, .image)
    case .label(let key, let value):
      asked = ActionOffer.asked(.label)
      asked.initial = value.map { "\(key)=\($0)" } ?? "\(key)-"
      return .ask(asked, .label)
    case .annotate(let key, let value):
      asked = ActionOffer.asked(.annotation)
      asked.initial = value.map { "\(key)=\($0)" } ?? "\(key)-"
      return .ask(asked, .annotation)
    case .trigger(let name):
      asked = ActionOffer.asked(.job)
      asked.initial = name
      return .ask(asked, .job)
    case .edit(let old, let new):
      guard let target = changes.first?.target else { return .none }
      return .replace(EditScreen(target, kind: kind, original: old, text: new))
    default: return .unhandled
    }
  }

  mutating func answered(
    _ question: ActionOffer.Question, _ text: String, _ targets: Targets?, world: World
  ) -> Reaction {
    switch question {
    case .name(let name):
      guard text == name else { return .fail("that is not its name: nothing was sent") }
      return confirm(world, isNamed: true)
    case .grace:
      let seconds = Int(text)
      if seconds == nil, !text.isEmpty { return .fail("'\(text)' is no number of seconds") }
      change { $0.graceSeconds = seconds.map { max(1, $0) } }
      return .none
    default:
      switch ActionOffer.change(question, text) {
      case .failure(let problem): return .fail(problem.why)
      case .success(let action):
        for at in changes.indices { changes[at].action = action }
        return .none
      }
    }
  }

  private mutating func change(_ set: (inout Change.Deletion) -> Void) {
    for at in changes.indices {
      guard case .delete(var deletion) = changes[at].action else { continue }
      set(&deletion)
      changes[at].action = .delete(deletion)
    }
  }

  /// What a letter chooses about a deletion or a drain; false where it means nothing.
  private mutating func option(_ letter: Character) -> Bool {
    switch (changes.first?.action, letter) {
    case (.delete(let deletion), "p"):
      let all = Change.Deletion.Propagation.allCases
      let next = all[((all.firstIndex(of: deletion.propagation) ?? 0) + 1) % all.count]
      change { $0.propagation = next }
    case (.delete, "f"): change { $0.isForced.toggle() }
    case (.drain(var draining), "l"):
      draining.deletesLocalData.toggle()
      for at in changes.indices { changes[at].action = .drain(draining) }
    case (.drain(var draining), "u"):
      draining.deletesUnmanaged.toggle()
      for at in changes.indices { changes[at].action = .drain(draining) }
    default: return false
    }
    return true
  }

  mutating func search(_ text: String, find: Bool, world: World) { view.search(text) }
}
