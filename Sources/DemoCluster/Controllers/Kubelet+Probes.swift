import Document

/// The kubelets' probes: they ask containers how they are, say what they find, and act on it.
extension World {
  func probeStartup(
    _ container: ContainerHandle, _ id: UInt64, _ plan: ContainerPlan, _ program: Program
  ) {
    guard let probe = plan.startupProbe else { return }
    if program.isGuessed, case .ready = program.readiness {
      schedulePoll(.startup, container, id, plan)
      return
    }
    let limit = probe.initialDelaySeconds + probe.periodSeconds * Double(probe.failureThreshold)
    var needed = 1.0
    if case .ready(let range) = program.readiness { needed = dice.between(range) }
    if case .never = program.readiness { needed = limit + 1 }
    let polls = (max(0, needed - probe.initialDelaySeconds) / probe.periodSeconds).rounded(.up)
    if needed <= limit {
      after(probe.initialDelaySeconds + polls * probe.periodSeconds + 0.1) { world in
        guard world.running(container, id) != nil, world.alive(container) != nil else { return }
        world.startedUp(container, id, plan)
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
    if program.isGuessed, case .ready = program.readiness {
      schedulePoll(.readiness, container, id, plan)
      return
    }
    switch program.readiness {
    case .ready(let seconds):
      after(max(probe.initialDelaySeconds, dice.between(seconds))) { $0.setReady(container, id, true) }
    case .never(let finding):
      after(first) { $0.probeInVain(container, id, finding, every: probe.periodSeconds) }
    case .follows(let service, let namespace, let finding):
      after(first) {
        $0.probe(container, id, probe, finding, { $0.hasReadyPods(behind: service, namespace) })
      }
    case .slowsDown(let range, let finding):
      after(max(probe.initialDelaySeconds, 2)) { $0.setReady(container, id, true) }
      let end = now + dice.between(range)
      after(first) {
        $0.probe(container, id, probe, finding, { $0.now < end })
      }
    }
  }

  /// Asks again and again, and says so when the answer is bad.
  private func probe(
    _ container: ContainerHandle, _ id: UInt64, _ probe: ContainerPlan.Probe, _ finding: String,
    failures: Int = 0, _ isWell: @escaping (World) -> Bool
  ) {
    guard running(container, id) != nil, let (_, state, plan, _) = alive(container) else { return }
    let isGood = isWell(self)
    if isGood {
      setReady(container, id, true)
    } else {
      let address = "\(state.addressText ?? "127.0.0.1"):\(plan.port)"
      report(
        .warning, "Unhealthy",
        "Readiness probe failed: \(finding.replacingMark("{address}", with: address))", container)
      if failures + 1 >= probe.failureThreshold { setReady(container, id, false) }
    }
    after(probe.periodSeconds) {
      $0.probe(container, id, probe, finding, failures: isGood ? 0 : failures + 1, isWell)
    }
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

  func failLiveness(_ container: ContainerHandle, _ id: UInt64, times: Int) {
    guard running(container, id) != nil, let (_, _, plan, _) = alive(container),
      let probe = plan.livenessProbe
    else { return }
    report(.warning, "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500", container)
    if times < probe.failureThreshold {
      after(probe.periodSeconds) { $0.failLiveness(container, id, times: times + 1) }
      return
    }
    kill(container, id, .liveness, isDeaf: true)
  }

  /// Ends a container that fails a probe; one that hears nothing is killed when its time of grace is over.
  private func kill(_ container: ContainerHandle, _ id: UInt64, _ kind: ContainerPlan.ProbeKind, isDeaf: Bool)
  {
    guard let (_, state, plan, _) = alive(container) else { return }
    report(
      .normal, "Killing",
      "Container \(plan.name) failed \(kind.rawValue.lowercased()) probe, will be restarted", container)
    let seconds = isDeaf ? Double(state.template.graceSeconds) : dice.between(0.5...2)
    after(seconds) { $0.end(container, id, code: isDeaf ? 137 : 0, reason: isDeaf ? "Error" : "Completed") }
  }

  // MARK: Guessed programs

  func schedulePoll(
    _ kind: ContainerPlan.ProbeKind, _ container: ContainerHandle, _ id: UInt64, _ plan: ContainerPlan
  ) {
    guard let probe = plan.probe(kind) else { return }
    after(probe.initialDelaySeconds + dice.between(0.1...1.5)) { $0.poll(kind, container, id, failures: 0) }
  }

  private func poll(
    _ kind: ContainerPlan.ProbeKind, _ container: ContainerHandle, _ id: UInt64, failures: Int
  ) {
    guard let since = running(container, id)?.runningSince, let (_, state, plan, _) = alive(container),
      let probe = plan.probe(kind)
    else { return }
    let finding = plan.finding(
      probe, seconds: now - Moment(seconds: since), address: state.addressText ?? "127.0.0.1")
    if let finding {
      report(.warning, "Unhealthy", "\(kind.rawValue) probe failed: \(finding)", container)
      if failures + 1 >= probe.failureThreshold {
        if kind != .readiness {
          kill(container, id, kind, isDeaf: plan.program?.ignoresStop ?? false)
          return
        }
        setReady(container, id, false)
      }
    } else if kind == .startup {
      startedUp(container, id, plan)
      return
    } else {
      if kind == .readiness { setReady(container, id, true) }
      // What is well and cannot change need not be asked again.
      if !plan.isFickle { return }
    }
    after(probe.periodSeconds) { $0.poll(kind, container, id, failures: finding == nil ? 0 : failures + 1) }
  }

  private func startedUp(_ container: ContainerHandle, _ id: UInt64, _ plan: ContainerPlan) {
    guard let program = plan.program else { return }
    update(container.pod) { state in
      state[container].hasStarted = true
      if plan.readinessProbe == nil { state[container].isReady = true }
      state.updateReadiness(at: now.seconds)
    }
    begun(container, id, plan, program)
  }
}
