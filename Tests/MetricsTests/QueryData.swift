import Metrics

/// An hour of made-up metrics, the same in every run: counters that restart, gauges, histograms, gaps, series that end with a
/// marker and come back, NaN and infinities.
struct QueryData {
  static let start: Int64 = 1_700_000_000_000
  static let minute: Int64 = 60_000
  private(set) var series: [Points] = []
  private var random = Seeded(state: 42)

  init() {
    counters()
    gauges()
    histograms()
    odd()
  }

  /// A series scraped every 15 s, some milliseconds late, at which `value` may leave a sample out.
  private mutating func add(_ labels: Labels, isExact: Bool = false, _ value: (Int, inout Seeded) -> Double?)
  {
    var points = Points(labels: labels, milliseconds: [], values: [])
    for i in 0..<240 {
      let late = isExact ? 0 : Int64.random(in: 0...9, using: &random)
      guard let value = value(i, &random) else { continue }
      points.milliseconds.append(Self.start + Int64(i) * 15_000 + late)
      points.values.append(value)
    }
    series.append(points)
  }

  private mutating func counters() {
    for (at, instance) in ["a:9100", "b:9100", "c:9100", "d:9100"].enumerated() {
      for code in ["200", "404", "500"] {
        let labels = Labels(
          "requests_total",
          [Label("job", at < 2 ? "web" : "api"), Label("instance", instance), Label("code", code)])
        var total = Double(at * 1000)
        add(labels) { i, random in
          // The second restarts, the third has a gap, the fourth ends with a marker and comes back.
          if at == 1, i == 100 || i == 170 { total = 3 }
          total += Double(Int.random(in: 0...(code == "500" ? 1 : 40), using: &random))
          if at == 2, (80..<110).contains(i) { return nil }
          if at == 3, i == 120 { return Staleness.marker }
          if at == 3, (121..<180).contains(i) { return nil }
          return total
        }
      }
      for mode in ["idle", "user"] {
        var seconds = 0.0
        add(
          Labels(
            "cpu_seconds_total",
            [Label("instance", instance), Label("mode", mode), Label("cpu", "\(at % 2)")])
        ) { _, random in
          seconds += Double(Int.random(in: 1_000_000_000...15_000_000_000, using: &random)) / 1e9
          return seconds
        }
      }
      add(Labels("up", [Label("job", at < 2 ? "web" : "api"), Label("instance", instance)]), isExact: true) {
        i, _ in
        at == 3 && (120..<180).contains(i) ? 0 : 1
      }
    }
  }

  private mutating func gauges() {
    for (at, pod) in ["web-1", "web-2", "db-0", "cache-0", "job-x"].enumerated() {
      let namespace = at < 2 ? "shop" : at < 4 ? "data" : "batch"
      let base = [Label("namespace", namespace), Label("pod", pod)]
      var bytes = 100_000 * (at + 1)
      add(Labels("memory_bytes", base + [Label("container", "main")])) { i, random in
        bytes = max(1, bytes + Int.random(in: -900...1000, using: &random))
        // One starts late, one ends early without a marker.
        if at == 4, i < 160 { return nil }
        return at == 3 && i > 80 ? nil : Double(bytes * 4096)
      }
      add(Labels("memory_limit_bytes", base), isExact: true) { _, _ in at == 2 ? nil : Double(at + 1) * 1e9 }
      add(
        Labels("pod_info", base + [Label("node", "node-\(at % 2)"), Label("uid", "u\(at)")]), isExact: true
      ) { _, _ in 1 }
      add(Labels("temperature_celsius", base)) { _, random in Double.random(in: -20...35, using: &random) }
    }
  }

  private mutating func histograms() {
    let bounds = ["0.005", "0.01", "0.1", "0.5", "1", "2.5", "+Inf"]
    for instance in ["a:9100", "b:9100"] {
      var counts = Array(repeating: 0, count: bounds.count)
      var rows = Array(repeating: [Double](), count: bounds.count)
      for _ in 0..<240 {
        for _ in 0..<Int.random(in: 0...30, using: &random) {
          let place = min(Int.random(in: 0...7, using: &random), Int.random(in: 0...9, using: &random), 6)
          for i in place..<bounds.count { counts[i] += 1 }
        }
        for i in bounds.indices { rows[i].append(Double(counts[i])) }
      }
      for (at, bound) in bounds.enumerated() {
        let row = rows[at]
        add(Labels("latency_seconds_bucket", [Label("instance", instance), Label("le", bound)])) { i, _ in
          row[i]
        }
        if at < 4 {
          add(Labels("broken_bucket", [Label("instance", instance), Label("le", bound)])) { i, _ in row[i] }
        }
      }
      let all = rows[6]
      add(Labels("latency_seconds_count", [Label("instance", instance)])) { i, _ in all[i] }
      add(Labels("latency_seconds_sum", [Label("instance", instance)])) { i, _ in all[i] * 0.125 }
    }
  }

  private mutating func odd() {
    add(Labels("odd", [Label("n", "nan")])) { _, _ in .nan }
    add(Labels("odd", [Label("n", "inf")])) { _, _ in .infinity }
    add(Labels("odd", [Label("n", "minus")])) { _, _ in -.infinity }
    add(Labels("odd", [Label("n", "mixed")])) { i, _ in
      i % 7 == 0 ? .nan : i % 11 == 0 ? .infinity : Double(i)
    }
    add(Labels("odd", [Label("n", "zero")])) { i, _ in i % 2 == 0 ? 0 : -0.0 }
    add(Labels("odd", [Label("n", "plain"), Label("text", "a \"b\" \\ ü\n")])) { i, _ in Double(i) / 3 }
    add(Labels("ends_total", [])) { i, _ in i < 100 ? Double(i) : i == 100 ? Staleness.marker : nil }
    add(Labels("a:sum")) { i, _ in Double(i) }
  }

  func store() -> SeriesStore {
    let store = SeriesStore()
    for points in series {
      guard let id = store.series(points.labels) else { continue }
      for (time, value) in zip(points.milliseconds, points.values) {
        store.append(id, milliseconds: time, value: value)
      }
    }
    return store
  }

  /// Every sample once, in slices of time: a database takes no sample an hour older than the youngest.
  func slices() -> [[Points]] {
    (0..<12).map { slice in
      series.compactMap { points in
        let times = Self.start + Int64(slice) * 300_000..<Self.start + Int64(slice + 1) * 300_000
        let places = points.milliseconds.indices.filter { times.contains(points.milliseconds[$0]) }
        if places.isEmpty { return nil }
        return Points(
          labels: points.labels, milliseconds: places.map { points.milliseconds[$0] },
          values: places.map { points.values[$0] })
      }
    }
  }
}
