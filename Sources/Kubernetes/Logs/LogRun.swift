import Cluster
import Dispatch
import Document
import HTTP

/// Serves the need for a log: a stream for each container, the pod that tells of their ends and restarts, and one order
/// for what they wrote before the start.
///
/// @unchecked: confined to the engine's queue; others only call `start` and `stop`, which hop onto it.
final class LogRun: @unchecked Sendable {
  /// A container that takes longer to tell its first lines is not waited for.
  private static let maxMergeSeconds = 3.0
  private static let maxMergeBytes = 2 << 20

  private let query: LogQuery
  private let engine: Engine
  private let outbox: Outbox
  private let ref: ObjectRef
  private var watcher: Watcher?
  private var pod: LogPod?
  private var uid: String
  private var isPodGone = false
  private var streams: [LogStream] = []
  private var merge: LogMerge?
  private var held: [(Intake, Int)] = []
  private var phases = PhaseBoard(count: 1)
  private var told = Phase.connecting
  private var check: PendingFetch?
  private var checkers: [LogStream] = []
  private var isStopped = false
  private var isFinished = false

  init(_ query: LogQuery, engine: Engine, outbox: Outbox) {
    self.query = query
    self.engine = engine
    self.outbox = outbox
    uid = query.uid
    ref = ObjectRef(kind: "v1/pods", namespace: query.namespace, name: query.pod, uid: query.uid)
  }

  func start() {
    let source = ObjectSource(
      ref, engine: engine, change: { [weak self] in self?.podChanged($0) },
      tell: { [weak self] in self?.podPhaseChanged($0) },
      notice: { [weak self] in self?.outbox.post(.notice($0)) })
    let watcher = Watcher(engine: engine, target: source.target, consumer: source)
    engine.queue.async { [self] in
      guard !isStopped else { return }
      self.watcher = watcher
      watcher.start()
    }
  }

  func stop() {
    engine.queue.async { [self] in
      isStopped = true
      end()
    }
  }

  // MARK: The pod

  private func podChanged(_ json: JSON?) {
    let pod = json.map { LogPod($0) }
    // Another pod of the same name (a StatefulSet's next) has another log.
    if let pod, uid.isEmpty || pod.uid == uid {
      uid = pod.uid
      self.pod = pod
      if streams.isEmpty { begin(pod.containers) } else { joined(pod) }
      streams.forEach { $0.podChanged(pod) }
    } else if !isPodGone {
      isPodGone = true
      if streams.isEmpty { return finish("pod \(query.pod) was not found") }
      mark("pod \(query.pod) is gone")
      streams.forEach { $0.podChanged(nil) }
    }
  }

  private func podPhaseChanged(_ phase: Phase) {
    if case .refused = phase {
      // The log may be allowed where the pod is not: then nothing is known of restarts.
      if streams.isEmpty {
        begin((query.containers.isEmpty ? [""] : query.containers).map { .init(name: $0) })
      }
      return phaseChanged(-1, to: .live)
    }
    phaseChanged(-1, to: phase)
  }

  /// Asks how the pod is now; many ask at once when a connection is lost.
  func checkPod(for stream: LogStream) {
    checkers.append(stream)
    guard check == nil else { return }
    let request = ReadRequest(ResourcePath(ref.kind).object(namespace: ref.namespace, name: ref.name))
    check = engine.fetch(request) { [weak self] result in self?.checked(result) }
  }

  private func checked(_ result: Result<Response, ErrorAnswer>) {
    check = nil
    let asking = checkers
    checkers = []
    switch result {
    case .success(let answer): podChanged(JSON.parse(answer.body).value)
    case .failure(let answer) where answer.status == 404: podChanged(nil)
    case .failure(let answer) where [401, 403].contains(answer.status): break
    case .failure(let answer): return asking.forEach { $0.podUnknown(answer.message) }
    }
    asking.forEach { $0.podChecked() }
  }

  // MARK: Streams

  private func begin(_ containers: [LogPod.Container]) {
    let wanted =
      query.containers.isEmpty
      ? containers
      : query.containers.map { name in
        containers.first { $0.name == name } ?? LogPod.Container(name: name)
      }
    guard !wanted.isEmpty else { return finish("pod \(query.pod) has no containers") }
    if wanted.count > 1 { merge = LogMerge(count: wanted.count) }
    wanted.forEach { add($0, isOneOfSeveral: wanted.count > 1) }
    // Where all wait there are no lines, but names.
    outbox.post(.log(query, LogChunk(sources: names)))
    streams.forEach { $0.start() }
    guard merge != nil else { return }
    engine.queue.asyncAfter(deadline: .now() + Self.maxMergeSeconds) { [weak self] in self?.endMerge() }
  }

  private func add(_ container: LogPod.Container, isOneOfSeveral: Bool) {
    phases.add()
    streams.append(
      LogStream(
        query, container: container, index: streams.count, isOneOfSeveral: isOneOfSeveral, engine: engine,
        run: self))
  }

  /// Ephemeral containers come to a pod that runs.
  private func joined(_ pod: LogPod) {
    guard query.containers.isEmpty, query.follow else { return }
    for container in pod.containers where !streams.contains(where: { $0.name == container.name }) {
      guard streams.first?.name != "" else { return }
      add(container, isOneOfSeveral: false)
      streams.forEach { $0.othersWrite() }
      mark("container \(container.name) joined the pod")
      streams.last?.start()
    }
  }

  private var names: [String] { streams.map { $0.name.isEmpty ? query.pod : $0.name } }

  /// - Parameter index: of a stream; -1 for the pod.
  func phaseChanged(_ index: Int, to phase: Phase) {
    guard !isFinished, !isStopped else { return }
    let all = phases.change(index + 1, to: phase)
    // The pod goes on when its logs have ended.
    let ended = streams.isEmpty ? nil : phases.ended(from: 1)
    let before = told
    told = ended ?? all
    if told != before { outbox.post(.phase(.log(query), told)) }
    if ended != nil { end() }
    if merge != nil, !streams.contains(where: \.holdsUpMerge) { endMerge() }
  }

  private func finish(_ why: String) {
    phaseChanged(-1, to: .ended(why: why))
    end()
  }

  private func end() {
    isFinished = true
    watcher?.stop()
    watcher = nil
    check?.cancel()
    streams.forEach { $0.stop() }
  }

  // MARK: Lines

  /// - Parameter intake: where the lines came from, to be told when they are taken.
  func take(_ lines: LogCutter.Lines, of index: Int, from intake: Intake?) {
    if merge != nil {
      merge?.add(lines, of: index)
      if let intake { held.append((intake, lines.byteCount)) }
      // More than can be held back: what is there is put in order, and what comes later comes later.
      if let merge, merge.maxBytes > Self.maxMergeBytes { flushMerge() }
    } else {
      post(lines, intake.map { [($0, lines.byteCount)] } ?? [])
    }
  }

  func awaitsOthers(_ stream: LogStream) {
    guard merge == nil else { return }
    engine.queue.async { stream.merged() }
  }

  private func flushMerge() {
    guard let lines = merge?.take(), !lines.lines.isEmpty else { return }
    post(lines, held)
    held = []
  }

  private func endMerge() {
    guard merge != nil else { return }
    flushMerge()
    merge = nil
    // Not at once: this may be the middle of a stream's step.
    engine.queue.async { [self] in streams.forEach { $0.merged() } }
  }

  private func mark(_ text: String) {
    take(LogCutter.Lines(mark: .init(text: "--- \(text) ---"), source: 0), of: 0, from: nil)
  }

  private func post(_ lines: LogCutter.Lines, _ held: [(Intake, Int)]) {
    guard !isStopped else { return }
    let credit = held.isEmpty ? nil : Credit { for (intake, count) in held { intake.release(count) } }
    outbox.post(
      .log(query, LogChunk(sources: names, bytes: lines.bytes, lines: lines.lines, credit: credit)))
  }
}
