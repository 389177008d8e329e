import Cluster

/// The order of the rows.
extension TableScreen {
  mutating func sortBy(_ key: Sort.Key, _ world: World) -> Reaction {
    if key == .namespace, !layout.shows(.namespace) {
      return .inform(
        kind.namespaced ? "all of these are in one namespace" : "\(kind.plural) are in no namespace")
    }
    if sort.key == key { sort.isDescending.toggle() } else { sort = Sort(key) }
    return sorted(world)
  }

  /// The busiest first.
  mutating func sortByUse(_ measure: Sort.Key, _ world: World) -> Reaction {
    guard usageQuery != nil else { return .inform("\(kind.plural) have no CPU and memory of their own") }
    if sort.key != measure { sort = Sort(measure) }
    return sortBy(measure, world)
  }

  mutating func sortByStatus(_ world: World) -> Reaction {
    guard let columns = world.rows(query)?.columns,
      let index = columns.firstIndex(where: { $0.content == .status })
        ?? columns.firstIndex(where: { $0.title == "STATUS" })
    else { return .inform("\(kind.plural) have no status column") }
    return sortBy(TableLayout.sortKey(of: index, in: columns), world)
  }

  mutating func chooseSort(_ step: Int, _ world: World) -> Reaction {
    let keys = layout.sortKeys(self)
    guard !keys.isEmpty else { return .none }
    let at = keys.firstIndex(of: sort.key) ?? (step > 0 ? -1 : keys.count)
    sort = Sort(keys[(at + step + keys.count) % keys.count])
    return sorted(world)
  }

  /// The order is kept for the next time; the kind's own order needs no keeping.
  mutating func sorted(_ world: World) -> Reaction {
    stayAtTop()
    let columns = world.rows(query)?.columns ?? kind.columns ?? []
    let isOwn = sort == Self.defaultSort(of: kind, columns: columns)
    let title = TableLayout.title(of: sort.key, in: columns, view)
    let kept = isOwn ? nil : title.map { ViewSort($0, descending: sort.isDescending) }
    keepSort(kept)
    return .remember(.view(kind.id, chosen))
  }

  /// Who sorts from the first row wants to see what is first now; from any other, the cursor stays on its object.
  mutating func stayAtTop() {
    if cursorRow == 0 { cursorUID = nil }
  }
}
