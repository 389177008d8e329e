import Document

extension Benchmark {
  /// A filter over all the lines of a log that holds what is looked for nowhere but at its end.
  static let byteScan = Benchmark(name: "bytes.find") {
    let line =
      "2026-11-21T03:11:17.123456Z INFO request served path=/api/v1/items status=200 duration=12ms trace=4bf92f35\n"
    var log: [UInt8] = []
    while log.count < 15_000_000 { log += line.utf8 }
    log += "Error: Connection refused\n".utf8
    let needle = Array("connection refused".utf8)
    let seconds = medianSeconds {
      log.withUnsafeBytes { precondition(ByteScan.find(caseless: needle, in: $0) != nil) }
    }
    return megabytesPerSecond(log.count, seconds)
      + "caseless search of \(megabytes(log.count)) in \(milliseconds(seconds))"
  }
}
