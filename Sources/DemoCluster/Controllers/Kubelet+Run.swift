import Document

/// How containers run.
extension World {
  func start(_ container: ContainerHandle) {
    guard let (_, state, plan, _) = alive(container), let program = plan.program,
      state[container].runningSince == nil
    else { return }
    let id = dice.next() | 1
    if case .cannotStart(let message) = program.fate {
      failToStart(container, id, message)
      return
    }
    report(.normal, "Started", "Container started", container)
    let hasStarted = plan.startupProbe == nil
    update(container.pod) { state in
      state[container].begin(id: id, at: now.seconds, isReady: hasStarted && plan.readinessProbe == nil)
      state[container].hasStarted = hasStarted
      // An init container is ready when it is through.
      if container.isInit && !plan.isSidecar { state[container].isReady = false }
      if !container.isInit { state.phase = .running }
      state.updateReadiness(at: now.seconds)
    }
    if plan.hasPostStartHook, program.hookFailure != nil {
      after(dice.between(0.3...1)) { $0.failHook(container, id) }
      return
    }
    if hasStarted { begun(container, id, plan, program) } else { probeStartup(container, id, plan, program) }
    scheduleFate(container, id, plan, program)
  }

  /// The container is up: its readiness counts, and the next init container may begin.
  func begun(_ container: ContainerHandle, _ id: UInt64, _ plan: ContainerPlan, _ program: Program) {
    scheduleReadiness(container, id, plan, program)
    if program.isGuessed { schedulePoll(.liveness, container, id, plan) }
    if container.isInit && plan.isSidecar, pod(container.pod)?.state.initialized?.isTrue == false {
      finishInit(container)
    }
  }

  private func failToStart(_ container: ContainerHandle, _ id: UInt64, _ message: String) {
    report(.warning, "Failed", "Error: \(message)", container)
    update(container.pod) { state in
      state[container].begin(id: id, at: 0, isReady: false)
      if !container.isInit { state.phase = .running }
    }
    end(container, id, code: 128, reason: "StartError", message: message)
    guard let (_, state, _, _) = alive(container), let ending = state[container].ending else { return }
    update(container.pod) { state in
      state[container].last = ending
      state[container].state = .waiting(reason: "RunContainerError", message: message)
    }
  }

  // MARK: Fates

  /// - Parameter elapsed: how long the container has run already.
  func scheduleFate(
    _ container: ContainerHandle, _ id: UInt64, _ plan: ContainerPlan, _ program: Program, elapsed: Double = 0
  ) {
    func exit(_ seconds: ClosedRange<Double>, _ code: Int) {
      after(max(0.1, dice.between(seconds) - elapsed)) {
        $0.end(container, id, code: code, reason: code == 0 ? "Completed" : "Error")
      }
    }
    switch program.fate {
    case .runs, .cannotStart: break
    case .exits(let seconds, let code): exit(seconds, code)
    case .allocates(let bytes):
      if plan.memoryLimitBytes == 0 || bytes <= plan.memoryLimitBytes { return }
      after(dice.between(0.3...1.2)) { $0.end(container, id, code: 137, reason: "OOMKilled") }
    case .leaks(let seconds):
      if plan.memoryLimitBytes == 0 { return }
      after(max(0.1, dice.between(seconds) - elapsed)) {
        $0.end(container, id, code: 137, reason: "OOMKilled")
      }
    case .hangs(let seconds):
      guard plan.livenessProbe != nil else { return }
      after(max(0.1, dice.between(seconds) - elapsed)) { $0.failLiveness(container, id, times: 1) }
    case .waits(let service): after(1) { $0.await(service, container, id) }
    case .needs(let setting, let code):
      if isBad(setting, in: container.pod.key.namespace) { exit(1.5...4, code) }
    }
  }

  private func isBad(_ setting: Program.Setting, in namespace: String) -> Bool {
    let found = store[.configMaps][ObjectKey(namespace: namespace, name: setting.configMap)]
    return (found?.json("data") ?? [:])[setting.key].string?.contains(setting.badValue) ?? false
  }

  /// Ends well once a Service is there: what init containers wait for.
  private func await(_ service: String, _ container: ContainerHandle, _ id: UInt64) {
    guard running(container, id) != nil, alive(container) != nil else { return }
    let parts = service.split(separator: ".").map(String.init)
    let namespace = parts.count > 1 ? parts[1] : container.pod.key.namespace
    if store[.services][ObjectKey(namespace: namespace, name: parts.first ?? "")] != nil {
      end(container, id, code: 0, reason: "Completed")
    } else {
      after(2) { $0.await(service, container, id) }
    }
  }

  /// The container, if it still is the same run.
  func running(_ container: ContainerHandle, _ id: UInt64) -> ContainerState? {
    guard let (_, state) = pod(container.pod), state.has(container) else { return nil }
    let found = state[container]
    return found.id == id && found.runningSince != nil ? found : nil
  }

  private func failHook(_ container: ContainerHandle, _ id: UInt64) {
    guard running(container, id) != nil, alive(container) != nil else { return }
    report(.warning, "FailedPostStartHook", "PostStartHook failed", container)
    report(.normal, "Killing", "FailedPostStartHook", container)
    after(dice.between(0.4...1.2)) { $0.end(container, id, code: 143, reason: "Error") }
  }
}
