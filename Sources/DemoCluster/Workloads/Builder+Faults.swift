/// Pods that have been failing for a while when the world begins.
extension Builder {
  /// How a container has been ending again and again.
  struct Crash {
    let code: Int
    let reason: String
    /// How long it runs each time.
    let runSeconds: Int64
    /// Because its postStart hook fails.
    var isByHook = false
  }

  /// A pod whose first container ends soon after each start: restarted `restarts` times so far, waiting for
  /// the next.
  func crashLoopingPod(_ replicaSet: Revision, created: Int64, restarts: Int, _ crash: Crash) {
    let plan = replicaSet.template.containers[0]
    let next = world.dice.between(8...170)
    let ended = world.now.seconds - 300 + Int64(next)
    let state = crashedState(replicaSet.template, created: created, ended: ended, restarts: restarts, crash)
    let id = state.containers[0].id
    let object = putPod(replicaSet, created: created, state)
    let container = ContainerHandle(pod: ObjectHandle(object), index: 0)
    world.update(container.pod) { $0.containers[0].wait(300, plan, object.meta, at: ended) }
    crashEvents(container, object, plan, created: created, ended: ended, restarts: restarts, crash)
    world.after(next) { world in
      if world.pod(container.pod)?.state.containers[0].id == id { world.prepare(container) }
    }
  }

  private func crashedState(
    _ template: PodTemplate, created: Int64, ended: Int64, restarts: Int, _ crash: Crash
  ) -> PodState {
    let node = roomiestNode()
    var state = PodState(template, tokenSuffix: world.dice.suffix())
    place(&state, on: node, at: created)
    let started = ended - crash.runSeconds
    for index in state.containers.indices {
      node.images.insert(template.containers[index].image)
      let isCrashing = index == 0
      state.containers[index].begin(
        id: world.dice.next() | 1, at: isCrashing ? started : created + 3, isReady: !isCrashing)
    }
    state.containers[0].state = .ended(
      Ending(
        exitCode: crash.code, reason: crash.reason, startedAt: started, finished: Moment(seconds: ended),
        id: state.containers[0].id))
    state.containers[0].hasStarted = false
    state.containers[0].restarts = restarts
    // The back-off has long been as long as it gets.
    state.containers[0].crashes = 9
    state.phase = .running
    state.updateReadiness(at: ended)
    state.ready = PodState.Condition(isTrue: false, since: ended)
    state.containersReady = state.ready
    return state
  }

  private func crashEvents(
    _ container: ContainerHandle, _ pod: Object, _ plan: ContainerPlan, created: Int64, ended: Int64,
    restarts: Int, _ crash: Crash
  ) {
    func every(_ kind: EventBody.Kind, _ reason: String, _ message: String) {
      past(
        kind, reason, message, container, count: restarts + 1, from: created + 1, to: ended - crash.runSeconds
      )
    }
    every(
      .normal, "Pulled",
      "Container image \"\(plan.image)\" already present on machine and can be accessed by the pod")
    every(.normal, "Created", "Container created")
    every(.normal, "Started", "Container started")
    if crash.isByHook {
      every(.warning, "FailedPostStartHook", "PostStartHook failed")
      every(.normal, "Killing", "FailedPostStartHook")
    }
    past(
      .warning, "BackOff",
      "Back-off restarting failed container \(plan.name) in pod \(pod.meta.name)_\(pod.meta.namespace)"
        + "(\(pod.meta.uid))", container, count: restarts * 2, from: created + 6, to: ended + 2)
  }

  /// A pod whose image is not there.
  func imagelessPod(_ replicaSet: Revision, created: Int64, attempts: Int) {
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
    world.after(world.dice.between(1...9)) {
      $0.backOffPulling(container, plan.image, until: until, attempt: attempts)
    }
  }

  /// A pod that refers to a ConfigMap that is not there.
  func unconfiguredPod(_ replicaSet: Revision, created: Int64) {
    let node = roomiestNode()
    let plan = replicaSet.template.containers[0]
    let missing = "configmap \"\(plan.references.first?.name ?? "")\" not found"
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

  func putPod(_ replicaSet: Revision, created: Int64, _ state: PodState) -> Object {
    world.putPod(
      "\(replicaSet.key.name)-\(world.dice.suffix())", generateName: replicaSet.key.name + "-",
      namespace: replicaSet.key.namespace, template: replicaSet.template, owner: replicaSet.owner,
      created: created,
      state)
  }

  /// A pod that no node takes; the scheduler says why at once.
  func unschedulablePod(_ replicaSet: Revision, created: Int64) {
    let state = PodState(replicaSet.template, tokenSuffix: world.dice.suffix())
    let handle = ObjectHandle(putPod(replicaSet, created: created, state))
    refusedBefore(handle, created: created)
  }

  /// Lets the scheduler refuse a pod now as it has since the pod was made.
  func refusedBefore(_ handle: ObjectHandle, created: Int64) {
    world.schedule(handle)
    guard let message = world.pod(handle)?.state.unschedulable,
      let pod = world.update(handle, { $0.scheduled = PodState.Condition(isTrue: false, since: created) })
    else { return }
    let first = Moment(seconds: created) + 0.3
    // What the scheduler just said for the first time it said long ago, and has gone on saying since.
    if let place = world.recorder.order.last?.place, let event = world.store[.events][place],
      case .event(let body) = event.body
    {
      var meta = event.meta
      meta.created = created
      world.store.put(.events, meta, .event(body.moved(to: first)), at: world.now)
    }
    world.record(
      .warning, "FailedScheduling", message, about: pod, as: ("Pod", "v1"),
      by: .scheduler(action: "Scheduling"),
      count: max(1, Int((world.now.seconds - created) / 300)), first: first + 0.1, last: world.now - 20)
  }
}
