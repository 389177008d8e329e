/// What a container uses: waves around a level of its own. One model for `kubectl top`, for what kubelets and
/// pods export, and for autoscalers.
struct Usage: Sendable {
  /// Thousandths of a core at this moment.
  let milliCPU: Double
  /// Since the container started.
  let cpuSeconds: Double
  let memoryBytes: Int

  static let zero = Usage(milliCPU: 0, cpuSeconds: 0, memoryBytes: 0)
}

/// The waves of one run of a container.
struct UsageWave: Sendable {
  private let level, period, phase: Double
  private let start: Moment
  private let plan: ContainerPlan
  private let id: UInt64

  init(_ plan: ContainerPlan, id: UInt64, start: Moment) {
    self.plan = plan
    self.id = id
    self.start = start
    func share(_ salt: UInt64) -> Double { Double(Dice.mixed(id &+ salt) % 1_000) / 1_000 }
    // Most programs ask for about twice of what they use.
    let request = plan.milliCPU > 0 ? Double(plan.milliCPU) : 20
    level = request * (0.25 + 0.35 * share(1)) * (plan.program?.cpuShare ?? 1)
    period = 240 + 600 * share(2)
    phase = share(3)
  }

  /// Between 0.5 and 1.5 of the level.
  func milliCPU(at moment: Moment) -> Double {
    level * (1 + 0.5 * UsageWave.triangle((moment - start) / period + phase))
  }

  func cpuSeconds(until moment: Moment) -> Double {
    let seconds = max(0, moment - start)
    let wave = UsageWave.integral(seconds / period + phase) - UsageWave.integral(phase)
    // Starting costs half a second.
    return level / 1_000 * (seconds + 0.5 * period * wave) + min(0.5, seconds * 0.2)
  }

  func memoryBytes(at moment: Moment) -> Int {
    let limit = Double(plan.memoryLimitBytes)
    let request = plan.memoryBytes > 0 ? Double(plan.memoryBytes) : limit > 0 ? limit / 2 : 48e6
    let own = 0.45 + 0.35 * Double(Dice.mixed(id &+ 4) % 1_000) / 1_000
    let age = max(0, moment - start)
    // It grows while it warms up, and breathes.
    let warm = min(1, 0.4 + age / 300)
    let breath = 1 + 0.04 * UsageWave.triangle(age / (period * 2) + phase)
    var bytes = request * own * warm * breath
    if case .leaks(let range) = plan.program?.fate, limit > 0 {
      bytes = max(bytes, limit * min(0.98, age / range.upperBound))
    }
    if limit > 0 { bytes = min(bytes, limit * 0.97) }
    return Int(bytes) & ~4_095
  }

  /// From -1 to 1 and back, once in each 1; no sine without a math library.
  static func triangle(_ x: Double) -> Double {
    let part = x - x.rounded(.down)
    return part < 0.5 ? 4 * part - 1 : 3 - 4 * part
  }

  /// Of the triangle, from 0.
  static func integral(_ x: Double) -> Double {
    let part = x - x.rounded(.down)
    return part < 0.5 ? 2 * part * part - part : 3 * part - 2 * part * part - 1
  }
}

/// What comes in from outside for a workload, in waves that its pods share.
struct Load: Sendable {
  /// Together, in thousandths of a core.
  let least, most: Double
  let periodSeconds: Double

  func milliCPU(at moment: Moment) -> Double {
    let x = Double(moment.nanoseconds % Int64(periodSeconds * 1e9)) / 1e9 / periodSeconds
    // A little noise that is the same for all who look at that moment.
    let noise = Double(Dice.mixed(UInt64(bitPattern: moment.nanoseconds / 15_000_000_000)) % 1_000) / 1_000
    return (least + most) / 2 + (most - least) / 2 * UsageWave.triangle(x) + (noise - 0.5) * least * 0.1
  }
}

extension World {
  /// What a container uses now; nil unless it runs.
  func usage(_ pod: Object, _ state: PodState, _ index: Int, isInit: Bool = false) -> Usage? {
    let container = isInit ? state.initContainers[index] : state.containers[index]
    let plan = isInit ? state.template.initContainers[index] : state.template.containers[index]
    guard let since = container.runningSince else { return nil }
    let wave = UsageWave(plan, id: container.id, start: Moment(seconds: since))
    let memory = wave.memoryBytes(at: now)
    guard !isInit, index == 0, let app = pod.meta.label("app"),
      let load = loads[ObjectKey(namespace: pod.meta.namespace, name: app)]
    else {
      return Usage(
        milliCPU: wave.milliCPU(at: now), cpuSeconds: wave.cpuSeconds(until: now), memoryBytes: memory)
    }
    let ready = pods(in: pod.meta.namespace, LabelSelector(matching: [Pair("app", app)]))
      .filter { $0.state.isReady }.count
    let rate = container.isReady ? load.milliCPU(at: now) / Double(max(1, ready)) : 4
    let limit = Double(plan.milliCPULimit)
    let milli = limit > 0 ? min(limit, rate) : rate
    // How many share the load changes, so what was used has to be added up.
    var meter =
      meters[container.id] ?? Meter(seconds: milli / 1_000 * max(0, now - Moment(seconds: since)), at: now)
    meter.seconds += milli / 1_000 * max(0, now - meter.at)
    meter.at = now
    meters[container.id] = meter
    return Usage(milliCPU: milli, cpuSeconds: meter.seconds, memoryBytes: memory)
  }

  /// What a pod uses with all its containers.
  func usage(_ pod: Object, _ state: PodState) -> Usage {
    var sum = (milli: 0.0, seconds: 0.0, memory: 0)
    func add(_ usage: Usage?) {
      guard let usage else { return }
      sum = (sum.milli + usage.milliCPU, sum.seconds + usage.cpuSeconds, sum.memory + usage.memoryBytes)
    }
    for index in state.containers.indices { add(usage(pod, state, index)) }
    for index in state.initContainers.indices { add(usage(pod, state, index, isInit: true)) }
    return Usage(milliCPU: sum.milli, cpuSeconds: sum.seconds, memoryBytes: sum.memory)
  }
}

/// The seconds of CPU that a container has used, added up.
struct Meter {
  var seconds: Double
  var at: Moment
}

/// The seconds of CPU that a node has used: of what runs there, and of what ran.
struct NodeMeter {
  var running = 0.0
  var ended = 0.0
}
