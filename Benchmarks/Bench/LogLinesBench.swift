import Cluster
import Kubernetes

/// A log of a million lines: searched, filtered, taken apart.
extension Benchmark {
  private static let count = 1_000_000

  /// Lines as services write them, 100 to 200 bytes, JSON and logfmt by turns; one in 100,000 holds the needle.
  private static func chunk(_ start: Int, _ count: Int) -> LogChunk {
    var chunk = LogChunk(sources: ["app"])
    for number in start..<start + count {
      let level = number % 50 == 0 ? "error" : number % 10 == 0 ? "warn" : "info"
      let word = number % 100_000 == 99_999 ? "TimeoutException" : "request served"
      let text =
        number % 2 == 0
        ? #"{"level":"\#(level)","ts":"2026-11-21T03:27:51.123456Z","msg":"\#(word)","path":"/api/v1/orders","status":200,"n":\#(number)}"#
        : "time=2026-11-21T03:27:51Z level=\(level) msg=\"\(word)\" path=/api/v1/orders status=200 n=\(number)"
      chunk.lines.append(
        .init(
          start: chunk.bytes.count, length: text.utf8.count, nanoseconds: Int64(number) * 1_000_000, source: 0
        ))
      chunk.bytes += Array(text.utf8)
    }
    return chunk
  }

  private static func ring() -> LogRing {
    let ring = LogRing(capacityBytes: .max)
    for start in stride(from: 0, to: count, by: 2_000) { ring.append(chunk(start, 2_000)) }
    return ring
  }

  static let logSearch = Benchmark(name: "log.search") {
    let ring = Benchmark.ring()
    func seconds(_ text: String) -> (Int, Double) {
      guard let pattern = try? Pattern(text), let needle = pattern.needle else { return (0, 0) }
      var found = 0
      let seconds = medianSeconds(runs: 5) {
        found = 0
        var at = 0
        while case .found(let number) = ring.firstLine(holding: needle, from: at, before: ring.endNumber) {
          if ring.withLine(number, { pattern.matches($0.bytes) }) == true { found += 1 }
          at = number + 1
        }
      }
      return (found, seconds)
    }
    let (words, plain) = seconds("timeoutexception")
    let (hits, expression) = seconds(#"msg.*Timeout[A-Z]\w+"#)
    let (none, nowhere) = seconds("stands nowhere")
    return
      "\(count) lines, \(megabytes(ring.byteCount)): a word in \(milliseconds(plain)) (\(words) lines), "
      + "an expression in \(milliseconds(expression)) (\(hits)), nothing in \(milliseconds(nowhere)) (\(none))"
  }

  static let logFilter = Benchmark(name: "log.filter") {
    let ring = Benchmark.ring()
    return ["timeout", "!served", "level>=warn", "status=200 n=77", "path~^/api"].map { text in
      var matches = 0
      let seconds = medianSeconds(runs: 3) {
        var lines = LogLines()
        lines.filter(text)
        repeat { lines.update(from: ring, milliseconds: 1_000) } while lines.isScanning
        matches = lines.matchCount
      }
      return "/\(text) \(Int(Double(count) / seconds / 1_000)) k lines/s (\(matches))"
    }.joined(separator: ", ")
  }

  static let logGroup = Benchmark(name: "log.group") {
    var chunk = Benchmark.chunk(0, 100_000)
    var grouper = LogGrouper()
    let seconds = medianSeconds { grouper.group(&chunk.lines, chunk.bytes) }
    return "\(Int(100_000 / seconds / 1_000)) k lines/s looked at for stack traces"
  }
}
