import Cluster

/// The axis of values: from where to where, and the values that are written beside it.
struct ValueAxis: Equatable {
  private(set) var base = 0.0
  private(set) var top = 1.0
  private(set) var step = 1.0
  let unit: Chart.Unit
  /// What is beyond is drawn at the edge: no chart can tell such numbers apart.
  private static let limit = 1e200

  /// A mark that needs more than this times what the data does is not worth flattening the data for.
  private static let markReach = 4.0
  /// All values lie within this part of the highest: then the axis need not begin at 0.
  private static let closeTogether = 0.05

  /// - Parameter rows: lines of text the axis is high.
  init(_ chart: Chart, rows: Int) {
    unit = chart.unit
    var low = Double.infinity
    var high = -Double.infinity
    for line in chart.lines {
      for point in line.points where point.value.isFinite && point.at >= chart.from && point.at <= chart.to {
        low = min(low, Self.clamped(point.value))
        high = max(high, Self.clamped(point.value))
      }
    }
    if low > high { (low, high) = (0, 0) }
    let reach = high > 0 ? high * Self.markReach : low < 0 ? 0 : .infinity
    let marks = chart.marks.map(\.value).filter { $0.isFinite && $0 >= 0 && $0 <= Self.limit }
    if let nearest = marks.min(), high <= 0, low >= 0 {
      high = nearest
    } else if let highest = marks.filter({ $0 <= reach }).max() {
      high = max(high, highest)
      low = min(low, highest)
    }
    choose(low: low, high: high, intervals: Self.intervals(rows))
  }

  /// Every other row may get a value, and no more than every fourth where there are many.
  private static func intervals(_ rows: Int) -> Int { max(1, min((rows - 1) / 2, max(4, (rows - 1) / 4))) }

  private static func clamped(_ value: Double) -> Double { max(-limit, min(limit, value)) }

  private mutating func choose(low: Double, high: Double, intervals: Int) {
    if low == 0, high == 0 {
      (base, top) = (0, smallest)
      step = top
      return
    }
    // Both sides of 0 need a step each.
    let intervals = low < 0 && high > 0 ? max(2, intervals) : intervals
    let isZoomed = (low > 0 || high < 0) && high > low && high - low < Self.closeTogether * max(high, -low)
    let from = isZoomed ? low : min(0, low)
    let to = isZoomed ? high : max(0, high)
    // There are no halves of what is counted.
    let least = unit == .count && to - from >= 1 ? 1.0 : 0
    step = Self.nice(atLeast: max(least, (to - from) / Double(intervals)), unit)
    // Rounding outwards may need one more step than there is room for: then the steps get bigger.
    for _ in 0..<8 {
      base = (from / step).rounded(.down) * step
      top = (to / step).rounded(.up) * step
      if Int(((top - base) / step).rounded()) <= intervals { break }
      step = Self.nice(atLeast: step * 1.01, unit)
    }
    if !(top > base) { top = base + step }
  }

  /// What the axis reaches up to when all is 0.
  private var smallest: Double {
    switch unit {
    case .cores: 0.01
    case .bytes, .bytesPerSecond: 1_024
    case .share, .count, .perSecond, .seconds, .none: 1
    }
  }

  /// 1, 2 or 5 with zeros; powers of two for bytes; what a clock is divided into for seconds.
  private static func nice(atLeast least: Double, _ unit: Chart.Unit) -> Double {
    guard least > 1e-300 else { return 1e-300 }
    switch unit {
    case .bytes, .bytesPerSecond:
      if least >= 1 {
        var step = 1.0
        while step < least { step *= 2 }
        return step
      }
    case .seconds:
      let whole: [Double] = [60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400]
      if least > 20, let step = whole.first(where: { $0 >= least }) { return step }
      if least > 20 { return decimal(atLeast: least / 86_400) * 86_400 }
    default: break
    }
    return decimal(atLeast: least)
  }

  private static func decimal(atLeast least: Double) -> Double {
    var power = 1.0
    if least >= 1 {
      while power * 10 <= least { power *= 10 }
      return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * 0.999_999 } ?? power * 10
    }
    // Divided, not multiplied by 0.1, which would not be exact.
    while 1 / power > least { power *= 10 }
    return [1, 2, 5, 10].map { $0 / power }.first { $0 >= least * 0.999_999 } ?? 10 / power
  }

  /// Where a value stands, 0 at the bottom and 1 at the top; values outside stand at the edge.
  func share(_ value: Double) -> Double {
    max(0, min(1, (Self.clamped(value) - base) / (top - base)))
  }

  /// The row of a value, counted from above.
  func row(_ value: Double, of rows: Int) -> Int {
    guard rows > 0 else { return 0 }
    return rows - 1 - dot(value, of: rows * 4) / 4
  }

  /// The dot of a value, counted from below.
  func dot(_ value: Double, of dots: Int) -> Int { Int((share(value) * Double(dots - 1)).rounded()) }

  /// The values beside the axis, the lowest first, and how they are written.
  var ticks: [(value: Double, text: String)] {
    let count = min(64, Int(((top - base) / step).rounded()))
    let values = (0...max(1, count)).map { base + Double($0) * step }
    let texts = values.map { $0 == 0 ? "0" : Figure.text($0, unit) }
    guard Set(texts).count < texts.count else { return Array(zip(values, texts)).map { ($0, $1) } }
    // Too close together to be told apart with three digits: the lowest, and how far above it the others are.
    return values.enumerated().map { index, value in
      (value, index == 0 ? texts[0] : "+\(Figure.text(value - base, unit))")
    }
  }
}
