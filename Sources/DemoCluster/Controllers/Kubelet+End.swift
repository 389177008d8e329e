/// How containers and pods end, and what becomes of them.
extension World {
  /// A container stopped, by itself or killed. Its pod's policy says what follows.
  func end(
    _ container: ContainerHandle, _ id: UInt64, code: Int, reason: String, message: String? = nil
  ) {
    guard let found = running(container, id), let since = found.runningSince,
      let (_, state, plan, _) = alive(container)
    else { return }
    let ending = Ending(
      exitCode: code, reason: reason, message: message, startedAt: since, finished: now, id: id)
    let policy = state.template.restartPolicy
    let isPlainInit = container.isInit && !plan.isSidecar
    let isRestarted =
      plan.isSidecar && container.isInit
      || (isPlainInit
        ? code != 0 && policy != "Never" : policy == "Always" || (policy == "OnFailure" && code != 0))
    let hadPeace = now.seconds - since > 600 && since > 0
    let crashes = hadPeace ? 0 : found.crashes
    update(container.pod) { state in
      state[container].state = .ended(ending)
      state[container].isReady = isPlainInit && code == 0
      state[container].hasStarted = false
      state[container].crashes = crashes + 1
      if !isRestarted { state.settlePhase(failedInit: isPlainInit && code != 0, at: now.seconds) }
      state.updateReadiness(at: now.seconds)
    }
    meters[id] = nil
    if isPlainInit, code == 0 {
      finishInit(container)
    } else if isRestarted {
      let delay = crashes == 0 ? 1 : min(300, 10 * Double(1 << min(crashes - 1, 5)))
      after(1) { world in
        if delay <= 1 { world.prepare(container) } else { world.backOff(container, id, delay) }
      }
    } else if pod(container.pod)?.state.isOver == true {
      endSidecars(container.pod)
    }
  }

  func finishInit(_ container: ContainerHandle) {
    guard let (_, state) = pod(container.pod) else { return }
    if container.index + 1 < state.initContainers.count {
      let next = ContainerHandle(pod: container.pod, index: container.index + 1, isInit: true)
      after(dice.between(0.2...0.8)) { $0.prepare(next) }
      return
    }
    update(container.pod) { state in
      state.initialized?.set(true, at: now.seconds)
      state.reported = now.seconds
    }
    startMainContainers(container.pod)
  }

  /// Sidecars end with what they serve.
  private func endSidecars(_ handle: ObjectHandle) {
    for (index, state) in (pod(handle)?.state.initContainers ?? []).enumerated()
    where state.runningSince != nil {
      let sidecar = ContainerHandle(pod: handle, index: index, isInit: true)
      guard let plan = pod(handle)?.state.plan(sidecar) else { continue }
      report(.normal, "Killing", "Stopping container \(plan.name)", sidecar)
    }
    update(handle) { state in
      for index in state.initContainers.indices where state.initContainers[index].runningSince != nil {
        state.initContainers[index].stop(at: now, code: 0)
      }
    }
  }

  func backOff(_ container: ContainerHandle, _ id: UInt64, _ delay: Double) {
    guard let (pod, state, plan, _) = alive(container), state[container].id == id else { return }
    update(container.pod) { state in state[container].wait(delay, plan, pod.meta, at: now.seconds) }
    sayBackOff(container, id)
    if delay > 30 { after(delay / 2) { $0.sayBackOff(container, id) } }
    after(delay) { world in
      if world.pod(container.pod)?.state[container].id == id { world.prepare(container) }
    }
  }

  private func sayBackOff(_ container: ContainerHandle, _ id: UInt64) {
    guard let (pod, state, plan, _) = alive(container), state[container].id == id else { return }
    report(
      .warning, "BackOff",
      "Back-off restarting failed container \(plan.name) in pod \(pod.meta.name)_\(pod.meta.namespace)"
        + "(\(pod.meta.uid))", container)
  }

  // MARK: The end of a pod

  /// Begins to end a pod as a DELETE does: gracefully, if there is something to end.
  func delete(_ handle: ObjectHandle, graceSeconds: Int? = nil) {
    guard let (object, state) = pod(handle) else { return }
    let isHeld = !object.meta.finalizers.isEmpty
    if object.meta.deletion != nil {
      // Asked again, with less patience.
      if graceSeconds == 0 && !isHeld { store.remove(.pods, handle.key, at: now) }
      return
    }
    let grace = max(0, graceSeconds ?? state.template.graceSeconds)
    let hasToStop = state.node != nil && !state.isOver && grace > 0
    if !hasToStop && !isHeld {
      store.remove(.pods, handle.key, at: now)
      return
    }
    var meta = object.meta
    let patience = hasToStop ? grace : 0
    meta.deletion = Meta.Deletion(time: now.seconds + Int64(patience), graceSeconds: patience)
    meta.generation += 1
    store.put(.pods, meta, .pod(PodBody(state)), at: now)
    guard hasToStop, let place = state.node, !nodes[place.index].isDead else { return }
    for (index, container) in state.containers.enumerated() where container.runningSince != nil {
      report(
        .normal, "Killing", "Stopping container \(state.template.containers[index].name)",
        ContainerHandle(pod: handle, index: index))
    }
    after(min(Double(grace), stopSeconds(handle, state, grace))) { $0.stopContainers(handle) }
  }

  /// How long the containers of a pod take to stop: first their hooks, then they themselves.
  private func stopSeconds(_ handle: ObjectHandle, _ state: PodState, _ grace: Int) -> Double {
    var longest = dice.between(0.6...3.5)
    for (index, plan) in state.template.containers.enumerated()
    where state.containers[index].runningSince != nil {
      var seconds = plan.program?.ignoresStop ?? false ? .infinity : longest
      if let hook = plan.preStop {
        if hook.fails {
          after(min(hook.seconds, 1)) {
            $0.report(
              .warning, "FailedPreStopHook", "PreStopHook failed", ContainerHandle(pod: handle, index: index))
          }
        }
        seconds += hook.seconds
      }
      longest = max(longest, seconds)
    }
    return longest
  }

  private func stopContainers(_ handle: ObjectHandle) {
    guard let (_, state) = pod(handle), let place = state.node, !nodes[place.index].isDead else { return }
    update(handle) { state in
      for index in state.containers.indices where state.containers[index].runningSince != nil {
        let isKilled = state.template.containers[index].program?.ignoresStop ?? false
        state.containers[index].stop(at: now, code: isKilled ? 137 : 0)
      }
      for index in state.initContainers.indices where state.initContainers[index].runningSince != nil {
        state.initContainers[index].stop(at: now, code: 0)
      }
      state.sandbox?.set(false, at: now.seconds)
      state.updateReadiness(at: now.seconds)
    }
    after(dice.between(0.1...0.6)) { world in
      guard let now = world.pod(handle)?.object else { return }
      if now.meta.finalizers.isEmpty {
        world.store.remove(.pods, handle.key, at: world.now)
      } else {
        world.settle(handle)
      }
    }
  }

  /// A pod that something holds stays as what it has become.
  private func settle(_ handle: ObjectHandle) {
    update(handle) { state in
      if state.isOver { return }
      let isWell = state.containers.allSatisfy { $0.ending?.exitCode ?? 0 == 0 }
      state.phase = isWell && state.template.restartPolicy != "Always" ? .succeeded : .failed
      state.updateReadiness(at: now.seconds)
    }
  }

  /// Whether nothing of a pod runs any more.
  func isStopped(_ pod: Object) -> Bool {
    guard case .pod(let body) = pod.body else { return true }
    return body.state.isOver || body.state.containers.allSatisfy { $0.runningSince == nil }
  }

  /// Fails a pod as the kubelet does when its node runs short.
  func evict(_ handle: ObjectHandle, why: String) {
    guard let (object, state) = pod(handle), let node = state.node, !state.isOver else { return }
    recordPod(.warning, "Evicted", why, object, by: .kubelet(node: node.name))
    update(handle) {
      $0.disruption = PodState.Disruption(
        reason: "TerminationByKubelet", message: why, since: now.seconds)
    }
    fail(handle, "Evicted", why)
  }

  /// Fails a pod that has been there for longer than it may.
  func passDeadline(_ handle: ObjectHandle) {
    guard let (object, state) = pod(handle), let node = state.node, !state.isOver,
      object.meta.deletion == nil, !nodes[node.index].isDead
    else { return }
    let why = "Pod was active on the node longer than the specified deadline"
    recordPod(.normal, "DeadlineExceeded", why, object, by: .kubelet(node: node.name))
    for (index, container) in state.containers.enumerated() where container.runningSince != nil {
      report(
        .normal, "Killing", "Stopping container \(state.template.containers[index].name)",
        ContainerHandle(pod: handle, index: index))
    }
    fail(handle, "DeadlineExceeded", why)
  }

  private func fail(_ handle: ObjectHandle, _ reason: String, _ message: String) {
    update(handle) { state in
      state.phase = .failed
      state.reason = reason
      state.message = message
      for index in state.containers.indices where state.containers[index].runningSince != nil {
        state.containers[index].stop(at: now, code: 137)
      }
      state.sandbox?.set(false, at: now.seconds)
      state.updateReadiness(at: now.seconds)
    }
  }
}

extension ContainerState {
  /// Another run begins.
  mutating func begin(id: UInt64, at time: Int64, isReady: Bool) {
    if let ending { last = ending }
    if self.id != 0 { restarts += 1 }
    self.id = id
    state = .running(since: time)
    hasStarted = true
    self.isReady = isReady
  }

  /// The run is ended from outside.
  mutating func stop(at moment: Moment, code: Int) {
    guard let since = runningSince else { return }
    state = .ended(
      Ending(
        exitCode: code, reason: code == 0 ? "Completed" : "Error", startedAt: since, finished: moment, id: id)
    )
    isReady = false
    hasStarted = false
  }

  /// Waits before the next run.
  mutating func wait(_ delay: Double, _ plan: ContainerPlan, _ pod: Meta, at time: Int64) {
    if let ending { last = ending }
    state = .waiting(
      reason: "CrashLoopBackOff",
      message: "back-off \(GoDuration.text(seconds: Int(delay))) restarting failed container=\(plan.name) "
        + "pod=\(pod.name)_\(pod.namespace)(\(pod.uid))")
  }
}

extension PodState {
  /// Sets the phase of a pod none of whose containers will start again.
  mutating func settlePhase(failedInit: Bool, at time: Int64) {
    if failedInit {
      phase = .failed
    } else if !containers.isEmpty, containers.allSatisfy({ $0.ending != nil }) {
      phase = containers.allSatisfy { $0.ending?.exitCode == 0 } ? .succeeded : .failed
    } else {
      return
    }
    sandbox?.set(false, at: time)
  }
}
