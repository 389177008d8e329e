import Document

/// One look at a DaemonSet: one pod on every node that its template tolerates.
struct DaemonSetController {
  let world: World
  let key: ObjectKey
  let object: Object
  let spec: JSON

  init?(_ key: ObjectKey, _ world: World) {
    guard let object = world.store[.daemonSets][key], let spec = object.json("spec") else { return nil }
    self.world = world
    self.key = key
    self.object = object
    self.spec = spec
  }

  private var owner: Owner {
    Owner(apiVersion: "apps/v1", kind: "DaemonSet", name: key.name, uid: object.meta.uid)
  }

  /// Whether a node should have a pod, and whether one that is there may stay.
  static func wants(_ node: NodeState, _ template: PodTemplate) -> (run: Bool, stay: Bool) {
    guard !node.isGone, template.matches(node) else { return (false, false) }
    let run = node.taints.allSatisfy { !$0.isHard || template.tolerates($0) }
    let stay = node.taints.allSatisfy { $0.effect != "NoExecute" || template.tolerates($0) }
    return (run, stay)
  }

  func reconcile() {
    let revision = world.revision(of: object, spec["template"], kind: "DaemonSet")
    let hash = String(revision.dropFirst(key.name.utf8.count + 1))
    let template = world.template(ofDaemonSet: object, spec, hash: hash)
    if object.meta.deletion == nil {
      keep(template)
      if spec["updateStrategy"]["type"].string != "OnDelete" { replaceOld(hash, template) }
    }
    writeStatus(hash, template)
  }

  private func keep(_ template: PodTemplate) {
    let pods = world.family(object.meta.uid).pods(world)
    for node in world.nodes {
      let wanted = DaemonSetController.wants(node, template)
      let own = pods.filter { $0.state.node === node.facts }
      for pod in own where pod.object.meta.deletion == nil {
        if pod.state.phase == .failed {
          world.record(
            .warning, "FailedDaemonPod",
            "Found failed daemon pod \(key.namespace)/\(pod.name) on node \(node.facts.name), will try to kill it",
            about: object, as: ("DaemonSet", "apps/v1"), by: .controller("daemonset-controller"))
        }
        if !wanted.stay || pod.state.isOver { end(pod) }
      }
      if wanted.run && own.isEmpty { create(on: node, template) }
    }
  }

  private var minReadySeconds: Int { spec["minReadySeconds"].int ?? 0 }

  private func isAvailable(_ pod: FamilyPod) -> Bool {
    if pod.isAvailable(after: minReadySeconds, world.now) { return true }
    if minReadySeconds > 0, pod.state.isReady {
      world.enqueue(.daemonSet, key, at: world.now + Double(minReadySeconds))
    }
    return false
  }

  /// Makes the new pod beside the old one, on so many nodes at a time, and ends the old one when the new one
  /// serves.
  private func surge(_ hash: String, _ template: PodTemplate, _ most: Int) {
    let pods = world.family(object.meta.uid).pods(world)
    func isNew(_ pod: FamilyPod) -> Bool { pod.object.meta.label("controller-revision-hash") == hash }
    var room = most
    var waiting: [NodeState] = []
    for node in world.nodes where DaemonSetController.wants(node, template).run {
      let own = pods.filter { $0.state.node === node.facts && $0.isActive }
      guard let old = own.first(where: { !isNew($0) }) else { continue }
      if let new = own.first(where: isNew) {
        if isAvailable(new) { end(old) } else { room -= 1 }
      } else if !old.state.isReady {
        end(old)
      } else {
        waiting.append(node)
      }
    }
    for node in waiting.prefix(max(0, room)) { create(on: node, template) }
  }

  /// Ends pods of old revisions, as many at a time as may be missing.
  private func replaceOld(_ hash: String, _ template: PodTemplate) {
    let wanted = world.nodes.filter { DaemonSetController.wants($0, template).run }.count
    let rolling = spec["updateStrategy"]["rollingUpdate"]
    if let most = Share.count(rolling["maxSurge"], of: wanted, roundsUp: true), most > 0 {
      surge(hash, template, most)
      return
    }
    let pods = world.family(object.meta.uid).pods(world)
    let limit = Share.count(
      spec["updateStrategy"]["rollingUpdate"]["maxUnavailable"], of: wanted, roundsUp: true)
    let available = pods.filter(isAvailable).count
    var room = max(1, limit ?? 1) - (wanted - available)
    let old = pods.filter { $0.isActive && $0.object.meta.label("controller-revision-hash") != hash }
    // Those that serve nobody cost nothing.
    for pod in old where !pod.state.isReady { end(pod) }
    for pod in old where pod.state.isReady && room > 0 {
      end(pod)
      room -= 1
    }
  }

  private func create(on node: NodeState, _ template: PodTemplate) {
    let name = "\(key.name)-\(world.dice.suffix())"
    do throws(Refusal) {
      try world.createPod(
        name, generateName: key.name + "-", namespace: key.namespace, template: template, owner: owner,
        node: node)
      say(.normal, "SuccessfulCreate", "Created pod: \(name)")
    } catch {
      say(.warning, "FailedCreate", "Error creating: \(error.message)")
      world.enqueue(.daemonSet, key, at: world.now + 20)
    }
  }

  private func end(_ pod: FamilyPod) {
    say(.normal, "SuccessfulDelete", "Deleted pod: \(pod.name)")
    world.delete(pod.handle)
  }

  private func say(_ kind: EventBody.Kind, _ reason: String, _ message: String) {
    world.record(
      kind, reason, message, about: object, as: ("DaemonSet", "apps/v1"),
      by: .controller("daemonset-controller"))
  }

  private func writeStatus(_ hash: String, _ template: PodTemplate) {
    guard let now = world.store[.daemonSets][key] else { return }
    world.rewrite(
      .daemonSets, now, status: DaemonSetController.status(now, hash, template, world))
    world.forgetRevisions(of: now, keeping: spec["revisionHistoryLimit"].int ?? 10)
  }

  static func status(_ set: Object, _ hash: String, _ template: PodTemplate, _ world: World) -> Bytes {
    let pods = world.family(set.meta.uid).pods(world)
    var wanted: Set<Int> = []
    for node in world.nodes where wants(node, template).run { wanted.insert(node.facts.index) }
    let placed = pods.filter { $0.state.node.map { wanted.contains($0.index) } ?? false }
    let active = placed.filter(\.isActive)
    let ready = active.filter(\.state.isReady).count
    let seconds = set.json("spec")?["minReadySeconds"].int ?? 0
    let available = active.filter { $0.isAvailable(after: seconds, world.now) }.count
    let updated = active.filter { $0.object.meta.label("controller-revision-hash") == hash }.count
    var out = Bytes()
    out.put("{")
    out.put(member: "currentNumberScheduled", Set(placed.compactMap { $0.state.node?.index }).count)
    out.put(member: "numberMisscheduled", pods.count - placed.count)
    out.put(member: "desiredNumberScheduled", wanted.count)
    out.put(member: "numberReady", ready)
    out.put(member: "observedGeneration", set.meta.generation)
    if updated > 0 { out.put(member: "updatedNumberScheduled", updated) }
    if available > 0 { out.put(member: "numberAvailable", available) }
    if wanted.count > available { out.put(member: "numberUnavailable", wanted.count - available) }
    out.close("}")
    return out
  }
}
