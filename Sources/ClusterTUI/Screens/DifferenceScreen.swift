import Cluster
import Kubernetes
import Terminal

/// How an object differs from what was applied last, from how it was before, or from another object.
struct DifferenceScreen: Screen {
  enum Base: Hashable {
    case lastApplied
    /// So many versions seen before the present one, from 1 on.
    case earlier(Int)
    case other(ObjectRef)
  }

  let ref: ObjectRef
  private(set) var base: Base
  private var view = TextView()
  private var made: [Int]?
  private var problem: String?
  private var isChosen: Bool

  /// - Parameter base: nil takes the version seen before, or else what was applied last.
  init(_ ref: ObjectRef, _ base: Base? = nil) {
    self.ref = ref
    self.base = base ?? .lastApplied
    isChosen = base != nil
  }

  private var other: ObjectRef? { if case .other(let ref) = base { ref } else { nil } }

  var crumb: String { "\(ref.name) > diff" }
  var mainNeed: Need? { .object(ref) }
  var filterText: String? { view.searchText }

  func needs(_ world: World) -> Set<Need> {
    other.map { [.object(ref), .object($0)] } ?? [.object(ref)]
  }

  func tally(_ world: World) -> String { view.tally.isEmpty ? words : view.tally }

  private var words: String {
    switch base {
    case .lastApplied: "last applied > now"
    case .earlier(1): "the version seen before > now"
    case .earlier(let count): "\(count) versions ago > now"
    case .other(let other): "\(ref.name) > \(other.name)"
    }
  }

  func remark(_ world: World) -> Remark? { view.problem.map { Remark(text: $0, tone: .bad) } }

  var keyHints: [KeyHint] {
    let turn = other == nil ? [KeyHint("tab", "with another state")] : []
    return turn + [
      KeyHint("/", "search"), KeyHint("w", "wrap", minor: true), KeyHint("c", "copy all", minor: true),
      KeyHint("ctrl-s", "save", minor: true), KeyHint("esc", "back"),
    ]
  }

  func targets(_ world: World) -> Targets? {
    world.kinds[ref.kind].map { Targets(kind: $0, refs: [ref]) }
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    let earlier = world.earlier[ref] ?? []
    if !isChosen, world.objects[ref] != nil {
      isChosen = true
      base = earlier.isEmpty ? .lastApplied : .earlier(1)
    }
    let revisions = ([ref] + [other].compactMap(\.self)).map { world.revisions[.object($0)] ?? -1 }
    if made != revisions {
      made = revisions
      compare(world)
    }
    view.prepare(area: area)
  }

  private mutating func compare(_ world: World) {
    guard let now = world.objects[ref]?.json else { return }
    problem = nil
    var lines: [PageLine]?
    switch base {
    case .lastApplied:
      lines = ObjectDifference.sinceApplied(now)
      if lines == nil { problem = "kubectl apply did not make it: nothing is noted of what was applied last" }
    case .earlier(let count):
      let earlier = world.earlier[ref] ?? []
      guard earlier.count >= count else {
        problem = "no other version of it has been seen"
        return view.show(Page(title: ""))
      }
      lines = ObjectDifference.lines(from: earlier[earlier.count - count].json, to: now)
    case .other(let other):
      guard let second = world.objects[other]?.json else { return }
      lines = ObjectDifference.lines(of: now, and: second)
    }
    if lines?.isEmpty == true { problem = "there is no difference" }
    view.show(Page(title: crumb, lines: lines ?? []))
  }

  // MARK: Drawing and keys

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard view.isEmpty else { return view.draw(on: &canvas, area: area) }
    let need = other.flatMap { world.objects[ref] == nil ? nil : Need.object($0) } ?? .object(ref)
    var text = problem ?? "loading…"
    if problem == nil {
      switch world.phase(need) {
      case .refused(_, let why), .ended(let why), .stale(_, let why): text = why
      case .connecting, .listing, .live, .partial: break
      }
    }
    canvas.put(text, x: area.x + 2, y: area.y + 1, style: Theme.ghost, maxColumns: area.width - 3)
    if problem != nil {
      canvas.put(words, x: area.x + 2, y: area.y + 2, style: Theme.ghost, maxColumns: area.width - 3)
    }
  }

  mutating func handle(_ key: Key, world: World) -> Reaction {
    if key == .tab || key == .backtab, other == nil { return turn(key == .tab ? 1 : -1, world) }
    if view.handle(key) { return .none }
    switch key {
    case .escape:
      guard !view.searchText.isEmpty else { return .pop }
      view.search("")
    case .character("q"): return .pop
    case .character("/"), .character("f"): return .prompt(.find)
    case .character("c"): return .copy(view.plainText, what: "the difference")
    case .control("s"): return .save(name: crumb, text: view.plainText + "\n")
    default: return .unhandled
    }
    return .none
  }

  /// Through the versions seen, the latest first, and what was applied last.
  private mutating func turn(_ step: Int, _ world: World) -> Reaction {
    let count = world.earlier[ref]?.count ?? 0
    let all = (0..<count).map { Base.earlier($0 + 1) } + [.lastApplied]
    let at = (all.firstIndex(of: base) ?? 0) + step
    base = all[(at + all.count) % all.count]
    compare(world)
    return .none
  }

  mutating func search(_ text: String, find: Bool, world: World) { view.search(text) }
}
