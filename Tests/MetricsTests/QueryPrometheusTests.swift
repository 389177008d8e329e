import Document
import Metrics
import Testing

/// The judge is the real Prometheus over the same samples.
@Suite struct QueryPrometheusTests {
  @Test func theSameQueryGivesTheSameNumbersAsPrometheus() throws {
    let data = QueryData()
    let store = data.store()
    let prometheus = try RealPrometheus()
    for slice in data.slices() { try prometheus.write(slice) }

    for query in Self.queries {
      let expression: Expression
      do { expression = try Expression(query) } catch {
        Issue.record("\(error.caret(in: query))")
        continue
      }
      for minute in [-1, 10, 33, 50, 62, 64, 70] as [Double] {
        let time = QueryData.start + Int64(minute * 60_000) + 7123
        // Their text and ours must be the same query.
        let theirs = try prometheus.instant(minute == 33 ? expression.text : query, at: time)
        let ours = Result { () throws(QueryProblem) in try expression.instant(over: store, at: time) }
        compareInstant(ours, theirs, "\(query) at \(minute)")
      }
      guard expression.kind != .range else { continue }
      for step in [60_000, 37_000] as [Int64] {
        let (from, to) = (QueryData.start - 120_000, QueryData.start + 66 * QueryData.minute)
        let theirs = try prometheus.range(query, from: from, to: to, step: step)
        let ours = Result { () throws(QueryProblem) in
          try expression.range(over: store, from: from, to: to, step: step)
        }
        compareRange(ours, theirs, "\(query) every \(step)")
      }
    }
    for bad in QueryProblemTests.bad where !QueryProblemTests.onlyOurs.contains(bad.query) {
      let answer = try prometheus.instant(bad.query, at: QueryData.start)
      #expect(
        answer["errorType"].string == "bad_data", "Prometheus takes \(bad.query): \(answer.text.prefix(200))")
    }
  }

  /// A series of an answer as a line to look up, and its numbers.
  private struct Line {
    var labels: String
    var times: [Int64]
    var values: [Double]
  }

  private func lines(_ result: JSON, _ key: String) -> [Line] {
    result.array.map { item in
      let labels = Labels(item["metric"].members.map { Label($0.key, $0.value.string ?? "?") })
      let points = key == "value" ? [item[key]] : item[key].array
      return Line(
        labels: labels.described,
        times: points.map { Int64((($0[0].double ?? 0) * 1000).rounded()) },
        values: points.map { Self.number($0[1].string ?? "") })
    }
  }

  private static func number(_ text: String) -> Double { Double(text) ?? .nan }

  private func compareInstant(_ ours: Result<InstantAnswer, QueryProblem>, _ theirs: JSON, _ what: String) {
    guard case .success(let answer) = ours else {
      #expect(theirs["status"].string == "error", "\(what): only ours fails: \(ours)")
      return
    }
    let result = theirs["data"]["result"]
    switch (answer, theirs["data"]["resultType"].string) {
    case (.scalar(let value), "scalar"):
      #expect(
        Self.isSame(value, Self.number(result[1].string ?? "")), "\(what): \(value), theirs \(result.text)")
    case (.vector(let samples), "vector"):
      let mine = samples.map { Line(labels: $0.labels.described, times: [], values: [$0.value]) }
      let isOrdered = what.hasPrefix("sort") || what.hasPrefix("topk") || what.hasPrefix("bottomk")
      compare(mine, lines(result, "value"), isOrdered: isOrdered, what)
    case (.matrix(let points), "matrix"):
      compare(mine(points), lines(result, "values"), isOrdered: false, what)
    default: Issue.record("\(what): \(answer), theirs \(theirs.text.prefix(300))")
    }
  }

  private func compareRange(_ ours: Result<[Points], QueryProblem>, _ theirs: JSON, _ what: String) {
    guard case .success(let points) = ours else {
      #expect(theirs["status"].string == "error", "\(what): only ours fails: \(ours)")
      return
    }
    guard theirs["status"].string == "success" else {
      Issue.record("\(what): only theirs fails: \(theirs.text.prefix(300))")
      return
    }
    compare(mine(points), lines(theirs["data"]["result"], "values"), isOrdered: false, what)
  }

  private func mine(_ points: [Points]) -> [Line] {
    points.map { Line(labels: $0.labels.described, times: $0.milliseconds, values: $0.values) }
  }

  private func compare(_ ours: [Line], _ theirs: [Line], isOrdered: Bool, _ what: String) {
    let a = isOrdered ? ours : ours.sorted { $0.labels < $1.labels }
    let b = isOrdered ? theirs : theirs.sorted { $0.labels < $1.labels }
    guard a.map(\.labels) == b.map(\.labels) else {
      Issue.record("\(what):\nours   \(a.map(\.labels))\ntheirs \(b.map(\.labels))")
      return
    }
    for (mine, other) in zip(a, b) {
      guard mine.values.count == other.values.count, mine.times.isEmpty || mine.times == other.times else {
        Issue.record("\(what) \(mine.labels): \(mine.values.count) values, theirs \(other.values.count)")
        continue
      }
      guard let at = mine.values.indices.first(where: { !Self.isSame(mine.values[$0], other.values[$0]) })
      else { continue }
      Issue.record("\(what) \(mine.labels): value \(at) is \(mine.values[at]), theirs \(other.values[at])")
    }
  }

  private static func isSame(_ a: Double, _ b: Double) -> Bool {
    a.isNaN && b.isNaN || a == b || abs(a - b) <= 1e-9 * max(abs(a), abs(b))
  }
}
