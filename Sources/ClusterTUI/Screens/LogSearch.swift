import Cluster

/// Finds the lines of a log that hold something, one after the other and around the ends. It looks at a few
/// milliseconds' worth of lines at a time, so that a key is answered at once on a log of millions.
struct LogSearch {
  private struct Hunt {
    /// The number of the line to look at next.
    var next: Int
    var step: Int
    /// How many lines have not been looked at.
    var left: Int
    var isAround = false
  }

  private(set) var text = ""
  private(set) var pattern: Pattern?
  /// The line that n and N go on from.
  private(set) var found: Int?
  private(set) var remark: Remark?
  private var hunt: Hunt?

  var isHunting: Bool { hunt != nil }

  /// Begins another search; "" ends it. The line found before stays the one to go on from.
  mutating func start(_ text: String) {
    let before = found
    self = LogSearch()
    self.text = text
    guard !text.isEmpty else { return }
    found = before
    do throws(PatternError) { pattern = try Pattern(text) } catch {
      remark = Remark(text: "'\(text)' is no regular expression: \(error.message)", tone: .bad)
    }
  }

  /// Other lines are coming.
  mutating func forgetPlace() { (found, hunt) = (nil, nil) }

  /// Looks for the next match: from the line at `index` on, that one included.
  mutating func go(_ step: Int, from index: Int, _ lines: LogLines) {
    guard pattern != nil, lines.count > 0 else { return }
    remark = nil
    let isAround = index < 0 || index >= lines.count
    let start = (index % lines.count + lines.count) % lines.count
    hunt = Hunt(next: lines.number(at: start) ?? 0, step: step, left: lines.count, isAround: isAround)
  }

  /// Goes on looking. Returns the line when it is found.
  mutating func advance(_ lines: LogLines, _ ring: LogRing) -> Int? {
    guard let pattern, var hunt else { return nil }
    let budget = Budget(milliseconds: 6)
    var index = lines.index(ofNumber: hunt.next)
    while hunt.left > 0, let number = lines.number(at: index) {
      hunt.next = number
      if hunt.left % 256 == 0, budget.isSpent {
        self.hunt = hunt
        return nil
      }
      if ring.withLine(number, { pattern.matches($0.bytes) }) == true {
        if hunt.isAround {
          let end = hunt.step > 0 ? "last" : "first"
          remark = Remark(text: "beyond the \(end) match: around to the other end", tone: .starting)
        }
        (self.hunt, found) = (nil, number)
        return number
      }
      hunt.left -= 1
      index += hunt.step
      if index < 0 || index >= lines.count {
        hunt.isAround = true
        index = hunt.step > 0 ? 0 : lines.count - 1
      }
    }
    self.hunt = nil
    remark = Remark(text: "no line holds '\(text)'", tone: .bad)
    return nil
  }
}
