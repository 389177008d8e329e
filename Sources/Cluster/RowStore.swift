#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The rows of one query, kept as bytes: one arena, one slot a row, an index by UID. Main thread only.
///
/// A slot is a small number that stays with a row as long as the row lives. Who shows rows keeps slots and asks
/// `changes(since:)` what became of them.
package final class RowStore {
  package typealias Slot = Int32

  /// The columns the cells were written for.
  package private(set) var columns: [Column]
  package private(set) var count = 0
  /// How many rows are in each state, by the tone's raw value.
  package private(set) var toneCounts = [Int](repeating: 0, count: 8)
  /// Rises with every row that came, changed or went.
  package private(set) var revision = 0

  private var arena = UnsafeMutableRawPointer.allocate(byteCount: 1 << 12, alignment: 8)
  private var arenaCapacity = 1 << 12
  private var arenaUsed = 0
  private var arenaWasted = 0
  private var slots: [SlotState] = []
  private var freeSlots: [Slot] = []
  private var index = UIDIndex()
  private var listGenerations: [Int: UInt32] = [:]
  /// The slots that changed, the newest last; entry i belongs to revision `journalStart + i + 1`.
  private var journal: [Slot] = []
  private var journalStart = 0

  private struct SlotState {
    var offset = -1
    var capacity: UInt32 = 0
    var source: Int32 = 0
    var generation: UInt32 = 0
    var isAlive: Bool { offset >= 0 }
  }

  package init(columns: [Column] = []) { self.columns = columns }

  deinit { arena.deallocate() }

  // MARK: Reading

  package func isAlive(_ slot: Slot) -> Bool { slots[Int(slot)].isAlive }

  /// Valid until the next `apply`.
  package subscript(slot: Slot) -> Row { Row(arena + slots[Int(slot)].offset) }

  package func slot(uid: String) -> Slot? {
    var uid = uid
    return uid.withUTF8 { index.find(UnsafeRawBufferPointer($0), in: self) }
  }

  package var aliveSlots: [Slot] {
    slots.indices.filter { slots[$0].isAlive }.map { Slot($0) }
  }

  /// Bytes held for rows, garbage included.
  package var byteCount: Int {
    arenaCapacity + slots.count * MemoryLayout<SlotState>.stride + index.byteCount
  }

  /// The slots touched after `revision`, perhaps doubled; nil when that is too long ago to know.
  package func changes(since revision: Int) -> ArraySlice<Slot>? {
    revision < journalStart || revision > self.revision ? nil : journal[(revision - journalStart)...]
  }

  /// Rows a person should look at.
  package var troubled: Int { toneCounts[Int(Tone.bad.rawValue)] + toneCounts[Int(Tone.pending.rawValue)] }

  var slotCount: Int { slots.count }

  // MARK: Changing

  /// Applies a batch in its order. Entries for rows already known replace them.
  package func apply(_ batch: RowBatch) {
    if let columns = batch.columns { self.columns = columns }
    if batch.beginsList { listGenerations[batch.source, default: 0] += 1 }
    let generation = listGenerations[batch.source] ?? 0
    batch.bytes.withUnsafeBytes { bytes in
      for entry in batch.entries {
        let record = UnsafeRawBufferPointer(rebasing: bytes[entry.start..<entry.start + entry.length])
        if entry.isRemoval {
          let found = index.find(Row(record.baseAddress!).uidBytes, in: self)
          if let found { remove(found) }
        } else {
          upsert(record, source: Int32(batch.source), generation: generation)
        }
      }
    }
    if batch.completesList { sweep(source: Int32(batch.source), generation: generation) }
    trimJournal()
  }

  private func upsert(_ record: UnsafeRawBufferPointer, source: Int32, generation: UInt32) {
    let uid = Row(record.baseAddress!).uidBytes
    if let slot = index.find(uid, in: self) {
      let state = slots[Int(slot)]
      toneCounts[Int(self[slot].tone.rawValue)] -= 1
      if record.count <= Int(state.capacity) {
        (arena + state.offset).copyMemory(from: record.baseAddress!, byteCount: record.count)
      } else {
        arenaWasted += Int(state.capacity)
        // Its old record is garbage now, which making room must not carry along.
        slots[Int(slot)].offset = -1
        place(record, in: slot)
      }
      slots[Int(slot)].source = source
      slots[Int(slot)].generation = generation
      toneCounts[Int(self[slot].tone.rawValue)] += 1
      note(slot)
      return
    }
    let slot = freeSlots.popLast() ?? newSlot()
    place(record, in: slot)
    slots[Int(slot)].source = source
    slots[Int(slot)].generation = generation
    index.insert(slot, in: self)
    toneCounts[Int(self[slot].tone.rawValue)] += 1
    count += 1
    note(slot)
  }

  private func newSlot() -> Slot {
    slots.append(SlotState())
    return Slot(slots.count - 1)
  }

  private func remove(_ slot: Slot) {
    index.remove(slot, in: self)
    toneCounts[Int(self[slot].tone.rawValue)] -= 1
    arenaWasted += Int(slots[Int(slot)].capacity)
    slots[Int(slot)].offset = -1
    freeSlots.append(slot)
    count -= 1
    note(slot)
  }

  /// A list that is whole is the truth: what it did not name no longer exists.
  private func sweep(source: Int32, generation: UInt32) {
    for at in slots.indices where slots[at].isAlive && slots[at].source == source {
      if slots[at].generation != generation { remove(Slot(at)) }
    }
  }

  private func place(_ record: UnsafeRawBufferPointer, in slot: Slot) {
    if arenaUsed + record.count > arenaCapacity { makeRoom(record.count) }
    precondition(arenaUsed + record.count <= arenaCapacity, "the arena has room for the record")
    (arena + arenaUsed).copyMemory(from: record.baseAddress!, byteCount: record.count)
    slots[Int(slot)].offset = arenaUsed
    slots[Int(slot)].capacity = UInt32(record.count)
    arenaUsed += record.count
  }

  /// Moves the living records together, into a larger arena where less than a third would come free.
  private func makeRoom(_ needed: Int) {
    let alive = arenaUsed - arenaWasted
    var capacity = arenaCapacity
    while alive + needed > capacity / 3 * 2 { capacity *= 2 }
    let fresh = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    var used = 0
    for at in slots.indices where slots[at].isAlive {
      let length = Int(slots[at].capacity)
      (fresh + used).copyMemory(from: arena + slots[at].offset, byteCount: length)
      slots[at].offset = used
      used += length
    }
    arena.deallocate()
    arena = fresh
    arenaCapacity = capacity
    arenaUsed = used
    arenaWasted = 0
  }

  private func note(_ slot: Slot) {
    journal.append(slot)
    revision += 1
  }

  private func trimJournal() {
    guard journal.count > max(4_096, 2 * slots.count) else { return }
    let surplus = journal.count - slots.count
    journal.removeFirst(surplus)
    journalStart += surplus
  }
}

/// Slots by the UID of their row: open addressing, the UIDs themselves stay in the arena.
private struct UIDIndex {
  private static let free: Int32 = -1
  private static let removed: Int32 = -2
  private var table = [Int32](repeating: free, count: 64)
  private var occupied = 0  // removed places included

  var byteCount: Int { table.count * 4 }

  func find(_ uid: UnsafeRawBufferPointer, in store: RowStore) -> Int32? {
    let mask = table.count - 1
    var at = Self.hash(uid) & mask
    while table[at] != Self.free {
      if table[at] >= 0, Self.equal(store[table[at]].uidBytes, uid) { return table[at] }
      at = (at + 1) & mask
    }
    return nil
  }

  mutating func insert(_ slot: Int32, in store: RowStore) {
    if (occupied + 1) * 4 > table.count * 3 { rebuild(in: store) }
    place(slot, Self.hash(store[slot].uidBytes))
  }

  mutating func remove(_ slot: Int32, in store: RowStore) {
    let mask = table.count - 1
    var at = Self.hash(store[slot].uidBytes) & mask
    while table[at] != slot {
      if table[at] == Self.free { return }
      at = (at + 1) & mask
    }
    table[at] = Self.removed
  }

  private mutating func place(_ slot: Int32, _ hash: Int) {
    let mask = table.count - 1
    var at = hash & mask
    while table[at] >= 0 { at = (at + 1) & mask }
    if table[at] == Self.free { occupied += 1 }
    table[at] = slot
  }

  private mutating func rebuild(in store: RowStore) {
    let alive = table.filter { $0 >= 0 }
    var size = 64
    while alive.count * 2 >= size { size *= 2 }
    table = [Int32](repeating: Self.free, count: size)
    occupied = 0
    for slot in alive { place(slot, Self.hash(store[slot].uidBytes)) }
  }

  /// FNV-1a: UIDs are random already.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: value ^ (value >> 32)) & Int.max
  }

  private static func equal(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    a.count == b.count && (a.count == 0 || memcmp(a.baseAddress!, b.baseAddress!, a.count) == 0)
  }
}
