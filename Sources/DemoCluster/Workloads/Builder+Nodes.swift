import Document

extension Builder {
  /// A node with its lease, and the kubelet that keeps both fresh.
  func node(
    _ name: String, address: String, zone: String, cores: Int, memoryGiB: Int, age: Age,
    isControlPlane: Bool = false
  ) {
    let facts = NodeFacts(name: name, address: address, index: world.nodes.count)
    var labels = [
      ("kubernetes.io/arch", "amd64"), ("kubernetes.io/hostname", name), ("kubernetes.io/os", "linux"),
      ("node.kubernetes.io/instance-type", "dock-\(cores)x\(memoryGiB)"),
      ("topology.kubernetes.io/region", "north-1"),
      ("topology.kubernetes.io/zone", zone),
    ]
    if isControlPlane { labels.append(("node-role.kubernetes.io/control-plane", "")) }
    let taint = "node-role.kubernetes.io/control-plane"
    let meta = meta(
      name, age: age, labels: labels,
      annotations: [
        ("node.alpha.kubernetes.io/ttl", "0"),
        ("volumes.kubernetes.io/controller-managed-attach-detach", "true"),
      ])
    // A little is kept back for the system.
    let memoryKiB = memoryGiB << 20
    let state = NodeState(
      facts, labels: meta.labels, milliCPU: cores * 1_000 - 100,
      bytes: (memoryKiB - 524_288) << 10)
    world.nodes.append(state)
    var spec: JSON = ["podCIDR": .string("10.\(40 + facts.index / 256).\(facts.index % 256).0/24")]
    if isControlPlane { spec["taints"] = [["key": .string(taint), "effect": "NoSchedule"]] }
    let kubelet = NodeReport(
      state, cores: cores, memoryKiB: memoryKiB, since: time(age) + 12,
      machine: Dice.hash(name, world.dice.next()))
    kubelet.register(meta, spec: spec, world)
    world.nodeReports.append(kubelet)
    lease(
      name, "kube-node-lease", holder: name, age: age, every: 10,
      owner: Owner(
        apiVersion: "v1", kind: "Node", name: name, uid: meta.uid, isController: false))
  }

  /// A lease that its holder renews.
  func lease(
    _ name: String, _ namespace: String, holder: String, age: Age, every seconds: Double, owner: Owner? = nil
  ) {
    var meta = meta(name, namespace, age: age)
    if let owner { meta.owners = [owner] }
    meta.managers = [
      FieldManager(
        name: owner == nil ? name : "kubelet", apiVersion: "coordination.k8s.io/v1", time: meta.created,
        fields: ManagedFields.encoded([
          "spec": ["holderIdentity": "", "leaseDurationSeconds": 0, "renewTime": ""]
        ]))
    ]
    let renewed = meta
    func renew(_ world: World) {
      if world.nodes.contains(where: { $0.facts.name == name && ($0.isDead || $0.isGone) }) { return }
      var spec = Bytes()
      spec.put("{")
      spec.put(member: "holderIdentity", holder)
      spec.put(member: "leaseDurationSeconds", owner == nil ? 15 : 40)
      spec.put("\"renewTime\":")
      spec.put(microTime: world.now)
      spec.close("}")
      var meta = renewed
      meta.managers[0].time = world.now.seconds
      world.put(.leases, meta, .members([Object.Member(key: "spec", value: spec)]))
    }
    renew(world)
    world.after(world.dice.between(0.5...seconds)) { world in
      renew(world)
      world.every(seconds, renew)
    }
  }
}

/// What a kubelet reports of its node, again and again.
final class NodeReport {
  let node: NodeState
  private let cores, memoryKiB: Int
  /// When it became ready.
  var since: Int64
  /// Since when it has been short of memory.
  var memoryPressure: Int64?
  private var relieved: Int64?
  private let machine: UInt64

  init(_ node: NodeState, cores: Int, memoryKiB: Int, since: Int64, machine: UInt64) {
    self.node = node
    self.cores = cores
    self.memoryKiB = memoryKiB
    self.since = since
    self.machine = machine
  }

  func endPressure(_ time: Int64) {
    memoryPressure = nil
    relieved = time
  }

  /// Makes the node object.
  func register(_ meta: Meta, spec: JSON, _ world: World) {
    var meta = meta
    meta.managers = [
      FieldManager(
        name: "kubelet", apiVersion: "v1", time: meta.created,
        fields: ManagedFields.encoded([
          "status": [
            "allocatable": ["cpu": "", "memory": "", "pods": ""],
            "conditions": .array(
              ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"].map { ["type": .string($0)] }),
            "images": "", "nodeInfo": "",
          ]
        ]), subresource: "status")
    ]
    let object = world.store.put(
      .nodes, meta, .members([Object.Member(key: "spec", value: spec.encoded())]), at: world.now)
    node.read(object)
  }

  var key: ObjectKey { ObjectKey(namespace: "", name: node.facts.name) }

  /// The real ones report every five minutes when nothing changes.
  func begin(_ world: World) {
    write(world)
    world.after(world.dice.between(10...300)) { [weak self] world in
      self?.write(world)
      world.every(300) { [weak self] world in self?.write(world) }
    }
  }

  func write(_ world: World) {
    guard !node.isDead, let object = world.store[.nodes][key] else { return }
    let status: JSON = [
      "capacity": resources(cores * 1_000, "\(memoryKiB)Ki"),
      "allocatable": resources(node.allocatableMilliCPU, "\(node.allocatableBytes >> 10)Ki"),
      "conditions": conditions(at: world.now.seconds),
      "addresses": [
        ["type": "InternalIP", "address": .string(node.facts.address)],
        ["type": "Hostname", "address": .string(node.facts.name)],
      ],
      "daemonEndpoints": ["kubeletEndpoint": ["Port": 10250]], "nodeInfo": nodeInfo,
      "images": .array(
        node.images.sorted().prefix(50).map { image in
          [
            "names": [.string(ImageRegistry.digest(image)), .string(image)],
            "sizeBytes": .int(Int((world.images.megabytes(image)) * 1_048_576)),
          ]
        }),
    ]
    var meta = object.meta
    meta.touch(manager: "kubelet", subresource: "status", time: world.now.seconds)
    world.store.put(.nodes, meta, object.replacing(["status": status]), at: world.now)
  }

  private func resources(_ milliCPU: Int, _ memory: String) -> JSON {
    [
      "cpu": .string(Amount.text(milliCPU: milliCPU)), "ephemeral-storage": "102350848Ki",
      "hugepages-1Gi": "0", "hugepages-2Mi": "0", "memory": .string(memory), "pods": "110",
    ]
  }

  private func conditions(at time: Int64) -> JSON {
    let conditions: [(String, Bool, String, String)] = [
      memoryPressure == nil
        ? ("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available")
        : (
          "MemoryPressure", true, "KubeletHasInsufficientMemory", "kubelet has insufficient memory available"
        ),
      ("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      ("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      ("Ready", true, "KubeletReady", "kubelet is posting ready status"),
    ]
    return .array(
      conditions.map { type, isTrue, reason, message in
        let pressed = type == "MemoryPressure" ? memoryPressure ?? relieved : nil
        return [
          "type": .string(type), "status": .string(isTrue ? "True" : "False"),
          "lastHeartbeatTime": .string(World.timestamp(time)),
          "lastTransitionTime": .string(World.timestamp(pressed ?? since)), "reason": .string(reason),
          "message": .string(message),
        ]
      })
  }

  private var nodeInfo: JSON {
    var id = Bytes()
    id.put(hex: machine, digits: 16)
    id.put(hex: Dice.mixed(machine), digits: 16)
    let machineID = JSON.string(String(decoding: id, as: UTF8.self))
    return [
      "machineID": machineID, "systemUUID": machineID,
      "bootID": .string(UID(high: machine, low: Dice.mixed(machine)).description),
      "kernelVersion": "6.12.41-dock", "osImage": "Debian GNU/Linux 13 (trixie)",
      "containerRuntimeVersion": "containerd://2.1.4", "kubeletVersion": "v1.36.2", "kubeProxyVersion": "",
      "operatingSystem": "linux", "architecture": "amd64",
    ]
  }
}
