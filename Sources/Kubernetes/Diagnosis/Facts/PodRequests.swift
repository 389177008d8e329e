import Document

/// What a pod asks of a node, added up as the scheduler does it: containers and sidecars together, or the largest
/// init container where that is more, and the pod's overhead.
///
/// Source: Kubernetes, "Resource Management for Pods and Containers"; "Sidecar Containers", resource sharing.
struct PodRequests {
  private(set) var milliCPU: Int64 = 0
  private(set) var memory: Int64 = 0
  /// By resource, in whole units: "nvidia.com/gpu", "ephemeral-storage".
  private(set) var others: [String: Int64] = [:]
  private(set) var hostPorts: [String] = []

  init(_ pod: PodBytes) {
    let containers = pod[.containers].elements
    for container in containers { take(container) }
    guard pod[.initContainers].isPresent else { return }
    let starting = pod[.initContainers].elements
    for container in starting where PodBytes.isSidecar(container) { take(container) }
    for container in starting where !PodBytes.isSidecar(container) {
      let alone = PodRequests(of: container)
      milliCPU = max(milliCPU, alone.milliCPU)
      memory = max(memory, alone.memory)
      others.merge(alone.others, uniquingKeysWith: max)
    }
  }

  private init(of container: JSONSlice) { take(container) }

  private mutating func take(_ container: JSONSlice) {
    container["resources"]?["requests"]?.eachMember { key, value in
      guard let amount = Quantity(value.plainText) else { return }
      if isKey(key, "cpu") {
        milliCPU = milliCPU.bounded(plus: max(0, amount.milliValue))
      } else if isKey(key, "memory") {
        memory = memory.bounded(plus: max(0, amount.value))
      } else {
        let resource = String(decoding: key, as: UTF8.self)
        others[resource] = (others[resource] ?? 0).bounded(plus: max(0, amount.value))
      }
    }
    container["ports"]?.eachElement { port in
      let number = port["hostPort"].count
      if number > 0 {
        hostPorts.append("\(port["protocol"].isPresent ? port["protocol"].line : "TCP") \(number)")
      }
    }
  }
}

/// What the pods of a node ask for together.
struct NodeDemand {
  private(set) var pods: Int64 = 0
  private(set) var milliCPU: Int64 = 0
  private(set) var memory: Int64 = 0
  private(set) var others: [String: Int64] = [:]
  private(set) var hostPorts: Set<String> = []

  mutating func take(_ pod: PodFact) {
    pods += 1
    milliCPU = milliCPU.bounded(plus: pod.milliCPU)
    memory = memory.bounded(plus: pod.memory)
    for (resource, amount) in pod.others { others[resource] = (others[resource] ?? 0).bounded(plus: amount) }
    hostPorts.formUnion(pod.hostPorts)
  }
}
