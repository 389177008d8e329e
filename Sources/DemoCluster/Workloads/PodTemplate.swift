import Document

/// What the pods of one revision have in common: read once from a workload's template, and shared by all of
/// them.
final class PodTemplate: Sendable {
  /// `{"metadata":{…},"spec":{…}}` as it stands in the workload.
  let source: JSON
  let labels, annotations: [Pair]
  let initContainers, containers: [ContainerPlan]
  let restartPolicy: String
  let graceSeconds: Int
  /// Of all containers together.
  let milliCPU, memoryBytes: Int
  let nodeSelector: [Pair]
  /// What other rules there are for where they may run.
  let placement: Placement
  let tolerations: [Toleration]
  /// Named ports of all containers.
  let ports: [String: Int]
  /// The claims that the pods mount, with `PodText.podNameMark` for a pod's own name.
  let claims: [String]
  /// Volumes that cannot be mounted without a Secret or a ConfigMap.
  let mounts: [NeededMount]
  let activeDeadlineSeconds: Int?
  let nodeName: String?
  let hasHostNetwork: Bool
  let serviceAccount: String
  /// The name of a class, and a number of its own.
  let priorityClass: String?
  let ownPriority: Int?
  /// Whether it may throw others off a node.
  let preempts: Bool
  /// What it takes of its node's own ports: "TCP/80".
  let hostPorts: Set<String>
  let hash: String
  let text: PodText

  init(_ source: JSON, images: ImageRegistry) {
    self.source = source
    let spec = source["spec"]
    labels = PodTemplate.pairs(source["metadata"]["labels"])
    annotations = PodTemplate.pairs(source["metadata"]["annotations"])
    initContainers = spec["initContainers"].array.map { ContainerPlan($0, images: images) }
    containers = spec["containers"].array.map { ContainerPlan($0, images: images) }
    restartPolicy = spec["restartPolicy"].string ?? "Always"
    graceSeconds = spec["terminationGracePeriodSeconds"].int ?? 30
    let sidecars = initContainers.filter(\.isSidecar)
    // Init containers run before the others, so the largest of them counts alone.
    milliCPU = max(
      (containers + sidecars).reduce(0) { $0 + $1.milliCPU }, initContainers.map(\.milliCPU).max() ?? 0)
    memoryBytes = max(
      (containers + sidecars).reduce(0) { $0 + $1.memoryBytes }, initContainers.map(\.memoryBytes).max() ?? 0)
    nodeSelector = PodTemplate.pairs(spec["nodeSelector"])
    placement = Placement(spec)
    let own = spec["tolerations"].array.map(Toleration.init)
    // Every pod bears a node that is away for a while.
    tolerations =
      own
      + ["not-ready", "unreachable"].filter { key in
        !own.contains { $0.tolerates(Taint("node.kubernetes.io/\(key)", "NoExecute")) }
      }.map { Toleration.short("node.kubernetes.io/\($0)") }
    var ports: [String: Int] = [:]
    for container in spec["containers"].array + spec["initContainers"].array {
      for port in container["ports"].array {
        if let name = port["name"].string, let number = port["containerPort"].int { ports[name] = number }
      }
    }
    self.ports = ports
    activeDeadlineSeconds = spec["activeDeadlineSeconds"].int
    nodeName = spec["nodeName"].string
    claims = spec["volumes"].array.compactMap { $0["persistentVolumeClaim"]["claimName"].string }
    mounts = spec["volumes"].array.compactMap(NeededMount.init)
    hasHostNetwork = spec["hostNetwork"].bool ?? false
    serviceAccount = spec["serviceAccountName"].string ?? "default"
    let named = spec["priorityClassName"].string ?? ""
    priorityClass = named.isEmpty ? nil : named
    ownPriority = spec["priority"].int
    preempts = spec["preemptionPolicy"].string != "Never"
    var hostPorts: Set<String> = []
    for container in spec["containers"].array {
      for port in container["ports"].array {
        let number =
          port["hostPort"].int ?? (spec["hostNetwork"].bool == true ? port["containerPort"].int : nil)
        if let number, number > 0 { hostPorts.insert("\(port["protocol"].string ?? "TCP")/\(number)") }
      }
    }
    self.hostPorts = hostPorts
    hash = Dice.nameHash(source.text)
    text = PodText(source, containers: containers)
  }

  /// The class that decides who goes first when a node runs out of memory.
  var qosClass: String {
    if containers.allSatisfy({ $0.requests.isEmpty && $0.limits.isEmpty }) { return "BestEffort" }
    let isGuaranteed = containers.allSatisfy { plan in
      plan.limits.count == 2 && (plan.requests == plan.limits || plan.requests.isEmpty)
    }
    return isGuaranteed ? "Guaranteed" : "Burstable"
  }

  static func pairs(_ json: JSON) -> [Pair] {
    json.members.map { Pair($0.key, $0.value.string ?? "") }.sorted { $0.key < $1.key }
  }
}
