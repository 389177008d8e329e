import Cluster

/// Reads from the book one object with all that belongs to it below it.
struct TreeReading {
  private static let maxNodes = 20_000
  private static let maxDepth = 7

  private var reading: RelatedReading
  private let desk: RelationDesk
  /// What is looked at from below: which objects use it.
  private static let parts: Set<Kind.ID> = [
    "v1/configmaps", "v1/secrets", RelationKinds.claims, RelationKinds.accounts, RelationKinds.volumes,
  ]
  static func looksUp(_ kind: Kind.ID) -> Bool { parts.contains(kind) }

  init(_ desk: RelationDesk) {
    self.desk = desk
    reading = RelatedReading(desk)
  }

  var asks: Set<RelationScope> { reading.asks }

  /// The branch, and every place that was looked at for it.
  mutating func branch(_ root: RelationNode) -> (branch: TreeBranch, seen: Set<RelationNode>) {
    var items: [Relations.Item] = []
    var seen: Set<RelationNode> = []
    visit(root, [], 0, &items, &seen)
    return (TreeBranch(items), seen)
  }

  private mutating func visit(
    _ node: RelationNode, _ links: [Link], _ depth: Int, _ items: inout [Relations.Item],
    _ seen: inout Set<RelationNode>
  ) {
    guard items.count < Self.maxNodes else { return }
    items.append(reading.item(node, how: links, depth: depth))
    // What was shown with all below it stands a second time alone.
    guard seen.insert(node).inserted, depth < Self.maxDepth, let object = node.object else { return }
    if node.kind == RelationKinds.pods {
      return visitParts(of: node, object, depth, &items, &seen)
    }
    let below = Self.below(node, isRoot: depth == 0)
    for child in RelatedReading.sorted(below) {
      visit(child, child.links(to: node), depth + 1, &items, &seen)
    }
    // The pods of a workload tell what it uses; one without pods tells it itself.
    let hasPods = below.contains { !$0.owned.isEmpty || $0.kind == RelationKinds.pods }
    if !hasPods { leaves(node, part: nil, depth + 1, &items, &seen, without: Set(below)) }
  }

  /// What stands below an object other than a pod.
  static func below(_ node: RelationNode, isRoot: Bool) -> [RelationNode] {
    var found = RelatedReading.current(node.owned)
    if node.kind == RelationKinds.services {
      let slices = found.filter { $0.kind == RelationKinds.slices }
      found.removeAll { slices.contains($0) }
      found += slices.flatMap { slice in
        zip(slice.links, slice.targets).filter { $0.0.sort == .routesTo }.map(\.1)
      }
    }
    for (link, target) in zip(node.links, node.targets)
    where [.routesTo, .scales, .bound].contains(link.sort) {
      found.append(target)
    }
    if node.kind == "v1/nodes" { found += node.users.filter { $0.host === node } }
    if isRoot, looksUp(node.kind) {
      let users = node.users.filter { $0.kind != RelationKinds.volumes }
      let inside = Set(users)
      found += users.filter { !$0.owners.contains(where: inside.contains) }
    }
    var unique: Set<RelationNode> = []
    return found.filter { $0 !== node && unique.insert($0).inserted }
  }

  private mutating func visitParts(
    of node: RelationNode, _ object: RelationObject, _ depth: Int, _ items: inout [Relations.Item],
    _ seen: inout Set<RelationNode>
  ) {
    for part in object.parts {
      let ref = ObjectRef(
        kind: "containers", namespace: object.ref.namespace, name: part.name,
        uid: "\(object.ref.uid)/\(part.name)")
      items.append(
        Relations.Item(
          ref, kindName: "Container", tone: part.tone, state: part.state, reason: part.reason,
          depth: depth + 1))
      leaves(node, part: part.name, depth + 2, &items, &seen)
    }
    leaves(node, part: "", depth + 1, &items, &seen)
  }

  /// What an object names, each once.
  ///
  /// - Parameter part: of this container; "" of no container; nil of all.
  private mutating func leaves(
    _ node: RelationNode, part: String?, _ depth: Int, _ items: inout [Relations.Item],
    _ seen: inout Set<RelationNode>, without: Set<RelationNode> = []
  ) {
    var order: [RelationNode] = []
    var links: [RelationNode: [Link]] = [:]
    for (link, target) in zip(node.links, node.targets)
    where part.map({ $0 == link.part }) ?? true && [.uses, .runsAs, .grants].contains(link.sort) {
      if without.contains(target) || link.name == "kube-root-ca.crt" { continue }
      if links[target] == nil { order.append(target) }
      links[target, default: []].append(link)
    }
    for target in order {
      seen.insert(target)
      items.append(reading.item(target, how: links[target] ?? [], depth: depth))
    }
  }
}
