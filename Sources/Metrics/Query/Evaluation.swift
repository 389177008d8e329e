/// One evaluation of an expression: all its steps at once, series by series, so that each series is unpacked once.
struct Evaluation {
  /// A series of an intermediate result with a value for each step; the marker of a series' end stands where there is none
  /// (no arithmetic gives it, since what it gives is a quiet NaN).
  /// Rows are in no order until the end.
  struct Row {
    var labels: Labels
    var values: [Double]
  }

  enum Value {
    case scalar([Double])
    case vector([Row])
  }

  static let absent = Staleness.marker

  let store: SeriesStore
  let from: Int64
  let step: Int64
  let steps: Int
  let limits: QueryLimits
  private var spent = 0

  init(_ store: SeriesStore, from: Int64, to: Int64, step: Int64, _ limits: QueryLimits) throws(QueryProblem)
  {
    guard step > 0 else { throw QueryProblem("the step must be longer than nought") }
    guard from.clamped == from, to.clamped == to else {
      throw QueryProblem("a time out of range")
    }
    guard to >= from else { throw QueryProblem("the end is before the start") }
    let steps = (to - from) / step + 1
    guard steps <= Int64(limits.maxSteps) else {
      throw QueryProblem("\(steps) steps are more than \(limits.maxSteps): take a longer step")
    }
    self.store = store
    self.from = from
    self.step = step
    self.steps = Int(steps)
    self.limits = limits
  }

  func time(_ index: Int) -> Int64 { from + Int64(index) * step }

  /// Counts samples read and values computed.
  mutating func spend(_ count: Int) throws(QueryProblem) {
    spent += count
    if spent > limits.maxSamples {
      throw QueryProblem(
        "the query needs more than \(limits.maxSamples) samples: ask for fewer series or a longer step")
    }
  }

  mutating func value(_ node: Expression.Node) throws(QueryProblem) -> Value {
    switch node {
    case .number(let number): return .scalar(Array(repeating: number, count: steps))
    case .parentheses(let inner): return try value(inner)
    case .selector(let selector): return .vector(try instant(selector))
    case .range: throw QueryProblem("a range vector needs a function around it")
    case .signed(let isNegative, let inner): return try signed(isNegative, try value(inner))
    case .call(let function, let arguments): return try call(function, arguments)
    case .aggregation(let aggregation): return .vector(try aggregate(aggregation))
    case .binary(let binary):
      let left = try value(binary.left)
      return try combine(binary, left, try value(binary.right))
    }
  }

  mutating func vector(_ node: Expression.Node) throws(QueryProblem) -> [Row] {
    guard case .vector(let rows) = try value(node) else { throw QueryProblem("expected an instant vector") }
    return rows
  }

  mutating func scalar(_ node: Expression.Node) throws(QueryProblem) -> [Double] {
    guard case .scalar(let values) = try value(node) else { throw QueryProblem("expected a scalar") }
    return values
  }

  private mutating func signed(_ isNegative: Bool, _ value: Value) throws(QueryProblem) -> Value {
    if !isNegative { return value }
    switch value {
    case .scalar(let values): return .scalar(values.map { -$0 })
    case .vector(let rows): return .vector(try map(rows) { -$0 })
    }
  }

  /// Each value anew, without the metric's name: what was counted is something else now.
  mutating func map(_ rows: [Row], _ change: (Double) -> Double) throws(QueryProblem) -> [Row] {
    try spend(rows.count * steps)
    var result = rows
    for at in result.indices {
      for i in 0..<steps where !Staleness.isMarker(result[at].values[i]) {
        result[at].values[i] = change(result[at].values[i])
      }
    }
    return try withoutName(result)
  }

  mutating func withoutName(_ rows: [Row]) throws(QueryProblem) -> [Row] {
    var result = rows
    var names: Set<String> = []
    for at in result.indices {
      if names.count < 2 { names.insert(result[at].labels[Labels.metricName]) }
      result[at].labels[Labels.metricName] = ""
    }
    // Rows of one name differ in their other labels.
    return names.count < 2 ? result : try unique(result)
  }

  /// Joins rows with the same labels; two of them may not have a value at the same step.
  func unique(
    _ rows: [Row], _ problem: String = "the answer would hold the same labels twice"
  ) throws(QueryProblem) -> [Row] {
    var places: [Labels: Int] = [:]
    places.reserveCapacity(rows.count)
    var result: [Row] = []
    result.reserveCapacity(rows.count)
    for row in rows {
      guard let place = places[row.labels] else {
        places[row.labels] = result.count
        result.append(row)
        continue
      }
      for i in 0..<steps where !Staleness.isMarker(row.values[i]) {
        if !Staleness.isMarker(result[place].values[i]) {
          throw QueryProblem("\(problem): \(row.labels.described)")
        }
        result[place].values[i] = row.values[i]
      }
    }
    return result
  }
}

extension Int64 {
  /// Within a million years of 1970: times of queries can then be added without care.
  fileprivate var clamped: Int64 { Swift.min(Swift.max(self, -(1 << 55)), 1 << 55) }
}

extension [Evaluation.Row] {
  func sortedByLabels() -> [Evaluation.Row] { sorted { $0.labels.precedes($1.labels) } }
}

extension Labels {
  /// The order of Prometheus: label by label, name and then value, as UTF-8.
  package func precedes(_ other: Labels) -> Bool {
    for (a, b) in zip(all, other.all) {
      if a.name != b.name { return a.name.utf8.lexicographicallyPrecedes(b.name.utf8) }
      if a.value != b.value { return a.value.utf8.lexicographicallyPrecedes(b.value.utf8) }
    }
    return all.count < other.all.count
  }

  /// `up{job="node"}`.
  package var described: String {
    let list = all.filter { $0.name != Labels.metricName }.map { "\($0.name)=\"\($0.value)\"" }
    return self[Labels.metricName]
      + (list.isEmpty && !self[Labels.metricName].isEmpty ? "" : "{\(list.joined(separator: ", "))}")
  }
}
