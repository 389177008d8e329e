import Document
import HTTP

/// What belongs to an object and is described with it, as the server answered: events, the pods of a node, the
/// ReplicaSets of a deployment.
package struct Related: Sendable {
  /// Items by `RelatedRequest.key`; a request for a single object gives one item. What could not be had is missing.
  package var lists: [String: [JSON]]
  /// The server's own words, by key, for what it refused or did not find.
  package var failures: [String: String]

  package init(lists: [String: [JSON]] = [:], failures: [String: String] = [:]) {
    self.lists = lists
    self.failures = failures
  }
}

/// One thing to ask the server for before an object can be described.
package struct RelatedRequest: Sendable, Hashable {
  package var key: String
  package var path: String
  package var query: [QueryItem]
  /// A list, whose `items` are wanted and which may come in pages; else a single object.
  package var isList: Bool

  package init(key: String, path: String, query: [QueryItem] = [], isList: Bool = true) {
    self.key = key
    self.path = path
    self.query = query
    self.isList = isList
  }
}
