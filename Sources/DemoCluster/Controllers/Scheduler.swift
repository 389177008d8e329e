import Document

/// The scheduler: finds a node for a pod, or says why there is none.
extension World {
  func schedule(_ handle: ObjectHandle) {
    guard let (pod, state) = pod(handle), state.node == nil, pod.meta.deletion == nil, !state.isOver else {
      return
    }
    if state.template.placement.isGated {
      if state.scheduled == nil {
        update(handle) { state in
          state.scheduled = PodState.Condition(isTrue: false, since: now.seconds)
          state.unschedulable = "Scheduling is blocked due to non-empty scheduling gates"
        }
      }
      return
    }
    let nodes = presentNodes
    if let claim = unboundClaim(of: state.template, pod) {
      refuse(handle, "0/\(nodes.count) nodes are available: \(claim)")
      return
    }
    let view = SchedulerView(self, pod, state.template)
    let verdicts = nodes.map { view.verdict($0) }
    let fitting = nodes.indices.filter { verdicts[$0] == nil }
    guard let best = fitting.min(by: { view.score(nodes[$0]) < view.score(nodes[$1]) }) else {
      let reasons = verdicts.compactMap { $0 }
      let plan = preemption(
        for: pod, state, nodes.indices.filter { verdicts[$0]?.isResolvable == true }.map { nodes[$0] })
      refuse(handle, SchedulerView.refusal(reasons, nodes.count, isHelped: plan != nil))
      if let plan { preempt(plan, for: handle) }
      return
    }
    selectNode(nodes[best], for: pod)
    bind(handle, to: nodes[best])
  }

  func bind(_ handle: ObjectHandle, to node: NodeState) {
    unschedulable[handle.uid] = nil
    let bound = update(handle, labelled: node) { state in
      state.node = node.facts
      state.unschedulable = nil
      state.nominated = nil
      if state.scheduled == nil {
        state.scheduled = PodState.Condition(isTrue: true, since: now.seconds)
      } else {
        state.scheduled?.set(true, at: now.seconds)
      }
    }
    guard let bound else { return }
    sayScheduled(bound, node)
    after(dice.between(0.05...0.3)) { $0.admit(handle) }
  }

  func sayScheduled(_ pod: Object, _ node: NodeState) {
    recordPod(
      .normal, "Scheduled",
      "Successfully assigned \(pod.meta.namespace)/\(pod.meta.name) to \(node.facts.name)",
      pod, by: .scheduler(action: "Binding"))
  }

  /// A claim that waits for its first consumer hears where that will run.
  private func selectNode(_ node: NodeState, for pod: Object) {
    for key in PodBody.claims(pod) {
      guard let claim = store[.claims][key], claim.json("status")?["phase"].string != "Bound" else {
        continue
      }
      var meta = claim.meta
      meta.setAnnotation("volume.kubernetes.io/selected-node", node.facts.name)
      store.put(.claims, meta, claim.body, at: now)
    }
  }

  private func unboundClaim(of template: PodTemplate, _ pod: Object) -> String? {
    for key in PodBody.claims(pod) {
      guard let claim = store[.claims][key] else {
        return "persistentvolumeclaim \"\(key.name)\" not found. not found"
      }
      if claim.meta.annotation("pv.kubernetes.io/bind-completed") != nil { continue }
      let name = claim.json("spec")?["storageClassName"].string ?? ""
      let kind = store[.storageClasses][ObjectKey(namespace: "", name: name)]
      if kind?.json("volumeBindingMode")?.string == "WaitForFirstConsumer" { continue }
      return "pod has unbound immediate PersistentVolumeClaims. not found"
    }
    return nil
  }

  /// Writes why no node takes the pod, and tries again later.
  func refuse(_ handle: ObjectHandle, _ message: String) {
    guard let (object, state) = pod(handle) else { return }
    recordPod(.warning, "FailedScheduling", message, object, by: .scheduler(action: "Scheduling"))
    if state.unschedulable != message {
      update(handle) { state in
        state.unschedulable = message
        if state.scheduled == nil { state.scheduled = PodState.Condition(isTrue: false, since: now.seconds) }
      }
    }
    unschedulable[handle.uid] = handle
    // Pods that nothing has changed for are looked at again after five minutes.
    after(dice.between(300...330)) { world in
      if world.unschedulable[handle.uid] != nil { world.schedule(handle) }
    }
  }

  /// Something changed that may have made room: pods that no node took are tried again.
  func retryUnschedulable() {
    if unschedulable.isEmpty || isRetrying { return }
    isRetrying = true
    after(1) { world in
      world.isRetrying = false
      for handle in world.unschedulable.values.sorted(by: { $0.key < $1.key }) {
        if world.pod(handle) == nil { world.unschedulable[handle.uid] = nil } else { world.schedule(handle) }
      }
    }
  }
}

/// What the scheduler sees when it looks for a place for one pod.
struct SchedulerView {
  private let world: World
  private let template: PodTemplate
  private let labels: [Pair]
  /// Pods that its rules are about, with their nodes.
  private var neighbours: [(labels: [Pair], node: NodeState)] = []

  init(_ world: World, _ pod: Object, _ template: PodTemplate) {
    self.world = world
    self.template = template
    labels = pod.meta.labels
    let rules = template.placement
    if rules.together.isEmpty && rules.apart.isEmpty && rules.spreads.isEmpty { return }
    neighbours = world.pods(in: pod.meta.namespace, nil).compactMap { object, state in
      guard let place = state.node, !state.isOver, object.meta.deletion == nil else { return nil }
      return (object.meta.labels, world.nodes[place.index])
    }
  }

  /// Why a node cannot take the pod.
  struct Verdict {
    let reasons: [String]
    /// Whether throwing other pods off the node could help.
    var isResolvable = false
  }

  func verdict(_ node: NodeState) -> Verdict? {
    if node.isUnschedulable, !template.tolerates(.unschedulable) {
      return Verdict(reasons: ["node(s) were unschedulable"])
    }
    if node.taints.contains(where: { $0.isHard && !template.tolerates($0) }) {
      return Verdict(reasons: ["node(s) had untolerated taint(s)"])
    }
    if !template.matches(node) {
      return Verdict(reasons: ["node(s) didn't match Pod's node affinity/selector"])
    }
    if !template.hostPorts.isEmpty, !template.hostPorts.isDisjoint(with: world.hostPorts(on: node)) {
      return Verdict(
        reasons: ["node(s) didn't have free ports for the requested pod ports"], isResolvable: true)
    }
    if let lack = lack(node) { return lack }
    if let reason = spreadProblem(node) ?? affinityProblem(node) {
      return Verdict(
        reasons: [reason], isResolvable: reason.contains("anti-affinity") || reason.contains("spread"))
    }
    return nil
  }

  private func lack(_ node: NodeState) -> Verdict? {
    var reasons: [String] = []
    var isHopeless = false
    let kept = world.kept(on: node, from: template)
    if node.pods >= node.allocatablePods { reasons.append("Too many pods") }
    if node.milliCPU + kept.milliCPU + template.milliCPU > node.allocatableMilliCPU, template.milliCPU > 0 {
      reasons.append("Insufficient cpu")
      isHopeless = isHopeless || template.milliCPU > node.allocatableMilliCPU
    }
    if node.bytes + kept.bytes + template.memoryBytes > node.allocatableBytes, template.memoryBytes > 0 {
      reasons.append("Insufficient memory")
      isHopeless = isHopeless || template.memoryBytes > node.allocatableBytes
    }
    for plan in template.containers {
      for pair in plan.limits + plan.requests where pair.key.contains("/") {
        reasons.append("Insufficient \(pair.key)")
        isHopeless = true
        break
      }
    }
    return reasons.isEmpty ? nil : Verdict(reasons: reasons, isResolvable: !isHopeless)
  }

  private func affinityProblem(_ node: NodeState) -> String? {
    func isNear(_ term: Placement.PodTerm) -> Bool {
      guard let place = node.label(term.topologyKey) else { return false }
      return neighbours.contains {
        $0.node.label(term.topologyKey) == place && term.selector.matches($0.labels)
      }
    }
    for term in template.placement.together {
      let isFirst = term.selector.matches(labels) && !neighbours.contains { term.selector.matches($0.labels) }
      if !isFirst && !isNear(term) { return "node(s) didn't match pod affinity rules" }
    }
    return template.placement.apart.contains(where: isNear)
      ? "node(s) didn't match pod anti-affinity rules" : nil
  }

  private func spreadProblem(_ node: NodeState) -> String? {
    for spread in template.placement.spreads {
      guard let place = node.label(spread.topologyKey) else {
        return "node(s) didn't match pod topology spread constraints (missing required label)"
      }
      var counts: [String: Int] = [:]
      for other in world.presentNodes where template.matches(other) {
        if let name = other.label(spread.topologyKey) { counts[name, default: 0] += 0 }
      }
      for neighbour in neighbours where spread.selector.matches(neighbour.labels) {
        if let name = neighbour.node.label(spread.topologyKey) { counts[name, default: 0] += 1 }
      }
      if counts[place, default: 0] + 1 - (counts.values.min() ?? 0) > spread.maxSkew {
        return "node(s) didn't match pod topology spread constraints"
      }
    }
    return nil
  }

  /// The lower the better: how full a node is, by what is scarcer, and how many of its kind are there.
  func score(_ node: NodeState) -> Double {
    let full = max(
      Double(node.milliCPU) / Double(max(1, node.allocatableMilliCPU)),
      Double(node.bytes) / Double(max(1, node.allocatableBytes)))
    // Taints that only ask are heeded when there is a choice.
    let soft = node.taints.filter { $0.effect == "PreferNoSchedule" && !template.tolerates($0) }.count
    return full + Double(soft) + Double(node.pods) / 2_000
  }

  /// - Parameter isHelped: whether others are thrown off a node for the pod.
  static func refusal(_ verdicts: [Verdict], _ count: Int, isHelped: Bool = false) -> String {
    func counted(_ reasons: [String]) -> String {
      Set(reasons).map { reason in "\(reasons.filter { $0 == reason }.count) \(reason)" }.sorted()
        .joined(separator: ", ")
    }
    let available = "0/\(count) nodes are available: "
    if verdicts.isEmpty { return "no nodes available to schedule pods" }
    if isHelped { return available + counted(verdicts.flatMap(\.reasons)) + "." }
    let preemption = verdicts.map {
      $0.isResolvable
        ? "No preemption victims found for incoming pod" : "Preemption is not helpful for scheduling"
    }
    return available + counted(verdicts.flatMap(\.reasons))
      + ". no new claims to deallocate, preemption: " + available + counted(preemption) + "."
  }
}
