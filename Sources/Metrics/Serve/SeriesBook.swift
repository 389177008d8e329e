import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The text of many objects' series, kept ready to be sent: a change of an object touches a few kilobytes, and a scrape
/// takes over what stands there without writing a line.
///
/// Objects stand in shelves, one for each kind, whose families they all have. Every function may be called from any
/// thread.
package final class SeriesBook: Sendable {
  private struct State {
    var shelves: [SeriesShelf]
  }

  private let state: Mutex<State>

  /// - Parameter shelves: the families of each kind. A family may stand in several shelves.
  package init(_ shelves: [[MetricFamily]]) {
    state = Mutex(State(shelves: shelves.map { SeriesShelf(families: $0) }))
  }

  /// Sets the lines of an object: all that the writer has written since it began the object.
  package func put(_ object: String, in shelf: Int, _ text: SeriesWriter) {
    state.withLock { $0.shelves[shelf].put(object, text) }
  }

  package func remove(_ object: String, from shelf: Int) {
    state.withLock { $0.shelves[shelf].remove(object) }
  }

  /// Forgets all objects of a shelf.
  package func clear(_ shelf: Int) {
    state.withLock { $0.shelves[shelf] = SeriesShelf(families: $0.shelves[shelf].families) }
  }

  /// A shelf that is not shown has no families in `lines`: its list is not whole yet, or may not be read.
  package func show(_ shelf: Int, _ isShown: Bool) {
    state.withLock { $0.shelves[shelf].isShown = isShown }
  }

  package func objectCount(_ shelf: Int) -> Int { state.withLock { $0.shelves[shelf].objectCount } }

  /// The families of all shown shelves as they stand now.
  package var lines: [FamilyLines] {
    state.withLock { state in state.shelves.filter(\.isShown).flatMap(\.lines) }
  }
}

/// The objects of one kind: each has a slot, which is its place in the text of every family.
struct SeriesShelf {
  let families: [MetricFamily]
  var isShown = false
  private var slots: [String: Int] = [:]
  private var freeSlots: [Int] = []
  private var nextSlot = 0
  /// By family, then by slot.
  private var texts: [[SeriesBlock]]

  init(families: [MetricFamily]) {
    self.families = families
    texts = families.map { _ in [] }
  }

  var objectCount: Int { slots.count }

  var lines: [FamilyLines] {
    zip(families, texts).map { FamilyLines($0, blocks: $1.compactMap { $0.bytes.isEmpty ? nil : $0.bytes }) }
  }

  mutating func put(_ object: String, _ text: SeriesWriter) {
    let slot = slots[object] ?? newSlot(object)
    let (block, place) = slot.quotientAndRemainder(dividingBy: SeriesBlock.objects)
    var start = 0
    text.bytes.withUnsafeBytes { bytes in
      for (family, end) in text.ends.enumerated() {
        texts[family][block].set(place, UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        start = end
      }
    }
  }

  mutating func remove(_ object: String) {
    guard let slot = slots.removeValue(forKey: object) else { return }
    let (block, place) = slot.quotientAndRemainder(dividingBy: SeriesBlock.objects)
    for family in texts.indices {
      texts[family][block].set(place, UnsafeRawBufferPointer(start: nil, count: 0))
    }
    freeSlots.append(slot)
  }

  private mutating func newSlot(_ object: String) -> Int {
    if let slot = freeSlots.popLast() {
      slots[object] = slot
      return slot
    }
    let slot = nextSlot
    nextSlot += 1
    if slot % SeriesBlock.objects == 0 { for family in texts.indices { texts[family].append(SeriesBlock()) } }
    slots[object] = slot
    return slot
  }
}

/// The lines of some objects in one family. Its bytes are handed out as they are: while an answer still holds them, a
/// change makes a copy.
struct SeriesBlock {
  /// Small enough that a change costs microseconds, large enough that a page is not thousands of small sends.
  static let objects = 128

  private(set) var bytes: [UInt8] = []
  private var ends = [UInt32](repeating: 0, count: SeriesBlock.objects)

  mutating func set(_ place: Int, _ new: UnsafeRawBufferPointer) {
    let start = place == 0 ? 0 : Int(ends[place - 1])
    let old = Int(ends[place]) - start
    if old == new.count {
      guard old > 0 else { return }
      let isSame = bytes.withUnsafeBytes { memcmp($0.baseAddress! + start, new.baseAddress!, old) == 0 }
      if !isSame {
        bytes.withUnsafeMutableBytes {
          ($0.baseAddress! + start).copyMemory(from: new.baseAddress!, byteCount: old)
        }
      }
      return
    }
    bytes.replaceSubrange(start..<start + old, with: new)
    let difference = new.count - old
    for index in place..<Self.objects { ends[index] = UInt32(Int(ends[index]) + difference) }
  }
}
