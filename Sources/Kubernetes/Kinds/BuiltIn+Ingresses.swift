import Cluster
import Document

extension BuiltIn {
  static let ingresses = BuiltIn(
    Kind(
      id: "networking.k8s.io/v1/ingresses", name: "Ingress", short: ["ing"], role: .network,
      abilities: .document),
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
    ],
    health: .reading("status.loadBalancer.ingress") { fields in
      fields[0].elementCount == 0
        ? Health(.good, "no ingress controller has published an address for it") : .good
    })

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
