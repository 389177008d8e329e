import Terminal

/// The menu above a prompt: what can be typed, what it is, and how many there are of it.
struct PromptMenu {
  let suggestions: [Suggestion]
  let chosen: Int

  private static let maxRows = 12
  private static let maxColumns = 100

  /// Draws above row `y`, over whatever is there.
  func draw(on canvas: inout Canvas, above y: Int) {
    let rows = min(suggestions.count, Self.maxRows, max(0, y - 3))
    guard rows > 0, canvas.width >= 20 else { return }
    // The chosen one is always in view.
    let top = max(0, min(chosen - rows + 1, suggestions.count - rows))
    let shown = suggestions[top..<top + rows]
    let labels = min(shown.map { Text.columns($0.label) }.max() ?? 0, canvas.width / 2)
    let width = min(canvas.width, Self.maxColumns)
    for (index, suggestion) in shown.enumerated() {
      let row = y - rows + index
      let isChosen = top + index == chosen
      let style = isChosen ? Theme.notice : Theme.bar
      let dim = isChosen ? Theme.notice : Theme.barDim
      canvas.fill(Rect(x: 0, y: row, width: width, height: 1), style: dim)
      let label = Text.truncated(suggestion.label, columns: labels, keepTail: false)
      canvas.put(label, x: 1, y: row, style: style, maxColumns: labels)
      let right = suggestion.count.isEmpty ? 0 : Text.columns(suggestion.count) + 2
      let room = width - labels - 4 - right
      if room > 8 {
        let detail = Text.truncated(suggestion.detail, columns: room, keepTail: false)
        canvas.put(detail, x: labels + 3, y: row, style: dim, maxColumns: room)
      }
      if right > 0 {
        canvas.put(suggestion.count, x: width - right + 1, y: row, style: dim, maxColumns: right)
      }
    }
  }
}
