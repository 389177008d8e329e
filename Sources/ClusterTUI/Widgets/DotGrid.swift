import Terminal

/// A field of braille dots, two by four in each cell. A cell shows the dots of all lines and has the colour of the first of them.
struct DotGrid {
  let columns: Int
  let rows: Int
  private var dots: [UInt8]
  private var owners: [UInt8]

  init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
    dots = Array(repeating: 0, count: self.columns * self.rows)
    owners = Array(repeating: .max, count: self.columns * self.rows)
  }

  var dotColumns: Int { columns * 2 }
  var dotRows: Int { rows * 4 }

  /// The bits of U+2800, by row from above, left then right.
  private static let bits: [UInt8] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]

  /// - Parameters:
  ///   - x: dots from the left.
  ///   - y: dots from above; what is outside of the grid is not set.
  mutating func set(x: Int, y: Int, owner: Int) {
    guard x >= 0, y >= 0, x < dotColumns, y < dotRows else { return }
    let cell = y / 4 * columns + x / 2
    dots[cell] |= Self.bits[y % 4 * 2 + x % 2]
    owners[cell] = min(owners[cell], UInt8(clamping: owner))
  }

  /// All dots between two, both of them included.
  mutating func join(_ from: (x: Int, y: Int), _ to: (x: Int, y: Int), owner: Int) {
    let (width, height) = (to.x - from.x, to.y - from.y)
    let steps = max(abs(width), abs(height))
    guard steps > 0 else { return set(x: from.x, y: from.y, owner: owner) }
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      set(
        x: from.x + Int((Double(width) * share).rounded()),
        y: from.y + Int((Double(height) * share).rounded()), owner: owner)
    }
  }

  /// nil where no dot is set.
  func cell(_ column: Int, _ row: Int) -> (sign: Character, owner: Int)? {
    let index = row * columns + column
    guard dots[index] != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(dots[index])) else { return nil }
    return (Character(scalar), Int(owners[index]))
  }
}
