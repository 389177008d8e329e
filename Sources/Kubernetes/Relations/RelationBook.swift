import Cluster

/// A place in the web of objects: what is there now, and which other places name it.
///
/// Confined to its book's queue.
final class RelationNode: Hashable {
  let key: FactKey
  /// nil where nothing of that name is known.
  fileprivate(set) var object: RelationObject?
  /// Side by side with the object's links.
  fileprivate(set) var targets: [RelationNode] = []
  /// The node of a pod.
  fileprivate(set) var host: RelationNode?
  fileprivate(set) var owners: [RelationNode] = []
  /// Those with a link to it, a pod's node included.
  fileprivate(set) var users: Set<RelationNode> = []
  fileprivate(set) var dependents: Set<RelationNode> = []

  fileprivate init(_ key: FactKey) { self.key = key }

  static func == (left: RelationNode, right: RelationNode) -> Bool { left === right }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

  var ref: ObjectRef {
    object?.ref ?? ObjectRef(kind: key.kind, namespace: key.namespace, name: key.name)
  }
  var kind: Kind.ID { key.kind }
  var links: [Link] { object?.links.links ?? [] }

  /// What it owns: by UID, since another object may have had its name before.
  var owned: [RelationNode] {
    guard let uid = object?.ref.uid else { return Array(dependents) }
    return dependents.filter { node in
      node.object?.owners.contains { $0.uid == uid && $0.name == key.name } ?? false
    }
  }

  /// Its links to another place.
  func links(to node: RelationNode) -> [Link] {
    var found: [Link] = []
    for (link, target) in zip(links, targets) where target === node { found.append(link) }
    if host === node {
      found.append(Link(kind: node.kind, namespace: "", name: node.key.name, sort: .runsOn, how: ""))
    }
    return found
  }
}

/// Which objects name, own and choose each other, as far as they are read.
///
/// Confined to one queue.
final class RelationBook {
  private var nodes: [FactKey: RelationNode] = [:]
  /// By kind and namespace, those that are there.
  private var shelves: [Kind.ID: [String: Set<RelationNode>]] = [:]
  private var selections: [String: Set<RelationNode>] = [:]
  private(set) var touched: Set<RelationNode> = []

  /// The place of that name, whether or not anything is there.
  func node(_ key: FactKey) -> RelationNode {
    if let node = nodes[key] { return node }
    let node = RelationNode(key)
    nodes[key] = node
    return node
  }

  /// All that is there of a kind in a namespace; "" means everywhere.
  func all(_ kind: Kind.ID, in namespace: String) -> [RelationNode] {
    guard let shelf = shelves[kind] else { return [] }
    return namespace.isEmpty ? shelf.values.flatMap { $0 } : Array(shelf[namespace] ?? [])
  }

  func pods(chosenBy object: RelationObject) -> [RelationNode] {
    (shelves["v1/pods"]?[object.ref.namespace] ?? []).filter {
      $0.object.map { object.chooses($0.labels) } ?? false
    }
  }

  /// What chooses pods with these labels in a namespace.
  func choosers(of labels: [UInt8], in namespace: String) -> [RelationNode] {
    (selections[namespace] ?? []).filter { $0.object?.chooses(labels) ?? false }
  }

  func takeTouched() -> Set<RelationNode> {
    defer { touched = [] }
    return touched
  }

  // MARK: Taking in

  func put(_ object: RelationObject) {
    let node = node(FactKey(object.ref))
    touched.insert(node)
    let old = node.object
    node.object = object
    let space = object.ref.namespace
    if old == nil { shelves[node.kind, default: [:]][space, default: []].insert(node) }
    if old?.links != object.links || old?.node != object.node || old?.owners != object.owners {
      unlink(node)
      link(node, object)
    }
    if object.selection != nil {
      selections[space, default: []].insert(node)
    } else if old?.selection != nil {
      selections[space]?.remove(node)
    }
  }

  func remove(_ key: FactKey) {
    guard let node = nodes[key], node.object != nil else { return }
    touched.insert(node)
    unlink(node)
    node.object = nil
    shelves[key.kind]?[key.namespace]?.remove(node)
    selections[key.namespace]?.remove(node)
    drop(node)
  }

  func clear() {
    for node in nodes.values {
      (node.targets, node.host, node.owners, node.users, node.dependents) = ([], nil, [], [], [])
    }
    (nodes, shelves, selections, touched) = ([:], [:], [:], [])
  }

  private func link(_ node: RelationNode, _ object: RelationObject) {
    node.targets = object.links.links.map { link in
      let target = self.node(FactKey(link.kind, link.namespace, link.name))
      target.users.insert(node)
      return target
    }
    if !object.node.isEmpty {
      let host = self.node(FactKey("v1/nodes", "", object.node))
      host.users.insert(node)
      node.host = host
    }
    node.owners = object.owners.map { owner in
      // Owners are in the same namespace or in none.
      let inside = FactKey(owner.kind, object.ref.namespace, owner.name)
      let outside = FactKey(owner.kind, "", owner.name)
      let place = self.node(isClusterWide(owner.kind) ? outside : inside)
      place.dependents.insert(node)
      return place
    }
  }

  /// Told by the one who knows the kinds.
  var isClusterWide: (Kind.ID) -> Bool = { _ in false }

  private func unlink(_ node: RelationNode) {
    let around = node.targets + node.owners + [node.host].compactMap { $0 }
    for other in around {
      other.users.remove(node)
      other.dependents.remove(node)
    }
    (node.targets, node.owners, node.host) = ([], [], nil)
    for other in around { drop(other) }
  }

  /// Forgets a place at which nothing is and that nothing names.
  private func drop(_ node: RelationNode) {
    guard node.object == nil, node.users.isEmpty, node.dependents.isEmpty else { return }
    nodes[node.key] = nil
  }
}
