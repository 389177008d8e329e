/// The last hour of samples of many series in a fixed number of bytes, packed without loss.
///
/// A class for its memory's sake, and not thread-safe: it belongs to one queue. The clock is the caller's: `advance(to:)`
/// forgets what is older than the span. When the budget is full the oldest samples of all series go before their time, and
/// `counts.pushedOut` says so.
package final class SeriesStore {
  /// How much is kept.
  package struct Limits: Sendable {
    package var spanMilliseconds: Int64 = 3_600_000
    /// For samples, labels and tables together, as the allocator counts.
    package var maxBytes = 128 << 20
    /// How far ahead of the clock a sample may be (Prometheus: ten minutes).
    package var aheadMilliseconds: Int64 = 600_000
    package init() {}
    package init(spanMilliseconds: Int64, maxBytes: Int) {
      self.spanMilliseconds = spanMilliseconds
      self.maxBytes = maxBytes
    }
  }

  /// What became of all that was offered.
  package struct Counts: Sendable, Hashable {
    package var stored = 0
    /// The same sample once more: harmless.
    package var repeated = 0
    /// The same time with another value.
    package var conflicting = 0
    package var outOfOrder = 0
    package var tooOld = 0
    package var tooFarAhead = 0
    /// Series not taken since labels and tables would have filled the budget.
    package var refusedSeries = 0
    /// Samples younger than the span that the budget pushed out.
    package var pushedOut = 0
  }

  /// A series in this store. Its place is used again after the series expired; the generation tells a new owner apart, so that
  /// an old number never writes into another's series.
  package struct SeriesID: Hashable, Sendable {
    package let index: Int32
    package let generation: UInt32
  }

  /// What happened to a sample.
  package enum Outcome: Sendable, Hashable {
    case stored
    /// There already, with the same value.
    case repeated
    /// There already, with another value; the first is kept.
    case conflicting
    case outOfOrder
    case tooOld
    case tooFarAhead
    /// The series expired: ask for `series(_:)` again.
    case unknownSeries
  }

  /// What a page said of a metric family.
  package struct Metadata: Sendable, Hashable {
    package var type: MetricType
    package var help: String
    package var unit: String
    package init(type: MetricType = .unknown, help: String = "", unit: String = "") {
      self.type = type
      self.help = help
      self.unit = unit
    }
  }

  struct State {
    /// The oldest and the youngest packed run.
    var first: UnsafeMutableRawPointer?
    var last: UnsafeMutableRawPointer?
    /// Samples not packed yet: `tailCapacity` doubles as bits, then as many UInt32 milliseconds since `tailBase`.
    var tail: UnsafeMutableRawPointer?
    var tailBase: Int64 = 0
    /// Of the last sample; before the first, when the series was made.
    var lastTime: Int64 = .min
    var lastBits: UInt64 = 0
    var labels: UInt32 = 0
    var hash: UInt32 = 0
    var generation: UInt32 = 0
    var labelCount: UInt16 = 0
    var tailCount: UInt8 = 0
    var tailCapacity: UInt8 = 0
    var isLive = false
    var hasSamples = false
  }

  package let limits: Limits
  package internal(set) var counts = Counts()
  /// What `advance` was told last; nil before, and then no sample is too old or too far ahead.
  package internal(set) var clock: Int64?
  /// Samples before this time may be missing though they are younger than the span; nil while the budget was enough.
  package internal(set) var missingBefore: Int64?

  var states: [State] = []
  var freeStates: [Int32] = []
  var symbols = Symbols()
  /// Name and value numbers of all series, one after another.
  var pairs: [Symbols.ID] = []
  /// Places in `pairs` of series that are gone, by number of labels.
  var freePairs: [Int: [UInt32]] = [:]
  var table = HashTable()
  /// The series of each metric name, by the symbol of the name.
  var byName: [Symbols.ID: [Int32]] = [:]
  var memory = ChunkMemory()
  let coder = ChunkCoder()
  var metadata: [String: Metadata] = [:]
  var lastSweep: Int64 = .min
  private var wanted: [Symbols.ID] = []
  /// The symbol of `__name__`, in use for good.
  let nameLabel: Symbols.ID

  package init(_ limits: Limits = Limits()) {
    self.limits = limits
    nameLabel = symbols.use(Labels.metricName) ?? 0
  }

  deinit { for at in states.indices where states[at].isLive { dropSamples(at) } }

  package var seriesCount: Int { states.count - freeStates.count }

  /// All that the store holds, in bytes.
  package var bytes: Int { memory.bytes + tableBytes }

  var tableBytes: Int {
    states.capacity * MemoryLayout<State>.stride + freeStates.capacity * 4 + symbols.memory
      + pairs.capacity * 4 + table.memory + seriesCount * 5
  }

  /// The series with these labels if it is there.
  package func find(_ labels: Labels) -> SeriesID? {
    var wanted: [Symbols.ID] = []
    wanted.reserveCapacity(labels.all.count * 2)
    for label in labels.all {
      guard let name = symbols.find(label.name), let value = symbols.find(label.value) else { return nil }
      wanted.append(name)
      wanted.append(value)
    }
    return find(wanted, hash: Self.hash(wanted)).map { id($0) }
  }

  /// The series with these labels, made if it is new; nil when there is no room for one more, or with more than 1,000 labels.
  package func series(_ labels: Labels) -> SeriesID? {
    if let known = find(labels) { return known }
    // A series is worth its tail too. A quarter of the budget is left for packed samples.
    if labels.all.count > 1000 || tableBytes + seriesCount * 200 > limits.maxBytes / 4 * 3 {
      counts.refusedSeries += 1
      return nil
    }
    wanted.removeAll(keepingCapacity: true)
    for text in labels.all.lazy.flatMap({ [$0.name, $0.value] }) {
      guard let symbol = symbols.use(text) else {
        for symbol in wanted { symbols.release(symbol) }
        counts.refusedSeries += 1
        return nil
      }
      wanted.append(symbol)
    }
    return id(insert(wanted))
  }

  private func insert(_ wanted: [Symbols.ID]) -> Int32 {
    var state = State()
    state.isLive = true
    state.labelCount = UInt16(wanted.count / 2)
    state.hash = Self.hash(wanted)
    state.lastTime = clock ?? .min
    if let place = freePairs[wanted.count / 2]?.popLast() {
      state.labels = place
      pairs.replaceSubrange(Int(place)..<Int(place) + wanted.count, with: wanted)
    } else {
      state.labels = UInt32(pairs.count)
      pairs.append(contentsOf: wanted)
    }
    let index: Int32
    if let old = freeStates.popLast() {
      index = old
      state.generation = states[Int(old)].generation &+ 1
      states[Int(old)] = state
    } else {
      index = Int32(states.count)
      states.append(state)
    }
    table.insert(index, hash: state.hash) { states[Int($0)].hash }
    byName[nameSymbol(Int(index)), default: []].append(index)
    return index
  }

  private func find(_ wanted: [Symbols.ID], hash: UInt32) -> Int32? {
    table.find(hash) { candidate in
      let state = states[Int(candidate)]
      guard state.hash == hash, Int(state.labelCount) * 2 == wanted.count else { return false }
      let start = Int(state.labels)
      return pairs[start..<start + wanted.count].elementsEqual(wanted)
    }
  }

  func id(_ index: Int32) -> SeriesID {
    SeriesID(index: index, generation: states[Int(index)].generation)
  }

  /// The place of a series that still is the one it was.
  func place(_ id: SeriesID) -> Int? {
    let at = Int(id.index)
    guard at >= 0, at < states.count, states[at].isLive, states[at].generation == id.generation else {
      return nil
    }
    return at
  }

  /// The symbol of the metric's name; `Symbols.ID.max` for a series without.
  func nameSymbol(_ at: Int) -> Symbols.ID { valueSymbol(at, of: nameLabel) ?? .max }

  func valueSymbol(_ at: Int, of name: Symbols.ID) -> Symbols.ID? {
    let start = Int(states[at].labels)
    for pair in stride(from: start, to: start + Int(states[at].labelCount) * 2, by: 2)
    where pairs[pair] == name {
      return pairs[pair + 1]
    }
    return nil
  }

  private static func hash(_ symbols: [Symbols.ID]) -> UInt32 {
    var hash = Symbols.seed
    for symbol in symbols {
      hash = (hash ^ UInt64(symbol)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
