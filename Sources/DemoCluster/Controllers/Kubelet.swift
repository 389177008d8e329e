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
}

/// The kubelets of all nodes: they take bound pods through images, containers, probes and restarts, and
/// report.
extension World {
  /// The kubelet sees a pod that was bound to its node.
  func admit(_ handle: ObjectHandle) {
    guard let (object, state) = pod(handle), state.node != nil, state.started == nil,
      object.meta.deletion == nil
    else { return }
    update(handle) { state in state.markAdmitted(at: now.seconds) }
    after(dice.between(0.4...1.4)) { $0.openSandbox(handle) }
  }

  /// Gives the pod an address and begins with its first containers.
  func openSandbox(_ handle: ObjectHandle) {
    guard let (object, state) = pod(handle), let place = state.node, object.meta.deletion == nil else {
      return
    }
    if let secret = state.template.secretsMounted.first(where: { !has(.secrets, $0, in: handle) }) {
      recordPod(
        .warning, "FailedMount",
        "MountVolume.SetUp failed for volume \"\(secret)\" : secret \"\(secret)\" not found",
        object, by: .kubelet(node: place.name))
      after(dice.between(60...122)) { $0.openSandbox(handle) }
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

  func startMainContainers(_ handle: ObjectHandle) {
    guard let (_, state) = pod(handle) else { return }
    var delay = 0.05
    for index in state.containers.indices {
      after(delay) { $0.prepare(ContainerHandle(pod: handle, index: index)) }
      delay += dice.between(0.1...0.4)
    }
  }

  private func has(_ key: StoreKey, _ name: String, in handle: ObjectHandle) -> Bool {
    store[key][ObjectKey(namespace: handle.key.namespace, name: name)] != nil
  }

  /// What the kubelet does works on a pod that is still there and is not to go.
  func alive(_ container: ContainerHandle) -> (
    pod: Object, state: PodState, plan: ContainerPlan, node: NodeState
  )? {
    guard let (object, state) = pod(container.pod), let place = state.node, object.meta.deletion == nil,
      !state.isOver
    else { return nil }
    return (object, state, state.plan(container), nodes[place.index])
  }

  func report(
    _ kind: EventBody.Kind, _ reason: String, _ message: String, _ container: ContainerHandle
  ) {
    guard let (object, state) = pod(container.pod), let node = state.node else { return }
    let list = container.isInit ? "initContainers" : "containers"
    recordPod(
      kind, reason, message, object, container: "spec.\(list){\(state.plan(container).name)}",
      by: .kubelet(node: node.name))
  }

  /// Sees to it that the image is there.
  func prepare(_ container: ContainerHandle) {
    guard let (_, _, plan, node) = alive(container) else { return }
    guard let program = plan.program else {
      pullInVain(container, attempt: 0)
      return
    }
    if node.images.contains(plan.image) {
      report(
        .normal, "Pulled",
        "Container image \"\(plan.image)\" already present on machine and can be accessed by the pod",
        container)
      create(container)
      return
    }
    report(.normal, "Pulling", "Pulling image \"\(plan.image)\"", container)
    let seconds = 0.3 + program.imageMegabytes / dice.between(25...70)
    after(seconds) { world in
      node.images.insert(plan.image)
      let took = GoDuration.text(milliseconds: Int(seconds * 1_000))
      let bytes = Int(program.imageMegabytes * 1_048_576) + plan.image.utf8.count * 4_099
      world.report(
        .normal, "Pulled",
        "Successfully pulled image \"\(plan.image)\" in \(took) (\(took) including waiting). Image size: \(bytes) "
          + "bytes.", container)
      world.create(container)
    }
  }

  private func create(_ container: ContainerHandle) {
    guard let (_, _, plan, _) = alive(container) else { return }
    if let missing = missingReference(plan, container) {
      waitForReference(container, missing)
      return
    }
    report(.normal, "Created", "Container created", container)
    after(dice.between(0.1...0.5)) { $0.start(container) }
  }

  private func missingReference(_ plan: ContainerPlan, _ container: ContainerHandle) -> String? {
    if let name = plan.configMaps.first(where: { !has(.configMaps, $0, in: container.pod) }) {
      return "configmap \"\(name)\" not found"
    }
    let secret = plan.secrets.first { !has(.secrets, $0, in: container.pod) }
    return secret.map { "secret \"\($0)\" not found" }
  }

  private func waitForReference(_ container: ContainerHandle, _ missing: String) {
    report(.warning, "Failed", "Error: \(missing)", container)
    let isNews =
      pod(container.pod).map { _, state in
        if case .waiting("CreateContainerConfigError", _) = state[container].state { false } else { true }
      } ?? false
    if isNews {
      update(container.pod) { state in
        state[container].state = .waiting(reason: "CreateContainerConfigError", message: missing)
        state.reported = now.seconds
      }
    }
    after(dice.between(11...16)) { $0.prepare(container) }
  }

  // MARK: Images that are not there

  private func pullInVain(_ container: ContainerHandle, attempt: Int) {
    guard let (_, _, plan, _) = alive(container) else { return }
    report(.normal, "Pulling", "Pulling image \"\(plan.image)\"", container)
    after(dice.between(0.4...1.2)) { world in
      guard world.alive(container) != nil else { return }
      let why = ImageRegistry.notFound(plan.image)
      world.report(.warning, "Failed", "Failed to pull image \"\(plan.image)\": \(why)", container)
      world.report(.warning, "Failed", "Error: ErrImagePull", container)
      world.update(container.pod) { state in
        state[container].state = .waiting(reason: "ErrImagePull", message: why)
        state.reported = world.now.seconds
      }
      let next = world.now + min(300, 10 * Double(1 << min(attempt, 5)))
      world.after(world.dice.between(1.5...4)) {
        $0.backOffPulling(container, until: next, attempt: attempt + 1)
      }
    }
  }

  func backOffPulling(_ container: ContainerHandle, until next: Moment, attempt: Int) {
    guard let (_, state, plan, _) = alive(container) else { return }
    report(.normal, "BackOff", "Back-off pulling image \"\(plan.image)\"", container)
    report(.warning, "Failed", "Error: ImagePullBackOff", container)
    var isNews = true
    if case .waiting("ImagePullBackOff", _) = state[container].state { isNews = false }
    if isNews {
      update(container.pod) { state in
        state[container].state = .waiting(
          reason: "ImagePullBackOff",
          message:
            "Back-off pulling image \"\(plan.image)\": ErrImagePull: \(ImageRegistry.notFound(plan.image))")
        state.reported = now.seconds
      }
    }
    let pause = dice.between(11...16)
    if now + pause >= next {
      at(next) { $0.pullInVain(container, attempt: attempt) }
    } else {
      after(pause) { $0.backOffPulling(container, until: next, attempt: attempt) }
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
