import Cluster
import Document

/// What a pod listens on, as its containers say.
struct PodPorts {
  struct Port {
    var container: String
    var name: String
    var number: Int
    var transport: String
    var hostPort: Int
  }

  let uid: String
  let namespace: String
  let name: String
  let ip: String
  let node: String
  let labels: [String: String]
  let ports: [Port]
  let health: Health
  let created: Int64
  let isOver: Bool

  /// nil for what has no name.
  init?(_ object: JSONSlice) {
    let pod = PodBytes(object)
    guard let name = pod.metadata.name?.string, let uid = pod.metadata.uid?.string else { return nil }
    (self.name, self.uid) = (name, uid)
    namespace = pod.metadata.namespace.line
    ip = pod[.podIP].line
    node = pod[.nodeName].line
    var labels: [String: String] = [:]
    pod.metadata.labels?.eachMember { labels[String(decoding: $0, as: UTF8.self)] = $1.line }
    self.labels = labels
    health = PodHealth(pod: pod, status: PodStatus(pod)).health
    created = object["metadata"]?["creationTimestamp"]?.epochSeconds ?? 0
    isOver = pod.isOver
    let sidecars = pod[.initContainers].elements.filter { PodBytes.isSidecar($0) }
    ports = (sidecars + pod[.containers].elements).flatMap { container in
      container["ports"].elements.map { port in
        Port(
          container: container["name"].line, name: port["name"].line, number: port["containerPort"].count,
          transport: port["protocol"].isPresent ? port["protocol"].line : "TCP",
          hostPort: port["hostPort"].count)
      }
    }
  }
}

/// A service, as far as its ports go.
struct ServicePorts {
  struct Port {
    var name: String
    var number: Int
    /// A number or the name of a container's port.
    var target: String
    var transport: String
    var nodePort: Int
  }

  let uid: String
  let namespace: String
  let name: String
  private let selector: [String: String]
  let ports: [Port]

  init?(_ object: JSONSlice) {
    guard let metadata = object["metadata"], let name = metadata["name"]?.string,
      let uid = metadata["uid"]?.string
    else { return nil }
    (self.name, self.uid) = (name, uid)
    namespace = metadata["namespace"].line
    var selector: [String: String] = [:]
    object["spec"]?["selector"]?.eachMember { selector[String(decoding: $0, as: UTF8.self)] = $1.line }
    self.selector = selector
    ports = (object["spec"]?["ports"]).elements.map { port in
      let number = port["port"].count
      return Port(
        name: port["name"].line, number: number, target: port["targetPort"]?.plainText ?? "\(number)",
        transport: port["protocol"].isPresent ? port["protocol"].line : "TCP",
        nodePort: port["nodePort"].count)
    }
  }

  func selects(_ pod: PodPorts) -> Bool {
    pod.namespace == namespace && !selector.isEmpty && selector.allSatisfy { pod.labels[$0.key] == $0.value }
  }
}

extension ServicePorts.Port {
  func leads(to port: PodPorts.Port) -> Bool {
    transport == port.transport && (target == "\(port.number)" || !port.name.isEmpty && target == port.name)
  }
}
