/// Pods that have to leave a node so that a more important one finds room there.
struct PreemptionPlan {
  let node: NodeState
  let victims: [(handle: ObjectHandle, object: Object)]
}

extension World {
  /// The ports of a node itself that its pods take.
  func hostPorts(on node: NodeState) -> Set<String> {
    var taken: Set<String> = []
    for (_, pod) in pods(on: node) {
      if case .pod(let body) = pod.body, !body.state.isOver { taken.formUnion(body.state.template.hostPorts) }
    }
    return taken
  }

  /// What a node keeps free for pods that others were thrown off it for.
  func kept(on node: NodeState, from template: PodTemplate) -> (milliCPU: Int, bytes: Int) {
    var kept = (milliCPU: 0, bytes: 0)
    for handle in unschedulable.values {
      guard let waiting = pod(handle)?.state, waiting.nominated === node.facts,
        waiting.template.ownPriority ?? 0 > template.ownPriority ?? 0
      else { continue }
      kept.milliCPU += waiting.template.milliCPU
      kept.bytes += waiting.template.memoryBytes
    }
    return kept
  }

  /// Where and at whose cost a pod would find room.
  ///
  /// - Parameter nodes: those on which room alone is missing.
  func preemption(for pod: Object, _ state: PodState, _ nodes: [NodeState]) -> PreemptionPlan? {
    let template = state.template
    let priority = template.ownPriority ?? 0
    // Whom it waits for already are still on their way out.
    if !template.preempts { return nil }
    if let node = state.nominated.map({ self.nodes[$0.index] }),
      pods(on: node).contains(where: { $0.object.meta.deletion != nil })
    {
      return nil
    }
    let plans = nodes.compactMap { node -> (plan: PreemptionPlan, highest: Int)? in
      let lesser = pods(on: node).compactMap { handle, object -> (ObjectHandle, Object, PodTemplate)? in
        guard case .pod(let body) = object.body, !body.state.isOver, object.meta.deletion == nil,
          body.state.template.ownPriority ?? 0 < priority
        else { return nil }
        return (handle, object, body.state.template)
      }.sorted { a, b in
        (a.2.ownPriority ?? 0, b.1.meta.created, a.0.key) < (b.2.ownPriority ?? 0, a.1.meta.created, b.0.key)
      }
      guard let victims = victims(lesser, template, node) else { return nil }
      let highest = victims.map { $0.2.ownPriority ?? 0 }.max() ?? 0
      return (PreemptionPlan(node: node, victims: victims.map { ($0.0, $0.1) }), highest)
    }
    return plans.min { ($0.highest, $0.plan.victims.count) < ($1.highest, $1.plan.victims.count) }?.plan
  }

  /// As few as are enough, the least important first; nil where all together are not enough.
  private func victims(
    _ lesser: [(ObjectHandle, Object, PodTemplate)], _ template: PodTemplate, _ node: NodeState
  ) -> [(ObjectHandle, Object, PodTemplate)]? {
    var (milliCPU, bytes, pods) = (node.milliCPU, node.bytes, node.pods)
    var found: [(ObjectHandle, Object, PodTemplate)] = []
    func fits() -> Bool {
      let isFree = found.isEmpty || template.hostPorts.isEmpty
      return milliCPU + template.milliCPU <= node.allocatableMilliCPU
        && bytes + template.memoryBytes <= node.allocatableBytes && pods < node.allocatablePods
        && (isFree || template.hostPorts.isDisjoint(with: hostPorts(on: node, without: found.map(\.0.uid))))
    }
    for pod in lesser {
      if !found.isEmpty, fits() { return found }
      milliCPU -= pod.2.milliCPU
      bytes -= pod.2.memoryBytes
      pods -= 1
      found.append(pod)
    }
    return !found.isEmpty && fits() ? found : nil
  }

  private func hostPorts(on node: NodeState, without gone: [UID]) -> Set<String> {
    var taken: Set<String> = []
    for (handle, pod) in pods(on: node) where !gone.contains(handle.uid) {
      if case .pod(let body) = pod.body, !body.state.isOver { taken.formUnion(body.state.template.hostPorts) }
    }
    return taken
  }

  func preempt(_ plan: PreemptionPlan, for handle: ObjectHandle) {
    update(handle) { $0.nominated = plan.node.facts }
    for victim in plan.victims {
      recordPod(
        .normal, "Preempted", "Preempted by pod \(handle.uid) on node \(plan.node.facts.name)", victim.object,
        by: .scheduler(action: "Preempting"))
      update(victim.handle) { state in
        state.disruption = .byScheduler
        state.disruption?.since = now.seconds
      }
      delete(victim.handle)
    }
  }
}
