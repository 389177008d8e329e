import Cluster

/// Reads from the book what belongs to one object. What it would need to know beside it becomes an ask.
struct RelatedReading {
  static let maxItems = 120
  private static let maxDepth = 4
  private static let maxAsks = 60

  let desk: RelationDesk
  /// Single objects that are named and that nothing reads yet.
  private(set) var asks: Set<RelationScope> = []

  init(_ desk: RelationDesk) { self.desk = desk }

  private var book: RelationBook { desk.book }

  /// - Parameter scopes: all that is read for it.
  mutating func relations(of node: RelationNode) -> Relations {
    var relations = Relations(item(node))
    var groups: [Relation: [Relations.Item]] = [:]
    groups[.owner] = owners(of: node)
    groups[.owns] = owned(by: node)
    readLinks(of: node, &groups)
    readUsers(of: node, &groups)
    readSelections(of: node, &groups)
    readGovernors(of: node, &groups)
    groups[.access, default: []] += access(of: node)
    for relation in Relation.allCases {
      guard let items = groups[relation], !items.isEmpty else { continue }
      let shown = Self.cut(items)
      relations.groups.append(
        Relations.Group(relation, shown, more: items.count - shown.count))
    }
    return relations
  }

  /// Never so that what belongs to an item is shown without it.
  private static func cut(_ items: [Relations.Item]) -> [Relations.Item] {
    Array(items.prefix(maxItems))
  }

  // MARK: Items

  mutating func item(_ node: RelationNode, how: [Link] = [], depth: Int = 0) -> Relations.Item {
    let words = how.map(\.how).filter { !$0.isEmpty }
    var unique: [String] = []
    for word in words where !unique.contains(word) { unique.append(word) }
    let text = unique.prefix(4).joined(separator: ", ") + (unique.count > 4 ? ", …" : "")
    let name = desk.finder.name(node.kind)
    guard let object = node.object else {
      let isOptional = !how.isEmpty && how.allSatisfy(\.isOptional)
      return Relations.Item(
        node.ref, kindName: name, how: text, tone: .unknown,
        presence: presence(node, isOptional: isOptional), depth: depth)
    }
    return Relations.Item(
      object.ref, kindName: name, how: text, tone: object.tone, state: object.state, reason: object.reason,
      depth: depth)
  }

  private mutating func presence(_ node: RelationNode, isOptional: Bool) -> Presence {
    switch desk.coverage(node.key) {
    case .whole: return isOptional ? .absent : .missing
    case .refused(let why): return .unseen(why)
    case .loading: return .unseen("not read yet")
    case .none:
      if asks.count < Self.maxAsks { asks.insert(RelationScope(one: node.key)) }
      return .unseen("not read yet")
    }
  }

  /// The worst first, then by kind and name.
  static func sorted(_ nodes: some Sequence<RelationNode>) -> [RelationNode] {
    func rank(_ node: RelationNode) -> Int {
      switch node.object?.tone {
      case nil: 0
      case .bad: 1
      case .pending, .unknown: 2
      case .starting, .ending: 3
      case .good: 4
      case .done: 5
      }
    }
    return nodes.map { (rank($0), $0) }.sorted {
      ($0.0, $0.1.kind, $0.1.key.namespace, $0.1.key.name) < (
        $1.0, $1.1.kind, $1.1.key.namespace, $1.1.key.name
      )
    }.map(\.1)
  }

  // MARK: Owners and owned

  private mutating func owners(of node: RelationNode) -> [Relations.Item] {
    var items: [Relations.Item] = []
    for (index, owner) in node.owners.enumerated() {
      guard node.object?.owners[index].isController == true || node.owners.count == 1 else {
        items.append(item(owner))
        continue
      }
      var at: RelationNode? = owner
      while let next = at, items.count < 8 {
        items.append(item(next, depth: items.count))
        let controllers = zip(next.object?.owners ?? [], next.owners).filter { $0.0.isController }
        at = controllers.first?.1 ?? next.owners.first
      }
    }
    return items
  }

  private mutating func owned(by node: RelationNode) -> [Relations.Item] {
    if node.kind == RelationKinds.definitions {
      let kind = RelationKinds.instances(of: node.key.name, desk.finder)
      return Self.sorted(kind.map { book.all($0, in: "") } ?? []).prefix(1_000).map { item($0) }
    }
    if node.kind == "v1/namespaces" { return inside(node.key.name) }
    var items: [Relations.Item] = []
    var seen: Set<RelationNode> = [node]
    append(Self.current(node.owned), 0, &items, &seen) { Self.current($0.owned) }
    return items
  }

  /// What stands on its own in a namespace.
  private mutating func inside(_ namespace: String) -> [Relations.Item] {
    let own = RelationKinds.ofNamespace.filter { ![RelationKinds.quotas, RelationKinds.limits].contains($0) }
      .flatMap { book.all($0, in: namespace) }.filter { $0.owners.isEmpty }
    return Self.sorted(own).map { item($0) }
  }

  /// Without the revisions of long ago.
  static func current(_ nodes: [RelationNode]) -> [RelationNode] {
    nodes.filter { node in
      node.kind != RelationKinds.replicaSets || node.object?.tone != .done || !node.dependents.isEmpty
    }
  }

  private mutating func append(
    _ nodes: [RelationNode], _ depth: Int, _ items: inout [Relations.Item], _ seen: inout Set<RelationNode>,
    below: (RelationNode) -> [RelationNode]
  ) {
    for node in Self.sorted(nodes) where seen.insert(node).inserted {
      items.append(item(node, depth: depth))
      if depth < Self.maxDepth { append(below(node), depth + 1, &items, &seen, below: below) }
    }
  }

  // MARK: What names what

  private mutating func readLinks(of node: RelationNode, _ groups: inout [Relation: [Relations.Item]]) {
    if let host = node.host { groups[.runsOn, default: []].append(item(host)) }
    var order: [RelationNode] = []
    var links: [RelationNode: [Link]] = [:]
    for (link, target) in zip(node.links, node.targets) {
      if links[target] == nil { order.append(target) }
      links[target, default: []].append(link)
    }
    for target in order {
      guard let how = links[target], let sort = how.map(\.sort).max(by: { $0.rawValue < $1.rawValue }) else {
        continue
      }
      let relation: Relation =
        switch sort {
        case .uses, .runsAs: .uses
        case .runsOn: .runsOn
        case .routesTo: .routesTo
        case .scales: .scales
        case .bound: .boundTo
        case .grants: .grants
        }
      groups[relation, default: []].append(item(target, how: how))
      if relation == .routesTo, node.kind == RelationKinds.ingresses, let object = target.object {
        let pods = object.selection == nil ? [] : book.pods(chosenBy: object)
        groups[relation, default: []] += Self.sorted(pods).prefix(20).map { item($0, depth: 1) }
      }
      if node.kind == RelationKinds.volumes, target.kind == RelationKinds.claims {
        let pods = target.users.filter { $0.kind == RelationKinds.pods }
        groups[relation, default: []] += Self.sorted(pods).map { item($0, depth: 1) }
      }
      if relation == .boundTo, target.kind != node.kind {
        let next = zip(target.links, target.targets).filter { $0.0.sort == .bound && $0.1 !== node }
        for (link, end) in next where links[end] == nil {
          groups[relation, default: []].append(item(end, how: [link], depth: 1))
        }
      }
    }
  }

  private mutating func readUsers(of node: RelationNode, _ groups: inout [Relation: [Relations.Item]]) {
    var users: [Relation: Set<RelationNode>] = [:]
    for user in node.users {
      for link in user.links(to: node) {
        let relation: Relation =
          switch link.sort {
          case .uses, .runsAs: .usedBy
          case .runsOn: .hosts
          case .routesTo: .routedFrom
          case .scales: .scaledBy
          case .bound: .boundTo
          case .grants: .grants
          }
        users[relation, default: []].insert(user)
      }
    }
    for (relation, nodes) in users {
      let bindings = relation == .grants && node.kind == RelationKinds.accounts
      if bindings { continue }
      groups[relation, default: []] += nested(nodes, naming: node)
    }
  }

  /// Those that belong to another of them stand below it.
  private mutating func nested(_ nodes: Set<RelationNode>, naming node: RelationNode) -> [Relations.Item] {
    let current = Set(Self.current(Array(nodes)))
    func isInside(_ child: RelationNode) -> Bool { child.owners.contains { current.contains($0) } }
    var items: [Relations.Item] = []
    var seen: Set<RelationNode> = []
    func visit(_ node: RelationNode, _ depth: Int, _ reading: inout RelatedReading, _ target: RelationNode) {
      guard seen.insert(node).inserted, items.count < 5_000 else { return }
      items.append(reading.item(node, how: node.links(to: target), depth: depth))
      for child in Self.sorted(node.owned.filter(current.contains)) where depth < Self.maxDepth {
        visit(child, depth + 1, &reading, target)
      }
    }
    for top in Self.sorted(current.filter { !isInside($0) }) { visit(top, 0, &self, node) }
    return items
  }

  // MARK: Labels

  private func podLabels(_ node: RelationNode) -> [UInt8]? {
    guard let object = node.object else { return nil }
    if node.kind == RelationKinds.pods { return object.labels }
    return object.podLabels.isEmpty ? nil : object.podLabels
  }

  private mutating func readSelections(of node: RelationNode, _ groups: inout [Relation: [Relations.Item]]) {
    if let object = node.object, let selection = object.selection {
      let pods = Self.sorted(book.pods(chosenBy: object))
      groups[selection.relation, default: []] += pods.prefix(1_000).map { item($0) }
      if pods.isEmpty, case .whole = desk.coverage(RelationScope(RelationKinds.pods, object.ref.namespace)) {
        let nothing = ObjectRef(kind: RelationKinds.pods, namespace: object.ref.namespace, name: "")
        groups[selection.relation, default: []].append(
          Relations.Item(nothing, kindName: "Pod", how: "no pod has these labels", presence: .missing))
      }
    }
    guard let labels = podLabels(node) else { return }
    for chooser in Self.sorted(book.choosers(of: labels, in: node.key.namespace)) {
      let isService = chooser.object?.selection?.relation == .selects
      groups[isService ? .selectedBy : .governedBy, default: []].append(item(chooser))
      guard isService else { continue }
      let routes = chooser.users.filter { $0.links(to: chooser).contains { $0.sort == .routesTo } }
      groups[.selectedBy, default: []] += Self.sorted(routes).map { item($0, depth: 1) }
    }
  }

  private mutating func readGovernors(of node: RelationNode, _ groups: inout [Relation: [Relations.Item]]) {
    let isNamespace = node.kind == "v1/namespaces"
    guard podLabels(node) != nil || isNamespace else { return }
    let space = isNamespace ? node.key.name : node.key.namespace
    for kind in [RelationKinds.quotas, RelationKinds.limits] {
      groups[.governedBy, default: []] += Self.sorted(book.all(kind, in: space)).map { item($0) }
    }
  }

  /// What a service account, or that of a pod, may do: its bindings and their roles.
  private mutating func access(of node: RelationNode) -> [Relations.Item] {
    let isAccount = node.kind == RelationKinds.accounts
    let account = isAccount ? node : zip(node.links, node.targets).first { $0.0.sort == .runsAs }?.1
    guard let account else { return [] }
    var items: [Relations.Item] = isAccount ? [] : [item(account)]
    let bindings = account.users.filter { $0.links(to: account).contains { $0.sort == .grants } }
    for binding in Self.sorted(bindings) {
      items.append(item(binding, depth: isAccount ? 0 : 1))
      let roles = zip(binding.links, binding.targets).filter { $0.1.kind.hasSuffix("roles") }
      for (_, role) in roles { items.append(item(role, depth: isAccount ? 1 : 2)) }
    }
    return items
  }
}
