extension Evaluation {
  /// The samples of one series that a selector reads, without markers of an end where `range` reads.
  struct Window {
    var times: [Int64] = []
    var values: [Double] = []

    mutating func clear() {
      times.removeAll(keepingCapacity: true)
      values.removeAll(keepingCapacity: true)
    }

    mutating func dropMarkers() {
      guard values.contains(where: Staleness.isMarker) else { return }
      var kept = 0
      for i in values.indices where !Staleness.isMarker(values[i]) {
        values[kept] = values[i]
        times[kept] = times[i]
        kept += 1
      }
      values.removeLast(values.count - kept)
      times.removeLast(times.count - kept)
    }
  }

  private var last: Int64 { time(steps - 1) }

  /// At each step the last sample not older than the lookback; a series that ended has none.
  mutating func instant(_ selector: Expression.Selector) throws(QueryProblem) -> [Row] {
    try eachStep(selector) { _, value in value }
  }

  /// As `instant`, with something of the sample's time (milliseconds) and value.
  mutating func eachStep(
    _ selector: Expression.Selector, _ result: (Int64, Double) -> Double
  ) throws(QueryProblem) -> [Row] {
    let (offset, lookback) = (selector.offsetMilliseconds, limits.lookbackMilliseconds)
    var rows: [Row] = []
    var window = Window()
    for id in store.select(selector.matchers) {
      window.clear()
      store.read(
        id, from: from - offset - lookback, through: last - offset, times: &window.times,
        values: &window.values)
      if window.times.isEmpty { continue }
      try spend(window.times.count + steps)
      var values = Array(repeating: Self.absent, count: steps)
      var (next, found) = (0, false)
      for i in 0..<steps {
        let moment = time(i) - offset
        while next < window.times.count, window.times[next] <= moment { next += 1 }
        guard next > 0, window.times[next - 1] >= moment - lookback else { continue }
        if Staleness.isMarker(window.values[next - 1]) { continue }
        values[i] = result(window.times[next - 1], window.values[next - 1])
        found = true
      }
      if found { rows.append(Row(labels: store.labels(id), values: values)) }
    }
    return rows
  }

  /// At each step `function` of the samples in the range before it, both ends included (Prometheus 2).
  mutating func overTime(
    _ selector: Expression.Selector, _ length: Int64, _ function: RangeFunction
  ) throws(QueryProblem) -> [Row] {
    let offset = selector.offsetMilliseconds
    var rows: [Row] = []
    var window = Window()
    for id in store.select(selector.matchers) {
      window.clear()
      store.read(
        id, from: from - offset - length, through: last - offset, times: &window.times, values: &window.values
      )
      window.dropMarkers()
      if window.times.isEmpty { continue }
      try spend(window.times.count + steps)
      var values = Array(repeating: Self.absent, count: steps)
      var (low, high, found, walked) = (0, 0, false, 0)
      window.times.withUnsafeBufferPointer { times in
        window.values.withUnsafeBufferPointer { samples in
          for i in 0..<steps {
            let end = time(i) - offset
            while high < times.count, times[high] <= end { high += 1 }
            while low < high, times[low] < end - length { low += 1 }
            if low == high { continue }
            walked += high - low
            let range = RangeSamples(
              times: UnsafeBufferPointer(rebasing: times[low..<high]),
              values: UnsafeBufferPointer(rebasing: samples[low..<high]), start: end - length, end: end)
            if let value = function.value(range) {
              values[i] = value
              found = true
            }
          }
        }
      }
      // A long range is walked anew at each step.
      try spend(walked / 8)
      if found { rows.append(Row(labels: store.labels(id), values: values)) }
    }
    return function == .last ? rows : try withoutName(rows)
  }

  /// The samples themselves, for a query that is nothing but a range selector.
  mutating func samples(_ selector: Expression.Selector, _ length: Int64) throws(QueryProblem) -> [Points] {
    let end = from - selector.offsetMilliseconds
    var all: [Points] = []
    for id in store.select(selector.matchers) {
      var window = Window()
      store.read(id, from: end - length, through: end, times: &window.times, values: &window.values)
      window.dropMarkers()
      try spend(window.times.count)
      if window.times.isEmpty { continue }
      all.append(Points(labels: store.labels(id), milliseconds: window.times, values: window.values))
    }
    return all.sorted { $0.labels.precedes($1.labels) }
  }
}
