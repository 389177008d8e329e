import Document

/// A resource as it is served: its names, what it can do, and how it is printed. Data, for built-in kinds and
/// custom ones alike.
final class ResourceDefinition: Sendable {
  /// A path below an object: `status`, `log`, `scale`.
  struct Subresource: Sendable {
    let name, kind: String
    var group = ""
    var version = ""
    let verbs: [String]
  }

  let group, version, plural, singular, kind: String
  let shortNames, categories: [String]
  let isNamespaced: Bool
  /// Custom resources come with sorted keys, and with kind and apiVersion also in lists.
  let isCustom: Bool
  let verbs: [String]
  let subresources: [Subresource]
  /// Where its objects are kept.
  let store: StoreKey
  let table: TableDefinition
  /// The fields beside metadata.name and metadata.namespace that a fieldSelector may name.
  let selectableFields: [String]
  /// Of a custom resource: the schema of its objects, and where its scale is.
  let schema: JSON
  let scale: ScalePaths?

  /// Where the numbers of a scale are in an object.
  struct ScalePaths: Sendable {
    let specReplicas, statusReplicas: [String]
    let selector: [String]?
  }

  /// What can be done with a resource that nothing is special about.
  static let allVerbs = [
    "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
  ]

  init(
    _ plural: String, _ kind: String, group: String = "", version: String = "v1", singular: String? = nil,
    short: [String] = [], categories: [String] = [], isNamespaced: Bool = true, isCustom: Bool = false,
    verbs: [String] = ResourceDefinition.allVerbs, subresources: [Subresource] = [], store: StoreKey? = nil,
    table: TableDefinition = .nameAndAge, fields: [String] = [], schema: JSON = .null,
    scale: ScalePaths? = nil
  ) {
    self.group = group
    self.version = version
    self.plural = plural
    self.singular = singular ?? kind.lowercased()
    self.kind = kind
    shortNames = short
    self.categories = categories
    self.isNamespaced = isNamespaced
    self.isCustom = isCustom
    self.verbs = verbs
    self.subresources = subresources
    self.store = store ?? StoreKey(plural, group)
    self.table = table
    selectableFields = fields
    self.schema = schema
    self.scale = scale
  }

  var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
  /// `deployments.apps`, as messages name it.
  var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }

  func writeType(apiVersionFirst: Bool, to out: inout Bytes) {
    if apiVersionFirst { out.put(member: "apiVersion", apiVersion) }
    out.put(member: "kind", kind)
    if !apiVersionFirst { out.put(member: "apiVersion", apiVersion) }
  }
}

/// The resources that are served, in the order of their groups.
struct Catalog: Sendable {
  struct Group: Sendable {
    let name: String
    /// The preferred version first.
    var versions: [String]
  }

  /// Without the core group, which has no name and a place of its own.
  private(set) var groups: [Group] = []
  private(set) var resources: [ResourceDefinition] = []
  private var byPath: [String: ResourceDefinition] = [:]

  init(_ resources: [ResourceDefinition]) {
    for resource in resources { add(resource) }
  }

  mutating func add(_ resource: ResourceDefinition) {
    resources.append(resource)
    byPath["\(resource.apiVersion)/\(resource.plural)"] = resource
    addGroup(resource.group, resource.version)
  }

  /// Serves the resources of one store no more.
  mutating func remove(_ key: StoreKey) {
    let gone = resources.filter { $0.store == key }
    resources.removeAll { $0.store == key }
    for resource in gone {
      byPath["\(resource.apiVersion)/\(resource.plural)"] = nil
      if resources.contains(where: { $0.group == resource.group && $0.version == resource.version }) {
        continue
      }
      if let place = groups.firstIndex(where: { $0.name == resource.group }) {
        groups[place].versions.removeAll { $0 == resource.version }
        if groups[place].versions.isEmpty { groups.remove(at: place) }
      }
    }
  }

  /// A group may have no resources but its reviews.
  mutating func addGroup(_ name: String, _ version: String) {
    if name.isEmpty { return }
    if let place = groups.firstIndex(where: { $0.name == name }) {
      if !groups[place].versions.contains(version) { groups[place].versions.append(version) }
    } else {
      groups.append(Group(name: name, versions: [version]))
    }
  }

  func resource(group: String, version: String, plural: String) -> ResourceDefinition? {
    byPath[group.isEmpty ? "\(version)/\(plural)" : "\(group)/\(version)/\(plural)"]
  }

  func resources(group: String, version: String) -> [ResourceDefinition] {
    resources.filter { $0.group == group && $0.version == version }.sorted { $0.plural < $1.plural }
  }

  func hasGroupVersion(_ group: String, _ version: String) -> Bool {
    group.isEmpty ? version == "v1" : groups.contains { $0.name == group && $0.versions.contains(version) }
  }
}
