/// The garbage collector: what becomes of objects whose owners go.
extension World {
  /// All that belongs to an object, in an order that is the same in every run.
  func dependents(of uid: UID) -> [Belonging] {
    let others = (belongings[uid] ?? []).sorted {
      ($0.resource.plural, $0.key.name, $0.key.namespace)
        < ($1.resource.plural, $1.key.name, $1.key.namespace)
    }
    let pods = family(uid).members.sorted { $0.key < $1.key }.map {
      Belonging(resource: .pods, key: $0.key, uid: $0.uid)
    }
    return others + pods
  }

  /// Does what the finalizers of an object on its way out ask for, and lets it go when nothing holds it.
  func collect(_ resource: StoreKey, _ key: ObjectKey) {
    guard let object = store[resource][key], object.meta.deletion != nil else { return }
    if object.meta.finalizers.contains("orphan") {
      for child in dependents(of: object.meta.uid) { disown(child, by: object.meta.uid) }
      drop("orphan", from: resource, key)
    }
    if object.meta.finalizers.contains("foregroundDeletion") {
      var isBlocked = false
      for child in dependents(of: object.meta.uid) {
        guard let found = store[child.resource][child.key], found.meta.uid == child.uid else { continue }
        if found.meta.deletion == nil {
          let hasOwn = child.resource != .pods && !dependents(of: child.uid).isEmpty
          delete(child.resource, child.key, hasOwn ? .foreground : .background)
        }
        isBlocked = isBlocked || store[child.resource][child.key]?.meta.uid == child.uid
      }
      if isBlocked { return }
      drop("foregroundDeletion", from: resource, key)
    }
    guard let now = store[resource][key], now.meta.finalizers.isEmpty else { return }
    if resource == .pods {
      if now.meta.deletion?.graceSeconds == 0 || isStopped(now) { store.remove(.pods, key, at: self.now) }
    } else if resource != .namespaces {
      store.remove(resource, key, at: self.now)
    }
  }

  private func drop(_ finalizer: String, from resource: StoreKey, _ key: ObjectKey) {
    guard let object = store[resource][key] else { return }
    var meta = object.meta
    meta.finalizers.removeAll { $0 == finalizer }
    // The last one lets it go at once, without another version in between.
    if meta.finalizers.isEmpty && resource != .pods && resource != .namespaces {
      store.remove(resource, key, at: now)
    } else {
      store.put(resource, meta, object.body, at: now)
    }
  }

  /// Takes one owner from an object.
  private func disown(_ child: Belonging, by owner: UID) {
    guard let object = store[child.resource][child.key], object.meta.uid == child.uid else { return }
    var meta = object.meta
    meta.owners.removeAll { $0.uid == owner }
    store.put(child.resource, meta, object.body, at: now)
  }

  /// An object is gone: what belonged to it goes too, and what waited for it to go goes on.
  func disowned(_ gone: Object, _ resource: StoreKey) {
    readings.forget(gone.meta.uid)
    for owner in gone.meta.owners {
      guard let (resource, found) = find(owner, in: gone.meta.namespace), found.meta.deletion != nil else {
        continue
      }
      enqueue(.garbage(resource), found.meta.key)
    }
    let children = dependents(of: gone.meta.uid)
    if children.isEmpty { return }
    after(dice.between(0.1...0.4)) { world in
      for child in world.dependents(of: gone.meta.uid) {
        guard let object = world.store[child.resource][child.key] else { continue }
        if object.meta.owners.contains(where: { $0.uid != gone.meta.uid }) {
          world.disown(child, by: gone.meta.uid)
        } else {
          world.delete(child.resource, child.key)
        }
      }
    }
  }

  /// An object whose owners were never there goes as well.
  func checkOwners(of object: Object, _ resource: StoreKey) {
    func isLost(_ world: World) -> Bool {
      object.meta.owners.allSatisfy { owner in
        guard world.resource(of: owner) != nil else { return false }
        return world.find(owner, in: object.meta.namespace)?.object.meta.uid != owner.uid
      }
    }
    guard isLost(self) else { return }
    after(2) { world in
      guard let now = world.store[resource][object.meta.key], now.meta.uid == object.meta.uid,
        now.meta.owners == object.meta.owners, isLost(world)
      else { return }
      world.delete(resource, object.meta.key)
    }
  }

  private func resource(of owner: Owner) -> ResourceDefinition? {
    catalog.resources.first { $0.kind == owner.kind && $0.apiVersion == owner.apiVersion }
  }

  /// The owner as it is now, or what has its name.
  func find(_ owner: Owner, in namespace: String) -> (resource: StoreKey, object: Object)? {
    guard let resource = resource(of: owner) else { return nil }
    let key = ObjectKey(namespace: resource.isNamespaced ? namespace : "", name: owner.name)
    return store[resource.store][key].map { (resource.store, $0) }
  }
}
