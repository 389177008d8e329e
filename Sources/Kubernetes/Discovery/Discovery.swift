import Cluster
import Document

/// What a server serves: its kinds, and the groups it could not tell anything of.
package struct Discovery: Sendable {
  /// One for each resource, in its preferred version: the core group first, then the groups in the server's order,
  /// which is their priority. The first of a name is the one that kubectl means by it.
  package internal(set) var kinds: [Kind] = []
  /// The same resources in other versions, for who asks for `plural.version.group`.
  package internal(set) var alternates: [Kind] = []
  package internal(set) var outages: [Outage] = []
  /// How many groups were named, those that are down among them.
  package internal(set) var groupCount = 0

  /// A group version whose server does not answer. Everything else goes on without it.
  package struct Outage: Sendable, Hashable {
    package var groupVersion: String
    package var why: String
  }

  /// A version of a group as discovery describes it, in either form.
  struct GroupVersion: Sendable {
    var group: String
    var version: String
    var resources: [Resource] = []
    var outage: String?
    /// Said by an aggregated API that is listed from memory.
    var isStale = false

    var name: String { group.isEmpty ? version : "\(group)/\(version)" }
    var path: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }
  }

  struct Resource: Sendable {
    var plural: String
    var singular = ""
    var kind: String
    var shortNames: [String] = []
    var isNamespaced = false
    var verbs: [String] = []
    var subresources: [String] = []
  }

  /// - Parameter versions: of each group in a row, the preferred one first.
  init(_ versions: [GroupVersion]) {
    var seen: Set<String> = []
    groupCount = Set(versions.map(\.group)).count
    for version in versions {
      if let why = version.outage { outages.append(Outage(groupVersion: version.name, why: why)) }
      for resource in version.resources {
        // What can neither be read nor listed, such as the access reviews, is nothing to look at.
        guard resource.verbs.contains("get") || resource.verbs.contains("list") else { continue }
        let isFirst = seen.insert("\(version.group)/\(resource.plural)").inserted
        let kind = Kinds.generic(
          group: version.group, version: version.version, plural: resource.plural,
          singular: resource.singular,
          name: resource.kind, shortNames: resource.shortNames, namespaced: resource.isNamespaced,
          verbs: resource.verbs, subresources: resource.subresources)
        if isFirst { kinds.append(kind) } else { alternates.append(kind) }
      }
    }
  }
}
