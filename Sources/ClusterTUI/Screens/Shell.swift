import Cluster
import Terminal

/// The frame around the screens: their stack, the first row, the last rows, the prompt and what is told once.
struct Shell {
  var tabs: [Tab]
  var tabAt = 0
  var prompt: Prompt?
  /// What the open question is about, whatever the cursor does meanwhile.
  var asksFor: Targets?
  var flash: (text: String, isError: Bool, until: Int64)?
  /// What the keys from 1 to 9 lead to, as far as that was said.
  var digits: [String] = []
  /// What was typed, marked and chosen, this time and before.
  var remembered = Remembered()
  /// What the person configured.
  var setup = Setup()
  var hidesHeader = false
  var hidesCrumbs = false
  /// The other way round than the screen would have it (alt-m).
  var turnsMouse = false
  /// A command whose kind is not known until the server told its kinds.
  var waiting: String?
  private(set) var area = Rect(x: 0, y: 0, width: 80, height: 21)

  /// The first rows are there: what only helps typing waits for that, and stays from then on.
  private var isSettled = false

  init(_ stack: [any Screen] = []) { tabs = [Tab(stack: stack)] }

  /// The screens of the tab that is shown.
  var stack: [any Screen] {
    get { tabs[tabAt].stack }
    _modify { yield &tabs[tabAt].stack }
  }

  /// Where namespaced kinds are shown; empty is everywhere.
  var namespaces: [String] {
    get { tabs[tabAt].namespaces }
    _modify { yield &tabs[tabAt].namespaces }
  }

  var views: Views {
    Views(
      configured: setup.views, chosen: remembered.views, namespaces: namespaces, settings: setup.settings)
  }

  var top: (any Screen)? { stack.last }
  var isWaiting: Bool { waiting != nil }

  /// Forgets the screens of another cluster.
  mutating func clear() {
    (tabs, tabAt, prompt, waiting, isSettled, digits) = ([Tab()], 0, nil, nil, false, [])
  }

  /// Puts one screen in the place of all others.
  mutating func begin(with screen: any Screen) { (stack, prompt, waiting) = ([opened(screen)], nil, nil) }

  /// The screen with all that was chosen for it.
  func opened(_ screen: any Screen) -> any Screen {
    var screen = screen
    screen.opened(views)
    return screen
  }

  // MARK: What is needed

  func needs(_ world: World) -> Set<Need> {
    var needs = stack.reduce(into: Set<Need>()) { $0.formUnion($1.needs(world)) }
    if isSettled || prompt?.mode == .command { needs.insert(.rows(Query("v1/namespaces"))) }
    if isSettled || waiting != nil || prompt?.mode == .command { needs.insert(.kinds) }
    if completesMetrics(world) { needs.insert(.rows(Completion.metrics)) }
    return needs
  }

  func completesMetrics(_ world: World) -> Bool {
    guard let prompt, prompt.mode == .command else { return false }
    return Completion.takesMetrics(prompt.text) && world.kinds[Completion.metrics.kind] != nil
  }

  /// Whether the mouse is ours; where there is text, the terminal's own selection is of more use.
  var usesMouse: Bool { (top?.usesMouse ?? true) != turnsMouse }

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

  /// What follows from the news without a key, also of screens that are covered by others.
  mutating func took(_ world: World) -> [Effect] {
    var reactions: [Reaction] = []
    for index in stack.indices {
      for reaction in stack[index].took(world) {
        // It gives way where it stands, whatever lies above it.
        if case .replace(let other) = reaction { stack[index] = other } else { reactions.append(reaction) }
      }
    }
    return reactions.flatMap { perform($0, world) }
  }

  /// The files that screens want written.
  var files: Set<SaveFile> { Set(stack.compactMap(\.file)) }

  mutating func stopWriting(_ file: SaveFile) {
    for index in stack.indices where stack[index].file == file { stack[index].stopWriting() }
  }

  // MARK: The editor

  var editorText: String? { top?.editorText }

  mutating func edited(_ outcome: EditorOutcome, _ world: World) -> [Effect] {
    stack.isEmpty ? [] : perform(stack[stack.count - 1].edited(outcome), world)
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
      let above = headerRows + (tabBar == nil || height < 8 ? 0 : 1)
      area = Rect(x: 0, y: above, width: width, height: max(0, height - above - below))
      if !stack.isEmpty { stack[stack.count - 1].prepare(world, area: area) }
    }
    let hadRemark = hasRemark()
    prepareTop(hasRemark: hadRemark)
    // What came may be worth a remark, which takes a row.
    if !hadRemark, hasRemark() { prepareTop(hasRemark: true) }
  }

  var headerRows: Int { hidesHeader ? 0 : 1 }

  func isStale(_ world: World) -> Bool {
    if let need = top?.mainNeed, case .stale = world.phase(need) { true } else { false }
  }
}
