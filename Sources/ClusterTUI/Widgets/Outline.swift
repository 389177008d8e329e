import Cluster

/// What is folded in a page: which lines are sections, which of them are closed, and which lines are left to see.
struct Outline {
  /// Indexes of the lines that are not folded away, in order.
  private(set) var visible: [Int] = []
  private var depths: [Int] = []
  /// Who a line is, over versions of its page: what it begins with, below which section, and the how-manieth of that
  /// name. A value may change and the line stays the same.
  private var names: [Int] = []
  private var folded: Set<Int> = []

  init() {}

  mutating func update(_ page: Page) {
    depths = page.lines.map(\.depth)
    names = Self.names(of: page)
    refresh()
  }

  var count: Int { depths.count }

  /// Where a line of an earlier version is now: the line of the same name, or as far below the nearest one above that
  /// is still there.
  func counterpart(of line: Int, in earlier: Outline) -> Int {
    guard count > 0, earlier.names.indices.contains(line) else { return 0 }
    let lines = Dictionary(zip(names, names.indices)) { first, _ in first }
    for above in stride(from: line, through: 0, by: -1) {
      if let found = lines[earlier.names[above]] { return min(count - 1, found + line - above) }
    }
    return min(count - 1, line)
  }

  /// Whether lines below it fold away with it.
  func isSection(_ line: Int) -> Bool { line + 1 < depths.count && depths[line + 1] > depths[line] }

  func isFolded(_ line: Int) -> Bool { isSection(line) && folded.contains(names[line]) }

  /// The lines below a section that belong to it.
  func content(of line: Int) -> Range<Int> {
    let end = depths[(line + 1)...].firstIndex { $0 <= depths[line] } ?? depths.count
    return line + 1..<end
  }

  /// The section a line is in.
  func parent(of line: Int) -> Int? {
    guard depths.indices.contains(line) else { return nil }
    return depths[..<line].lastIndex { $0 < depths[line] }
  }

  /// Where a line is to be seen: its place in `visible`, or that of the section it is folded into.
  func place(of line: Int) -> Int {
    var low = 0
    var high = visible.count
    while low < high {
      let middle = (low + high) / 2
      if visible[middle] <= line { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }

  mutating func toggle(_ line: Int) {
    if folded.remove(names[line]) == nil { folded.insert(names[line]) }
    refresh()
  }

  mutating func foldAll() {
    folded = Set(depths.indices.filter(isSection).map { names[$0] })
    refresh()
  }

  mutating func unfoldAll() {
    folded = []
    refresh()
  }

  /// Opens every section a line is in.
  mutating func reveal(_ line: Int) {
    var section = parent(of: line)
    while let open = section {
      folded.remove(names[open])
      section = parent(of: open)
    }
    refresh()
  }

  private mutating func refresh() {
    visible.removeAll(keepingCapacity: true)
    var line = 0
    while line < depths.count {
      visible.append(line)
      line = isFolded(line) ? content(of: line).upperBound : line + 1
    }
  }

  private static func names(of page: Page) -> [Int] {
    var sections: [(depth: Int, name: Int)] = []
    var seen: [Int: Int] = [:]
    return page.lines.map { line in
      while let last = sections.last, last.depth >= line.depth { sections.removeLast() }
      var hasher = Hasher()
      hasher.combine(sections.last?.name)
      hasher.combine(line.spans.first { $0.text.contains { $0 != " " } }?.text)
      let key = hasher.finalize()
      hasher = Hasher()
      hasher.combine(key)
      hasher.combine(seen[key, default: 0])
      seen[key, default: 0] += 1
      let name = hasher.finalize()
      sections.append((line.depth, name))
      return name
    }
  }
}
