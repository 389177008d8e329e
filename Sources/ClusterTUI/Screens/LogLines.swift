import Cluster

/// Which lines of a ring are shown: those a filter lets through, found little by little so that a key is answered
/// at once even on a log of millions of lines.
struct LogLines {
  private(set) var pattern: Pattern?
  private(set) var filterText = ""
  private(set) var problem: String?
  private var isInverse = false
  /// The numbers of the lines that passed; unused without a filter.
  private var passed: [Int] = []
  private var scannedTo = 0
  private var first = 0
  /// The number behind the last line.
  private(set) var end = 0
  private var hiddenBefore = 0
  private var marks: Set<Int> = []

  var isFiltered: Bool { pattern != nil }
  var isScanning: Bool { isFiltered && scannedTo < end }
  var count: Int { isFiltered ? passed.count : end - first }

  /// Begins anew: another part of the log is coming.
  mutating func restart() {
    (passed, scannedTo, first, end, hiddenBefore, marks) = ([], 0, 0, 0, 0, [])
  }

  mutating func filter(_ text: String) {
    guard text != filterText else {
      problem = nil
      return
    }
    let words = text.hasPrefix("!") ? String(text.dropFirst()) : text
    var typed: Pattern?
    do throws(PatternError) { typed = words.isEmpty ? nil : try Pattern(words) } catch {
      // Half an expression, as it is while someone types, leaves the lines as they are.
      problem = "'\(words)' is no regular expression: \(error.message)"
      return
    }
    (filterText, isInverse) = (text, text.hasPrefix("!"))
    (pattern, problem, passed, scannedTo) = (typed, nil, [], 0)
  }

  /// Looks at lines that came since, as many as a few milliseconds allow.
  mutating func update(from ring: LogRing, milliseconds: UInt64 = 6) {
    first = max(ring.firstNumber, hiddenBefore)
    end = max(ring.endNumber, first)
    guard let pattern else { return }
    passed.removeFirst(passed.firstIndex { $0 >= first } ?? passed.count)
    scannedTo = max(scannedTo, first)
    let budget = Budget(milliseconds: milliseconds)
    let from = scannedTo
    while scannedTo < end {
      if scannedTo > from, scannedTo % 512 == 0, budget.isSpent { break }
      let passes = ring.withLine(scannedTo) { $0.isMark || pattern.matches($0.bytes) != isInverse }
      if passes == true { passed.append(scannedTo) }
      scannedTo += 1
    }
  }

  func number(at index: Int) -> Int? {
    guard index >= 0, index < count else { return nil }
    return isFiltered ? passed[index] : first + index
  }

  /// The index of that line, or of the next one shown.
  func index(ofNumber number: Int) -> Int {
    guard isFiltered else { return max(0, min(number - first, count)) }
    var low = 0
    var high = passed.count
    while low < high {
      let middle = (low + high) / 2
      if passed[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// How many lines are gone before the first one here.
  var gone: Int { first - hiddenBefore > 0 && hiddenBefore == 0 ? first : 0 }

  mutating func mark(at number: Int) { marks.insert(number) }
  /// Whether a rule stands behind the line `before` and not behind `number`, which are neighbours on screen.
  func hasMark(between before: Int?, and number: Int) -> Bool {
    marks.contains { $0 > before ?? -1 && $0 <= number }
  }

  mutating func hideBefore(_ number: Int) {
    hiddenBefore = number
    (passed, scannedTo) = ([], number)
    first = number
  }

  /// All lines that pass, as they came.
  func plainText(_ ring: LogRing) -> String {
    var bytes: [UInt8] = []
    for index in 0..<count {
      guard let number = number(at: index) else { continue }
      _ = ring.withLine(number) { line in
        bytes.append(contentsOf: line.bytes)
        bytes.append(0x0A)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
