import Document

extension Discovery {
  /// Asks for both versions of the aggregated form, and takes the old one from servers before 1.26 (or 1.30, where
  /// it was still v2beta1).
  static let accept =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"

  /// What /api or /apis answered.
  enum Index: Sendable {
    /// Everything at once.
    case aggregated([GroupVersion])
    /// Names only; each version has to be asked for.
    case legacy([GroupVersion])
    case other(kind: String)
  }

  static func index(_ json: JSON) -> Index {
    switch json["kind"].string ?? "" {
    case "APIGroupDiscoveryList": .aggregated(json["items"].array.flatMap(aggregatedGroup))
    case "APIVersions":
      .legacy(json["versions"].array.compactMap(\.string).map { GroupVersion(group: "", version: $0) })
    case "APIGroupList": .legacy(json["groups"].array.flatMap(legacyGroup))
    case let kind: .other(kind: kind)
    }
  }

  private static func aggregatedGroup(_ json: JSON) -> [GroupVersion] {
    let group = json["metadata"]["name"].string ?? ""
    return json["versions"].array.compactMap { item in
      guard let name = item["version"].string else { return nil }
      var version = GroupVersion(group: group, version: name)
      version.resources = item["resources"].array.compactMap(aggregatedResource)
      version.isStale = item["freshness"].string == "Stale"
      if version.isStale && version.resources.isEmpty { version.outage = "its server does not answer" }
      return version
    }
  }

  private static func aggregatedResource(_ json: JSON) -> Resource? {
    guard let plural = json["resource"].string else { return nil }
    var resource = Resource(plural: plural, kind: json["responseKind"]["kind"].string ?? plural)
    resource.singular = json["singularResource"].string ?? ""
    resource.shortNames = json["shortNames"].array.compactMap(\.string)
    resource.isNamespaced = json["scope"].string == "Namespaced"
    resource.verbs = json["verbs"].array.compactMap(\.string)
    resource.subresources = json["subresources"].array.compactMap { $0["subresource"].string }
    return resource
  }

  private static func legacyGroup(_ json: JSON) -> [GroupVersion] {
    let group = json["name"].string ?? ""
    let names = json["versions"].array.compactMap { $0["version"].string }
    let preferred = json["preferredVersion"]["version"].string
    let ordered = names.filter { $0 == preferred } + names.filter { $0 != preferred }
    return ordered.map { GroupVersion(group: group, version: $0) }
  }

  /// The resources of one APIResourceList, where subresources stand among the rest as "pods/log"; nil where it is
  /// something else.
  static func resources(_ json: JSON) -> [Resource]? {
    guard json["kind"].string == "APIResourceList" else { return nil }
    var resources: [Resource] = []
    for item in json["resources"].array {
      guard let name = item["name"].string else { continue }
      let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
      if parts.count == 2 {
        guard let owner = resources.firstIndex(where: { $0.plural == parts[0] }) else { continue }
        resources[owner].subresources.append(parts[1])
        continue
      }
      var resource = Resource(plural: name, kind: item["kind"].string ?? name)
      resource.singular = item["singularName"].string ?? ""
      resource.shortNames = item["shortNames"].array.compactMap(\.string)
      resource.isNamespaced = item["namespaced"].bool ?? false
      resource.verbs = item["verbs"].array.compactMap(\.string)
      resources.append(resource)
    }
    return resources
  }
}
