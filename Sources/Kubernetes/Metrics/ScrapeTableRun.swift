import Cluster
import Dispatch
import Metrics

/// Serves the tables of targets and of metrics.
///
/// @unchecked: confined to the desk's queue.
final class ScrapeTableRun: @unchecked Sendable {
  enum Table { case targets, metrics }

  private let table: Table
  private let query: Query
  private let desk: MetricsDesk
  private let outbox: Outbox
  private var id: Int?
  private var isStopped = false
  private var isWaiting = false
  private var changed: Set<ScrapeTarget.ID> = []
  private var mustListAnew = true
  private var phase = Phase.connecting
  /// Names seldom change, and there may be thousands.
  private var bundleMilliseconds: Int { table == .targets ? 250 : 1_000 }

  init(_ table: Table, _ query: Query, desk: MetricsDesk, outbox: Outbox) {
    self.table = table
    self.query = query
    self.desk = desk
    self.outbox = outbox
  }

  func start() {
    desk.engine.queue.async { [self] in
      guard !isStopped else { return }
      var interest = MetricsInterest()
      (interest.nodes, interest.isDetailed, interest.wantsOthers) = (.all, true, true)
      interest.listsFamilies = table == .metrics
      id = desk.begin(interest) { [weak self] in self?.heard($0) }
      post()
    }
  }

  func stop() {
    desk.engine.queue.async { [self] in
      isStopped = true
      id.map(desk.end)
      id = nil
    }
  }

  private func heard(_ news: MetricsDesk.News) {
    switch news {
    case .page(let target, _): changed.insert(target.id)
    case .targets: mustListAnew = true
    case .source, .tick: return
    }
    guard !isWaiting else { return }
    isWaiting = true
    desk.engine.queue.asyncAfter(deadline: .now() + .milliseconds(bundleMilliseconds)) { [weak self] in
      self?.post()
    }
  }

  private func post() {
    isWaiting = false
    guard !isStopped else { return }
    switch table {
    case .targets: outbox.post(.rows(query, targetRows()))
    case .metrics: outbox.post(.rows(query, metricRows()))
    }
    mustListAnew = false
    changed = []
    tellPhase()
  }

  private func tellPhase() {
    let isKnown = !desk.targets.isEmpty || desk.finder.isSettled
    let isRead = table == .targets || !desk.book.families.isEmpty
    if isKnown, isRead { return tell(.live) }
    if isKnown, desk.finder.isSettled, desk.targets.isEmpty {
      let why = [desk.finder.nodesRefusal].compactMap { $0 } + desk.finder.problems
      tell(why.isEmpty ? .live : .refused(status: 403, why: why.joined(separator: "; ")))
    }
  }

  private func tell(_ new: Phase) {
    guard new != phase else { return }
    phase = new
    outbox.post(.phase(.rows(query), new))
  }

  // MARK: Targets

  private func targetRows() -> RowBatch {
    var row = RowWriter()
    if mustListAnew { row.beginList() }
    for target in desk.targets.values where mustListAnew || changed.contains(target.id) {
      write(target, &row)
    }
    if mustListAnew { row.completeList() }
    return row.takeBatch()
  }

  private func write(_ target: ScrapeTarget, _ row: inout RowWriter) {
    let report = desk.book.report(of: target.id)
    row.begin(uid: target.id, namespace: "", name: target.id)
    row.cell(report.map { $0.isUp ? "up" : "down" } ?? "waiting")
    row.cell(target.source)
    row.cell(moment: report.map { $0.at / 1_000 })
    row.cell(report.map { "\(Int(($0.seconds * 1_000).rounded()))ms" } ?? "-")
    row.cell(report?.samples ?? 0)
    row.cell(report.map { "\($0.bytes / 1_024)Ki" } ?? "-")
    row.cell(target.place)
    row.tone = report.map { $0.isUp ? ($0.problemCount > 0 ? .pending : .good) : .bad } ?? .starting
    if let reason = report.flatMap(Self.reason) { row.setReason(reason) }
    let labels = target.labels
    row.setDrill(
      "scrape_duration_seconds{"
        + ["job", "instance", "metrics_path"].filter { !labels[$0].isEmpty }
        .map { "\($0)=\(ChartExpressions.quoted(labels[$0]))" }.joined(separator: ",") + "}")
    row.end()
  }

  private static func reason(_ report: ScrapeReport) -> String? {
    if let error = report.error { return error }
    guard report.problemCount > 0 else { return nil }
    let first = report.problems.first ?? ""
    let others = report.problemCount > 1 ? ", and \(report.problemCount - 1) more" : ""
    return "lines that are no metrics: \(first)\(others)"
  }

  // MARK: Metrics

  private func metricRows() -> RowBatch {
    var row = RowWriter()
    row.beginList()
    for (family, targets) in desk.book.families.values.sorted(by: { $0.0.name < $1.0.name }) {
      row.begin(uid: family.name, namespace: "", name: family.name)
      row.cell(family.type == .unknown ? "-" : family.type.rawValue)
      row.cell(targets.count)
      let kept = desk.book.keptSeries(of: family)
      row.cell(kept > 0 ? "\(kept)" : "-")
      row.cell(family.unit.isEmpty ? "-" : family.unit)
      row.cell(family.help)
      row.setDrill(Self.expression(family))
      row.end()
    }
    row.completeList()
    return row.takeBatch()
  }

  /// What one wants to see of a metric: how fast a counter grows, the slowest hundredth of a histogram.
  static func expression(_ family: ScrapedPage.Family) -> String {
    let name = family.name
    switch family.type {
    case .counter: return "rate(\(name)[2m])"
    case .histogram: return "histogram_quantile(0.99, sum by (le) (rate(\(name)_bucket[5m])))"
    case .summary: return "rate(\(name)_sum[5m]) / rate(\(name)_count[5m])"
    default: return name
    }
  }
}
