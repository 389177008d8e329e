#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Evaluation {
  mutating func call(_ function: QueryFunction, _ arguments: [Expression.Node]) throws(QueryProblem) -> Value
  {
    if let ranged = RangeFunction(function),
      case .range(let selector, let length) = arguments[0].withoutParentheses
    {
      return .vector(try overTime(selector, length, ranged))
    }
    switch function {
    case .time: return .scalar((0..<steps).map { Double(time($0)) / 1000 })
    case .vector: return .vector([Row(labels: Labels(), values: try scalar(arguments[0]))])
    case .scalar: return .scalar(onlyValue(try vector(arguments[0])))
    case .absent: return .vector([absence(of: try vector(arguments[0]), arguments[0])])
    case .timestamp: return .vector(try timestamps(arguments[0]))
    case .sort, .sortDesc: return .vector(sorted(try vector(arguments[0]), descending: function == .sortDesc))
    case .histogramQuantile:
      let quantile = try scalar(arguments[0])
      return .vector(try histogramQuantile(quantile, try vector(arguments[1])))
    case .round, .clampMin, .clampMax, .clamp: return .vector(try bounded(function, arguments))
    default: return .vector(try map(try vector(arguments[0]), Self.plain(function)))
    }
  }

  private static func plain(_ function: QueryFunction) -> (Double) -> Double {
    switch function {
    case .abs: { abs($0) }
    case .ceil: { $0.rounded(.up) }
    case .floor: { $0.rounded(.down) }
    case .sqrt: { $0.squareRoot() }
    case .exp: { exp($0) }
    case .ln: { log($0) }
    case .log2: { log2($0) }
    case .log10: { log10($0) }
    case .sgn: { $0 < 0 ? -1 : $0 > 0 ? 1 : $0 }
    default: { $0 }
    }
  }

  private mutating func bounded(
    _ function: QueryFunction, _ arguments: [Expression.Node]
  ) throws(QueryProblem) -> [Row] {
    var rows = try vector(arguments[0])
    let first = arguments.count > 1 ? try scalar(arguments[1]) : Array(repeating: 1, count: steps)
    let second = arguments.count > 2 ? try scalar(arguments[2]) : first
    try spend(rows.count * steps)
    for at in rows.indices {
      for i in 0..<steps where !Staleness.isMarker(rows[at].values[i]) {
        let value = rows[at].values[i]
        switch function {
        case .clampMin: rows[at].values[i] = Self.greater(value, first[i])
        case .clampMax: rows[at].values[i] = Self.lesser(value, first[i])
        case .clamp:
          rows[at].values[i] =
            second[i] < first[i] ? Self.absent : Self.greater(first[i], Self.lesser(second[i], value))
        default:
          let inverse = 1 / first[i]
          rows[at].values[i] = (value * inverse + 0.5).rounded(.down) / inverse
        }
      }
    }
    return try withoutName(rows)
  }

  /// Go's `math.Max`: infinity first, then NaN.
  private static func greater(_ a: Double, _ b: Double) -> Double {
    if a == .infinity || b == .infinity { return .infinity }
    return a.isNaN || b.isNaN ? .nan : max(a, b)
  }

  private static func lesser(_ a: Double, _ b: Double) -> Double {
    if a == -.infinity || b == -.infinity { return -.infinity }
    return a.isNaN || b.isNaN ? .nan : min(a, b)
  }

  private func onlyValue(_ rows: [Row]) -> [Double] {
    (0..<steps).map { i in
      var only: Double?
      for row in rows where !Staleness.isMarker(row.values[i]) {
        if only != nil { return .nan }
        only = row.values[i]
      }
      return only ?? .nan
    }
  }

  /// 1 where there is nothing, with the labels that the selector asks for with `=`, each once.
  private func absence(of rows: [Row], _ argument: Expression.Node) -> Row {
    var labels = Labels()
    if case .selector(let selector) = argument.withoutParentheses {
      var seen: Set<String> = []
      for matcher in selector.matchers where matcher.name != Labels.metricName {
        let isFirst = matcher.kind == .equal && seen.insert(matcher.name).inserted
        labels[matcher.name] = isFirst ? matcher.value : ""
      }
    }
    let values = (0..<steps).map { i in
      rows.contains { !Staleness.isMarker($0.values[i]) } ? Self.absent : 1
    }
    return Row(labels: labels, values: values)
  }

  /// Of samples their own time, of anything computed the step's.
  private mutating func timestamps(_ argument: Expression.Node) throws(QueryProblem) -> [Row] {
    if case .selector(let selector) = argument.withoutParentheses {
      return try withoutName(try eachStep(selector) { time, _ in Double(time) / 1000 })
    }
    var rows = try vector(argument)
    for at in rows.indices {
      for i in 0..<steps where !Staleness.isMarker(rows[at].values[i]) {
        rows[at].values[i] = Double(time(i)) / 1000
      }
    }
    return try withoutName(rows)
  }

  /// NaN last either way. Of several steps there is no order.
  private func sorted(_ rows: [Row], descending: Bool) -> [Row] {
    if steps > 1 { return rows }
    let present = rows.filter { !Staleness.isMarker($0.values[0]) }.sortedByLabels()
    return present.sorted { a, b in
      let (a, b) = (a.values[0], b.values[0])
      if a.isNaN || b.isNaN { return !a.isNaN && b.isNaN }
      return descending ? a > b : a < b
    }
  }
}
