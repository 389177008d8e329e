/// The greatest or least of some values as `topk` and `bottomk` choose them. NaN ranks behind all others either way.
///
/// Which of several equal values at the edge stay is decided as in Prometheus: by a binary heap with the worst on
/// top, in the order of the labels.
struct Ranking {
  typealias Entry = (number: Int, value: Double)

  private var heap: [Entry] = []
  private let isTop: Bool

  /// The numbers of the best `count`, the best first.
  static func best(_ all: [Entry], _ count: Int, _ isTop: Bool) -> [Int] {
    if count < 1 { return [] }
    var ranking = Ranking(isTop: isTop)
    for entry in all { ranking.offer(entry, count) }
    return ranking.sorted.map(\.number)
  }

  private init(isTop: Bool) { self.isTop = isTop }

  private func isWorse(_ a: Entry, _ b: Entry) -> Bool {
    a.value.isNaN || (isTop ? a.value < b.value : a.value > b.value)
  }

  private mutating func offer(_ entry: Entry, _ count: Int) {
    if heap.count < count {
      heap.append(entry)
      rise()
    } else if isWorse(heap[0], entry), !(heap[0].value.isNaN && entry.value.isNaN) {
      heap[0] = entry
      sink()
    }
  }

  private mutating func rise() {
    var at = heap.count - 1
    while at > 0 {
      let parent = (at - 1) / 2
      if !isWorse(heap[at], heap[parent]) { return }
      heap.swapAt(at, parent)
      at = parent
    }
  }

  private mutating func sink() {
    var at = 0
    while 2 * at + 1 < heap.count {
      var child = 2 * at + 1
      if child + 1 < heap.count, isWorse(heap[child + 1], heap[child]) { child += 1 }
      if !isWorse(heap[child], heap[at]) { return }
      heap.swapAt(at, child)
      at = child
    }
  }

  private var sorted: [Entry] {
    heap.enumerated().sorted { a, b in
      if a.element.value.isNaN || b.element.value.isNaN {
        return a.element.value.isNaN == b.element.value.isNaN
          ? a.offset < b.offset : !a.element.value.isNaN
      }
      if a.element.value == b.element.value { return a.offset < b.offset }
      return isWorse(b.element, a.element)
    }.map(\.element)
  }
}
