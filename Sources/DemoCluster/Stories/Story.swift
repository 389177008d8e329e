import Document

/// A fault that the demo plays: what somebody or something does to a quiet cluster. What follows from it is
/// the controllers' and the kubelets' doing.
struct Story: Sendable {
  let name: String
  /// What happens, for a list.
  let sentence: String
  /// What has to be there before: images, and objects with a past.
  var prepare: @Sendable (World) -> Void = { _ in }
  let play: @Sendable (World) -> Void

  /// A moment of quiet comes first.
  static let delaySeconds = 5.0

  static let all: [Story] =
    releases + configurations + [
      nodeDown, memoryPressure, tainted, drainBlocked, quotaFull, volumePending, volumeUnknown, dnsOutage,
      autoscalerFlapping, certificateExpiring, cronJobPileUp, namespaceStuck,
    ]
}

extension World {
  /// Makes an object as somebody with kubectl would.
  @discardableResult
  func apply(_ resource: StoreKey, _ name: String, _ namespace: String, _ members: JSON) -> Object {
    var meta = Meta(name: name, namespace: namespace, uid: dice.uid(), created: now.seconds)
    meta.generation = members["spec"].isNull ? 0 : 1
    meta.labels = [Pair("app", name)]
    meta.managers = [
      FieldManager(
        name: "kubectl-client-side-apply", apiVersion: resource.apiVersion, time: now.seconds,
        fields: ManagedFields.encoded(.object(JSONObject(members.members.filter { $0.key != "status" }))))
    ]
    return store.put(
      resource, meta,
      .members(members.members.map { Object.Member(key: $0.key, value: $0.value.encoded()) }), at: now)
  }

  /// Changes a value of a ConfigMap.
  func set(_ key: String, of configMap: String, _ namespace: String, to value: String) {
    guard let object = store[.configMaps][ObjectKey(namespace: namespace, name: configMap)],
      var data = object.json("data")
    else { return }
    let old = data
    data[key] = .string(value)
    var meta = object.meta
    var managers = Managers(meta.managers)
    let writer = Managers.Entry(
      name: "kubectl-edit", operation: "Update", apiVersion: "v1", subresource: nil, time: now.seconds,
      fields: FieldTree())
    managers.updated(by: writer, from: ["data": old], to: ["data": data], nil)
    meta.managers = managers.fieldManagers
    store.put(.configMaps, meta, object.replacing(["data": data]), at: now)
  }

  /// Has all pods made again, as `kubectl rollout restart` does.
  func restart(_ deployment: ObjectKey) {
    edit(.deployments, deployment) { meta, spec in
      spec["template"]["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"] = .string(
        World.timestamp(now.seconds))
    }
  }

  /// A web service as most of the shop's are, from nothing.
  func deploy(_ sketch: TemplateSketch, _ namespace: String, replicas: Int) {
    let name = sketch.containers[0].name
    let builder = Builder(world: self)
    apply(
      .deployments, name, namespace, ["spec": builder.deploymentSpec(name, replicas, sketch)])
  }
}
