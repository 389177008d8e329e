import Cluster
import Dispatch
import Document
import HTTP

/// Performs what a `LogState` decides: one container's log for as long as it is wanted.
///
/// @unchecked: confined to the engine's queue.
final class LogStream: @unchecked Sendable {
  let name: String
  let index: Int
  private let maxHeldBytes: Int
  private let engine: Engine
  private let request: LogRequest
  private weak var run: LogRun?
  private weak var pod: LogMember?
  private var state: LogState
  private var cutter: LogCutter
  private var grouper = LogGrouper()
  private let untilTime: Int64?
  /// Names the step being performed; what comes from an earlier one is not heard any more.
  private var step = 0
  private var transfer: Transfer?
  private var intake: Intake?
  private var errorHead: ResponseHead?
  private var errorBody = LineBuffer()

  /// - Parameter maxHeldBytes: how much of it may be on its way to the main thread before the server has to wait.
  init(
    _ query: LogQuery, pod: LogMember, container: LogPod.Container, index: Int, isOneOfSeveral: Bool,
    maxHeldBytes: Int, run: LogRun
  ) {
    name = container.name
    self.index = index
    self.maxHeldBytes = maxHeldBytes
    self.run = run
    self.pod = pod
    engine = run.engine
    request = LogRequest(query, pod: pod.name, container: name)
    cutter = LogCutter(source: UInt16(clamping: index))
    untilTime = query.untilTime
    state = LogState(
      query, container: container, pod: query.isOfSeveralPods ? pod.name : nil,
      isOneOfSeveral: isOneOfSeveral,
      seed: engine.nextSeed(), maxBackoffSeconds: engine.maxBackoffSeconds, now: Watcher.now)
  }

  /// There will be no more of it.
  var isFinished: Bool { if case .ended = state.phase { true } else { false } }
  var holdsUpMerge: Bool { state.holdsUpMerge }

  func start() { perform(state.started()) }

  func stop() {
    step += 1
    transfer?.cancel()
    transfer = nil
    intake = nil
  }

  // MARK: What the others tell

  /// Its lines stand among those of other containers.
  func othersWrite() { state.isOneOfSeveral = true }
  func merged() { perform(state.merged()) }
  func podChecked() { perform(state.podChecked()) }
  func podUnknown(_ why: String) { perform(state.podUnknown(why, now: Watcher.now)) }
  func podChanged(_ pod: LogPod?) { perform(state.podChanged(pod?[name], isGone: pod == nil)) }

  // MARK: Steps

  private func perform(_ next: LogState.Step?) {
    for mark in state.takeMarks() {
      run?.take(LogCutter.Lines(mark: mark, source: UInt16(clamping: index)), of: index, from: nil)
    }
    if let next { begin(next) }
    run?.phaseChanged(index, to: state.phase)
  }

  private func begin(_ next: LogState.Step) {
    stop()
    errorHead = nil
    switch next {
    case .open(let stream): open(request.read(stream))
    case .wait(let seconds): after(seconds) { $0.perform($0.state.waited()) }
    case .checkPod: pod?.checkPod(for: self)
    case .awaitOthers: run?.awaitsOthers(self)
    case .refreshCredential:
      let current = step
      engine.refresh { [weak self] problem in
        self?.during(current) { $0.perform($0.state.refreshed(problem: problem?.why)) }
      }
    case .awaitPod, .finish: break
    }
  }

  private func during(_ current: Int, _ body: (LogStream) -> Void) {
    if step == current { body(self) }
  }

  private func after(_ seconds: Double, _ body: @escaping @Sendable (LogStream) -> Void) {
    let current = step
    engine.queue.asyncAfter(deadline: .now() + seconds) { [weak self] in self?.during(current, body) }
  }

  private func open(_ request: ReadRequest) {
    let current = step
    engine.withGetter { [weak self] result in
      self?.during(current) { stream in
        switch result {
        case .failure(let problem): stream.podUnknown(problem.why)
        case .success(let getter):
          let intake = Intake(queue: stream.engine.queue, maxHeldBytes: stream.maxHeldBytes) {
            [weak stream] arrival in
            stream?.during(current) { $0.received(arrival) }
          }
          stream.intake = intake
          stream.transfer = intake.start(request, with: getter)
        }
      }
    }
  }

  // MARK: What comes

  private func received(_ arrival: Intake.Arrival) {
    switch arrival {
    case .head(let head):
      guard head.status == 200 else {
        errorHead = head
        return
      }
      state.opened()
      perform(nil)
    case .start: break
    case .bytes(let bytes):
      if errorHead == nil { return received(bytes) }
      errorBody.keep(bytes, maxBytes: 1 << 20)
    case .ended(let error):
      if let errorHead, error == nil {
        return perform(
          state.answered(ErrorAnswer(head: errorHead, body: errorBody.takeRest()), now: Watcher.now))
      }
      if error == nil { hand(over: cutter.takeRest { state.overlap.isNew($0) }) } else { cutter.dropRest() }
      perform(state.ended(error, now: Watcher.now))
    }
  }

  private func received(_ bytes: [UInt8]) {
    var isBeyond = false
    let end = untilTime.map { ($0 + 1) * 1_000_000_000 } ?? .max
    let lines = cutter.cut(bytes) { time in
      guard time < end else {
        // Streams swap lines by a little.
        if time > end + 2_000_000_000 { isBeyond = true }
        return false
      }
      return state.overlap.isNew(time)
    }
    // What is handed over is held until the main thread has it; the rest is not, or a long line could never end.
    intake?.release(bytes.count - lines.byteCount)
    hand(over: lines)
    // The rest of the log is of later.
    if isBeyond { perform(state.ended(nil, now: Watcher.now)) }
  }

  private func hand(over lines: LogCutter.Lines) {
    guard !lines.lines.isEmpty else { return }
    var lines = lines
    grouper.group(&lines.lines, lines.bytes)
    state.heard()
    run?.take(lines, of: index, from: intake)
  }
}

/// The requests for one container's log.
struct LogRequest {
  private let query: LogQuery
  private let pod: String
  private let container: String

  init(_ query: LogQuery, pod: String, container: String) {
    self.query = query
    self.pod = pod
    self.container = container
  }

  /// `timestamps` are always asked for: they are what lines are told apart by.
  func read(_ stream: LogState.Stream) -> ReadRequest {
    let path = ResourcePath("v1/pods").object(namespace: query.namespace, name: pod) + "/log"
    var items = [QueryItem("timestamps", "true")]
    if !container.isEmpty { items.append(QueryItem("container", container)) }
    if stream.follow { items.append(QueryItem("follow", "true")) }
    if stream.previous { items.append(QueryItem("previous", "true")) }
    if let second = stream.sinceTime {
      items.append(QueryItem("sinceTime", Timestamp(seconds: second).text))
    } else if stream.isFirst {
      if let lines = query.tailLines { items.append(QueryItem("tailLines", String(lines))) }
      if let moment = query.sinceTime {
        items.append(QueryItem("sinceTime", Timestamp(seconds: moment).text))
      } else if let seconds = query.sinceSeconds {
        items.append(QueryItem("sinceSeconds", String(seconds)))
      }
    }
    var request = ReadRequest(path, items)
    request.accept = "*/*"
    // A log that nobody reads stays paused; over HTTP/2 libcurl would buffer megabytes of it.
    request.hasOwnConnection = true
    if stream.follow { request.idleTimeoutSeconds = nil }
    return request
  }
}
