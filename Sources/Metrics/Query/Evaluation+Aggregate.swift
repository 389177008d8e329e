extension Evaluation {
  /// The rows of one group, by number.
  private struct Group {
    var labels: Labels
    var rows: [Int]
  }

  mutating func aggregate(_ aggregation: Expression.Aggregation) throws(QueryProblem) -> [Row] {
    let parameter = try aggregation.parameter.map { node throws(QueryProblem) in try scalar(node) } ?? []
    let isRanked = aggregation.kind == .topk || aggregation.kind == .bottomk
    let unordered = try vector(aggregation.argument)
    // Which of equals come first is a matter of order, and only there.
    let rows = isRanked ? unordered.sortedByLabels() : unordered
    try spend(rows.count * steps)
    let groups = grouped(rows, aggregation)
    switch aggregation.kind {
    case .topk, .bottomk: return try ranked(rows, groups, parameter, isTop: aggregation.kind == .topk)
    case .quantile:
      return groups.map { group in
        reduce(rows, group) { i, values in Self.quantile(parameter[i], values) }
      }
    default: return groups.map { reduce(rows, $0, Self.plain(aggregation.kind)) }
    }
  }

  private func grouped(_ rows: [Row], _ aggregation: Expression.Aggregation) -> [Group] {
    let listed = aggregation.labels ?? []
    let wanted = Set(listed)
    var places: [Labels: Int] = [:]
    var groups: [Group] = []
    for (number, row) in rows.enumerated() {
      let labels =
        aggregation.isWithout
        ? Labels(sorted: row.labels.all.filter { !wanted.contains($0.name) && $0.name != Labels.metricName })
        : Labels(sorted: listed.isEmpty ? [] : row.labels.all.filter { wanted.contains($0.name) })
      if let place = places[labels] {
        groups[place].rows.append(number)
      } else {
        places[labels] = groups.count
        groups.append(Group(labels: labels, rows: [number]))
      }
    }
    return groups
  }

  private func reduce(_ rows: [Row], _ group: Group, _ value: (Int, [Double]) -> Double) -> Row {
    var result = Row(labels: group.labels, values: Array(repeating: Self.absent, count: steps))
    var present: [Double] = []
    for i in 0..<steps {
      present.removeAll(keepingCapacity: true)
      for number in group.rows where !Staleness.isMarker(rows[number].values[i]) {
        present.append(rows[number].values[i])
      }
      if !present.isEmpty { result.values[i] = value(i, present) }
    }
    return result
  }

  private static func plain(_ kind: Expression.Aggregation.Kind) -> (Int, [Double]) -> Double {
    switch kind {
    case .sum: { _, values in values.reduce(0, +) }
    case .avg: { _, values in mean(values) }
    case .min: { _, values in values.reduce(values[0]) { $1 < $0 || $0.isNaN ? $1 : $0 } }
    case .max: { _, values in values.reduce(values[0]) { $1 > $0 || $0.isNaN ? $1 : $0 } }
    case .count: { _, values in Double(values.count) }
    case .stddev: { _, values in variance(values).squareRoot() }
    case .stdvar: { _, values in variance(values) }
    default: { _, _ in 1 }
    }
  }

  private static func mean(_ values: [Double]) -> Double {
    var (mean, count) = (values[0], 1.0)
    for value in values.dropFirst() {
      count += 1
      if mean.isInfinite, value.isInfinite ? (mean > 0) == (value > 0) : !value.isNaN { continue }
      mean += value / count - mean / count
    }
    return mean
  }

  private static func variance(_ values: [Double]) -> Double {
    var (mean, squares, count) = (values[0], 0.0, 1.0)
    for value in values.dropFirst() {
      count += 1
      let distance = value - mean
      mean += distance / count
      squares += distance * (value - mean)
    }
    return squares / count
  }

  /// NaN counts as less than all.
  static func quantile(_ quantile: Double, _ values: [Double]) -> Double {
    if quantile.isNaN || values.isEmpty { return .nan }
    if quantile < 0 { return -.infinity }
    if quantile > 1 { return .infinity }
    let sorted = values.sorted { $0.isNaN ? !$1.isNaN : $0 < $1 }
    let rank = quantile * Double(values.count - 1)
    let lower = max(0, rank.rounded(.down))
    let upper = min(Double(values.count - 1), lower + 1)
    let weight = rank - rank.rounded(.down)
    return sorted[Int(lower)] * (1 - weight) + sorted[Int(upper)] * weight
  }

  /// The greatest or least of each group with all their labels, group after group, the first in rank first.
  private mutating func ranked(
    _ rows: [Row], _ groups: [Group], _ parameter: [Double], isTop: Bool
  ) throws(QueryProblem) -> [Row] {
    var kept = rows
    for at in kept.indices { kept[at].values = Array(repeating: Self.absent, count: steps) }
    var order: [Int] = []
    if let wrong = parameter.first(where: { !($0 > -0x1p63 && $0 < 0x1p63) }) {
      throw QueryProblem("the number of series for \(isTop ? "topk" : "bottomk") can't be \(wrong)")
    }
    for group in groups {
      for i in 0..<steps {
        let present = group.rows.filter { !Staleness.isMarker(rows[$0].values[i]) }
        let best = Ranking.best(
          present.map { (number: $0, value: rows[$0].values[i]) }, Int(min(parameter[i], 0x1p30)), isTop)
        for number in best { kept[number].values[i] = rows[number].values[i] }
        if steps == 1 { order += best }
      }
    }
    return steps == 1 ? order.map { kept[$0] } : kept
  }
}
