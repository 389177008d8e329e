import Document

/// A DaemonSet: one pod on every node that its template tolerates.
final class DaemonSetState: PodOwner, Reconciler {
  let key: ObjectKey
  let uid: UID
  var meta: Meta
  let template: PodTemplate
  private(set) var family = PodFamily()
  var isQueued = false
  let patienceSeconds = 0.3
  private let spec: Bytes
  private var written = Bytes()

  init(_ meta: Meta, spec: JSON, _ world: World) {
    self.meta = meta
    key = meta.key
    uid = meta.uid
    var source = spec["template"]
    source["metadata"]["labels"]["controller-revision-hash"] = .string(Dice.nameHash(source.text))
    source["metadata"]["labels"]["pod-template-generation"] = "1"
    // The real controller's pods tolerate nodes that are cordoned, short of something or unreachable.
    source["spec"]["tolerations"] = .array(
      source["spec"]["tolerations"].array
        + ["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"].map {
          ["key": .string("node.kubernetes.io/\($0)"), "operator": "Exists", "effect": "NoSchedule"]
        })
    template = PodTemplate(source, images: world.images)
    self.spec = spec.encoded()
    world.podOwners[uid] = self
  }

  var owner: Owner { Owner(apiVersion: "apps/v1", kind: "DaemonSet", name: key.name, uid: uid) }

  func nodes(_ world: World) -> [NodeState] {
    world.nodes.filter { node in
      template.toleratedTaints.contains("") || node.taints.allSatisfy(template.toleratedTaints.contains)
    }
  }

  func podChanged(_ before: Object?, _ after: Object?, _ world: World) {
    family.podChanged(before, after)
    world.enqueue(self)
  }

  func reconcile(_ world: World) {
    let pods = family.pods(world)
    let covered = Set(pods.compactMap { $0.state.node?.index })
    for node in nodes(world) where !covered.contains(node.facts.index) { create(on: node, world) }
    if status(world) != written { write(world) }
  }

  private func create(on node: NodeState, _ world: World) {
    let name = "\(key.name)-\(world.dice.suffix())"
    let object = world.putPod(
      name, generateName: key.name + "-", namespace: key.namespace, template: template, owner: owner,
      created: world.now.seconds, PodState(template, tokenSuffix: world.dice.suffix()))
    let handle = ObjectHandle(object)
    world.bind(handle, to: node)
    guard let object = world.store[.daemonSets][key] else { return }
    world.record(
      .normal, "SuccessfulCreate", "Created pod: \(name)", about: object, as: ("DaemonSet", "apps/v1"),
      by: .controller("daemonset-controller"))
  }

  private func status(_ world: World) -> Bytes {
    let wanted = nodes(world).count
    let count = family.count
    var out = Bytes()
    out.put("{")
    out.put(member: "currentNumberScheduled", count.active)
    out.put(member: "numberMisscheduled", 0)
    out.put(member: "desiredNumberScheduled", wanted)
    out.put(member: "numberReady", count.ready)
    out.put(member: "observedGeneration", meta.generation)
    out.put(member: "updatedNumberScheduled", count.active)
    if count.ready > 0 { out.put(member: "numberAvailable", count.ready) }
    if wanted > count.ready { out.put(member: "numberUnavailable", wanted - count.ready) }
    out.close("}")
    return out
  }

  func write(_ world: World) {
    written = status(world)
    meta.touch(manager: "kube-controller-manager", subresource: "status", time: world.now.seconds)
    world.put(
      .daemonSets, meta,
      .members([Object.Member(key: "spec", value: spec), Object.Member(key: "status", value: written)]))
  }
}
