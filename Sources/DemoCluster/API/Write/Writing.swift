import Document

/// Creates and changes objects: one request, carried out on the world at its present moment.
struct Writing {
  let world: World
  let request: WriteRequest
  var target: Route.Target { request.target }
  var resource: ResourceDefinition { request.target.resource }
  var type: FieldType? { Schema.root(request.target.resource) }
  /// What the client is told besides the answer.
  var warnings: [String] = []

  init(_ world: World, _ request: WriteRequest) {
    self.world = world
    self.request = request
  }

  /// The object as it is afterwards.
  struct Result {
    var object: Object
    var isNew = false
  }

  var key: StoreKey { resource.store }

  /// Who writes, in the words of managedFields.
  func writer(operation: String = "Update", subresource: String? = nil) -> Managers.Entry {
    Managers.Entry(
      name: request.fieldManager, operation: operation, apiVersion: resource.apiVersion,
      subresource: subresource, time: world.now.seconds, fields: FieldTree())
  }

  // MARK: Reading the body

  /// A document as one of this resource: unknown fields warned of or refused, as the request wants it.
  mutating func decoded(_ document: JSON) throws(Failure) -> JSON {
    try checkType(document)
    let (value, reading) = SchemaReading.read(document, as: type, resource.schema)
    if let mismatch = reading.mismatch {
      throw .badRequest(
        "\(resource.kind) in version \"\(resource.version)\" cannot be handled as a \(resource.kind): \(mismatch)"
      )
    }
    if !reading.unknown.isEmpty {
      switch request.validation {
      case .ignore: break
      case .warn: warnings += reading.unknown
      case .strict:
        throw .badRequest(
          "\(resource.kind) in version \"\(resource.version)\" cannot be handled as a \(resource.kind): "
            + "strict decoding error: \(reading.unknown.joined(separator: ", "))")
      }
    }
    return value
  }

  private func checkType(_ document: JSON) throws(Failure) {
    let version = document["apiVersion"].string ?? resource.apiVersion
    let kind = document["kind"].string ?? resource.kind
    if resource.isCustom, kind != resource.kind || version != resource.apiVersion {
      throw .badRequest(
        kind != resource.kind
          ? "\(kind) in version \"\(resource.version)\" cannot be handled as a \(resource.kind)"
          : "the API version in the data (\(version)) does not match the expected API version (\(resource.apiVersion))"
      )
    }
    if version != resource.apiVersion {
      throw .badRequest(
        "the API version in the data (\(version)) does not match the expected API version (\(resource.apiVersion))"
      )
    }
    if kind != resource.kind {
      let short = version.split(separator: "/").last ?? ""
      throw .badRequest(
        "\(kind) in version \"\(short)\" cannot be handled as a \(resource.kind): converting (\(short).\(kind)) to "
          + "(\(resource.group.isEmpty ? "core" : resource.group.prefix { $0 != "." }.description).\(resource.kind)): "
          + "unknown conversion")
    }
  }

  /// Puts the namespace of the path into the object, which may not name another.
  func placed(_ document: JSON) throws(Failure) -> JSON {
    var document = document
    if document["metadata"].isNull { document["metadata"] = .object(JSONObject()) }
    guard resource.isNamespaced else {
      document["metadata"].set("namespace", .null)
      return document
    }
    let given = document["metadata"]["namespace"].string ?? ""
    if !given.isEmpty, given != target.namespace {
      throw .badRequest(
        "the namespace of the provided object does not match the namespace sent on the request")
    }
    document["metadata"].set("namespace", .string(target.namespace ?? ""))
    return document
  }

  // MARK: Create

  mutating func create(_ body: JSON) throws(Failure) -> Result {
    let document = try placed(try decoded(body))
    guard document["metadata"]["resourceVersion"].string ?? "" == "" else {
      throw Failure(code: 500, message: "resourceVersion should not be set on objects to be created")
    }
    return try create(prepared: document, operation: "Update", fields: nil)
  }

  /// - Parameter fields: what the writer owns; nil: everything that is not made by the server.
  mutating func create(prepared document: JSON, operation: String, fields: FieldTree?) throws(Failure)
    -> Result
  {
    var document = document
    let name = try newName(document["metadata"])
    document["metadata"].set("name", .string(name))
    let place = ObjectKey(namespace: target.namespace ?? "", name: name)
    try checkNamespace(name)
    if world.store[key][place] != nil { throw .alreadyExists(resource, name) }
    let uid = world.dice.uid()
    document["metadata"].set("uid", .string(uid.description))
    document["metadata"].set("managedFields", .null)
    if resource.isCustom { document = StructuralSchema.pruned(document, resource.schema) }
    document = Defaults.filled(document, resource, old: nil, world)
    if resource.hasStatus { document = Defaults.initialStatus(document, resource) }
    warnings += try Admission.admit(document, resource, old: nil, world, &document)
    let causes = Validation.causes(document, resource, old: nil, world)
    if !causes.isEmpty { throw .invalid(kind: resource.kind, group: resource.group, name: name, causes) }
    var meta = Meta(document["metadata"], uid: uid, created: world.now.seconds)
    meta.generation = resource.hasGeneration ? 1 : 0
    var managers = Managers(.null)
    if let fields {
      managers.applied(
        by: writer(operation: operation), fields, taking: FieldTree(), gone: FieldTree())
    } else {
      managers.updated(by: writer(), from: .null, to: document.without("status"), type)
    }
    meta.managers = managers.fieldManagers
    let body = world.body(document, resource, replacing: nil)
    if request.isDryRun { return Result(object: Object(meta, version: 0, body), isNew: true) }
    let object = world.store.put(key, meta, body, at: world.now)
    world.wrote(resource, nil, object)
    return Result(object: world.store[key][place] ?? object, isNew: true)
  }

  private func newName(_ meta: JSON) throws(Failure) -> String {
    if let name = meta["name"].string, !name.isEmpty { return name }
    if let base = meta["generateName"].string, !base.isEmpty {
      return String(base.prefix(58)) + world.dice.suffix()
    }
    throw .invalid(
      kind: resource.kind, group: resource.group, name: "",
      [.required("metadata.name", "name or generateName is required")])
  }

  private func checkNamespace(_ name: String) throws(Failure) {
    guard resource.isNamespaced, let namespace = target.namespace else { return }
    guard let found = world.store[.namespaces][ObjectKey(namespace: "", name: namespace)] else {
      throw Failure(
        code: 404, message: "namespaces \"\(namespace)\" not found", reason: "NotFound",
        details: Failure.Details(name: namespace, kind: "namespaces"))
    }
    guard found.meta.deletion != nil, resource.kind != "Event" else { return }
    throw Failure(
      code: 403,
      message:
        "\(resource.qualifiedPlural) \"\(name)\" is forbidden: unable to create new content in namespace "
        + "\(namespace) because it is being terminated",
      reason: "Forbidden",
      details: Failure.Details(
        name: name, group: resource.group, kind: resource.plural,
        causes: [
          Failure.Cause(
            reason: "NamespaceTerminating", message: "namespace \(namespace) is being terminated",
            field: "metadata.namespace")
        ]))
  }

  // MARK: Update

  func current() throws(Failure) -> Object {
    let name = target.name ?? ""
    guard let object = world.store[key][ObjectKey(namespace: target.namespace ?? "", name: name)] else {
      throw .notFound(resource, name)
    }
    return object
  }

  mutating func update(_ body: JSON) throws(Failure) -> Result {
    let document = try placed(try decoded(body))
    try checkName(document)
    let place = ObjectKey(namespace: target.namespace ?? "", name: target.name ?? "")
    if world.store[key][place] == nil, resource.createsOnUpdate, target.subresource == nil {
      return try create(prepared: document, operation: "Update", fields: nil)
    }
    return try replace(try current(), with: document)
  }

  func checkName(_ document: JSON) throws(Failure) {
    let given = document["metadata"]["name"].string ?? ""
    if given != target.name {
      if given.isEmpty {
        throw .badRequest("name must be provided")
      }
      throw .badRequest(
        "the name of the object (\(given)) does not match the name on the URL (\(target.name ?? ""))")
    }
  }

  /// Makes `document` the next version of an object.
  ///
  /// - Parameter managers: who has which fields afterwards; nil: the writer has what it changed.
  mutating func replace(
    _ object: Object, with document: JSON, managers given: Managers? = nil
  ) throws(Failure) -> Result {
    let old = object.document(as: resource)
    try checkVersion(document["metadata"], object)
    var next = merged(document, old)
    if resource.isCustom { next = StructuralSchema.pruned(next, resource.schema) }
    next = Defaults.filled(next, resource, old: old, world)
    if target.subresource == nil {
      warnings += try Admission.admit(next, resource, old: old, world, &next)
    }
    let causes = Validation.causes(next, resource, old: old, world)
    if !causes.isEmpty {
      throw .invalid(kind: resource.kind, group: resource.group, name: object.meta.name, causes)
    }
    let isSame = next.withoutManagers.canonical == old.withoutManagers.canonical
    let live = Managers(old["metadata"]["managedFields"])
    let written =
      target.subresource == nil ? Managers(written: document["metadata"]["managedFields"]) : nil
    var managers = given ?? written ?? live
    if given == nil {
      managers.updated(by: writer(subresource: target.subresource), from: old, to: next, type)
    }
    if isSame && managers.entries == live.entries { return Result(object: object) }
    return store(next, old, object, managers)
  }

  private func checkVersion(_ meta: JSON, _ object: Object) throws(Failure) {
    let name = object.meta.name
    if let version = meta["resourceVersion"].string, !version.isEmpty, version != "0",
      version != "\(object.version)"
    {
      throw .modified(resource, name)
    }
    if let uid = meta["uid"].string, !uid.isEmpty, uid != object.meta.uid.description {
      let path = (object.meta.namespace.isEmpty ? "" : object.meta.namespace + "/") + name
      throw .conflict(
        resource, name,
        "StorageError: invalid object, Code: 4, Key: /registry/\(resource.plural)/\(path), ResourceVersion: 0, "
          + "AdditionalErrorMsg: Precondition failed: UID in precondition: \(uid), UID in object meta: "
          + object.meta.uid.description)
    }
  }

  /// The document with what a client cannot change put back.
  private func merged(_ document: JSON, _ old: JSON) -> JSON {
    if target.subresource == "status" {
      var next = old
      next.set("status", document["status"])
      return next
    }
    var next = document
    if resource.hasStatus { next.set("status", old["status"]) }
    for key in [
      "name", "namespace", "uid", "creationTimestamp", "generation", "resourceVersion", "generateName",
      "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields",
    ] {
      next["metadata"].set(key, old["metadata"][key])
    }
    next.set("kind", old["kind"])
    next.set("apiVersion", old["apiVersion"])
    return next
  }

  private func store(_ next: JSON, _ old: JSON, _ object: Object, _ managers: Managers) -> Result {
    var meta = Meta(next["metadata"], uid: object.meta.uid, created: object.meta.created)
    meta.generation = object.meta.generation
    meta.deletion = object.meta.deletion
    if meta.generation > 0, resource.specDiffers(old, next) { meta.generation += 1 }
    meta.managers = stored(managers, object)
    let body = world.body(next, resource, replacing: object)
    if request.isDryRun { return Result(object: Object(meta, version: object.version, body)) }
    // The last finalizer that goes takes the object along.
    if meta.deletion != nil, meta.finalizers.isEmpty, !object.meta.finalizers.isEmpty,
      resource.store != .namespaces, resource.store != .pods || meta.deletion?.graceSeconds == 0
    {
      let last = world.store.put(key, meta, body, at: world.now)
      world.store.remove(key, meta.key, at: world.now)
      world.wrote(resource, last, nil)
      return Result(object: last)
    }
    let new = world.store.put(key, meta, body, at: world.now)
    world.wrote(resource, object, new)
    return Result(object: new)
  }

  /// Pods write the parts of those that made and run them by themselves.
  private func stored(_ managers: Managers, _ object: Object) -> [FieldManager] {
    if case .event = object.body { return [] }
    guard case .pod = object.body else { return managers.fieldManagers }
    return managers.fieldManagers.filter { manager in
      if manager.name == "kubelet" && manager.subresource == "status" { return false }
      return
        !(manager.name == "kube-controller-manager" && manager.subresource == nil
        && !object.meta.owners.isEmpty)
    }
  }
}

extension JSON {
  var withoutManagers: JSON {
    var copy = self
    copy["metadata"] = self["metadata"].without("managedFields", "resourceVersion", "generation")
    return copy
  }
}

extension Failure {
  static func alreadyExists(_ resource: ResourceDefinition, _ name: String) -> Failure {
    Failure(
      code: 409, message: "\(resource.qualifiedPlural) \"\(name)\" already exists", reason: "AlreadyExists",
      details: Details(name: name, group: resource.group, kind: resource.plural))
  }

  static func modified(_ resource: ResourceDefinition, _ name: String) -> Failure {
    conflict(
      resource, name,
      "the object has been modified; please apply your changes to the latest version and try again")
  }
}
