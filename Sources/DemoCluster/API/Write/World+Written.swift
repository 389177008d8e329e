import Document

extension World {
  /// Told of what came through the API, for what the server itself makes of it.
  func wrote(_ resource: ResourceDefinition, _ before: Object?, _ after: Object?) {
    if resource.kind == "CustomResourceDefinition" { definitionChanged(before, after) }
  }

  /// Serves the kind that a definition defines, or no longer does.
  private func definitionChanged(_ before: Object?, _ after: Object?) {
    if let after, after.meta.deletion != nil, after.meta.finalizers == [World.cleanup] {
      let handle = ObjectHandle(after)
      return self.after(0.05) { $0.cleanUp(handle) }
    }
    let old = before.flatMap { Catalog.key(definition: $0.json("spec") ?? .null) }
    if let old { catalog.remove(old) }
    guard let after, after.meta.deletion == nil, let spec = after.json("spec") else {
      guard let old else { return }
      let objects = store[old].objects
      for object in objects { store.remove(old, object.meta.key, at: now) }
      return
    }
    for resource in Catalog.resources(definition: ["spec": spec]) { catalog.add(resource) }
    guard after.json("status")?["conditions"].array.isEmpty ?? true else { return }
    let handle = ObjectHandle(after)
    // The real server takes a moment to accept the names.
    self.after(0.01) { $0.establish(handle) }
  }

  /// What holds up the deletion of a definition until its objects are gone.
  static let cleanup = "customresourcecleanup.apiextensions.k8s.io"

  private func cleanUp(_ handle: ObjectHandle) {
    let key = StoreKey("customresourcedefinitions", "apiextensions.k8s.io")
    guard let object = store[key][handle.key], object.meta.uid == handle.uid else { return }
    store.remove(key, handle.key, at: now)
    definitionChanged(object, nil)
  }

  private func establish(_ handle: ObjectHandle) {
    let key = StoreKey("customresourcedefinitions", "apiextensions.k8s.io")
    guard let object = store[key][handle.key], object.meta.uid == handle.uid, let spec = object.json("spec")
    else {
      return
    }
    let time = JSON.string(World.timestamp(now.seconds))
    func condition(_ type: JSON, _ reason: JSON, _ message: JSON) -> JSON {
      [
        "type": type, "status": "True", "lastTransitionTime": time, "reason": reason, "message": message,
      ]
    }
    let storage = spec["versions"].array.first { $0["storage"].bool == true } ?? spec["versions"][0]
    let status: JSON = [
      "conditions": [
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
      ],
      "acceptedNames": spec["names"], "storedVersions": [storage["name"]],
    ]
    var meta = object.meta
    if !meta.finalizers.contains(World.cleanup) { meta.finalizers.append(World.cleanup) }
    store.put(key, meta, object.replacing(["status": status]), at: now)
  }
}

extension Catalog {
  static func key(definition spec: JSON) -> StoreKey? {
    guard let plural = spec["names"]["plural"].string, let group = spec["group"].string else { return nil }
    return StoreKey(plural, group)
  }
}
