import Cluster
import Document

/// A kind the program knows more of than discovery tells.
package struct BuiltIn: Sendable {
  package let kind: Kind
  /// nil where the rows come from the server's own Table.
  package let decoder: RowDecoder?
  package var listsAsTable: Bool { decoder == nil }
}

/// All kinds of Kubernetes the program has columns of its own for, and what it makes of any other.
package enum Kinds {
  package static let all: [BuiltIn] = []

  package static func builtIn(_ id: Kind.ID) -> BuiltIn? { byID[id] }

  private static let byID = Dictionary(all.map { ($0.kind.id, $0) }, uniquingKeysWith: { first, _ in first })

  /// The kind of a resource that discovery named: a built-in one where there is one, else rows as the server's
  /// Table has them. `verbs` are discovery's: "list", "watch", "get", "delete"...
  package static func generic(
    group: String, version: String, plural: String, singular: String, name: String, shortNames: [String],
    namespaced: Bool, verbs: [String], subresources: [String] = []
  ) -> Kind {
    let id = group.isEmpty ? "\(version)/\(plural)" : "\(group)/\(version)/\(plural)"
    return builtIn(id)?.kind
      ?? Kind(id: id, name: name, singular: singular, short: shortNames, namespaced: namespaced)
  }
}
