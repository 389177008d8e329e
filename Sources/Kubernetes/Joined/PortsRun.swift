import Cluster
import Document

/// Serves the ports of pods: a watch of the pods that a query names, and one of the services beside them. Who may not
/// see services sees the ports.
///
/// @unchecked: what changes is touched on the engine's queue only.
final class PortsRun: @unchecked Sendable {
  private var watchers: [Watcher] = []
  private var phases: PhaseBoard
  private var told = Phase.connecting

  init(_ query: Query, engine: Engine, outbox: Outbox) {
    let namespaces = query.namespaces.isEmpty ? [""] : query.namespaces
    phases = PhaseBoard(count: namespaces.count * 2)
    for (index, namespace) in namespaces.enumerated() {
      let desk = PortDesk(source: index) { outbox.post(.rows(query, $0)) }
      let pods = PortSource(
        desk, isOfPods: true,
        tell: { [weak self] in self?.tell(index * 2, $0, query, outbox) },
        notice: { outbox.post(.notice($0)) })
      let services = PortSource(
        desk, isOfPods: false,
        tell: { [weak self] in if $0.isSettled { self?.tell(index * 2 + 1, .live, query, outbox) } },
        notice: { _ in })
      let target = WatchTarget(
        ResourcePath(BuiltIn.pods.kind.id), namespace: namespace, labelSelector: query.labelSelector,
        fieldSelector: query.fieldSelector)
      let beside = WatchTarget(ResourcePath(BuiltIn.services.kind.id), namespace: namespace)
      watchers.append(Watcher(engine: engine, target: target, consumer: pods))
      watchers.append(Watcher(engine: engine, target: beside, consumer: services))
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
}

/// The rows of one namespace, which two lists make together. Confined to the engine's queue.
private final class PortDesk {
  var rows = PortRows()
  var row: RowWriter
  private let post: (RowBatch) -> Void

  init(source: Int, post: @escaping (RowBatch) -> Void) {
    row = RowWriter(source: source)
    self.post = post
  }

  func flush() {
    let batch = row.takeBatch()
    if !batch.isEmpty { post(batch) }
  }
}

/// One of the two lists. Confined to the engine's queue.
private final class PortSource: WatchConsumer {
  private let desk: PortDesk
  private let isOfPods: Bool
  private let tell: (Phase) -> Void
  private let notice: (String) -> Void
  private var hasChanged = false

  init(
    _ desk: PortDesk, isOfPods: Bool, tell: @escaping (Phase) -> Void, notice: @escaping (String) -> Void
  ) {
    (self.desk, self.isOfPods, self.tell, self.notice) = (desk, isOfPods, tell, notice)
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if isOfPods {
      if begins {
        desk.rows.removeAllPods()
        desk.row.beginList()
      }
      list.eachItem { if let pod = PodPorts($0) { desk.rows.put(pod, &desk.row) } }
      if completes { desk.row.completeList() }
      desk.flush()
    } else {
      if begins { desk.rows.removeAllServices() }
      list.eachItem { if let service = ServicePorts($0) { desk.rows.put(service) } }
      hasChanged = true
      if completes { settled() }
    }
  }

  func happened(_ event: WatchEvent) {
    let isGone = event.change == .deleted
    if isOfPods {
      guard let pod = PodPorts(event.object) else { return }
      if isGone { desk.rows.removePod(pod.uid, &desk.row) } else { desk.rows.put(pod, &desk.row) }
    } else {
      guard let service = ServicePorts(event.object) else { return }
      if isGone { desk.rows.removeService(service.uid) } else { desk.rows.put(service) }
      hasChanged = true
    }
  }

  func settled() {
    if hasChanged { desk.rows.writeAll(&desk.row) }
    hasChanged = false
    desk.flush()
  }

  func vanished() {
    guard isOfPods else { return }
    desk.rows.removeAllPods()
    desk.row.beginList()
    desk.row.completeList()
    desk.flush()
  }

  func phaseChanged(_ phase: Phase) { tell(phase) }
  func noticed(_ text: String) { notice(text) }
}
