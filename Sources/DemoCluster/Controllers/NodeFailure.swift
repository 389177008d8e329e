import Document

/// Nodes that fall silent, come back, or run short of something.
extension World {
  private func node(_ name: String) -> NodeState? { nodes.first { $0.facts.name == name } }

  /// The machine stops: its kubelet says nothing more, and after a while the node controller says so.
  func stopNode(_ name: String) {
    guard let node = node(name), !node.isDead else { return }
    node.isDead = true
    after(40) { $0.lose(node) }
  }

  private func lose(_ node: NodeState) {
    guard node.isDead, let object = store[.nodes][ObjectKey(namespace: "", name: node.facts.name)],
      var status = object.json("status")
    else { return }
    let time = JSON.string(World.timestamp(now.seconds))
    status["conditions"] = .array(
      status["conditions"].array.map { condition in
        var lost = condition
        lost["status"] = "Unknown"
        lost["lastTransitionTime"] = time
        lost["reason"] = "NodeStatusUnknown"
        lost["message"] = "Kubelet stopped posting node status."
        return lost
      })
    store.put(.nodes, object.meta, object.replacing(["status": status]), at: now)
    record(
      .normal, "NodeNotReady", "Node \(node.facts.name) status is now: NodeNotReady", about: object,
      as: ("Node", "v1"), by: .controller("node-controller"))
    for (handle, pod) in pods(on: node) {
      guard case .pod(let body) = pod.body, !body.state.isOver else { continue }
      recordPod(.warning, "NodeNotReady", "Node is not ready", pod, by: .controller("node-controller"))
      update(handle) { $0.ready?.set(false, at: now.seconds) }
    }
    setTaints(node) { taints in
      taints
        + ["NoSchedule", "NoExecute"].map {
          ["key": "node.kubernetes.io/unreachable", "effect": .string($0), "timeAdded": time]
        }
    }
  }

  /// The machine is back, and so is what was on it and is still wanted.
  func startNode(_ name: String) {
    guard let node = node(name), node.isDead else { return }
    node.isDead = false
    if let report = nodeReports.first(where: { $0.node === node }) {
      report.since = now.seconds
      report.write(self)
    }
    if let object = store[.nodes][ObjectKey(namespace: "", name: name)] {
      record(
        .normal, "NodeReady", "Node \(name) status is now: NodeReady", about: object, as: ("Node", "v1"),
        by: .controller("node-controller"))
    }
    setTaints(node) { $0.filter { $0["key"].string != "node.kubernetes.io/unreachable" } }
    for (handle, pod) in pods(on: node) {
      guard case .pod(let body) = pod.body, !body.state.isOver else { continue }
      if pod.meta.deletion != nil {
        after(dice.between(0.5...2)) { world in world.store.remove(.pods, handle.key, at: world.now) }
        continue
      }
      update(handle) { $0.updateReadiness(at: now.seconds) }
      if body.state.started == nil { admit(handle) }
      for index in body.state.containers.indices where body.state.containers[index].runningSince == nil {
        after(dice.between(0.5...3)) { $0.prepare(ContainerHandle(pod: handle, index: index)) }
      }
    }
  }

  private func setTaints(_ node: NodeState, _ change: ([JSON]) -> [JSON]) {
    edit(.nodes, ObjectKey(namespace: "", name: node.facts.name), by: "kube-controller-manager") { _, spec in
      let taints = change(spec["taints"].array)
      spec["taints"] = taints.isEmpty ? .null : .array(taints)
      spec = .object(JSONObject(spec.members.filter { !$0.value.isNull }))
    }
  }

  /// The node has hardly any memory left: pods that use more than they asked for are thrown out.
  func pressMemory(_ name: String, victims: Int) {
    guard let node = node(name), let report = nodeReports.first(where: { $0.node === node }) else { return }
    report.memoryPressure = now.seconds
    report.write(self)
    if let object = store[.nodes][ObjectKey(namespace: "", name: name)] {
      record(
        .warning, "EvictionThresholdMet", "Attempting to reclaim memory", about: object, as: ("Node", "v1"),
        by: .kubelet(node: name))
      record(
        .normal, "NodeHasInsufficientMemory",
        "Node \(name) status is now: NodeHasInsufficientMemory", about: object, as: ("Node", "v1"),
        by: .kubelet(node: name))
    }
    let time = JSON.string(World.timestamp(now.seconds))
    setTaints(node) {
      $0 + [["key": "node.kubernetes.io/memory-pressure", "effect": "NoSchedule", "timeAdded": time]]
    }
    var count = 0
    for (handle, pod) in pods(on: node) where count < victims {
      guard case .pod(let body) = pod.body, !body.state.isOver, pod.meta.controller?.kind == "ReplicaSet",
        pod.meta.namespace != "kube-system", let plan = body.state.template.containers.first
      else { continue }
      count += 1
      let why =
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: \(70 + count * 5)Mi. "
        + "Container \(plan.name) was using \(plan.memoryBytes / 1_024 * 3 / 2)Ki, request is "
        + "\(Amount.text(bytes: plan.memoryBytes)), has larger consumption of memory. "
      after(Double(count) * 3) { $0.evict(handle, why: why) }
    }
    // The kubelet believes in better times when they have lasted for five minutes.
    after(310) { $0.endPressure(node, report) }
  }

  private func endPressure(_ node: NodeState, _ report: NodeReport) {
    guard report.memoryPressure != nil, !node.isDead else { return }
    report.endPressure(now.seconds)
    report.write(self)
    if let object = store[.nodes][ObjectKey(namespace: "", name: node.facts.name)] {
      record(
        .normal, "NodeHasSufficientMemory",
        "Node \(node.facts.name) status is now: NodeHasSufficientMemory", about: object, as: ("Node", "v1"),
        by: .kubelet(node: node.facts.name))
    }
    setTaints(node) { $0.filter { $0["key"].string != "node.kubernetes.io/memory-pressure" } }
  }
}
