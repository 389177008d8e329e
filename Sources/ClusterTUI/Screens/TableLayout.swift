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
  }

  private struct Shown {
    var source: Source
    var column: Column
  }

  private var shown: [Shown] = []
  private var widths: [Source: Int] = [:]
  private var places: [ColumnPlan.Place] = []
  private var measuredFor: [Column] = []
  private var wasWide = false
  private(set) var measured = Measured()
  /// Seconds until some age on screen reads differently.
  private(set) var secondsUntilChange: Int64 = 60
  private static let glyphColumns = 2
  /// From this width on a list has room for trends.
  private static let trendWidth = 90
  /// Columns that had to be left out.
  private(set) var hasMoreColumns = false

  /// The index of the moment that age column `index` reads, and how it is sorted.
  static func sortKey(of index: Int, in columns: [Column]) -> Sort.Key {
    let before = columns[..<index]
    if case .measure(let measure) = columns[index].content { return .measure(measure) }
    return .cell(
      before.count(where: \.hasCell), columns[index].content, moment: before.count { $0.content == .age })
  }

  // MARK: Planning

  mutating func prepare(_ screen: TableScreen, _ store: RowStore, _ world: World) {
    if store.columns != measuredFor || screen.isWide != wasWide {
      widths = [:]
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

  private static func columns(of screen: TableScreen, _ store: RowStore) -> [Shown] {
    var shown: [Shown] = []
    if screen.kind.namespaced, screen.query.namespaces.count != 1 {
      shown.append(
        Shown(source: .namespace, column: Column("NAMESPACE", priority: screen.kind.showsName ? 9 : 6)))
    }
    if screen.kind.showsName || screen.isWide {
      shown.append(Shown(source: .name, column: Column("NAME", priority: 100)))
    }
    var (cells, moments) = (0, 0)
    for column in store.columns {
      if !screen.hiddenColumns.contains(column.title), !column.isWide || screen.isWide {
        if case .measure(let measure) = column.content {
          if !measure.isTrend || screen.listArea.width >= trendWidth {
            shown.append(Shown(source: .measure(measure), column: column))
          }
        } else {
          shown.append(Shown(source: .cell(cells, moment: moments), column: column))
        }
      }
      if column.hasCell { cells += 1 }
      if column.content == .age { moments += 1 }
    }
    if screen.kind.showsAge, screen.kind.showsName || screen.isWide {
      shown.append(Shown(source: .age, column: Column("AGE", .age, priority: 99)))
    }
    // The first step to the right only makes room, each further one moves a column out of view.
    var left = screen.columnSteps - 1
    return shown.filter { entry in
      switch entry.source {
      case .namespace, .name, .age: return true
      case .cell, .measure: break
      }
      guard left > 0, entry.column.content != .status else { return true }
      left -= 1
      return false
    }
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
    if screen.columnSteps > 0 {
      // Columns come in their order, and the name gives them room.
      switch entry.source {
      case .name: wish.minimum = min(width, 12)
      case .namespace: wish.priority = 0
      case .cell, .measure:
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
    case .cell(let index, let moment):
      entry.column.content == .age
        ? Self.text(row, index, moment, world).utf8.count : Self.columns(Self.cell(entry, index, row))
    }
  }

  /// Labels are no cell: they stand beside the cells, where a text filter does not look.
  private static func cell(_ entry: Shown, _ index: Int, _ row: Row) -> UnsafeRawBufferPointer {
    entry.column.content == .labels ? row.labelBytes : row.cellBytes(index)
  }

  private static func columns(_ bytes: UnsafeRawBufferPointer) -> Int {
    bytes.contains { $0 >= 0x80 || $0 < 0x20 }
      ? Text.columns(String(decoding: bytes, as: UTF8.self)) : bytes.count
  }

  private static func age(_ created: Int64, _ world: World) -> String {
    created == 0 ? "-" : Age.text(seconds: max(0, world.now - created))
  }

  private static func text(_ row: Row, _ index: Int, _ moment: Int, _ world: World) -> String {
    let written = row.cell(index)
    if !written.isEmpty { return written }
    guard let at = row.moment(moment) else { return "-" }
    // What is to come; clocks may differ by a little.
    if at > world.now + 20 { return "in \(Age.text(seconds: at - world.now))" }
    return Age.text(seconds: max(0, world.now - at))
  }

  // MARK: Drawing

  func drawTitles(_ screen: TableScreen, on canvas: inout Canvas, area: Rect) {
    for place in places {
      let entry = shown[place.index]
      let isSorted = isSorted(entry, screen)
      let arrow = isSorted ? (screen.sort.isDescending ? "↓" : "↑") : ""
      let title = Text.truncated(entry.column.title, columns: place.width, keepTail: false)
      var x = area.x + Self.glyphColumns + place.x
      if entry.column.isNumber { x += max(0, place.width - Text.columns(title + arrow)) }
      let style = isSorted ? Theme.sortedTitle : Theme.columnTitle
      let used = canvas.put(title, x: x, y: area.y, style: style, maxColumns: place.width)
      if isSorted, x + used < area.x + area.width { canvas.put(arrow, x: x + used, y: area.y, style: style) }
    }
  }

  /// In one namespace, by namespace and name is by name.
  private func isSorted(_ entry: Shown, _ screen: TableScreen) -> Bool {
    let key = Self.key(of: entry, screen)
    return key == screen.sort.key || (key == .name && screen.sort.key == .namespace && !shows(.namespace))
  }

  private static func key(of entry: Shown, _ screen: TableScreen) -> Sort.Key {
    switch entry.source {
    case .namespace: .namespace
    case .name: .name
    case .age: .age
    case .measure(let measure): .measure(measure)
    case .cell(let index, let moment): .cell(index, entry.column.content, moment: moment)
    }
  }

  /// Sort keys in the order of the columns on screen.
  func sortKeys(_ screen: TableScreen) -> [Sort.Key] { places.map { Self.key(of: shown[$0.index], screen) } }

  /// The sort key of the column that was clicked.
  func sortKey(atX x: Int, _ screen: TableScreen) -> Sort.Key? {
    let at = x - screen.listArea.x - Self.glyphColumns
    return places.first { at >= $0.x && at <= $0.x + $0.width }.map { Self.key(of: shown[$0.index], screen) }
  }

  /// A pod that has been starting for minutes is waiting for something, whatever its status calls that.
  private static func tone(_ row: Row, _ kind: Kind, _ world: World) -> Tone {
    let isLate = row.tone == .starting && kind.role == .instance && row.created < world.now - 600
    return isLate && row.created > 0 ? .pending : row.tone
  }

  func draw(
    _ row: Row, _ screen: TableScreen, isCursor: Bool, y: Int, on canvas: inout Canvas, world: World
  ) {
    let area = screen.listArea
    let tone = Self.tone(row, screen.kind, world)
    var style = Theme.row(tone)
    var plain = Theme.cells(tone)
    let isMarked = !screen.marks.isEmpty && screen.marks.contains(row.uid)
    if isMarked { (style, plain) = (Theme.mark, Theme.mark) }
    if isCursor {
      style.reverse = true
      plain = style
      canvas.fill(Rect(x: area.x, y: y, width: area.width, height: 1), style: style)
    }
    canvas.put(String(tone.glyph) + (isMarked ? "*" : ""), x: area.x, y: y, style: style)
    for place in places {
      let entry = shown[place.index]
      let x = area.x + Self.glyphColumns + place.x
      let tellsState = entry.source == .name || entry.column.content == .status
      draw(
        entry, row, x: x, y: y, width: place.width, style: tellsState ? style : plain, on: &canvas,
        world: world)
    }
  }

  private func draw(
    _ entry: Shown, _ row: Row, x: Int, y: Int, width: Int, style: Style, on canvas: inout Canvas,
    world: World
  ) {
    func put(_ bytes: UnsafeRawBufferPointer, keepTail: Bool = false) {
      let columns = Self.columns(bytes)
      if columns <= width {
        let shift = entry.column.content == .number ? width - columns : 0
        canvas.put(utf8: bytes, x: x + shift, y: y, style: style, maxColumns: width)
      } else {
        let text = String(decoding: bytes, as: UTF8.self)
        canvas.put(
          Text.truncated(text, columns: width, keepTail: keepTail), x: x, y: y, style: style,
          maxColumns: width)
      }
    }
    switch entry.source {
    case .namespace: put(row.namespaceBytes)
    case .name: put(row.nameBytes, keepTail: true)
    case .age: canvas.put(Self.age(row.created, world), x: x, y: y, style: style, maxColumns: width)
    case .measure(let measure):
      let text = measured.text(measure, row)
      let shift = max(0, width - Text.columns(text))
      canvas.put(
        text, x: x + shift, y: y, style: measured.style(measure, row, style), maxColumns: width)
    case .cell(let index, let moment):
      if entry.column.content == .age {
        canvas.put(Self.text(row, index, moment, world), x: x, y: y, style: style, maxColumns: width)
      } else {
        put(Self.cell(entry, index, row))
      }
    }
  }
}

extension Column {
  /// Numbers stand at the right.
  fileprivate var isNumber: Bool {
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
