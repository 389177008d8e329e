import Metrics

extension Benchmark {
  /// What a row of a screen costs, and what a chart does.
  static let queryRates = Benchmark(name: "query.rate") {
    var mix = SampleMix(pods: 10_000, kinds: [9])
    for i in 0..<240 { mix.scrape(i, jitter: 5) }
    let store = mix.store
    let end = SampleMix.start + 240 * 15_000
    guard let query = try? Expression("sum by (namespace)(rate(container_metric_9_total[5m]))") else {
      return "-"
    }
    var groups = 0
    let instant = medianSeconds {
      if case .vector(let rows)? = try? query.instant(over: store, at: end) { groups = rows.count }
    }
    var points = 0
    let range = medianSeconds {
      let rows = (try? query.range(over: store, from: end - 3_600_000, to: end, step: 60_000)) ?? []
      points = rows.reduce(0) { $0 + $1.values.count }
    }
    return
      "\(query.text) over \(store.seriesCount) series: instant \(milliseconds(instant)) (\(groups) groups), "
      + "an hour at 60 s \(milliseconds(range)) (\(points) points)"
  }
}
