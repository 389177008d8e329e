import Document
import HTTP

/// Deletes objects: one, or all that a request selects.
struct Deleting {
  let world: World
  let request: WriteRequest
  private let options: JSON
  private var target: Route.Target { request.target }
  private var resource: ResourceDefinition { request.target.resource }
  private let isDryRun: Bool
  private(set) var warnings: [String] = []

  init(_ world: World, _ request: WriteRequest) throws(Failure) {
    self.world = world
    self.request = request
    if request.body.isEmpty {
      options = .object(JSONObject())
    } else {
      let document = try request.document()
      if let kind = document["kind"].string, kind != "DeleteOptions" {
        throw .badRequest(
          "no kind \"\(kind)\" is registered for version \"\(document["apiVersion"].string ?? "")\"")
      }
      options = document
    }
    isDryRun = request.isDryRun || options["dryRun"].array.contains("All")
  }

  private func value(_ name: String) -> String? {
    request.query.first { $0.name == name && !$0.value.isEmpty }?.value ?? options[name].string
      ?? options[name].int.map { "\($0)" } ?? options[name].bool.map { "\($0)" }
  }

  private func propagation() throws(Failure) -> Propagation? {
    if let text = value("propagationPolicy") {
      guard let policy = Propagation(rawValue: text) else {
        throw .invalid(
          kind: "DeleteOptions", group: "meta.k8s.io", name: "",
          [
            .notSupported("propagationPolicy", "\"\(text)\"", ["Foreground", "Background", "Orphan", "nil"])
          ])
      }
      return policy
    }
    return value("orphanDependents") == "true" ? .orphan : nil
  }

  // MARK: One

  /// The answer: a Status, or the object as it is on its way out.
  mutating func one() throws(Failure) -> Bytes {
    let object = try Writing(world, request).current()
    try check(object)
    guard let now = try delete(object) else { return Deleting.success(object, resource) }
    return now.encoded(as: resource)
  }

  private func check(_ object: Object) throws(Failure) {
    func refuse(_ why: String) -> Failure {
      Failure(
        code: 409,
        message:
          "Operation cannot be fulfilled on \(resource.kind)\(resource.group.isEmpty ? "" : "." + resource.group) "
          + "\"\(object.meta.name)\": \(why)", reason: "Conflict",
        details: Failure.Details(name: object.meta.name, group: resource.group, kind: resource.kind))
    }
    if let uid = options["preconditions"]["uid"].string, uid != object.meta.uid.description {
      throw refuse(
        "the UID in the precondition (\(uid)) does not match the UID in record (\(object.meta.uid)). The object "
          + "might have been deleted and then recreated")
    }
    if let version = options["preconditions"]["resourceVersion"].string, version != "\(object.version)" {
      throw refuse(
        "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record "
          + "(\(object.version)). The object might have been modified")
    }
  }

  /// The object if it is still there, or if its kind answers with it; nil for a Status.
  private mutating func delete(_ object: Object) throws(Failure) -> Object? {
    let policy = try propagation()
    if resource.plural == "jobs", policy == nil, resource.group == "batch" {
      warnings.append(
        "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them "
          + "or set propagationPolicy=Orphan to suppress this warning")
    }
    if resource.store == .namespaces, ["default", "kube-system", "kube-public"].contains(object.meta.name) {
      throw Failure(
        code: 403,
        message: "namespaces \"\(object.meta.name)\" is forbidden: this namespace may not be deleted",
        reason: "Forbidden", details: Failure.Details(name: object.meta.name, kind: "namespaces"))
    }
    var grace: Int?
    if let text = value("gracePeriodSeconds") {
      guard let seconds = Int(text), seconds <= 1 << 31 else {
        throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
      }
      grace = seconds < 0 ? 1 : seconds
    }
    if isDryRun { return resource.returnsDeleted ? object : nil }
    let place = object.meta.key
    let last = world.delete(
      resource.store, place, graceSeconds: grace,
      policy ?? (resource.plural == "jobs" ? .orphan : .background))
    if resource.kind == "CustomResourceDefinition" { markTerminating(place) }
    let now = world.store[resource.store][place]
    world.wrote(resource, object, now)
    if let now, now.meta.uid == object.meta.uid { return now }
    return resource.returnsDeleted ? last : nil
  }

  /// A definition stays until its objects are gone, and says so.
  private func markTerminating(_ place: ObjectKey) {
    guard let object = world.store[resource.store][place], object.meta.deletion != nil else { return }
    var meta = object.meta
    // Like a namespace it has no time of grace.
    meta.deletion = Meta.Deletion(time: world.now.seconds, graceSeconds: -1)
    meta.generation = max(1, meta.generation - 1)
    var status = object.json("status") ?? [:]
    if status["conditions"].array.contains(where: { $0["type"] == "Terminating" }) { return }
    let condition: JSON = [
      "type": "Terminating", "status": "True",
      "lastTransitionTime": .string(World.timestamp(world.now.seconds)), "reason": "InstanceDeletionPending",
      "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    ]
    status["conditions"] = .array(status["conditions"].array + [condition])
    world.store.put(resource.store, meta, object.replacing(["status": status]), at: world.now)
  }

  static func success(_ object: Object, _ resource: ResourceDefinition) -> Bytes {
    var out = Bytes()
    out.put("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\",\"details\":{")
    out.put(member: "name", object.meta.name)
    if !resource.group.isEmpty { out.put(member: "group", resource.group) }
    out.put(member: "kind", resource.plural)
    out.put(member: "uid", object.meta.uid.description)
    out.close("}")
    out.put("}")
    return out
  }

  // MARK: Many

  /// Deletes what a list with the same query would show, and answers with that list.
  mutating func collection() throws(Failure) -> Bytes {
    let listing = Listing(
      target: target, options: try ListOptions(request.query, for: resource), representation: .json)
    let snapshot = try listing.snapshot(world)
    for object in snapshot.objects where world.store[resource.store][object.meta.key] != nil {
      _ = try delete(object)
    }
    return listing.write(snapshot)
  }
}
