import Document

/// A Deployment: moves its pods from one template to the next, some at a time.
final class DeploymentState: Reconciler {
  let key: ObjectKey
  let uid: UID
  let selector: [Pair]
  var meta: Meta
  private(set) var replicas: Int
  /// The template without the hash of a ReplicaSet.
  private(set) var template: JSON
  /// The oldest first; the last one is the current one.
  private(set) var replicaSets: [ReplicaSetState] = []
  var isQueued = false
  var patienceSeconds: Double
  var progressDeadlineSeconds = 600
  private(set) var available: Condition
  private(set) var progressing: Condition
  /// When there was progress last, for the deadline.
  private var lastProgress: Moment
  private var writtenStatus = Bytes()

  struct Condition {
    var isTrue: Bool
    var updated, since: Int64
    var reason, message: String

    mutating func set(_ isTrue: Bool, _ reason: String, _ message: String, at time: Int64) {
      if self.isTrue == isTrue && self.reason == reason && self.message == message { return }
      let since = self.isTrue == isTrue ? self.since : time
      self = Condition(isTrue: isTrue, updated: time, since: since, reason: reason, message: message)
    }
  }

  init(
    _ meta: Meta, selector: [Pair], replicas: Int, template: JSON, patienceSeconds: Double = 0.15,
    _ world: World
  ) {
    self.meta = meta
    key = meta.key
    uid = meta.uid
    self.selector = selector
    self.replicas = replicas
    self.template = template
    self.patienceSeconds = patienceSeconds
    available = Condition(
      isTrue: true, updated: meta.created + 9, since: meta.created + 9, reason: "MinimumReplicasAvailable",
      message: "Deployment has minimum availability.")
    progressing = Condition(
      isTrue: true, updated: meta.created + 9, since: meta.created, reason: "NewReplicaSetAvailable",
      message: "")
    lastProgress = world.now
    world.deployments[key] = self
  }

  var owner: Owner { Owner(apiVersion: "apps/v1", kind: "Deployment", name: key.name, uid: uid) }
  var current: ReplicaSetState { replicaSets[replicaSets.count - 1] }
  /// A quarter more while rolling out, and a quarter fewer: the defaults of maxSurge and maxUnavailable.
  var maxSurge: Int { (replicas + 3) / 4 }
  var maxUnavailable: Int { replicas / 4 }

  func object(_ world: World) -> Object {
    world.store[.deployments][key] ?? Object(meta, version: world.store.version, .members([]))
  }

  // MARK: Orders

  /// Wants another number of pods.
  func scale(to count: Int, _ world: World) {
    if count == replicas { return }
    replicas = count
    meta.generation += 1
    write(world)
    world.enqueue(self)
  }

  /// Wants pods of another template: makes a revision, or takes up one that had the same.
  func rollOut(_ template: JSON, cause: String?, _ world: World) {
    self.template = template
    meta.generation += 1
    if let cause { meta.setAnnotation("kubernetes.io/change-cause", cause) }
    addRevision(created: world.now.seconds, desired: 0, world)
    lastProgress = world.now
    progressing.set(
      true, "NewReplicaSetCreated", "Created new replica set \"\(current.key.name)\"", at: world.now.seconds)
    write(world)
    current.write(world)
    world.enqueue(self)
    world.after(Double(progressDeadlineSeconds) + 1) { [weak self] world in self?.reconcile(world) }
  }

  func setTemplate(_ template: JSON, cause: String?) {
    self.template = template
    if let cause { meta.setAnnotation("kubernetes.io/change-cause", cause) }
  }

  /// Makes the current template's ReplicaSet the newest one.
  func addRevision(created: Int64, desired: Int, _ world: World) {
    let revision = (replicaSets.map(\.revision).max() ?? 0) + 1
    let pods = podTemplate(world)
    if let place = replicaSets.firstIndex(where: { $0.template.hashLabel == pods.hashLabel }) {
      replicaSets.append(replicaSets.remove(at: place))
      current.revision = revision
    } else {
      replicaSets.append(
        ReplicaSetState(self, pods, revision: revision, desired: desired, created: created, world))
    }
    meta.setAnnotation("deployment.kubernetes.io/revision", "\(revision)")
    current.cause = meta.annotation("kubernetes.io/change-cause")
  }

  private func podTemplate(_ world: World) -> PodTemplate {
    var source = template
    source["metadata"]["labels"]["pod-template-hash"] = .string(Dice.nameHash(key.name + template.text))
    return PodTemplate(source, images: world.images)
  }

  // MARK: Steps

  func reconcile(_ world: World) {
    scaleNew(world)
    scaleOld(world)
    for replicaSet in replicaSets { replicaSet.reconcilePods(world) }
    forgetOldRevisions(world)
    updateConditions(world)
    writeStatusIfChanged(world)
  }

  private func scaleNew(_ world: World) {
    if current.desired > replicas {
      current.scale(to: replicas, world)
    } else if current.desired < replicas {
      let total = replicaSets.reduce(0) { $0 + $1.desired }
      let room = replicas + maxSurge - total
      if room > 0 { current.scale(to: min(replicas, current.desired + room), world) }
    }
  }

  private func scaleOld(_ world: World) {
    let old = replicaSets.dropLast().filter { $0.desired > 0 }
    if old.isEmpty { return }
    let total = replicaSets.reduce(0) { $0 + $1.desired }
    let newUnavailable = max(0, current.desired - current.family.count.ready)
    var spare = total - (replicas - maxUnavailable) - newUnavailable
    // Pods that serve nobody go first.
    for replicaSet in old where spare > 0 {
      let useless = min(spare, max(0, replicaSet.desired - replicaSet.family.count.ready))
      if useless > 0 { replicaSet.scale(to: replicaSet.desired - useless, world) }
      spare -= useless
    }
    spare = min(spare, replicaSets.reduce(0) { $0 + $1.family.count.ready } - (replicas - maxUnavailable))
    for replicaSet in old where spare > 0 && replicaSet.desired > 0 {
      let fewer = min(spare, replicaSet.desired)
      replicaSet.scale(to: replicaSet.desired - fewer, world)
      spare -= fewer
    }
  }

  private func forgetOldRevisions(_ world: World) {
    let empty = replicaSets.dropLast().filter { $0.desired == 0 && $0.family.members.isEmpty }
    for replicaSet in empty.prefix(max(0, empty.count - 10)) {
      replicaSets.removeAll { $0 === replicaSet }
      world.podOwners[replicaSet.uid] = nil
      world.store.remove(.replicaSets, replicaSet.key, at: world.now)
    }
  }

  private var isComplete: Bool {
    current.family.count.ready >= replicas && current.family.count.active == replicas
      && replicaSets.dropLast().allSatisfy { $0.family.count.active == 0 }
  }

  private func updateConditions(_ world: World) {
    let time = world.now.seconds
    let ready = replicaSets.reduce(0) { $0 + $1.family.count.ready }
    if ready >= replicas - maxUnavailable {
      available.set(true, "MinimumReplicasAvailable", "Deployment has minimum availability.", at: time)
    } else {
      available.set(
        false, "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", at: time)
    }
    if isComplete {
      progressing.set(
        true, "NewReplicaSetAvailable", "ReplicaSet \"\(current.key.name)\" has successfully progressed.",
        at: time)
    } else if progressing.reason == "NewReplicaSetAvailable" {
      // A deployment that was complete stays so: missing pods are its ReplicaSet's business.
    } else if world.now - lastProgress > Double(progressDeadlineSeconds) {
      progressing.set(
        false, "ProgressDeadlineExceeded", "ReplicaSet \"\(current.key.name)\" has timed out progressing.",
        at: time)
    } else {
      progressing.set(
        true, "ReplicaSetUpdated", "ReplicaSet \"\(current.key.name)\" is progressing.", at: time)
    }
  }

  /// Sets a past of the deployment's conditions while the world is built.
  func backdate(available: Condition, progressing: Condition, lastProgress: Moment) {
    self.available = available
    self.progressing = progressing
    self.lastProgress = lastProgress
  }
}

// MARK: The object

extension DeploymentState {
  private func writeStatusIfChanged(_ world: World) {
    let status = status
    if status == writtenStatus { return }
    lastProgress = world.now
    write(world)
  }

  func write(_ world: World) {
    let status = status
    writtenStatus = status
    meta.touch(manager: "kube-controller-manager", subresource: "status", time: world.now.seconds)
    world.put(
      .deployments, meta,
      .members([Object.Member(key: "spec", value: spec), Object.Member(key: "status", value: status)]))
  }

  private var spec: Bytes {
    var out = Bytes()
    out.put("{\"replicas\":")
    out.put(replicas)
    out.put(",\"selector\":{\"matchLabels\":")
    out.append(contentsOf: selectorJSON.encoded())
    out.put("},\"template\":")
    out.append(contentsOf: template.encoded())
    out.put(",\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":")
    out.put("{\"maxUnavailable\":\"25%\",\"maxSurge\":\"25%\"}},\"revisionHistoryLimit\":10,")
    out.put(member: "progressDeadlineSeconds", progressDeadlineSeconds)
    out.close("}")
    return out
  }

  private var selectorJSON: JSON {
    .object(JSONObject(selector.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }))
  }

  private var status: Bytes {
    var all = PodCount()
    for replicaSet in replicaSets {
      all.active += replicaSet.family.count.active
      all.ready += replicaSet.family.count.ready
      all.terminating += replicaSet.family.count.terminating
    }
    var out = Bytes()
    out.put("{")
    out.put(member: "observedGeneration", meta.generation)
    let counts: [(StaticString, Int)] = [
      ("replicas", all.active), ("updatedReplicas", current.family.count.active),
      ("readyReplicas", all.ready),
      ("availableReplicas", all.ready),
      ("unavailableReplicas", max(0, max(replicas, all.active) - all.ready)),
    ]
    for (key, count) in counts where count > 0 { out.put(member: key, count) }
    out.put(member: "terminatingReplicas", all.terminating)
    out.put("\"conditions\":[")
    available.write("Available", to: &out)
    progressing.write("Progressing", to: &out)
    out.close("]")
    out.close("}")
    return out
  }

  /// The metadata and spec of the object's managedFields.
  static func fields(labels: [Pair], template: JSON) -> Bytes {
    let labels = JSON.object(
      JSONObject(labels.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }))
    return ManagedFields.encoded([
      "metadata": ["labels": labels],
      "spec": [
        "progressDeadlineSeconds": 0, "replicas": 0, "revisionHistoryLimit": 0, "selector": "",
        "strategy": ["rollingUpdate": ["maxSurge": "", "maxUnavailable": ""], "type": ""],
        "template": template,
      ],
    ])
  }

  static let statusFields = ManagedFields.encoded([
    "metadata": ["annotations": ["deployment.kubernetes.io/revision": ""]],
    "status": [
      "availableReplicas": 0,
      "conditions": [["type": "Available", "status": ""], ["type": "Progressing", "status": ""]],
      "observedGeneration": 0, "readyReplicas": 0, "replicas": 0, "terminatingReplicas": 0,
      "updatedReplicas": 0,
    ],
  ])

  func replicaSetFields(_ template: PodTemplate) -> Bytes {
    let labels = JSON.object(
      JSONObject(template.labels.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }))
    return ManagedFields.encoded([
      "metadata": [
        "annotations": [
          "deployment.kubernetes.io/desired-replicas": "", "deployment.kubernetes.io/max-replicas": "",
          "deployment.kubernetes.io/revision": "",
        ],
        "labels": labels, "ownerReferences": [["uid": .string(uid.description)]],
      ],
      "spec": ["replicas": 0, "selector": "", "template": template.source],
    ])
  }
}

extension DeploymentState.Condition {
  fileprivate func write(_ type: StaticString, to out: inout Bytes) {
    out.put("{\"type\":\"")
    out.put(type)
    out.put(
      isTrue ? "\",\"status\":\"True\",\"lastUpdateTime\":" : "\",\"status\":\"False\",\"lastUpdateTime\":")
    out.put(timeSeconds: updated)
    out.put(",\"lastTransitionTime\":")
    out.put(timeSeconds: since)
    out.put(",")
    out.put(member: "reason", reason)
    out.put(member: "message", message)
    out.close("}")
    out.put(",")
  }
}
