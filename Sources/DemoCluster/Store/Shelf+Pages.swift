extension Shelf {
  /// A part of a list as it was at one version.
  struct Page {
    var objects: [Object] = []
    /// The key of the last object, when more follow.
    var last: ObjectKey?
    /// How many follow; only counted when nothing is selected.
    var remaining = 0
  }

  /// The objects after a key as they were at `version`; nil when that version is forgotten.
  func page(
    at version: UInt64, namespace: String?, after start: ObjectKey?, limit: Int,
    where matches: ((Object) -> Bool)?
  ) -> Page? {
    guard let changes = changes(after: version) else { return nil }
    var undone: [ObjectKey: Object?] = [:]
    for change in changes where undone[change.key] == nil {
      undone.updateValue(change.before, forKey: change.key)
    }
    var walk = Walk(shelf: self, range: range(namespace: namespace), undone: undone, namespace: namespace)
    if let start { walk.skip(through: start) }
    var page = Page()
    while let object = walk.next() {
      if let matches, !matches(object) { continue }
      if page.objects.count == limit {
        page.last = page.objects.last?.meta.key
        page.remaining = matches == nil ? walk.countLeft() + 1 : 0
        break
      }
      page.objects.append(object)
    }
    return page
  }

  /// Goes through the objects of an earlier version: today's without those changed since, merged with what
  /// those were then.
  private struct Walk {
    let shelf: Shelf
    var range: Range<Int>
    let undone: [ObjectKey: Object?]
    /// What has to be put back, by key, the next one last.
    var restored: [Object]

    init(shelf: Shelf, range: Range<Int>, undone: [ObjectKey: Object?], namespace: String?) {
      self.shelf = shelf
      self.range = range
      self.undone = undone
      restored = undone.values.compactMap { $0 }
        .filter { namespace == nil || namespace == "" || $0.meta.namespace == namespace }
        .sorted { $1.meta.key < $0.meta.key }
    }

    mutating func skip(through key: ObjectKey) {
      var place = shelf.lowerBound(key)
      if place < shelf.objects.count, shelf.objects[place].meta.key == key { place += 1 }
      range = min(max(place, range.lowerBound), range.upperBound)..<range.upperBound
      while let last = restored.last, !(key < last.meta.key) { restored.removeLast() }
    }

    mutating func next() -> Object? {
      if !undone.isEmpty {
        while let place = range.first, undone[shelf.objects[place].meta.key] != nil { range.removeFirst() }
      }
      guard let place = range.first else { return restored.popLast() }
      if let old = restored.last, old.meta.key < shelf.objects[place].meta.key { return restored.popLast() }
      range.removeFirst()
      return shelf.objects[place]
    }

    func countLeft() -> Int {
      var changed = 0
      for key in undone.keys {
        let place = shelf.lowerBound(key)
        if range.contains(place), shelf.objects[place].meta.key == key { changed += 1 }
      }
      return range.count - changed + restored.count
    }
  }
}
