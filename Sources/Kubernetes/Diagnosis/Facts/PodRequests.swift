import Document

/// What a pod asks of a node, added up as the scheduler does it: containers and sidecars together, or what its start takes at most
/// (one init container after the other beside the sidecars started so far); what the pod asks for as a whole goes before that;
/// and its overhead.
///
/// Source: Kubernetes, "Resource Management for Pods and Containers"; "Sidecar Containers", resource sharing; "Pod Overhead".
struct PodRequests {
  private(set) var milliCPU: Int64 = 0
  private(set) var memory: Int64 = 0
  /// By resource, in whole units: "nvidia.com/gpu", "ephemeral-storage".
  private(set) var others: [String: Int64] = [:]
  private(set) var hostPorts: [String] = []

  private init() {}

  init(_ pod: PodBytes) {
    for container in pod[.containers].elements { take(container) }
    var (sidecars, starting) = (PodRequests(), PodRequests())
    for container in pod[.initContainers].elements {
      var alone = sidecars
      alone.take(container)
      if PodBytes.isSidecar(container) {
        take(container)
        sidecars = alone
      }
      starting.raise(to: alone)
    }
    raise(to: starting)
    pod[.resources]?["requests"]?.eachMember { key, value in
      guard let amount = Quantity(value.plainText) else { return }
      if isKey(key, "cpu") { milliCPU = max(0, amount.milliValue) }
      if isKey(key, "memory") { memory = max(0, amount.value) }
    }
    add(pod[.overhead])
  }

  private mutating func raise(to other: PodRequests) {
    milliCPU = max(milliCPU, other.milliCPU)
    memory = max(memory, other.memory)
    others.merge(other.others, uniquingKeysWith: max)
  }

  private mutating func add(_ amounts: JSONSlice?) {
    amounts?.eachMember { key, value in
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
  }

  private mutating func take(_ container: JSONSlice) {
    add(container["resources"]?["requests"])
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
