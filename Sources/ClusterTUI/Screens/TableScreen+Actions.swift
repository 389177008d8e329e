import Cluster

extension TableScreen {
  /// k9s's keys for what changes something, and what they mean in the menu of actions. What a kind can't do leaves its
  /// letter to the next meaning: `s` scales, or suspends; `r` restarts, or drains.
  static let directOffers: [(key: Character, offer: Character)] = [
    ("s", "s"), ("s", "z"), ("r", "r"), ("r", "D"), ("i", "i"), ("e", "e"), ("t", "t"), ("u", "u"),
  ]

  func directOffer(_ key: Character) -> ActionOffer? {
    Self.directOffers.lazy.filter { $0.key == key }.compactMap { offer($0.offer) }.first
  }

  func offer(_ key: Character) -> ActionOffer? { ActionOffer.offers(for: kind).first { $0.key == key } }

  /// The key that does it without the menu.
  func directKey(_ offer: ActionOffer) -> String? {
    if offer.key == "d" { return "ctrl-d" }
    let key = Self.directOffers.first { $0.offer == offer.key }?.key
    return key.flatMap { directOffer($0) == offer ? String($0) : nil }
  }

  func act(_ offer: ActionOffer, _ world: World) -> Reaction {
    targets(world).map { offer.start($0, world) } ?? .none
  }

  func cluster(_ world: World) -> String? {
    guard world.isMerged, let store = world.rows(query), let row = row(world),
      store.columns.first?.title == MergedReader.columnTitle
    else { return nil }
    let names = Set(marks.compactMap { store.slot(uid: $0) }.map { store[$0].cell(0) })
    return names.isEmpty || names == [row.cell(0)] ? row.cell(0) : names.count == 1 ? names.first : nil
  }

  /// The marked objects, else the one under the cursor.
  func targets(_ world: World) -> Targets? {
    guard let store = world.rows(query), let cursor = row(world), kind.id != Catalog.contexts.id else {
      return nil
    }
    if kind.role == .container {
      // A container's row stands for its pod.
      guard let pods = world.kinds["v1/pods"] else { return nil }
      return Targets(kind: pods, refs: [objectRef(of: cursor)])
    }
    if kind.children == .ofRow, kind.id == query.kind { return own(cursor, world).targets(world) }
    var marked = marks.compactMap { store.slot(uid: $0) }.map { store[$0] }
    // One action is for one kind: that of the row under the cursor.
    if kind.id != query.kind { marked.removeAll { !$0.drill.hasPrefix("\(kind.id) ") } }
    let rows = marked.isEmpty ? [cursor] : marked.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    var targets = Targets(kind: kind, refs: rows.map { objectRef(of: $0) })
    if rows.count == 1 {
      targets.replicas = replicas(of: rows[0], store.columns)
      targets.images = images(of: rows[0], store.columns)
    }
    return targets
  }

  /// The number wanted, as its columns tell it: DESIRED, or the second number of READY.
  private func replicas(of row: Row, _ columns: [Column]) -> String? {
    if let index = columns.cell(titled: "DESIRED") { return row.cell(index) }
    guard let index = columns.cell(titled: "READY") else { return nil }
    let parts = row.cell(index).split(separator: "/")
    return parts.count == 2 ? String(parts[1]) : nil
  }

  /// "container=image" for each container.
  private func images(of row: Row, _ columns: [Column]) -> [String] {
    guard let names = columns.cell(titled: "CONTAINERS"),
      let images = columns.cell(titled: "IMAGES")
    else { return [] }
    let pairs = zip(row.cell(names).split(separator: ","), row.cell(images).split(separator: ","))
    return pairs.map { "\($0)=\($1)" }
  }
}
