/// What must be taken away from and added to one text to make it another, line by line.
package enum Difference {
  /// One line of a difference, or a place where lines that are the same are left out.
  package struct Line: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
      case same, removed, added
      /// So many lines are the same here.
      case skipped(Int)
    }

    package var kind: Kind
    package var text: String

    package init(_ kind: Kind, _ text: String = "") {
      self.kind = kind
      self.text = text
    }
  }

  /// Texts that differ in more lines than this are told as one replaced by the other: looking closer would take
  /// time and memory with the square of it.
  private static let maxEdits = 2_000

  /// The changed lines with so many unchanged ones around them, removed ones before those added in their place.
  /// Equal texts give nothing.
  package static func lines(from old: [String], to new: [String], context: Int = 3) -> [Line] {
    shortened(whole(from: old, to: new), context: max(0, context))
  }

  // MARK: Every line

  private static func whole(from old: [String], to new: [String]) -> [Line] {
    let head = zip(old, new).prefix { $0 == $1 }.count
    let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }.count
    let (left, right) = (old[head..<old.count - tail], new[head..<new.count - tail])
    var lines = old[..<head].map { Line(.same, $0) }
    let kept = common(numbered(left, right))
    var (i, j) = (left.startIndex, right.startIndex)
    for (x, y) in kept + [(left.count, right.count)] {
      lines += left[i..<head + x].map { Line(.removed, $0) }
      lines += right[j..<head + y].map { Line(.added, $0) }
      if head + x < left.endIndex { lines.append(Line(.same, left[head + x])) }
      (i, j) = (head + x + 1, head + y + 1)
    }
    return lines + old[(old.count - tail)...].map { Line(.same, $0) }
  }

  /// Equal lines get equal numbers: they are compared often.
  private static func numbered(_ left: ArraySlice<String>, _ right: ArraySlice<String>) -> ([Int32], [Int32])
  {
    var numbers: [String: Int32] = [:]
    func number(_ line: String) -> Int32 {
      if let known = numbers[line] { return known }
      let next = Int32(numbers.count)
      numbers[line] = next
      return next
    }
    return (left.map(number), right.map(number))
  }

  /// The pairs of places of a longest common subsequence, in order (E. Myers, "An O(ND) Difference Algorithm and
  /// Its Variations").
  private static func common(_ texts: (a: [Int32], b: [Int32])) -> [(Int, Int)] {
    let (a, b) = texts
    if a.isEmpty || b.isEmpty { return [] }
    // reach[k + offset]: how far in `a` a path on diagonal k (x - y) comes with the edits so far.
    let limit = min(a.count + b.count, maxEdits)
    let offset = limit + 1
    var reach = [Int32](repeating: 0, count: 2 * limit + 3)
    var trace: [[Int32]] = []
    for edits in 0...limit {
      trace.append(Array(reach[(offset - edits)...(offset + edits)]))
      for k in stride(from: -edits, through: edits, by: 2) {
        let isDown = k == -edits || k != edits && reach[offset + k - 1] < reach[offset + k + 1]
        var x = Int(isDown ? reach[offset + k + 1] : reach[offset + k - 1] + 1)
        var y = x - k
        while x < a.count, y < b.count, a[x] == b[y] {
          x += 1
          y += 1
        }
        reach[offset + k] = Int32(x)
        if x >= a.count, y >= b.count { return pairs(back: trace, from: (a.count, b.count)) }
      }
    }
    return []
  }

  /// Goes the way back through what was reached with fewer and fewer edits.
  private static func pairs(back trace: [[Int32]], from end: (Int, Int)) -> [(Int, Int)] {
    var found: [(Int, Int)] = []
    var (x, y) = end
    for edits in stride(from: trace.count - 1, through: 0, by: -1) {
      let reach = trace[edits]
      let k = x - y
      func at(_ diagonal: Int) -> Int {
        let place = diagonal + edits
        return reach.indices.contains(place) ? Int(reach[place]) : -1
      }
      let isDown = k == -edits || k != edits && at(k - 1) < at(k + 1)
      let before = isDown ? k + 1 : k - 1
      let startX = edits == 0 ? 0 : at(before) + (isDown ? 0 : 1)
      while x > startX {
        x -= 1
        y -= 1
        found.append((x, y))
      }
      if isDown { y -= 1 } else { x -= 1 }
    }
    return found.reversed()
  }

  // MARK: Leaving out

  private static func shortened(_ lines: [Line], context: Int) -> [Line] {
    var shown = [Bool](repeating: false, count: lines.count)
    for (index, line) in lines.enumerated() where line.kind != .same {
      for near in max(0, index - context)...min(lines.count - 1, index + context) { shown[near] = true }
    }
    if !shown.contains(true) { return [] }
    var result: [Line] = []
    var skipped = 0
    for (line, isShown) in zip(lines, shown) {
      if isShown {
        if skipped > 0 { result.append(Line(.skipped(skipped))) }
        skipped = 0
        result.append(line)
      } else {
        skipped += 1
      }
    }
    if skipped > 0 { result.append(Line(.skipped(skipped))) }
    return result
  }
}
