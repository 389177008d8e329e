// sources Sources/Metrics Sources/Metrics/Store Sources/Metrics/Query seeds Tests/MetricsTests/Fixtures/queries.txt

/// Every line is a query: its one spelling reads as itself, a mistake has a place in the text, and what can be read can be
/// evaluated over a few series.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzQuery(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  // A few of the lines, the first bytes say which: more would be slow.
  let lines = text.split(separator: "\n")
  let first = lines.isEmpty ? 0 : Int(start[0]) % lines.count
  for line in lines[first...].prefix(3) { check(String(line)) }
  check(text)
  return 0
}

private func check(_ query: String) {
  let expression: Expression
  do {
    expression = try Expression(query)
  } catch {
    precondition((0...query.utf8.count).contains(error.offset ?? 0), query)
    _ = error.caret(in: query)
    return
  }
  let text = expression.text
  do {
    let again = try Expression(text)
    precondition(again.text == text, text)
  } catch { preconditionFailure("\(error.message) in \(text)") }
  let store = Samples.store
  var limits = QueryLimits()
  limits.maxSamples = 3000
  _ = try? expression.instant(over: store, at: 600_000, limits: limits)
  _ = try? expression.range(over: store, from: 0, to: 900_000, step: 180_000, limits: limits)
}

private enum Samples {
  nonisolated(unsafe) static let store: SeriesStore = {
    let store = SeriesStore()
    for name in ["x", "y", "up", "requests_total"] {
      for instance in ["a", "b", "c"] {
        for le in ["", "1", "+Inf"] {
          let labels = Labels(name, [Label("instance", instance), Label("le", le), Label("job", "j")])
          guard let id = store.series(labels) else { continue }
          for i in 0..<40 {
            let value: Double =
              switch i % 10 {
              case 3 where name == "y": .nan
              case 5 where name == "y": .infinity
              case 7 where instance == "b": Staleness.marker
              default: Double(i % 17) * (le == "1" ? 0.5 : 1)
              }
            store.append(id, milliseconds: Int64(i) * 15_000, value: value)
          }
        }
      }
    }
    return store
  }()
}
