import Document

/// The scale subresource: how many pods an object wants and has, in one shape for all kinds.
struct Scaling {
  let world: World
  let request: WriteRequest
  private var resource: ResourceDefinition { request.target.resource }

  func change() throws(Failure) -> Bytes {
    var writing = Writing(world, request)
    let object = try writing.current()
    guard let bytes = world.scale(object, resource), let scale = JSON.parse(bytes).value else {
      throw .unknownResource
    }
    let next = try request.method == "PUT" ? request.document() : patched(scale)
    if request.method == "PUT", next["metadata"]["name"].string != object.meta.name {
      throw .badRequest(
        "the name of the object (\(next["metadata"]["name"].string ?? "")) does not match the name on the URL "
          + "(\(object.meta.name))")
    }
    if !next["spec"]["replicas"].isNull, next["spec"]["replicas"].int == nil {
      throw .badRequest(
        "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal "
          + "into Go struct field ScaleSpec.spec.replicas of type int32")
    }
    let replicas = next["spec"]["replicas"].int ?? 0
    guard replicas >= 0 else {
      throw .invalid(
        kind: "Scale", group: "autoscaling", name: object.meta.name,
        [.wrong("spec.replicas", .int(replicas), "must be greater than or equal to 0")])
    }
    var document = object.document(as: resource)
    let path = resource.scale?.specReplicas ?? ["spec", "replicas"]
    document = Scaling.setting(path[...], .int(replicas), in: document)
    document["metadata"].set("resourceVersion", next["metadata"]["resourceVersion"])
    document["metadata"].set("uid", next["metadata"]["uid"])
    let result = try writing.replace(object, with: document)
    return world.scale(result.object, resource) ?? []
  }

  private func patched(_ scale: JSON) throws(Failure) -> JSON {
    var writing = Writing(world, request)
    return try writing.patched(scale, .object("Scale"))
  }

  static func setting(_ path: ArraySlice<String>, _ value: JSON, in object: JSON) -> JSON {
    guard let first = path.first else { return value }
    var object = object
    object[first] = setting(path.dropFirst(), value, in: object[first])
    return object
  }
}

extension World {
  /// The scale of an object; nil for what has none.
  func scale(_ object: Object, _ resource: ResourceDefinition) -> Bytes? {
    guard resource.subresources.contains(where: { $0.name == "scale" }) else { return nil }
    let document = object.document(as: resource)
    func value(_ path: [String]?) -> JSON { (path ?? []).reduce(document) { $0[$1] } }
    let paths = resource.scale
    let wanted = value(paths?.specReplicas ?? ["spec", "replicas"])
    let there = value(paths?.statusReplicas ?? ["status", "replicas"])
    var selector: String?
    if let paths {
      selector = value(paths.selector).string
    } else {
      let labels = document["spec"]["selector"]
      let pairs =
        labels["matchLabels"].isNull && resource.kind == "ReplicationController"
        ? labels : labels["matchLabels"]
      selector = PodTemplate.pairs(pairs).map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
    var status: JSON = ["replicas": there.isNull ? 0 : there]
    if let selector, !selector.isEmpty { status["selector"] = .string(selector) }
    var scale: JSON = ["kind": "Scale", "apiVersion": "autoscaling/v1"]
    scale["metadata"] = [
      "name": .string(object.meta.name), "namespace": .string(object.meta.namespace),
      "uid": .string(object.meta.uid.description), "resourceVersion": .string("\(object.version)"),
      "creationTimestamp": .string(World.timestamp(object.meta.created)),
    ]
    scale["spec"] = wanted.int.map { $0 == 0 ? [:] : ["replicas": .int($0)] } ?? [:]
    scale["status"] = status
    return scale.encoded()
  }
}
