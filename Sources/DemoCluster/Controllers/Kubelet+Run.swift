/// How containers run, and what becomes of them.
extension World {
  func start(_ container: ContainerHandle) {
    guard let (_, _, plan, _) = alive(container), let program = plan.program else { return }
    report(.normal, "Started", "Container started", container)
    let id = dice.next() | 1
    update(container.pod) { state in
      state[container].begin(id: id, at: now.seconds, isReady: plan.readinessProbe == nil)
      if !container.isInit { state.phase = .running }
      state.updateReadiness(at: now.seconds)
    }
    if plan.hasPostStartHook, program.hookFailure != nil {
      after(dice.between(0.3...1)) { $0.failHook(container, id) }
      return
    }
    scheduleReadiness(container, id, plan, program)
    scheduleFate(container, id, plan, program)
  }

  func scheduleReadiness(
    _ container: ContainerHandle, _ id: UInt64, _ plan: ContainerPlan, _ program: Program
  ) {
    guard let probe = plan.readinessProbe, !container.isInit else { return }
    switch program.readiness {
    case .ready(let seconds):
      after(max(probe.initialDelaySeconds, dice.between(seconds))) { $0.setReady(container, id, true) }
    case .never(let finding):
      after(probe.initialDelaySeconds + probe.periodSeconds) {
        $0.probeInVain(container, id, finding, every: probe.periodSeconds)
      }
    }
  }

  /// - Parameter elapsed: how long the container has run already.
  func scheduleFate(
    _ container: ContainerHandle, _ id: UInt64, _ plan: ContainerPlan, _ program: Program, elapsed: Double = 0
  ) {
    switch program.fate {
    case .runs: break
    case .exits(let seconds, let code):
      after(max(0.1, dice.between(seconds) - elapsed)) {
        $0.end(container, id, code: code, reason: code == 0 ? "Completed" : "Error")
      }
    case .leaks(let seconds):
      if plan.memoryLimitBytes == 0 { return }
      after(max(0.1, dice.between(seconds) - elapsed)) {
        $0.end(container, id, code: 137, reason: "OOMKilled")
      }
    case .hangs(let seconds):
      after(max(0.1, dice.between(seconds) - elapsed)) { $0.failLiveness(container, id, times: 1) }
    }
  }

  /// The container, if it still is the same run.
  private func running(_ container: ContainerHandle, _ id: UInt64) -> ContainerState? {
    guard let (_, state) = pod(container.pod) else { return nil }
    let found = state[container]
    return found.id == id && found.runningSince != nil ? found : nil
  }

  func setReady(_ container: ContainerHandle, _ id: UInt64, _ isReady: Bool) {
    guard let found = running(container, id), found.isReady != isReady, alive(container) != nil else {
      return
    }
    update(container.pod) { state in
      state[container].isReady = isReady
      state.updateReadiness(at: now.seconds)
    }
  }

  func probeInVain(_ container: ContainerHandle, _ id: UInt64, _ finding: String, every seconds: Double) {
    guard running(container, id) != nil, alive(container) != nil else { return }
    report(.warning, "Unhealthy", "Readiness probe failed: \(finding)", container)
    after(seconds) { $0.probeInVain(container, id, finding, every: seconds) }
  }

  /// Not ready for a while, and ready again.
  func blip(_ container: ContainerHandle, seconds: Double) {
    guard let (_, state, plan, _) = alive(container), state[container].isReady,
      state[container].runningSince != nil
    else { return }
    let id = state[container].id
    let address = state.addressText ?? "127.0.0.1"
    report(
      .warning, "Unhealthy",
      "Readiness probe failed: Get \"http://\(address):\(plan.port)/ready\": context deadline exceeded "
        + "(Client.Timeout exceeded while awaiting headers)", container)
    setReady(container, id, false)
    after(seconds) { $0.setReady(container, id, true) }
  }

  private func failLiveness(_ container: ContainerHandle, _ id: UInt64, times: Int) {
    guard running(container, id) != nil, let (_, _, plan, _) = alive(container) else { return }
    report(.warning, "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500", container)
    if times < 3 {
      after(10) { $0.failLiveness(container, id, times: times + 1) }
      return
    }
    report(.normal, "Killing", "Container \(plan.name) failed liveness probe, will be restarted", container)
    after(dice.between(1...6)) { $0.end(container, id, code: 137, reason: "Error") }
  }

  private func failHook(_ container: ContainerHandle, _ id: UInt64) {
    guard running(container, id) != nil, alive(container) != nil else { return }
    report(.warning, "FailedPostStartHook", "PostStartHook failed", container)
    report(.normal, "Killing", "FailedPostStartHook", container)
    after(dice.between(0.4...1.2)) { $0.end(container, id, code: 143, reason: "Error") }
  }

  /// A container stopped, by itself or killed. Its pod's policy says what follows.
  func end(_ container: ContainerHandle, _ id: UInt64, code: Int, reason: String) {
    guard let found = running(container, id), let since = found.runningSince,
      let (_, state, _, _) = alive(container)
    else { return }
    let ending = Ending(exitCode: code, reason: reason, startedAt: since, finished: now, id: id)
    let policy = state.template.restartPolicy
    let isRestarted =
      container.isInit
      ? code != 0 && policy != "Never" : policy == "Always" || (policy == "OnFailure" && code != 0)
    let hadPeace = now.seconds - since > 600
    let crashes = hadPeace ? 0 : found.crashes
    update(container.pod) { state in
      state[container].state = .ended(ending)
      state[container].isReady = false
      state[container].hasStarted = false
      state[container].crashes = crashes + 1
      if !isRestarted { state.settlePhase(failedInit: container.isInit && code != 0, at: now.seconds) }
      state.updateReadiness(at: now.seconds)
    }
    if container.isInit, code == 0 {
      finishInit(container)
    } else if isRestarted {
      let delay = crashes == 0 ? 1 : min(300, 10 * Double(1 << min(crashes - 1, 5)))
      after(1) { world in
        if delay <= 1 { world.prepare(container) } else { world.backOff(container, id, delay) }
      }
    }
  }

  private func finishInit(_ container: ContainerHandle) {
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
    guard let (object, state) = pod(handle), object.meta.deletion == nil else { return }
    let grace = graceSeconds ?? state.template.graceSeconds
    guard state.node != nil, !state.isOver, grace > 0 else {
      store.remove(.pods, handle.key, at: now)
      return
    }
    var meta = object.meta
    meta.deletion = Meta.Deletion(time: now.seconds + Int64(grace), graceSeconds: grace)
    meta.generation += 1
    store.put(.pods, meta, .pod(PodBody(state)), at: now)
    for (index, container) in state.containers.enumerated() where container.runningSince != nil {
      report(
        .normal, "Killing", "Stopping container \(state.template.containers[index].name)",
        ContainerHandle(pod: handle, index: index))
    }
    after(min(Double(grace), dice.between(0.6...3.5))) { $0.stopContainers(handle) }
  }

  private func stopContainers(_ handle: ObjectHandle) {
    update(handle) { state in
      for index in state.containers.indices {
        guard let since = state.containers[index].runningSince else { continue }
        state.containers[index].state = .ended(
          Ending(
            exitCode: 0, reason: "Completed", startedAt: since, finished: now,
            id: state.containers[index].id))
        state.containers[index].isReady = false
        state.containers[index].hasStarted = false
      }
      state.sandbox?.set(false, at: now.seconds)
      state.updateReadiness(at: now.seconds)
    }
    after(dice.between(0.1...0.6)) { world in
      if world.pod(handle) != nil { world.store.remove(.pods, handle.key, at: world.now) }
    }
  }

  /// Fails a pod as the kubelet does when its node runs short.
  func evict(_ handle: ObjectHandle, why: String) {
    guard let (object, state) = pod(handle), let node = state.node, !state.isOver else { return }
    recordPod(.warning, "Evicted", why, object, by: .kubelet(node: node.name))
    update(handle) { state in
      state.phase = .failed
      state.reason = "Evicted"
      state.message = why
      for index in state.containers.indices {
        guard let since = state.containers[index].runningSince else { continue }
        state.containers[index].state = .ended(
          Ending(
            exitCode: 137, reason: "Error", startedAt: since, finished: now,
            id: state.containers[index].id))
        state.containers[index].isReady = false
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
