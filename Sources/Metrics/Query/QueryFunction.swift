/// A function of the query language.
enum QueryFunction: String, Sendable, CaseIterable {
  case rate, increase, irate, delta, idelta, changes, resets
  case sumOverTime = "sum_over_time"
  case avgOverTime = "avg_over_time"
  case minOverTime = "min_over_time"
  case maxOverTime = "max_over_time"
  case countOverTime = "count_over_time"
  case lastOverTime = "last_over_time"
  case histogramQuantile = "histogram_quantile"
  case abs, ceil, floor, round, sqrt, exp, ln, log2, log10, sgn
  case clamp
  case clampMin = "clamp_min"
  case clampMax = "clamp_max"
  case scalar, vector, time, timestamp, absent, sort
  case sortDesc = "sort_desc"

  var name: String { rawValue }

  /// What it takes; of `round` the last may be left out.
  var takes: [Expression.Kind] {
    switch self {
    case .rate, .increase, .irate, .delta, .idelta, .changes, .resets, .sumOverTime, .avgOverTime,
      .minOverTime,
      .maxOverTime, .countOverTime, .lastOverTime:
      [.range]
    case .histogramQuantile: [.scalar, .vector]
    case .round, .clampMin, .clampMax: [.vector, .scalar]
    case .clamp: [.vector, .scalar, .scalar]
    case .vector: [.scalar]
    case .time: []
    default: [.vector]
    }
  }

  var gives: Expression.Kind { self == .scalar || self == .time ? .scalar : .vector }

  /// Those of Prometheus that are not here, for a better message than "unknown".
  static let foreign: Set<String> = [
    "absent_over_time", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "day_of_month",
    "day_of_week",
    "day_of_year", "days_in_month", "deg", "deriv", "histogram_count", "histogram_fraction", "histogram_sum",
    "holt_winters", "hour", "label_join", "label_replace", "minute", "month", "pi", "predict_linear",
    "present_over_time", "quantile_over_time", "rad", "sin", "sinh", "stddev_over_time", "stdvar_over_time",
    "tan",
    "tanh", "year", "count_values", "sort_by_label", "mad_over_time", "double_exponential_smoothing",
  ]

  /// The known name with the fewest changes to it, if they are few.
  static func nearest(to name: String) -> String? {
    let known = allCases.map(\.name) + Expression.Aggregation.Kind.allCases.map(\.rawValue)
    let ranked = known.map { ($0, distance($0, name)) }.min { ($0.1, $0.0) < ($1.1, $1.0) }
    guard let (best, changes) = ranked, changes <= max(1, name.count / 3), name.count <= 40 else {
      return nil
    }
    return best
  }

  /// How many letters must be put in, taken out, changed or swapped with the next.
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8), Array(b.lowercased().utf8.prefix(41)))
    var (before, last, row) = ([Int](), Array(0...b.count), [Int]())
    for i in a.indices {
      row = [i + 1]
      for j in b.indices {
        var best = Swift.min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = Swift.min(best, before[j - 1] + 1) }
        row.append(best)
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}
