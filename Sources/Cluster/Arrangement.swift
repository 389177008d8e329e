#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a table is sorted by. Equal rows stand by namespace and name.
package struct Sort: Sendable, Hashable {
  package enum Key: Sendable, Hashable {
    case name, namespace, age
    /// A cell, by its index and what it holds; `moment` counts among the age columns.
    case cell(Int, Column.Content, moment: Int)
    /// What the row uses.
    case measure(Measure)
    /// The value of a label.
    case label(String)
  }

  package var key: Key
  package var isDescending: Bool
  package init(_ key: Key, descending: Bool = false) {
    self.key = key
    isDescending = descending
  }
}

/// The order in which a table shows a store's rows: filtered, sorted, and kept so as rows change without
/// sorting everything again.
package struct Arrangement {
  package private(set) var order: [RowStore.Slot] = []
  private var keys: [UInt64] = []  // beside `order`
  private var revision = -1
  /// The store that the slots belong to: another one, of the same query, begins anew.
  private weak var source: RowStore?
  private var sort = Sort(.name)
  private var filter = Filter("")
  private var onlyTones: Set<Tone>?
  private var readings = -1
  /// The time, as far as the filter tells it: rows pass or fail anew when this changes.
  private var filterClock: Int64 = 0
  private static let filterClockSeconds: Int64 = 5

  package init() {}

  /// Brings the order up to date; false when nothing changed.
  ///
  /// - Parameters:
  ///   - readings: another number whenever what `measure` tells has changed.
  ///   - now: seconds since 1970, for filters that ask for ages.
  ///   - measure: what a row uses; nil where that is not known.
  @discardableResult
  package mutating func update(
    from store: RowStore, sort: Sort, filter: Filter, onlyTones: Set<Tone>? = nil, readings: Int = 0,
    now: Int64 = 0, measure: @escaping (Row, Measure) -> Double? = { _, _ in nil }
  ) -> Bool {
    var isSame = sort == self.sort && filter.sameRows(as: self.filter) && onlyTones == self.onlyTones
    var usesReadings = filter.tellsUsage
    if case .measure = sort.key { usesReadings = true }
    if usesReadings { isSame = isSame && readings == self.readings }
    let clock = filter.tellsTime ? now / Self.filterClockSeconds : 0
    isSame = isSame && clock == filterClock
    (self.readings, filterClock) = (readings, clock)
    let context = FilterContext(now: now, measure: measure)
    if source !== store { (source, revision) = (store, -1) }
    if isSame, revision == store.revision { return false }
    (self.sort, self.filter, self.onlyTones) = (sort, filter, onlyTones)
    if isSame, revision >= 0, let changes = store.changes(since: revision),
      changes.count * 8 < max(store.count, 64)
    {
      merge(changes, of: store, context)
    } else {
      rebuild(from: store, context)
    }
    revision = store.revision
    return true
  }

  package func position(of slot: RowStore.Slot) -> Int? { order.firstIndex(of: slot) }

  private func shows(_ row: Row, _ context: FilterContext) -> Bool {
    if let onlyTones, !onlyTones.contains(row.tone) { return false }
    return filter.passes(row, context)
  }

  private mutating func rebuild(from store: RowStore, _ context: FilterContext) {
    var entries = entries(store.aliveSlots, of: store, context)
    entries.sort { isBefore($0, $1, store) }
    order = entries.map(\.slot)
    keys = entries.map(\.key)
  }

  private typealias Entry = (key: UInt64, slot: RowStore.Slot)

  private func entries(
    _ slots: some Sequence<RowStore.Slot>, of store: RowStore, _ context: FilterContext
  ) -> [Entry] {
    var entries: [Entry] = []
    for slot in slots {
      let row = store[slot]
      if shows(row, context) { entries.append((key(of: row, context), slot)) }
    }
    return entries
  }

  /// Takes the changed rows out and merges them back in where they now belong: one pass over the order.
  private mutating func merge(
    _ changes: ArraySlice<RowStore.Slot>, of store: RowStore, _ context: FilterContext
  ) {
    var isChanged = [Bool](repeating: false, count: store.slotCount)
    var changed: [RowStore.Slot] = []
    for slot in changes where !isChanged[Int(slot)] {
      isChanged[Int(slot)] = true
      if store.isAlive(slot) { changed.append(slot) }
    }
    var incoming = entries(changed, of: store, context)
    incoming.sort { isBefore($0, $1, store) }
    var newOrder: [RowStore.Slot] = []
    var newKeys: [UInt64] = []
    newOrder.reserveCapacity(order.count + incoming.count)
    newKeys.reserveCapacity(order.count + incoming.count)
    var next = 0
    for (slot, key) in zip(order, keys) where !isChanged[Int(slot)] {
      while next < incoming.count, isBefore(incoming[next], (key, slot), store) {
        newOrder.append(incoming[next].slot)
        newKeys.append(incoming[next].key)
        next += 1
      }
      newOrder.append(slot)
      newKeys.append(key)
    }
    newOrder.append(contentsOf: incoming[next...].map(\.slot))
    newKeys.append(contentsOf: incoming[next...].map(\.key))
    (order, keys) = (newOrder, newKeys)
  }

  // MARK: Comparing

  private func isBefore(_ a: Entry, _ b: Entry, _ store: RowStore) -> Bool {
    if a.key != b.key { return (a.key < b.key) != sort.isDescending }
    let (left, right) = (store[a.slot], store[b.slot])
    if case .cell(let index, let content, _) = sort.key, content == .text || content == .status {
      let difference = Self.compare(left.cellBytes(index), right.cellBytes(index))
      if difference != 0 { return (difference < 0) != sort.isDescending }
    }
    if case .label(let key) = sort.key, let one = left.label(key), let other = right.label(key) {
      let difference = Self.compare(one, other)
      if difference != 0 { return (difference < 0) != sort.isDescending }
    }
    if sort.key == .name {
      let difference = Self.compare(left.nameBytes, right.nameBytes)
      if difference != 0 { return (difference < 0) != sort.isDescending }
    }
    let place = Self.compare(left.namespaceBytes, right.namespaceBytes)
    if place != 0 { return (place < 0) != (sort.isDescending && sort.key == .namespace) }
    let name = Self.compare(left.nameBytes, right.nameBytes)
    return name != 0 ? name < 0 : a.slot < b.slot
  }

  private static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
    let common = min(a.count, b.count)
    let difference = common == 0 ? 0 : Int(memcmp(a.baseAddress!, b.baseAddress!, common))
    return difference != 0 ? difference : a.count - b.count
  }

  /// A number whose order is the column's order, as far as eight bytes tell it.
  private func key(of row: Row, _ context: FilterContext) -> UInt64 {
    switch sort.key {
    case .measure(let wanted): Self.ordered(context.measure(row, wanted) ?? -.infinity)
    case .label(let key): row.label(key).map(Self.prefix) ?? .max
    case .name: Self.prefix(row.nameBytes)
    case .namespace: Self.prefix(row.namespaceBytes)
    case .age: Self.youngestFirst(row.created)
    case .cell(let index, let content, let moment):
      switch content {
      case .text, .status: Self.prefix(row.cellBytes(index))
      case .labels: Self.prefix(row.field(.labels))
      case .measure(let wanted): Self.ordered(context.measure(row, wanted) ?? -.infinity)
      case .number: Self.ordered(CellNumber.value(of: row.cellBytes(index)))
      case .age: Self.youngestFirst(row.moment(moment) ?? 0)
      }
    }
  }

  private static func prefix(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var key: UInt64 = 0
    for at in 0..<8 { key = key << 8 | (at < bytes.count ? UInt64(bytes[at]) : 0) }
    return key
  }

  private static func youngestFirst(_ moment: Int64) -> UInt64 { ~(UInt64(bitPattern: moment) ^ 1 << 63) }

  /// IEEE 754 bits, turned so that they compare as unsigned numbers.
  private static func ordered(_ value: Double) -> UInt64 {
    let bits = value.bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }
}

/// Reads the number a cell starts with: 17, 2/3, 80%, 250m, 1.5Gi, 3 (5m ago).
enum CellNumber {
  /// Cells without a number come before all numbers.
  static func value(of bytes: UnsafeRawBufferPointer) -> Double {
    var value = 0.0
    var at = 0
    var scale = 0.0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { at = 1 }
    let start = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte >= 48, byte <= 57 {
        if scale == 0 {
          value = value * 10 + Double(byte - 48)
        } else {
          value += Double(byte - 48) * scale
          scale /= 10
        }
      } else if byte == UInt8(ascii: "."), scale == 0 {
        scale = 0.1
      } else {
        break
      }
      at += 1
    }
    if at == start { return -.infinity }
    let scaled = value * unit(bytes, at)
    return isNegative ? -scaled : scaled
  }

  /// Kubernetes' quantity suffixes (resource.Quantity).
  private static func unit(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Double {
    guard at < bytes.count else { return 1 }
    let isBinary = at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "i")
    let base = isBinary ? 1024.0 : 1000.0
    switch bytes[at] {
    case UInt8(ascii: "m"): return 0.001
    case UInt8(ascii: "k"), UInt8(ascii: "K"): return base
    case UInt8(ascii: "M"): return base * base
    case UInt8(ascii: "G"): return base * base * base
    case UInt8(ascii: "T"): return base * base * base * base
    default: return 1
    }
  }
}
