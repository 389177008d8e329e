import Cluster
import Dispatch
import Document
import HTTP

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Sends a confirmed change once, and follows it to its end.
///
/// @unchecked: `send` and what it calls run on one of the desk's queues; what follows is confined to the engine's.
final class SubmitRun: @unchecked Sendable {
  /// Objects change their status all the time, and the server then refuses a change that is bound to a version.
  private static let maxAttempts = 8
  /// How long an answer that was lost is looked for.
  static let maxLookSeconds = 300.0
  /// A request that something on the way still holds may come late: longer than servers give webhooks.
  static let minUnchangedSeconds = 45.0
  /// A success is watched for so long: somebody may undo it.
  private static let watchDoneSeconds = 120.0

  let submission: Submission
  let desk: ChangeDesk
  private let outbox: Outbox
  var change: Change { submission.change }
  private var watcher: Watcher?
  private var rollouts: RolloutSource?
  private var pursuit: Pursuit?
  private var object: JSON?
  private var rollout: Rollout?
  private var told: Progress?
  private var isTicking = false
  private var doneAt: Double?
  private var isStopped = false
  private var drain: DrainRun?

  init(_ submission: Submission, desk: ChangeDesk, outbox: Outbox) {
    self.submission = submission
    self.desk = desk
    self.outbox = outbox
  }

  func start() { desk.work { [self] in send() } }

  func stop() {
    desk.engine.queue.async { [self] in
      isStopped = true
      endWatches()
      drain?.stop()
    }
  }

  func tell(_ progress: Progress) {
    desk.engine.queue.async { [self] in
      guard !isStopped, told != progress else { return }
      told = progress
      outbox.post(.progress(submission.id, progress))
    }
  }

  // MARK: Sending

  var path: String {
    ResourcePath(change.target.kind).object(namespace: change.target.namespace, name: change.target.name)
  }

  private func send() {
    guard let base = submission.preview.base?.json else {
      return tell(Progress(.refused, "it was never previewed"))
    }
    var throttled = 0
    for _ in 0..<Self.maxAttempts {
      guard let current = fresh(base) else { return }
      if case .drain(let draining) = change.action { return startDrain(draining, current) }
      let request: ChangeRequest
      do throws(ChangeRequest.Impossible) {
        request = try desk.preview(change).request(current).bound(to: current)
      } catch {
        return tell(Progress(error.isDone ? .done : .refused, error.why))
      }
      switch desk.courier.carry(request.http) {
      case .taken(let result, _): return taken(current, result)
      case .refused(let answer) where answer.status == 409 && request.method == "PATCH":
        // Not taken, since its status changed meanwhile: look again whether it is still what was shown.
        continue
      case .refused(let answer) where answer.status == 429 && !isEviction && throttled < 3:
        throttled += 1
        tell(Progress(.sending, "the server asks to wait: \(answer.words)"))
        usleep(UInt32(min(10, max(1, answer.retryAfterSeconds ?? 1)) * 1_000_000))
      case .refused(let answer) where answer.status >= 500 && !isEviction:
        return look(current, request, "the server failed (\(answer.words))")
      case .refused(let answer): return tell(Progress(.refused, answer.words))
      case .unsent(let why): return tell(Progress(.refused, "not sent: \(why)"))
      case .lost(let why): return look(current, request, "the answer was lost (\(why))")
      }
    }
    tell(Progress(.refused, "not sent: the object changes faster than it can be written"))
  }

  private var isEviction: Bool { change.action == .evict }

  var isGoing: Bool {
    switch change.action {
    case .delete, .evict: true
    default: false
    }
  }

  /// The object as it is now, where that is still what the person saw.
  private func fresh(_ base: JSON) -> JSON? {
    switch desk.courier.get(path) {
    case .refused(let answer) where answer.status == 404:
      tell(Progress(isGoing ? .done : .overtaken, "not sent: it is not there any more"))
    case .refused(let answer): tell(Progress(.refused, "not sent: \(answer.words)"))
    case .unsent(let why), .lost(let why): tell(Progress(.refused, "not sent: \(why)"))
    case .taken(let current, _):
      if current["metadata"]["uid"] != base["metadata"]["uid"] {
        tell(Progress(.overtaken, "not sent: another object has its name now"))
        return nil
      }
      let changed = FieldOwners.changed(from: change.shown(base), to: change.shown(current))
      guard let first = changed.first else { return current }
      let others = changed.count > 1 ? " and \(changed.count - 1) more fields" : ""
      tell(Progress(.overtaken, "not sent: \(first.name)\(others) changed since it was shown"))
    }
    return nil
  }

  func taken(_ base: JSON, _ result: JSON) {
    desk.engine.queue.async { [self] in follow(base, result) }
  }

  // MARK: Following, on the engine's queue

  private func follow(_ base: JSON, _ result: JSON) {
    guard !isStopped else { return }
    pursuit = Pursuit(change, base: base, result: result, sentAt: Int64(desk.engine.now()))
    var ref = change.target
    ref.uid = base["metadata"]["uid"].string ?? ref.uid
    if case .trigger(let name) = change.action {
      ref = ObjectRef(
        kind: "batch/v1/jobs", namespace: ref.namespace, name: name,
        uid: result["metadata"]["uid"].string ?? "")
    }
    tell(Progress(.following, "the server took it"))
    if !isGoing, RolloutSource.serves(ref.kind) {
      let rollouts = RolloutSource(
        ref, engine: desk.engine,
        change: { [weak self] rollout, object in
          self?.rollout = rollout
          self?.saw(object)
        }, tell: { [weak self] in if case .ended = $0 { self?.saw(nil) } })
      self.rollouts = rollouts
      return rollouts.start()
    }
    let source = ObjectSource(
      ref, engine: desk.engine, change: { [weak self] in self?.saw($0) }, tell: { _ in }, notice: { _ in })
    let watcher = Watcher(engine: desk.engine, target: source.target, consumer: source)
    self.watcher = watcher
    watcher.start()
  }

  private func saw(_ object: JSON?) {
    self.object = object
    judge()
    tick()
  }

  private func judge() {
    guard !isStopped, pursuit != nil,
      let progress = pursuit?.saw(object, rollout, now: Int64(desk.engine.now()))
    else { return }
    tell(progress)
    doneAt = progress.state == .done ? doneAt ?? Watcher.now : nil
    if progress.isFinal || hasEnded(progress.state) { endWatches() }
  }

  /// What is gone does not come back, and a job that has ended is tidied away by others.
  private func hasEnded(_ state: Progress.State) -> Bool {
    switch change.action {
    case .delete, .evict: state == .done
    case .trigger: state == .done || state == .stuck
    default: false
    }
  }

  /// Time alone makes the difference between ending and stuck.
  private func tick() {
    guard !isTicking, !isStopped else { return }
    isTicking = true
    desk.engine.queue.asyncAfter(deadline: .now() + 2) { [weak self] in
      guard let self else { return }
      isTicking = false
      guard watcher != nil || rollouts != nil else { return }
      judge()
      if let doneAt, Watcher.now - doneAt > Self.watchDoneSeconds { return endWatches() }
      tick()
    }
  }

  private func endWatches() {
    watcher?.stop()
    rollouts?.stop()
    (watcher, rollouts) = (nil, nil)
  }

  // MARK: Drain

  private func startDrain(_ draining: Change.Draining, _ node: JSON) {
    let drain = DrainRun(change.target, draining, shown: submission.preview.reach, desk: desk) {
      [weak self] in self?.tell($0)
    }
    desk.engine.queue.async { [self] in
      guard !isStopped else { return }
      self.drain = drain
      drain.start(node)
    }
  }
}
