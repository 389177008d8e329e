import Cluster

/// Which nodes of a tree are to be seen, in order: what is folded, what a pattern looks for, what is in trouble.
struct TreeLines {
  /// A node in its place: the same object below two others is two lines.
  struct Line: Hashable {
    let identity: Int
    let branch: Int
    let node: Int

    static func == (left: Line, right: Line) -> Bool { left.identity == right.identity }
    func hash(into hasher: inout Hasher) { hasher.combine(identity) }
  }

  private(set) var lines: [Line] = []
  /// Ids of the branches that lines name by their index.
  private(set) var branches: [String] = []
  /// How many objects at the top are to be seen.
  private(set) var shown = 0

  /// Whether nodes are open that nobody folded or unfolded.
  var isOpen = false
  private var turned: Set<Int> = []

  func isUnfolded(_ identity: Int) -> Bool { isOpen != turned.contains(identity) }

  mutating func turn(_ identity: Int) {
    if turned.remove(identity) == nil { turned.insert(identity) }
  }

  mutating func set(_ identity: Int, isUnfolded: Bool) {
    if self.isUnfolded(identity) != isUnfolded { turn(identity) }
  }

  mutating func turnAll() {
    isOpen.toggle()
    turned = []
  }

  /// Unfolds what leads to trouble, one object at the top after the other, as long as all lines have room.
  mutating func unfoldTrouble(_ forest: RelationForest, rows: Int) {
    update(forest, pattern: nil, onlyTrouble: false)
    for id in forest.order where lines.count < rows {
      guard let branch = forest.branches[id] else { continue }
      let before = turned
      var above: [Int] = []
      for (node, item) in branch.nodes.enumerated() {
        above =
          Array(above.prefix(item.depth)) + [Self.identity(above.prefix(item.depth).last ?? 0, item.ref)]
        if branch.trouble[node] > (item.isInTrouble ? 1 : 0) { set(above[above.count - 1], isUnfolded: true) }
      }
      guard turned != before else { continue }
      update(forest, pattern: nil, onlyTrouble: false)
      guard lines.count > rows else { continue }
      turned = before
      update(forest, pattern: nil, onlyTrouble: false)
    }
  }

  /// - Parameter pattern: shows what matches and what that stands below, whether or not it is folded.
  mutating func update(_ forest: RelationForest, pattern: Pattern?, onlyTrouble: Bool) {
    branches = forest.order
    lines.removeAll(keepingCapacity: true)
    shown = 0
    for (index, id) in branches.enumerated() {
      guard let branch = forest.branches[id], let root = branch.nodes.first else { continue }
      if onlyTrouble, branch.trouble[0] == 0 { continue }
      var wanted: [Bool]?
      if let pattern {
        guard let found = Self.matching(branch, pattern) else { continue }
        wanted = found
      }
      shown += 1
      append(branch, index, wanted, onlyTrouble, Self.identity(0, root.ref))
    }
  }

  private mutating func append(
    _ branch: RelationForest.Branch, _ index: Int, _ wanted: [Bool]?, _ onlyTrouble: Bool, _ root: Int
  ) {
    var above = [root]
    var node = 0
    while node < branch.nodes.count {
      let item = branch.nodes[node]
      if wanted?[node] == false || onlyTrouble && branch.trouble[node] == 0 {
        node = branch.ends[node]
        continue
      }
      let depth = min(item.depth, above.count)
      let identity = depth == 0 ? root : Self.identity(above[depth - 1], item.ref)
      above = Array(above.prefix(depth)) + [identity]
      lines.append(Line(identity: identity, branch: index, node: node))
      node = wanted != nil || isUnfolded(identity) ? node + 1 : branch.ends[node]
    }
  }

  private static func identity(_ parent: Int, _ ref: ObjectRef) -> Int {
    var hasher = Hasher()
    hasher.combine(parent)
    hasher.combine(ref.kind)
    hasher.combine(ref.namespace)
    hasher.combine(ref.name)
    return hasher.finalize()
  }

  /// Per node whether it matches or something below it does; nil where nothing does.
  private static func matching(_ branch: RelationForest.Branch, _ pattern: Pattern) -> [Bool]? {
    var wanted: [Bool]?
    branch.text.withUnsafeBytes { bytes in
      guard pattern.matches(bytes) else { return }
      var flags = [Bool](repeating: false, count: branch.nodes.count)
      var start = 0
      for node in branch.nodes.indices {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        flags[node] = pattern.matches(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        start = end + 1
      }
      for node in branch.nodes.indices.reversed() where !flags[node] {
        flags[node] = flags[(node + 1)..<max(node + 1, branch.ends[node])].contains(true)
      }
      wanted = flags[0] ? flags : nil
    }
    return wanted
  }
}
