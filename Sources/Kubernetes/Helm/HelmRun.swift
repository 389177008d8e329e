import Cluster
import Dispatch
import HTTP

/// Serves the rows of Helm's releases and of their revisions: a watch of the metadata of Helm's Secrets, of which no
/// value travels. Only within a Secret stands which chart it is of: that is read one Secret after the other, of the
/// newest of so many, and nothing of it is kept but the chart's name and versions.
///
/// @unchecked: what changes is touched on the engine's queue only.
final class HelmRun: @unchecked Sendable {
  /// More rows than anybody reads; each costs a request.
  private static let maxCharts = 50

  private let engine: Engine
  private var sources: [HelmSource] = []
  private var watchers: [Watcher] = []
  private var phases: PhaseBoard
  private var told = Phase.connecting
  private var asked: Set<String> = []
  private var pending: PendingFetch?
  private var isStopped = false
  /// Who may list Secrets' metadata may perhaps not get them.
  private var isRefused = false

  init(_ query: Query, engine: Engine, outbox: Outbox) {
    self.engine = engine
    let namespaces = query.namespaces.isEmpty ? [""] : query.namespaces
    phases = PhaseBoard(count: namespaces.count)
    var labels = "owner=helm"
    if !query.labelSelector.isEmpty { labels += ",\(query.labelSelector)" }
    let isOfRevisions = query.kind == BuiltIn.releaseRevisions.kind.id
    for (index, namespace) in namespaces.enumerated() {
      let source = HelmSource(
        source: index, isOfRevisions: isOfRevisions, post: { outbox.post(.rows(query, $0)) },
        tell: { [weak self] in self?.tell(index, $0, query, outbox) },
        changed: { [weak self] in self?.readCharts() })
      var target = WatchTarget(
        ResourcePath("v1/secrets"), namespace: namespace, labelSelector: labels,
        fieldSelector: query.fieldSelector)
      target.asMetadata = true
      sources.append(source)
      watchers.append(Watcher(engine: engine, target: target, consumer: source))
    }
  }

  func start() { watchers.forEach { $0.start() } }

  func stop() {
    watchers.forEach { $0.stop() }
    engine.queue.async { [self] in
      isStopped = true
      pending?.cancel()
    }
  }

  private func tell(_ index: Int, _ phase: Phase, _ query: Query, _ outbox: Outbox) {
    let now = phases.change(index, to: phase)
    guard now != told else { return }
    told = now
    outbox.post(.phase(.rows(query), now))
  }

  // MARK: Charts

  private func readCharts() {
    guard !isStopped, !isRefused, pending == nil, asked.count < Self.maxCharts else { return }
    var next: (source: HelmSource, revision: HelmRevision)?
    for source in sources {
      for revision in source.shown where !asked.contains(revision.uid) {
        if revision.updated > next?.revision.updated ?? .min { next = (source, revision) }
      }
    }
    guard let (source, revision) = next else { return }
    asked.insert(revision.uid)
    let path = ResourcePath("v1/secrets").object(namespace: revision.namespace, name: revision.secret)
    pending = engine.fetch(ReadRequest(path)) { [self] result in
      pending = nil
      switch result {
      case .success(let answer): decode(answer.body, revision, source)
      case .failure(let error):
        isRefused = error.status == 403
        readCharts()
      }
    }
  }

  /// Unpacking takes its time, which is not for this queue.
  private func decode(_ body: [UInt8], _ revision: HelmRevision, _ source: HelmSource) {
    DispatchQueue.global(qos: .utility).async { [self] in
      let chart = HelmSecret.chart(body)
      engine.queue.async { [self] in
        guard !isStopped else { return }
        if let chart { source.learn(chart, of: revision) }
        readCharts()
      }
    }
  }
}
