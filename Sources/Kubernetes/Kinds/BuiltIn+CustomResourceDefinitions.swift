import Cluster
import Document

extension BuiltIn {
  static let customResourceDefinitions = BuiltIn(
    Kind(
      id: "apiextensions.k8s.io/v1/customresourcedefinitions", name: "CustomResourceDefinition",
      short: ["crd", "crds"], namespaced: false, role: .other, abilities: .document, children: .instances),
    [
      .text("GROUP", "spec.group").priority(6),
      .text("KIND", "spec.names.kind").priority(8),
      .computed("VERSIONS", "spec.versions") { fields in
        fields[0].elements.map { "\($0["name"].line)\($0["served"]?.bool == false ? " (not served)" : "")" }
          .joined(separator: ",")
      }.priority(6),
      .text("SCOPE", "spec.scope").priority(5),
      .list("ALIASES", "spec.names.shortNames").wide,
      .list("CATEGORIES", "spec.names.categories").wide,
    ],
    drill: Drill("spec.group", "spec.names.plural", "spec.versions") { fields in
      guard let version = servedVersion(fields[2].elements) else { return "" }
      return "\(fields[0].line)/\(version)/\(fields[1].line)"
    },
    health: .reading("status.conditions") { fields in
      let conditions = StatusConditions(fields[0])
      if let conflict = conditions.failing("NamesAccepted") {
        return Health(.bad, "its names are not accepted\(conflict.lasting): \(conflict.text)")
      }
      if conditions["Established"]?.isTrue != true {
        let why = conditions["Established"].map { "\($0.lasting): \($0.text)" } ?? ""
        return Health(.starting, "not established\(why)")
      }
      if let schema = conditions.holding("NonStructuralSchema") { return Health(.pending, schema.text) }
      return .good
    })

  /// The version objects are stored in, when it is served; else the first that is.
  private static func servedVersion(_ versions: [JSONSlice]) -> String? {
    let served = versions.filter { $0["served"]?.bool == true }
    return (served.first { $0["storage"]?.bool == true } ?? served.first)?["name"].line
  }
}
