import Cluster

/// Finds the lines of a log that hold something, one after the other and around the ends. It looks at a few
/// milliseconds' worth of lines at a time, so that a key is answered at once on a log of millions.
struct LogSearch {
  /// Places are numbers of lines, not indices: those change with every line that a filter lets through.
  private struct Hunt {
    var step: Int
    /// The line to begin with; nil for the newest.
    var from: Int?
    /// The line to look at next; nil before the beginning.
    var next: Int?
    var isAround = false
  }

  private(set) var text = ""
  private(set) var pattern: Pattern?
  /// The line that this search found.
  private(set) var found: Int?
  /// The line that n and N go on from; a search before may have left it.
  private(set) var place: Int?
  private(set) var remark: Remark?
  /// Which lines match, of those looked at so far.
  private(set) var tally = LogTally()
  private var hunt: Hunt?
  /// All lines before this one are known not to match.
  private var nothingBefore: Int?

  /// Whether there is something to do without a key or a change.
  func isHunting(_ lines: LogLines) -> Bool {
    (hunt != nil && lines.count > 0) || nothingBefore.map { $0 < lines.end } == true
      || (pattern != nil && !tally.isWhole(lines))
  }

  /// Begins another search; "" ends it. The line found before stays the one to go on from.
  mutating func start(_ text: String) {
    let before = place
    self = LogSearch()
    self.text = text
    guard !text.isEmpty else { return }
    place = before
    do throws(PatternError) { pattern = try Pattern(text) } catch {
      remark = Remark(text: "'\(text)' is no regular expression: \(error.message)", tone: .bad)
    }
  }

  /// Other lines are coming.
  mutating func forgetPlace() {
    (found, place, hunt, nothingBefore) = (nil, nil, nil, nil)
    tally = LogTally()
    if pattern != nil { remark = nil }
  }

  /// Other lines are shown: what was looked at so far tells nothing of those.
  mutating func linesChanged() {
    if nothingBefore != nil { (nothingBefore, remark) = (nil, nil) }
    hunt?.next = nil
    hunt?.isAround = false
    tally = LogTally()
  }

  /// Older lines came: lines have other numbers now.
  mutating func renumber(_ number: (Int) -> Int) {
    (found, place) = (found.map(number), place.map(number))
    linesChanged()
  }

  /// Looks for the next match: from that line on, that one included; nil begins with the newest.
  mutating func go(_ step: Int, from number: Int?) {
    guard pattern != nil else { return }
    (remark, nothingBefore) = (nil, nil)
    hunt = Hunt(step: step, from: number)
  }

  /// To the next match, or to the one before.
  mutating func goOn(_ step: Int) { go(step, from: place.map { $0 + step } ?? (step > 0 ? 0 : nil)) }

  /// Goes on looking. Returns the line when it is found.
  mutating func advance(_ lines: LogLines, _ ring: LogRing, milliseconds: UInt64 = 6) -> Int? {
    // As long as a filter has not seen all lines nobody can say which is the next, or that there is none.
    guard let pattern, !lines.isScanning else { return nil }
    let budget = Budget(milliseconds: milliseconds)
    guard hunt != nil, lines.count > 0 else {
      lookAtNewLines(pattern, lines, ring, budget)
      tally.update(pattern, lines, ring, budget)
      return nil
    }
    return hunt(pattern, lines, ring, budget)
  }

  private mutating func hunt(_ pattern: Pattern, _ lines: LogLines, _ ring: LogRing, _ budget: Budget) -> Int?
  {
    guard var hunt else { return nil }
    hunt.from = hunt.from ?? lines.number(at: lines.count - 1)
    var index = Self.firstIndex(hunt, lines)
    var looked = 0
    while true {
      if let place = Self.skip(pattern, hunt.step, from: index, lines, ring, budget) {
        index = place.index
        if !place.isWhole {
          hunt.next = lines.number(at: index)
          self.hunt = hunt
          return nil
        }
      }
      if index < 0 || index >= lines.count {
        if hunt.isAround { break }
        hunt.isAround = true
        index = hunt.step > 0 ? 0 : lines.count - 1
      }
      guard let number = lines.number(at: index) else { break }
      if hunt.isAround, let from = hunt.from, hunt.step > 0 ? number >= from : number <= from { break }
      if looked > 0, looked % 256 == 0, budget.isSpent {
        hunt.next = number
        self.hunt = hunt
        return nil
      }
      if ring.withLine(number, { pattern.matches($0.bytes) }) == true { return reached(number, hunt) }
      hunt.next = number
      looked += 1
      index += hunt.step
    }
    self.hunt = nil
    nothingBefore = lines.end
    remark = Remark(text: "no line holds '\(text)'", tone: .bad)
    return nil
  }

  /// Over the lines that can't match, where all lines are shown: to the next that may, or beyond the end. nil where
  /// each has to be looked at.
  private static func skip(
    _ pattern: Pattern, _ step: Int, from index: Int, _ lines: LogLines, _ ring: LogRing, _ budget: Budget
  ) -> (index: Int, isWhole: Bool)? {
    guard !lines.isFiltered, let needle = pattern.needle, let number = lines.number(at: index) else {
      return nil
    }
    let place =
      step > 0
      ? ring.firstLine(holding: needle, from: number, before: lines.end) { budget.isSpent }
      : ring.lastLine(holding: needle, before: number + 1, from: lines.first) { budget.isSpent }
    switch place {
    case .found(let found): return (lines.index(ofNumber: found), true)
    case .reached(let reached): return (lines.index(ofNumber: step > 0 ? reached : reached - 1), false)
    case .nowhere: return (step > 0 ? lines.count : -1, true)
    }
  }

  private static func firstIndex(_ hunt: Hunt, _ lines: LogLines) -> Int {
    guard let number = hunt.next ?? hunt.from else { return lines.count - 1 }
    return hunt.step > 0 ? lines.index(ofNumber: number) : lines.index(ofNumber: number + 1) - 1
  }

  private mutating func reached(_ number: Int, _ hunt: Hunt) -> Int {
    if hunt.isAround {
      let end = hunt.step > 0 ? "last" : "first"
      remark = Remark(text: "beyond the \(end) match: around to the other end", tone: .starting)
    }
    (self.hunt, found, place) = (nil, number, number)
    return number
  }

  /// That no line holds it was true of the lines there were.
  private mutating func lookAtNewLines(
    _ pattern: Pattern, _ lines: LogLines, _ ring: LogRing, _ budget: Budget
  ) {
    guard let from = nothingBefore, from < lines.end else { return }
    var index = lines.index(ofNumber: from)
    var looked = 0
    while let number = lines.number(at: index) {
      if looked > 0, looked % 256 == 0, budget.isSpent {
        nothingBefore = number
        return
      }
      if ring.withLine(number, { pattern.matches($0.bytes) }) == true {
        (nothingBefore, remark) = (nil, nil)
        return
      }
      looked += 1
      index += 1
    }
    nothingBefore = lines.end
  }
}
