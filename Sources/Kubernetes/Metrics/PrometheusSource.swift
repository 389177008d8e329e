import Cluster
import Document
import HTTP
import Metrics

/// A Prometheus that a person named: asked for the lines of charts in place of what is scraped here.
///
/// @unchecked: confined to the engine's queue.
final class PrometheusSource: @unchecked Sendable {
  enum Answer {
    /// For each plan, its parts with what was answered.
    case lines([[(ChartPlan.Part, [Points])]])
    case failed(String)
  }

  /// Without a password.
  let place: String
  private let getter: Getter
  private let prefix: String
  private let engine: Engine
  private var turns: [ChartQuery: Int] = [:]
  /// Questions that are not answered yet.
  private var asked: [ChartQuery: [Transfer]] = [:]

  /// - Parameters:
  ///   - url: http(s)://[user:password@]host[:port][/path], as one opens it in a browser.
  ///   - session: with the connections for it.
  init?(url: String, engine: Engine, session: HTTPSession) {
    guard let address = WebAddress(url) else { return nil }
    place = address.base
    var path = address.path
    while path.hasSuffix("/") { path.removeLast() }
    prefix = path
    getter = address.getter(session)
    self.engine = engine
  }

  /// Calls back on the queue, unless `forget` was called or another question of the same need came.
  func answer(
    _ query: ChartQuery, _ plans: [ChartPlan], _ span: ChartSpan,
    _ body: @escaping @Sendable (Answer) -> Void
  ) {
    let turn = (turns[query] ?? 0) + 1
    cancel(query)
    turns[query] = turn
    let parts = plans.flatMap(\.parts)
    guard !parts.isEmpty else { return body(.lines(plans.map { _ in [] })) }
    let gathering = Gathering(count: parts.count)
    asked[query] = parts.enumerated().map { index, part in
      ask(part.expression, span) { [weak self] result in
        guard let self, turns[query] == turn else { return }
        gathering.put(index, result)
        guard gathering.isWhole else { return }
        asked[query] = nil
        body(gathering.answer(plans))
      }
    }
  }

  func forget(_ query: ChartQuery) {
    cancel(query)
    turns[query] = nil
  }

  private func cancel(_ query: ChartQuery) { asked.removeValue(forKey: query)?.forEach { $0.cancel() } }

  private func ask(
    _ expression: String, _ span: ChartSpan,
    _ body: @escaping @Sendable (Result<[Points], Unavailable>) -> Void
  ) -> Transfer {
    var request = ReadRequest(
      "\(prefix)/api/v1/query_range",
      [
        QueryItem("query", expression), QueryItem("start", Self.seconds(span.from)),
        QueryItem("end", Self.seconds(span.to)), QueryItem("step", Self.seconds(span.step)),
      ])
    request.maxBytes = 16 << 20
    let place = place
    let whole = PrometheusBody()
    let intake = Intake(queue: engine.queue, maxHeldBytes: .max, isWhole: true) { arrival in
      guard let result = whole.took(arrival, place: place) else { return }
      body(result)
    }
    return intake.start(request, with: getter)
  }

  private static func seconds(_ milliseconds: Int64) -> String {
    let rest = String(milliseconds % 1_000 + 1_000).dropFirst()
    return "\(milliseconds / 1_000).\(rest)"
  }

  /// Answers that come in any order. @unchecked: confined to the queue.
  private final class Gathering: @unchecked Sendable {
    private var results: [Result<[Points], Unavailable>?]
    init(count: Int) { results = Array(repeating: nil, count: count) }

    func put(_ index: Int, _ result: Result<[Points], Unavailable>) { results[index] = result }
    var isWhole: Bool { results.allSatisfy { $0 != nil } }

    func answer(_ plans: [ChartPlan]) -> Answer {
      var next = 0
      var lines: [[(ChartPlan.Part, [Points])]] = []
      for plan in plans {
        var own: [(ChartPlan.Part, [Points])] = []
        for part in plan.parts {
          switch results[next] {
          case .success(let points): own.append((part, points))
          case .failure(let problem): return .failed(problem.why)
          case nil: break
          }
          next += 1
        }
        lines.append(own)
      }
      return .lines(lines)
    }
  }
}

/// One answer of the HTTP API as it comes in. @unchecked: confined to the queue.
private final class PrometheusBody: @unchecked Sendable {
  private var status = 0
  private var body: [UInt8] = []

  /// The outcome, once it is known.
  func took(_ arrival: Intake.Arrival, place: String) -> Result<[Points], Unavailable>? {
    switch arrival {
    case .head(let head): status = head.status
    case .start: break
    case .bytes(let bytes): body += bytes
    case .ended(let error):
      if let error { return .failure(Unavailable("Prometheus: \(error.advice)")) }
      // A proxy or its own login in front of it answers no JSON.
      if status != 200, body.first != UInt8(ascii: "{") {
        return .failure(Unavailable("Prometheus at \(place): HTTP \(status)"))
      }
      switch PrometheusAnswer.read(body) {
      case .success(let points): return .success(points)
      case .failure(let problem):
        return .failure(Unavailable("Prometheus at \(place): \(problem.why) (HTTP \(status))"))
      }
    }
    return nil
  }
}

/// What Prometheus' HTTP API answers to query_range (https://prometheus.io/docs/prometheus/latest/querying/api/).
enum PrometheusAnswer {
  static func read(_ body: [UInt8]) -> Result<[Points], Unavailable> {
    let (parsed, problem) = JSON.parse(body)
    let json = parsed ?? .null
    if json["status"].string == "error" {
      return .failure(Unavailable(json["error"].string ?? "it refuses the query"))
    }
    guard json["status"].string == "success", json["data"]["resultType"].string == "matrix" else {
      let what = problem.map(\.description) ?? "expected a matrix"
      return .failure(Unavailable("no answer of Prometheus: \(what)"))
    }
    return .success(
      json["data"]["result"].array.map { series in
        let labels = Labels(series["metric"].members.map { Label($0.key, $0.value.string ?? "") })
        var points = Points(labels: labels, milliseconds: [], values: [])
        for pair in series["values"].array {
          let parts = pair.array
          guard parts.count == 2, let seconds = parts[0].double,
            let at = Int64(exactly: (seconds * 1_000).rounded()), let value = number(parts[1].string ?? "")
          else { continue }
          points.milliseconds.append(at)
          points.values.append(value)
        }
        return points
      })
  }

  private static func number(_ text: String) -> Double? {
    switch text {
    case "NaN": .nan
    case "+Inf", "Inf": .infinity
    case "-Inf": -.infinity
    default: Double(text)
    }
  }
}
