import Document

/// One look at a PodDisruptionBudget: how many of its pods may be evicted now.
struct BudgetController {
  let world: World
  let key: ObjectKey
  let object: Object
  let spec: JSON

  init?(_ key: ObjectKey, _ world: World) {
    guard let object = world.store[.disruptionBudgets][key], let spec = object.json("spec") else {
      return nil
    }
    self.world = world
    self.key = key
    self.object = object
    self.spec = spec
  }

  func reconcile() {
    let pods = world.pods(in: key.namespace, LabelSelector(spec["selector"])).filter { !$0.state.isOver }
    let healthy = pods.filter { $0.state.isReady && $0.object.meta.deletion == nil }.count
    let (expected, needed) = wish(pods.map(\.object))
    let allowed = max(0, healthy - needed)
    let old = object.json("status") ?? [:]
    if pods.isEmpty && old["expectedPods"].int == nil {
      world.record(
        .normal, "NoPods", "No matching pods found", about: object, as: ("PodDisruptionBudget", "policy/v1"),
        by: .controller("controllermanager"))
    }
    let wasAllowed = old["conditions"][0]["status"].string
    let word = allowed > 0 ? "True" : "False"
    let since =
      wasAllowed == word
      ? old["conditions"][0]["lastTransitionTime"] : .string(World.timestamp(world.now.seconds))
    var status: JSON = ["observedGeneration": .int(object.meta.generation)]
    status["disruptionsAllowed"] = .int(allowed)
    status["currentHealthy"] = .int(healthy)
    status["desiredHealthy"] = .int(needed)
    status["expectedPods"] = .int(expected)
    status["conditions"] = [
      [
        "type": "DisruptionAllowed", "status": .string(word),
        "observedGeneration": .int(object.meta.generation), "lastTransitionTime": since,
        "reason": .string(allowed > 0 ? "SufficientPods" : "InsufficientPods"), "message": "",
      ]
    ]
    world.rewrite(.disruptionBudgets, object, status: status.encoded())
  }

  /// How many pods there should be, and how many of them must stay.
  private func wish(_ pods: [Object]) -> (expected: Int, needed: Int) {
    if let count = spec["minAvailable"].int { return (pods.count, count) }
    let scale = scale(of: pods)
    if let share = Share.count(spec["minAvailable"], of: scale, roundsUp: true) { return (scale, share) }
    let share = Share.count(spec["maxUnavailable"], of: scale, roundsUp: true) ?? 1
    return (scale, max(0, scale - share))
  }

  /// How many pods the owners of these want.
  private func scale(of pods: [Object]) -> Int {
    var seen: Set<UID> = []
    var sum = 0
    for pod in pods {
      guard let owner = pod.meta.controller else {
        sum += 1
        continue
      }
      guard seen.insert(owner.uid).inserted else { continue }
      let top = world.find(owner, in: key.namespace)?.object
      // The owners' owner says what is wanted while two ReplicaSets share it.
      if let above = top?.meta.controller, let found = world.find(above, in: key.namespace)?.object {
        if seen.insert(found.meta.uid).inserted { sum += found.json("spec")?["replicas"].int ?? 1 }
      } else {
        sum += top?.json("spec")?["replicas"].int ?? 1
      }
    }
    return sum
  }
}
