import Document
import HTTP

/// Leads a request that changes something to what carries it out.
struct Change {
  let world: World
  let request: WriteRequest

  init(_ world: World, _ request: WriteRequest) {
    self.world = world
    self.request = request
  }

  private var resource: ResourceDefinition { request.target.resource }

  func perform() throws(Failure) -> Answer {
    try checkVerb()
    switch (request.method, request.target.name, request.target.subresource) {
    case ("POST", nil, nil):
      guard request.target.namespace != nil || !resource.isNamespaced else { throw .methodNotAllowed }
      if resource.kind == "Binding" { return try bind() }
      return try write { writing throws(Failure) in try writing.create(request.document()) }
    case ("PUT", .some, "scale"), ("PATCH", .some, "scale"):
      return .json(try Scaling(world: world, request: request).change())
    case ("PUT", .some, "finalize"):
      return try Finalizing(world: world, request: request).namespace()
    case ("PUT", .some, nil), ("PUT", .some, "status"), ("PUT", .some, "ephemeralcontainers"):
      return try write { writing throws(Failure) in try writing.update(request.document()) }
    case ("PATCH", .some, nil), ("PATCH", .some, "status"), ("PATCH", .some, "ephemeralcontainers"):
      return try write { writing throws(Failure) in try writing.patch() }
    case ("DELETE", .some, nil):
      var deleting = try Deleting(world, request)
      let body = try deleting.one()
      return .json(body, headers: Change.headers(deleting.warnings))
    case ("DELETE", nil, nil):
      guard resource.verbs.contains("deletecollection"),
        request.target.namespace != nil || !resource.isNamespaced
      else { throw .methodNotAllowed }
      var deleting = try Deleting(world, request)
      return .json(try deleting.collection())
    case ("POST", .some(let name), .some(let part)):
      return try Actions(world: world, request: request, name: name).perform(part)
    default: throw .methodNotAllowed
    }
  }

  /// Some kinds can only be looked at, or only be made.
  private func checkVerb() throws(Failure) {
    guard request.target.subresource == nil else { return }
    let verb = ["POST": "create", "PUT": "update", "PATCH": "patch"][request.method]
    if let verb, !resource.verbs.contains(verb) { throw .methodNotAllowed }
  }

  /// A binding is not kept: it says on which node the pod of its name runs.
  private func bind() throws(Failure) -> Answer {
    guard let pods = world.catalog.resource(group: "", version: "v1", plural: "pods"),
      let name = try request.document()["metadata"]["name"].string
    else { throw .badRequest("name must be provided") }
    let target = Route.Target(
      resource: pods, namespace: request.target.namespace, name: name, subresource: "binding")
    return try Actions(world: world, request: request.aimed(at: target), name: name).perform("binding")
  }

  private func write(
    _ body: (inout Writing) throws(Failure) -> Writing.Result
  ) throws(Failure) -> Answer {
    var writing = Writing(world, request)
    let result = try body(&writing)
    var bytes = result.object.encoded(as: resource)
    // A dry run of a create has no version.
    if result.object.version == 0, let document = JSON.parse(bytes).value {
      var shown = document
      shown["metadata"].set("resourceVersion", .null)
      bytes = shown.encoded()
    }
    return .json(bytes, status: result.isNew ? 201 : 200, headers: Change.headers(writing.warnings))
  }

  static func headers(_ warnings: [String]) -> [Header] {
    warnings.prefix(20).map { Header("Warning", "299 - \(JSON.string($0.onOneLine).text)") }
  }
}

extension String {
  /// What may stand in a header.
  fileprivate var onOneLine: String {
    String(unicodeScalars.prefix(500).map { $0.value < 32 || $0.value > 126 ? " " : Character($0) })
  }
}
