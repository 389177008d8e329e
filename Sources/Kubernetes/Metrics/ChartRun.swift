import Cluster
import Dispatch
import Metrics

/// Serves charts: finds out what is to be drawn of the subject, has it scraped, and draws anew as pages come in. Where a
/// Prometheus was named, it is asked instead.
///
/// @unchecked: confined to the desk's queue.
final class ChartRun: @unchecked Sendable {
  private let query: ChartQuery
  private let desk: MetricsDesk
  private let kind: Kind?
  private let outbox: Outbox
  private let prometheus: PrometheusSource?
  private var id: Int?
  private var isStopped = false
  private var subject = ChartSubject.unknown
  private var watchers: [Watcher] = []
  /// When it is drawn next; nil: not before something changes.
  private var dueAt: Double?
  private var drawnAt = 0.0
  private var phase = Phase.connecting
  /// The pages that tell of the subject, as far as they came.
  private var newest: Int64?
  /// What a Prometheus told last.
  private var answers = ChartBoard()
  private static let bundleSeconds = 0.3
  private static let leastGapSeconds = 2.0
  private static let prometheusSeconds = 15.0
  /// More lines than this can't be told apart.
  static let maxLines = 8

  init(
    _ query: ChartQuery, kind: Kind?, desk: MetricsDesk, prometheus: PrometheusSource?, outbox: Outbox
  ) {
    self.query = query
    self.kind = kind
    self.desk = desk
    self.prometheus = prometheus
    self.outbox = outbox
  }

  func start() {
    desk.engine.queue.async { [self] in
      guard !isStopped else { return }
      if case .expression(let text) = query.subject {
        do throws(QueryProblem) {
          let expression = try Expression(text)
          subject = .expression(expression, text)
        } catch {
          var board = ChartBoard()
          board.problem = error.caret(in: text)
          outbox.post(.chart(query, board))
          return tell(.ended(why: "the expression can't be read"))
        }
      }
      if prometheus == nil { id = desk.begin(MetricsInterest()) { [weak self] in self?.heard($0) } }
      let finder = ChartSubjectFinder(query.subject, kind: kind, engine: desk.engine) { [weak self] in
        self?.found($0)
      }
      watchers = finder.start()
      if case .expression = subject { found(subject) }
      if query.subject == .cluster { found(.cluster(cpu: nil, memory: nil)) }
    }
  }

  func stop() {
    desk.engine.queue.async { [self] in
      isStopped = true
      id.map(desk.end)
      id = nil
      watchers.forEach { $0.stop() }
      watchers = []
      prometheus?.forget(query)
    }
  }

  private func found(_ new: ChartSubject) {
    let before = subject.plans()
    subject = new
    if case .gone(let why) = new { return tell(.ended(why: why)) }
    if let id { desk.change(id, to: subject.interest) }
    // Objects change oftener than what is asked of them, and a Prometheus is asked no oftener than need be.
    guard prometheus == nil || drawnAt == 0 || subject.plans() != before else { return }
    drawSoon(after: 0.01)
  }

  private func heard(_ news: MetricsDesk.News) {
    switch news {
    case .page(let target, _):
      if subject.concerns(target), let report = desk.book.report(of: target.id), report.isUp {
        newest = report.at / 1_000
      }
      drawSoon(after: Self.bundleSeconds)
    case .source, .tick: drawSoon(after: Self.bundleSeconds)
    case .targets: break
    }
  }

  private func drawSoon(after seconds: Double) {
    guard !isStopped else { return }
    let gap = Self.leastGapSeconds
    let wait = max(seconds, min(gap, drawnAt + gap - desk.engine.now()))
    let due = desk.engine.now() + wait
    // What comes sooner is drawn sooner: the answer of a Prometheus is asked for again after a while only.
    if let dueAt, dueAt <= due, dueAt > desk.engine.now() - gap { return }
    dueAt = due
    desk.engine.queue.asyncAfter(deadline: .now() + wait) { [weak self] in
      guard let self, dueAt == due else { return }
      dueAt = nil
      draw()
    }
  }

  // MARK: Drawing

  private func draw() {
    guard !isStopped else { return }
    if case .gone = subject { return }
    drawnAt = desk.engine.now()
    let to = Int64(desk.engine.now() * 1_000)
    let range = Int64(query.rangeSeconds) * 1_000
    // What is kept here is drawn as it was read, however long a range is asked for. The same steps in each drawing, so
    // that lines do not flicker.
    let spread = prometheus == nil ? min(range, desk.book.store.limits.spanMilliseconds) : range
    let step = max(15_000, (spread / 240 + 4_999) / 5_000 * 5_000)
    // Up to the next step, so that a reading shows as soon as it is there.
    let end = (to + step - 1) / step * step
    let span = ChartSpan(from: end - range / step * step, to: end, step: step)
    if let prometheus {
      let plans = subject.plans(ChartExpressions(prometheusStepSeconds: step / 1_000))
      return prometheus.answer(query, plans, span) { [weak self] in self?.answered($0, plans, span) }
    }
    var board = ChartBoard()
    board.charts = subject.plans().map { chart(of: $0, span, &board) }
    finish(&board)
  }

  private func answered(_ answer: PrometheusSource.Answer, _ plans: [ChartPlan], _ span: ChartSpan) {
    guard !isStopped else { return }
    defer { drawSoon(after: Self.prometheusSeconds) }
    answers.source = "Prometheus at \(prometheus?.place ?? "")"
    switch answer {
    case .failed(let why):
      // What it answered before stays, and says how old it is.
      tell(.stale(since: answers.newest ?? 0, why: why))
      answers.missing = [why]
    case .lines(let lines):
      answers.missing = []
      answers.charts = zip(plans, lines).map { ChartLines.chart($0, $1, span) }
      let last = answers.charts.flatMap(\.lines).compactMap { $0.points.last { $0.value.isFinite }?.at }
      answers.newest = last.max().map { min($0, Int64(desk.engine.now() * 1_000)) / 1_000 }
      tell(.live)
    }
    outbox.post(.chart(query, answers))
  }

  private func chart(of plan: ChartPlan, _ span: ChartSpan, _ board: inout ChartBoard) -> Chart {
    var lines: [(ChartPlan.Part, [Points])] = []
    for part in plan.parts {
      do throws(QueryProblem) {
        let expression = try Expression(part.expression)
        if expression.kind == .range {
          throw QueryProblem("a range vector can't be drawn: put rate(...) around it", at: 0)
        }
        lines.append(
          (part, try expression.range(over: desk.book.store, from: span.from, to: span.to, step: span.step)))
      } catch {
        // Only what a person typed is shown with its mistake; an expression of ours spoils its own chart at most.
        if case .expression = subject { board.problem = error.caret(in: part.expression) }
        var failed = plan
        failed.whenEmpty = error.message
        return ChartLines.chart(failed, [], span)
      }
    }
    return ChartLines.chart(plan, lines, span)
  }

  private func finish(_ board: inout ChartBoard) {
    board.newest = newest
    board.source = subject.source
    if subject.interest.nodes != .none {
      switch desk.source {
      case .unknown, .kubelets: break
      case .metricsAPI(let because):
        board.missing.append(
          "charts need kubelets: \(because). The right to get nodes/proxy would give them, or --prometheus URL"
        )
      case .none(let why): board.missing.append(why)
      }
    }
    if Int64(query.rangeSeconds) * 1_000 > desk.book.store.limits.spanMilliseconds {
      board.missing.append("only an hour is kept here: --prometheus URL goes further back")
    }
    if case .expression = subject { board.missing += desk.finder.problems }
    for target in desk.targets.values where subject.concerns(target) {
      if let error = desk.book.report(of: target.id)?.error {
        board.missing.append("\(target.id) is down: \(error)")
      }
    }
    let missing = board.missing.sorted()
    board.missing = Array(missing.prefix(4))
    if missing.count > 4 { board.missing.append("and \(missing.count - 4) more, see :targets") }
    outbox.post(.chart(query, board))
    tell(.live)
  }

  private func tell(_ new: Phase) {
    guard new != phase else { return }
    phase = new
    outbox.post(.phase(.chart(query), new))
  }
}

/// The moments that a chart has values at, in milliseconds since 1970.
struct ChartSpan: Sendable {
  var from: Int64
  var to: Int64
  var step: Int64
}

/// Makes lines of what a query answered.
enum ChartLines {
  static func chart(_ plan: ChartPlan, _ answers: [(ChartPlan.Part, [Points])], _ span: ChartSpan) -> Chart {
    var lines: [Chart.Line] = []
    for (part, answer) in answers {
      for points in answer { lines.append(Chart.Line(name(of: points.labels, part), spaced(points, span))) }
    }
    // The biggest ones where there are too many: by their peak, so that a spike is not left out.
    var hidden = 0
    if lines.count > ChartRun.maxLines {
      hidden = lines.count - ChartRun.maxLines
      let peaks = lines.map { $0.points.reduce(-Double.infinity) { max($0, $1.value.isNaN ? $0 : $1.value) } }
      let kept = Set(lines.indices.sorted { peaks[$0] > peaks[$1] }.prefix(ChartRun.maxLines))
      lines = lines.indices.filter(kept.contains).map { lines[$0] }
    }
    var chart = Chart(
      plan.title, unit: plan.unit, lines: lines, marks: plan.marks, note: lines.isEmpty ? plan.whenEmpty : "",
      from: span.from, to: span.to)
    chart.hiddenLines = hidden
    return chart
  }

  /// A missing step is a gap.
  private static func spaced(_ points: Points, _ span: ChartSpan) -> [Chart.Point] {
    var spaced: [Chart.Point] = []
    for (at, value) in zip(points.milliseconds, points.values) {
      if let last = spaced.last, at > last.at + span.step {
        spaced.append(Chart.Point(at: last.at + span.step, value: .nan))
      }
      spaced.append(Chart.Point(at: at, value: value))
    }
    return spaced
  }

  private static func name(of labels: Labels, _ part: ChartPlan.Part) -> String {
    if !part.labels.isEmpty { return part.labels.map { labels[$0] }.joined(separator: "/") }
    if !part.name.isEmpty { return part.name }
    return labels.all.isEmpty ? "value" : labels.described
  }
}
