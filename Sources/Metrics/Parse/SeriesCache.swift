#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Gives the series of one target small numbers by their raw bytes, page after page. Pages keep their order, so
/// the series that came next the last time is tried first: then a known series costs one comparison and no
/// hash. Memory is bounded; who fills it is told.
package struct SeriesCache: Sendable {
  /// What is known of a series in this page.
  package enum Found: Sendable, Hashable {
    /// Seen in an earlier page.
    case known(Int32)
    /// Never seen before, or forgotten since. Numbers count up from 0; those of forgotten series come back.
    case new(Int32)
    /// Already seen in this page: a duplicate sample.
    case again(Int32)
    /// Neither known nor room for it.
    case full
  }

  private struct Entry {
    var offset: UInt32
    var length: UInt32
    var hash: UInt32
    /// The page it was last seen in; 0 for a number that is free.
    var page: UInt32
    /// The series that came behind it, or -1.
    var next: Int32
  }

  package let maxSeries: Int
  package let maxBytes: Int
  /// How many look-ups of this page found no room.
  package private(set) var refused = 0
  package private(set) var count = 0

  private var entries: [Entry] = []
  private var free: [Int32] = []
  private var arena: [UInt8] = []
  /// Open addressing: numbers, -1 for none; a power of two, at most half full.
  private var slots: [Int32] = []
  private var page: UInt32 = 0
  /// The number before this one in the page; -1 at its start.
  private var previous: Int32 = -1
  private var first: Int32 = -1

  /// `maxBytes` bounds the bytes of all series' texts together.
  package init(maxSeries: Int = 1 << 20, maxBytes: Int = 64 << 20) {
    self.maxSeries = min(max(maxSeries, 0), Int(Int32.max) / 4)
    self.maxBytes = min(max(maxBytes, 0), Int(UInt32.max))
  }

  /// Before a page's first look-up.
  package mutating func beginPage() {
    page &+= 1
    previous = -1
    refused = 0
  }

  /// The number of a series; it counts as seen in this page.
  package mutating func look(up series: UnsafeRawBufferPointer) -> Found {
    let guess = previous >= 0 ? entries[Int(previous)].next : first
    if guess >= 0, isText(guess, series) { return seen(guess) }
    let hash = Self.hash(series)
    if let number = find(series, hash) { return seen(number) }
    guard let number = insert(series, hash) else {
      refused += 1
      return .full
    }
    follow(number)
    return .new(number)
  }

  /// The numbers that were seen in the page before but not in this one: their series have ended.
  package func eachEnded(_ body: (Int32) -> Void) {
    for number in entries.indices where entries[number].page == page &- 1 && entries[number].page != 0 {
      body(Int32(number))
    }
  }

  /// Forgets what none of the last `pages` pages had and gives its bytes and numbers free; `body` hears the numbers.
  package mutating func forget(unseenFor pages: Int, _ body: (Int32) -> Void) {
    var hasAny = false
    for number in entries.indices where entries[number].page != 0 {
      guard Int(page) - Int(entries[number].page) >= max(pages, 1) else { continue }
      entries[number].page = 0
      free.append(Int32(number))
      count -= 1
      hasAny = true
      body(Int32(number))
    }
    if hasAny { compact() }
  }

  /// The bytes of a known series, valid within the closure; none for a number that is free.
  package func withText<Result>(_ number: Int32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    guard entries.indices.contains(Int(number)), entries[Int(number)].page != 0 else {
      return body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    let entry = entries[Int(number)]
    return arena.withUnsafeBytes { bytes in
      body(UnsafeRawBufferPointer(rebasing: bytes[Int(entry.offset)..<Int(entry.offset + entry.length)]))
    }
  }

  @inline(__always)
  private mutating func seen(_ number: Int32) -> Found {
    follow(number)
    if entries[Int(number)].page == page { return .again(number) }
    entries[Int(number)].page = page
    return .known(number)
  }

  @inline(__always)
  private mutating func follow(_ number: Int32) {
    if previous >= 0 { entries[Int(previous)].next = number } else { first = number }
    previous = number
  }

  @inline(__always)
  private func isText(_ number: Int32, _ series: UnsafeRawBufferPointer) -> Bool {
    let entry = entries[Int(number)]
    guard entry.page != 0, Int(entry.length) == series.count else { return false }
    return arena.withUnsafeBytes {
      memcmp($0.baseAddress! + Int(entry.offset), series.baseAddress!, series.count) == 0
    }
  }

  /// Keyed anew in every process: no page can choose series that collide.
  private static func hash(_ series: UnsafeRawBufferPointer) -> UInt32 {
    var hasher = Hasher()
    hasher.combine(bytes: series)
    return UInt32(truncatingIfNeeded: hasher.finalize())
  }

  private func find(_ series: UnsafeRawBufferPointer, _ hash: UInt32) -> Int32? {
    guard !slots.isEmpty else { return nil }
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] >= 0 {
      if entries[Int(slots[slot])].hash == hash, isText(slots[slot], series) { return slots[slot] }
      slot = (slot + 1) & mask
    }
    return nil
  }

  private mutating func insert(_ series: UnsafeRawBufferPointer, _ hash: UInt32) -> Int32? {
    guard count < maxSeries, series.count > 0, arena.count + series.count <= maxBytes else { return nil }
    let entry = Entry(
      offset: UInt32(arena.count), length: UInt32(series.count), hash: hash, page: max(page, 1), next: -1)
    arena.append(contentsOf: series)
    count += 1
    let number: Int32
    if let old = free.popLast() {
      number = old
      entries[Int(old)] = entry
    } else {
      number = Int32(entries.count)
      entries.append(entry)
    }
    if count * 2 > slots.count { rebuildSlots() } else { place(number) }
    return number
  }

  private mutating func place(_ number: Int32) {
    let mask = slots.count - 1
    var slot = Int(entries[Int(number)].hash) & mask
    while slots[slot] >= 0 { slot = (slot + 1) & mask }
    slots[slot] = number
  }

  private mutating func rebuildSlots() {
    var size = 64
    while size < count * 4 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    for number in entries.indices where entries[number].page != 0 { place(Int32(number)) }
  }

  /// Moves the bytes of the living together.
  private mutating func compact() {
    var kept: [UInt8] = []
    kept.reserveCapacity(arena.count)
    for number in entries.indices where entries[number].page != 0 {
      let start = Int(entries[number].offset)
      entries[number].offset = UInt32(kept.count)
      kept += arena[start..<start + Int(entries[number].length)]
    }
    arena = kept
    rebuildSlots()
  }
}
