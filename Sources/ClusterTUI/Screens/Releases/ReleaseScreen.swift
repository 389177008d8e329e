import Cluster
import Terminal

/// One revision of a release of Helm, decoded: what it is, what of it is not well, its values, manifest and notes.
struct ReleaseScreen: Screen {
  /// Its name is that of the Secret.
  let ref: ObjectRef
  let name: String
  private(set) var part: ReleasePage.Part
  private var isRevealed = false
  private var view = TextView(wraps: true)
  private var shown: Shown?

  /// What the page was made of.
  private struct Shown: Equatable {
    var part: ReleasePage.Part
    var revision: Int
    var problems: Int
    var isRevealed: Bool
    var width: Int
  }

  init(_ ref: ObjectRef, name: String, part: ReleasePage.Part = .release) {
    (self.ref, self.name, self.part) = (ref, name, part)
  }

  var crumb: String { "\(name) > \(part.rawValue)" }
  var mainNeed: Need? { .release(ref) }
  var filterText: String? { view.searchText }
  func tally(_ world: World) -> String { view.tally.isEmpty && view.showsCursor ? view.trail : view.tally }
  func remark(_ world: World) -> Remark? { view.problem.map { Remark(text: $0, tone: .bad) } }

  var keyHints: [KeyHint] {
    [
      KeyHint("v", part == .values ? "all values" : "values"), KeyHint("m", "manifest"),
      KeyHint("o", "notes"), KeyHint("i", "release"), KeyHint("enter", "fold, open"), KeyHint("/", "search"),
      KeyHint("tab", "next part", minor: true),
      KeyHint("x", isRevealed ? "mask credentials" : "show credentials", minor: true),
      KeyHint("w", "why is it so", minor: true), KeyHint("c", "copy all", minor: true),
      KeyHint("ctrl-s", "save", minor: true), KeyHint("esc", "back"),
    ]
  }

  func needs(_ world: World) -> Set<Need> {
    var needs: Set<Need> = [.release(ref)]
    // Of a release that is as it should be nobody asks what is broken.
    if let release = world.releases[ref], !["deployed", "superseded"].contains(release.status) {
      needs.insert(.problems(query))
    }
    return needs
  }

  private var query: ProblemsQuery { ProblemsQuery(namespaces: ref.namespace.isEmpty ? [] : [ref.namespace]) }

  /// What was found where it is: by this screen's own need, or by a screen below it.
  private func board(_ world: World) -> (board: ProblemBoard?, revision: Int) {
    for query in [query, ProblemsQuery()] {
      if let board = world.boards[query] { return (board, world.revisions[.problems(query)] ?? 0) }
    }
    return (nil, -1)
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    if let release = world.releases[ref] {
      let (board, problems) = board(world)
      let now = Shown(
        part: part, revision: world.revisions[.release(ref)] ?? 0, problems: problems,
        isRevealed: isRevealed, width: area.width)
      if now != shown {
        let page = ReleasePage(
          release: release, kinds: world.kinds, problems: board?.problems, isRevealed: isRevealed,
          now: world.now, width: area.width)
        if shown?.part != part { view = TextView(wraps: part == .notes) }
        view.show(page.page(part))
        shown = now
      }
    }
    view.prepare(area: area)
  }

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard view.isEmpty else { return view.draw(on: &canvas, area: area) }
    let text: String =
      switch world.phase(.release(ref)) {
      case .refused(_, let why), .ended(let why), .stale(_, let why): why
      default: "loading…"
      }
    canvas.put(text, x: area.x + 2, y: area.y + 1, style: Theme.ghost, maxColumns: area.width - 3)
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    switch key {
    case .character("v"): part = part == .values ? .allValues : .values
    case .character("m"), .character("y"): part = .manifest
    case .character("o"): part = .notes
    case .character("i"), .character("d"): part = .release
    case .tab: turn(1)
    case .backtab: turn(-1)
    case .character("x"): isRevealed.toggle()
    case .character("w"): return .push(WhyScreen(view.link ?? ref))
    case .character("/"): return .prompt(.find)
    case .character("c"): return .copy(view.plainText, what: "the document")
    case .control("s"): return .save(name: crumb, text: view.plainText + "\n")
    case .escape where !view.searchText.isEmpty: view.search("")
    case .escape, .character("q"): return .pop
    case .enter:
      if let link = view.link { return .push(PageScreen(.description(link))) }
      return view.handle(key) ? .none : .unhandled
    default: return view.handle(key) ? .none : .unhandled
    }
    return .none
  }

  private mutating func turn(_ step: Int) {
    let all = ReleasePage.Part.allCases
    part = all[((all.firstIndex(of: part) ?? 0) + step + all.count) % all.count]
  }

  mutating func search(_ text: String, find: Bool, world: World) { view.search(text) }
}
