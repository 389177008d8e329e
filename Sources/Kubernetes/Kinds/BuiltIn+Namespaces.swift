import Cluster
import Document

extension BuiltIn {
  static let namespaces = BuiltIn(
    Kind(
      id: "v1/namespaces", name: "Namespace", short: ["ns"], namespaced: false, role: .boundary,
      abilities: .document, children: .inside("v1/pods")),
    [.status("STATUS", "status.phase").priority(9)],
    health: .reading("status.phase", "status.conditions") { fields in
      guard fields[0].has("Terminating") else { return .good }
      // Each condition of a namespace tells what still keeps it from going.
      let remaining = StatusConditions(fields[1]).all.filter(\.isTrue).map(\.text)
      return Health(.ending, remaining.joined(separator: "; "))
    })
}
