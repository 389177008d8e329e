import Cluster
import Document

extension BuiltIn {
  static let endpoints = BuiltIn(
    Kind(
      id: "v1/endpoints", name: "Endpoints", singular: "endpoints", short: ["ep"], role: .network,
      abilities: .document, children: .named("v1/pods")),
    [
      Cell("READY", .number, ["subsets"]) { fields, row in
        let (ready, waiting) = (addresses("addresses", fields[0]), addresses("notReadyAddresses", fields[0]))
        row.cell(ratio: ready.count, of: ready.count + waiting.count)
      }.priority(8),
      .computed("ENDPOINTS", "subsets") { printed($0[0]) }.priority(7),
      .computed("NOT READY", "subsets") { fields in
        addresses("notReadyAddresses", fields[0]).map(name).joined(separator: ",")
      }.priority(4),
    ],
    drill: Drill("subsets") { fields in
      let all = addresses("addresses", fields[0]) + addresses("notReadyAddresses", fields[0])
      return all.filter { $0["targetRef"]?["kind"].has("Pod") ?? false }
        .map { $0["targetRef"]?["name"].line ?? "" }.joined(separator: " ")
    },
    health: .reading("subsets") { fields in
      let (ready, waiting) = (addresses("addresses", fields[0]), addresses("notReadyAddresses", fields[0]))
      if ready.isEmpty, waiting.isEmpty { return Health(.pending, "no pod that its service selects") }
      if waiting.isEmpty { return .good }
      return Health(
        ready.isEmpty ? .bad : .pending,
        "\(waiting.count) of \(ready.count + waiting.count) endpoints are not ready: "
          + waiting.prefix(3).map(name).joined(separator: ", "))
    })

  private static func addresses(_ key: StaticString, _ subsets: JSONSlice?) -> [JSONSlice] {
    subsets.elements.flatMap { $0[key].elements }
  }

  private static func name(_ address: JSONSlice) -> String {
    let target = address["targetRef"]?["name"].line ?? ""
    return target.isEmpty ? address["ip"].line : target
  }

  /// The first three ready addresses with their ports, and how many more there are (kubernetes/pkg/printers,
  /// formatEndpoints).
  private static func printed(_ subsets: JSONSlice?) -> String {
    let all = subsets.elements
    if all.isEmpty { return "<none>" }
    let texts = all.flatMap { subset in
      let ips = subset["addresses"].elements.map { $0["ip"].line }
      let ports = subset["ports"].elements.map { $0["port"]?.plainText ?? "" }
      return ports.isEmpty ? ips : ports.flatMap { port in ips.map { hostPort($0, port) } }
    }
    return texts.prefix(3).joined(separator: ",")
      + (texts.count > 3 ? " + \(texts.count - 3) more..." : "")
  }

  private static func hostPort(_ host: String, _ port: String) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
