import Document

/// What is done by creating something below an object: evictions, bindings, tokens.
struct Actions {
  let world: World
  let request: WriteRequest
  let name: String
  private var key: ObjectKey { ObjectKey(namespace: request.target.namespace ?? "", name: name) }
  private var resource: ResourceDefinition { request.target.resource }

  func perform(_ part: String) throws(Failure) -> Answer {
    switch part {
    case "eviction": return try evict()
    case "binding": return try bind()
    case "token": return try token()
    case "attach", "exec", "portforward":
      throw ContainerAccess(part: part, query: request.query).refusal(try object())
    default: throw .methodNotAllowed
    }
  }

  private func object() throws(Failure) -> Object {
    guard let object = world.store[resource.store][key] else { throw .notFound(resource, name) }
    return object
  }

  private static let created = Answer.json(
    Array(
      "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\",\"code\":201}".utf8),
    status: 201)

  private func evict() throws(Failure) -> Answer {
    let body = try request.document()
    let pod = try object()
    let options = body["deleteOptions"]
    let isDryRun = request.isDryRun || options["dryRun"].array.contains("All")
    let grace = options["gracePeriodSeconds"].int.map { min(max(0, $0), 1 << 31) }
    if let block = world.evict(ObjectHandle(pod), graceSeconds: grace, isDryRun: isDryRun) {
      throw Failure(
        code: 429, message: "Cannot evict pod as it would violate the pod's disruption budget.",
        reason: "TooManyRequests",
        details: Failure.Details(
          causes: [
            Failure.Cause(
              reason: "DisruptionBudget",
              message: "The disruption budget \(block.budget) needs \(block.desired) healthy pods and has "
                + "\(block.healthy) currently")
          ]))
    }
    return Actions.created
  }

  private func bind() throws(Failure) -> Answer {
    let body = try request.document()
    let pod = try object()
    guard let node = body["target"]["name"].string, !node.isEmpty else {
      throw .invalid(kind: "Binding", name: name, [.required("target.name")])
    }
    if request.isDryRun { return Actions.created }
    guard world.bind(ObjectHandle(pod), toNode: node) else {
      throw .conflict(
        resource, name, "pod \(name) is already assigned to node or there is no node \"\(node)\"")
    }
    return Actions.created
  }

  /// A token that says whose it is; it opens nothing that the name alone would not.
  private func token() throws(Failure) -> Answer {
    let body = try request.document()
    _ = try object()
    let seconds = body["spec"]["expirationSeconds"].int ?? 3600
    guard seconds >= 600 else {
      throw .invalid(
        kind: "TokenRequest", group: "authentication.k8s.io", name: "",
        [.wrong("spec.expirationSeconds", .int(seconds), "may not specify a duration less than 10 minutes")])
    }
    let end = world.now.seconds + Int64(min(seconds, 1 << 32))
    let answer: JSON = [
      "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
      "metadata": [
        "name": .string(name), "namespace": .string(key.namespace),
        "creationTimestamp": .string(World.timestamp(world.now.seconds)),
      ],
      "spec": [
        "audiences": body["spec"]["audiences"].array.isEmpty
          ? ["https://kubernetes.default.svc.cluster.local"] : body["spec"]["audiences"],
        "expirationSeconds": .int(seconds), "boundObjectRef": .null,
      ],
      "status": [
        "token": .string(Identity.token(namespace: key.namespace, account: name, expires: end)),
        "expirationTimestamp": .string(World.timestamp(end)),
      ],
    ]
    return .json(answer.encoded(), status: 201)
  }
}

/// What is written when the last thing that held up a namespace is gone.
struct Finalizing {
  let world: World
  let request: WriteRequest

  func namespace() throws(Failure) -> Answer {
    let writing = Writing(world, request)
    let object = try writing.current()
    let body = try request.document()
    let finalizers = body["spec"]["finalizers"].array
    if request.isDryRun { return .json(object.encoded(as: request.target.resource)) }
    if finalizers.isEmpty, object.meta.deletion != nil, object.meta.finalizers.isEmpty {
      world.store.remove(.namespaces, object.meta.key, at: world.now)
      return .json(object.encoded(as: request.target.resource))
    }
    let spec: JSON = finalizers.isEmpty ? [:] : ["finalizers": .array(finalizers)]
    let new = world.store.put(.namespaces, object.meta, object.replacing(["spec": spec]), at: world.now)
    return .json(new.encoded(as: request.target.resource))
  }
}
