import Cluster

/// Serves rows of objects that say too little of themselves: whether anything answers behind services and ingresses, what the
/// pods of nodes and namespaces come to. Beside each list others are watched and added up; who may not see those sees the rest.
///
/// @unchecked: what changes is touched on the engine's queue only.
final class JoinedRun: @unchecked Sendable {
  private let query: Query
  private let engine: Engine
  private let outbox: Outbox
  private var watchers: [Watcher] = []
  private var phases = PhaseBoard(count: 0)
  private var told = Phase.connecting

  static func serves(_ query: Query) -> Bool {
    switch query.kind {
    case BuiltIn.services.kind.id, BuiltIn.ingresses.kind.id: query.owner.isEmpty
    case BuiltIn.nodes.kind.id, BuiltIn.namespaces.kind.id, BuiltIn.persistentVolumeClaims.kind.id:
      query.countsPods && query.owner.isEmpty
    default: false
    }
  }

  init(_ query: Query, engine: Engine, outbox: Outbox) {
    (self.query, self.engine, self.outbox) = (query, engine, outbox)
    for (index, namespace) in (query.namespaces.isEmpty ? [""] : query.namespaces).enumerated() {
      let box = WeakSource()
      guard let decoder = kind(beside: namespace, changed: { box.source?.write($0) }).decoder else {
        continue
      }
      let source = JoinedSource(
        query: query, source: index, decoder: decoder, post: { outbox.post(.rows(query, $0)) },
        tell: part(), notice: { outbox.post(.notice($0)) })
      box.source = source
      let target = WatchTarget(
        ResourcePath(query.kind), namespace: namespace, labelSelector: query.labelSelector,
        fieldSelector: query.fieldSelector)
      watchers.append(Watcher(engine: engine, target: target, consumer: source))
    }
  }

  func start() { watchers.forEach { $0.start() } }
  func stop() { watchers.forEach { $0.stop() } }

  /// How the kind's rows are made, by what is watched beside them.
  ///
  /// - Parameter changed: gets the rows ("namespace/name") that are others now; nil for all.
  private func kind(beside namespace: String, changed: @escaping (Set<String>?) -> Void) -> BuiltIn {
    // The one object that is shown, where that is one.
    let prefix = "metadata.name="
    let only =
      query.fieldSelector.hasPrefix(prefix) ? String(query.fieldSelector.dropFirst(prefix.count)) : nil
    let rows: (Set<String>) -> Void = { changed($0.isEmpty ? nil : $0) }
    switch query.kind {
    case BuiltIn.nodes.kind.id:
      let tally = PodTally(by: .node, changed: rows, answered: {})
      return BuiltIn.nodes(watch(tally, BuiltIn.pods, fields: only.map { "spec.nodeName=\($0)" }))
    case BuiltIn.namespaces.kind.id:
      let pods = PodTally(by: .namespace, changed: rows, answered: {})
      let quotas = QuotaTally(changed: rows, answered: {})
      return BuiltIn.namespaces(
        watch(pods, BuiltIn.pods, in: only ?? ""), watch(quotas, BuiltIn.resourceQuotas, in: only ?? ""))
    case BuiltIn.persistentVolumeClaims.kind.id:
      let tally = ClaimTally(changed: rows, answered: {})
      return BuiltIn.persistentVolumeClaims(watch(tally, BuiltIn.pods, in: namespace))
    case BuiltIn.ingresses.kind.id:
      let tally = EndpointTally(changed: { _ in changed(nil) }, answered: answered())
      return BuiltIn.ingresses(watch(tally, BuiltIn.endpointSlices, in: namespace))
    default:
      let tally = EndpointTally(changed: rows, answered: answered())
      return BuiltIn.services(watch(tally, BuiltIn.endpointSlices, in: namespace))
    }
  }

  private func watch<Count>(
    _ tally: Tally<Count>, _ kind: BuiltIn, in namespace: String = "", fields: String? = nil
  ) -> Tally<Count> {
    let target = WatchTarget(ResourcePath(kind.kind.id), namespace: namespace, fieldSelector: fields ?? "")
    watchers.append(Watcher(engine: engine, target: target, consumer: tally))
    return tally
  }

  /// That what stands beside is known, or known to be out of reach, is a part of the whole: without it a service that answers looks
  /// like one that does not. Pods are many, and rows say nothing wrong before they have come.
  private func answered() -> () -> Void {
    let tell = part()
    return { tell(.live) }
  }

  private func part() -> (Phase) -> Void {
    let index = phases.count
    phases.add()
    return { [weak self] in self?.tell(index, $0) }
  }

  private func tell(_ index: Int, _ phase: Phase) {
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
