/// A regular expression over a whole label value, with RE2's syntax and meaning and, like RE2, in time that grows with text
/// times pattern whatever they are. Left out, and refused by name: `\p{...}` classes and `\Q...\E`.
package struct LabelPattern: Sendable {
  /// What is wrong with a pattern.
  package struct Problem: Error, Hashable, Sendable {
    package let text: String
    /// In Unicode scalars from the pattern's start.
    package let offset: Int
  }

  enum Step: Sendable {
    case one(Ranges)
    case split(Int, Int)
    case jump(Int)
    case start, end, boundary, noBoundary, match
  }

  /// A set of characters as closed ranges of scalar values.
  struct Ranges: Sendable {
    var list: [ClosedRange<UInt32>]
    var isNegated = false

    func contains(_ scalar: UInt32) -> Bool { list.contains { $0.contains(scalar) } != isNegated }
  }

  private let program: [Step]
  /// The texts when the pattern is nothing but texts with `|` between.
  private let literals: Set<String>?

  package init(_ text: String) throws(Problem) {
    if text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-:/ |".contains($0)) }) {
      literals = Set(text.split(separator: "|", omittingEmptySubsequences: false).map(String.init))
      program = []
      return
    }
    literals = nil
    var reader = LabelPatternReader(text)
    program = try reader.program()
  }

  package func matches(_ text: String) -> Bool {
    if let literals { return literals.contains(text) }
    let scalars = text.unicodeScalars.map(\.value)
    var now = Threads(program.count)
    var next = Threads(program.count)
    follow(0, 0, scalars, &now)
    for (at, scalar) in scalars.enumerated() {
      if now.list.isEmpty { return false }
      for place in now.list {
        if case .one(let ranges) = program[place], ranges.contains(scalar) {
          follow(place + 1, at + 1, scalars, &next)
        }
      }
      swap(&now, &next)
      next.clear()
    }
    return now.list.contains { if case .match = program[$0] { true } else { false } }
  }

  /// The places in the program that are reached after so many characters.
  private struct Threads {
    var list: [Int] = []
    var seen: [Bool]
    init(_ count: Int) { seen = Array(repeating: false, count: count) }
    mutating func clear() {
      list.removeAll(keepingCapacity: true)
      for at in seen.indices { seen[at] = false }
    }
  }

  private func follow(_ place: Int, _ at: Int, _ text: [UInt32], _ threads: inout Threads) {
    var open = [place]
    while let place = open.popLast() {
      if threads.seen[place] { continue }
      threads.seen[place] = true
      switch program[place] {
      case .jump(let to): open.append(to)
      case .split(let a, let b):
        open.append(b)
        open.append(a)
      case .start: if at == 0 { open.append(place + 1) }
      case .end: if at == text.count { open.append(place + 1) }
      case .boundary: if Self.isBoundary(at, text) { open.append(place + 1) }
      case .noBoundary: if !Self.isBoundary(at, text) { open.append(place + 1) }
      case .one, .match: threads.list.append(place)
      }
    }
  }

  private static func isBoundary(_ at: Int, _ text: [UInt32]) -> Bool {
    let before = at > 0 && LabelPatternReader.word.contains(text[at - 1])
    let after = at < text.count && LabelPatternReader.word.contains(text[at])
    return before != after
  }
}
