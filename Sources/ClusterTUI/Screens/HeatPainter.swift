import Cluster
import Terminal

/// Draws tiles of nodes: the colour says how much is used, and a number says it too.
struct HeatPainter {
  let measure: HeatMeasure
  let names: ShortNames

  func drawHead(_ tiles: [HeatTile], sortsByLoad: Bool, on canvas: inout Canvas, area: Rect) {
    var x = area.x + 1
    let end = area.x + area.width
    for each in HeatMeasure.allCases {
      let style = each == measure ? Style(bold: true, reverse: true) : Theme.ghost
      x += canvas.put(" \(each.rawValue) ", x: x, y: area.y, style: style, maxColumns: end - x)
    }
    let total = HeatTotal(tiles, measure)
    var text = "  \(total.amount.text(measure))"
    if total.unknown > 0, total.unknown < tiles.count { text += " without \(total.unknown)" }
    x += canvas.put(text, x: x, y: area.y, style: Style(bold: true), maxColumns: end - x)
    var rest = sortsByLoad ? "  by load" : "  by name"
    if !names.pattern.isEmpty { rest += "  \(names.pattern)" }
    let legend = Theme.heatLevels
    let legendColumns = legend.reduce(0) { $0 + Text.columns($1.text) + 2 }
    let room = end - x - (end - x > legendColumns + 12 ? legendColumns + 1 : 0)
    x += canvas.put(
      Text.truncated(rest, columns: max(0, room)), x: x, y: area.y, style: Theme.ghost,
      maxColumns: max(0, room))
    guard end - x > legendColumns else { return }
    x = end - legendColumns
    for level in legend {
      x += canvas.put(" \(level.text) ", x: x, y: area.y, style: Theme.heat(level.share))
    }
  }

  func draw(_ tile: HeatTile, in rect: Rect, isCursor: Bool, on canvas: inout Canvas) {
    let share = tile[measure].share
    var style = share.map(Theme.heat) ?? Theme.ghost
    if tile.tone == .bad { style = Style(foreground: .of(.bad), bold: true) }
    canvas.fill(rect, style: style)
    let sign = tile.tone == .good ? " " : String(tile.tone.glyph)
    let value = share.map(Figure.share) ?? "-"
    let room = max(0, rect.width - 2 - Text.columns(value))
    let name = Text.truncated(names.short(tile.name), columns: room, keepTail: true)
    canvas.put("\(sign)\(name)", x: rect.x, y: rect.y, style: style, maxColumns: rect.width)
    var bold = style
    bold.bold = true
    canvas.put(
      value, x: rect.x + rect.width - Text.columns(value), y: rect.y, style: bold, maxColumns: rect.width)
    if rect.height > 1 {
      let text = Text.truncated(amount(tile, columns: rect.width - 2), columns: max(0, rect.width - 2))
      canvas.put(" \(text)", x: rect.x, y: rect.y + 1, style: style, maxColumns: rect.width)
    }
    if rect.height > 2 {
      let columns = max(0, min(rect.width - 2, tile.trend(measure).count))
      let trend = Sparkline.text(
        tile.trend(measure), columns: columns, ceiling: Float((tile[measure].whole ?? 0) / 20))
      canvas.put(" \(trend)", x: rect.x, y: rect.y + 2, style: style, maxColumns: rect.width)
    }
    guard isCursor else { return }
    canvas.restyle(rect) { $0.reverse.toggle() }
    // Where colours are few, reversed tiles may be many.
    for y in rect.y..<rect.y + rect.height {
      canvas.put("[", x: rect.x - 1, y: y, style: Style(bold: true))
      canvas.put("]", x: rect.x + rect.width, y: y, style: Style(bold: true))
    }
  }

  /// "1.2 of 4", or "1.2" where that is too long; of a node in trouble its state.
  private func amount(_ tile: HeatTile, columns: Int) -> String {
    guard tile.tone != .bad else { return tile.status }
    guard let used = tile[measure].used.map(measure.text) else { return "" }
    let whole = "\(used) of \(tile[measure].whole.map(measure.text) ?? "-")"
    return Text.columns(whole) <= columns ? whole : used
  }

  /// All there is to say of the node under the cursor.
  func drawFoot(_ tile: HeatTile, on canvas: inout Canvas, y: Int, area: Rect) {
    let isWide = area.width >= 100
    var line = StyledLine([("\(tile.tone.glyph) ", Theme.row(tile.tone))])
    let name = isWide ? tile.name : names.short(tile.name)
    line.append(Text.truncated(name, columns: isWide ? 60 : 20, keepTail: true), Style(bold: true))
    line.append(" \(Text.harmless(tile.status))", Theme.row(tile.tone))
    for each in HeatMeasure.allCases where each != .pods || tile.pods.used != nil {
      line.append("  \(isWide || each != .memory ? each.rawValue : "mem") \(tile[each].text(each))", Style())
      guard isWide, !tile.trend(each).isEmpty else { continue }
      let ceiling = Float((tile[each].whole ?? 0) / 20)
      line.append(
        " \(Sparkline.text(tile.trend(each), columns: min(10, tile.trend(each).count), ceiling: ceiling))",
        Theme.trend)
    }
    line.draw(on: &canvas, x: area.x + 1, y: y, width: area.width - 1)
  }
}
