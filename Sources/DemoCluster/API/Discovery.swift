/// The documents that tell a client what is served.
struct Discovery: Sendable {
  let catalog: Catalog

  /// /api
  func coreVersions(address: String) -> Bytes {
    var out = Bytes()
    out.put("{\"kind\":\"APIVersions\",\"versions\":[\"v1\"],\"serverAddressByClientCIDRs\":[{")
    out.put(member: "clientCIDR", "0.0.0.0/0")
    out.put(member: "serverAddress", address)
    out.close("}")
    out.put("]}")
    return out
  }

  /// /apis
  var groups: Bytes {
    var out = Bytes()
    out.put("{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[")
    for group in catalog.groups {
      write(group, isWhole: false, to: &out)
      out.put(",")
    }
    out.close("]")
    out.put("}")
    return out
  }

  /// /apis/GROUP
  func group(_ name: String) -> Bytes {
    var out = Bytes()
    if let group = catalog.groups.first(where: { $0.name == name }) { write(group, isWhole: true, to: &out) }
    return out
  }

  private func write(_ group: Catalog.Group, isWhole: Bool, to out: inout Bytes) {
    out.put("{")
    if isWhole { out.put("\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",") }
    out.put(member: "name", group.name)
    func version(_ version: String) {
      out.put("{")
      out.put(member: "groupVersion", "\(group.name)/\(version)")
      out.put(member: "version", version)
      out.close("}")
      out.put(",")
    }
    out.put("\"versions\":[")
    for name in group.versions { version(name) }
    out.close("]")
    out.put(",\"preferredVersion\":")
    version(group.versions[0])
    out.close("}")
  }

  /// /api/v1 and /apis/GROUP/VERSION
  func resources(group: String, version: String) -> Bytes {
    var out = Bytes()
    out.put("{\"kind\":\"APIResourceList\",")
    if !group.isEmpty { out.put("\"apiVersion\":\"v1\",") }
    out.put(member: "groupVersion", group.isEmpty ? version : "\(group)/\(version)")
    out.put("\"resources\":[")
    for resource in catalog.resources(group: group, version: version) { writeLegacy(resource, to: &out) }
    for review in Discovery.reviews where review.group == group {
      out.put("{")
      out.put(member: "name", review.plural)
      out.put(member: "singularName", review.kind.lowercased())
      out.put(review.isNamespaced ? "\"namespaced\":true," : "\"namespaced\":false,")
      out.put(member: "kind", review.kind)
      out.put("\"verbs\":[\"create\"]},")
    }
    out.close("]")
    out.put("}")
    return out
  }

  private func writeLegacy(_ resource: ResourceDefinition, to out: inout Bytes) {
    out.put("{")
    out.put(member: "name", resource.plural)
    out.put(member: "singularName", resource.singular)
    out.put(resource.isNamespaced ? "\"namespaced\":true," : "\"namespaced\":false,")
    out.put(member: "kind", resource.kind)
    out.put(strings: resource.verbs, "verbs")
    if !resource.shortNames.isEmpty { out.put(strings: resource.shortNames, "shortNames") }
    if !resource.categories.isEmpty { out.put(strings: resource.categories, "categories") }
    var hash = Bytes()
    hash.put(hex: Dice.hash(resource.qualifiedPlural + resource.version), digits: 16)
    out.put(member: "storageVersionHash", Base64.encoded(Array(hash.prefix(8))))
    out.close("}")
    out.put(",")
    for part in resource.subresources {
      out.put("{")
      out.put(member: "name", "\(resource.plural)/\(part.name)")
      out.put("\"singularName\":\"\",")
      out.put(resource.isNamespaced ? "\"namespaced\":true," : "\"namespaced\":false,")
      if !part.group.isEmpty {
        out.put(member: "group", part.group)
        out.put(member: "version", part.version)
      }
      out.put(member: "kind", part.kind)
      out.put(strings: part.verbs, "verbs")
      out.close("}")
      out.put(",")
    }
  }

  /// What can only be created, and stores nothing.
  static let reviews: [(group: String, plural: String, kind: String, isNamespaced: Bool)] = [
    ("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview", false),
    ("authentication.k8s.io", "tokenreviews", "TokenReview", false),
    ("authorization.k8s.io", "localsubjectaccessreviews", "LocalSubjectAccessReview", true),
    ("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
    ("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false),
    ("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", false),
  ]

  // MARK: Aggregated

  static let aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

  /// /api (the core group alone) or /apis in one document.
  func aggregated(isCore: Bool) -> Bytes {
    var out = Bytes()
    out.put(
      "{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/v2\",\"metadata\":{},\"items\":["
    )
    let groups = isCore ? [Catalog.Group(name: "", versions: ["v1"])] : catalog.groups
    for group in groups {
      out.put("{\"metadata\":{")
      if !group.name.isEmpty { out.put(member: "name", group.name) }
      out.close("}")
      out.put(",\"versions\":[")
      for version in group.versions { writeAggregated(group.name, version, to: &out) }
      out.close("]")
      out.put("},")
    }
    out.close("]")
    out.put("}")
    return out
  }

  private func writeAggregated(_ group: String, _ version: String, to out: inout Bytes) {
    out.put("{")
    out.put(member: "version", version)
    out.put("\"resources\":[")
    for resource in catalog.resources(group: group, version: version) { writeAggregated(resource, to: &out) }
    for review in Discovery.reviews where review.group == group {
      out.put("{")
      out.put(member: "resource", review.plural)
      out.put(kind: review.kind)
      out.put(review.isNamespaced ? "\"scope\":\"Namespaced\"," : "\"scope\":\"Cluster\",")
      out.put(member: "singularResource", review.kind.lowercased())
      out.put("\"verbs\":[\"create\"]},")
    }
    out.close("]")
    out.put(",\"freshness\":\"Current\"},")
  }

  private func writeAggregated(_ resource: ResourceDefinition, to out: inout Bytes) {
    out.put("{")
    out.put(member: "resource", resource.plural)
    out.put(kind: resource.kind)
    out.put(resource.isNamespaced ? "\"scope\":\"Namespaced\"," : "\"scope\":\"Cluster\",")
    out.put(member: "singularResource", resource.singular)
    out.put(strings: resource.verbs, "verbs")
    if !resource.shortNames.isEmpty { out.put(strings: resource.shortNames, "shortNames") }
    if !resource.categories.isEmpty { out.put(strings: resource.categories, "categories") }
    if !resource.subresources.isEmpty {
      out.put("\"subresources\":[")
      for part in resource.subresources {
        out.put("{")
        out.put(member: "subresource", part.name)
        out.put(kind: part.kind, group: part.group, version: part.version)
        out.put(strings: part.verbs, "verbs")
        out.close("}")
        out.put(",")
      }
      out.close("]")
      out.put(",")
    }
    out.close("}")
    out.put(",")
  }
}

extension Bytes {
  fileprivate mutating func put(strings: [String], _ key: StaticString) {
    put(key: key)
    put("[")
    for text in strings {
      put(quoted: text)
      put(",")
    }
    close("]")
    put(",")
  }

  /// A kind of the group version that it is listed under is written without one.
  fileprivate mutating func put(kind: String, group: String = "", version: String = "") {
    put("\"responseKind\":{")
    put(member: "group", group)
    put(member: "version", version)
    put(member: "kind", kind)
    close("}")
    put(",")
  }
}
