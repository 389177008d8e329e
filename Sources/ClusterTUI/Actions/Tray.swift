import Cluster
import Terminal

/// The rows above the last ones that say what becomes of the changes that were sent, on whatever screen one is.
struct Tray {
  let entries: [Ledger.Entry]

  init(_ world: World) { entries = world.ledger.tray(now: world.now) }

  /// - Parameter height: of the whole screen.
  func rows(height: Int) -> Int { height < 10 ? 0 : min(entries.count, height < 36 ? 1 : 3) }

  func draw(on canvas: inout Canvas, y: Int, rows: Int, world: World) {
    guard rows > 0 else { return }
    // What failed stands before what is under way, and that before what is done.
    let sorted = entries.enumerated().sorted { left, right in
      let (a, b) = (order(left.element), order(right.element))
      return a == b ? left.offset > right.offset : a < b
    }
    for (row, (_, entry)) in sorted.prefix(rows).enumerated() {
      let style = Theme.row(entry.tone)
      let hidden = row == rows - 1 ? entries.count - rows : 0
      let more = hidden > 0 ? "  (+\(hidden), :changes)" : entry.isFailure ? "  (:changes)" : ""
      let text = " \(entry.tone.glyph) \(entry.shortTitle): \(entry.progress.text)"
      let room = max(1, canvas.width - Text.columns(more) - 1)
      let used = canvas.put(
        Text.truncated(Text.harmless(text), columns: room, keepTail: false), x: 0, y: y + row, style: style)
      canvas.put(more, x: used, y: y + row, style: Theme.ghost, maxColumns: canvas.width - used)
    }
  }

  /// What failed first.
  private func order(_ entry: Ledger.Entry) -> Int { entry.isFailure ? 0 : entry.isUnderWay ? 1 : 2 }
}
