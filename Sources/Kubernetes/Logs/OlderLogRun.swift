import Cluster
import Dispatch
import Document
import HTTP

/// Fetches the lines before those that are there, of each container once: from a moment on that lies further and further
/// back until something is found, read up to the first line that is had.
///
/// @unchecked: confined to the engine's queue; others only call `start` and `stop`, which hop onto it.
final class OlderLogRun: @unchecked Sendable {
  private static let maxAtOnce = 8

  private let query: OlderLogQuery
  private let engine: Engine
  private let outbox: Outbox
  private var waiting: [OlderLogQuery.Anchor]
  private var running: [Int: OlderLogFetch] = [:]
  /// What came, by the index of the container.
  private var found: [Int: [LogCutter.Lines]] = [:]
  private var hasMore = false
  private var problem: String?
  private var isStopped = false

  init(_ query: OlderLogQuery, engine: Engine, outbox: Outbox) {
    (self.query, self.engine, self.outbox) = (query, engine, outbox)
    waiting = query.anchors
  }

  func start() { engine.queue.async { [self] in next() } }

  func stop() {
    engine.queue.async { [self] in
      isStopped = true
      running.values.forEach { $0.stop() }
      running = [:]
    }
  }

  private func next() {
    guard !isStopped else { return }
    while running.count < Self.maxAtOnce, !waiting.isEmpty {
      let anchor = waiting.removeFirst()
      let fetch = OlderLogFetch(query, anchor, engine: engine) { [weak self] in self?.ended(anchor, $0) }
      running[anchor.index] = fetch
      fetch.start()
    }
    if running.isEmpty { tell() }
  }

  private func ended(_ anchor: OlderLogQuery.Anchor, _ outcome: OlderLogFetch.Outcome) {
    running[anchor.index] = nil
    found[anchor.index] = outcome.lines
    hasMore = hasMore || outcome.hasMore
    problem = problem ?? outcome.problem
    next()
  }

  private func tell() {
    // Of one time, lines stand in the order of the containers, whoever answered first.
    var merge = LogMerge()
    for anchor in query.anchors {
      for lines in found[anchor.index] ?? [] { merge.add(lines, of: anchor.index) }
    }
    var lines = merge.take()
    var groupers: [UInt16: LogGrouper] = [:]
    // Line by line, as those of several containers stand among each other.
    for index in lines.lines.indices {
      var line = [lines.lines[index]]
      groupers[line[0].source, default: LogGrouper()].group(&line, lines.bytes)
      lines.lines[index] = line[0]
    }
    let sources = query.anchors.reduce(into: [LogSource]()) { sources, anchor in
      while sources.count <= anchor.index { sources.append(LogSource(container: "")) }
      sources[anchor.index] = anchor.source
    }
    outbox.post(
      .olderLog(query, LogChunk(sources: sources, bytes: lines.bytes, lines: lines.lines), hasMore: hasMore))
    let phase: Phase = problem.map { .refused(status: 0, why: $0) } ?? .ended(why: "")
    outbox.post(.phase(.olderLog(query), phase))
  }
}

/// The older lines of one container.
///
/// @unchecked: confined to the engine's queue.
final class OlderLogFetch: @unchecked Sendable {
  struct Outcome {
    var lines: [LogCutter.Lines] = []
    var hasMore = false
    var problem: String?
  }

  private let query: OlderLogQuery
  private let anchor: OlderLogQuery.Anchor
  private let engine: Engine
  private let whole: (Outcome) -> Void
  /// How far back is looked; nil from the beginning on.
  private var seconds: Int?
  private var step = 0
  private var transfer: Transfer?
  private var intake: Intake?
  private var cutter: LogCutter
  private var pieces: [LogCutter.Lines] = []
  private var count = 0
  private var byteCount = 0
  private let maxBytes: Int
  /// Of all containers together.
  private static let maxTotalBytes = 16 << 20
  /// Lines of just the anchor's time that stand before those that are had.
  private var sameTime: [LogCutter.Lines] = []
  private var isCut = false
  private var errorHead: ResponseHead?
  private var errorBody = LineBuffer()

  init(
    _ query: OlderLogQuery, _ anchor: OlderLogQuery.Anchor, engine: Engine, whole: @escaping (Outcome) -> Void
  ) {
    (self.query, self.anchor, self.engine, self.whole) = (query, anchor, engine, whole)
    seconds = anchor.guessSeconds
    maxBytes = Self.maxTotalBytes / max(1, query.anchors.count)
    cutter = LogCutter(source: UInt16(clamping: anchor.index))
  }

  func start() { open() }

  func stop() {
    step += 1
    transfer?.cancel()
    transfer = nil
    intake = nil
  }

  private func open() {
    stop()
    let current = step
    cutter = LogCutter(source: UInt16(clamping: anchor.index))
    (pieces, sameTime, count, byteCount, isCut, errorHead) = ([], [], 0, 0, false, nil)
    var log = query.log
    (log.follow, log.tailLines, log.sinceSeconds, log.sinceTime) = (false, nil, nil, nil)
    if let seconds { log.sinceTime = anchor.nanoseconds / 1_000_000_000 - Int64(seconds) }
    let isOne = log.pods == .one
    let request = LogRequest(
      log, pod: isOne ? log.pod : anchor.source.pod, container: anchor.source.container
    )
    .read(LogState.Stream(previous: log.previous, follow: false))
    engine.withGetter { [weak self] result in
      guard let self, step == current else { return }
      switch result {
      case .failure(let problem): end(problem: problem.why)
      case .success(let getter):
        let intake = Intake(queue: engine.queue, maxHeldBytes: 4 << 20) { [weak self] arrival in
          if let self, step == current { received(arrival) }
        }
        self.intake = intake
        transfer = intake.start(request, with: getter)
      }
    }
  }

  private func received(_ arrival: Intake.Arrival) {
    switch arrival {
    case .head(let head): if head.status != 200 { errorHead = head }
    case .start: break
    case .bytes(let bytes):
      intake?.release(bytes.count)
      if errorHead == nil { take(bytes) } else { errorBody.keep(bytes, maxBytes: 1 << 20) }
    case .ended(let error):
      if let errorHead, error == nil {
        return end(problem: ErrorAnswer(head: errorHead, body: errorBody.takeRest()).message)
      }
      if let error { return end(problem: error.advice) }
      enough()
    }
  }

  private func take(_ bytes: [UInt8]) {
    var isBeyond = false
    var same: Set<Int> = []
    var index = 0
    let lines = cutter.cut(bytes) { time in
      guard time <= anchor.nanoseconds else {
        isBeyond = true
        return false
      }
      if time == anchor.nanoseconds { same.insert(index) }
      index += 1
      return true
    }
    if !lines.lines.isEmpty { keep(lines, same) }
    if isBeyond { enough() }
  }

  private func keep(_ lines: LogCutter.Lines, _ same: Set<Int>) {
    var older = lines
    if !same.isEmpty {
      older.lines = lines.lines.enumerated().filter { !same.contains($0.offset) }.map(\.element)
      for index in same.sorted() {
        sameTime.append(LogCutter.Lines(bytes: lines.bytes, lines: [lines.lines[index]]))
      }
    }
    guard !older.lines.isEmpty else { return }
    pieces.append(older)
    count += older.lines.count
    // The last ones are wanted; where there are many more, the first go at once.
    byteCount += older.byteCount
    while let first = pieces.first, pieces.count > 1,
      count - first.lines.count >= query.maxLines || byteCount > maxBytes
    {
      count -= first.lines.count
      byteCount -= first.byteCount
      pieces.removeFirst()
      isCut = true
    }
  }

  /// All up to the first line that is had was read.
  private func enough() {
    // Of lines of one time the last ones are had.
    pieces += sameTime.dropLast(min(sameTime.count, anchor.sameTime))
    if pieces.isEmpty, let before = seconds {
      seconds = before < 3_600 * 24 * 7 ? before * 8 : nil
      return open()
    }
    trim()
    stop()
    whole(Outcome(lines: pieces, hasMore: isCut || (seconds != nil && !pieces.isEmpty)))
  }

  private func trim() {
    var spare = pieces.reduce(0) { $0 + $1.lines.count } - query.maxLines
    while spare > 0, let first = pieces.first {
      isCut = true
      let dropped = min(spare, first.lines.count)
      pieces[0].lines.removeFirst(dropped)
      if pieces[0].lines.isEmpty { pieces.removeFirst() }
      spare -= dropped
    }
  }

  private func end(problem: String) {
    stop()
    whole(Outcome(problem: problem))
  }
}
