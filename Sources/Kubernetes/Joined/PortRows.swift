import Cluster

/// Rows of the ports of pods, joined with the services that send to them.
struct PortRows {
  private var pods: [String: PodPorts] = [:]
  private var services: [String: ServicePorts] = [:]
  /// The rows that each pod has.
  private var shown: [String: Set<String>] = [:]

  mutating func put(_ pod: PodPorts, _ row: inout RowWriter) {
    pods[pod.uid] = pod
    write(pod, &row)
  }

  mutating func removePod(_ uid: String, _ row: inout RowWriter) {
    pods[uid] = nil
    drop(shown.removeValue(forKey: uid) ?? [], &row)
  }

  /// A new list names all pods there are.
  mutating func removeAllPods() { (pods, shown) = ([:], [:]) }

  mutating func put(_ service: ServicePorts) { services[service.uid] = service }
  mutating func removeService(_ uid: String) { services[uid] = nil }
  mutating func removeAllServices() { services = [:] }

  /// Services have changed.
  mutating func writeAll(_ row: inout RowWriter) { for pod in pods.values { write(pod, &row) } }

  private mutating func write(_ pod: PodPorts, _ row: inout RowWriter) {
    var written: Set<String> = []
    let senders = services.values.filter { $0.selects(pod) }.sorted { $0.name < $1.name }
    for port in pod.ports {
      let uid = "\(pod.uid)/\(port.container)/\(port.number)/\(port.transport)"
      let services = senders.flatMap { service in
        service.ports.filter { $0.leads(to: port) }.map { Self.words(service, $0) }
      }
      put(uid, pod, port, services, pod.health, &row)
      written.insert(uid)
    }
    for service in senders {
      for port in service.ports where !pod.ports.contains(where: { port.leads(to: $0) }) {
        let uid = "\(pod.uid)//\(service.name)/\(port.number)/\(port.transport)"
        put(uid, pod, missing(port), [Self.words(service, port)], Self.health(of: port, service, pod), &row)
        written.insert(uid)
      }
    }
    drop((shown[pod.uid] ?? []).subtracting(written), &row)
    shown[pod.uid] = written
  }

  /// What a service sends to, where no container says that it listens there.
  private func missing(_ port: ServicePorts.Port) -> PodPorts.Port {
    let number = Int(port.target)
    return PodPorts.Port(
      container: "", name: number == nil ? port.target : "", number: number ?? 0, transport: port.transport,
      hostPort: 0)
  }

  /// A number need not be declared; of a name nobody knows the number.
  private static func health(of port: ServicePorts.Port, _ service: ServicePorts, _ pod: PodPorts) -> Health {
    if pod.isOver { return Health(.done) }
    if Int(port.target) != nil {
      return Health(
        .good, "no container declares port \(port.target), where service \(service.name) sends to")
    }
    return Health(
      .bad,
      "service \(service.name) sends port \(port.number) to a port named \(port.target), which no container has"
    )
  }

  /// "web:80", with the nodes' port where there is one: "web:80 node 30080".
  private static func words(_ service: ServicePorts, _ port: ServicePorts.Port) -> String {
    "\(service.name):\(port.number)" + (port.nodePort > 0 ? " node \(port.nodePort)" : "")
  }

  private func put(
    _ uid: String, _ pod: PodPorts, _ port: PodPorts.Port, _ services: [String], _ health: Health,
    _ row: inout RowWriter
  ) {
    row.begin(uid: uid, namespace: pod.namespace, name: pod.name, created: pod.created)
    row.cell(port.container)
    row.cell(port.name)
    row.cell(port.number == 0 ? "" : "\(port.number)")
    row.cell(port.transport)
    row.cell(services.joined(separator: ", "))
    row.cell(port.hostPort == 0 ? "" : "\(port.hostPort)")
    row.cell(pod.ip)
    row.cell(pod.node)
    row.setDrill("\(BuiltIn.pods.kind.id) ")
    for (key, value) in pod.labels.sorted(by: { $0.key < $1.key }) { row.addLabel(key.utf8, value.utf8) }
    row.tone = health.tone
    if !health.reason.isEmpty { row.setReason(health.reason) }
    row.end()
  }

  private func drop(_ uids: Set<String>, _ row: inout RowWriter) {
    for uid in uids {
      row.begin(uid: uid, namespace: "", name: "")
      row.endRemoved()
    }
  }
}
