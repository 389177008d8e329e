import Cluster
import Document

extension BuiltIn {
  static let namespaces = namespaces(nil, nil)

  /// - Parameters:
  ///   - pods: adds up their pods; nil where nobody looked.
  ///   - quotas: knows how far their quotas are used up.
  static func namespaces(_ pods: PodTally?, _ quotas: QuotaTally?) -> BuiltIn {
    let count: @Sendable (Fields) -> PodCount? = { pods?["/\($0[0].line)"] }
    return BuiltIn(
      Kind(
        id: "v1/namespaces", name: "Namespace", short: ["ns"], namespaced: false, role: .boundary,
        abilities: .document, children: .inside("v1/pods")),
      [
        .status("STATUS", "status.phase").priority(9),
        Cell("PODS", .number, ["metadata.name"]) { $1.cell(count($0)?.pods) }.priority(7),
        Cell("UNWELL", .number, ["metadata.name"]) { $1.cell(count($0)?.unwell) }.priority(8),
        .computed("QUOTA", "metadata.name") { fields in
          quotas?["/\(fields[0].line)"]?.tightest.map { "\($0.percent)% \($0.resource)" } ?? ""
        }.priority(6),
      ],
      health: .reading("metadata.name", "status.phase", "status.conditions") { fields in
        guard fields[1].has("Terminating") else { return health(count(fields)) }
        // Each condition of a namespace tells what still keeps it from going.
        let remaining = StatusConditions(fields[2]).all.filter(\.isTrue).map(\.text)
        return Health(.ending, remaining.joined(separator: "; "))
      })
  }

  private static func health(_ count: PodCount?) -> Health {
    guard let count, count.unwell > 0 else { return .good }
    return Health(.pending, "\(count.unwell.of("pod")) not well: enter and then ctrl-z shows which")
  }
}
