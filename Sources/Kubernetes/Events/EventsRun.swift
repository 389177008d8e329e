import Cluster
import Dispatch
import Document

/// Serves the events of an object and of what it made, and events that say the same as one row. They are watched, and so
/// is the metadata of the children.
///
/// @unchecked: confined to the engine's queue; others only call `start` and `stop`, which hop onto it.
final class EventsRun: @unchecked Sendable {
  private let query: Query
  private let engine: Engine
  private let outbox: Outbox
  private var sources: [EventRowSource] = []
  private var watchers: [Watcher] = []
  private var family: EventFamily?
  private var object: ObjectSource?
  private var hasPlan = false
  private var phases: PhaseBoard
  private var told = Phase.connecting
  private var isStopped = false

  init(_ query: Query, engine: Engine, outbox: Outbox) {
    (self.query, self.engine, self.outbox) = (query, engine, outbox)
    family = query.family.map { EventFamily($0) }
    phases = PhaseBoard(count: max(1, query.namespaces.count))
  }

  func start() { engine.queue.async { [self] in if !isStopped { begin() } } }

  func stop() {
    engine.queue.async { [self] in
      isStopped = true
      watchers.forEach { $0.stop() }
      (watchers, sources) = ([], [])
    }
  }

  private func begin() {
    let namespaces = query.namespaces.isEmpty ? [""] : query.namespaces
    for (index, namespace) in namespaces.enumerated() {
      let source = EventRowSource(
        source: index, isGrouped: query.isGrouped,
        counts: { [weak self] in self?.family?.contains($0) ?? true },
        post: { [query, outbox] in outbox.post(.rows(query, $0)) },
        tell: { [weak self] in self?.tell(index, $0) }, notice: { [outbox] in outbox.post(.notice($0)) })
      sources.append(source)
      let target = WatchTarget(
        ResourcePath(query.kind), namespace: namespace, labelSelector: query.labelSelector,
        fieldSelector: query.fieldSelector)
      watch(target, source)
    }
    if let ref = query.family { lookAt(ref) }
  }

  private func watch(_ target: WatchTarget, _ consumer: any WatchConsumer) {
    let watcher = Watcher(engine: engine, target: target, consumer: consumer)
    watchers.append(watcher)
    watcher.start()
  }

  private func tell(_ index: Int, _ phase: Phase) {
    let now = phases.change(index, to: phase)
    guard now != told else { return }
    told = now
    outbox.post(.phase(.rows(query), now))
  }

  // MARK: The family

  /// The object tells how its children are labelled.
  private func lookAt(_ ref: ObjectRef) {
    let index = phases.count
    phases.add()
    let source = ObjectSource(
      ref, engine: engine,
      change: { [weak self] in self?.learned($0) },
      tell: { [weak self] phase in if phase.isSettled { self?.tell(index, .live) } }, notice: { _ in })
    object = source
    watch(source.target, source)
  }

  private func learned(_ object: JSON?) {
    guard let object, !isStopped else { return }
    if let uid = object["metadata"]["uid"].string, family?.members.contains(uid) == false {
      family?.learn(root: uid)
      grown()
    }
    guard !hasPlan, let ref = query.family else { return }
    hasPlan = true
    let selector = EventFamily.selector(of: object)
    for kind in EventFamily.childKinds(of: ref.kind) {
      let index = phases.count
      phases.add()
      let source = EventChildSource(
        found: { [weak self] in self?.family?.add($0, kind: kind) ?? false },
        settled: { [weak self] in self?.grown() },
        // Who may not see the children sees the object's own events.
        tell: { [weak self] phase in if phase.isSettled { self?.tell(index, .live) } })
      var target = WatchTarget(
        ResourcePath(kind), namespace: ref.namespace, labelSelector: selector ?? "")
      target.asMetadata = true
      watch(target, source)
    }
  }

  private func grown() { sources.forEach { $0.familyChanged() } }
}

/// Makes rows of the events of one namespace. Confined to the engine's queue.
private final class EventRowSource: WatchConsumer {
  private var rows: EventRows
  private var row: RowWriter
  private let counts: (EventFact) -> Bool
  private let post: (RowBatch) -> Void
  private let tell: (Phase) -> Void
  private let notice: (String) -> Void
  private var isListing = true

  init(
    source: Int, isGrouped: Bool, counts: @escaping (EventFact) -> Bool, post: @escaping (RowBatch) -> Void,
    tell: @escaping (Phase) -> Void, notice: @escaping (String) -> Void
  ) {
    rows = EventRows(isGrouped: isGrouped)
    row = RowWriter(source: source)
    (self.counts, self.post, self.tell, self.notice) = (counts, post, tell, notice)
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { rows.removeAll() }
    isListing = !completes
    list.eachItem { if let event = EventFact($0) { rows.put(event) } }
    guard completes else { return }
    row.beginList()
    rows.write(&row, where: counts)
    row.completeList()
    flush()
  }

  func happened(_ event: WatchEvent) {
    guard let fact = EventFact(event.object) else { return }
    if event.change == .deleted { rows.remove(uid: fact.uid) } else { rows.put(fact) }
  }

  func settled() {
    guard !isListing else { return }
    rows.write(&row, where: counts)
    flush()
  }

  func familyChanged() {
    rows.touchAll()
    settled()
  }

  func vanished() {
    rows.removeAll()
    row.beginList()
    row.completeList()
    flush()
  }

  func phaseChanged(_ phase: Phase) { tell(phase) }
  func noticed(_ notice: String) { self.notice(notice) }

  private func flush() {
    let batch = row.takeBatch()
    if !batch.isEmpty { post(batch) }
  }
}

/// Tells of objects of one kind by their metadata. Confined to the engine's queue.
private final class EventChildSource: WatchConsumer {
  private let found: (JSONSlice) -> Bool
  private let grown: () -> Void
  private let tell: (Phase) -> Void
  private var hasGrown = false

  /// - Parameter found: gets each object; whether the family grew by it.
  init(
    found: @escaping (JSONSlice) -> Bool, settled: @escaping () -> Void, tell: @escaping (Phase) -> Void
  ) {
    (self.found, grown, self.tell) = (found, settled, tell)
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    list.eachItem { if found($0) { hasGrown = true } }
    if completes { settled() }
  }

  func happened(_ event: WatchEvent) { if found(event.object) { hasGrown = true } }

  func settled() {
    if hasGrown { grown() }
    hasGrown = false
  }

  func vanished() {}
  func phaseChanged(_ phase: Phase) { tell(phase) }
  func noticed(_ notice: String) {}
}
