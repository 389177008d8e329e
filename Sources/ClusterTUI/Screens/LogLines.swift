import Cluster

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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
  private var end = 0
  private var hiddenBefore = 0
  private var marks: Set<Int> = []

  private static let budgetNanoseconds: UInt64 = 6_000_000

  var isFiltered: Bool { pattern != nil }
  var isScanning: Bool { isFiltered && scannedTo < end }
  var count: Int { isFiltered ? passed.count : end - first }

  /// Begins anew: another part of the log is coming.
  mutating func restart() {
    (passed, scannedTo, first, end, hiddenBefore, marks) = ([], 0, 0, 0, 0, [])
  }

  mutating func filter(_ text: String) {
    guard text != filterText else { return }
    filterText = text
    (pattern, problem, passed, scannedTo) = (nil, nil, [], 0)
    isInverse = text.hasPrefix("!")
    let words = isInverse ? String(text.dropFirst()) : text
    guard !words.isEmpty else { return }
    do throws(PatternError) { pattern = try Pattern(words) } catch {
      problem = "'\(words)' is no regular expression: \(error.message)"
    }
  }

  /// Looks at lines that came since, as many as a few milliseconds allow.
  mutating func update(from ring: LogRing) {
    first = max(ring.firstNumber, hiddenBefore)
    end = max(ring.endNumber, first)
    guard let pattern else { return }
    passed.removeFirst(passed.firstIndex { $0 >= first } ?? passed.count)
    scannedTo = max(scannedTo, first)
    let deadline = monotonicNanoseconds() + Self.budgetNanoseconds
    while scannedTo < end {
      if scannedTo % 512 == 0, monotonicNanoseconds() > deadline { break }
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
  func hasMark(before number: Int) -> Bool { marks.contains(number) }

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

private func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
