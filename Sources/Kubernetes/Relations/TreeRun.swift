import Cluster
import Dispatch

/// Serves the need for trees: each branch is made anew when something in it has changed, and no other.
///
/// @unchecked: confined to the queue of its desk.
final class TreeRun: RelationSubscriber, @unchecked Sendable {
  /// So many branches are made before others have their turn on the queue.
  private static let maxAtOnce = 300
  private static let maxAsks = 200

  private let query: TreeQuery
  private let outbox: Outbox
  private var asks: Set<RelationScope> = []
  /// By root, every place its branch was made of; by place, the roots.
  private var seen: [RelationNode: Set<RelationNode>] = [:]
  private var roots: [RelationNode: Set<RelationNode>] = [:]
  private var dirty: Set<RelationNode> = []
  private var removed: [String] = []
  private var settled: Set<RelationScope> = []
  private var phase = Phase.connecting
  private var wasWhole: Bool?
  private var unseen: [String] = []

  init(_ query: TreeQuery, outbox: Outbox) {
    self.query = query
    self.outbox = outbox
  }

  private func lists(_ desk: RelationDesk) -> Set<RelationScope> {
    let places = query.namespaces.isEmpty ? [""] : query.namespaces
    return places.reduce(into: []) {
      $0.formUnion(RelationKinds.scopes(ofTree: query.kind, in: $1, desk.finder))
    }
  }

  func scopes(_ desk: RelationDesk) -> Set<RelationScope> { lists(desk).union(asks) }

  func changed(_ desk: RelationDesk, touched: Set<RelationNode>) {
    let wanted = scopes(desk)
    note(touched, desk)
    // What a list just told to be there or not changes what was made before it came.
    let now = wanted.filter { scope in
      switch desk.coverage(scope) {
      case .whole, .refused: true
      case .loading, .none: false
      }
    }
    if now != settled || wasWhole == nil {
      let lists = now.symmetricDifference(settled)
      settled = now
      if lists.contains(where: \.isList) || wasWhole == nil {
        for root in rootNodes(desk) { dirty.insert(root) }
      } else {
        for scope in lists {
          dirty.formUnion(roots[desk.book.node(FactKey(scope.kind, scope.namespace, scope.name))] ?? [])
        }
      }
    }
    let rootsAreKnown = now.contains { $0.kind == query.kind } || !dirty.isEmpty
    make(desk)
    let standing = desk.standing(wanted)
    tell(rootsAreKnown ? standing.phase : .connecting)
    guard dirty.isEmpty, wasWhole != standing.isWhole || unseen != standing.unseen else { return }
    (wasWhole, unseen) = (standing.isWhole, standing.unseen)
    post(TreeBatch(), desk)
  }

  private func rootNodes(_ desk: RelationDesk) -> [RelationNode] {
    let places = query.namespaces.isEmpty || !desk.finder.isNamespaced(query.kind) ? [""] : query.namespaces
    return places.flatMap { desk.book.all(query.kind, in: $0) }
  }

  private func isRoot(_ node: RelationNode) -> Bool {
    node.kind == query.kind && node.object != nil
      && (query.namespaces.isEmpty || node.key.namespace.isEmpty
        || query.namespaces.contains(node.key.namespace))
  }

  private func note(_ touched: Set<RelationNode>, _ desk: RelationDesk) {
    for node in touched {
      if let known = roots[node] { dirty.formUnion(known) }
      if isRoot(node) { dirty.insert(node) }
      // What is new belongs where its neighbours do.
      for near in node.owners + Array(node.users) + [node.host].compactMap({ $0 }) {
        if let known = roots[near] { dirty.formUnion(known) }
      }
      if TreeReading.looksUp(query.kind) {
        for near in node.targets { if let known = roots[near] { dirty.formUnion(known) } }
      }
    }
  }

  /// Makes some of the branches that have changed, and the others in a moment.
  private func make(_ desk: RelationDesk) {
    guard !dirty.isEmpty else { return }
    var reading = TreeReading(desk)
    var batch = TreeBatch()
    for root in dirty.prefix(Self.maxAtOnce) {
      dirty.remove(root)
      let before = seen.removeValue(forKey: root) ?? []
      guard isRoot(root) else {
        for place in before { forget(root, at: place) }
        batch.removed.append("\(root.key.namespace)/\(root.key.name)")
        continue
      }
      let (branch, places) = reading.branch(root)
      for place in before.subtracting(places) { forget(root, at: place) }
      for place in places { roots[place, default: []].insert(root) }
      seen[root] = places
      batch.changed.append(branch)
    }
    asks.formUnion(reading.asks.prefix(max(0, Self.maxAsks - asks.count)))
    post(batch, desk)
    if !dirty.isEmpty {
      desk.later { [weak self, weak desk] in if let self, let desk { changed(desk, touched: []) } }
    }
  }

  private func forget(_ root: RelationNode, at place: RelationNode) {
    roots[place]?.remove(root)
    if roots[place]?.isEmpty == true { roots[place] = nil }
  }

  private func post(_ batch: TreeBatch, _ desk: RelationDesk) {
    var batch = batch
    batch.unseen = unseen
    batch.isWhole = wasWhole == true && dirty.isEmpty
    outbox.post(.tree(query, batch))
  }

  private func tell(_ phase: Phase) {
    var phase = phase
    if case .live = phase, !dirty.isEmpty { phase = .listing(got: seen.count, of: nil) }
    guard phase != self.phase else { return }
    self.phase = phase
    outbox.post(.phase(.tree(query), phase))
  }
}
