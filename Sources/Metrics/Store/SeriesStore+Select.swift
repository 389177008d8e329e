extension SeriesStore {
  /// The series that all matchers accept, in no order. At least one metric name with `=` makes it quick.
  package func select(_ matchers: [Matcher]) -> [SeriesID] {
    var tests = matchers.map { Test($0, symbols) }
    let named = matchers.first { $0.name == Labels.metricName && $0.kind == .equal && !$0.value.isEmpty }
    var found: [SeriesID] = []
    func consider(_ index: Int32) {
      for i in tests.indices where !accepts(&tests[i], Int(index)) { return }
      found.append(id(index))
    }
    if let named {
      guard let symbol = symbols.find(named.value) else { return [] }
      for index in byName[symbol] ?? [] { consider(index) }
    } else {
      for at in states.indices where states[at].isLive { consider(Int32(at)) }
    }
    return found
  }

  /// A matcher with its label's symbol, and what it said of values seen before.
  private struct Test {
    let matcher: Matcher
    let label: Symbols.ID?
    let wanted: Symbols.ID?
    let acceptsNone: Bool
    var known: [Symbols.ID: Bool] = [:]

    init(_ matcher: Matcher, _ symbols: Symbols) {
      self.matcher = matcher
      label = symbols.find(matcher.name)
      wanted = symbols.find(matcher.value)
      acceptsNone = matcher.accepts("")
    }
  }

  private func accepts(_ test: inout Test, _ at: Int) -> Bool {
    guard let label = test.label, let value = valueSymbol(at, of: label) else { return test.acceptsNone }
    switch test.matcher.kind {
    case .equal: return value == test.wanted
    case .notEqual: return value != test.wanted
    case .matches, .matchesNot:
      if let known = test.known[value] { return known }
      let answer = test.matcher.accepts(symbols[value])
      test.known[value] = answer
      return answer
    }
  }

  /// The labels of a series; none if it expired.
  package func labels(_ id: SeriesID) -> Labels {
    guard let at = place(id) else { return Labels() }
    let start = Int(states[at].labels)
    var all: [Label] = []
    all.reserveCapacity(Int(states[at].labelCount))
    for pair in stride(from: start, to: start + Int(states[at].labelCount) * 2, by: 2) {
      all.append(Label(symbols[pairs[pair]], symbols[pairs[pair + 1]]))
    }
    return Labels(sorted: all)
  }

  /// The last sample of a series, a marker of its end included.
  package func last(_ id: SeriesID) -> (milliseconds: Int64, value: Double)? {
    guard let at = place(id), states[at].hasSamples else { return nil }
    return (states[at].lastTime, Double(bitPattern: states[at].lastBits))
  }

  /// Appends the samples of a series from `first` through `last` (milliseconds) to `times` and `values`, markers of an
  /// end included, in order.
  package func read(
    _ id: SeriesID, from first: Int64, through last: Int64, times: inout [Int64], values: inout [Double]
  ) {
    guard let at = place(id), first <= last else { return }
    var run = states[at].first.map(Chunk.init)
    while let chunk = run {
      let header = chunk.header
      if header.first > last { return }
      run = chunk.next
      if chunk.last < first { continue }
      let count = Int(header.count)
      coder.decode(chunk.body, count, firstTime: header.first, coder.times, coder.values)
      var (low, high) = (0, count)
      if header.first < first { while coder.times[low] < first { low += 1 } }
      if chunk.last > last { while coder.times[high - 1] > last { high -= 1 } }
      if low >= high { continue }
      times.append(contentsOf: UnsafeBufferPointer(start: coder.times + low, count: high - low))
      coder.values.withMemoryRebound(to: Double.self, capacity: count) {
        values.append(contentsOf: UnsafeBufferPointer(start: $0 + low, count: high - low))
      }
    }
    guard states[at].tailCount > 0 else { return }
    let (tailValues, tailTimes) = tail(at)
    for i in 0..<Int(states[at].tailCount) {
      let time = states[at].tailBase + Int64(tailTimes[i])
      if time < first { continue }
      if time > last { return }
      times.append(time)
      values.append(Double(bitPattern: tailValues[i]))
    }
  }

  /// All metric names, in order.
  package var names: [String] { byName.keys.filter { $0 != .max }.map { symbols[$0] }.sorted() }

  /// The label names in use, of one metric or of all, in order.
  package func labelNames(of metric: String? = nil) -> [String] {
    var found: Set<Symbols.ID> = []
    forEach(of: metric) { at in
      let start = Int(states[at].labels)
      for pair in stride(from: start, to: start + Int(states[at].labelCount) * 2, by: 2) {
        found.insert(pairs[pair])
      }
    }
    return found.map { symbols[$0] }.sorted()
  }

  /// The values of a label, of one metric or of all, in order.
  package func labelValues(_ label: String, of metric: String? = nil) -> [String] {
    guard let label = symbols.find(label) else { return [] }
    var found: Set<Symbols.ID> = []
    forEach(of: metric) { at in if let value = valueSymbol(at, of: label) { found.insert(value) } }
    return found.map { symbols[$0] }.sorted()
  }

  private func forEach(of metric: String?, _ body: (Int) -> Void) {
    if let metric {
      guard let symbol = symbols.find(metric) else { return }
      for index in byName[symbol] ?? [] { body(Int(index)) }
    } else {
      for at in states.indices where states[at].isLive { body(at) }
    }
  }

  /// What the page said of a metric family; "x_bucket", "x_sum", "x_count", "x_total" find that of "x".
  package func metadata(of metric: String) -> Metadata? {
    if let known = metadata[metric] { return known }
    for suffix in ["_bucket", "_sum", "_count", "_total", "_created", "_info"] where metric.hasSuffix(suffix)
    {
      if let known = metadata[String(metric.dropLast(suffix.count))] { return known }
    }
    return nil
  }

  /// Remembers what a page said of a family; of 20,000 families at most.
  package func set(_ described: Metadata, of family: String) {
    if metadata[family] == described { return }
    if metadata.count >= 20_000, metadata[family] == nil { return }
    metadata[family] = described
  }
}
