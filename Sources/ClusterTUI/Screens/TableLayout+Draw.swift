import Cluster
import Terminal

/// Titles and rows.
extension TableLayout {
  func drawTitles(_ screen: TableScreen, on canvas: inout Canvas, area: Rect) {
    for place in places {
      let entry = shown[place.index]
      let isSorted = isSorted(entry, screen)
      let arrow = isSorted ? (screen.sort.isDescending ? "↓" : "↑") : ""
      let title = Text.truncated(entry.column.title, columns: place.width, keepTail: false)
      var x = area.x + Self.glyphColumns + place.x
      if entry.isAtRight { x += max(0, place.width - Text.columns(title + arrow)) }
      let style = isSorted ? Theme.sortedTitle : Theme.columnTitle
      let used = canvas.put(title, x: x, y: area.y, style: style, maxColumns: place.width)
      if isSorted, x + used < area.x + area.width { canvas.put(arrow, x: x + used, y: area.y, style: style) }
    }
  }

  /// In one namespace, by namespace and name is by name.
  func isSorted(_ entry: Shown, _ screen: TableScreen) -> Bool {
    let key = Self.key(of: entry, screen)
    return key == screen.sort.key || (key == .name && screen.sort.key == .namespace && !shows(.namespace))
  }

  static func key(of entry: Shown, _ screen: TableScreen) -> Sort.Key {
    switch entry.source {
    case .namespace: .namespace
    case .name: .name
    case .age: .age
    case .measure(let measure): .measure(measure)
    case .label(let key): .label(key)
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
        let shift = entry.isAtRight ? width - columns : 0
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
      let shift = entry.isAtRight || entry.column.content.isTrend ? max(0, width - Text.columns(text)) : 0
      canvas.put(
        text, x: x + shift, y: y, style: measured.style(measure, row, style), maxColumns: width)
    case .label(let key): if let value = row.label(key) { put(value) }
    case .cell(let index, let moment):
      if entry.column.content == .age {
        canvas.put(Self.text(row, index, moment, world), x: x, y: y, style: style, maxColumns: width)
      } else {
        put(Self.cell(entry, index, row))
      }
    }
  }
}
