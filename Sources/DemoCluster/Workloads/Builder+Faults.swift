/// Pods that have been failing for a while when the world begins.
extension Builder {
  /// A pod whose first container ends soon after each start: restarted `restarts` times so far, waiting for the next.
  func crashLoopingPod(
    _ replicaSet: ReplicaSetState, created: Int64, restarts: Int, code: Int, reason: String,
    runSeconds: Int64,
    hookEvents: Bool = false
  ) {
    let node = roomiestNode()
    let template = replicaSet.template
    let plan = template.containers[0]
    node.images.insert(plan.image)
    var state = PodState(template, tokenSuffix: world.dice.suffix())
    place(&state, on: node, at: created)
    let next = world.dice.between(8...170)
    let ended = world.now.seconds - 300 + Int64(next)
    let id = world.dice.next() | 1
    for index in state.containers.indices.dropFirst() {
      node.images.insert(template.containers[index].image)
      state.containers[index].begin(id: world.dice.next() | 1, at: created + 3, isReady: true)
    }
    state.containers[0].begin(id: id, at: ended - runSeconds, isReady: false)
    state.containers[0].state = .ended(
      Ending(
        exitCode: code, reason: reason, startedAt: ended - runSeconds, finished: Moment(seconds: ended),
        id: id))
    state.containers[0].hasStarted = false
    state.containers[0].restarts = restarts
    state.containers[0].crashes = 9
    state.phase = .running
    state.updateReadiness(at: ended)
    state.ready = PodState.Condition(isTrue: false, since: ended)
    state.containersReady = state.ready
    let object = putPod(replicaSet, created: created, state)
    let handle = ObjectHandle(object)
    let container = ContainerHandle(pod: handle, index: 0)
    world.update(handle) { $0.containers[0].wait(300, plan, object.meta, at: ended) }

    let started = ended - runSeconds
    let pulled = "Container image \"\(plan.image)\" already present on machine and can be accessed by the pod"
    past(.normal, "Pulled", pulled, container, count: restarts + 1, from: created + 1, to: started)
    past(
      .normal, "Created", "Container created", container, count: restarts + 1, from: created + 1, to: started)
    past(
      .normal, "Started", "Container started", container, count: restarts + 1, from: created + 2, to: started)
    if hookEvents {
      past(
        .warning, "FailedPostStartHook", "PostStartHook failed", container, count: restarts + 1,
        from: created + 3,
        to: ended - 1)
      past(
        .normal, "Killing", "FailedPostStartHook", container, count: restarts + 1, from: created + 3,
        to: ended - 1)
    }
    past(
      .warning, "BackOff",
      "Back-off restarting failed container \(plan.name) in pod \(handle.key.name)_\(handle.key.namespace)"
        + "(\(handle.uid))", container, count: restarts * 2, from: created + 6, to: ended + 2)
    world.after(next) { world in
      if world.pod(handle)?.state.containers[0].id == id { world.prepare(container) }
    }
  }

  /// A pod whose image is not there.
  func imagelessPod(_ replicaSet: ReplicaSetState, created: Int64, attempts: Int) {
    let node = roomiestNode()
    let plan = replicaSet.template.containers[0]
    let why = ImageRegistry.notFound(plan.image)
    var state = PodState(replicaSet.template, tokenSuffix: world.dice.suffix())
    place(&state, on: node, at: created)
    state.containers[0].state = .waiting(
      reason: "ImagePullBackOff", message: "Back-off pulling image \"\(plan.image)\": ErrImagePull: \(why)")
    state.updateReadiness(at: created + 3)
    let handle = ObjectHandle(putPod(replicaSet, created: created, state))
    let container = ContainerHandle(pod: handle, index: 0)
    let next = world.dice.between(20...240)
    let tried = world.now.seconds - 300 + Int64(next)
    past(
      .normal, "Pulling", "Pulling image \"\(plan.image)\"", container, count: attempts, from: created + 1,
      to: tried)
    past(
      .warning, "Failed", "Failed to pull image \"\(plan.image)\": \(why)", container, count: attempts,
      from: created + 2, to: tried)
    past(.warning, "Failed", "Error: ErrImagePull", container, count: attempts, from: created + 2, to: tried)
    let waits = Int((world.now.seconds - created) / 14)
    past(
      .normal, "BackOff", "Back-off pulling image \"\(plan.image)\"", container, count: waits,
      from: created + 5)
    past(.warning, "Failed", "Error: ImagePullBackOff", container, count: waits, from: created + 5)
    let until = world.now + next
    world.after(world.dice.between(1...9)) { $0.backOffPulling(container, until: until, attempt: attempts) }
  }

  /// A pod that refers to a ConfigMap that is not there.
  func unconfiguredPod(_ replicaSet: ReplicaSetState, created: Int64) {
    let node = roomiestNode()
    let plan = replicaSet.template.containers[0]
    let missing = "configmap \"\(plan.configMaps.first ?? "")\" not found"
    node.images.insert(plan.image)
    var state = PodState(replicaSet.template, tokenSuffix: world.dice.suffix())
    place(&state, on: node, at: created)
    state.containers[0].state = .waiting(reason: "CreateContainerConfigError", message: missing)
    state.updateReadiness(at: created + 2)
    let handle = ObjectHandle(putPod(replicaSet, created: created, state))
    let container = ContainerHandle(pod: handle, index: 0)
    let tries = Int((world.now.seconds - created) / 13)
    let pulled = "Container image \"\(plan.image)\" already present on machine and can be accessed by the pod"
    past(.normal, "Pulled", pulled, container, count: tries, from: created + 1)
    past(.warning, "Failed", "Error: \(missing)", container, count: tries, from: created + 1)
    world.after(world.dice.between(1...12)) { $0.prepare(container) }
  }

  private func putPod(_ replicaSet: ReplicaSetState, created: Int64, _ state: PodState) -> Object {
    world.putPod(
      "\(replicaSet.key.name)-\(world.dice.suffix())", generateName: replicaSet.key.name + "-",
      namespace: replicaSet.key.namespace, template: replicaSet.template, owner: replicaSet.owner,
      created: created,
      state)
  }

  /// A pod that no node takes; the scheduler says why at once.
  func unschedulablePod(_ replicaSet: ReplicaSetState, created: Int64) {
    let state = PodState(replicaSet.template, tokenSuffix: world.dice.suffix())
    let handle = ObjectHandle(putPod(replicaSet, created: created, state))
    refusedBefore(handle, created: created)
  }

  /// Lets the scheduler refuse a pod now as it has since the pod was made.
  func refusedBefore(_ handle: ObjectHandle, created: Int64) {
    world.schedule(handle)
    guard let (object, state) = world.pod(handle), let message = state.unschedulable else { return }
    world.update(handle) { $0.scheduled = PodState.Condition(isTrue: false, since: created) }
    // The event of just now becomes the last one of a long row.
    for (key, place) in world.recorder.known where key.uid == object.meta.uid && key.message == message {
      guard let event = world.store[.events][place], case .event(let body) = event.body else { continue }
      let tries = max(1, Int((world.now.seconds - created) / 105))
      var meta = event.meta
      meta.created = created
      world.store.put(
        .events, meta,
        .event(
          EventBody(
            body.regarding, body.kind, reason: body.reason, message: body.message, component: body.component,
            host: body.host, action: body.action, first: Moment(seconds: created) + 0.3, last: world.now - 20,
            count: tries)), at: world.now)
    }
  }
}
