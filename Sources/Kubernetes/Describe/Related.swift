import Document
import HTTP

/// What belongs to an object and is described with it, as the server answered: events, the pods of a node,
/// the ReplicaSets of a deployment.
package struct Related: Sendable {
  /// Items by `RelatedRequest.key`; a request for a single object gives one item. What could not be had is
  /// missing.
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
  /// The only members of each item that the description looks at; empty stands for all. A namespace may hold
  /// thousands of pods of which three words each are needed.
  package var keeping: [String]

  package init(
    key: String, path: String, query: [QueryItem] = [], isList: Bool = true, keeping: [String] = []
  ) {
    self.key = key
    self.path = path
    self.query = query
    self.isList = isList
    self.keeping = keeping
  }

  /// What of an answer's body to put into `Related.lists`, and the token of the next page where there is one.
  package func items(in body: UnsafeRawBufferPointer) -> (items: [JSON], continueToken: String?) {
    guard isList else { return (JSON.parse(body).value.map { [$0] } ?? [], nil) }
    let list = JSONList(body, itemsKey: "items")
    let fields = FieldSet(keeping)
    var picked: [JSONSlice?] = []
    var items: [JSON] = []
    list.eachItem { item in
      guard !keeping.isEmpty else { return items.append(item.materialized()) }
      fields.pick(from: item, into: &picked)
      var kept = JSON.object(JSONObject())
      for (path, slice) in zip(keeping, picked) {
        if let slice { kept.set(slice.materialized(), at: path.split(separator: ".")[...]) }
      }
      items.append(kept)
    }
    return (items, list.continueToken)
  }
}

extension JSON {
  fileprivate mutating func set(_ value: JSON, at path: ArraySlice<Substring>) {
    guard let first = path.first else {
      self = value
      return
    }
    var member = self[String(first)]
    member.set(value, at: path.dropFirst())
    self[String(first)] = member
  }
}
