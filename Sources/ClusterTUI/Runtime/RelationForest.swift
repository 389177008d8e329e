import Cluster

/// The branches of a tree as they came, in order, with what a screen asks of each: where what belongs to a node ends,
/// how much trouble is in it, and its text for a filter.
final class RelationForest {
  struct Branch {
    let nodes: [Relations.Item]
    /// Per node, the index behind the last one that belongs to it.
    let ends: [Int]
    /// Per node, how many at or below it are in trouble or missing.
    let trouble: [Int]
    /// The nodes' texts, a line each.
    let text: [UInt8]
  }

  private(set) var branches: [String: Branch] = [:]
  private(set) var unseen: [String] = []
  private(set) var isWhole = false
  private(set) var nodeCount = 0
  /// How many nodes are in trouble or missing.
  private(set) var troubled = 0
  private var sorted: [String]?

  /// Ids of the branches, by namespace and name.
  var order: [String] {
    if let sorted { return sorted }
    let order = branches.keys.sorted()
    sorted = order
    return order
  }

  func apply(_ batch: TreeBatch) {
    for id in batch.removed {
      if let old = branches.removeValue(forKey: id) { count(old, -1) }
      sorted = nil
    }
    for branch in batch.changed {
      let fresh = Branch(branch.nodes)
      if let old = branches.updateValue(fresh, forKey: branch.id) { count(old, -1) } else { sorted = nil }
      count(fresh, 1)
    }
    (unseen, isWhole) = (batch.unseen, batch.isWhole)
  }

  private func count(_ branch: Branch, _ sign: Int) {
    nodeCount += sign * branch.nodes.count
    troubled += sign * (branch.trouble.first ?? 0)
  }
}

extension RelationForest.Branch {
  fileprivate init(_ nodes: [Relations.Item]) {
    self.nodes = nodes
    var ends = [Int](repeating: nodes.count, count: nodes.count)
    var trouble = nodes.map { $0.isInTrouble ? 1 : 0 }
    var open: [Int] = []
    var text: [UInt8] = []
    for (index, node) in nodes.enumerated() {
      while let last = open.last, nodes[last].depth >= node.depth {
        ends[last] = index
        open.removeLast()
      }
      open.append(index)
      text += "\(node.kindName) \(node.ref.name) \(node.state) \(node.how) \(node.presence.word)\n".utf8
    }
    for index in nodes.indices.reversed() {
      var child = index + 1
      while child < ends[index] {
        trouble[index] += trouble[child]
        child = ends[child]
      }
    }
    (self.ends, self.trouble, self.text) = (ends, trouble, text)
  }
}

extension Presence {
  /// As a line says it; empty where there is nothing to say.
  var word: String {
    switch self {
    case .present: ""
    case .missing: "missing"
    case .absent: "not there, optional"
    case .unseen: "not seen"
    }
  }
}

extension Relations.Item {
  var isInTrouble: Bool { presence == .missing || presence == .present && [.bad, .pending].contains(tone) }
}
