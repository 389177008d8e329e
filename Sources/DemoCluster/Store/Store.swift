/// Every object of the cluster, and the one counter of versions over all of them.
final class Store {
  private(set) var shelves: [StoreKey: Shelf] = [:]
  private(set) var version: UInt64
  private let historyLimit: Int
  private var isOpen = false
  /// Told of every change after it was made.
  var onChange: ((StoreKey, Shelf.Change) -> Void)?

  init(firstVersion: UInt64, historyLimit: Int) {
    version = firstVersion
    self.historyLimit = historyLimit
  }

  /// The shelf of a resource; made at its first use.
  subscript(key: StoreKey) -> Shelf {
    if let shelf = shelves[key] { return shelf }
    let shelf = Shelf(historyLimit: historyLimit)
    if isOpen { shelf.open(at: version) }
    shelves[key] = shelf
    return shelf
  }

  /// Stores a new object or a new version of one.
  @discardableResult
  func put(_ key: StoreKey, _ meta: Meta, _ body: Object.Body, at moment: Moment) -> Object {
    version += 1
    let object = Object(meta, version: version, body)
    let change = self[key].put(object, at: moment)
    onChange?(key, change)
    return object
  }

  /// Removes an object. A watch hears of it in its last state, under the version of the removal.
  func remove(_ key: StoreKey, _ place: ObjectKey, at moment: Moment) {
    guard let change = self[key].remove(place, version: version + 1, at: moment) else { return }
    version += 1
    onChange?(key, change)
  }

  /// Ends the building of the world.
  func open() {
    isOpen = true
    for shelf in shelves.values { shelf.open(at: version) }
  }

  func compact(before moment: Moment) {
    for shelf in shelves.values { shelf.compact(before: moment) }
  }
}

/// Which shelf objects are on: the group and plural name under which they are kept. One shelf may be served
/// under several versions or groups, as events are.
struct StoreKey: Hashable, Sendable {
  let group, plural: String
  init(_ plural: String, _ group: String = "") {
    self.plural = plural
    self.group = group
  }
}
