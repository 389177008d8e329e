/// The samples of a series within a range, never empty and without markers.
struct RangeSamples {
  var times: UnsafeBufferPointer<Int64>
  var values: UnsafeBufferPointer<Double>
  /// Of the range, in milliseconds; both ends belong to it.
  var start: Int64
  var end: Int64
}

/// What makes one number of the samples in a range; the meaning is that of the PromQL documentation.
enum RangeFunction: Sendable {
  case rate, increase, delta, irate, idelta, changes, resets
  case sum, average, least, greatest, count, last

  init?(_ function: QueryFunction) {
    switch function {
    case .rate: self = .rate
    case .increase: self = .increase
    case .delta: self = .delta
    case .irate: self = .irate
    case .idelta: self = .idelta
    case .changes: self = .changes
    case .resets: self = .resets
    case .sumOverTime: self = .sum
    case .avgOverTime: self = .average
    case .minOverTime: self = .least
    case .maxOverTime: self = .greatest
    case .countOverTime: self = .count
    case .lastOverTime: self = .last
    default: return nil
    }
  }

  /// nil where there are too few samples to tell.
  func value(_ samples: RangeSamples) -> Double? {
    let values = samples.values
    switch self {
    case .rate, .increase, .delta: return extrapolated(samples)
    case .irate, .idelta: return ofLastTwo(samples)
    case .changes: return count(values) { $0 != $1 && !($0.isNaN && $1.isNaN) }
    case .resets: return count(values) { $1 < $0 }
    case .sum: return Self.sum(values)
    case .average: return Self.average(values)
    case .least: return values.reduce(values[0]) { $1 < $0 || $0.isNaN ? $1 : $0 }
    case .greatest: return values.reduce(values[0]) { $1 > $0 || $0.isNaN ? $1 : $0 }
    case .count: return Double(values.count)
    case .last: return values[values.count - 1]
    }
  }

  private func count(_ values: UnsafeBufferPointer<Double>, _ isOne: (Double, Double) -> Bool) -> Double {
    var found = 0
    for i in 1..<max(1, values.count) where isOne(values[i - 1], values[i]) { found += 1 }
    return Double(found)
  }

  /// The change over the range, as if the samples reached its ends: up to there where the first and last are about a
  /// step away, half a step where more is missing, and never below a counter's nought.
  private func extrapolated(_ samples: RangeSamples) -> Double? {
    let (times, values) = (samples.times, samples.values)
    let last = times.count - 1
    guard last > 0 else { return nil }
    let isCounter = self != .delta
    var change = values[last] - values[0]
    if isCounter { for i in 1...last where values[i] < values[i - 1] { change += values[i - 1] } }

    var toStart = Double(times[0] - samples.start) / 1000
    let toEnd = Double(samples.end - times[last]) / 1000
    let sampled = Double(times[last] - times[0]) / 1000
    let between = sampled / Double(last)
    if isCounter, change > 0, values[0] >= 0 { toStart = min(toStart, sampled * (values[0] / change)) }
    let near = between * 1.1
    var covered = sampled
    covered += toStart < near ? toStart : between / 2
    covered += toEnd < near ? toEnd : between / 2
    var factor = covered / sampled
    if self == .rate { factor /= Double(samples.end - samples.start) / 1000 }
    return change * factor
  }

  private func ofLastTwo(_ samples: RangeSamples) -> Double? {
    let (times, values) = (samples.times, samples.values)
    let last = times.count - 1
    guard last > 0 else { return nil }
    let isRate = self == .irate
    let change = isRate && values[last] < values[last - 1] ? values[last] : values[last] - values[last - 1]
    return isRate ? change / (Double(times[last] - times[last - 1]) / 1000) : change
  }

  /// Neumaier's sum: what rounding loses is kept beside.
  private static func add(_ value: Double, _ sum: inout Double, _ lost: inout Double) {
    let total = sum + value
    lost += abs(sum) >= abs(value) ? (sum - total) + value : (value - total) + sum
    sum = total
  }

  private static func sum(_ values: UnsafeBufferPointer<Double>) -> Double {
    var (sum, lost) = (0.0, 0.0)
    for value in values { add(value, &sum, &lost) }
    return sum.isInfinite ? sum : sum + lost
  }

  /// A running mean, which does not overflow where the sum would.
  private static func average(_ values: UnsafeBufferPointer<Double>) -> Double {
    var (mean, lost, count) = (0.0, 0.0, 0.0)
    for value in values {
      count += 1
      if mean.isInfinite, value.isInfinite ? (mean > 0) == (value > 0) : !value.isNaN { continue }
      add(value / count - mean / count, &mean, &lost)
    }
    return mean.isInfinite ? mean : mean + lost
  }
}
