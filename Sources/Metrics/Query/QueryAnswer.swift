/// What a query says about one moment.
package enum InstantAnswer: Sendable, Hashable {
  case scalar(Double)
  /// In the order of `sort` and `topk` where the query is one of these, else by labels.
  case vector([Sample])
  /// For a query that is nothing but a range selector: the samples themselves.
  case matrix([Points])

  package struct Sample: Sendable, Hashable {
    package let labels: Labels
    package let value: Double
  }
}

/// The samples of one series of an answer; a scalar query over a range gives one without labels.
package struct Points: Sendable, Hashable {
  package let labels: Labels
  /// Since 1970, ascending.
  package var milliseconds: [Int64]
  package var values: [Double]

  package init(labels: Labels, milliseconds: [Int64], values: [Double]) {
    self.labels = labels
    self.milliseconds = milliseconds
    self.values = values
  }
}

/// How an expression is evaluated, and how much it may cost.
package struct QueryLimits: Sendable {
  /// How long a sample counts after its time.
  package var lookbackMilliseconds: Int64 = 300_000
  /// Steps of a range query (as in Prometheus).
  package var maxSteps = 11_000
  /// Samples read and values computed in all.
  package var maxSamples = 50_000_000
  package init() {}
}

extension Expression {
  /// The answer at `milliseconds` since 1970.
  package func instant(
    over store: SeriesStore, at milliseconds: Int64, limits: QueryLimits = QueryLimits()
  ) throws(QueryProblem) -> InstantAnswer {
    var evaluation = try Evaluation(store, from: milliseconds, to: milliseconds, step: 1, limits)
    if case .range(let selector, let length) = root.withoutParentheses {
      return .matrix(try evaluation.samples(selector, length))
    }
    switch try evaluation.value(root) {
    case .scalar(let values): return .scalar(values[0])
    case .vector(let rows):
      let present = rows.filter { !Staleness.isMarker($0.values[0]) }
      return .vector(
        (isOrdered ? present : present.sortedByLabels()).map { .init(labels: $0.labels, value: $0.values[0]) }
      )
    }
  }

  private var isOrdered: Bool {
    switch root.withoutParentheses {
    case .call(.sort, _), .call(.sortDesc, _): true
    case .aggregation(let aggregation): aggregation.kind == .topk || aggregation.kind == .bottomk
    default: false
    }
  }

  /// The answers at `from`, `from + step`, ... up to `to` (milliseconds), series by series, by labels.
  package func range(
    over store: SeriesStore, from: Int64, to: Int64, step: Int64, limits: QueryLimits = QueryLimits()
  ) throws(QueryProblem) -> [Points] {
    if kind == .range {
      throw QueryProblem("a range vector can't be asked for step by step: put rate(...) around it")
    }
    var evaluation = try Evaluation(store, from: from, to: to, step: step, limits)
    let rows: [Evaluation.Row]
    switch try evaluation.value(root) {
    case .scalar(let values): rows = [.init(labels: Labels(), values: values)]
    case .vector(let all): rows = all.sortedByLabels()
    }
    return rows.compactMap { row in
      var points = Points(labels: row.labels, milliseconds: [], values: [])
      for (at, value) in row.values.enumerated() where !Staleness.isMarker(value) {
        points.milliseconds.append(from + Int64(at) * step)
        points.values.append(value)
      }
      return points.values.isEmpty ? nil : points
    }
  }
}
