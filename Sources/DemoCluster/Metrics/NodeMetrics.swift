import Document

/// What the kubelet of a node tells of it and its pods.
struct NodeMetrics {
  let world: World
  let node: NodeState

  /// A container that runs, with what it uses.
  struct Running {
    let pod: Object
    let state: PodState
    let plan: ContainerPlan
    let container: ContainerState
    let usage: Usage

    var since: Int64 { container.runningSince ?? 0 }
  }

  let running: [Running]
  /// Pods that have an address.
  let pods: [(object: Object, state: PodState)]

  init(_ world: World, _ node: NodeState) {
    self.world = world
    self.node = node
    var running: [Running] = []
    var pods: [(object: Object, state: PodState)] = []
    for (_, object) in world.pods(on: node) {
      guard case .pod(let body) = object.body, !body.state.isOver else { continue }
      let state = body.state
      if state.sandbox?.isTrue == true { pods.append((object, state)) }
      for index in state.initContainers.indices {
        guard let usage = world.usage(object, state, index, isInit: true) else { continue }
        running.append(
          Running(
            pod: object, state: state, plan: state.template.initContainers[index],
            container: state.initContainers[index], usage: usage))
      }
      for index in state.containers.indices {
        guard let usage = world.usage(object, state, index) else { continue }
        running.append(
          Running(
            pod: object, state: state, plan: state.template.containers[index],
            container: state.containers[index], usage: usage))
      }
    }
    self.running = running
    self.pods = pods
  }

  /// The machine as a whole: its pods, and what the system takes for itself.
  var total: Usage {
    let seed = Dice.hash(node.facts.name)
    let system = 90 + Double(seed % 80)
    let up = max(0, world.now - Moment(seconds: bootTime))
    let wave = 1 + 0.2 * UsageWave.triangle(up / 600)
    let sum = running.reduce(
      Usage(
        milliCPU: system * wave,
        cpuSeconds: system / 1_000 * (up + 0.2 * 600 * UsageWave.integral(up / 600)) + 40,
        memoryBytes: 700_000_000 + Int(seed % 400_000_000))
    ) {
      Usage(
        milliCPU: $0.milliCPU + $1.usage.milliCPU, cpuSeconds: $0.cpuSeconds + $1.usage.cpuSeconds,
        memoryBytes: $0.memoryBytes + $1.usage.memoryBytes)
    }
    // What ended containers used stays used: the machine's counter never falls.
    var meter = world.nodeMeters[node.facts.name] ?? NodeMeter()
    meter.ended += max(0, meter.running - sum.cpuSeconds)
    meter.running = sum.cpuSeconds
    world.nodeMeters[node.facts.name] = meter
    return Usage(
      milliCPU: sum.milliCPU, cpuSeconds: meter.running + meter.ended, memoryBytes: sum.memoryBytes)
  }

  var bootTime: Int64 {
    world.store[.nodes][ObjectKey(namespace: "", name: node.facts.name)]?.meta.created ?? 0
  }
  private var milliseconds: Int64 { world.now.nanoseconds / 1_000_000 }

  private func labels(_ one: Running) -> Exposition.Labels {
    [
      ("container", one.plan.name), ("namespace", one.pod.meta.namespace), ("pod", one.pod.meta.name),
    ]
  }

  // MARK: /metrics/resource

  var resource: Bytes {
    var out = Exposition()
    out.family(
      "container_cpu_usage_seconds_total", "counter",
      "[STABLE] Cumulative cpu time consumed by the container in core-seconds")
    for one in running {
      out.sample("container_cpu_usage_seconds_total", labels(one), one.usage.cpuSeconds, at: milliseconds)
    }
    out.family(
      "container_memory_working_set_bytes", "gauge",
      "[STABLE] Current working set of the container in bytes")
    for one in running {
      out.sample(
        "container_memory_working_set_bytes", labels(one), Double(one.usage.memoryBytes), at: milliseconds)
    }
    out.family(
      "container_start_time_seconds", "gauge",
      "[STABLE] Start time of the container since unix epoch in seconds")
    for one in running { out.sample("container_start_time_seconds", labels(one), Double(one.since)) }
    let total = total
    out.family(
      "node_cpu_usage_seconds_total", "counter",
      "[STABLE] Cumulative cpu time consumed by the node in core-seconds")
    out.sample("node_cpu_usage_seconds_total", [], total.cpuSeconds, at: milliseconds)
    out.family(
      "node_memory_working_set_bytes", "gauge", "[STABLE] Current working set of the node in bytes")
    out.sample("node_memory_working_set_bytes", [], Double(total.memoryBytes), at: milliseconds)
    writePods(to: &out)
    out.family(
      "resource_scrape_error", "gauge",
      "[STABLE] 1 if there was an error while getting container metrics, 0 otherwise")
    out.sample("resource_scrape_error", [], 0)
    return out.text
  }

  private func writePods(to out: inout Exposition) {
    func labels(_ pod: Object) -> Exposition.Labels {
      [("namespace", pod.meta.namespace), ("pod", pod.meta.name)]
    }
    let usages = pods.map { world.usage($0.object, $0.state) }
    out.family(
      "pod_cpu_usage_seconds_total", "counter",
      "[STABLE] Cumulative cpu time consumed by the pod in core-seconds")
    for (pod, usage) in zip(pods, usages) {
      out.sample("pod_cpu_usage_seconds_total", labels(pod.object), usage.cpuSeconds, at: milliseconds)
    }
    out.family("pod_memory_working_set_bytes", "gauge", "[STABLE] Current working set of the pod in bytes")
    for (pod, usage) in zip(pods, usages) {
      out.sample(
        "pod_memory_working_set_bytes", labels(pod.object), Double(usage.memoryBytes), at: milliseconds)
    }
  }

  // MARK: /stats/summary

  var summary: Bytes {
    let time = JSON.string(World.timestamp(world.now.seconds))
    let total = total
    var nodePart: JSON = ["nodeName": .string(node.facts.name), "systemContainers": []]
    nodePart["startTime"] = .string(World.timestamp(bootTime))
    nodePart["cpu"] = cpu(total, time)
    nodePart["memory"] = memory(total, limit: node.allocatableBytes + 536_870_912, time)
    nodePart["network"] = network(Dice.hash(node.facts.name), since: bootTime, time)
    nodePart["fs"] = fs(used: 29_053_497_344, time)
    nodePart["runtime"] = [
      "imageFs": fs(used: node.images.count * 71_000_000, time),
      "containerFs": fs(used: running.count * 2_100_000, time),
    ]
    let podPart = pods.map { pod -> JSON in
      let usage = world.usage(pod.object, pod.state)
      var part: JSON = [
        "podRef": [
          "name": .string(pod.object.meta.name), "namespace": .string(pod.object.meta.namespace),
          "uid": .string(pod.object.meta.uid.description),
        ]
      ]
      part["startTime"] = .string(World.timestamp(pod.state.started ?? pod.object.meta.created))
      part["containers"] = .array(
        running.filter { $0.pod === pod.object }.map { one in
          [
            "name": .string(one.plan.name), "startTime": .string(World.timestamp(one.since)),
            "cpu": cpu(one.usage, time), "memory": memory(one.usage, limit: one.plan.memoryLimitBytes, time),
            "rootfs": fs(used: 24_576, time),
            "logs": fs(used: Int(world.now.seconds - one.since) % 900_000, time),
          ]
        })
      part["cpu"] = cpu(usage, time)
      part["memory"] = memory(usage, limit: 0, time)
      part["network"] = network(pod.object.meta.uid.low, since: pod.state.started ?? 0, time)
      part["ephemeral-storage"] = fs(used: 1_200_000, time)
      return part
    }
    return (["node": nodePart, "pods": .array(podPart)] as JSON).encoded()
  }

  private func cpu(_ usage: Usage, _ time: JSON) -> JSON {
    [
      "time": time, "usageNanoCores": .int(Int(usage.milliCPU * 1e6)),
      "usageCoreNanoSeconds": .int(Int(usage.cpuSeconds * 1e9)),
    ]
  }

  private func memory(_ usage: Usage, limit: Int, _ time: JSON) -> JSON {
    var memory: JSON = ["time": time]
    if limit > 0 { memory["availableBytes"] = .int(max(0, limit - usage.memoryBytes)) }
    memory["usageBytes"] = .int(usage.memoryBytes + usage.memoryBytes / 16)
    memory["workingSetBytes"] = .int(usage.memoryBytes)
    memory["rssBytes"] = .int(usage.memoryBytes * 9 / 10)
    memory["pageFaults"] = .int(usage.memoryBytes / 4_096)
    memory["majorPageFaults"] = 0
    return memory
  }

  private func fs(used: Int, _ time: JSON) -> JSON {
    [
      "time": time, "availableBytes": 72_389_689_344, "capacityBytes": 104_807_270_809,
      "usedBytes": .int(used), "inodesFree": 16_169_244, "inodes": 16_777_216, "inodesUsed": 776,
    ]
  }

  private func network(_ seed: UInt64, since: Int64, _ time: JSON) -> JSON {
    let (received, sent) = NodeMetrics.traffic(seed, seconds: world.now - Moment(seconds: since))
    let bytes: JSON = [
      "name": "eth0", "rxBytes": .int(Int(received)), "rxErrors": 0, "txBytes": .int(Int(sent)),
      "txErrors": 0,
    ]
    var network: JSON = ["time": time]
    for member in bytes.members { network[member.key] = member.value }
    network["interfaces"] = [bytes]
    return network
  }

  /// The bytes that came in and went out in so many seconds.
  static func traffic(_ seed: UInt64, seconds: Double) -> (received: Double, sent: Double) {
    let rate = 400 + Double(seed % 60_000)
    return ((rate * max(0, seconds)).rounded(), (rate * 0.7 * max(0, seconds)).rounded())
  }
}
