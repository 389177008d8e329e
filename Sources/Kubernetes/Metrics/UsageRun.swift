import Cluster
import Dispatch
import Document
import Metrics

/// Serves what the rows of a query use: bundles of readings as pages come in.
///
/// @unchecked: confined to the desk's queue.
final class UsageRun: @unchecked Sendable {
  private let query: UsageQuery
  private let desk: MetricsDesk
  private let outbox: Outbox
  private var id: Int?
  /// Of the pod whose containers are the rows: it tells the node.
  private var pod: Watcher?
  private var isStopped = false
  private var changed: Set<UsageKey> = []
  private var isWaiting = false
  private var toldSource = UsageSource()
  private var phase = Phase.connecting
  /// Pages of several nodes come in together; rows that jump one by one are hard to read.
  private static let bundleMilliseconds = 250

  init(_ query: UsageQuery, desk: MetricsDesk, outbox: Outbox) {
    self.query = query
    self.desk = desk
    self.outbox = outbox
  }

  func start() {
    desk.engine.queue.async { [self] in
      guard !isStopped else { return }
      // What others had read is there at once.
      changed = Set(desk.tally.usages.keys.filter(query.wants))
      id = desk.begin(MetricsInterest(usage: query)) { [weak self] in self?.heard($0) }
      if !changed.isEmpty { post() }
      tellSource()
      if query.rows.kind == BuiltIn.containers.kind.id { findNode() }
    }
  }

  private func findNode() {
    guard let name = MetricsInterest.value(of: "metadata.name", in: query.rows.fieldSelector) else { return }
    let ref = ObjectRef(kind: "v1/pods", namespace: query.rows.namespaces.first ?? "", name: name)
    let source = ObjectSource(
      ref, engine: desk.engine,
      change: { [weak self] pod in
        guard let self, let id, let node = pod?["spec"]["nodeName"].string else { return }
        var interest = MetricsInterest(usage: query)
        interest.nodes = .named([node])
        desk.change(id, to: interest)
      }, tell: { _ in }, notice: { _ in })
    pod = Watcher(engine: desk.engine, target: source.target, consumer: source)
    pod?.start()
  }

  func stop() {
    desk.engine.queue.async { [self] in
      isStopped = true
      id.map(desk.end)
      id = nil
      pod?.stop()
      pod = nil
    }
  }

  private func heard(_ news: MetricsDesk.News) {
    switch news {
    case .page(_, let keys):
      let own = keys.filter(query.wants)
      guard !own.isEmpty else { return }
      changed.formUnion(own)
      bundle()
    case .source: tellSource()
    // Nobody shall wait for readings that nobody takes.
    case .tick: if phase == .connecting || source != toldSource { post() }
    case .targets: break
    }
  }

  private func bundle() {
    guard !isWaiting else { return }
    isWaiting = true
    desk.engine.queue.asyncAfter(deadline: .now() + .milliseconds(Self.bundleMilliseconds)) { [weak self] in
      self?.post()
    }
  }

  private func post() {
    isWaiting = false
    guard !isStopped else { return }
    var batch = UsageBatch()
    toldSource = source
    batch.source = toldSource
    for key in changed { if let usage = desk.tally.usages[key] { batch.readings.append((key, usage)) } }
    changed = []
    outbox.post(.usage(query, batch))
    if !batch.readings.isEmpty { tell(.live) }
  }

  private func tellSource() {
    switch desk.source {
    case .unknown: break
    // Where numbers come from is worth knowing before the first one comes.
    case .kubelets, .metricsAPI: bundle()
    case .none(let why): tell(.refused(status: 403, why: why))
    }
  }

  private func tell(_ new: Phase) {
    guard new != phase else { return }
    phase = new
    outbox.post(.phase(.usage(query), new))
  }

  private var source: UsageSource {
    var source = UsageSource()
    switch desk.source {
    case .unknown, .kubelets:
      source.name = "kubelets"
      source.missing = desk.kubeletTrouble
    case .metricsAPI(let because):
      source.name = "metrics.k8s.io"
      source.missing = "no throttling and network: \(because)"
    case .none(let why): source.missing = why
    }
    return source
  }
}
