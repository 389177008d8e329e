import Cluster
import Document

extension BuiltIn {
  static let ingresses = ingresses(nil)

  /// - Parameter tally: knows what is behind services; nil where nobody looked.
  static func ingresses(_ tally: EndpointTally?) -> BuiltIn {
    BuiltIn(
      Kind(
        id: "networking.k8s.io/v1/ingresses", name: "Ingress", short: ["ing"], role: .network,
        abilities: .document, children: .named("v1/services")),
      ingressCells(tally), drill: Drill("spec") { backends($0[0]).joined(separator: " ") },
      health: .reading("status.loadBalancer.ingress", "spec", "metadata.namespace") { fields in
        let names = backends(fields[1])
        let dead = names.filter { tally?["\(fields[2].line)/\($0)"]?.ready == 0 }
        if !dead.isEmpty {
          let which = dead.prefix(3).joined(separator: ", ")
          return Health(
            dead.count == names.count ? .bad : .pending,
            "no endpoint is ready behind service\(dead.count == 1 ? "" : "s") \(which)")
        }
        return fields[0].elementCount == 0
          ? Health(.good, "no ingress controller has published an address for it") : .good
      })
  }

  /// The services that it sends to, each once.
  private static func backends(_ spec: JSONSlice?) -> [String] {
    var all = [spec?["defaultBackend"]]
    for rule in (spec?["rules"]).elements {
      all += (rule["http"]?["paths"]).elements.map { $0["backend"] }
    }
    var names: [String] = []
    for name in all.map({ $0?["service"]?["name"].line ?? "" }) where !name.isEmpty && !names.contains(name) {
      names.append(name)
    }
    return names
  }

  private static func ingressCells(_ tally: EndpointTally?) -> [Cell] {
    [
      .text("CLASS", "spec.ingressClassName", or: "<none>").priority(5),
      .computed("HOSTS", "spec.rules") { fields in
        let hosts = fields[0].elements.map { $0["host"].line }
        let named = hosts.filter { !$0.isEmpty }
        if named.isEmpty { return "*" }
        return named.prefix(3).joined(separator: ",")
          + (named.count > 3 ? " + \(hosts.count - 3) more..." : "")
      }.priority(7),
      .computed("ADDRESS", "status.loadBalancer.ingress") {
        LoadBalancer.addresses($0[0]).joined(separator: ",")
      }.priority(6),
      .computed("PORTS", "spec.tls") { $0[0].elementCount > 0 ? "80, 443" : "80" }.priority(4),
      Cell("BACKENDS", .number, ["spec", "metadata.namespace"]) { fields, row in
        let counts = backends(fields[0]).map { tally?["\(fields[1].line)/\($0)"] }
        if counts.contains(nil) || counts.isEmpty { return row.cell("") }
        row.cell(ratio: counts.count { $0?.ready ?? 0 > 0 }, of: counts.count)
      }.priority(6),
      .list("TLS", "spec.tls", "secretName").wide,
    ]
  }

  static let ingressClasses = BuiltIn(
    Kind(
      id: "networking.k8s.io/v1/ingressclasses", name: "IngressClass", namespaced: false, role: .network,
      abilities: .document),
    [
      .text("CONTROLLER", "spec.controller").priority(8),
      .computed("PARAMETERS", "spec.parameters") { fields in
        guard let parameters = fields[0] else { return "<none>" }
        let group = parameters["apiGroup"].line
        return "\(parameters["kind"].line)\(group.isEmpty ? "" : ".\(group)")/\(parameters["name"].line)"
      }.priority(5),
      .computed("DEFAULT", "metadata.annotations['ingressclass.kubernetes.io/is-default-class']") {
        $0[0].has("true") ? "true" : ""
      }.priority(6),
    ])
}
