extension Evaluation {
  /// A bucket of a classic histogram at one step.
  struct Bucket {
    var upperBound: Double
    var count: Double
  }

  /// The quantile of each histogram among the rows: those that differ only in `le` are one.
  mutating func histogramQuantile(_ quantile: [Double], _ rows: [Row]) throws(QueryProblem) -> [Row] {
    var places: [Labels: Int] = [:]
    var groups: [(labels: Labels, bounds: [Double], rows: [Row])] = []
    for row in rows {
      guard let bound = Self.bound(row.labels["le"]) else { continue }
      var labels = row.labels
      labels["le"] = ""
      let place = places[labels, default: groups.count]
      if place == groups.count {
        places[labels] = place
        labels[Labels.metricName] = ""
        groups.append((labels, [], []))
      }
      groups[place].bounds.append(bound)
      groups[place].rows.append(row)
    }
    try spend(rows.count * steps)
    var result: [Row] = []
    for group in groups {
      var values = Array(repeating: Self.absent, count: steps)
      for i in 0..<steps {
        let buckets = zip(group.bounds, group.rows).compactMap { bound, row in
          Staleness.isMarker(row.values[i]) ? nil : Bucket(upperBound: bound, count: row.values[i])
        }
        if !buckets.isEmpty { values[i] = Self.quantile(quantile[i], buckets) }
      }
      result.append(Row(labels: group.labels, values: values))
    }
    return try unique(result)
  }

  /// As Go reads it: "+Inf", "Inf", "0.5", "1e3"; nil for anything else.
  private static func bound(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), !text.lowercased().hasPrefix("nan(") else {
      return nil
    }
    return Double(text)
  }

  private static func quantile(_ quantile: Double, _ all: [Bucket]) -> Double {
    if quantile.isNaN { return .nan }
    if quantile < 0 { return -.infinity }
    if quantile > 1 { return .infinity }
    let buckets = monotonic(all.sorted { $0.upperBound < $1.upperBound })
    let last = buckets.count - 1
    guard last >= 1, buckets[last].upperBound == .infinity, buckets[last].count != 0 else { return .nan }
    var rank = quantile * buckets[last].count
    let at = buckets[..<last].firstIndex { $0.count >= rank } ?? last
    if at == last { return buckets[last - 1].upperBound }
    if at == 0, buckets[0].upperBound <= 0 { return buckets[0].upperBound }
    var (start, count) = (0.0, buckets[at].count)
    if at > 0 {
      start = buckets[at - 1].upperBound
      count -= buckets[at - 1].count
      rank -= buckets[at - 1].count
    }
    return start + (buckets[at].upperBound - start) * (rank / count)
  }

  /// Buckets with one bound added up; counts never fall, whatever the moments they were read at.
  private static func monotonic(_ sorted: [Bucket]) -> [Bucket] {
    var result: [Bucket] = []
    for bucket in sorted {
      if let last = result.last, last.upperBound == bucket.upperBound {
        result[result.count - 1].count += bucket.count
      } else {
        result.append(bucket)
      }
    }
    var greatest = result.first?.count ?? 0
    for i in result.indices.dropFirst() {
      if result[i].count > greatest { greatest = result[i].count }
      if result[i].count < greatest { result[i].count = greatest }
    }
    return result
  }
}
