/// Which lines of a ring are shown: those a filter lets through, with what goes on them and perhaps some lines around, found
/// little by little so that a key is answered at once even on a log of millions of lines.
package struct LogLines {
  /// A line and those that go on it, as far as they were looked at.
  private struct Group {
    var members: [Int]
    var mask: UInt64
    var isIn = false
    /// What goes on it matters: it passes, or may yet.
    var isOpen = false
  }

  package private(set) var filter = LogFilter.none
  package private(set) var problem: String?
  /// How many lines around each that passes are shown besides.
  package private(set) var contextLines = 0
  /// The numbers of the lines that passed; unused without a filter.
  private(set) var matched: [Int] = []
  /// Those and the lines around them; unused without such.
  private var around: [Int] = []
  /// Lines that passed were taken back.
  private var isAroundStale = false
  private var groups: [Group?] = []
  /// Groups whose next line must be looked at.
  private var openCount = 0
  private var scannedTo = 0
  package private(set) var first = 0
  /// The number behind the last line.
  package private(set) var end = 0
  private var hiddenBefore: Int?
  private var marks: Set<Int> = []
  private var insertions = 0
  private var letGo = 0
  private var collection: LogCollection?

  package init() {}

  package var filterText: String { filter.text }
  package var isFiltered: Bool { filter.isActive }
  package var isScanning: Bool { isFiltered && scannedTo < end }
  package var count: Int { isFiltered ? list.count : end - first }
  /// How many lines the filter lets through, those around them not counted.
  package var matchCount: Int { isFiltered ? matched.count : end - first }
  private var list: [Int] { contextLines > 0 ? around : matched }

  /// Begins anew: another part of the log is coming.
  package mutating func restart() {
    rescan()
    (scannedTo, first, end, hiddenBefore, marks, insertions, letGo) = (0, 0, 0, nil, [], 0, 0)
    collection = nil
  }

  package mutating func filter(_ text: String) {
    guard text != filter.text else {
      problem = nil
      return
    }
    do throws(PatternError) {
      let typed = try LogFilter(text)
      let (wasFiltered, seen) = (isFiltered, scannedTo)
      collection?.changed(wasFiltered: wasFiltered, scannedTo: seen)
      filter = typed
      problem = nil
    } catch {
      // Half an expression, as it is while someone types, leaves the lines as they are.
      problem = "'\(error.text)' is no regular expression: \(error.message)"
      return
    }
    rescan()
  }

  package mutating func show(contextLines: Int) {
    self.contextLines = contextLines
    makeAround()
  }

  private mutating func rescan() {
    (matched, around, groups, openCount, scannedTo) = ([], [], [], 0, first)
  }

  // MARK: Taking in lines

  /// Looks at lines that came since, as many as a few milliseconds allow.
  package mutating func update(from ring: LogRing, milliseconds: UInt64 = 6) {
    let before = end
    if ring.insertions != insertions {
      insertions = ring.insertions
      marks = Set(marks.map(ring.number(now:)))
      first = max(ring.firstNumber, hiddenBefore ?? .min)
      // What is older is no news for a file that is written: what passed so far was handed over.
      let judged = isFiltered ? ring.number(now: scannedTo) : nil
      collection?.renumber(ring.number(now:), judgedTo: judged)
      rescan()
    }
    first = max(ring.firstNumber, hiddenBefore ?? .min)
    end = max(ring.endNumber, first)
    letGo = ring.letGo
    guard isFiltered else { return }
    forgetFirst()
    scannedTo = max(scannedTo, first)
    if contextLines > 0, let last = matched.last, before <= last + contextLines, before < end {
      for number in before..<min(end, last + contextLines + 1) { Self.insert(number, into: &around) }
    }
    scan(ring, Budget(milliseconds: milliseconds))
    if isAroundStale { makeAround() }
  }

  private mutating func forgetFirst() {
    if let old = matched.first, old < first {
      matched.removeFirst(matched.firstIndex { $0 >= first } ?? matched.count)
    }
    if let old = around.first, old < first {
      around.removeFirst(around.firstIndex { $0 >= first } ?? around.count)
    }
  }

  private mutating func scan(_ ring: LogRing, _ budget: Budget) {
    if groups.count < max(1, ring.sources.count) {
      groups += Array(repeating: nil, count: max(1, ring.sources.count) - groups.count)
    }
    while scannedTo < end {
      // Nothing passes that does not hold it: the lines before the next that does need no look.
      if let needle = filter.needle, openCount == 0, skip(to: needle, ring, budget) { return }
      let stop = min(end, scannedTo + 256)
      scannedTo = ring.eachLine(from: scannedTo, to: stop) { number, line in
        take(number, line, ring)
        return filter.needle == nil || openCount > 0
      }
      if budget.isSpent { return }
    }
  }

  /// True where there is nothing more to look at, or no time.
  private mutating func skip(to needle: [UInt8], _ ring: LogRing, _ budget: Budget) -> Bool {
    let place = ring.firstLine(holding: needle, from: scannedTo, before: end) { budget.isSpent }
    let next: Int
    switch place {
    case .found(let number), .reached(let number): next = number
    case .nowhere: next = end
    }
    var at = scannedTo
    while let mark = ring.firstMark(from: at, before: next) {
      insert(mark)
      at = mark + 1
    }
    if next > scannedTo { for index in groups.indices { groups[index] = nil } }
    scannedTo = next
    if case .found = place { return false }
    return true
  }

  private mutating func take(_ number: Int, _ line: LogRing.Line, _ ring: LogRing) {
    if line.isMark { return insert(number) }
    guard groups.indices.contains(line.source) else { return }
    let mask = filter.satisfied(line, ring.sources)
    var group = groups[line.source]
    if !line.continues || group == nil {
      if group?.isOpen == true { openCount -= 1 }
      group = line.continues ? begun(before: number, ring) : Group(members: [], mask: 0)
    }
    guard var group else { return }
    // Held nowhere else meanwhile, so that the members are not copied with each line.
    groups[line.source] = nil
    let wasIn = group.isIn
    group.members.append(number)
    group.mask |= mask
    group.isIn = filter.passes(group.mask)
    if group.isIn {
      if wasIn { insert(number) } else { for member in group.members { insert(member) } }
    } else if wasIn {
      remove(group.members)
    }
    let wasOpen = group.isOpen
    group.isOpen = group.isIn || group.mask & filter.needleMask != 0
    if group.isOpen != wasOpen { openCount += group.isOpen ? 1 : -1 }
    groups[line.source] = group
  }

  /// The part of a group that was skipped.
  private func begun(before number: Int, _ ring: LogRing) -> Group {
    let members = ring.linesBefore(ofGroup: number).filter { $0 >= first }
    let mask = members.reduce(UInt64(0)) { mask, member in
      mask | (ring.withLine(member) { filter.satisfied($0, ring.sources) } ?? 0)
    }
    return Group(members: members, mask: mask)
  }

  private mutating func insert(_ number: Int) {
    guard Self.insert(number, into: &matched) else { return }
    collection?.passed(number)
    if contextLines > 0 { insertAround(number) }
  }

  private mutating func insertAround(_ number: Int) {
    for near in max(first, number - contextLines)...max(number, min(end - 1, number + contextLines)) {
      Self.insert(near, into: &around)
    }
  }

  private mutating func remove(_ numbers: [Int]) {
    for number in numbers {
      let index = Self.index(of: number, in: matched)
      if index < matched.count, matched[index] == number { matched.remove(at: index) }
    }
    isAroundStale = contextLines > 0
  }

  private mutating func makeAround() {
    (around, isAroundStale) = ([], false)
    guard contextLines > 0 else { return }
    around.reserveCapacity(matched.count * 2)
    for number in matched { insertAround(number) }
  }

  /// False where it is there already.
  @discardableResult
  private static func insert(_ number: Int, into list: inout [Int]) -> Bool {
    guard let last = list.last, number <= last else {
      list.append(number)
      return true
    }
    let index = index(of: number, in: list)
    if list[index] == number { return false }
    list.insert(number, at: index)
    return true
  }

  /// Of that number, or of the next one that is there.
  private static func index(of number: Int, in list: [Int]) -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if list[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: What is shown

  package func number(at index: Int) -> Int? {
    guard index >= 0, index < count else { return nil }
    return isFiltered ? list[index] : first + index
  }

  /// The index of that line, or of the next one shown.
  package func index(ofNumber number: Int) -> Int {
    if isFiltered { return Self.index(of: number, in: list) }
    return number <= first ? 0 : min(number - first, count)
  }

  /// Shown only because a line near it passed.
  package func isContext(_ number: Int) -> Bool {
    guard isFiltered, contextLines > 0 else { return false }
    let index = Self.index(of: number, in: matched)
    return index >= matched.count || matched[index] != number
  }

  /// Whether lines are left out before the one at that index, where the lines around are shown.
  package func hasGap(before index: Int) -> Bool {
    guard isFiltered, contextLines > 0, index > 0, index < list.count else { return false }
    return list[index] != list[index - 1] + 1
  }

  /// How many lines are gone before the first one here.
  package var gone: Int { hiddenBefore == nil ? letGo : 0 }

  package mutating func mark(at number: Int) { marks.insert(number) }
  /// Whether a rule stands behind the line `before` and not behind `number`, which are neighbours on screen.
  package func hasMark(between before: Int?, and number: Int) -> Bool {
    !marks.isEmpty && marks.contains { $0 > before ?? .min && $0 <= number }
  }

  package mutating func hideBefore(_ number: Int) {
    hiddenBefore = number
    first = number
    rescan()
  }

  // MARK: Saving

  /// From now on all that passes is gathered, from the first line on.
  package mutating func startCollecting() {
    var collection = LogCollection(from: first)
    if isFiltered { for number in matched { collection.passed(number) } }
    self.collection = collection
  }

  package mutating func stopCollecting() { collection = nil }

  /// The next lines that passed since they were last taken, in the order in which that came out; and how many were let go
  /// before they could be taken.
  package mutating func takeCollected(maxCount: Int) -> (numbers: [Int], missed: Int) {
    let (isFiltered, first, end) = (isFiltered, first, end)
    return collection?.take(maxCount, isFiltered: isFiltered, first: first, end: end) ?? ([], 0)
  }

  /// Every line before this one was taken, or did not pass.
  package var collectedTo: Int {
    guard let collection else { return end }
    return isFiltered ? min(collection.firstPassed ?? scannedTo, scannedTo) : collection.next
  }

  package var hasMoreToCollect: Bool {
    guard let collection else { return false }
    return isFiltered ? collection.hasPassed : collection.next < end
  }
}
