/// Remembers the times of the last lines of a stream, so that after a lost connection it can be asked for again from a
/// little earlier and exactly those lines dropped that were had already.
///
/// The server cuts `sinceTime` to whole seconds, two lines may have the same time, and stdout and stderr may swap
/// places: so the lines of the last two seconds are remembered, and counted.
struct LogOverlap {
  private static let second: Int64 = 1_000_000_000

  private var lastSecond: Int64?
  private var last: [Int64] = []
  private var before: [Int64] = []
  /// How many lines without a time were had: they can only be counted.
  private var untimed = 0
  /// What will come again, by time; nil when nothing will.
  private var expected: [Int64: Int]?

  /// From when on to ask again, in seconds since 1970; nil when nothing was had. The lines told from now on are
  /// those of the new stream.
  mutating func resume() -> Int64? {
    guard let lastSecond else {
      if untimed > 0 { expected = [0: untimed] }
      return nil
    }
    var counts: [Int64: Int] = [0: untimed]
    for time in before { counts[time, default: 0] += 1 }
    for time in last { counts[time, default: 0] += 1 }
    expected = counts
    return lastSecond - 1
  }

  /// Notes a line of the stream; false when it was had before.
  mutating func isNew(_ nanoseconds: Int64) -> Bool {
    if expected != nil, wasHad(nanoseconds) { return false }
    guard nanoseconds != 0 else {
      untimed += 1
      return true
    }
    note(nanoseconds)
    return true
  }

  private mutating func wasHad(_ nanoseconds: Int64) -> Bool {
    if let count = expected?[nanoseconds], count > 0 {
      expected?[nanoseconds] = count - 1
      return true
    }
    // Past the seconds that are remembered nothing comes again.
    if let lastSecond, nanoseconds >= (lastSecond + 2) * Self.second { expected = nil }
    return false
  }

  private mutating func note(_ nanoseconds: Int64) {
    let second = nanoseconds / Self.second
    if let lastSecond, second <= lastSecond {
      if second == lastSecond - 1 { before.append(nanoseconds) } else { last.append(nanoseconds) }
      return
    }
    before = second - 1 == lastSecond ? last : []
    last = [nanoseconds]
    lastSecond = second
  }
}
