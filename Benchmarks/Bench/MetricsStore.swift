import Metrics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Samples like those of node-exporter and cAdvisor pages every 15 s: of fifteen series six constant, four counters of
/// whole numbers, two of seconds (nine and two decimals), two gauges of bytes in pages, one ratio.
struct SampleMix {
  private var random: UInt64
  private var states: [Double]
  let store: SeriesStore
  let ids: [SeriesStore.SeriesID]
  static let start: Int64 = 1_700_000_000_000

  private let kinds: [Int]

  init(pods: Int, kinds: [Int] = Array(0..<15), maxBytes: Int = 256 << 20) {
    self.kinds = kinds
    store = SeriesStore(.init(spanMilliseconds: 3_600_000, maxBytes: maxBytes))
    random = 7
    states = []
    var ids: [SeriesStore.SeriesID] = []
    for pod in 0..<pods {
      for kind in kinds {
        let labels = Labels(
          "container_metric_\(kind)_total",
          [
            Label("namespace", "team-\(pod % 40)"), Label("pod", "web-frontend-\(pod / 3)-7c9d\(pod % 3)x2k"),
            Label("container", "main"), Label("node", "worker-\(pod % 100)"), Label("job", "cadvisor"),
            Label("instance", "10.0.\(pod % 100).7:10250"),
            Label("image", "registry.example/web:1.\(pod % 50)"),
          ])
        if let id = store.series(labels) { ids.append(id) }
        states.append(Double(pod * 1000 + kind))
      }
    }
    self.ids = ids
  }

  private mutating func number(_ below: UInt64) -> UInt64 {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (random >> 33) % below
  }

  /// The next scrape: its time is up to `jitter` milliseconds late.
  mutating func scrape(_ number: Int, jitter: UInt64) {
    var time = Self.start
    for (at, id) in ids.enumerated() {
      if at % kinds.count == 0 {
        time = Self.start + Int64(number) * 15_000 + (jitter == 0 ? 0 : Int64(self.number(jitter + 1)))
      }
      store.append(id, milliseconds: time, value: value(at))
    }
  }

  private mutating func value(_ at: Int) -> Double {
    let kind = kinds[at % kinds.count]
    switch kind {
    case 0..<6: break
    case 6: states[at] += 1
    case 7: if number(10) == 0 { states[at] += Double(number(20)) }
    case 8: states[at] += Double(1500 * (5 + number(5)) + number(1400))
    case 9: states[at] += Double(20 + number(30))
    case 10:
      states[at] += Double(900_000_000 + number(300_000_000)) / 1e9
      return (states[at] * 1e9).rounded() / 1e9
    case 11:
      states[at] += Double(number(150))
      return states[at] / 100
    case 12, 13: states[at] = max(0, states[at] + Double(number(64)) - 32)
    default: return Double(number(1 << 31)) / Double(1 << 31)
    }
    return kind == 12 || kind == 13 ? (states[at] + 20_000) * 4096 : states[at]
  }
}

extension Benchmark {
  static let storeAppend = Benchmark(name: "store.append") {
    var text = ""
    for jitter: UInt64 in [0, 5] {
      var mix = SampleMix(pods: 278)
      let tables = mix.store.bytes
      let seconds = medianSeconds(runs: 1) {
        mix = SampleMix(pods: 278); for i in 0..<240 { mix.scrape(i, jitter: jitter) }
      }
      let (count, bytes) = (mix.store.counts.stored, mix.store.bytes - tables)
      text +=
        "\(count) samples, jitter \(jitter) ms: \(megabytes(bytes)), \(Double(bytes * 100 / count) / 100) bytes each, "
        + "\(Int(Double(count) / seconds / 1e6)) M/s with making them; "
    }
    return text
  }

  static let storeRead = Benchmark(name: "store.read") {
    var mix = SampleMix(pods: 278)
    for i in 0..<240 { mix.scrape(i, jitter: 5) }
    var (times, values): ([Int64], [Double]) = ([], [])
    let seconds = medianSeconds {
      for id in mix.ids {
        times.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        mix.store.read(id, from: .min, through: .max, times: &times, values: &values)
      }
    }
    return "\(Int(Double(mix.store.counts.stored) / seconds / 1e6)) M samples/s read"
  }

  /// Run it alone: what the process holds is measured.
  static let storePods = Benchmark(name: "store.pods") {
    let before = residentBytes()
    var mix = SampleMix(pods: 5000)
    let tables = mix.store.bytes
    for i in 0..<240 { mix.scrape(i, jitter: 5) }
    let after = residentBytes()
    return "5,000 pods, \(mix.store.counts.stored) samples: \(megabytes(mix.store.bytes)) by its own count "
      + "(labels and tables \(megabytes(tables))), \(megabytes(after - before)) resident"
  }
}

func residentBytes() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 128)
  guard fgets(&line, 128, file) != nil else { return 0 }
  let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
}
