import Document

/// A StatefulSet: pods with numbers, each with claims of its own, made one after the other.
final class StatefulSetState: PodOwner, Reconciler {
  let key: ObjectKey
  let uid: UID
  var meta: Meta
  let template: PodTemplate
  private(set) var replicas: Int
  let revisionHash: String
  private(set) var family = PodFamily()
  var isQueued = false
  let patienceSeconds = 0.3
  /// The spec as it was given, without the number of replicas.
  private let specTail: Bytes
  private var written = Bytes()

  /// - Parameter spec: with `template`, `serviceName`, `selector` and `volumeClaimTemplates`.
  init(_ meta: Meta, spec: JSON, replicas: Int, _ world: World) {
    self.meta = meta
    key = meta.key
    uid = meta.uid
    self.replicas = replicas
    revisionHash = "\(meta.name)-\(Dice.nameHash(spec["template"].text))"
    template = PodTemplate(StatefulSetState.podSource(spec, revisionHash), images: world.images)
    specTail = Array(spec.encoded().dropFirst())
    world.podOwners[uid] = self
    world.statefulSets[key] = self
  }

  /// The template with what the controller adds: the mounts' claims, the name in the network, the revision.
  private static func podSource(_ spec: JSON, _ hash: String) -> JSON {
    var source = spec["template"]
    source["metadata"]["labels"]["controller-revision-hash"] = .string(hash)
    let claims = spec["volumeClaimTemplates"].array.compactMap { $0["metadata"]["name"].string }
    source["spec"]["volumes"] = .array(
      source["spec"]["volumes"].array
        + claims.map { name in
          [
            "name": .string(name),
            "persistentVolumeClaim": ["claimName": .string("\(name)-\(PodText.podNameMark)")],
          ]
        })
    source["spec"]["hostname"] = .string(PodText.podNameMark)
    source["spec"]["subdomain"] = spec["serviceName"]
    return source
  }

  var owner: Owner { Owner(apiVersion: "apps/v1", kind: "StatefulSet", name: key.name, uid: uid) }

  func podChanged(_ before: Object?, _ after: Object?, _ world: World) {
    family.podChanged(before, after)
    world.enqueue(self)
  }

  func labels(index: Int) -> [Pair] {
    [
      Pair("apps.kubernetes.io/pod-index", "\(index)"),
      Pair("statefulset.kubernetes.io/pod-name", "\(key.name)-\(index)"),
    ]
  }

  func scale(to count: Int, _ world: World) {
    if count == replicas { return }
    replicas = count
    meta.generation += 1
    write(world)
    world.enqueue(self)
  }

  func reconcile(_ world: World) {
    let pods = Dictionary(uniqueKeysWithValues: family.pods(world).map { ($0.handle.key.name, $0) })
    for index in 0..<replicas {
      guard let found = pods["\(key.name)-\(index)"] else {
        create(index, world)
        break
      }
      // The next one has to wait for this one.
      if !found.state.isReady || found.object.meta.deletion != nil { break }
    }
    let surplus = family.members.filter {
      (Int($0.key.name.split(separator: "-").last ?? "") ?? 0) >= replicas
    }
    if let last = surplus.max(by: { $0.key < $1.key }), world.pod(last)?.object.meta.deletion == nil {
      say("SuccessfulDelete", "delete Pod \(last.key.name) in StatefulSet \(key.name) successful", world)
      world.delete(last)
    }
    if status != written { write(world) }
  }

  private func create(_ index: Int, _ world: World) {
    let name = "\(key.name)-\(index)"
    world.createPod(
      name, generateName: key.name + "-", namespace: key.namespace, template: template, owner: owner,
      extraLabels: labels(index: index))
    say("SuccessfulCreate", "create Pod \(name) in StatefulSet \(key.name) successful", world)
  }

  private func say(_ reason: String, _ message: String, _ world: World) {
    guard let object = world.store[.statefulSets][key] else { return }
    world.record(
      .normal, reason, message, about: object, as: ("StatefulSet", "apps/v1"),
      by: .controller("statefulset-controller"))
  }

  private var status: Bytes {
    let count = family.count
    var out = Bytes()
    out.put("{")
    out.put(member: "observedGeneration", meta.generation)
    out.put(member: "replicas", count.active)
    if count.ready > 0 { out.put(member: "readyReplicas", count.ready) }
    if count.active > 0 {
      out.put(member: "currentReplicas", count.active)
      out.put(member: "updatedReplicas", count.active)
    }
    out.put(member: "currentRevision", revisionHash)
    out.put(member: "updateRevision", revisionHash)
    out.put(member: "collisionCount", 0)
    out.put(member: "availableReplicas", count.ready)
    out.close("}")
    return out
  }

  func write(_ world: World) {
    written = status
    var spec = Bytes()
    spec.put("{\"replicas\":")
    spec.put(replicas)
    spec.put(",")
    spec.append(contentsOf: specTail)
    meta.touch(manager: "kube-controller-manager", subresource: "status", time: world.now.seconds)
    world.put(
      .statefulSets, meta,
      .members([Object.Member(key: "spec", value: spec), Object.Member(key: "status", value: written)]))
  }
}
