/// The lines that pass a filter and are still to be written somewhere.
struct LogCollection {
  /// Without a filter: the number of the next line.
  private(set) var next: Int
  /// With one: what passed. Lines before `from` were taken under the filter before.
  private var passed: [Int] = []
  private var from: Int

  init(from number: Int) { (next, from) = (number, number) }

  /// The first line that passed and was not taken; nil when there is none.
  var firstPassed: Int? { passed.first }
  var hasPassed: Bool { !passed.isEmpty }

  mutating func passed(_ number: Int) { if number >= from { passed.append(number) } }

  /// Another filter is coming; all lines up to here were judged by the one before.
  mutating func changed(wasFiltered: Bool, scannedTo: Int) {
    from = wasFiltered ? max(from, scannedTo) : next
    next = from
    passed = []
  }

  /// Older lines were put before and among the first ones.
  ///
  /// - Parameter judgedTo: with a filter: where the first line stands now that it did not look at yet.
  mutating func renumber(_ number: (Int) -> Int, judgedTo: Int?) {
    next = number(next)
    passed = passed.map(number)
    from = judgedTo.map { max(number(from), $0) } ?? number(from)
  }

  mutating func take(_ maxCount: Int, isFiltered: Bool, first: Int, end: Int) -> (numbers: [Int], missed: Int)
  {
    guard isFiltered else {
      let missed = max(0, first - next)
      let start = max(first, next)
      let stop = end - start > maxCount ? start + maxCount : end
      next = max(next, stop)
      return (Array(start..<max(start, stop)), missed)
    }
    let taken = passed.prefix(maxCount)
    let here = taken.filter { $0 >= first }
    passed.removeFirst(taken.count)
    return (here, taken.count - here.count)
  }
}
