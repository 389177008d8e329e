import Document

/// How controllers write objects.
extension World {
  /// Stores an object with another status, spec or metadata; nothing where nothing differs.
  @discardableResult
  func rewrite(
    _ resource: StoreKey, _ object: Object, meta: Meta? = nil, spec: Bytes? = nil, status: Bytes? = nil
  ) -> Object {
    guard case .members(var members) = object.body else { return object }
    let hasNewSpec = spec.map { $0 != object.member("spec") } ?? false
    let hasNewStatus = status.map { $0 != object.member("status") } ?? false
    if meta == nil && !hasNewSpec && !hasNewStatus { return object }
    var meta = meta ?? object.meta
    if let spec, hasNewSpec { set("spec", spec, &members) }
    if let status, hasNewStatus {
      set("status", status, &members)
      meta.noteStatus(by: "kube-controller-manager", resource.apiVersion, status, at: now.seconds)
    }
    return store.put(resource, meta, .members(members), at: now)
  }

  private func set(_ key: String, _ value: Bytes, _ members: inout [Object.Member]) {
    let member = Object.Member(key: key, value: value)
    if let at = members.firstIndex(where: { $0.key == key }) {
      members[at] = member
    } else {
      members.append(member)
    }
  }

  /// Changes an object as somebody with kubectl would: a changed spec is another generation.
  ///
  /// - Parameter part: the subresource through which it is written.
  @discardableResult
  func edit(
    _ resource: StoreKey, _ key: ObjectKey, by manager: String = "kubectl-edit", part: String? = nil,
    _ change: (inout Meta, inout JSON) -> Void
  ) -> Object? {
    guard let object = store[resource][key], let old = object.json("spec") else { return nil }
    var (meta, spec) = (object.meta, old)
    change(&meta, &spec)
    if spec == old { return store.put(resource, meta, object.body, at: now) }
    meta.generation += 1
    var managers = Managers(meta.managers)
    let writer = Managers.Entry(
      name: manager, operation: "Update", apiVersion: resource.apiVersion, subresource: part,
      time: now.seconds,
      fields: FieldTree())
    managers.updated(by: writer, from: ["spec": old], to: ["spec": spec], nil)
    meta.managers = managers.fieldManagers
    return rewrite(resource, object, meta: meta, spec: spec.encoded())
  }

  /// Wants another number of pods of something that can be scaled.
  func scale(_ resource: StoreKey, _ key: ObjectKey, to replicas: Int, by manager: String = "kubectl") {
    edit(resource, key, by: manager, part: "scale") { _, spec in spec["replicas"] = .int(replicas) }
  }

  /// Stores a new object that a controller makes.
  @discardableResult
  func make(_ resource: StoreKey, _ meta: Meta, _ members: JSON) -> Object {
    var meta = meta
    var own = members
    own["status"] = .null
    let fields = own.members.filter { !$0.value.isNull }
    meta.managers.append(
      FieldManager(
        name: "kube-controller-manager", apiVersion: resource.apiVersion, time: meta.created,
        fields: ManagedFields.encoded(.object(JSONObject(fields)))))
    return store.put(
      resource, meta,
      .members(members.members.map { Object.Member(key: $0.key, value: $0.value.encoded()) }), at: now)
  }
}

extension StoreKey {
  /// The version that controllers write under.
  var apiVersion: String {
    group.isEmpty ? "v1" : group == "autoscaling" ? "autoscaling/v2" : "\(group)/v1"
  }
}

extension Meta {
  /// Notes who wrote the status.
  mutating func noteStatus(by manager: String, _ apiVersion: String, _ status: Bytes, at time: Int64) {
    if managers.contains(where: { $0.name == manager && $0.subresource == "status" }) {
      touch(manager: manager, subresource: "status", time: time)
      return
    }
    managers.append(
      FieldManager(
        name: manager, apiVersion: apiVersion, time: time,
        fields: ManagedFields.encoded(["status": JSON.parse(status).value ?? [:]]), subresource: "status"))
  }

  var controller: Owner? { owners.first(where: \.isController) }

  func annotationInt(_ key: String) -> Int? { annotation(key).flatMap { Int($0) } }

  mutating func removeAnnotation(_ key: String) { annotations.removeAll { $0.key == key } }
}

/// A condition of an object's status.
struct StatusCondition: Hashable {
  let type: String
  var status: String
  /// Deployments alone have it.
  var updated: String?
  var since: String
  var reason, message: String
}

/// The conditions of a status, in their order.
struct StatusConditions: Hashable {
  private(set) var list: [StatusCondition]

  init(_ status: JSON) {
    list = status["conditions"].array.map {
      StatusCondition(
        type: $0["type"].string ?? "", status: $0["status"].string ?? "",
        updated: $0["lastUpdateTime"].string, since: $0["lastTransitionTime"].string ?? "",
        reason: $0["reason"].string ?? "", message: $0["message"].string ?? "")
    }
  }

  subscript(type: String) -> StatusCondition? { list.first { $0.type == type } }

  /// Sets a condition; its transition time moves only with its status.
  mutating func set(
    _ type: String, _ status: String, _ reason: String, _ message: String, at time: Int64,
    hasUpdateTime: Bool = false, isTouched: Bool = false
  ) {
    let text = World.timestamp(time)
    let new = StatusCondition(
      type: type, status: status, updated: hasUpdateTime ? text : nil, since: text, reason: reason,
      message: message)
    guard let at = list.firstIndex(where: { $0.type == type }) else {
      list.append(new)
      return
    }
    let old = list[at]
    if old.status == status && old.reason == reason && old.message == message && !isTouched { return }
    list[at] = new
    if old.status == status { list[at].since = old.since }
  }

  mutating func remove(_ type: String) { list.removeAll { $0.type == type } }

  func write(to out: inout Bytes) {
    if list.isEmpty { return }
    out.put("\"conditions\":[")
    for condition in list {
      out.put("{")
      out.put(member: "type", condition.type)
      out.put(member: "status", condition.status)
      out.put(member: "lastUpdateTime", condition.updated)
      out.put(member: "lastTransitionTime", condition.since)
      out.put(member: "reason", condition.reason)
      out.put(member: "message", condition.message)
      out.close("}")
      out.put(",")
    }
    out.close("]")
    out.put(",")
  }
}

extension String {
  /// The seconds since 1970 of a timestamp in an object.
  var epochSeconds: Int64? { Timestamp(self)?.seconds }
}
