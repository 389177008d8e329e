import Cluster
import Terminal

/// What stands around a screen: the first row, the tray, the reason, the prompt or the keys.
extension Shell {
  func draw(_ world: World, width: Int, height: Int) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    guard let top else { return canvas }
    top.draw(on: &canvas, area: area, world: world)
    if !hidesHeader { header(top, world).draw(on: &canvas, world: world) }
    if let tabBar, area.y > headerRows { tabBar.draw(on: &canvas, y: headerRows) }
    let tray = Tray(world)
    let trayRows = tray.rows(height: height)
    let below = area.y + area.height
    tray.draw(on: &canvas, y: below, rows: trayRows, world: world)
    if below + trayRows < height - 1 { drawRemark(top, on: &canvas, y: below + trayRows, world) }
    if height >= 4 { drawFoot(top, on: &canvas, y: height - 1, world) }
    return canvas
  }

  private func header(_ top: any Screen, _ world: World) -> Header {
    let place = namespaces.isEmpty ? "all" : namespaces.joined(separator: ",")
    let context = world.place.context.isEmpty ? world.place.cluster : world.place.context
    let crumbs = [context, place] + (hidesCrumbs ? [top.crumb] : stack.map(\.crumb))
    var freshness = Header.Freshness.none
    if let need = top.mainNeed {
      freshness = Header.Freshness(world.phase(need), now: world.now)
      // What never came has no age.
      if case .stale = freshness, !world.holds(need) { freshness = .stale("not connected") }
    }
    return Header(crumbs: crumbs.joined(separator: " > "), tally: top.tally(world), freshness: freshness)
  }

  private func drawRemark(_ top: any Screen, on canvas: inout Canvas, y: Int, _ world: World) {
    if let need = top.mainNeed, let why = world.phase(need).problem {
      let text = Text.truncated(why, columns: max(1, canvas.width - 2), keepTail: false)
      canvas.put(" \(text)", x: 0, y: y, style: Theme.error, maxColumns: canvas.width)
      return
    }
    guard let remark = top.remark(world) else { return }
    let style = Theme.row(remark.tone)
    var label = style
    label.bold = true
    let used = canvas.put(remark.isWhy ? " WHY " : " ", x: 0, y: y, style: label)
    let shown = Text.truncated(remark.text, columns: max(0, canvas.width - used - 1), keepTail: false)
    canvas.put(shown, x: used, y: y, style: style, maxColumns: canvas.width - used)
  }

  private func drawFoot(_ top: any Screen, on canvas: inout Canvas, y: Int, _ world: World) {
    if let prompt {
      prompt.draw(on: &canvas, y: y)
    } else if let flash {
      let style = flash.isError ? Theme.error : Theme.notice
      canvas.fill(Rect(x: 0, y: y, width: canvas.width, height: 1), style: style)
      let text = Text.truncated(Text.harmless(flash.text), columns: max(1, canvas.width - 2), keepTail: false)
      canvas.put(" \(text)", x: 0, y: y, style: style, maxColumns: canvas.width)
    } else {
      drawHints(top, on: &canvas, y: y, world)
    }
  }

  /// As many as fit; help always does, since it tells the rest.
  private func drawHints(_ top: any Screen, on canvas: inout Canvas, y: Int, _ world: World) {
    var x = 1
    func put(_ hint: KeyHint, keeping room: Int) -> Bool {
      let columns = Text.columns(hint.key) + 1 + Text.columns(hint.action)
      guard x + columns + room <= canvas.width else { return false }
      x += canvas.put(hint.key, x: x, y: y, style: Theme.hintKey) + 1
      x += canvas.put(hint.action, x: x, y: y, style: Theme.hint) + 2
      return true
    }
    let (keymap, scope) = (world.setup.keymap, KeyScope(top))
    let hints = [KeyHint(":", "command")] + top.keyHints.filter { !$0.isMinor } + ownHints(world)
    for hint in hints.compactMap({ keymap.shown($0, in: scope) }) {
      if !put(hint, keeping: 8) { break }
    }
    if let help = keymap.shown(KeyHint("?", "help"), in: scope) { _ = put(help, keeping: 0) }
  }
}
