/// A few readings as a line of blocks, the newest at the right.
enum Sparkline {
  private static let blocks = Array("▁▂▃▄▅▆▇█")

  /// As many characters as `columns`, blank where there is no reading.
  ///
  /// - Parameter ceiling: what a full block stands for, unless a reading is higher.
  static func text(_ readings: [Float], columns: Int, ceiling: Float = 0) -> String {
    let shown = readings.suffix(columns)
    let top = shown.reduce(ceiling) { $1.isFinite ? max($0, $1) : $0 }
    let bars = shown.map { reading -> Character in
      guard reading.isFinite, reading >= 0 else { return " " }
      let level = top > 0 ? Int((reading / top * Float(blocks.count - 1)).rounded()) : 0
      return blocks[min(blocks.count - 1, max(0, level))]
    }
    return String(repeating: " ", count: max(0, columns - bars.count)) + String(bars)
  }
}
