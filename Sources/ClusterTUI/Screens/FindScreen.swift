import Cluster
import Terminal

/// Objects of all kinds by their names: those that are known first, then those of common kinds, whose lists are asked for as
/// long as this is open.
struct FindScreen: Screen {
  private struct Hit {
    var kind: Kind
    var query: Query
    var slot: RowStore.Slot
    var uid: String
    var namespace: String
    var name: String
    var tone: Tone
  }

  /// What an object one looks for is likely to be.
  private static let common: [Kind.ID] = [
    "apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets", "batch/v1/cronjobs", "batch/v1/jobs",
    "v1/pods", "v1/services", "networking.k8s.io/v1/ingresses", "v1/configmaps", "v1/secrets",
    "v1/persistentvolumeclaims", "v1/serviceaccounts", "v1/namespaces", "v1/nodes",
  ]
  private static let maxHits = 1_000

  private(set) var text: String
  let namespaces: [String]
  private var hits: [Hit] = []
  private var isCut = false
  /// The state of the stores that the hits are from.
  private var seen: [Query: Int] = [:]
  private var isBehind = false
  private var againAt: Int64 = 0
  private static let restMilliseconds: Int64 = 500
  private var cursor = 0
  private var cursorUID: String?
  private var top = 0
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)

  init(_ text: String, namespaces: [String]) {
    self.text = text
    self.namespaces = namespaces
  }

  var crumb: String { "find \(text)" }
  var filterText: String? { text }

  private func asked(_ world: World) -> [Query] {
    Self.common.compactMap { id in
      world.kinds[id].map { Query(id, namespaces: $0.namespaced ? namespaces : []) }
    }
  }

  /// When changes that came since are looked through.
  var wakeAt: Int64? { isBehind ? againAt : nil }

  func needs(_ world: World) -> Set<Need> { Set(asked(world).map { .rows($0) }) }

  var keyHints: [KeyHint] {
    [KeyHint("enter", "describe"), KeyHint("t", "its table")] + ObjectKeys.hints + [
      KeyHint("/", "another text")
    ]
  }

  func tally(_ world: World) -> String { isCut ? "the first \(hits.count)" : "\(hits.count)" }

  func remark(_ world: World) -> Remark? {
    let asked = asked(world)
    let coming = asked.filter { !world.phase(.rows($0)).isSettled }
    let refused = asked.filter { if case .refused = world.phase(.rows($0)) { true } else { false } }
    func words(_ queries: [Query]) -> String {
      queries.compactMap { world.kinds[$0.kind]?.plural }.joined(separator: ", ")
    }
    if !coming.isEmpty { return Remark(text: "still asking for \(words(coming))", tone: .starting) }
    let rest = refused.isEmpty ? "" : "; you may not list \(words(refused))"
    return Remark(text: "searched: \(asked.count) common kinds, and what was open\(rest)", tone: .done)
  }

  func targets(_ world: World) -> Targets? {
    guard hits.indices.contains(cursor) else { return nil }
    return Targets(kind: hits[cursor].kind, refs: [ref(hits[cursor])])
  }

  private func ref(_ hit: Hit) -> ObjectRef {
    ObjectRef(kind: hit.kind.id, namespace: hit.namespace, name: hit.name, uid: hit.uid)
  }

  mutating func search(_ text: String, find: Bool, world: World) {
    guard text != self.text else { return }
    (self.text, seen) = (text, [:])
  }

  // MARK: Searching

  mutating func prepare(_ world: World, area: Rect) {
    self.area = area
    let stores = world.stores.filter { isSearched($0.key) }
    let now = stores.mapValues(\.revision)
    // On a big cluster something changes all the time.
    if now != seen, seen.isEmpty || Set(seen.keys) != Set(now.keys) || world.milliseconds >= againAt {
      seen = now
      againAt = world.milliseconds + Self.restMilliseconds
      hits = find(in: stores, world)
      isCut = hits.count > Self.maxHits
      hits = Array(hits.prefix(Self.maxHits))
      if let cursorUID, let at = hits.firstIndex(where: { $0.uid == cursorUID }) { cursor = at }
    }
    isBehind = now != seen
    cursor = max(0, min(cursor, hits.count - 1))
    let rows = max(1, area.height - 1)
    top = max(0, min(max(top, cursor - rows + 1), cursor))
  }

  /// Rows of one object's own tables would only come twice.
  private func isSearched(_ query: Query) -> Bool {
    query.kind != Catalog.contexts.id && query.kind != Events.kind && query.labelSelector.isEmpty
      && query.fieldSelector.isEmpty && query.owner.isEmpty
  }

  private func find(in stores: [Query: RowStore], _ world: World) -> [Hit] {
    let filter = Filter(text)
    guard filter.isActive else { return [] }
    var found: [Hit] = []
    var known: Set<String> = []
    for (query, store) in stores.sorted(by: { place($0.key) < place($1.key) }) {
      guard let kind = world.kinds[query.kind], kind.showsName else { continue }
      for slot in store.aliveSlots {
        let row = store[slot]
        guard filter.passes(text: row.name, name: row.name), known.insert(row.uid).inserted else { continue }
        found.append(
          Hit(
            kind: kind, query: query, slot: slot, uid: row.uid, namespace: row.namespace, name: row.name,
            tone: row.tone))
      }
      if found.count > Self.maxHits { break }
    }
    let wanted = text.lowercased()
    let places = Dictionary(uniqueKeysWithValues: Set(found.map(\.query)).map { ($0, place($0)) })
    // What is called just so comes first, then what begins so.
    func key(_ hit: Hit) -> (rank: Int, place: String, hit: Hit) {
      let name = hit.name.lowercased()
      return (name == wanted ? 0 : name.hasPrefix(wanted) ? 1 : 2, places[hit.query] ?? "", hit)
    }
    return found.map(key)
      .sorted {
        ($0.rank, $0.place, $0.hit.namespace, $0.hit.name) < (
          $1.rank, $1.place, $1.hit.namespace, $1.hit.name
        )
      }
      .map(\.hit)
  }

  private func place(_ query: Query) -> String {
    let at = Self.common.firstIndex(of: query.kind) ?? Self.common.count
    return "\(at < 10 ? "0" : "")\(at) \(query.kind)"
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    let kinds = min(24, max(4, hits.map { $0.kind.singular.count }.max() ?? 4))
    let places = min(24, max(9, hits.map { Text.columns($0.namespace) }.max() ?? 9))
    let (second, third) = (area.x + 2 + kinds + 1, area.x + 2 + kinds + 1 + places + 1)
    func put(_ text: String, x: Int, y: Int, width: Int, _ style: Style, tail: Bool = false) {
      let width = min(width, area.x + area.width - x)
      guard width > 0 else { return }
      let shown = Text.truncated(Text.harmless(text), columns: width, keepTail: tail)
      canvas.put(shown, x: x, y: y, style: style, maxColumns: width)
    }
    put("KIND", x: area.x + 2, y: area.y, width: kinds, Theme.columnTitle)
    put("NAMESPACE", x: second, y: area.y, width: places, Theme.columnTitle)
    put("NAME", x: third, y: area.y, width: area.width, Theme.columnTitle)
    for (index, hit) in hits.enumerated().dropFirst(top).prefix(max(0, area.height - 1)) {
      let y = area.y + 1 + index - top
      var style = Theme.row(hit.tone)
      if index == cursor {
        style.reverse = true
        canvas.fill(Rect(x: area.x, y: y, width: area.width, height: 1), style: style)
      }
      put(String(hit.tone.glyph), x: area.x, y: y, width: 1, style)
      put(hit.kind.singular, x: area.x + 2, y: y, width: kinds, style)
      put(hit.namespace, x: second, y: y, width: places, style)
      put(hit.name, x: third, y: y, width: area.width, style, tail: true)
    }
    guard hits.isEmpty else { return }
    let what =
      text.isEmpty ? "type what to look for: / and a part of a name" : "nothing known is called '\(text)'"
    put(what, x: area.x + 2, y: area.y + 2, width: area.width - 2, Theme.ghost)
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    let page = max(1, area.height - 1)
    switch key {
    case .down, .character("j"): put(cursor + 1)
    case .up, .character("k"): put(cursor - 1)
    case .pageDown, .control("f"): put(cursor + page)
    case .pageUp, .control("b"): put(cursor - page)
    case .home, .character("g"): put(0)
    case .end, .character("G"): put(hits.count - 1)
    case .character("/"): return .prompt(.filter)
    case .mouse(let mouse):
      switch mouse.action {
      case .wheelUp: put(cursor - 3)
      case .wheelDown: put(cursor + 3)
      case .press where mouse.y > area.y:
        let at = top + mouse.y - area.y - 1
        if at == cursor { return open() }
        put(at)
      case .press, .release: break
      }
    case .enter: return open()
    case .character("t"):
      guard hits.indices.contains(cursor) else { return .none }
      let hit = hits[cursor]
      return .push(TableScreen(kind: hit.kind, query: hit.query, filter: "name=\(hit.name)"))
    case .character("c"):
      guard hits.indices.contains(cursor) else { return .none }
      return .copy(hits[cursor].name, what: "name")
    case .character(let letter):
      guard hits.indices.contains(cursor) else { return .unhandled }
      return ObjectKeys(ref(hits[cursor])).open(letter, world) ?? .unhandled
    default: return .unhandled
    }
    return .none
  }

  private mutating func put(_ target: Int) {
    cursor = max(0, min(target, hits.count - 1))
    cursorUID = hits.indices.contains(cursor) ? hits[cursor].uid : nil
  }

  private func open() -> Reaction {
    hits.indices.contains(cursor) ? .push(PageScreen(.description(ref(hits[cursor])))) : .none
  }
}
