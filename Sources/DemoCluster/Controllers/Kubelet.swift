import Document

/// One container of one pod.
struct ContainerHandle: Hashable {
  let pod: ObjectHandle
  let index: Int
  var isInit = false
}

extension PodState {
  subscript(handle: ContainerHandle) -> ContainerState {
    get { handle.isInit ? initContainers[handle.index] : containers[handle.index] }
    set {
      if handle.isInit {
        initContainers[handle.index] = newValue
      } else {
        containers[handle.index] = newValue
      }
    }
  }

  func plan(_ handle: ContainerHandle) -> ContainerPlan {
    handle.isInit ? template.initContainers[handle.index] : template.containers[handle.index]
  }

  func has(_ handle: ContainerHandle) -> Bool {
    handle.index < (handle.isInit ? initContainers.count : containers.count)
  }
}

/// The kubelets of all nodes: they take bound pods through images, containers, probes and restarts, and
/// report.
extension World {
  /// The kubelet sees a pod that was bound to its node.
  func admit(_ handle: ObjectHandle) {
    guard let (object, state) = pod(handle), let place = state.node, state.started == nil,
      object.meta.deletion == nil, !nodes[place.index].isDead
    else { return }
    update(handle) { state in state.markAdmitted(at: now.seconds) }
    if let deadline = state.template.activeDeadlineSeconds {
      after(Double(deadline)) { $0.passDeadline(handle) }
    }
    after(dice.between(0.4...1.4)) { $0.openSandbox(handle) }
  }

  /// Gives the pod an address and begins with its first containers.
  func openSandbox(_ handle: ObjectHandle, attempt: Int = 0) {
    guard let (object, state) = pod(handle), let place = state.node, object.meta.deletion == nil,
      !state.isOver, !nodes[place.index].isDead
    else { return }
    if let problem = mountProblem(state.template, handle) {
      recordPod(.warning, "FailedMount", problem, object, by: .kubelet(node: place.name))
      // Each try waits twice as long as the one before, up to two minutes.
      let seconds = min(122, 0.5 * Double(1 << min(attempt, 8)))
      after(seconds + dice.between(0...0.1)) { $0.openSandbox(handle, attempt: attempt + 1) }
      return
    }
    let address = state.template.hasHostNetwork ? 0 : nodes[place.index].nextAddress()
    update(handle) { state in
      state.address = address
      state.sandbox?.set(true, at: now.seconds)
      state.reported = now.seconds
    }
    if state.initContainers.isEmpty {
      startMainContainers(handle)
    } else {
      prepare(ContainerHandle(pod: handle, index: 0, isInit: true))
    }
  }

  private func mountProblem(_ template: PodTemplate, _ handle: ObjectHandle) -> String? {
    for mount in template.mounts {
      let key = ObjectKey(namespace: handle.key.namespace, name: mount.name)
      let kind = mount.isSecret ? "secret" : "configmap"
      guard let found = store[mount.isSecret ? .secrets : .configMaps][key] else {
        return "MountVolume.SetUp failed for volume \"\(mount.volume)\" : \(kind) \"\(mount.name)\" not found"
      }
      let data = found.json("data") ?? [:]
      if let missing = mount.keys.first(where: { data[$0].isNull }) {
        return
          "MountVolume.SetUp failed for volume \"\(mount.volume)\" : references non-existent \(kind) key: \(missing)"
      }
    }
    return nil
  }

  func startMainContainers(_ handle: ObjectHandle) {
    guard let (_, state) = pod(handle) else { return }
    var delay = 0.05
    for index in state.containers.indices {
      after(delay) { $0.prepare(ContainerHandle(pod: handle, index: index)) }
      delay += dice.between(0.1...0.4)
    }
  }

  /// What the kubelet does works on a pod that is still there and is not to go.
  func alive(_ container: ContainerHandle) -> (
    pod: Object, state: PodState, plan: ContainerPlan, node: NodeState
  )? {
    guard let (object, state) = pod(container.pod), let place = state.node, object.meta.deletion == nil,
      !state.isOver, state.has(container), !nodes[place.index].isDead
    else { return nil }
    return (object, state, state.plan(container), nodes[place.index])
  }

  func report(
    _ kind: EventBody.Kind, _ reason: String, _ message: String, _ container: ContainerHandle
  ) {
    guard let (object, state) = pod(container.pod), let node = state.node, state.has(container) else {
      return
    }
    let list = container.isInit ? "initContainers" : "containers"
    recordPod(
      kind, reason, message, object, container: "spec.\(list){\(state.plan(container).name)}",
      by: .kubelet(node: node.name))
  }

  /// Has a container wait for a reason, if it does not already.
  func wait(_ container: ContainerHandle, _ reason: String, _ message: String?) {
    guard let (_, state) = pod(container.pod), state.has(container) else { return }
    if case .waiting(reason, let old) = state[container].state, old == message { return }
    update(container.pod) { state in
      if let ending = state[container].ending { state[container].last = ending }
      state[container].state = .waiting(reason: reason, message: message)
      state.reported = now.seconds
    }
  }

  func create(_ container: ContainerHandle) {
    guard let (_, _, plan, _) = alive(container) else { return }
    if let missing = missingReference(plan, container) {
      report(.warning, "Failed", "Error: \(missing)", container)
      wait(container, "CreateContainerConfigError", missing)
      after(dice.between(11...16)) { $0.prepare(container) }
      return
    }
    report(.normal, "Created", "Container created", container)
    after(dice.between(0.1...0.5)) { $0.start(container) }
  }

  private func missingReference(_ plan: ContainerPlan, _ container: ContainerHandle) -> String? {
    let namespace = container.pod.key.namespace
    for reference in plan.references {
      let kind = reference.isSecret ? "secret" : "configmap"
      let place = ObjectKey(namespace: namespace, name: reference.name)
      guard let found = store[reference.isSecret ? .secrets : .configMaps][place] else {
        return "\(kind) \"\(reference.name)\" not found"
      }
      if let key = reference.key, (found.json("data") ?? [:])[key].isNull {
        return "couldn't find key \(key) in \(reference.isSecret ? "Secret" : "ConfigMap") "
          + "\(namespace)/\(reference.name)"
      }
    }
    return nil
  }

  /// A pod's spec was changed while it runs: containers of another image are begun again.
  func specChanged(_ handle: ObjectHandle, _ old: PodTemplate) {
    guard let (_, state) = pod(handle) else { return }
    for (index, plan) in state.template.containers.enumerated()
    where index < old.containers.count && old.containers[index].image != plan.image {
      let container = ContainerHandle(pod: handle, index: index)
      let id = state.containers[index].id
      if state.containers[index].runningSince != nil {
        report(
          .normal, "Killing", "Container \(plan.name) definition changed, will be restarted", container)
        after(dice.between(0.5...2)) { $0.end(container, id, code: 0, reason: "Completed") }
      } else if state.started != nil {
        after(0.5) { $0.prepare(container) }
      }
    }
  }
}

extension PodState {
  /// What a kubelet writes when it sees the pod first.
  mutating func markAdmitted(at time: Int64) {
    started = time
    sandbox = Condition(isTrue: false, since: time)
    initialized = Condition(isTrue: initContainers.isEmpty, since: time)
    ready = Condition(isTrue: false, since: time)
    containersReady = ready
    reported = time
    let waiting = ContainerState.State.waiting(
      reason: initContainers.isEmpty ? "ContainerCreating" : "PodInitializing", message: nil)
    for index in containers.indices { containers[index].state = waiting }
    for index in initContainers.indices { initContainers[index].state = waiting }
  }
}

/// Durations as Go prints them: 5m0s, 1.532s, 80ms.
enum GoDuration {
  static func text(seconds: Int) -> String {
    if seconds < 60 { return "\(seconds)s" }
    let rest = "\(seconds / 60 % 60)m\(seconds % 60)s"
    return seconds < 3_600 ? rest : "\(seconds / 3_600)h\(rest)"
  }

  static func text(milliseconds: Int) -> String {
    if milliseconds < 1_000 { return "\(milliseconds)ms" }
    var fraction = "\(1_000 + milliseconds % 1_000)".dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    return "\(milliseconds / 1_000)\(fraction.isEmpty ? "" : ".\(fraction)")s"
  }
}
