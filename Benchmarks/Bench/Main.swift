/// Prints what the parsers and stores do per second, one line a benchmark: `swift run -c release Bench
/// [NAME...]`. A name picks the benchmarks that begin with it.
@main
struct Bench {
  /// In the order they run and print. Each has a file of its own.
  static let all: [Benchmark] = [
    .jsonTree, .jsonList, .jsonFields, .jsonRows, .yamlRead, .yamlWrite, .byteScan, .podRows,
    .readerList, .readerWatch, .readerLog,
    .logSearch, .logFilter, .logGroup,
    .metricsStream, .metricsCache, .metricsLabels, .metricsWanted,
    .storeAppend, .storeRead, .storePods, .queryRates, .statePage, .stateChange,
    .diagnosis,
  ]

  static func main() {
    let names = CommandLine.arguments.dropFirst()
    for benchmark in all where names.isEmpty || names.contains(where: { benchmark.name.hasPrefix($0) }) {
      print(benchmark.name.padded(to: 14) + benchmark.measure())
    }
  }
}

/// One measurement and what it is called.
struct Benchmark: Sendable {
  let name: String
  /// Does the work and tells the figure with its unit, then what it was measured on.
  let measure: @Sendable () -> String
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
