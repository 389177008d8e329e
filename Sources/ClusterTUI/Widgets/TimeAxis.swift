import Document

/// The axis of time: which moments are written below a chart, in the person's own time zone.
struct TimeAxis {
  /// Milliseconds since 1970.
  let from: Int64
  let to: Int64
  let columns: Int
  let zoneOffsetSeconds: Int

  init(from: Int64, to: Int64, columns: Int, zoneOffsetSeconds: Int) {
    (self.from, self.to) = Self.sound(from: from, to: to)
    self.columns = max(1, columns)
    self.zoneOffsetSeconds = zoneOffsetSeconds
  }

  private static let farthest: Int64 = 1 << 50

  /// Times that no chart spans are not worth an overflow.
  static func sound(from: Int64, to: Int64) -> (from: Int64, to: Int64) {
    let from = max(-farthest, min(farthest, from))
    return (from, max(from + 1, min(farthest, to)))
  }

  private static let hour: Int64 = 3_600
  private static let steps: [Int64] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour,
    24 * hour, 48 * hour, 168 * hour, 720 * hour, 8_760 * hour,
  ]

  private var span: Double { Double(to - from) }

  /// The place of a moment among so many columns or dots; nil outside of the axis.
  func place(_ at: Int64, of count: Int) -> Int? {
    guard at >= from, at <= to else { return nil }
    return min(count - 1, Int(Double(at - from) / span * Double(count)))
  }

  func column(_ at: Int64) -> Int? { place(at, of: columns) }

  /// The moments that a column stands for.
  func moments(_ column: Int) -> Range<Int64> {
    func edge(_ column: Int) -> Int64 { from + Int64((span * Double(column) / Double(columns)).rounded(.up)) }
    let start = edge(column)
    return start..<max(start + 1, edge(column + 1))
  }

  /// The middle of a column.
  func moment(_ column: Int) -> Int64 {
    from + Int64(span * (Double(max(0, min(columns - 1, column))) + 0.5) / Double(columns))
  }

  /// Moments with the column they stand at and their text; the texts have room behind their places.
  var ticks: [(column: Int, text: String)] {
    let secondsPerColumn = span / 1_000 / Double(columns)
    let step =
      Self.steps.first { Double($0) / secondsPerColumn >= Double(Self.width(step: $0) + 3) } ?? Self.steps
      .last!
    let zone = Int64(zoneOffsetSeconds)
    let start = from / 1_000 + zone
    // Rounded up, also before 1970.
    var local = (start >= 0 ? (start + step - 1) / step : start / step) * step
    var ticks: [(column: Int, text: String)] = []
    while (local - zone) * 1_000 <= to, ticks.count < columns {
      if let column = column((local - zone) * 1_000) { ticks.append((column, Self.text(local, step: step))) }
      local += step
    }
    return ticks
  }

  private static func width(step: Int64) -> Int { step < 60 ? 8 : step < 6 * hour ? 5 : 6 }

  /// - Parameter local: seconds since 1970 on the clock of the person's time zone.
  private static func text(_ local: Int64, step: Int64) -> String {
    let isMidnight = local % (24 * hour) == 0
    if step >= 24 * hour || (step >= 6 * hour && isMidnight) { return day(local) }
    return clock(local, seconds: step < 60)
  }

  /// "14:02:05" in the person's time zone, with the day where the axis spans several.
  func text(_ at: Int64) -> String {
    let local = at / 1_000 + Int64(zoneOffsetSeconds)
    let clock = Self.clock(local, seconds: to - from <= 6 * Self.hour * 1_000)
    return to - from > 24 * Self.hour * 1_000 ? "\(Self.day(local)) \(clock)" : clock
  }

  /// "2001-09-09T01:46:40Z"
  private static func stamp(_ local: Int64) -> [Character] { Array(Timestamp(seconds: local).text) }

  private static func clock(_ local: Int64, seconds: Bool) -> String {
    let text = stamp(local)
    guard text.count >= 19 else { return "?" }
    return String(text[11..<(seconds ? 19 : 16)])
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func day(_ local: Int64) -> String {
    let text = stamp(local)
    guard text.count >= 19, let month = Int(String(text[5..<7])), months.indices.contains(month - 1) else {
      return "?"
    }
    return "\(months[month - 1]) \(String(text[8..<10]))"
  }
}
