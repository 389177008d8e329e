import Terminal

/// The row of tabs, which is there only when there are several.
struct TabBar {
  let titles: [String]
  let chosen: Int

  /// Where each tab stands, as columns; those that have no room are left out, the chosen one never.
  func places(width: Int) -> [(index: Int, x: Int, width: Int)] {
    let room = max(8, width / max(1, titles.count) - 1)
    var places: [(index: Int, x: Int, width: Int)] = []
    var x = 0
    let first = max(0, chosen - max(0, width / (room + 1) - 1))
    for index in titles.indices.dropFirst(first) {
      let columns = min(room, Text.columns(label(index)))
      guard x + columns <= width else { break }
      places.append((index, x, columns))
      x += columns + 1
    }
    return places
  }

  private func label(_ index: Int) -> String { " \(index + 1) \(Text.harmless(titles[index])) " }

  func draw(on canvas: inout Canvas, y: Int) {
    for place in places(width: canvas.width) {
      let text = Text.truncated(label(place.index), columns: place.width, keepTail: false)
      let style = place.index == chosen ? Theme.notice : Theme.ghost
      canvas.put(text, x: place.x, y: y, style: style, maxColumns: place.width)
    }
  }

  func index(atX x: Int, width: Int) -> Int? {
    places(width: width).first { x >= $0.x && x < $0.x + $0.width }?.index
  }
}
