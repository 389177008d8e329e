/// Every label name and value once: a number for it, and how many series use it. What none uses any more is forgotten.
struct Symbols {
  typealias ID = UInt32

  private struct Entry {
    var offset: UInt32 = 0
    var length: UInt32 = 0
    var hash: UInt32 = 0
    /// Nought in a free entry.
    var uses: UInt32 = 0
  }

  private var bytes: [UInt8] = []
  private var entries: [Entry] = []
  private var free: [ID] = []
  private var table = HashTable()
  private var deadBytes = 0

  var count: Int { entries.count - free.count }
  var memory: Int { bytes.capacity + entries.capacity * 16 + free.capacity * 4 + table.memory }

  func find(_ text: String) -> ID? {
    var text = text
    return text.withUTF8 { find($0, Self.hash($0)) }
  }

  /// Counts one use more; nil when there are four billion bytes of names.
  mutating func use(_ text: String) -> ID? {
    var text = text
    return text.withUTF8 { utf8 in
      let hash = Self.hash(utf8)
      if let known = find(utf8, hash) {
        entries[Int(known)].uses += 1
        return known
      }
      guard bytes.count + utf8.count < Int(UInt32.max) else { return nil }
      let entry = Entry(
        offset: UInt32(bytes.count), length: UInt32(utf8.count), hash: hash, uses: 1)
      bytes.append(contentsOf: utf8)
      let id: ID
      if let old = free.popLast() {
        id = old
        entries[Int(id)] = entry
      } else {
        id = ID(entries.count)
        entries.append(entry)
      }
      // A copy to read from while the table changes; nothing is copied in fact.
      let entries = entries
      table.insert(Int32(id), hash: hash) { entries[Int($0)].hash }
      return id
    }
  }

  mutating func release(_ id: ID) {
    let at = Int(id)
    entries[at].uses -= 1
    guard entries[at].uses == 0 else { return }
    table.remove(Int32(id), hash: entries[at].hash)
    deadBytes += Int(entries[at].length)
    free.append(id)
    if deadBytes > 65_536, deadBytes > bytes.count / 2 { compact() }
  }

  subscript(id: ID) -> String { withUTF8(id) { String(decoding: $0, as: UTF8.self) } }

  func withUTF8<R>(_ id: ID, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let entry = entries[Int(id)]
    return bytes.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[Int(entry.offset)..<Int(entry.offset + entry.length)]))
    }
  }

  private func find(_ utf8: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> ID? {
    let found = table.find(hash) { candidate in
      let entry = entries[Int(candidate)]
      guard entry.hash == hash, Int(entry.length) == utf8.count else { return false }
      return withUTF8(ID(candidate)) { $0.elementsEqual(utf8) }
    }
    return found.map(ID.init)
  }

  private mutating func compact() {
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count - deadBytes)
    for at in entries.indices where entries[at].uses > 0 {
      let start = Int(entries[at].offset)
      entries[at].offset = UInt32(kept.count)
      kept.append(contentsOf: bytes[start..<start + Int(entries[at].length)])
    }
    bytes = kept
    deadBytes = 0
  }

  /// FNV-1a over words, seeded per process: names come from outside and must not be able to aim for one slot.
  static func hash(_ utf8: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash = seed
    for byte in utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }

  static let seed = UInt64.random(in: .min ... .max) | 1
}

/// Slots of numbers with open addressing: who they stand for is the caller's to compare.
struct HashTable {
  private static let empty: Int32 = -1
  private static let removed: Int32 = -2

  private var slots: [Int32] = []
  private var live = 0
  private var used = 0

  var memory: Int { slots.capacity * 4 }

  func find(_ hash: UInt32, _ isIt: (Int32) -> Bool) -> Int32? {
    if slots.isEmpty { return nil }
    var at = Int(hash) & (slots.count - 1)
    while slots[at] != Self.empty {
      if slots[at] >= 0, isIt(slots[at]) { return slots[at] }
      at = (at + 1) & (slots.count - 1)
    }
    return nil
  }

  /// `hashOf` tells the hash of any number that is in.
  mutating func insert(_ number: Int32, hash: UInt32, hashOf: (Int32) -> UInt32) {
    if (used + 1) * 4 > slots.count * 3 { rebuild(hashOf) }
    place(number, hash)
    live += 1
    used += 1
  }

  mutating func remove(_ number: Int32, hash: UInt32) {
    var at = Int(hash) & (slots.count - 1)
    while slots[at] != number {
      if slots[at] == Self.empty { return }
      at = (at + 1) & (slots.count - 1)
    }
    slots[at] = Self.removed
    live -= 1
  }

  private mutating func place(_ number: Int32, _ hash: UInt32) {
    var at = Int(hash) & (slots.count - 1)
    while slots[at] != Self.empty { at = (at + 1) & (slots.count - 1) }
    slots[at] = number
  }

  private mutating func rebuild(_ hashOf: (Int32) -> UInt32) {
    let old = slots
    var size = 16
    while live * 2 >= size { size *= 2 }
    slots = Array(repeating: Self.empty, count: size)
    for number in old where number >= 0 { place(number, hashOf(number)) }
    used = live
  }
}
