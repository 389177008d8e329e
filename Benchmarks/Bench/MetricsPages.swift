#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Metrics

extension Benchmark {
  /// Lines, names, labels and values checked and read; nothing kept.
  static let metricsStream = pages("metrics.stream", "values read") { page in
    var sum = 0.0
    let count = samples(page) { sum += $0.value }
    precondition(sum != 0)
    return count
  }

  /// The same, and every series known again by its bytes.
  static let metricsCache = Benchmark(name: "metrics.cache") {
    let page = MetricsPage.bytes
    var cache = SeriesCache()
    return measured(page) { page in
      cache.beginPage()
      var known = 0
      _ = samples(page) { if case .known = cache.look(up: $0.series) { known += 1 } }
      return known
    } + "each series looked up"
  }

  static let metricsLabels = pages("metrics.labels", "all labels as strings") { page in
    var count = 0
    _ = samples(page) { count += SeriesText($0.series).labels!.all.count > 0 ? 1 : 0 }
    return count
  }

  /// What a screen needs: the others are passed over.
  static let metricsWanted = pages("metrics.wanted", "3 metrics wanted") { page in
    let wanted = ["node_cpu_seconds_total", "node_load1", "node_memory_MemAvailable_bytes"].map {
      Array($0.utf8)
    }
    var parser = ExpositionParser()
    var count = 0
    _ = parser.consume(
      page, isLast: true,
      wants: { name in
        wanted.contains { $0.count == name.count && memcmp($0, name.baseAddress!, name.count) == 0 }
      }
    ) { if case .sample = $0 { count += 1 } }
    return count
  }

  private static func samples(_ page: UnsafeRawBufferPointer, _ take: (ExpositionSample) -> Void) -> Int {
    var parser = ExpositionParser()
    var count = 0
    _ = parser.consume(page, isLast: true) {
      if case .sample(let sample) = $0 {
        count += 1
        take(sample)
      }
    }
    precondition(parser.problemCount == 0)
    return count
  }

  private static func pages(
    _ name: String, _ what: String, _ read: @escaping @Sendable (UnsafeRawBufferPointer) -> Int
  ) -> Benchmark {
    Benchmark(name: name) { measured(MetricsPage.bytes, read) + what }
  }

  /// The page over and over, as if scraped so often: 50 MB.
  private static func measured(_ page: [UInt8], _ read: (UnsafeRawBufferPointer) -> Int) -> String {
    let times = 50_000_000 / page.count
    var count = 0
    let seconds = medianSeconds {
      count = 0
      for _ in 0..<times { count += page.withUnsafeBytes { read($0) } }
    }
    precondition(count > 0)
    return megabytesPerSecond(page.count * times, seconds)
      + "\(times) pages of \(page.count / 1000) kB, \(Int(Double(count) / seconds / 1e5) / 10).\(Int(Double(count) / seconds / 1e5) % 10) M samples/s, "
  }
}

/// A page of a real node exporter.
enum MetricsPage {
  static let bytes: [UInt8] = {
    let path = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    guard let file = fopen(path + "/Tests/MetricsTests/Fixtures/node-exporter.txt", "r") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    return bytes
  }()
}
