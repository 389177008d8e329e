/// Who has to be looked at again when something changes.
struct Dependents {
  private var keys: [Dependency: Set<FactKey>] = [:]

  /// Notes what somebody's result depends on now, in place of what it did.
  mutating func replace(_ old: Set<Dependency>, by new: Set<Dependency>, for key: FactKey) {
    for dependency in old where !new.contains(dependency) {
      keys[dependency]?.remove(key)
      if keys[dependency]?.isEmpty == true { keys[dependency] = nil }
    }
    for dependency in new where !old.contains(dependency) { keys[dependency, default: []].insert(key) }
  }

  func keys(of changed: Set<Dependency>) -> Set<FactKey> {
    changed.reduce(into: []) { due, dependency in
      if let keys = keys[dependency] { due.formUnion(keys) }
    }
  }
}
