import Dispatch
import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a request for a page tells, on the scraper's queue: at most one head, any number of pieces, one end.
package enum ScrapeArrival: Sendable {
  case head(status: Int, contentType: String?)
  case bytes([UInt8])
  /// The answer is whole, or why it never will be.
  case ended(String?)
}

/// A request that is under way.
package struct ScrapeFetch: Sendable {
  private let cancelAction: @Sendable () -> Void
  package init(cancel: @escaping @Sendable () -> Void) { cancelAction = cancel }
  package func cancel() { cancelAction() }
}

/// Reads targets in their turn, as long as they are wanted, and hands over page after page.
///
/// @unchecked: all of it is confined to its queue.
package final class Scraper: @unchecked Sendable {
  package typealias Fetch =
    @Sendable (ScrapeTarget, @escaping @Sendable (ScrapeArrival) -> Void) -> ScrapeFetch

  /// @unchecked: confined to the queue as all else.
  private final class Run: @unchecked Sendable {
    let target: ScrapeTarget
    var reader: ScrapeReader
    var names: Set<String>?
    var listsFamilies = false
    /// Counts scrapes, so that what an abandoned one still tells is not heard.
    var turn = 0
    var fetch: ScrapeFetch?
    var startedAt = 0.0
    var status: Int?
    var errorText: [UInt8] = []
    var isReading = false

    init(_ target: ScrapeTarget) {
      self.target = target
      reader = ScrapeReader(target)
    }
  }

  private let queue: DispatchQueue
  /// Seconds since 1970.
  private let now: @Sendable () -> Double
  private let fetch: Fetch
  private let deliver: (ScrapeTarget, ScrapedPage) -> Void
  private var schedule: ScrapeSchedule
  private var runs: [ScrapeTarget.ID: Run] = [:]
  /// Names the timer that is to fire next.
  private var alarm = 0
  private static let maxErrorBytes = 4_096

  /// - Parameters:
  ///   - queue: serial; everything here is called on it.
  ///   - now: seconds since 1970, where pages have no times of their own.
  ///   - deliver: called on the queue with every scrape's outcome.
  package init(
    queue: DispatchQueue, maxParallel: Int = 8,
    now: @escaping @Sendable () -> Double = { seconds(CLOCK_REALTIME) },
    fetch: @escaping Fetch,
    deliver: @escaping (ScrapeTarget, ScrapedPage) -> Void
  ) {
    self.queue = queue
    self.fetch = fetch
    self.now = now
    self.deliver = deliver
    schedule = ScrapeSchedule(maxParallel: maxParallel)
  }

  /// What is to be read of a target.
  package struct Wish {
    package var target: ScrapeTarget
    /// The metrics wanted; nil wants all.
    package var names: Set<String>?
    package var listsFamilies: Bool
    /// In place of the target's own.
    package var intervalSeconds: Int
    package init(
      _ target: ScrapeTarget, names: Set<String>?, listsFamilies: Bool = false, intervalSeconds: Int? = nil
    ) {
      self.target = target
      self.names = names
      self.listsFamilies = listsFamilies
      self.intervalSeconds = intervalSeconds ?? target.intervalSeconds
    }
  }

  /// From now on these, and no others. A target that changed is a new one, and the scrape of one that is not wanted
  /// any more is given up.
  package func use(_ wishes: [Wish]) {
    var kept: [ScrapeTarget.ID: Run] = [:]
    for wish in wishes {
      let old = runs[wish.target.id]
      let run = old?.target == wish.target ? old! : Run(wish.target)
      (run.names, run.listsFamilies) = (wish.names, wish.listsFamilies)
      kept[wish.target.id] = run
    }
    for (id, run) in runs where kept[id] !== run {
      run.turn += 1
      run.fetch?.cancel()
      run.fetch = nil
      schedule.ended(id, now: Self.uptime)
    }
    runs = kept
    let intervals = wishes.map { ($0.target.id, $0.intervalSeconds) }
    schedule.use(Dictionary(intervals, uniquingKeysWith: { $1 }), now: Self.uptime)
    turn()
  }

  package func stop() { use([]) }

  /// Begins a target's series anew with its next page: who kept them has lost them.
  package func forget(_ id: ScrapeTarget.ID) {
    guard let run = runs[id] else { return }
    run.reader = ScrapeReader(run.target)
  }

  // MARK: Turns

  private func turn() {
    for id in schedule.takeDue(now: Self.uptime) { if let run = runs[id] { start(run) } }
    alarm += 1
    guard let due = schedule.nextDue else { return }
    let current = alarm
    queue.asyncAfter(deadline: .now() + max(0.005, due - Self.uptime)) { [weak self] in
      if let self, alarm == current { turn() }
    }
  }

  private func start(_ run: Run) {
    run.turn += 1
    let turn = run.turn
    (run.startedAt, run.status, run.errorText, run.isReading) = (Self.uptime, nil, [], false)
    run.fetch = fetch(run.target) { [weak self, weak run] arrival in
      guard let self, let run, run.turn == turn else { return }
      took(arrival, run)
    }
    let seconds = run.target.limits.timeoutSeconds
    queue.asyncAfter(deadline: .now() + seconds) { [weak self, weak run] in
      guard let self, let run, run.turn == turn else { return }
      let number = seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
      end(run, error: "not done after \(number) s")
    }
  }

  private func took(_ arrival: ScrapeArrival, _ run: Run) {
    switch arrival {
    case .head(let status, let contentType):
      run.status = status
      guard status == 200 else { return }
      begin(run, contentType)
    case .bytes(let bytes):
      guard run.isReading else {
        run.errorText += bytes.prefix(Self.maxErrorBytes)
        // Who goes on and on is not heard out.
        if run.errorText.count >= Self.maxErrorBytes { end(run, error: refusal(run)) }
        return
      }
      if let why = run.reader.take(bytes) { end(run, error: why) }
    case .ended(let error): end(run, error: error ?? refusal(run))
    }
  }

  private func begin(_ run: Run, _ contentType: String?) {
    run.isReading = true
    run.reader.begin(
      contentType: contentType, names: run.names, listsFamilies: run.listsFamilies, at: Int64(now() * 1_000))
  }

  private func refusal(_ run: Run) -> String? {
    guard let status = run.status else { return "no answer" }
    guard status != 200 else { return nil }
    return "HTTP \(status)" + ErrorText.words(run.errorText)
  }

  private func end(_ run: Run, error: String?) {
    run.turn += 1
    if error != nil { run.fetch?.cancel() }
    run.fetch = nil
    if !run.isReading { begin(run, nil) }
    var page = run.reader.end(error: error, seconds: Self.uptime - run.startedAt)
    page.report.status = run.status
    schedule.ended(run.target.id, now: Self.uptime)
    deliver(run.target, page)
    turn()
  }

  // MARK: Clocks

  private static var uptime: Double { seconds(CLOCK_MONOTONIC) }

  package static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// What an error's body says, in a few words.
private enum ErrorText {
  static func words(_ body: [UInt8]) -> String {
    guard let line = body.split(separator: 0x0A).first, line.first != UInt8(ascii: "<") else { return "" }
    // A Status of the API server: only its message tells anything.
    let message = body.withUnsafeBytes { bytes in
      let whole = JSONSlice(bytes)
      return whole.isObject ? whole["message"]?.string : nil
    }
    if let message { return ": \(message)" }
    return line.first == UInt8(ascii: "{") ? "" : ": " + String(decoding: line.prefix(300), as: UTF8.self)
  }
}
