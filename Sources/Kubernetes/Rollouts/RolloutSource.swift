import Cluster
import Dispatch
import Document

/// Follows a rollout: watches the workload, its ReplicaSets or ControllerRevisions and its pods.
///
/// @unchecked: confined to the engine's queue; others only call `start` and `stop`, which hop onto it.
final class RolloutSource: @unchecked Sendable {
  /// Changes come in groups: a pod, its ReplicaSet, the Deployment.
  private static let settleSeconds = 0.1
  /// A verdict without pods and history is better than none.
  private static let maxFirstSeconds = 0.4
  /// Some verdicts change only because time passes.
  private static let reviewSeconds = 5.0

  /// Kinds that replace their pods step by step.
  static func serves(_ kind: Kind.ID) -> Bool {
    ["apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets"].contains(kind)
  }

  private let ref: ObjectRef
  private let engine: Engine
  private let change: (Rollout, JSON) -> Void
  private let tell: (Phase) -> Void
  private let notice: (String) -> Void
  private var watchers: [Watcher] = []
  private var revisions: ItemsSource<RevisionRecord>?
  private var pods: ItemsSource<RolloutPod>?
  private var object: JSON?
  private var selector: String?
  private var board = PhaseBoard(count: 3)
  private var objectPhase = Phase.connecting
  private var isScheduled = false
  private var isOverdue = false
  private var isReviewing = false
  private var told: (rollout: Rollout, version: String)?
  private var isStopped = false

  /// - Parameters:
  ///   - change: gets the rollout and the object it is of, when one of them differs from the time before.
  ///   - tell: gets how it is served; `ended` when the object is gone.
  init(
    _ ref: ObjectRef, engine: Engine, change: @escaping (Rollout, JSON) -> Void,
    tell: @escaping (Phase) -> Void = { _ in }, notice: @escaping (String) -> Void = { _ in }
  ) {
    self.ref = ref
    self.engine = engine
    self.change = change
    self.tell = tell
    self.notice = notice
  }

  func start() {
    engine.queue.async { [self] in
      guard !isStopped else { return }
      let source = ObjectSource(
        ref, engine: engine, change: { [weak self] in self?.objectChanged($0) },
        tell: { [weak self] in self?.objectPhaseChanged($0) }, notice: notice)
      let watcher = Watcher(engine: engine, target: source.target, consumer: source)
      watchers = [watcher]
      watcher.start()
    }
  }

  func stop() {
    engine.queue.async { [self] in
      isStopped = true
      watchers.forEach { $0.stop() }
      watchers = []
    }
  }

  // MARK: What changed

  private func objectChanged(_ json: JSON?) {
    guard let json, !isStopped else { return }
    let isFirst = object == nil
    object = json
    watchParts(SelectorText.query(json["spec"]["selector"]))
    schedule()
    guard isFirst else { return }
    engine.queue.asyncAfter(deadline: .now() + Self.maxFirstSeconds) { [weak self] in
      guard let self, told == nil else { return }
      isOverdue = true
      post()
    }
  }

  private func watchParts(_ selector: String) {
    guard self.selector != selector else { return }
    self.selector = selector
    watchers.dropFirst().forEach { $0.stop() }
    watchers = Array(watchers.prefix(1))
    let group = ref.kind.split(separator: "/").dropLast().joined(separator: "/")
    let isDeployment = ref.kind.hasSuffix("/deployments")
    let revisions = ItemsSource<RevisionRecord>(
      read: { isDeployment ? RevisionRecord(replicaSet: $0) : RevisionRecord(controllerRevision: $0) },
      change: { [weak self] in self?.schedule() }, tell: { [weak self] in self?.phaseChanged(1, $0) })
    let pods = ItemsSource<RolloutPod>(
      read: { RolloutPod($0) },
      change: { [weak self] in self?.schedule() }, tell: { [weak self] in self?.phaseChanged(2, $0) })
    (self.revisions, self.pods) = (revisions, pods)
    watch("\(group)/\(isDeployment ? "replicasets" : "controllerrevisions")", selector, revisions)
    watch("v1/pods", selector, pods)
  }

  private func watch(_ kind: Kind.ID, _ selector: String, _ consumer: any WatchConsumer) {
    let target = WatchTarget(ResourcePath(kind), namespace: ref.namespace, labelSelector: selector)
    let watcher = Watcher(engine: engine, target: target, consumer: consumer)
    watchers.append(watcher)
    watcher.start()
  }

  private func objectPhaseChanged(_ phase: Phase) {
    objectPhase = phase
    phaseChanged(0, phase)
  }

  private func phaseChanged(_ part: Int, _ phase: Phase) {
    let together = board.change(part, to: phase)
    switch objectPhase {
    case .ended, .refused: tell(objectPhase)
    default: tell(together)
    }
  }

  // MARK: Telling

  private func schedule() {
    guard !isScheduled, !isStopped else { return }
    isScheduled = true
    engine.queue.asyncAfter(deadline: .now() + (told == nil ? 0 : Self.settleSeconds)) { [weak self] in
      guard let self else { return }
      isScheduled = false
      post()
    }
  }

  private func post() {
    guard let object, !isStopped else { return }
    let isWhole = (revisions.map(Self.isKnown) ?? false) && (pods.map(Self.isKnown) ?? false)
    guard isWhole || isOverdue || told != nil else { return }
    var objects = RolloutObjects(object: object)
    objects.revisions = revisions?.items.map { Array($0.values) }
    objects.pods = pods?.items.map { Array($0.values) }
    objects.problems = [revisions?.refusal, pods?.refusal].compactMap { $0 }
    let rollout = objects.rollout(now: Int64(engine.now()))
    let version = object["metadata"]["resourceVersion"].string ?? ""
    if told?.rollout != rollout || told?.version != version {
      told = (rollout, version)
      change(rollout, object)
    }
    review(rollout)
  }

  private static func isKnown<Item>(_ source: ItemsSource<Item>) -> Bool {
    source.items != nil || source.refusal != nil
  }

  private func review(_ rollout: Rollout) {
    switch rollout.verdict {
    case .done, .paused: return
    default: break
    }
    guard !isReviewing else { return }
    isReviewing = true
    engine.queue.asyncAfter(deadline: .now() + Self.reviewSeconds) { [weak self] in
      guard let self, !isStopped else { return }
      isReviewing = false
      post()
    }
  }
}
