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
  private func begun(_ container: ContainerHandle, _ id: UInt64, _ plan: ContainerPlan, _ program: Program) {
    scheduleReadiness(container, id, plan, program)
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
  }

  // MARK: Probes

  private func probeStartup(
    _ container: ContainerHandle, _ id: UInt64, _ plan: ContainerPlan, _ program: Program
  ) {
    guard let probe = plan.startupProbe else { return }
    let limit = probe.initialDelaySeconds + probe.periodSeconds * Double(probe.failureThreshold)
    var needed = 1.0
    if case .ready(let range) = program.readiness { needed = dice.between(range) }
    if case .never = program.readiness { needed = limit + 1 }
    let polls = (max(0, needed - probe.initialDelaySeconds) / probe.periodSeconds).rounded(.up)
    if needed <= limit {
      after(probe.initialDelaySeconds + polls * probe.periodSeconds + 0.1) { world in
        guard world.running(container, id) != nil, world.alive(container) != nil else { return }
        world.update(container.pod) { state in
          state[container].hasStarted = true
          if plan.readinessProbe == nil { state[container].isReady = true }
          state.updateReadiness(at: world.now.seconds)
        }
        world.begun(container, id, plan, program)
      }
      return
    }
    for count in 1...probe.failureThreshold {
      after(probe.initialDelaySeconds + probe.periodSeconds * Double(count)) { world in
        world.failStartup(container, id, plan, isLast: count == probe.failureThreshold)
      }
    }
  }

  private func failStartup(_ container: ContainerHandle, _ id: UInt64, _ plan: ContainerPlan, isLast: Bool) {
    guard running(container, id) != nil, alive(container) != nil else { return }
    report(
      .warning, "Unhealthy", "Startup probe failed: HTTP probe failed with statuscode: 503", container)
    guard isLast else { return }
    report(.normal, "Killing", "Container \(plan.name) failed startup probe, will be restarted", container)
    after(dice.between(0.5...2)) { $0.end(container, id, code: 137, reason: "Error") }
  }

  func scheduleReadiness(
    _ container: ContainerHandle, _ id: UInt64, _ plan: ContainerPlan, _ program: Program
  ) {
    guard let probe = plan.readinessProbe, !container.isInit || plan.isSidecar else { return }
    let first = probe.initialDelaySeconds + probe.periodSeconds
    switch program.readiness {
    case .ready(let seconds):
      after(max(probe.initialDelaySeconds, dice.between(seconds))) { $0.setReady(container, id, true) }
    case .never(let finding):
      after(first) { $0.probeInVain(container, id, finding, every: probe.periodSeconds) }
    case .follows(let service, let namespace, let finding):
      after(first) {
        $0.probe(
          container, id, every: probe.periodSeconds, finding,
          { $0.hasReadyPods(behind: service, namespace) })
      }
    case .slowsDown(let range, let finding):
      after(max(probe.initialDelaySeconds, 2)) { $0.setReady(container, id, true) }
      let end = now + dice.between(range)
      after(first) {
        $0.probe(container, id, every: probe.periodSeconds, finding, { $0.now < end })
      }
    }
  }

  /// Asks again and again, and says so when the answer is bad.
  private func probe(
    _ container: ContainerHandle, _ id: UInt64, every seconds: Double, _ finding: String,
    _ isWell: @escaping (World) -> Bool
  ) {
    guard running(container, id) != nil, alive(container) != nil else { return }
    if isWell(self) {
      setReady(container, id, true)
    } else {
      report(.warning, "Unhealthy", "Readiness probe failed: \(finding)", container)
      setReady(container, id, false)
    }
    after(seconds) { $0.probe(container, id, every: seconds, finding, isWell) }
  }

  func hasReadyPods(behind service: String, _ namespace: String) -> Bool {
    guard let found = store[.services][ObjectKey(namespace: namespace, name: service)],
      let selector = found.json("spec")?["selector"]
    else { return false }
    return pods(in: namespace, LabelSelector(matching: PodTemplate.pairs(selector))).contains {
      $0.state.isReady && $0.object.meta.deletion == nil
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

  func setReady(_ container: ContainerHandle, _ id: UInt64, _ isReady: Bool) {
    guard let found = running(container, id), found.isReady != isReady, alive(container) != nil else {
      return
    }
    update(container.pod) { state in
      state[container].isReady = isReady
      state.updateReadiness(at: now.seconds)
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

  private func failLiveness(_ container: ContainerHandle, _ id: UInt64, times: Int) {
    guard running(container, id) != nil, let (_, _, plan, _) = alive(container),
      let probe = plan.livenessProbe
    else { return }
    report(.warning, "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500", container)
    if times < probe.failureThreshold {
      after(probe.periodSeconds) { $0.failLiveness(container, id, times: times + 1) }
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
}
