import Document

/// One look at a Deployment: moves its pods from one template to the next, some at a time.
struct DeploymentController {
  let world: World
  let key: ObjectKey
  let spec: DeploymentSpec
  private(set) var object: Object
  /// The oldest first; the one of the present template is not among them.
  private(set) var old: [Object] = []
  private(set) var current: Object?

  static let revisionKey = "deployment.kubernetes.io/revision"
  private static let historyKey = "deployment.kubernetes.io/revision-history"
  private static let desiredKey = "deployment.kubernetes.io/desired-replicas"
  private static let maxKey = "deployment.kubernetes.io/max-replicas"

  init?(_ key: ObjectKey, _ world: World) {
    guard let object = world.store[.deployments][key], let spec = world.reading(deployment: object) else {
      return nil
    }
    self.world = world
    self.key = key
    self.object = object
    self.spec = spec
    sort(replicaSets())
  }

  var owner: Owner {
    Owner(apiVersion: "apps/v1", kind: "Deployment", name: key.name, uid: object.meta.uid)
  }
  var all: [Object] { old + (current.map { [$0] } ?? []) }

  /// Those that belong to the deployment; orphans that fit are taken in.
  private func replicaSets() -> [Object] {
    let shelf = world.store[.replicaSets]
    return shelf.range(namespace: key.namespace).compactMap { place in
      let found = shelf.objects[place]
      if let owner = found.meta.controller { return owner.uid == object.meta.uid ? found : nil }
      guard found.meta.deletion == nil, object.meta.deletion == nil,
        spec.selector.matches(found.meta.labels)
      else { return nil }
      var meta = found.meta
      meta.owners.append(owner)
      return world.store.put(.replicaSets, meta, found.body, at: world.now)
    }
  }

  private mutating func sort(_ replicaSets: [Object]) {
    let sorted = replicaSets.sorted { ($0.meta.created, revision($0)) < ($1.meta.created, revision($1)) }
    current = sorted.first { $0.meta.label("pod-template-hash") == spec.hash } ?? sorted.first { isSame($0) }
    old = sorted.filter { $0.meta.uid != current?.meta.uid }
  }

  private func isSame(_ replicaSet: Object) -> Bool {
    guard let template = world.reading(replicaSet: replicaSet)?.template.source else { return false }
    return PodTemplate.hash(template, of: key.name) == spec.hash
  }

  func revision(_ replicaSet: Object) -> Int { replicaSet.meta.annotationInt(Self.revisionKey) ?? 0 }
  func desired(_ replicaSet: Object) -> Int { world.reading(replicaSet: replicaSet)?.replicas ?? 0 }
  func available(_ replicaSet: Object) -> Int {
    world.available(replicaSet.meta.uid, minReadySeconds: spec.minReadySeconds) { moment in
      world.enqueue(.deployment, key, at: moment)
    }
  }

  // MARK: The look

  mutating func reconcile() {
    if object.meta.deletion == nil {
      if spec.isPaused || isScaled {
        scaleAll()
      } else {
        takeUpTemplate()
        spec.isRecreate ? recreate() : roll()
      }
      forgetOldRevisions()
    }
    writeStatus()
  }

  /// Whether the number of pods was changed since the ReplicaSets were told of it.
  private var isScaled: Bool {
    all.contains {
      desired($0) > 0 && $0.meta.annotationInt(Self.desiredKey) ?? spec.replicas != spec.replicas
    }
  }

  /// Brings the ReplicaSets to the wanted number without moving on with an update.
  private mutating func scaleAll() {
    let active = all.filter { desired($0) > 0 }
    guard active.count > 1, !spec.isRecreate else {
      if let only = active.first ?? current ?? old.last { scale(only, to: spec.replicas) }
      return
    }
    let former = active.compactMap { $0.meta.annotationInt(Self.maxKey) }.max() ?? spec.replicas
    let next = Rollout.scaled(
      active.map(desired), to: spec.replicas, surge: spec.maxSurge, former: former)
    for (replicaSet, count) in zip(active, next) { scale(replicaSet, to: count) }
  }

  private mutating func roll() {
    guard let first = current else { return }
    let rollout = Rollout(
      wanted: spec.replicas, maxSurge: spec.maxSurge, maxUnavailable: spec.maxUnavailable,
      new: side(first), old: old.map(side))
    if rollout.nextNew != rollout.new.desired {
      scale(first, to: rollout.nextNew)
      return
    }
    for (replicaSet, count) in zip(old, rollout.nextOld) where count != desired(replicaSet) {
      scale(replicaSet, to: count)
    }
  }

  private func side(_ replicaSet: Object) -> Rollout.Side {
    Rollout.Side(desired: desired(replicaSet), available: available(replicaSet))
  }

  /// All the old pods go before the first new one comes.
  private mutating func recreate() {
    for replicaSet in old where desired(replicaSet) > 0 { scale(replicaSet, to: 0) }
    let isEmpty = old.allSatisfy { old in
      let count = world.family(old.meta.uid).count
      return count.active + count.terminating == 0
    }
    if isEmpty, let current { scale(current, to: spec.replicas) }
  }

  // MARK: ReplicaSets

  /// Sees to it that there is a ReplicaSet of the present template, and that it is the newest revision.
  private mutating func takeUpTemplate() {
    let newest = (old.map(revision).max() ?? 0) + 1
    if let found = current {
      var meta = found.meta
      if revision(found) < newest {
        if revision(found) > 0 {
          let history = meta.annotation(Self.historyKey).map { $0 + "," } ?? ""
          meta.setAnnotation(Self.historyKey, "\(history)\(revision(found))")
        }
        meta.setAnnotation(Self.revisionKey, "\(newest)")
      }
      copyAnnotations(to: &meta)
      if meta.annotations != found.meta.annotations {
        current = world.store.put(.replicaSets, meta, found.body, at: world.now)
      }
    } else {
      let rollout = Rollout(
        wanted: spec.replicas, maxSurge: spec.maxSurge, maxUnavailable: spec.maxUnavailable,
        new: .init(desired: 0, available: 0), old: old.map(side))
      let count = spec.isRecreate ? (old.isEmpty ? spec.replicas : 0) : rollout.nextNew
      let made = world.makeReplicaSet(
        of: object, spec, revision: newest, replicas: count, created: world.now.seconds)
      current = made
      if count > 0 { say("Scaled up replica set \(made.meta.name) from 0 to \(count)") }
      setProgress("NewReplicaSetCreated", "Created new replica set \"\(made.meta.name)\"")
    }
    guard let current else { return }
    let number = "\(revision(current))"
    if object.meta.annotation(Self.revisionKey) != number {
      var meta = object.meta
      meta.setAnnotation(Self.revisionKey, number)
      object = world.store.put(.deployments, meta, object.body, at: world.now)
    }
  }

  private func setProgress(_ reason: String, _ message: String) {
    guard let now = world.store[.deployments][key] else { return }
    var status = DeploymentStatus(now)
    status.conditions.set(
      "Progressing", "True", reason, message, at: world.now.seconds, hasUpdateTime: true, isTouched: true)
    world.rewrite(.deployments, now, status: status.encoded())
  }

  /// A ReplicaSet says of itself what its deployment says, but for what is about the deployment alone.
  private func copyAnnotations(to meta: inout Meta) {
    for pair in object.meta.annotations where !World.isOfDeploymentAlone(pair.key) {
      meta.setAnnotation(pair.key, pair.value)
    }
    meta.setAnnotation(Self.desiredKey, "\(spec.replicas)")
    meta.setAnnotation(Self.maxKey, "\(spec.replicas + spec.maxSurge)")
  }

  private mutating func scale(_ replicaSet: Object, to count: Int) {
    let before = desired(replicaSet)
    var meta = replicaSet.meta
    meta.setAnnotation(Self.desiredKey, "\(spec.replicas)")
    meta.setAnnotation(Self.maxKey, "\(spec.replicas + spec.maxSurge)")
    if before == count && meta.annotations == replicaSet.meta.annotations { return }
    guard before != count, var json = replicaSet.json("spec") else {
      replace(world.store.put(.replicaSets, meta, replicaSet.body, at: world.now))
      return
    }
    json["replicas"] = .int(count)
    meta.generation += 1
    replace(world.rewrite(.replicaSets, replicaSet, meta: meta, spec: json.encoded()))
    say(
      "Scaled \(count > before ? "up" : "down") replica set \(replicaSet.meta.name) from \(before) to \(count)"
    )
  }

  private mutating func replace(_ replicaSet: Object) {
    if current?.meta.uid == replicaSet.meta.uid { current = replicaSet }
    for index in old.indices where old[index].meta.uid == replicaSet.meta.uid { old[index] = replicaSet }
  }

  private mutating func forgetOldRevisions() {
    let empty = old.filter {
      desired($0) == 0 && world.family($0.meta.uid).members.isEmpty && $0.meta.deletion == nil
    }
    let surplus = empty.sorted { revision($0) < revision($1) }.dropLast(spec.historyLimit)
    for replicaSet in surplus {
      world.delete(.replicaSets, replicaSet.meta.key)
      old.removeAll { $0.meta.uid == replicaSet.meta.uid }
    }
  }

  private func say(_ message: String) {
    world.record(
      .normal, "ScalingReplicaSet", message, about: object, as: ("Deployment", "apps/v1"),
      by: .controller("deployment-controller"))
  }
}

extension World {
  static func isOfDeploymentAlone(_ annotation: String) -> Bool {
    annotation.hasPrefix("deployment.kubernetes.io/")
      || annotation == "kubectl.kubernetes.io/last-applied-configuration"
      || annotation == "deprecated.deployment.rollback.to"
  }

  /// Makes the ReplicaSet of a Deployment's template.
  func makeReplicaSet(
    of deployment: Object, _ spec: DeploymentSpec, revision: Int, replicas: Int, created: Int64
  ) -> Object {
    var meta = Meta(
      name: "\(deployment.meta.name)-\(spec.hash)", namespace: deployment.meta.namespace, uid: dice.uid(),
      created: created)
    meta.generation = 1
    var template = PodTemplate.clean(spec.template)
    template["metadata"]["labels"]["pod-template-hash"] = .string(spec.hash)
    meta.labels = PodTemplate.pairs(template["metadata"]["labels"])
    meta.annotations = deployment.meta.annotations.filter { !World.isOfDeploymentAlone($0.key) }
    meta.setAnnotation("deployment.kubernetes.io/desired-replicas", "\(spec.replicas)")
    meta.setAnnotation("deployment.kubernetes.io/max-replicas", "\(spec.replicas + spec.maxSurge)")
    meta.setAnnotation(DeploymentController.revisionKey, "\(revision)")
    meta.owners = [
      Owner(
        apiVersion: "apps/v1", kind: "Deployment", name: deployment.meta.name, uid: deployment.meta.uid)
    ]
    var selector = spec.selectorJSON
    selector["matchLabels"]["pod-template-hash"] = .string(spec.hash)
    var body: JSON = ["replicas": .int(replicas)]
    if spec.minReadySeconds > 0 { body["minReadySeconds"] = .int(spec.minReadySeconds) }
    body["selector"] = selector
    body["template"] = template
    return make(.replicaSets, meta, ["spec": body, "status": ["replicas": .int(0)]])
  }
}
