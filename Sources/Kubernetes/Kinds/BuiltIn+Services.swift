import Cluster
import Document

extension BuiltIn {
  static let services = services(nil)

  /// - Parameter tally: knows what is behind services; nil where nobody looked.
  static func services(_ tally: EndpointTally?) -> BuiltIn {
    BuiltIn(
      Kind(
        id: "v1/services", name: "Service", short: ["svc"], role: .network, abilities: .document,
        children: .selected("v1/pods")),
      cells(tally), drill: .map("spec.selector"),
      health: .reading(
        "spec.type", "status.loadBalancer.ingress", "spec.selector", "metadata.namespace", "metadata.name"
      ) { fields in
        if let tally, let trouble = behind(fields, tally) { return trouble }
        return fields[0].has("LoadBalancer") && fields[1].elementCount == 0
          ? Health(.pending, "no load balancer has given it an address yet") : .good
      })
  }

  /// What selects pods shall have some, and one that is ready.
  private static func behind(_ fields: Fields, _ tally: EndpointTally) -> Health? {
    guard fields[2].isPresent, !fields[0].has("ExternalName"),
      let count = tally["\(fields[3].line)/\(fields[4].line)"], count.ready == 0
    else { return nil }
    let selector = LabelSelector.text(ofMap: fields[2]) ?? ""
    return count.total == 0
      ? Health(.pending, "nothing answers: no pod has the labels \(selector)")
      : Health(.bad, "nothing answers: none of its \(count.total) endpoints is ready")
  }

  private static func cells(_ tally: EndpointTally?) -> [Cell] {
    [
      .text("TYPE", "spec.type").priority(6),
      .computed("CLUSTER-IP", "spec.clusterIPs", "spec.clusterIP") { fields in
        fields[0].elements.first?.line ?? (fields[1].isPresent ? fields[1].line : "<none>")
      }.priority(5),
      .computed(
        "EXTERNAL-IP", "spec.type", "spec.externalIPs", "spec.externalName", "status.loadBalancer.ingress"
      ) { fields in
        externalIP(type: fields[0], own: fields[1], name: fields[2], ingress: fields[3])
      }.priority(4),
      .computed("PORTS", "spec.ports") { fields in
        let ports = fields[0].elements.map(portText)
        return ports.isEmpty ? "<none>" : ports.joined(separator: ",")
      }.priority(7),
      Cell("ENDPOINTS", .number, ["metadata.namespace", "metadata.name", "spec.type"]) { fields, row in
        let count = fields[2].has("ExternalName") ? nil : tally?["\(fields[0].line)/\(fields[1].line)"]
        if let count { row.cell(ratio: count.ready, of: count.total) } else { row.cell("") }
      }.priority(8),
      .map("SELECTOR", "spec.selector").wide,
    ]
  }

  private static func externalIP(
    type: JSONSlice?, own: JSONSlice?, name: JSONSlice?, ingress: JSONSlice?
  ) -> String {
    let addresses = own.elements.map(\.line)
    switch type.line {
    case "ClusterIP", "NodePort": return addresses.isEmpty ? "<none>" : addresses.joined(separator: ",")
    case "LoadBalancer":
      let all = LoadBalancer.addresses(ingress) + addresses
      return all.isEmpty ? "<pending>" : all.joined(separator: ",")
    case "ExternalName": return name.line
    default: return "<unknown>"
    }
  }

  /// "443:31053/TCP": the port, the nodes' port where there is one, the protocol.
  private static func portText(_ port: JSONSlice) -> String {
    let nodePort = port["nodePort"].count
    return "\(port["port"].count)\(nodePort > 0 ? ":\(nodePort)" : "")/\(port["protocol"].line)"
  }
}

/// What a load balancer published for a Service or an Ingress.
enum LoadBalancer {
  static func addresses(_ ingress: JSONSlice?) -> [String] {
    let found = ingress.elements.map { $0["ip"].isPresent ? $0["ip"].line : $0["hostname"].line }
    return Set(found.filter { !$0.isEmpty }).sorted()
  }
}
