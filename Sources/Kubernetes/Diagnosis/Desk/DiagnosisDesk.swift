import Cluster
import Dispatch
import Document

/// Watches a scope, examines what it sees and tells those who want to know. All problems of the scope, the diagnosis of
/// one object and a time axis come from the same facts.
///
/// @unchecked: confined to the engine's queue; others only call `add`, `remove` and `served`, which hop onto it.
final class DiagnosisDesk: @unchecked Sendable {
  /// Changes come in groups: a pod, its ReplicaSet, the Deployment.
  private static let settleSeconds = 0.05
  /// A round of examinations that took long is followed by a pause of so many times its length, or this at most: where a cluster
  /// breaks all the time, what is shown is a moment older, and the processor is left to others.
  private static let pauseFactor = 12.0
  private static let maxPauseSeconds = 2.0
  /// A slow list shall not hold up what the others tell.
  private static let maxFirstSeconds = 3.0
  private static let maxFirstAsksSeconds = 5.0
  private static let maxEventNamespaces = 8
  private static let maxFailingSeconds = 5.0

  let namespaces: [String]
  let facts: Facts
  let problems: RankedProblems
  let engine: Engine
  private var sources: [FactSource] = []
  private var watchers: [Watcher] = []
  private var board = PhaseBoard(count: 0)
  private var phase = Phase.connecting
  private var eventWatchers: [String: Watcher] = [:]
  private var eventsWanted: Set<String> = []
  private var asker: AskRunner!
  /// What of the wishes has been passed on, and which of them were subscribers'.
  private var asked: [Int] = []
  private var othersAsked: Set<Ask> = []
  private var subscribers: [Int: any DiagnosisSubscriber] = [:]
  private var lastID = 0
  private var custom: [Kind.ID: Kind] = [:]
  private var leftOut = 0
  private var isStarted = false
  private var isScheduled = false
  private var isOverdue = false
  private var settledAt: DispatchTime?
  private var isStopped = false
  private var restsUntil = DispatchTime(uptimeNanoseconds: 0)
  private var scansConfiguration = false
  private var alarm: (at: Int64, number: Int) = (.max, 0)
  init(namespaces: [String], engine: Engine) {
    self.namespaces = namespaces
    self.engine = engine
    facts = Facts(namespaces: namespaces)
    problems = RankedProblems(facts)
    asker = AskRunner(engine: engine, facts: facts) { [weak self] in self?.schedule() }
  }

  var now: Int64 { Int64(engine.now()) }
  var examiner: Examiner { problems.examiner }
  var histories: Histories { problems.histories }

  // MARK: Who wants to know

  /// Calls back on the queue, at first and whenever something changed.
  ///
  /// - Parameter added: gets its number; nil when the desk has ended meanwhile.
  func add(_ subscriber: any DiagnosisSubscriber, _ added: @escaping @Sendable (Int?) -> Void) {
    engine.queue.async { [self] in
      guard !isStopped else { return added(nil) }
      lastID += 1
      subscribers[lastID] = subscriber
      start()
      subscriber.began(self)
      subscriber.phaseChanged(phase)
      schedule()
      added(lastID)
    }
  }

  /// - Parameter ended: called when nobody is left.
  func remove(_ id: Int, ended: @escaping @Sendable () -> Void) {
    engine.queue.async { [self] in
      subscribers.removeValue(forKey: id)?.ended()
      if subscribers.isEmpty {
        stop()
        ended()
      }
    }
  }

  // MARK: What is watched

  private func start() {
    guard !isStarted else { return }
    isStarted = true
    for kind in WatchedKinds.all { watch(kind, isNamespaced: WatchedKinds.isNamespaced(kind)) }
    engine.queue.asyncAfter(deadline: .now() + Self.maxFirstSeconds) { [weak self] in
      self?.isOverdue = true
      self?.schedule()
    }
  }

  private func watch(
    _ kind: Kind.ID, isNamespaced: Bool, asMetadata: Bool = false, keepsManagers: Bool = false
  ) {
    facts.watches(kind)
    for namespace in namespaces.isEmpty || !isNamespaced ? [""] : namespaces {
      let index = sources.count
      let source = FactSource(
        kind, namespace: namespace, facts: facts, keepsManagers: asMetadata || keepsManagers,
        now: { [engine] in Int64(engine.now()) }
      ) { [weak self] in
        self?.sourceChanged(kind)
      } tell: { [weak self] in
        self?.phaseChanged(index, $0)
      }
      board.add()
      sources.append(source)
      var target = WatchedKinds.target(kind, namespace: namespace)
      if asMetadata { target.asMetadata = true }
      let watcher = Watcher(engine: engine, target: target, consumer: source)
      watchers.append(watcher)
      watcher.start()
    }
  }

  /// Custom kinds that the server serves.
  func served(_ kinds: [Kind]) {
    engine.queue.async { [self] in
      guard isStarted, !isStopped else { return }
      let (wanted, leftOut) = WatchedKinds.custom(kinds)
      self.leftOut = leftOut
      for kind in wanted where custom[kind.id] == nil {
        custom[kind.id] = kind
        watch(kind.id, isNamespaced: kind.namespaced)
      }
    }
  }

  /// Keeps an object of a kind that is not watched, because somebody asks about it.
  func watchOne(_ ref: ObjectRef) -> SingleWatch? {
    guard !facts.watched.contains(ref.kind) else { return nil }
    let source = FactSource(
      ref.kind, namespace: ref.namespace, facts: facts, now: { [engine] in Int64(engine.now()) }
    ) {
      [weak self] in
      self?.schedule()
    } tell: { _ in
    }
    var target = WatchTarget(
      ResourcePath(ref.kind), namespace: ref.namespace, fieldSelector: "metadata.name=\(ref.name)")
    target.asMetadata = ref.kind == "v1/secrets"
    let watcher = Watcher(engine: engine, target: target, consumer: source)
    watcher.start()
    return SingleWatch(source: source, watcher: watcher)
  }

  func end(_ single: SingleWatch) {
    single.watcher.stop()
    single.source.release()
    schedule()
  }

  static let configurationKinds: [Kind.ID] = ["v1/configmaps", "v1/secrets"]

  /// Reads when config maps and secrets were written, and nothing of what stands in them.
  func watchConfigurationMetadata() {
    for kind in Self.configurationKinds where !facts.watched.contains(kind) {
      watch(kind, isNamespaced: true, asMetadata: true)
    }
    let revisions = "apps/v1/controllerrevisions"
    if !facts.watched.contains(revisions) { watch(revisions, isNamespaced: true) }
  }

  /// Reads what stands in config maps, to look for credentials.
  func scanConfiguration() {
    guard !scansConfiguration else { return }
    scansConfiguration = true
    let kind = "v1/configmaps"
    // Their metadata alone may be watched for a time axis: whole objects serve that, too.
    for (source, watcher) in zip(sources, watchers) where source.kind == kind { watcher.stop() }
    watch(kind, isNamespaced: true, keepsManagers: true)
  }

  private func sourceChanged(_ kind: Kind.ID) {
    let all = sources.filter { $0.kind == kind }
    let isWhole = all.allSatisfy(\.isWhole)
    for source in all {
      facts.setState(of: kind, namespace: source.namespace, isWhole: isWhole, problem: source.problem)
    }
    schedule()
  }

  private func phaseChanged(_ index: Int, _ phase: Phase) {
    let source = sources[index]
    if case .stale(_, let why) = phase, !source.isSettled { giveUpLater(index, why) }
    // What can't be read is missing and told so, and the rest is worth showing.
    var now = board.change(index, to: source.problem == nil ? phase : .live)
    if sources.allSatisfy({ $0.problem != nil }) { now = phase }
    guard now != self.phase else { return }
    self.phase = now
    for subscriber in subscribers.values { subscriber.phaseChanged(now) }
  }

  /// One list that fails shall not keep all others waiting: a kind whose conversion webhook is gone, a server behind an
  /// aggregated API.
  private func giveUpLater(_ index: Int, _ why: String) {
    engine.queue.asyncAfter(deadline: .now() + Self.maxFailingSeconds) { [weak self] in
      guard let self, !isStopped, !sources[index].isSettled else { return }
      sources[index].giveUp(why)
      phaseChanged(index, .stale(since: now, why: why))
    }
  }

  private func stop() {
    isStopped = true
    for watcher in watchers { watcher.stop() }
    for watcher in eventWatchers.values { watcher.stop() }
    asker.stop()
    (watchers, eventWatchers) = ([], [:])
  }

  // MARK: Examining

  /// Whether every list has been read once, or can't be.
  var isSettled: Bool { sources.allSatisfy(\.isSettled) }
  /// Whether nothing is still on its way that a rule waits for.
  var isWhole: Bool {
    isSettled && asker.isIdle && !examiner.wants.isWaiting && !histories.isWaiting && !hasNewAsks
  }
  /// Whether subscribers want something that the server was not asked yet.
  private var hasNewAsks: Bool { othersAsked != Set(othersAsks.keys) }

  /// Whether what is known may be told as all: where something changes all the time, something is always being asked for.
  var isTellable: Bool {
    isWhole || settledAt.map { DispatchTime.now() > $0 + Self.maxFirstAsksSeconds } ?? false
  }

  func schedule() {
    guard !isScheduled, !isStopped, isSettled || isOverdue else { return }
    isScheduled = true
    engine.queue.asyncAfter(deadline: max(.now() + Self.settleSeconds, restsUntil)) { [weak self] in
      guard let self, !isStopped else { return }
      isScheduled = false
      let spent = ContinuousClock().measure { self.examine() }
      restsUntil = .now() + min(Self.maxPauseSeconds, Self.pauseFactor * (spent / .seconds(1)))
    }
  }

  private func examine() {
    let now = now
    if settledAt == nil, isSettled { settledAt = .now() }
    problems.update(now: now)
    wantEvents()
    ask(now: now)
    // Nothing is told as whole before those have looked that only ask.
    for subscriber in subscribers.values where subscriber.onlyAsks { subscriber.changed(now: now) }
    for subscriber in subscribers.values where !subscriber.onlyAsks { subscriber.changed(now: now) }
    facts.round.end()
    if hasNewAsks { schedule() }
    setAlarm(now: now)
  }

  /// Asks the server what those who look want to know; nothing to do as long as they want the same.
  private func ask(now: Int64) {
    let others = othersAsks
    let wanted = [examiner.wantsRevision, histories.wantsRevision]
    guard wanted != asked || othersAsked != Set(others.keys) || !examiner.renewedAsks.isEmpty else { return }
    (asked, othersAsked) = (wanted, Set(others.keys))
    var asks = examiner.wants.asks
    for more in [histories.asks, others] { asks.merge(more) { first, _ in first } }
    asker.want(asks, renewed: examiner.renewedAsks, now: now)
  }

  private var othersAsks: [Ask: FactKey] {
    subscribers.values.map(\.asks).reduce(into: [:]) { $0.merge($1) { first, _ in first } }
  }

  private func setAlarm(now: Int64) {
    guard let next = examiner.nextReview, next < alarm.at || alarm.at <= now else { return }
    alarm = (next, alarm.number + 1)
    let number = alarm.number
    engine.queue.asyncAfter(deadline: .now() + Double(max(1, next - now))) { [weak self] in
      guard let self, alarm.number == number else { return }
      alarm.at = .max
      schedule()
    }
  }

  // MARK: Events

  /// How many want all events of the namespaces, not only warnings: time axes.
  var wantAllEvents = 0 {
    didSet {
      guard (wantAllEvents > 0) != (oldValue > 0), !isStopped else { return }
      for watcher in eventWatchers.values { watcher.stop() }
      eventWatchers = [:]
      eventsWanted = wantAllEvents == 0 ? [] : namespaces.isEmpty ? [""] : Set(namespaces)
      wantEvents()
    }
  }

  private func wantEvents() {
    guard !isStopped else { return }
    eventsWanted.formUnion(examiner.wants.events)
    if eventsWanted.count > Self.maxEventNamespaces, namespaces.isEmpty { eventsWanted.insert("") }
    let wanted = eventsWanted.contains("") ? [""] : eventsWanted
    for (namespace, watcher) in eventWatchers where !wanted.contains(namespace) {
      watcher.stop()
      eventWatchers[namespace] = nil
    }
    for namespace in wanted where eventWatchers[namespace] == nil {
      let source = EventFactSource(namespace: namespace, facts: facts) { [weak self] in self?.schedule() }
      let target = WatchTarget(
        ResourcePath("v1/events"), namespace: namespace,
        fieldSelector: wantAllEvents > 0 ? "" : "type=Warning")
      let watcher = Watcher(engine: engine, target: target, consumer: source)
      eventWatchers[namespace] = watcher
      watcher.start()
    }
  }

  // MARK: What is told

  /// What could not be looked at: sentences.
  var unseen: [String] {
    var sentences: [String] = []
    for source in sources {
      guard let problem = source.problem else { continue }
      let plural = Self.plural(source.kind)
      let place = source.namespace.isEmpty ? "" : " in \(source.namespace)"
      sentences.append("\(plural)\(place): \(problem)")
    }
    if leftOut > 0 { sentences.append("\(leftOut) more kinds of custom objects: too many to watch") }
    if facts.events.isFull { sentences.append("the oldest events: more than \(EventBook.maxEvents)") }
    return sentences + examiner.wants.unseen.filter { !sentences.contains($0) }
  }

  var checked: [ProblemBoard.Checked] {
    let scanned = scansConfiguration ? ["v1/configmaps"] : []
    return (scanned + WatchedKinds.all + custom.keys.sorted()).compactMap { kind in
      guard let shelf = facts.shelf(kind), shelf.isWhole else { return nil }
      return ProblemBoard.Checked(kind, plural: Self.plural(kind), count: shelf.count)
    }
  }

  static func plural(_ kind: Kind.ID) -> String {
    if kind == HelmReleases.kind { return "helm releases" }
    return kind.split(separator: "/").last.map(String.init) ?? kind
  }
}

/// Somebody who is told when what the desk knows has changed. Called on the engine's queue.
protocol DiagnosisSubscriber: AnyObject, Sendable {
  func began(_ desk: DiagnosisDesk)
  func changed(now: Int64)
  func phaseChanged(_ phase: Phase)
  func ended()
  /// What it wants to know beside what is broken.
  var asks: [Ask: FactKey] { get }
  /// Whether it tells nothing itself: others do, by what it asks for.
  var onlyAsks: Bool { get }
}

extension DiagnosisSubscriber {
  var asks: [Ask: FactKey] { [:] }
  var onlyAsks: Bool { false }
}

/// The watch of one object.
struct SingleWatch {
  let source: FactSource
  let watcher: Watcher
}
