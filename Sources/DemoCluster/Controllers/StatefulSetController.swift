import Document

/// One look at a StatefulSet: pods with numbers, each with claims of its own, one after the other.
struct StatefulSetController {
  let world: World
  let key: ObjectKey
  let object: Object
  let spec: JSON
  private let replicas, start, minReadySeconds: Int
  private let isParallel: Bool

  init?(_ key: ObjectKey, _ world: World) {
    guard let object = world.store[.statefulSets][key], let spec = object.json("spec") else { return nil }
    self.world = world
    self.key = key
    self.object = object
    self.spec = spec
    replicas = spec["replicas"].int ?? 1
    start = spec["ordinals"]["start"].int ?? 0
    minReadySeconds = spec["minReadySeconds"].int ?? 0
    isParallel = spec["podManagementPolicy"].string == "Parallel"
  }

  private var owner: Owner {
    Owner(apiVersion: "apps/v1", kind: "StatefulSet", name: key.name, uid: object.meta.uid)
  }

  func reconcile() {
    let update = world.revision(of: object, spec["template"], kind: "StatefulSet")
    // The set runs on the revision before until all pods are of the new one.
    let status = object.json("status") ?? [:]
    let current = status["currentRevision"].string ?? update
    if object.meta.deletion == nil {
      let isAtRest = makeAndKeep(current: current, update: update)
      if isAtRest { replaceOld(update) }
    }
    writeStatus(current: current, update: update)
  }

  private func ordinal(_ pod: FamilyPod) -> Int { Int(pod.name.split(separator: "-").last ?? "") ?? 0 }

  private var pods: [FamilyPod] {
    world.family(object.meta.uid).pods(world).sorted { ordinal($0) < ordinal($1) }
  }

  /// Makes the next pod that is missing, or ends the last one too many. Says whether nothing is under way.
  private func makeAndKeep(current: String, update: String) -> Bool {
    let pods = pods
    let partition = spec["updateStrategy"]["rollingUpdate"]["partition"].int ?? 0
    for index in start..<(start + replicas) {
      guard let found = pods.first(where: { ordinal($0) == index }) else {
        create(index, index < start + partition ? current : update)
        if isParallel { continue }
        return false
      }
      if found.state.isOver && found.object.meta.deletion == nil {
        world.delete(found.handle, graceSeconds: 0)
        return false
      }
      if isParallel { continue }
      // The next one has to wait for this one.
      if found.object.meta.deletion != nil || !found.isAvailable(after: minReadySeconds, world.now) {
        if minReadySeconds > 0 { world.enqueue(.statefulSet, key, at: world.now + Double(minReadySeconds)) }
        return false
      }
    }
    let surplus = pods.filter { ordinal($0) >= start + replicas || ordinal($0) < start }
    for pod in surplus.reversed() {
      if pod.object.meta.deletion == nil { end(pod) }
      if !isParallel { return false }
    }
    dropClaims()
    return surplus.isEmpty
  }

  /// Ends the highest pod of an old revision; it is made again from the new one.
  private func replaceOld(_ update: String) {
    guard spec["updateStrategy"]["type"].string != "OnDelete" else { return }
    let partition = spec["updateStrategy"]["rollingUpdate"]["partition"].int ?? 0
    for pod in pods.reversed() where ordinal(pod) >= start + partition {
      if pod.object.meta.deletion != nil { return }
      if pod.object.meta.label("controller-revision-hash") != update {
        end(pod)
        return
      }
      if !pod.state.isReady { return }
    }
  }

  private func end(_ pod: FamilyPod) {
    say(.normal, "SuccessfulDelete", "Delete Pod \(pod.name) in StatefulSet \(key.name) successful")
    world.delete(pod.handle)
  }

  // MARK: Pods

  private func create(_ index: Int, _ revision: String) {
    let name = "\(key.name)-\(index)"
    makeClaims(index, pod: name)
    guard let template = world.template(ofSet: object, spec, revision) else { return }
    do throws(Refusal) {
      try world.createPod(
        name, generateName: key.name + "-", namespace: key.namespace, template: template, owner: owner,
        extraLabels: StatefulSetController.labels(key.name, index))
      say(.normal, "SuccessfulCreate", "Create Pod \(name) in StatefulSet \(key.name) successful")
    } catch {
      say(
        .warning, "FailedCreate",
        "create Pod \(name) in StatefulSet \(key.name) failed error: \(error.message)")
      world.enqueue(.statefulSet, key, at: world.now + 20)
    }
  }

  static func labels(_ name: String, _ index: Int) -> [Pair] {
    [
      Pair("apps.kubernetes.io/pod-index", "\(index)"),
      Pair("statefulset.kubernetes.io/pod-name", "\(name)-\(index)"),
    ]
  }

  private func makeClaims(_ index: Int, pod: String) {
    for template in spec["volumeClaimTemplates"].array {
      let kind = template["metadata"]["name"].string ?? ""
      let claim = ObjectKey(namespace: key.namespace, name: "\(kind)-\(pod)")
      if world.store[.claims][claim] != nil { continue }
      var meta = Meta(
        name: claim.name, namespace: claim.namespace, uid: world.dice.uid(), created: world.now.seconds)
      meta.labels = PodTemplate.pairs(spec["selector"]["matchLabels"])
      meta.finalizers = ["kubernetes.io/pvc-protection"]
      world.make(
        .claims, meta, ["spec": world.completed(claim: template["spec"]), "status": ["phase": "Pending"]])
      say(
        .normal, "SuccessfulCreate",
        "Create Claim \(claim.name) Pod \(pod) in StatefulSet \(key.name) success")
    }
  }

  /// Claims of pods that were scaled away go too, where the set says so; when the whole set goes, the
  /// garbage collector takes those that belong to it.
  private func dropClaims() {
    let policy = spec["persistentVolumeClaimRetentionPolicy"]
    let names = spec["volumeClaimTemplates"].array.compactMap { $0["metadata"]["name"].string }
    for kind in names {
      let prefix = "\(kind)-\(key.name)-"
      let shelf = world.store[.claims]
      for place in shelf.range(namespace: key.namespace) {
        let claim = shelf.objects[place]
        guard claim.meta.name.hasPrefix(prefix), claim.meta.deletion == nil,
          let index = Int(claim.meta.name.dropFirst(prefix.utf8.count))
        else { continue }
        let isScaledAway = index >= start + replicas || index < start
        if isScaledAway, policy["whenScaled"] == "Delete" {
          world.delete(.claims, claim.meta.key)
        } else if policy["whenDeleted"] == "Delete", claim.meta.owners.isEmpty {
          var meta = claim.meta
          meta.owners = [owner]
          world.store.put(.claims, meta, claim.body, at: world.now)
        }
      }
    }
  }

  private func say(_ kind: EventBody.Kind, _ reason: String, _ message: String) {
    world.record(
      kind, reason, message, about: object, as: ("StatefulSet", "apps/v1"),
      by: .controller("statefulset-controller"))
  }

  // MARK: Status

  func writeStatus(current: String, update: String) {
    guard let now = world.store[.statefulSets][key] else { return }
    let alive = pods.filter { !$0.state.isOver }
    let updated = alive.filter { $0.isActive && $0.object.meta.label("controller-revision-hash") == update }
    let ready = alive.filter { $0.isActive && $0.state.isReady }.count
    let isDone = updated.count == replicas && alive.count == replicas && ready == replicas
    let counted = isDone ? update : current
    let old = alive.filter { $0.isActive && $0.object.meta.label("controller-revision-hash") == counted }
    let available = alive.filter { $0.isAvailable(after: minReadySeconds, world.now) }.count
    var out = Bytes()
    out.put("{")
    out.put(member: "observedGeneration", now.meta.generation)
    out.put(member: "replicas", alive.count)
    if ready > 0 { out.put(member: "readyReplicas", ready) }
    if !old.isEmpty { out.put(member: "currentReplicas", old.count) }
    if !updated.isEmpty { out.put(member: "updatedReplicas", updated.count) }
    out.put(member: "currentRevision", counted)
    out.put(member: "updateRevision", update)
    out.put(member: "collisionCount", 0)
    out.put(member: "availableReplicas", available)
    out.close("}")
    world.rewrite(.statefulSets, now, status: out)
    if isDone { world.forgetRevisions(of: now, keeping: spec["revisionHistoryLimit"].int ?? 10) }
  }
}
