import Cluster
import Dispatch
import Document
import HTTP

/// Serves the need for a log: a stream for each container, the pods that tell of their ends and restarts, and one order
/// for what they write.
///
/// @unchecked: confined to the engine's queue; others only call `start` and `stop`, which hop onto it.
final class LogRun: @unchecked Sendable {
  /// A container that takes longer to tell its first lines is not waited for.
  private static let maxMergeSeconds = 3.0
  private static let maxMergeBytes = 2 << 20
  /// So long lines of several streams wait for each other, so that they come in the order of their times.
  private static let orderSeconds = 0.05
  private static let maxWaitingBytes = 512 << 10
  /// How much of all logs may be on its way to the main thread before the servers have to wait.
  private static let maxHeldBytes = 8 << 20
  /// How many logs are followed at once; the others wait for a place. Each has a connection of its own, of which one server
  /// gets so many.
  static let maxOpenStreams = 64

  let query: LogQuery
  let engine: Engine
  private let outbox: Outbox
  /// Of the pod; of several, of what they belong to.
  private var watcher: Watcher?
  private var pods: LogPods?
  var members: [String: LogMember] = [:]
  var succession = LogSuccession()
  /// The pods that there were at first are known.
  var hasBegun = false
  private(set) var streams: [LogStream] = []
  private var memberOfStream: [LogMember] = []
  private var sources: [LogSource] = []
  /// How many logs there were at first.
  private var count = 0
  /// Streams that have not come to their end.
  private var open: Set<Int> = []
  private(set) var waiting: [Waiting] = []

  /// A log that waits for a place.
  struct Waiting {
    var member: LogMember
    var container: LogPod.Container
    /// It began after we did: all it wrote is wanted.
    var isNew = false
  }

  private var merge: LogMerge?
  /// The first lines of all are awaited, to be put into one order.
  private var isHolding = false
  private var isFlushDue = false
  private var held: [(Intake, Int)] = []
  private var phases = PhaseBoard(count: 1)
  private var told = Phase.connecting
  private var isStopped = false
  private var isFinished = false

  init(_ query: LogQuery, engine: Engine, outbox: Outbox) {
    self.query = query
    self.engine = engine
    self.outbox = outbox
  }

  func start() {
    engine.queue.async { [self] in
      guard !isStopped else { return }
      switch query.pods {
      case .one: startOne()
      case .selected(let selector): startSeveral(.labels(selector))
      case .of(let ref): startOwner(ref)
      }
    }
  }

  func stop() {
    engine.queue.async { [self] in
      isStopped = true
      end()
    }
  }

  // MARK: Whose log it is

  private func startOne() {
    let ref = ObjectRef(kind: "v1/pods", namespace: query.namespace, name: query.pod, uid: query.uid)
    watch(
      ref, change: { [weak self] in self?.podChanged($0) }, tell: { [weak self] in self?.podPhaseChanged($0) }
    )
  }

  /// The object tells how its pods are named; after that it is of no interest.
  private func startOwner(_ ref: ObjectRef) {
    watch(
      ref,
      change: { [weak self] object in
        guard let self, pods == nil else { return }
        guard let object else { return finish("\(ref.name) was not found") }
        let selection = LogSelection(object)
        if selection == .nothing { return finish("\(ref.name) selects no pods") }
        startSeveral(selection)
        // Not at once: this is its own step.
        let watcher = self.watcher
        engine.queue.async { watcher?.stop() }
      },
      tell: { [weak self] in
        if self?.pods == nil { self?.phaseChanged(-1, to: $0 == .live ? .connecting : $0) }
      })
  }

  private func startSeveral(_ selection: LogSelection) {
    let pods = LogPods(
      selection, namespace: query.namespace, tell: { [weak self] in self?.heard($0) },
      phaseChanged: { [weak self] phase in
        // Without the right to list pods nothing is known of whose log to read.
        self?.phaseChanged(-1, to: phase)
      })
    self.pods = pods
    pods.start(engine)
  }

  private func watch(_ ref: ObjectRef, change: @escaping (JSON?) -> Void, tell: @escaping (Phase) -> Void) {
    let source = ObjectSource(
      ref, engine: engine, change: change, tell: tell,
      notice: { [weak self] in self?.outbox.post(.notice($0)) })
    let watcher = Watcher(engine: engine, target: source.target, consumer: source)
    self.watcher = watcher
    watcher.start()
  }

  // MARK: Streams

  /// Opens these logs, as many at once as there may be, and puts what they had before the start into one order.
  func begin(_ wanted: [Waiting]) {
    hasBegun = true
    isHolding = wanted.count > 1
    if wanted.count > 1 || query.isOfSeveralPods { merge = LogMerge() }
    count = wanted.count
    for log in wanted.prefix(Self.maxOpenStreams) { add(log, isOneOfSeveral: wanted.count > 1) }
    waiting = Array(wanted.dropFirst(Self.maxOpenStreams))
    // Where all wait there are no lines, but names.
    outbox.post(.log(query, LogChunk(sources: sources)))
    streams.forEach { $0.start() }
    guard isHolding else { return tellWaiting() }
    engine.queue.asyncAfter(deadline: .now() + Self.maxMergeSeconds) { [weak self] in self?.endHolding() }
  }

  @discardableResult
  private func add(_ log: Waiting, isOneOfSeveral: Bool) -> LogStream? {
    guard streams.count < Int(UInt16.max) else { return nil }
    let index = streams.count
    let isOfSeveral = query.isOfSeveralPods
    let share = Self.maxHeldBytes / max(1, max(open.count, min(count, Self.maxOpenStreams)))
    let stream = LogStream(
      log.isNew ? query.fromTheStart : query.sharing(among: count), pod: log.member, container: log.container,
      index: index, isOneOfSeveral: isOneOfSeveral, maxHeldBytes: max(256 << 10, min(4 << 20, share)),
      run: self)
    phases.add()
    streams.append(stream)
    memberOfStream.append(log.member)
    open.insert(index)
    let name = log.container.name.isEmpty ? log.member.name : log.container.name
    sources.append(LogSource(pod: isOfSeveral ? log.member.name : "", container: name))
    log.member.add(stream)
    return stream
  }

  /// A log that comes to those that are followed.
  func join(_ log: Waiting) {
    guard open.count < Self.maxOpenStreams else {
      waiting.append(log)
      return
    }
    guard let stream = add(log, isOneOfSeveral: false) else { return }
    if merge == nil { merge = LogMerge() }
    streams.forEach { $0.othersWrite() }
    stream.start()
  }

  private func startWaiting() {
    while open.count < Self.maxOpenStreams, !waiting.isEmpty {
      let log = waiting.removeFirst()
      if log.member.isGone { continue }
      if !isHolding { mark("\(log.container.name) of pod \(log.member.name) is followed now") }
      join(log)
    }
  }

  /// What is not followed is said, by name as far as that helps.
  private func tellWaiting() {
    guard !waiting.isEmpty else { return }
    var names: [String] = []
    for log in waiting where !names.contains(log.member.name) { names.append(log.member.name) }
    let shown = names.prefix(5).joined(separator: ", ")
    let more = names.count > 5 ? " and \(names.count - 5) more pods" : ""
    mark("\(Self.maxOpenStreams) logs are followed at once; not yet those of \(shown)\(more)")
  }

  /// - Parameter index: of a stream; -1 for the pods.
  func phaseChanged(_ index: Int, to phase: Phase) {
    guard !isFinished, !isStopped else { return }
    let all = phases.change(index + 1, to: phase)
    if case .ended = phase, open.remove(index) != nil {
      streamEnded(memberOfStream[index])
      startWaiting()
    }
    // A pod goes on when its logs have ended; others may come where there are several.
    let isOver = !streams.isEmpty && waiting.isEmpty && (!query.isOfSeveralPods || !query.follow)
    let ended = isOver ? phases.ended(from: 1) : nil
    let before = told
    told = ended ?? all
    if told != before {
      flushDue()
      outbox.post(.phase(.log(query), told))
    }
    if ended != nil { end() }
    if isHolding, !streams.contains(where: \.holdsUpMerge) { endHolding() }
  }

  func finish(_ why: String) {
    phaseChanged(-1, to: .ended(why: why))
    end()
  }

  private func end() {
    if !isStopped { flushDue() }
    isFinished = true
    watcher?.stop()
    watcher = nil
    pods?.stop()
    members.values.forEach { $0.stop() }
    streams.forEach { $0.stop() }
  }

  // MARK: Lines

  /// - Parameter intake: where the lines came from, to be told when they are taken.
  func take(_ lines: LogCutter.Lines, of index: Int, from intake: Intake?) {
    guard merge != nil else { return post(lines, intake.map { [($0, lines.byteCount)] } ?? []) }
    merge?.add(lines, of: index)
    if let intake { held.append((intake, lines.byteCount)) }
    guard let merge else { return }
    if isHolding {
      // More than can be held back: what is there is put in order, and what comes later comes later.
      if merge.maxBytes > Self.maxMergeBytes { flush() }
    } else if merge.byteCount > Self.maxWaitingBytes {
      flush()
    } else if !isFlushDue {
      isFlushDue = true
      engine.queue.asyncAfter(deadline: .now() + Self.orderSeconds) { [weak self] in self?.flushDue() }
    }
  }

  func awaitsOthers(_ stream: LogStream) {
    guard !isHolding else { return }
    engine.queue.async { stream.merged() }
  }

  private func flushDue() {
    isFlushDue = false
    if !isHolding { flush() }
  }

  private func flush() {
    guard let lines = merge?.take(), !lines.lines.isEmpty else { return }
    let held = held
    self.held = []
    post(lines, held)
  }

  private func endHolding() {
    guard isHolding else { return }
    flush()
    isHolding = false
    // Not at once: this may be the middle of a stream's step.
    engine.queue.async { [self] in
      streams.forEach { $0.merged() }
      tellWaiting()
    }
  }

  func mark(_ text: String, of index: Int = 0) {
    let source = UInt16(clamping: index)
    take(
      LogCutter.Lines(mark: .init(text: "--- \(Moment.plain(text)) ---"), source: source), of: index,
      from: nil)
  }

  private func post(_ lines: LogCutter.Lines, _ held: [(Intake, Int)]) {
    guard !isStopped else { return }
    let credit = held.isEmpty ? nil : Credit { for (intake, count) in held { intake.release(count) } }
    outbox.post(
      .log(query, LogChunk(sources: sources, bytes: lines.bytes, lines: lines.lines, credit: credit)))
  }
}

extension LogQuery {
  /// What each of so many logs is asked for: the last lines of all together are not many times those of one.
  fileprivate func sharing(among count: Int) -> LogQuery {
    guard count > 10, let lines = tailLines else { return self }
    var query = self
    query.tailLines = max(min(20, lines), lines * 10 / count)
    return query
  }

  fileprivate var fromTheStart: LogQuery {
    var query = self
    (query.tailLines, query.sinceSeconds, query.sinceTime) = (nil, nil, nil)
    return query
  }

  func wants(_ container: String) -> Bool { containers.isEmpty || containers.contains(container) }
}
