import Cluster

/// Serves rows of services and ingresses, which say of themselves nothing about whether anything answers behind them:
/// beside each list the EndpointSlices of its namespace are watched. Who may not see those sees the rest.
///
/// @unchecked: what changes is touched on the engine's queue only.
final class JoinedRun: @unchecked Sendable {
  private var watchers: [Watcher] = []
  private var phases: PhaseBoard
  private var told = Phase.connecting

  static func serves(_ kind: Kind.ID) -> Bool {
    kind == BuiltIn.services.kind.id || kind == BuiltIn.ingresses.kind.id
  }

  init(_ query: Query, engine: Engine, outbox: Outbox) {
    let namespaces = query.namespaces.isEmpty ? [""] : query.namespaces
    let isOfServices = query.kind == BuiltIn.services.kind.id
    phases = PhaseBoard(count: namespaces.count * 2)
    for (index, namespace) in namespaces.enumerated() {
      let tell: (Int, Phase) -> Void = { [weak self] in self?.tell($0, $1, query, outbox) }
      let box = WeakSource()
      let tally = EndpointTally(
        changed: { box.source?.write(isOfServices && !$0.isEmpty ? $0 : nil) },
        answered: { tell(index * 2 + 1, .live) })
      let kind = isOfServices ? BuiltIn.services(tally) : BuiltIn.ingresses(tally)
      guard let decoder = kind.decoder else { continue }
      let source = JoinedSource(
        query: query, source: index, decoder: decoder, post: { outbox.post(.rows(query, $0)) },
        tell: { tell(index * 2, $0) }, notice: { outbox.post(.notice($0)) })
      box.source = source
      let target = WatchTarget(
        ResourcePath(query.kind), namespace: namespace, labelSelector: query.labelSelector,
        fieldSelector: query.fieldSelector)
      let slices = WatchTarget(ResourcePath(BuiltIn.endpointSlices.kind.id), namespace: namespace)
      watchers.append(Watcher(engine: engine, target: target, consumer: source))
      watchers.append(Watcher(engine: engine, target: slices, consumer: tally))
    }
  }

  func start() { watchers.forEach { $0.start() } }
  func stop() { watchers.forEach { $0.stop() } }

  private func tell(_ index: Int, _ phase: Phase, _ query: Query, _ outbox: Outbox) {
    let now = phases.change(index, to: phase)
    guard now != told else { return }
    told = now
    outbox.post(.phase(.rows(query), now))
  }

  /// The two know each other.
  private final class WeakSource {
    weak var source: JoinedSource?
  }
}
