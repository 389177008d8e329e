import Document

/// One look at a namespace: furnishes a new one, and empties one that is on its way out.
struct NamespaceController {
  let world: World
  let key: ObjectKey
  let object: Object

  init?(_ key: ObjectKey, _ world: World) {
    guard let object = world.store[.namespaces][key] else { return nil }
    self.world = world
    self.key = key
    self.object = object
  }

  private var space: String { key.name }

  func reconcile() {
    if object.meta.deletion == nil {
      furnish()
    } else {
      empty()
    }
  }

  private func furnish() {
    if object.json("status")?["phase"].string == nil {
      world.rewrite(.namespaces, object, status: Array("{\"phase\":\"Active\"}".utf8))
    }
    let account = ObjectKey(namespace: space, name: "default")
    let accounts = StoreKey("serviceaccounts")
    if world.store[accounts][account] == nil {
      world.make(accounts, meta("default"), [:])
    }
    if world.store[.configMaps][ObjectKey(namespace: space, name: "kube-root-ca.crt")] == nil {
      let known = world.store[.configMaps].objects.first { $0.meta.name == "kube-root-ca.crt" }
      world.make(.configMaps, meta("kube-root-ca.crt"), ["data": known?.json("data") ?? [:]])
    }
  }

  private func meta(_ name: String) -> Meta {
    Meta(name: name, namespace: space, uid: world.dice.uid(), created: world.now.seconds)
  }

  // MARK: The end

  private func empty() {
    for (resource, objects) in contents() {
      for object in objects where object.meta.deletion == nil { world.delete(resource, object.meta.key) }
    }
    let left = contents()
    var conditions = StatusConditions(object.json("status") ?? [:])
    func say(_ type: String, _ isTrue: Bool, _ reason: String, _ message: String) {
      conditions.set(type, isTrue ? "True" : "False", reason, message, at: world.now.seconds)
    }
    say(
      "NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered",
      "All resources successfully discovered")
    say(
      "NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions",
      "All legacy kube types successfully parsed")
    say(
      "NamespaceDeletionContentFailure", false, "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization")
    let isEmpty = left.isEmpty
    say(
      "NamespaceContentRemaining", !isEmpty, isEmpty ? "ContentRemoved" : "SomeResourcesRemain",
      isEmpty ? "All content successfully removed" : "Some resources are remaining: \(remaining(left))")
    let finalizers = finalizers(left)
    say(
      "NamespaceFinalizersRemaining", !finalizers.isEmpty,
      finalizers.isEmpty ? "ContentHasNoFinalizers" : "SomeFinalizersRemain",
      finalizers.isEmpty
        ? "All content-preserving finalizers finished"
        : "Some content in the namespace has finalizers remaining: \(finalizers)")
    var out = Bytes()
    out.put("{\"phase\":\"Terminating\",")
    conditions.write(to: &out)
    out.close("}")
    if left.isEmpty {
      world.rewrite(.namespaces, object, status: out)
      if object.meta.finalizers.isEmpty { world.store.remove(.namespaces, key, at: world.now) }
    } else {
      world.rewrite(.namespaces, object, status: out)
      world.enqueue(.namespace, key, at: world.now + 2)
    }
  }

  private func contents() -> [(resource: StoreKey, objects: [Object])] {
    world.store.shelves.keys.sorted { ($0.plural, $0.group) < ($1.plural, $1.group) }.compactMap { resource in
      let shelf = world.store[resource]
      let objects = Array(shelf.objects[shelf.range(namespace: space)])
      return objects.isEmpty || objects[0].meta.namespace.isEmpty || resource == .events
        ? removeEvents(resource, objects) : (resource, objects)
    }
  }

  /// Events hold nothing up.
  private func removeEvents(_ resource: StoreKey, _ objects: [Object]) -> (StoreKey, [Object])? {
    if resource == .events {
      for object in objects { world.store.remove(.events, object.meta.key, at: world.now) }
    }
    return nil
  }

  private func remaining(_ left: [(resource: StoreKey, objects: [Object])]) -> String {
    left.map { resource, objects in
      let name = resource.group.isEmpty ? resource.plural + "." : "\(resource.plural).\(resource.group)"
      return "\(name) has \(objects.count) resource instances"
    }.joined(separator: ", ")
  }

  private func finalizers(_ left: [(resource: StoreKey, objects: [Object])]) -> String {
    var counts: [String: Int] = [:]
    for finalizer in left.flatMap(\.objects).flatMap(\.meta.finalizers) { counts[finalizer, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map { "\($0.key) in \($0.value) resource instances" }
      .joined(separator: ", ")
  }
}
