import Terminal

/// Where tiles stand: as big as all of them fit, and in one row of text each when there are too many for that.
struct HeatGrid: Equatable {
  private(set) var columns = 1
  private(set) var rows = 0
  private(set) var tileWidth = 12
  /// Rows of text of a tile.
  private(set) var tileHeight = 1
  /// Rows from one tile to that below.
  private(set) var pitch = 1
  /// The row of tiles at the top of the screen.
  private(set) var top = 0
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)
  private var count = 0

  private static let maxNameColumns = 24

  /// - Parameter nameColumns: what the longest name takes.
  mutating func prepare(_ count: Int, nameColumns: Int, area: Rect) {
    (self.area, self.count) = (area, count)
    guard count > 0, area.width > 0, area.height > 0 else { return rows = 0 }
    // A sign, the name, a blank and "100%".
    let least = max(8, min(nameColumns, Self.maxNameColumns, area.width - 8) + 6)
    var most = 1
    for (height, pitch) in [(3, 4), (2, 3), (1, 2), (1, 1)] {
      (tileHeight, self.pitch) = (height, pitch)
      // High ones say how much of how much too: "3.84 of 12".
      most = max(1, (area.width - 1) / (max(least, height > 1 ? 15 : 0) + 1))
      rows = (count + most - 1) / most
      if rows * pitch - (pitch - height) <= area.height { break }
    }
    // As many in each row, as wide as they may be.
    columns = min(most, (count + rows - 1) / max(1, rows))
    rows = (count + columns - 1) / columns
    tileWidth = max(1, min((area.width - 1) / columns - 1, 32))
  }

  var visibleRows: Int { max(1, (area.height + pitch - tileHeight) / pitch) }

  mutating func scroll(to index: Int) {
    let row = columns > 0 ? index / columns : 0
    top = max(row - visibleRows + 1, min(top, row))
    top = max(0, min(top, rows - visibleRows))
  }

  /// The tiles that can be seen, and where.
  var places: [(index: Int, rect: Rect)] {
    guard rows > 0 else { return [] }
    let shown = top * columns..<min(count, (top + visibleRows) * columns)
    guard shown.lowerBound < shown.upperBound else { return [] }
    return shown.map { index in
      let (row, column) = (index / columns - top, index % columns)
      return (
        index,
        Rect(
          x: area.x + 1 + column * (tileWidth + 1), y: area.y + row * pitch, width: tileWidth,
          height: tileHeight)
      )
    }
  }
}
