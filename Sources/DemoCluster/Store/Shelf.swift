/// All objects of one kind in the order of their keys, and what lately happened to them.
///
/// Old versions are not kept as copies of the whole: the changes since are undone on the way, so that a list
/// that goes on from an old page costs what happened meanwhile and no more.
final class Shelf {
  /// One step in the life of an object: made (no `before`), changed, or gone (no `after`).
  struct Change: Sendable {
    let version: UInt64
    var before: Object?
    let after: Object?
    let moment: Moment

    var key: ObjectKey { (after ?? before)!.meta.key }
  }

  private(set) var objects: [Object] = []
  /// The changes after `forgotten`, oldest first.
  private(set) var changes: ArraySlice<Change> = []
  /// The newest version whose change is no longer known: nothing can be watched from an older one.
  private(set) var forgotten: UInt64 = 0
  private let historyLimit: Int
  /// Where each object is while the world is built, in no order and seen by nobody; nil from then on.
  private var loading: [ObjectKey: Int]? = [:]

  init(historyLimit: Int) { self.historyLimit = historyLimit }

  /// Ends the building of the world: what there is now is the oldest that anyone will see.
  func open(at version: UInt64) {
    loading = nil
    forgotten = version
    objects.sort { $0.meta.key < $1.meta.key }
  }

  subscript(key: ObjectKey) -> Object? {
    if let loading { return loading[key].map { objects[$0] } }
    let place = lowerBound(key)
    return place < objects.count && objects[place].meta.key == key ? objects[place] : nil
  }

  /// The first place whose key is not less.
  func lowerBound(_ key: ObjectKey) -> Int {
    var low = 0
    var high = objects.count
    while low < high {
      let middle = (low + high) / 2
      if objects[middle].meta.key < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The places of one namespace, or all of them.
  func range(namespace: String?) -> Range<Int> {
    guard let namespace, !namespace.isEmpty else { return 0..<objects.count }
    // No name contains a byte above "~".
    let end = lowerBound(ObjectKey(namespace: namespace, name: "\u{7f}"))
    return lowerBound(ObjectKey(namespace: namespace, name: ""))..<end
  }

  func put(_ object: Object, at moment: Moment) -> Change {
    var change = Change(version: object.version, before: nil, after: object, moment: moment)
    let key = object.meta.key
    if loading != nil {
      if let place = loading?[key] {
        change.before = objects[place]
        objects[place] = object
      } else {
        loading?[key] = objects.count
        objects.append(object)
      }
      return change
    }
    let place = lowerBound(key)
    if place < objects.count, objects[place].meta.key == key {
      change.before = objects[place]
      objects[place] = object
    } else {
      objects.insert(object, at: place)
    }
    remember(change)
    return change
  }

  /// nil where there is no such object.
  func remove(_ key: ObjectKey, version: UInt64, at moment: Moment) -> Change? {
    let place = lowerBound(key)
    guard loading == nil, place < objects.count, objects[place].meta.key == key else { return nil }
    let change = Change(version: version, before: objects[place], after: nil, moment: moment)
    objects.remove(at: place)
    remember(change)
    return change
  }

  private func remember(_ change: Change) {
    changes.append(change)
    if changes.count > historyLimit { forget(count: changes.count - historyLimit) }
  }

  /// Forgets what happened before `moment`.
  func compact(before moment: Moment) {
    forget(count: changes.prefix { $0.moment < moment }.count)
  }

  private func forget(count: Int) {
    guard count > 0, let last = changes.prefix(count).last else { return }
    forgotten = last.version
    changes.removeFirst(count)
    // A slice keeps what is before it alive until it is copied.
    if changes.startIndex > changes.count { changes = ArraySlice(Array(changes)) }
  }

  /// The changes after a version, oldest first; nil when some of them are forgotten.
  func changes(after version: UInt64) -> ArraySlice<Change>? {
    if version < forgotten { return nil }
    var low = changes.startIndex
    var high = changes.endIndex
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].version <= version { low = middle + 1 } else { high = middle }
    }
    return changes[low...]
  }
}
