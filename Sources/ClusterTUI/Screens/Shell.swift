import Cluster
import Terminal

/// What only the runtime can do.
enum Effect {
  case quit
  /// Switches to another context and runs a command there ("" shows the first screen).
  case switchContext(String, command: String)
  case copy(String, what: String)
  case save(name: String, text: String)
  case alert(Alert)
  case submit([Preview])
  /// The list of changes is being read.
  case readChanges
}

/// The frame around the screens: their stack, the first row, the last rows, the prompt and what is told once.
struct Shell {
  private(set) var stack: [any Screen]
  private(set) var prompt: Prompt?
  /// What the open question is about, whatever the cursor does meanwhile.
  private var asksFor: Targets?
  private(set) var flash: (text: String, isError: Bool, until: Int64)?
  /// Where namespaced kinds are shown; empty is everywhere.
  var namespaces: [String] = []
  /// What the keys from 1 to 9 lead to, as far as that was said.
  private var digits: [String] = []
  private static let maxDigits = 9
  private var history: [String] = []
  private var commandHistory = CommandHistory()
  /// A command whose kind is not known until the server told its kinds.
  private var waiting: String?
  private(set) var area = Rect(x: 0, y: 0, width: 80, height: 21)

  /// The first rows are there: what only helps typing waits for that, and stays from then on.
  private var isSettled = false

  init(_ stack: [any Screen] = []) { self.stack = stack }

  var top: (any Screen)? { stack.last }
  var isWaiting: Bool { waiting != nil }

  /// Forgets the screens of another cluster.
  mutating func clear() {
    (stack, prompt, waiting, isSettled, digits) = ([], nil, nil, false, [])
  }

  /// Puts one screen in the place of all others.
  mutating func begin(with screen: any Screen) { (stack, prompt, waiting) = ([screen], nil, nil) }

  // MARK: What is needed

  func needs(_ world: World) -> Set<Need> {
    var needs = stack.reduce(into: Set<Need>()) { $0.formUnion($1.needs(world)) }
    if isSettled || prompt?.mode == .command { needs.insert(.rows(Query("v1/namespaces"))) }
    if isSettled || waiting != nil || prompt?.mode == .command { needs.insert(.kinds) }
    if completesMetrics(world) { needs.insert(.rows(Completion.metrics)) }
    return needs
  }

  private func completesMetrics(_ world: World) -> Bool {
    guard let prompt, prompt.mode == .command else { return false }
    return Completion.takesMetrics(prompt.text) && world.kinds[Completion.metrics.kind] != nil
  }

  /// When something happens without a key or a change: a detail follows the cursor, a notice goes away.
  var wakeAt: Int64? {
    let moments = [top?.wakeAt, flash.flatMap { $0.isError ? nil : $0.until }].compactMap { $0 }
    return moments.min()
  }

  /// When the clock or an age on screen reads differently, in milliseconds from now.
  func redrawIn(_ world: World) -> Int64 {
    var seconds = min(60 - world.now % 60, top?.secondsUntilChange ?? 60)
    if isStale(world) || !world.ledger.tray(now: world.now).isEmpty { seconds = 1 }
    return max(1, seconds) * 1_000
  }

  // MARK: Commands

  private static let notConnected = "not connected: choose a context"

  mutating func inform(_ text: String, _ world: World) { flash = (text, false, world.milliseconds + 5_000) }
  mutating func fail(_ text: String) { flash = (text, true, .max) }

  mutating func run(_ text: String, _ world: World) -> [Effect] {
    waiting = nil
    switch Command.parse(text, world.kinds) {
    case .nothing: return []
    case .quit: return [.quit]
    case .help:
      learnDigits(world)
      return perform(.push(PageScreen(.fixed(Help.page(of: top, favourites(world))))), world)
    case .kinds: return perform(.push(PageScreen(.fixed(Help.kinds(world.kinds)))), world)
    case .changes:
      stack.append(ChangesScreen())
      return [.readChanges]
    case .rollout(let kind, let name, let place):
      guard let ref = object(kind, name, place, "rollout", world) else { return [] }
      stack.append(RolloutScreen(ref))
    case .why(let kind, let name, let place):
      guard let ref = object(kind, name, place, "why", world, onTable: false) else { return [] }
      stack.append(WhyScreen(ref))
    case .timelineOf(let kind, let name, let place):
      guard let ref = object(kind, name, place, "timeline", world, onTable: false) else { return [] }
      stack.append(TimelineScreen(of: ref))
    case .problems: stack = [oncall ?? ProblemsScreen(namespaces: namespaces)]
    case .timeline:
      let timeline = TimelineScreen(TimelineQuery(namespaces: namespaces))
      if stack.isEmpty { stack = [timeline] } else { show(timeline, world) }
    case .heat: show(HeatScreen(), world)
    case .pulse: show(PulseScreen(namespaces: namespaces), world)
    case .chart(let expression):
      show(
        expression.isEmpty
          ? ChartScreen(ChartQuery(.cluster), crumb: "cluster")
          : ChartScreen(ChartQuery(.expression(expression)), crumb: expression), world)
    case .context(let name): return [.switchContext(name, command: "")]
    case .namespaces(let names): use(namespaces: names, kind: nil, world)
    case .table(let table):
      if let context = table.context { return [.switchContext(context, command: table.command)] }
      open(table, world)
    case .misused(let problem):
      fail(problem)
      if stack.isEmpty, let pods = world.kinds["v1/pods"] { open(Command.Table(kind: pods), world) }
      return []
    case .unknown(let problem):
      if !world.isConnected {
        fail(Self.notConnected)
      } else if world.kinds.isComplete {
        fail(problem)
      } else {
        waiting = text
        inform("asking the server what '\(text)' is…", world)
        if stack.isEmpty, let pods = world.kinds["v1/pods"] { open(Command.Table(kind: pods), world) }
      }
      return []
    }
    commandHistory.add(text)
    return []
  }

  /// The object that a command names; nil where its namespace is not told, which is said.
  private mutating func object(
    _ kind: Kind, _ name: String, _ place: String?, _ command: String, _ world: World, onTable: Bool = true
  ) -> ObjectRef? {
    if stack.isEmpty, onTable { open(Command.Table(kind: kind), world) }
    guard kind.namespaced else { return ObjectRef(kind: kind.id, namespace: "", name: name) }
    let places = place.map { [$0] } ?? (namespaces.isEmpty ? [world.place.namespace ?? ""] : namespaces)
    guard places.count == 1, !places[0].isEmpty else {
      fail("in which namespace: \(command) \(kind.singular)/\(name) NAMESPACE")
      if stack.isEmpty { open(Command.Table(kind: kind), world) }
      return nil
    }
    return ObjectRef(kind: kind.id, namespace: places[0], name: name)
  }

  /// Runs what waited for the kinds to be known.
  mutating func kindsCame(_ world: World) -> [Effect] {
    guard let text = waiting, world.kinds.isComplete else { return [] }
    prompt = nil
    return run(text, world)
  }

  /// Above what is shown, so that esc leads back; one expression after the other is tried in one place.
  private mutating func show<S: Screen>(_ screen: S, _ world: World) {
    if stack.isEmpty, let pods = world.kinds["v1/pods"] { open(Command.Table(kind: pods), world) }
    if stack.count > 1, stack.last is S { stack.removeLast() }
    stack.append(screen)
  }

  private mutating func open(_ table: Command.Table, _ world: World) {
    if let names = table.namespaces { remember(names, world) }
    var query = Query(table.kind.id, namespaces: table.kind.namespaced ? namespaces : [])
    query.labelSelector = table.labels
    stack = (oncall.map { [$0] } ?? []) + [TableScreen(kind: table.kind, query: query, filter: table.filter)]
  }

  /// The view of whoever is on call stays below all others: it tells of what breaks meanwhile.
  private var oncall: (any Screen)? { stack.first as? OncallScreen }

  private mutating func remember(_ names: [String], _ world: World) {
    namespaces = names
    learnDigits(world)
    guard let name = names.first, names.count == 1 else { return }
    if !digits.contains(name), digits.count < Self.maxDigits { digits.append(name) }
  }

  /// A digit once said keeps its namespace: others take the places that are free.
  private mutating func learnDigits(_ world: World) { digits = favourites(world) }

  private mutating func use(namespaces names: [String], kind: Kind.ID?, _ world: World) {
    remember(names, world)
    if kind == nil, stack.last is PulseScreen {
      show(PulseScreen(namespaces: namespaces), world)
      return
    }
    if kind == nil, let timeline = stack.last as? TimelineScreen, timeline.query.subject == nil {
      stack[stack.count - 1] = TimelineScreen(TimelineQuery(namespaces: namespaces))
      return
    }
    if kind == nil, stack.count == 1, let oncall = stack.first as? OncallScreen {
      stack = [oncall.elsewhere(namespaces)]
      return
    }
    if kind == nil, stack.first is ProblemsScreen {
      stack = [ProblemsScreen(namespaces: namespaces)]
      return
    }
    let screen = stack.lazy.compactMap { $0 as? TableScreen }.first
    let shown = kind.flatMap { world.kinds[$0] } ?? screen?.kind
    guard let shown, shown.namespaced else {
      if let pods = world.kinds["v1/pods"] {
        open(Command.Table(kind: pods), world)
      } else if !world.isConnected {
        fail(Self.notConnected)
      }
      return
    }
    var table = Command.Table(kind: shown)
    if kind == nil, let screen {
      (table.filter, table.labels) = (screen.filter.text, screen.query.labelSelector)
    }
    open(table, world)
  }

  /// Namespaces behind the keys 1 to 9: those said before, then those that exist.
  func favourites(_ world: World) -> [String] {
    var names = digits
    if let own = world.place.namespace, !names.contains(own) { names.append(own) }
    for name in namespaceNames(world) where !names.contains(name) { names.append(name) }
    return Array(names.prefix(Self.maxDigits))
  }

  func namespaceNames(_ world: World) -> [String] {
    guard let store = world.rows(Query("v1/namespaces")) else { return [] }
    return store.aliveSlots.map { store[$0].name }.sorted()
  }

  /// What follows from the news without a key, also of screens that are covered by others.
  mutating func took(_ world: World) -> [Effect] {
    var reactions: [Reaction] = []
    for index in stack.indices { reactions += stack[index].took(world) }
    return reactions.flatMap { perform($0, world) }
  }

  // MARK: The editor

  var editorText: String? { top?.editorText }

  mutating func edited(_ outcome: EditorOutcome, _ world: World) -> [Effect] {
    stack.isEmpty ? [] : perform(stack[stack.count - 1].edited(outcome), world)
  }

  // MARK: Keys

  mutating func handle(_ key: Key, _ world: World) -> [Effect] {
    if prompt != nil { return type(key, world) }
    let hadError = flash?.isError == true
    flash = nil
    if hadError, key == .escape { return [] }
    guard !stack.isEmpty else { return key == .control("c") ? [.quit] : [] }
    stack[stack.count - 1].prepare(world, area: area)
    let reaction = stack[stack.count - 1].handle(key, world: world)
    if case .unhandled = reaction { return common(key, world) }
    return perform(reaction, world)
  }

  /// Keys that mean the same everywhere.
  private mutating func common(_ key: Key, _ world: World) -> [Effect] {
    switch key {
    case .character(":"): prompt = Prompt(.command, history: history)
    case .character("."):
      if let targets = top?.targets(world) {
        stack.append(ActionMenu(targets))
      } else {
        inform("nothing here to act on", world)
      }
    case .character("?"):
      learnDigits(world)
      stack.append(PageScreen(.fixed(Help.page(of: top, favourites(world)))))
    case .character("w"):
      if let ref = top?.targets(world)?.refs.first { stack.append(WhyScreen(ref)) }
    case .character("T"):
      if let ref = top?.targets(world)?.refs.first {
        stack.append(TimelineScreen(of: ref))
      } else {
        show(TimelineScreen(TimelineQuery(namespaces: namespaces)), world)
      }
    case .control("c"): return [.quit]
    case .control("a"): stack.append(PageScreen(.fixed(Help.kinds(world.kinds))))
    case .character("0"): use(namespaces: [], kind: nil, world)
    case .character(let digit) where digit.isWholeNumber:
      learnDigits(world)
      let names = digits
      let index = (digit.wholeNumberValue ?? 0) - 1
      if names.indices.contains(index) { use(namespaces: [names[index]], kind: nil, world) }
      let keys = names.enumerated().map { "\($0 + 1) \($1)" }
      inform((["0 all"] + keys).joined(separator: "  "), world)
    case .character("q"), .escape: return perform(.pop, world)
    case .character("-"): if let command = commandHistory.last() { return run(command, world) }
    case .character("["): if let command = commandHistory.step(-1) { return run(command, world) }
    case .character("]"): if let command = commandHistory.step(1) { return run(command, world) }
    default: break
    }
    return []
  }

  private mutating func perform(_ reaction: Reaction, _ world: World) -> [Effect] {
    switch reaction {
    case .none, .unhandled: break
    case .push(let screen): stack.append(screen)
    case .pop: if stack.count > 1 { stack.removeLast() }
    case .replace(let screen):
      if !stack.isEmpty { stack.removeLast() }
      stack.append(screen)
    case .ask(let asked, let question):
      (prompt, asksFor) = (Prompt(asked, question), top?.targets(world))
    case .submit(let previews):
      if stack.count > 1 { stack.removeLast() }
      return [.submit(previews)]
    case .revisions(let ref): stack.append(RolloutScreen(ref))
    case .inform(let text): inform(text, world)
    case .fail(let text): fail(text)
    case .command(let text): prompt = Prompt(.command, text: text, history: history)
    case .prompt(.answer): break
    case .prompt(.filter): prompt = Prompt(.filter, text: top?.filterText ?? "")
    case .prompt(let mode): prompt = Prompt(mode, before: top?.findText ?? "")
    case .useNamespaces(let names, let kind): use(namespaces: names, kind: kind, world)
    case .switchContext(let name): return [.switchContext(name, command: "")]
    case .copy(let text, let what): return [.copy(text, what: what)]
    case .save(let name, let text): return [.save(name: name, text: text)]
    case .alert(let alert): return [.alert(alert)]
    }
    return []
  }

  private mutating func type(_ key: Key, _ world: World) -> [Effect] {
    guard var open = prompt else { return [] }
    let outcome = open.handle(key)
    prompt = open
    switch outcome {
    case .stays: break
    case .changed:
      switch open.mode {
      case .command: suggest(world)
      case .filter, .find: search(open.text, open.mode, world)
      case .answer: break
      }
    case .cancelled(let before):
      prompt = nil
      if open.mode == .filter || open.mode == .find, !stack.isEmpty {
        stack[stack.count - 1].giveUpSearch(before, find: open.mode == .find, world: world)
      }
    case .accepted(let text):
      prompt = nil
      if case .answer(let question) = open.mode, !stack.isEmpty {
        return perform(stack[stack.count - 1].answered(question, text, asksFor, world: world), world)
      }
      guard open.mode == .command else {
        search(text, open.mode, world)
        break
      }
      if !text.isEmpty, history.last != text { history = history.suffix(50) + [text] }
      return run(text, world)
    }
    return []
  }

  private mutating func suggest(_ world: World) {
    guard let text = prompt?.text else { return }
    let names = namespaceNames(world)
    prompt?.suggestions = Completion.suggestions(for: text, world, namespaces: names)
  }

  private mutating func search(_ text: String, _ mode: Prompt.Mode, _ world: World) {
    guard !stack.isEmpty, mode == .filter || mode == .find else { return }
    stack[stack.count - 1].search(text, find: mode == .find, world: world)
  }

  // MARK: Drawing

  mutating func prepare(_ world: World, width: Int, height: Int) {
    if let until = flash?.until, until <= world.milliseconds { flash = nil }
    // Their names come while one types.
    if completesMetrics(world) { suggest(world) }
    switch top?.mainNeed.map(world.phase) ?? .live {
    case .connecting, .listing: break
    default: isSettled = isSettled || !stack.isEmpty
    }
    func hasRemark() -> Bool {
      height >= 8
        && (top is TableScreen || top is ProblemsScreen || top?.remark(world) != nil || isStale(world))
    }
    func prepareTop(hasRemark: Bool) {
      let below = (height >= 4 ? 1 : 0) + (hasRemark ? 1 : 0) + Tray(world).rows(height: height)
      area = Rect(x: 0, y: 1, width: width, height: max(0, height - 1 - below))
      if !stack.isEmpty { stack[stack.count - 1].prepare(world, area: area) }
    }
    let hadRemark = hasRemark()
    prepareTop(hasRemark: hadRemark)
    // What came may be worth a remark, which takes a row.
    if !hadRemark, hasRemark() { prepareTop(hasRemark: true) }
  }

  func isStale(_ world: World) -> Bool {
    if let need = top?.mainNeed, case .stale = world.phase(need) { true } else { false }
  }
}
