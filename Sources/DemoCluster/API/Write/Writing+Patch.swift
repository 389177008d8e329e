import Document

extension Writing {
  /// The next document after the request's patch.
  mutating func patched(_ old: JSON, _ type: FieldType?) throws(Failure) -> JSON {
    switch request.contentType {
    case "application/json-patch+json":
      let body = try patchBody()
      guard case .array(let operations) = body else {
        throw .badRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
      }
      do { return try JSONPatch.apply(operations, to: old) } catch { throw .rejectedPatch }
    case "application/merge-patch+json":
      let body = try patchBody()
      guard body.object != nil else { throw .rejectedPatch }
      return MergePatch.apply(body, to: old)
    case "application/strategic-merge-patch+json":
      if resource.isCustom {
        throw .patchTypes("application/json-patch+json, application/merge-patch+json, ")
      }
      let body = try patchBody()
      guard body.object != nil else { throw .rejectedPatch }
      do { return try StrategicMerge.apply(body, to: old, type) } catch {
        throw Failure(code: 500, message: error.message)
      }
    default:
      throw Failure(
        code: 415, message: "415: Unsupported Media Type", reason: "UnsupportedMediaType",
        details: Failure.Details())
    }
  }

  private func patchBody() throws(Failure) -> JSON {
    let (value, problem) = JSON.parse(request.body)
    guard let value else {
      throw .badRequest("error decoding patch: \(problem?.message ?? "unexpected end of JSON input")")
    }
    return value
  }

  mutating func patch() throws(Failure) -> Result {
    if request.contentType == "application/apply-patch+yaml" { return try apply() }
    let object = try current()
    let old = object.document(as: resource)
    let raw = try patched(old, type)
    guard raw.object != nil else { throw .rejectedPatch }
    let next = try placed(try decodedPatch(raw))
    try checkName(next)
    return try replace(object, with: next)
  }

  /// A patched document: what is wrong with it is wrong with the patch.
  private mutating func decodedPatch(_ document: JSON) throws(Failure) -> JSON {
    let (value, reading) = SchemaReading.read(document, as: type, resource.schema)
    let text = String(decoding: request.body, as: UTF8.self)
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
        throw .invalid(
          kind: "", name: "",
          [
            .wrong(
              "patch", .string(text), "strict decoding error: \(reading.unknown.joined(separator: ", "))")
          ])
      }
    }
    return value
  }

  // MARK: Server-side apply

  private mutating func apply() throws(Failure) -> Result {
    if !request.hasFieldManager {
      throw .invalid(
        kind: "PatchOptions", group: "meta.k8s.io", name: "",
        [.required("fieldManager", "is required for apply patch")])
    }
    let config = try configuration()
    let name = target.name ?? ""
    let applied = FieldWalk.stripped(config)
    let fields = FieldWalk.fields(applied, type)
    guard let object = world.store[key][ObjectKey(namespace: target.namespace ?? "", name: name)] else {
      if target.subresource != nil { throw .notFound(resource, name) }
      if config["metadata"]["uid"].string ?? "" != "" {
        throw .conflict(
          resource, name,
          "uid mismatch: the provided object specified uid \(config["metadata"]["uid"].string!), "
            + "and no existing object was found")
      }
      return try create(prepared: config, operation: "Apply", fields: fields)
    }
    return try apply(config, fields, to: object)
  }

  private mutating func configuration() throws(Failure) -> JSON {
    let document = try WriteRequest.yaml(request.body)
    let (value, reading) = SchemaReading.read(document, as: type, resource.schema)
    for (key, wanted) in [("apiVersion", resource.apiVersion), ("kind", resource.kind)]
    where document[key].string != wanted {
      throw .badRequest(
        document[key].isNull
          ? "invalid object type: /, Kind="
          : "failed to create typed patch object: wrong \(key) "
            + "\(document[key].text), expected \(wanted)")
    }
    if let field = reading.unknown.first(where: { $0.hasPrefix("unknown") }) {
      let path = field.split(separator: "\"").last ?? ""
      let place = "\(target.namespace.map { _ in "" } ?? "")/\(document["metadata"]["name"].string ?? "")"
      throw Failure(
        code: 500,
        message:
          "failed to create typed patch object (\(place); \(resource.apiVersion), Kind=\(resource.kind)): "
          + ".\(path): field not declared in schema")
    }
    if let mismatch = reading.mismatch { throw Failure(code: 500, message: mismatch) }
    if !document["metadata"]["managedFields"].isNull {
      throw .badRequest("metadata.managedFields must be nil")
    }
    var config = value
    if config["metadata"]["name"].isNull { config["metadata"].set("name", .string(target.name ?? "")) }
    config = try placed(config)
    try checkName(config)
    return config
  }

  private mutating func apply(_ config: JSON, _ fields: FieldTree, to object: Object) throws(Failure)
    -> Result
  {
    let old = object.document(as: resource)
    let writer = writer(operation: "Apply", subresource: target.subresource)
    var managers = Managers(old["metadata"]["managedFields"])
    let others = managers.others(than: writer)
    let gone = managers.applied(by: writer).subtracting(fields).subtracting(others)
    let live = ApplyMerge.removing(gone, keeping: fields.union(others), from: old, type)
    let merged = ApplyMerge.merge(config, into: live, type)
    let change = FieldWalk.change(from: FieldWalk.stripped(old), to: FieldWalk.stripped(merged), type)
    let contested = change.set.intersection(fields)
    let conflicts = managers.conflicts(with: writer, setting: contested)
    if !conflicts.isEmpty, !request.isForced { throw .applyConflict(conflicts) }
    managers.applied(by: writer, fields, taking: contested, gone: change.removed)
    var next = merged
    next["metadata"].set("resourceVersion", config["metadata"]["resourceVersion"])
    next["metadata"].set("uid", config["metadata"]["uid"])
    return try replace(object, with: next, managers: managers)
  }
}

extension Failure {
  static let rejectedPatch = Failure(
    code: 422, message: "the server rejected our request due to an error in our request", reason: "Invalid",
    details: Details())

  static func patchTypes(_ types: String) -> Failure {
    Failure(
      code: 415,
      message: "the body of the request was in an unknown format - accepted media types include: "
        + "\(types)application/apply-patch+yaml", reason: "UnsupportedMediaType")
  }

  static func applyConflict(_ conflicts: [Managers.Conflict]) -> Failure {
    let causes = conflicts.map {
      Cause(reason: "FieldManagerConflict", message: "conflict with \($0.manager)", field: $0.field)
    }
    var message = "Apply failed with 1 conflict: conflict with \(conflicts[0].manager): \(conflicts[0].field)"
    if conflicts.count > 1 {
      var lines: [String] = []
      for manager in Set(conflicts.map(\.manager)).sorted() {
        lines.append("conflicts with \(manager):")
        lines += conflicts.filter { $0.manager == manager }.map { "- \($0.field)" }
      }
      message = "Apply failed with \(conflicts.count) conflicts: " + lines.joined(separator: "\n")
    }
    return Failure(code: 409, message: message, reason: "Conflict", details: Details(causes: causes))
  }
}
