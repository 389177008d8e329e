/// When which target is read: each at its own place in the interval, so that not all are asked at once, and only so many
/// at a time. A value; the clock is handed in, in seconds.
package struct ScrapeSchedule {
  private struct Entry {
    var intervalSeconds: Double
    /// Its place in the interval, 0 up to 1.
    var place: Double
    var dueAt: Double
    var isRunning = false
  }

  private var entries: [ScrapeTarget.ID: Entry] = [:]
  private var running = 0
  private let maxParallel: Int
  /// A rate needs two readings: the second one comes no sooner.
  private static let leastGapSeconds = 5.0

  package init(maxParallel: Int = 8) { self.maxParallel = maxParallel }

  /// From now on these, by their intervals in seconds. What is new is due at once, since somebody waits for it.
  package mutating func use(_ intervals: [ScrapeTarget.ID: Int], now: Double) {
    var kept: [ScrapeTarget.ID: Entry] = [:]
    kept.reserveCapacity(intervals.count)
    for (id, seconds) in intervals {
      let interval = Double(max(1, seconds))
      var entry = entries[id] ?? Entry(intervalSeconds: interval, place: Self.place(of: id), dueAt: now)
      if interval != entry.intervalSeconds {
        entry.intervalSeconds = interval
        entry.dueAt = min(entry.dueAt, Self.next(entry, now: now))
      }
      kept[id] = entry
    }
    running = kept.values.count(where: \.isRunning)
    entries = kept
  }

  /// What is to be begun now, the longest due first.
  package mutating func takeDue(now: Double) -> [ScrapeTarget.ID] {
    let due = entries.filter { !$0.value.isRunning && $0.value.dueAt <= now }
      .sorted { ($0.value.dueAt, $0.key) < ($1.value.dueAt, $1.key) }
      .prefix(max(0, maxParallel - running)).map(\.key)
    for id in due { entries[id]?.isRunning = true }
    running += due.count
    return due
  }

  /// It has been read, or could not be.
  package mutating func ended(_ id: ScrapeTarget.ID, now: Double) {
    guard let entry = entries[id], entry.isRunning else { return }
    entries[id]?.isRunning = false
    entries[id]?.dueAt = Self.next(entry, now: now)
    running -= 1
  }

  /// When something is due next; nil where nothing is, or what is has to wait for others to end.
  package var nextDue: Double? {
    running >= maxParallel ? nil : entries.values.filter { !$0.isRunning }.map(\.dueAt).min()
  }

  /// The next moment at its place in the interval.
  private static func next(_ entry: Entry, now: Double) -> Double {
    let interval = entry.intervalSeconds
    let soonest = now + min(leastGapSeconds, interval / 3)
    let turns = ((soonest - entry.place * interval) / interval).rounded(.up)
    return (turns + entry.place) * interval
  }

  /// The same for a name in every run (FNV-1a), so that a restart does not bring all together.
  private static func place(of id: String) -> Double {
    let hash = id.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return Double((hash ^ hash >> 32) % 10_000) / 10_000
  }
}
