import Document

extension TableDefinition {
  static let services = TableDefinition([
    .name,
    .text("Type", "How the service can be reached."),
    .text("Cluster-IP", "Its address inside the cluster."),
    .text("External-IP", "Its addresses outside."),
    .text("Port(s)", "Its ports, with those of the nodes behind a colon."),
    .age,
    .wide("Selector", "The labels of the pods behind it."),
  ]) { object, row in
    let spec = row.spec
    row.name()
    row.text(spec?["type"]?.string ?? "")
    row.text(spec?["clusterIP"]?.string, or: "<none>")
    row.text(externalAddress(object))
    row.text((spec?["ports"]?.elements ?? []).map(port).joined(separator: ","), or: "<none>")
    row.age()
    row.text(spec?["selector"]?.pairs, or: "<none>")
  }

  private static func port(_ port: JSONSlice) -> String {
    let node = port["nodePort"]?.int.map { ":\($0)" } ?? ""
    return "\(port["port"]?.int ?? 0)\(node)/\(port["protocol"]?.string ?? "TCP")"
  }

  private static func externalAddress(_ service: JSONSlice) -> String {
    let spec = service["spec"]
    var addresses = spec?["externalIPs"]?.strings ?? []
    switch spec?["type"]?.string {
    case "ExternalName": return spec?["externalName"]?.string ?? ""
    case "LoadBalancer":
      let balanced = service["status"]?["loadBalancer"]?["ingress"]?.elements ?? []
      addresses = balanced.compactMap { $0["ip"]?.string ?? $0["hostname"]?.string } + addresses
      return addresses.isEmpty ? "<pending>" : addresses.joined(separator: ",")
    default: return addresses.isEmpty ? "<none>" : addresses.joined(separator: ",")
    }
  }

  static let endpointSlices = TableDefinition([
    .name,
    .text("AddressType", "What the addresses are."),
    .text("Ports", "The ports of every endpoint."),
    .text("Endpoints", "The first addresses."),
    .age,
  ]) { object, row in
    row.name()
    row.text(object["addressType"]?.string ?? "")
    let ports = (object["ports"]?.elements ?? []).map { $0["port"]?.int.map { "\($0)" } ?? "" }
    row.text(few(ports))
    row.text(few((object["endpoints"]?.elements ?? []).flatMap { $0["addresses"]?.strings ?? [] }))
    row.age()
  }

  private static func few(_ items: [String]) -> String {
    if items.isEmpty { return "<unset>" }
    let more = items.count > 3 ? " + \(items.count - 3) more..." : ""
    return items.prefix(3).joined(separator: ",") + more
  }

  static let endpoints = TableDefinition([
    .name, .text("Endpoints", "The addresses behind the service."), .age,
  ]) { object, row in
    row.name()
    var texts: [String] = []
    for subset in object["subsets"]?.elements ?? [] {
      let ports = (subset["ports"]?.elements ?? []).compactMap { $0["port"]?.int }
      for address in subset["addresses"]?.elements ?? [] {
        let ip = address["ip"]?.string ?? ""
        texts += ports.isEmpty ? [ip] : ports.map { "\(ip):\($0)" }
      }
    }
    let more = texts.count > 3 ? " + \(texts.count - 3) more..." : ""
    row.text(texts.prefix(3).joined(separator: ",") + more, or: "<none>")
    row.age()
  }

  static let ingresses = TableDefinition([
    .name,
    .text("Class", "Which controller serves it."),
    .text("Hosts", "The host names it takes."),
    .text("Address", "Where it can be reached."),
    .text("Ports", "On which ports."),
    .age,
  ]) { object, row in
    let spec = row.spec
    row.name()
    row.text(spec?["ingressClassName"]?.string, or: "<none>")
    let hosts = (spec?["rules"]?.elements ?? []).compactMap { $0["host"]?.string }
    row.text(
      hosts.count > 3
        ? "\(hosts.prefix(3).joined(separator: ",")) + \(hosts.count - 3) more..."
        : hosts.joined(separator: ","), or: "*")
    let balanced = row.status?["loadBalancer"]?["ingress"]?.elements ?? []
    row.text(balanced.compactMap { $0["ip"]?.string ?? $0["hostname"]?.string }.joined(separator: ","))
    row.text(spec?["tls"]?.elements.isEmpty == false ? "80, 443" : "80")
    row.age()
  }

  static let ingressClasses = TableDefinition([
    .name,
    .text("Controller", "What serves ingresses of this class."),
    .text("Parameters", "Where its settings are."),
    .age,
  ]) { object, row in
    let isDefault = row.metadata?["annotations"]?["ingressclass.kubernetes.io/is-default-class"]
    row.text(
      (row.metadata?["name"]?.string ?? "") + (isDefault?.isText("true") == true ? " (default)" : ""))
    row.text(row.spec?["controller"]?.string ?? "")
    let parameters = row.spec?["parameters"]
    row.text(
      parameters == nil
        ? "<none>" : "\(parameters?["kind"]?.string ?? "")/\(parameters?["name"]?.string ?? "")")
    row.age()
  }

  static let networkPolicies = TableDefinition([
    .name, .text("Pod-Selector", "The pods it holds for."), .age,
  ]) { object, row in
    row.name()
    row.text(row.spec?["podSelector"]?.labelSelectorText ?? "<none>")
    row.age()
  }
}
