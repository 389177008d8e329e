import Cluster
import Document

extension BuiltIn {
  static let endpointSlices = BuiltIn(
    Kind(
      id: "discovery.k8s.io/v1/endpointslices", name: "EndpointSlice", role: .network, abilities: .document,
      children: .named("v1/pods")),
    [
      .text("ADDRESSTYPE", "addressType").priority(3),
      .computed("PORTS", "ports") { fields in
        shortened(
          fields[0].elements.map { port in
            if let number = port["port"]?.int { return "\(number)" }
            return port["name"].isPresent ? port["name"].line : "*"
          })
      }.priority(6),
      Cell("READY", .number, ["endpoints"]) { fields, row in
        let endpoints = fields[0].elements
        row.cell(ratio: endpoints.count { isReady($0) }, of: endpoints.count)
      }.priority(8),
      .computed("ENDPOINTS", "endpoints") { fields in
        shortened(fields[0].elements.flatMap { $0["addresses"].elements.map(\.line) })
      }.priority(7),
    ],
    drill: Drill("endpoints") { fields in
      fields[0].elements.compactMap { $0["targetRef"] }.filter { $0["kind"].has("Pod") }
        .map { $0["name"].line }.joined(separator: " ")
    },
    health: .reading("endpoints", "metadata.labels['kubernetes.io/service-name']") { fields in
      let endpoints = fields[0].elements
      if endpoints.isEmpty {
        return Health(
          .pending, fields[1].isPresent ? "service \(fields[1].line) has no endpoints" : "no endpoints")
      }
      let unready = endpoints.filter { !isReady($0) }
      if unready.isEmpty { return .good }
      let names = shortened(
        unready.map { endpoint in
          let target = endpoint["targetRef"]?["name"].line ?? ""
          return target.isEmpty ? endpoint["addresses"].elements.first?.line ?? "" : target
        })
      return Health(
        unready.count == endpoints.count ? .bad : .pending,
        "\(unready.count) of \(endpoints.count) endpoints are not ready: \(names)")
    })

  /// No word about readiness counts as ready (EndpointConditions of discovery.k8s.io/v1).
  private static func isReady(_ endpoint: JSONSlice) -> Bool {
    endpoint["conditions"]?["ready"]?.bool != false
  }

  /// The first three, and how many more there are.
  private static func shortened(_ items: [String]) -> String {
    if items.isEmpty { return "<unset>" }
    return items.prefix(3).joined(separator: ",") + (items.count > 3 ? " + \(items.count - 3) more..." : "")
  }
}
