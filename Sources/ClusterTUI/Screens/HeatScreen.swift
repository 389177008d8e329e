import Cluster
import Terminal

/// The nodes as a heat map: one tile each, coloured by how much of what it has is used.
struct HeatScreen: Screen {
  private(set) var measure = HeatMeasure.cpu
  private(set) var sortsByLoad = false
  private(set) var cursorUID: String?
  private var cursor = 0
  private var tiles: [HeatTile] = []
  private var names = ShortNames([])
  private var grid = HeatGrid()
  private var podCounts = PodCounts()
  /// What the tiles were made from.
  private var made = Sources()
  private var sortedAt: Int64 = .min / 2

  private static let nodes = Query("v1/nodes")
  private static let pods = Query("v1/pods")
  static let usage = UsageQuery(nodes)
  private static let resortMilliseconds: Int64 = 5_000

  private struct Sources: Equatable {
    var store: ObjectIdentifier?
    var revision = -1
    var readings = -1
    var pods = -1
    var now: Int64 = -1
  }

  var crumb: String { "heat" }
  var mainNeed: Need? { .rows(Self.nodes) }
  var secondsUntilChange: Int64 { 5 }

  func needs(_ world: World) -> Set<Need> {
    var needs: Set<Need> = [.rows(Self.nodes)]
    if world.phase(.rows(Self.nodes)).isSettled { needs.insert(.usage(Self.usage)) }
    if measure == .pods { needs.insert(.rows(Self.pods)) }
    return needs
  }

  var keyHints: [KeyHint] {
    [
      KeyHint("enter", "pods"), KeyHint("t", measure.next.rawValue), KeyHint("m", "metrics"),
      KeyHint("d", "describe"), KeyHint("s", sortsByLoad ? "by name" : "by load"), KeyHint(".", "actions"),
      KeyHint("y", "yaml", minor: true), KeyHint("C M P", "CPU, memory, pods", minor: true),
      KeyHint("h j k l", "move", minor: true), KeyHint("esc", "back"),
    ]
  }

  func tally(_ world: World) -> String {
    guard let store = world.rows(Self.nodes) else { return "" }
    return store.troubled > 0 ? "\(store.troubled)!/\(store.count)" : "\(store.count)"
  }

  func remark(_ world: World) -> Remark? {
    if let row = row(world), row.tone != .good {
      let why = row.reason(now: world.now)
      if !why.isEmpty { return Remark(text: why, tone: row.tone, isWhy: true) }
    }
    return source(world)
  }

  /// Where the numbers come from, or why there are none.
  private func source(_ world: World) -> Remark? {
    if measure == .pods, case .refused(_, let why) = world.phase(.rows(Self.pods)) {
      return Remark(text: "no pods: \(why)", tone: .unknown)
    }
    switch world.phase(.usage(Self.usage)) {
    case .refused(_, let why), .stale(_, let why):
      return Remark(text: "no CPU and memory: \(why)", tone: .unknown)
    default: break
    }
    guard let readings = world.usages[Self.usage], !readings.source.name.isEmpty else { return nil }
    let age = readings.newest.map { ", newest \(Age.text(seconds: max(0, world.now - $0))) ago" } ?? ""
    let missing = readings.source.missing.isEmpty ? "" : "; \(readings.source.missing)"
    return Remark(text: "CPU and memory from \(readings.source.name)\(age)\(missing)", tone: .done)
  }

  private func row(_ world: World) -> Row? {
    guard let store = world.rows(Self.nodes), let slot = cursorUID.flatMap({ store.slot(uid: $0) }) else {
      return nil
    }
    return store[slot]
  }

  func targets(_ world: World) -> Targets? {
    guard let row = row(world), let kind = world.kinds[Self.nodes.kind] else { return nil }
    return Targets(kind: kind, refs: [row.ref(kind: kind.id)])
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    guard let store = world.rows(Self.nodes) else { return }
    if measure == .pods, let pods = world.rows(Self.pods) { podCounts.update(pods, world.milliseconds) }
    let readings = world.usages[Self.usage]
    let sources = Sources(
      store: ObjectIdentifier(store), revision: store.revision, readings: readings?.revision ?? -1,
      pods: measure == .pods ? podCounts.revision : -1, now: world.now)
    if sources != made {
      made = sources
      let hasPods = measure == .pods && world.phase(.rows(Self.pods)).isSettled && podCounts.revision >= 0
      take(
        HeatTile.tiles(store, readings, pods: hasPods ? podCounts.byNode : nil, now: world.now), world)
    }
    cursor = tiles.firstIndex { $0.uid == cursorUID } ?? max(0, min(cursor, tiles.count - 1))
    if !tiles.isEmpty, world.phase(.rows(Self.nodes)).isSettled { cursorUID = tiles[cursor].uid }
    let inner = Rect(
      x: area.x, y: area.y + 1, width: area.width, height: max(0, area.height - 1 - Self.footRows(area)))
    let longest = tiles.map { Text.columns(names.short($0.name)) }.max() ?? 0
    grid.prepare(tiles.count, nameColumns: longest, area: inner)
    grid.scroll(to: cursor)
  }

  /// Tiles that are sorted by load keep their places for some seconds, or nobody could read them.
  private mutating func take(_ fresh: [HeatTile], _ world: World) {
    if Set(fresh.map(\.name)) != Set(tiles.map(\.name)) { names = ShortNames(fresh.map(\.name)) }
    guard sortsByLoad else {
      tiles = fresh.sorted { $0.name < $1.name }
      return
    }
    let places = Dictionary(tiles.enumerated().map { ($1.uid, $0) }, uniquingKeysWith: { first, _ in first })
    if world.milliseconds - sortedAt < Self.resortMilliseconds, fresh.count == tiles.count {
      tiles = fresh.sorted { places[$0.uid, default: .max] < places[$1.uid, default: .max] }
    } else {
      tiles = fresh
      sort(world)
    }
  }

  private mutating func sort(_ world: World) {
    sortedAt = world.milliseconds
    tiles.sort { one, other in
      let loads = (one[measure].share ?? -1, other[measure].share ?? -1)
      return sortsByLoad && loads.0 != loads.1 ? loads.0 > loads.1 : one.name < other.name
    }
  }

  private static func footRows(_ area: Rect) -> Int { area.height >= 4 ? 1 : 0 }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard world.rows(Self.nodes) != nil, !tiles.isEmpty else {
      return drawEmpty(on: &canvas, area: area, world: world)
    }
    let painter = HeatPainter(measure: measure, names: names)
    painter.drawHead(tiles, sortsByLoad: sortsByLoad, on: &canvas, area: area)
    for place in grid.places {
      painter.draw(tiles[place.index], in: place.rect, isCursor: place.index == cursor, on: &canvas)
    }
    if Self.footRows(area) > 0, tiles.indices.contains(cursor) {
      painter.drawFoot(tiles[cursor], on: &canvas, y: area.y + area.height - 1, area: area)
    }
  }

  private func drawEmpty(on canvas: inout Canvas, area: Rect, world: World) {
    let text: String =
      switch world.phase(.rows(Self.nodes)) {
      case .refused(_, let why), .ended(let why): why
      case .stale(_, let why): "no connection: \(why)"
      case .live: "no nodes"
      default: "loading nodes…"
      }
    for (index, line) in TextWrap.lines(text, columns: max(10, area.width - 4)).enumerated()
    where index + 1 < area.height {
      canvas.put(line, x: area.x + 2, y: area.y + 1 + index, style: Theme.ghost, maxColumns: area.width - 3)
    }
  }

  // MARK: Keys

  mutating func handle(_ key: Key, world: World) -> Reaction {
    if move(key) { return .none }
    switch key {
    case .character("t"), .tab: return choose(measure.next)
    case .character("C"): return choose(.cpu)
    case .character("M"): return choose(.memory)
    case .character("P"): return choose(.pods)
    case .character("s"):
      sortsByLoad.toggle()
      sort(world)
      return .none
    case .escape, .character("q"): return .pop
    case .enter: return open(world)
    default: break
    }
    guard let row = row(world) else { return .unhandled }
    let ref = row.ref(kind: Self.nodes.kind)
    switch key {
    case .character("m"): return .push(ChartScreen(of: ref))
    case .character("d"): return .push(PageScreen(.description(ref)))
    case .character("y"): return .push(PageScreen(.yaml(ref)))
    case .character("c"): return .copy(row.name, what: "name")
    default: return .unhandled
    }
  }

  private mutating func choose(_ measure: HeatMeasure) -> Reaction {
    self.measure = measure
    // What they are sorted by is another now.
    (sortedAt, made) = (.min / 2, Sources())
    return .none
  }

  private mutating func move(_ key: Key) -> Bool {
    let target: Int
    switch key {
    case .right, .character("l"): target = cursor + 1
    case .left, .character("h"): target = cursor - 1
    case .down, .character("j"): target = cursor + grid.columns
    case .up, .character("k"): target = cursor - grid.columns
    case .home, .character("g"): target = 0
    case .end, .character("G"): target = tiles.count - 1
    case .pageDown, .control("f"): target = cursor + grid.columns * grid.visibleRows
    case .pageUp, .control("b"): target = cursor - grid.columns * grid.visibleRows
    case .mouse(let mouse):
      switch mouse.action {
      case .wheelUp: target = cursor - grid.columns
      case .wheelDown: target = cursor + grid.columns
      case .press: target = grid.places.first { $0.rect.holds(mouse.x, mouse.y) }?.index ?? cursor
      case .release: target = cursor
      }
    default: return false
    }
    guard !tiles.isEmpty else { return true }
    cursor = max(0, min(target, tiles.count - 1))
    cursorUID = tiles[cursor].uid
    return true
  }

  private func open(_ world: World) -> Reaction {
    guard let row = row(world), let kind = world.kinds[Self.pods.kind] else { return .none }
    var query = Self.pods
    query.fieldSelector = row.drill.isEmpty ? "spec.nodeName=\(row.name)" : row.drill
    return .push(TableScreen(kind: kind, query: query, crumb: "\(row.name) > \(kind.plural)"))
  }
}

extension Rect {
  func holds(_ x: Int, _ y: Int) -> Bool {
    x >= self.x && x < self.x + width && y >= self.y && y < self.y + height
  }
}

/// How many pods run on each node, counted anew only every other second: there may be very many.
private struct PodCounts {
  private(set) var byNode: [String: Int] = [:]
  private(set) var revision = -1
  private var countedAt: Int64 = .min / 2
  private static let restMilliseconds: Int64 = 2_000

  mutating func update(_ store: RowStore, _ now: Int64) {
    guard revision != store.revision, revision < 0 || now - countedAt >= Self.restMilliseconds,
      let node = store.columns.cell(titled: "NODE")
    else { return }
    (revision, countedAt, byNode) = (store.revision, now, [:])
    for slot in store.aliveSlots {
      // What has ended takes no place.
      if store[slot].tone != .done { byNode[store[slot].cell(node), default: 0] += 1 }
    }
  }
}
