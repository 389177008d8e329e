import Cluster
import Terminal

/// Where a table's columns stand and how a row is written into them. Widths only grow while a table is open, so
/// that columns don't jump when other rows scroll into view.
struct TableLayout {
  /// What a column shows.
  enum Source: Hashable {
    case namespace, name, age
    case cell(Int, moment: Int)
    case measure(Measure)
    case label(String)
  }

  struct Shown {
    var source: Source
    var column: Column
    /// Where a person wants it; nil puts numbers at the right.
    var side: ViewColumn.Side?

    var isAtRight: Bool { side.map { $0 == .right } ?? column.isNumber }
  }

  private(set) var shown: [Shown] = []
  /// Those that some row seen so far had something in.
  private var filled: Set<Source> = []
  private var widths: [Source: Int] = [:]
  private(set) var places: [ColumnPlan.Place] = []
  private var measuredFor: [Column] = []
  private var wasWide = false
  private(set) var measured = Measured()
  /// Seconds until some age on screen reads differently.
  private(set) var secondsUntilChange: Int64 = 60
  static let glyphColumns = 2
  /// From this width on a list has room for trends.
  static let trendWidth = 90
  /// Columns that had to be left out.
  private(set) var hasMoreColumns = false

  /// The index of the moment that age column `index` reads, and how it is sorted.
  static func sortKey(of index: Int, in columns: [Column]) -> Sort.Key {
    let before = columns[..<index]
    if case .measure(let measure) = columns[index].content { return .measure(measure) }
    return .cell(
      before.count(where: \.hasCell), columns[index].content, moment: before.count { $0.content == .age })
  }

  /// The sort key of a column by its title; nil where there is none.
  static func sortKey(titled title: String, in columns: [Column], _ view: ViewSpec) -> Sort.Key? {
    let title = title.uppercased()
    switch title {
    case "NAME": return .name
    case "NAMESPACE": return .namespace
    case "AGE": return .age
    default: break
    }
    let wanted = view.columns.first { $0.title.uppercased() == title }
    if case .label(let key) = wanted?.source { return .label(key) }
    if let index = columns.lastIndex(where: { $0.title.uppercased() == title }) {
      return sortKey(of: index, in: columns)
    }
    // A kind's own column by the name that the view gives it.
    guard case .builtIn(let own) = wanted?.source, own.uppercased() != title else { return nil }
    return sortKey(titled: own, in: columns, view)
  }

  /// The title by which `sortKey(titled:)` finds the key again.
  static func title(of key: Sort.Key, in columns: [Column], _ view: ViewSpec) -> String? {
    switch key {
    case .name: return "NAME"
    case .namespace: return "NAMESPACE"
    case .age: return "AGE"
    case .label(let label): return view.columns.first { $0.source == .label(label) }?.title
    case .cell(let index, _, _):
      let cells = columns.filter(\.hasCell)
      return cells.indices.contains(index) ? cells[index].title : nil
    case .measure(let measure): return columns.first { $0.content == .measure(measure) }?.title
    }
  }

  // MARK: Planning

  mutating func prepare(_ screen: TableScreen, _ store: RowStore, _ world: World) {
    if store.columns != measuredFor || screen.isWide != wasWide {
      (widths, filled) = ([:], [])
      measuredFor = store.columns
      wasWide = screen.isWide
    }
    measured = Measured(screen, store.columns, world)
    shown = Self.columns(of: screen, store)
    for entry in shown {
      // Room for the arrow of the sorted column.
      let title = Text.columns(entry.column.title) + (isSorted(entry, screen) ? 1 : 0)
      widths[entry.source] = max(widths[entry.source] ?? 0, title)
    }
    secondsUntilChange = 60
    let last = min(screen.arrangement.order.count, screen.top + screen.pageSize)
    for at in min(screen.top, last)..<last {
      let slot = screen.arrangement.order[at]
      guard store.isAlive(slot) else { continue }
      let row = store[slot]
      for entry in shown {
        if entry.column.content == .age { noteAge(entry, row, world) }
        let columns = width(of: entry, row, world)
        // A figure that is not read yet is on its way.
        if columns > 0 { filled.insert(entry.source) }
        if columns > widths[entry.source] ?? 0 { widths[entry.source] = columns }
      }
    }
    places = ColumnPlan.places(
      shown.indices.map { wish($0, screen) }, width: max(1, screen.listArea.width - Self.glyphColumns - 1))
    hasMoreColumns = places.count < shown.count
  }

  private mutating func noteAge(_ entry: Shown, _ row: Row, _ world: World) {
    var moment = row.created
    if case .cell(_, let index) = entry.source { moment = row.moment(index) ?? 0 }
    guard moment > 0 else { return }
    let rest = Age.secondsUntilChange(seconds: abs(world.now - moment))
    secondsUntilChange = min(secondsUntilChange, rest)
  }

  func shows(_ source: Source) -> Bool { shown.contains { $0.source == source } }

  private func wish(_ index: Int, _ screen: TableScreen) -> ColumnPlan.Wish {
    let entry = shown[index]
    let width = widths[entry.source] ?? 0
    var wish = ColumnPlan.Wish(
      width: width, minimum: width, comfortable: width, priority: entry.column.priority)
    switch entry.source {
    case .name:
      (wish.isFixed, wish.givesWayLast) = (true, true)
      wish.minimum = min(width, 24)
      wish.comfortable = min(width, 52)
    case .namespace:
      wish.minimum = min(width, 11)
      wish.comfortable = min(width, 24)
    case .age: (wish.isFixed, wish.givesWayLast) = (true, true)
    case .measure: break
    case .label: (wish.minimum, wish.comfortable) = (min(width, 14), min(width, 20))
    case .cell:
      switch entry.column.content {
      case .status:
        // Some controllers write sentences there, which the line at the foot tells in full.
        (wish.minimum, wish.comfortable, wish.isFixed) = (min(width, 20), min(width, 30), true)
      case .text, .labels: (wish.minimum, wish.comfortable) = (min(width, 14), min(width, 20))
      case .number, .age, .measure: break
      }
      wish.width = min(width, entry.column.isWide ? 60 : 400)
    }
    // What no row has had anything in is the first to give way, unless somebody chose it.
    if !filled.contains(entry.source), !wish.isFixed, entry.column.priority < 10 { wish.priority = 0 }
    if screen.columnSteps > 0 {
      // Columns come in their order, and the name gives them room.
      switch entry.source {
      case .name: wish.minimum = min(width, 12)
      case .namespace: wish.priority = 0
      case .cell, .measure, .label:
        wish.priority = max(1, 60 - index)
        if entry.column.content == .text || entry.column.content == .labels { wish.minimum = min(width, 10) }
      case .age: break
      }
    }
    return wish
  }

  private func width(of entry: Shown, _ row: Row, _ world: World) -> Int {
    switch entry.source {
    case .namespace: Self.columns(row.namespaceBytes)
    case .name: Self.columns(row.nameBytes)
    case .age: Self.age(row.created, world).utf8.count
    case .measure(let measure):
      measure.isTrend ? Measured.trendColumns : measured.text(measure, row).utf8.count
    case .label(let key): row.label(key).map(Self.columns) ?? 0
    case .cell(let index, let moment):
      entry.column.content == .age
        ? Self.text(row, index, moment, world).utf8.count : Self.columns(Self.cell(entry, index, row))
    }
  }

  /// Labels are no cell: they stand beside the cells, where a text filter does not look.
  static func cell(_ entry: Shown, _ index: Int, _ row: Row) -> UnsafeRawBufferPointer {
    entry.column.content == .labels ? row.labelBytes : row.cellBytes(index)
  }

  static func columns(_ bytes: UnsafeRawBufferPointer) -> Int {
    bytes.contains { $0 >= 0x80 || $0 < 0x20 }
      ? Text.columns(String(decoding: bytes, as: UTF8.self)) : bytes.count
  }

  static func age(_ created: Int64, _ world: World) -> String {
    created == 0 ? "-" : Age.text(seconds: max(0, world.now - created))
  }

  static func text(_ row: Row, _ index: Int, _ moment: Int, _ world: World) -> String {
    let written = row.cell(index)
    if !written.isEmpty { return written }
    guard let at = row.moment(moment) else { return "-" }
    // What is to come; clocks may differ by a little.
    if at > world.now + 20 { return "in \(Age.text(seconds: at - world.now))" }
    return Age.text(seconds: max(0, world.now - at))
  }
}

extension Column {
  /// Numbers stand at the right.
  var isNumber: Bool {
    switch content {
    case .number: true
    case .measure(let measure): !measure.isTrend
    case .text, .age, .status, .labels: false
    }
  }
}

extension Measure {
  var isTrend: Bool { self == .cpuTrend || self == .memoryTrend }
}
