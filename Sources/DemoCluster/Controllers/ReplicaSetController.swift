import Document

/// One look at a ReplicaSet: keeps as many pods of one template as it is told to.
struct ReplicaSetController {
  let world: World
  let key: ObjectKey
  let object: Object
  let spec: ReplicaSetSpec

  init?(_ key: ObjectKey, _ world: World) {
    guard let object = world.store[.replicaSets][key], let spec = world.reading(replicaSet: object) else {
      return nil
    }
    self.world = world
    self.key = key
    self.object = object
    self.spec = spec
  }

  private var owner: Owner {
    Owner(apiVersion: "apps/v1", kind: "ReplicaSet", name: key.name, uid: object.meta.uid)
  }

  func reconcile() {
    var failure: Refusal?
    if object.meta.deletion == nil {
      if world.family(object.meta.uid).members.isEmpty { adoptOrphans() }
      let missing = spec.replicas - world.family(object.meta.uid).count.active
      let patience = world.patience[object.meta.uid]
      if missing > 0, patience.map({ $0.until <= world.now }) ?? true {
        failure = create(min(missing, 500))
      } else if missing > 0 {
        // Until the next try nothing new is known.
        failure = lastFailure
      }
      if missing < 0 { end(-missing) }
    }
    if failure == nil { world.patience[object.meta.uid] = nil }
    writeStatus(failure)
  }

  private var lastFailure: Refusal? {
    StatusConditions(object.json("status") ?? [:])["ReplicaFailure"].map { Refusal(message: $0.message) }
  }

  private func create(_ count: Int) -> Refusal? {
    // One at first, then twice as many at a time, until one is refused.
    var batch = 1
    var left = count
    while left > 0 {
      let size = min(batch, left)
      var refusal: Refusal?
      for _ in 0..<size { refusal = createOne() ?? refusal }
      if let refusal {
        // It is tried again more and more slowly.
        let seconds = min(1_000, (world.patience[object.meta.uid]?.seconds ?? 0.01) * 2)
        world.patience[object.meta.uid] = Patience(seconds: seconds, until: world.now + seconds)
        world.enqueue(.replicaSet, key, at: world.now + seconds)
        return refusal
      }
      left -= size
      batch *= 2
    }
    return nil
  }

  private func createOne() -> Refusal? {
    let name = "\(key.name)-\(world.dice.suffix())"
    do throws(Refusal) {
      try world.createPod(
        name, generateName: key.name + "-", namespace: key.namespace, template: spec.template, owner: owner)
      say(.normal, "SuccessfulCreate", "Created pod: \(name)")
    } catch {
      say(.warning, "FailedCreate", "Error creating: \(error.message)")
      return error
    }
    return nil
  }

  private func end(_ count: Int) {
    let active = world.family(object.meta.uid).pods(world).filter(\.isActive)
    for victim in ReplicaSetController.ranked(active).prefix(count) {
      say(.normal, "SuccessfulDelete", "Deleted pod: \(victim.name)")
      world.delete(victim.handle)
    }
  }

  /// Those that do least first: without a node, not ready, cheap to delete, youngest.
  static func ranked(_ pods: [FamilyPod]) -> [FamilyPod] {
    pods.sorted { a, b in
      if (a.state.node == nil) != (b.state.node == nil) { return a.state.node == nil }
      if a.state.isReady != b.state.isReady { return !a.state.isReady }
      let (left, right) = (a.cost, b.cost)
      if left != right { return left < right }
      return a.object.meta.created > b.object.meta.created
    }
  }

  private func adoptOrphans() {
    for (pod, _) in world.pods(in: key.namespace, spec.selector) where pod.meta.controller == nil {
      world.adopt(pod)
    }
  }

  private func say(_ kind: EventBody.Kind, _ reason: String, _ message: String) {
    world.record(
      kind, reason, message, about: object, as: ("ReplicaSet", "apps/v1"),
      by: .controller("replicaset-controller"))
  }

  private func writeStatus(_ failure: Refusal?) {
    guard let now = world.store[.replicaSets][key] else { return }
    var conditions = StatusConditions(now.json("status") ?? [:])
    if let failure {
      conditions.set("ReplicaFailure", "True", "FailedCreate", failure.message, at: world.now.seconds)
    } else {
      conditions.remove("ReplicaFailure")
    }
    let available = world.available(now.meta.uid, minReadySeconds: spec.minReadySeconds) { moment in
      world.enqueue(.replicaSet, key, at: moment)
    }
    world.rewrite(
      .replicaSets, now,
      status: ReplicaSetController.status(
        world.family(now.meta.uid).count, available: available, generation: now.meta.generation, conditions))
  }

  static func status(
    _ count: PodCount, available: Int, generation: Int, _ conditions: StatusConditions = .init([:])
  ) -> Bytes {
    var out = Bytes()
    out.put("{")
    out.put(member: "replicas", count.active)
    if count.active > 0 { out.put(member: "fullyLabeledReplicas", count.active) }
    if count.ready > 0 { out.put(member: "readyReplicas", count.ready) }
    if available > 0 { out.put(member: "availableReplicas", available) }
    out.put(member: "terminatingReplicas", count.terminating)
    out.put(member: "observedGeneration", generation)
    conditions.write(to: &out)
    out.close("}")
    return out
  }
}

/// How long a controller waits before it tries again what failed.
struct Patience {
  let seconds: Double
  let until: Moment
}

extension FamilyPod {
  fileprivate var cost: Int { object.meta.annotationInt("controller.kubernetes.io/pod-deletion-cost") ?? 0 }
}

/// Pods change hands when their labels do.
extension World {
  /// Gives a pod without a controller to the one whose selector it fits.
  func adopt(_ pod: Object) {
    guard pod.meta.controller == nil, pod.meta.deletion == nil, case .pod(let body) = pod.body,
      !body.state.isOver
    else { return }
    let shelf = store[.replicaSets]
    for place in shelf.range(namespace: pod.meta.namespace) {
      let found = shelf.objects[place]
      guard found.meta.deletion == nil, let spec = reading(replicaSet: found), !spec.selector.isEmpty,
        spec.selector.matches(pod.meta.labels)
      else { continue }
      var meta = pod.meta
      meta.owners.append(
        Owner(apiVersion: "apps/v1", kind: "ReplicaSet", name: found.meta.name, uid: found.meta.uid))
      store.put(.pods, meta, pod.body, at: now)
      return
    }
  }

  /// Lets a pod go that its ReplicaSet no longer selects.
  func release(_ pod: Object) {
    guard let owner = pod.meta.controller, owner.kind == "ReplicaSet" else {
      adopt(pod)
      return
    }
    let key = ObjectKey(namespace: pod.meta.namespace, name: owner.name)
    guard let found = store[.replicaSets][key], found.meta.uid == owner.uid,
      let spec = reading(replicaSet: found), !spec.selector.matches(pod.meta.labels)
    else { return }
    var meta = pod.meta
    meta.owners.removeAll { $0.uid == owner.uid }
    store.put(.pods, meta, pod.body, at: now)
    enqueue(.replicaSet, key)
  }
}
