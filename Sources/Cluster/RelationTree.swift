/// Which objects are shown as trees of what belongs to them.
package struct TreeQuery: Sendable, Hashable {
  package var kind: Kind.ID
  /// Empty means everywhere.
  package var namespaces: [String]
  package init(_ kind: Kind.ID, namespaces: [String] = []) {
    self.kind = kind
    self.namespaces = namespaces
  }
}

/// One object and all below it, the object first and each followed by what is its own.
package struct TreeBranch: Sendable, Hashable {
  /// Depths begin at 0 for the object itself.
  package var nodes: [Relations.Item]
  package init(_ nodes: [Relations.Item]) { self.nodes = nodes }

  /// Names it among the branches of a tree.
  package var id: String { nodes.first.map { "\($0.ref.namespace)/\($0.ref.name)" } ?? "" }
}

/// What has changed in a tree.
package struct TreeBatch: Sendable {
  package var changed: [TreeBranch] = []
  /// Ids of branches whose object is gone.
  package var removed: [String] = []
  /// What could not be looked at, and why: sentences.
  package var unseen: [String] = []
  /// Whether all lists have come.
  package var isWhole = false
  package init() {}
}
