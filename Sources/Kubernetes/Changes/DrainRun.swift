import Cluster
import Dispatch
import Document
import HTTP

/// Empties a node: cordons it, evicts its pods one by one, asks again where a disruption budget says not now, and
/// watches until the last has gone.
///
/// @unchecked: confined to the engine's queue, but for the requests, which run on one of the desk's.
final class DrainRun: @unchecked Sendable {
  /// As often as `kubectl drain` asks again.
  private static let retrySeconds = 5.0

  private let node: ObjectRef
  private let draining: Change.Draining
  /// The UIDs of the pods that a person saw in the plan.
  private let shown: Set<String>
  private let desk: ChangeDesk
  private let tell: (Progress) -> Void
  private var state = DrainState(pods: [])
  private var pods: EventSource?
  private var watcher: Watcher?
  private var isEvicting = false
  private var isStopped = false

  init(
    _ node: ObjectRef, _ draining: Change.Draining, shown: Set<String>, desk: ChangeDesk,
    tell: @escaping (Progress) -> Void
  ) {
    self.shown = shown
    self.node = node
    self.draining = draining
    self.desk = desk
    self.tell = tell
  }

  func start(_ base: JSON) {
    tell(Progress(.sending, "cordoning the node"))
    desk.work { [self] in
      if let problem = cordon(base) { return fail(problem) }
      switch DrainPlan.read(node: node.name, draining, desk.courier) {
      case .failure(let problem): fail(Progress(.stuck, "cordoned, but \(problem.why): no pod was evicted"))
      case .success(let plan):
        let kept = plan.keeping(to: shown)
        desk.engine.queue.async { self.begin(kept) }
      }
    }
  }

  func stop() {
    isStopped = true
    watcher?.stop()
    watcher = nil
  }

  private func fail(_ progress: Progress) {
    desk.engine.queue.async { self.tell(progress) }
  }

  /// What went wrong; nil when the node is cordoned.
  private func cordon(_ base: JSON) -> Progress? {
    guard base["spec"]["unschedulable"].bool != true else { return nil }
    let change = Change(.cordon, node)
    guard let request = try? ChangeRequest.make(change, base: base, now: 0) else { return nil }
    switch desk.courier.carry(request.http) {
    case .taken: return nil
    case .refused(let answer): return Progress(.refused, "the node could not be cordoned: \(answer.words)")
    case .unsent(let why): return Progress(.refused, "not sent: \(why)")
    case .lost(let why):
      let path = ResourcePath(node.kind).object(namespace: "", name: node.name)
      if desk.courier.get(path).object?["spec"]["unschedulable"].bool == true { return nil }
      return Progress(.unknown, "whether the node was cordoned is not known (\(why)); no pod was evicted")
    }
  }

  private func begin(_ plan: DrainPlan) {
    guard !isStopped else { return }
    state = DrainState(pods: plan.pods)
    let source = EventSource { [weak self] in self?.podsChanged() }
    pods = source
    let target = WatchTarget(
      ResourcePath("v1/pods"), namespace: "", fieldSelector: "spec.nodeName=\(node.name)")
    let watcher = Watcher(engine: desk.engine, target: target, consumer: source)
    self.watcher = watcher
    watcher.start()
    evict()
  }

  private func podsChanged() {
    guard !isStopped, let items = pods?.items else { return }
    state.saw(present: Set(items.compactMap { $0["metadata"]["uid"].string }))
    report()
  }

  private func report() {
    let progress = state.progress
    tell(progress)
    if progress.state == .done {
      watcher?.stop()
      watcher = nil
    }
  }

  // MARK: Evicting

  private func evict() {
    guard !isEvicting, !isStopped, !state.toEvict.isEmpty else { return }
    isEvicting = true
    let wanted = state.toEvict
    desk.work { [self] in
      for pod in wanted {
        let answer = ask(pod)
        desk.engine.queue.async { self.answered(pod, answer) }
      }
      desk.engine.queue.async { self.passEnded() }
    }
  }

  private func ask(_ pod: DrainPlan.Pod) -> Courier.Answer {
    let ref = ObjectRef(kind: "v1/pods", namespace: pod.namespace, name: pod.name, uid: pod.uid)
    guard var request = try? ChangeRequest.make(Change(.evict, ref), base: .null, now: 0) else {
      return .unsent("no eviction")
    }
    request = request.bound(to: ["metadata": ["uid": .string(pod.uid)]])
    if let grace = draining.graceSeconds { request.body["deleteOptions"]["gracePeriodSeconds"] = .int(grace) }
    return desk.courier.carry(request.http)
  }

  private func answered(_ pod: DrainPlan.Pod, _ answer: Courier.Answer) {
    guard !isStopped else { return }
    state.answered(pod.uid, answer)
    report()
  }

  private func passEnded() {
    isEvicting = false
    guard !isStopped, !state.toEvict.isEmpty else { return }
    desk.engine.queue.asyncAfter(deadline: .now() + Self.retrySeconds) { [weak self] in self?.evict() }
  }
}

/// How far a drain is. A value without I/O.
struct DrainState: Sendable {
  enum Stage: Sendable, Hashable {
    case planned
    case waiting(String)
    case leaving
    case gone
    case failed(String)
    case left(String)
  }

  private(set) var stages: [(pod: DrainPlan.Pod, stage: Stage)]

  init(pods: [DrainPlan.Pod]) {
    stages = pods.map { pod in
      switch pod.fate {
      case .evict, .waits: (pod, .planned)
      case .stays(let why), .kept(let why): (pod, .left(why))
      }
    }
  }

  /// What is still to be asked for.
  var toEvict: [DrainPlan.Pod] {
    stages.filter { entry in
      switch entry.stage {
      case .planned, .waiting: true
      default: false
      }
    }
    .map(\.pod)
  }

  mutating func answered(_ uid: String, _ answer: Courier.Answer) {
    guard let at = stages.firstIndex(where: { $0.pod.uid == uid }), stages[at].stage != .gone else { return }
    switch answer {
    case .taken: stages[at].stage = .leaving
    case .refused(let refusal) where refusal.status == 404: stages[at].stage = .gone
    // Not now: a disruption budget, or another pod that has its name. Which it is, the watch tells.
    case .refused(let refusal) where refusal.status == 429 || refusal.status == 409:
      stages[at].stage = .waiting(refusal.causes.first ?? refusal.message)
    case .refused(let refusal): stages[at].stage = .failed(refusal.words)
    // An eviction that comes twice does no harm.
    case .unsent(let why), .lost(let why): stages[at].stage = .waiting(why)
    }
  }

  mutating func saw(present: Set<String>) {
    for at in stages.indices where !present.contains(stages[at].pod.uid) {
      if case .left = stages[at].stage { continue }
      stages[at].stage = .gone
    }
  }

  private var kept: Int { stages.count { if case .kept = $0.pod.fate { true } else { false } } }

  private var keptWhy: String? {
    stages.lazy.compactMap { if case .kept(let why) = $0.pod.fate { why } else { nil } }.first
  }

  var isOver: Bool {
    stages.allSatisfy { entry in
      switch entry.stage {
      case .gone, .left, .failed: true
      case .planned, .waiting, .leaving: false
      }
    }
  }

  var progress: Progress {
    let movable = stages.filter(\.pod.isEvicted)
    let gone = movable.count { $0.stage == .gone }
    let failures = stages.compactMap { entry -> String? in
      if case .failed(let why) = entry.stage { "\(entry.pod.name): \(why)" } else { nil }
    }
    let waiting = stages.compactMap { entry -> String? in
      if case .waiting(let why) = entry.stage {
        "\(entry.pod.namespace)/\(entry.pod.name): \(why)"
      } else {
        nil
      }
    }
    let counted = "\(gone) of \(movable.count) pods gone"
    if isOver {
      if !failures.isEmpty { return Progress(.stuck, "\(counted); \(failures[0])", parts: parts) }
      if let why = keptWhy {
        return Progress(.stuck, "\(counted); \(kept) kept, the first since \(why)", parts: parts)
      }
      return Progress(.done, "drained: \(counted)", parts: parts)
    }
    if let first = waiting.first {
      let others = waiting.count > 1 ? " (and \(waiting.count - 1) more)" : ""
      return Progress(.following, "\(counted); waiting for \(first)\(others)", parts: parts)
    }
    return Progress(.following, counted, parts: parts)
  }

  private var parts: [Preview.Note] {
    stages.map { entry in
      let name = "\(entry.pod.namespace)/\(entry.pod.name)"
      switch entry.stage {
      case .planned: return Preview.Note("\(name): next", .starting)
      case .waiting(let why): return Preview.Note("\(name): \(why)", .pending)
      case .leaving: return Preview.Note("\(name): evicted, ending", .ending)
      case .gone: return Preview.Note("\(name): gone", .done)
      case .failed(let why): return Preview.Note("\(name): \(why)", .bad)
      case .left(let why): return Preview.Note("\(name): stays, \(why)", .done)
      }
    }
  }
}
