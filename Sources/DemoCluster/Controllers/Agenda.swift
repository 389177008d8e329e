/// What will happen and when: the only clockwork of the simulation. Things due at the same moment happen in
/// the order in which they were put down, so that a run can be repeated.
struct Agenda {
  typealias Action = (World) -> Void

  private struct Entry {
    let moment: Moment
    let number: Int
    let action: Action

    func isBefore(_ other: Entry) -> Bool {
      moment == other.moment ? number < other.number : moment < other.moment
    }
  }

  /// A binary heap, the next entry first.
  private var heap: [Entry] = []
  private var count = 0

  var next: Moment? { heap.first?.moment }

  mutating func add(_ moment: Moment, _ action: @escaping Action) {
    count += 1
    heap.append(Entry(moment: moment, number: count, action: action))
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes out the next entry if it is due.
  mutating func take(until moment: Moment) -> (moment: Moment, action: Action)? {
    guard let first = heap.first, first.moment <= moment else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    return (first.moment, first.action)
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      if least == parent { return }
      heap.swapAt(least, parent)
      parent = least
    }
  }
}
