/// What form of an answer a client asked for.
enum Representation: Hashable, Sendable {
  case json
  case yaml
  case table
  case partialMetadata

  /// The first one in an Accept header that we have; nil when there is none.
  ///
  /// Clients list what they would like best first (kubectl: protobuf, Table, plain JSON), so quality values,
  /// which none of them sends, are not weighed.
  init?(accept: String?) {
    guard let accept, !accept.isEmpty else {
      self = .json
      return
    }
    for part in accept.split(separator: ",") {
      let parts = part.split(separator: ";").map { String($0.filter { $0 != " " }) }
      guard let type = parts.first,
        type == "application/json" || type == "*/*" || type == "application/*"
          || type == "application/yaml"
      else { continue }
      let kind = parts.first { $0.hasPrefix("as=") }
      let isMeta = parts.contains("g=meta.k8s.io") && parts.contains("v=v1")
      switch kind {
      case nil: self = type == "application/yaml" ? .yaml : .json
      case "as=Table" where isMeta: self = .table
      case "as=PartialObjectMetadata" where isMeta, "as=PartialObjectMetadataList" where isMeta:
        self = .partialMetadata
      default: continue
      }
      return
    }
    return nil
  }

  /// Whether an Accept header asks for aggregated discovery in a version that we have.
  static func isAggregatedDiscovery(_ accept: String?) -> Bool {
    (accept ?? "").split(separator: ",").contains { part in
      let parts = part.split(separator: ";").map { $0.filter { $0 != " " } }
      return parts.contains("g=apidiscovery.k8s.io") && parts.contains("v=v2")
        && parts.contains("as=APIGroupDiscoveryList")
    }
  }
}
