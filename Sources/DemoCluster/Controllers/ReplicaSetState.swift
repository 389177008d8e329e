import Document

/// A ReplicaSet: keeps as many pods of one template as it is told to.
final class ReplicaSetState: PodOwner {
  let key: ObjectKey
  let uid: UID
  let template: PodTemplate
  private(set) var meta: Meta
  private(set) var desired: Int
  private(set) var family = PodFamily()
  unowned let deployment: DeploymentState
  /// The status as it was written last.
  private var written: PodCount?
  private var writtenDesired = -1
  private let specTail: Bytes

  var revision: Int {
    didSet { meta.setAnnotation("deployment.kubernetes.io/revision", "\(revision)") }
  }

  /// Why there is this revision, as its deployment said then.
  var cause: String? {
    didSet { if let cause { meta.setAnnotation("kubernetes.io/change-cause", cause) } }
  }

  init(
    _ deployment: DeploymentState, _ template: PodTemplate, revision: Int, desired: Int, created: Int64,
    _ world: World
  ) {
    self.deployment = deployment
    self.template = template
    self.revision = revision
    self.desired = desired
    key = ObjectKey(namespace: deployment.key.namespace, name: "\(deployment.key.name)-\(template.hashLabel)")
    uid = world.dice.uid()
    var meta = Meta(name: key.name, namespace: key.namespace, uid: uid, created: created)
    meta.generation = 1
    meta.labels = template.labels
    meta.owners = [deployment.owner]
    let selector = JSON.object(
      JSONObject(
        (deployment.selector + [Pair("pod-template-hash", template.hashLabel)]).map {
          JSONObject.Member(key: $0.key, value: .string($0.value))
        }))
    let spec: JSON = ["selector": ["matchLabels": selector], "template": template.source]
    specTail = Array(spec.encoded().dropFirst())
    self.meta = meta
    self.meta.managers = [
      FieldManager(
        name: "kube-controller-manager", apiVersion: "apps/v1", time: created,
        fields: deployment.replicaSetFields(template)),
      FieldManager(
        name: "kube-controller-manager", apiVersion: "apps/v1", time: created, fields: Self.statusFields,
        subresource: "status"),
    ]
    annotate()
    world.podOwners[uid] = self
  }

  private static let statusFields = ManagedFields.encoded([
    "status": [
      "availableReplicas": 0, "fullyLabeledReplicas": 0, "observedGeneration": 0, "readyReplicas": 0,
      "replicas": 0, "terminatingReplicas": 0,
    ]
  ])

  var owner: Owner { Owner(apiVersion: "apps/v1", kind: "ReplicaSet", name: key.name, uid: uid) }

  func podChanged(_ before: Object?, _ after: Object?, _ world: World) {
    family.podChanged(before, after)
    world.enqueue(deployment)
  }

  private func annotate() {
    meta.setAnnotation("deployment.kubernetes.io/desired-replicas", "\(deployment.replicas)")
    meta.setAnnotation(
      "deployment.kubernetes.io/max-replicas", "\(deployment.replicas + deployment.maxSurge)")
    meta.setAnnotation("deployment.kubernetes.io/revision", "\(revision)")
  }

  /// Wants another number of pods, and says so for the deployment.
  func scale(to count: Int, _ world: World) {
    if count == desired { return }
    let verb = count > desired ? "up" : "down"
    world.record(
      .normal, "ScalingReplicaSet", "Scaled \(verb) replica set \(key.name) from \(desired) to \(count)",
      about: deployment.object(world), as: ("Deployment", "apps/v1"), by: .controller("deployment-controller")
    )
    desired = count
    meta.generation += 1
    annotate()
    write(world)
  }

  /// Makes or ends pods until there are as many as wanted.
  func reconcilePods(_ world: World) {
    let missing = desired - family.count.active
    if missing > 0 {
      for _ in 0..<min(missing, 500) { create(world) }
    } else if missing < 0 {
      for victim in victims(-missing, world) {
        say("SuccessfulDelete", "Deleted pod: \(victim.key.name)", world)
        world.delete(victim)
      }
    }
    if written != family.count || writtenDesired != desired { write(world) }
  }

  private func create(_ world: World) {
    let name = "\(key.name)-\(world.dice.suffix())"
    world.createPod(
      name, generateName: key.name + "-", namespace: key.namespace, template: template, owner: owner)
    say("SuccessfulCreate", "Created pod: \(name)", world)
  }

  private func say(_ reason: String, _ message: String, _ world: World) {
    guard let object = world.store[.replicaSets][key] else { return }
    world.record(
      .normal, reason, message, about: object, as: ("ReplicaSet", "apps/v1"),
      by: .controller("replicaset-controller"))
  }

  /// Those that do least go first: without a node, not ready, youngest.
  private func victims(_ count: Int, _ world: World) -> ArraySlice<ObjectHandle> {
    family.pods(world).filter { $0.object.meta.deletion == nil && !$0.state.isOver }
      .sorted { a, b in
        if (a.state.node == nil) != (b.state.node == nil) { return a.state.node == nil }
        if a.state.isReady != b.state.isReady { return !a.state.isReady }
        return a.object.meta.created > b.object.meta.created
      }
      .prefix(count).map(\.handle)[...]
  }

  /// Stores the object as it is now.
  func write(_ world: World) {
    written = family.count
    writtenDesired = desired
    let count = family.count
    var spec = Bytes()
    spec.put("{\"replicas\":")
    spec.put(desired)
    spec.put(",")
    spec.append(contentsOf: specTail)
    var status = Bytes()
    status.put("{")
    status.put(member: "replicas", count.active)
    if count.active > 0 { status.put(member: "fullyLabeledReplicas", count.active) }
    if count.ready > 0 {
      status.put(member: "readyReplicas", count.ready)
      status.put(member: "availableReplicas", count.ready)
    }
    status.put(member: "terminatingReplicas", count.terminating)
    status.put(member: "observedGeneration", meta.generation)
    status.close("}")
    meta.touch(manager: "kube-controller-manager", subresource: "status", time: world.now.seconds)
    world.put(
      .replicaSets, meta,
      .members([Object.Member(key: "spec", value: spec), Object.Member(key: "status", value: status)]))
  }
}

extension PodTemplate {
  /// The label that tells the pods of a ReplicaSet from those of its siblings.
  var hashLabel: String { labels.first { $0.key == "pod-template-hash" }?.value ?? hash }
}
