/// What a path leads to.
enum Route: Sendable {
  case version
  /// /readyz, /livez, /healthz, with or without the name of one check.
  case health(name: String)
  case coreVersions
  case groups
  case group(String)
  case resources(group: String, version: String)
  case objects(Target)
  case review(group: String, kind: String)
  case openAPI
  case paths

  /// A resource or a part of it.
  struct Target: Sendable {
    let resource: ResourceDefinition
    /// nil: all namespaces, or a resource of the cluster.
    var namespace: String?
    var name: String?
    var subresource: String?
  }

  init(_ path: String, _ catalog: Catalog) throws(Failure) {
    let parts = path.split(separator: "/").map(String.init)
    switch parts.first {
    case nil: self = .paths
    case "version" where parts.count == 1: self = .version
    case "readyz", "livez", "healthz": self = .health(name: parts[0])
    case "openapi": self = .openAPI
    case "api" where parts.count == 1: self = .coreVersions
    case "api":
      guard parts[1] == "v1" else { throw .unknownPath }
      self = try Route.below(group: "", version: "v1", parts.dropFirst(2), catalog)
    case "apis" where parts.count == 1: self = .groups
    case "apis" where parts.count == 2:
      guard catalog.groups.contains(where: { $0.name == parts[1] }) else { throw .unknownPath }
      self = .group(parts[1])
    case "apis":
      guard catalog.hasGroupVersion(parts[1], parts[2]) else { throw .unknownPath }
      self = try Route.below(group: parts[1], version: parts[2], parts.dropFirst(3), catalog)
    default: throw .unknownPath
    }
  }

  private static func below(
    group: String, version: String, _ parts: ArraySlice<String>, _ catalog: Catalog
  ) throws(Failure) -> Route {
    guard let first = parts.first else { return .resources(group: group, version: version) }
    if group == "authorization.k8s.io" || group == "authentication.k8s.io" {
      let isInside = first == "namespaces" && parts.count == 3
      let plural = isInside ? parts[parts.startIndex + 2] : first
      guard parts.count == (isInside ? 3 : 1),
        Discovery.reviews.contains(where: { $0 == (group, plural, $0.kind, isInside) })
      else { throw .unknownResource }
      return .review(group: group, kind: plural)
    }
    // namespaces/NAME is the object itself; with a resource behind it, it is the place of that.
    if first == "namespaces", parts.count >= 3,
      group != "" || !["status", "finalize"].contains(parts[parts.startIndex + 2])
    {
      let rest = Array(parts.dropFirst(2))
      guard let resource = catalog.resource(group: group, version: version, plural: rest[0]),
        resource.isNamespaced
      else { throw .unknownResource }
      return try target(resource, namespace: parts[parts.startIndex + 1], rest)
    }
    guard let resource = catalog.resource(group: group, version: version, plural: first) else {
      throw .unknownResource
    }
    if resource.isNamespaced, parts.count > 1 { throw .unknownResource }
    return try target(resource, namespace: nil, Array(parts))
  }

  private static func target(
    _ resource: ResourceDefinition, namespace: String?, _ parts: [String]
  ) throws(Failure) -> Route {
    guard parts.count <= 3 else { throw .unknownResource }
    let subresource = parts.count > 2 ? parts[2] : nil
    if let subresource, !resource.subresources.contains(where: { $0.name == subresource }) {
      throw .unknownResource
    }
    return .objects(
      Target(
        resource: resource, namespace: namespace, name: parts.count > 1 ? parts[1] : nil,
        subresource: subresource))
  }
}
