/// The scheduler: finds a node for a pod, or says why there is none.
extension World {
  func schedule(_ handle: ObjectHandle) {
    guard let (pod, state) = pod(handle), state.node == nil, pod.meta.deletion == nil else { return }
    if let claim = unboundClaim(of: state.template, pod) {
      refuse(handle, "0/\(nodes.count) nodes are available: \(claim)")
      return
    }
    let verdicts = nodes.map { verdict($0, state.template) }
    let fitting = nodes.indices.filter { verdicts[$0] == nil }
    guard let best = fitting.min(by: { load(nodes[$0]) < load(nodes[$1]) }) else {
      refuse(handle, refusal(verdicts.compactMap { $0 }))
      return
    }
    bind(handle, to: nodes[best])
  }

  func bind(_ handle: ObjectHandle, to node: NodeState) {
    let bound = update(handle) { state in
      state.node = node.facts
      state.unschedulable = nil
      if state.scheduled == nil {
        state.scheduled = PodState.Condition(isTrue: true, since: now.seconds)
      } else {
        state.scheduled?.set(true, at: now.seconds)
      }
    }
    guard let bound else { return }
    recordPod(
      .normal, "Scheduled",
      "Successfully assigned \(handle.key.namespace)/\(handle.key.name) to \(node.facts.name)",
      bound, by: .scheduler(action: "Binding"))
    after(dice.between(0.05...0.3)) { $0.admit(handle) }
  }

  /// Why a node cannot take a pod.
  private struct Verdict {
    let reason: String
    /// Whether throwing other pods off the node could help.
    var isResolvable = false
  }

  private func verdict(_ node: NodeState, _ template: PodTemplate) -> Verdict? {
    let isTolerant = template.toleratedTaints.contains("")
    if node.isUnschedulable, !isTolerant { return Verdict(reason: "node(s) were unschedulable") }
    if node.taints.contains(where: { !isTolerant && !template.toleratedTaints.contains($0) }) {
      return Verdict(reason: "node(s) had untolerated taint(s)")
    }
    if !template.nodeSelector.allSatisfy(node.labels.contains) {
      return Verdict(reason: "node(s) didn't match Pod's node affinity/selector")
    }
    if node.pods >= node.allocatablePods { return Verdict(reason: "Too many pods", isResolvable: true) }
    if node.milliCPU + template.milliCPU > node.allocatableMilliCPU {
      return Verdict(reason: "Insufficient cpu", isResolvable: template.milliCPU <= node.allocatableMilliCPU)
    }
    if node.bytes + template.memoryBytes > node.allocatableBytes {
      return Verdict(
        reason: "Insufficient memory", isResolvable: template.memoryBytes <= node.allocatableBytes)
    }
    return nil
  }

  /// How full a node is, by what is scarcer.
  private func load(_ node: NodeState) -> Double {
    max(
      Double(node.milliCPU) / Double(max(1, node.allocatableMilliCPU)),
      Double(node.bytes) / Double(max(1, node.allocatableBytes)))
  }

  private func refusal(_ verdicts: [Verdict]) -> String {
    func counted(_ reasons: [String]) -> String {
      Set(reasons).map { reason in "\(reasons.filter { $0 == reason }.count) \(reason)" }.sorted()
        .joined(separator: ", ")
    }
    let preemption = verdicts.map {
      $0.isResolvable
        ? "No preemption victims found for incoming pod" : "Preemption is not helpful for scheduling"
    }
    let available = "0/\(nodes.count) nodes are available: "
    return available + counted(verdicts.map(\.reason)) + ". no new claims to deallocate, preemption: "
      + available
      + counted(preemption) + "."
  }

  private func unboundClaim(of template: PodTemplate, _ pod: Object) -> String? {
    for claim in template.claims {
      let name = claim.replacingMark(PodText.podNameMark, with: pod.meta.name)
      guard let claim = store[.claims][ObjectKey(namespace: pod.meta.namespace, name: name)] else {
        return "persistentvolumeclaim \"\(name)\" not found. not found"
      }
      if claim.meta.annotation("pv.kubernetes.io/bind-completed") == nil {
        return "pod has unbound immediate PersistentVolumeClaims. not found"
      }
    }
    return nil
  }

  /// Writes why no node takes the pod, and tries again later.
  func refuse(_ handle: ObjectHandle, _ message: String) {
    guard let (object, state) = pod(handle) else { return }
    var pod = object
    if state.unschedulable != message {
      let changed = update(handle) { state in
        state.unschedulable = message
        if state.scheduled == nil { state.scheduled = PodState.Condition(isTrue: false, since: now.seconds) }
      }
      pod = changed ?? object
    }
    recordPod(.warning, "FailedScheduling", message, pod, by: .scheduler(action: "Scheduling"))
    after(dice.between(60...150)) { $0.schedule(handle) }
  }
}

extension String {
  func replacingMark(_ mark: String, with text: String) -> String {
    var parts: [Substring] = []
    var rest = Substring(self)
    while !rest.isEmpty {
      if rest.hasPrefix(mark) {
        parts.append(Substring(text))
        rest = rest.dropFirst(mark.count)
      } else {
        parts.append(rest.prefix(1))
        rest = rest.dropFirst()
      }
    }
    return parts.joined()
  }
}
