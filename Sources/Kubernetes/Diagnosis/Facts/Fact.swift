import Cluster
import Document

/// Names an object among all that diagnosis knows of. A UID is not needed: what is under a name now is what is meant.
struct FactKey: Hashable, Sendable {
  var kind: Kind.ID
  var namespace: String
  var name: String

  init(_ kind: Kind.ID, _ namespace: String, _ name: String) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  init(_ ref: ObjectRef) { self.init(ref.kind, ref.namespace, ref.name) }
}

/// What diagnosis keeps of an object. Of a pod that is well that is only what others ask about it.
struct Fact {
  let ref: ObjectRef
  /// Seconds since 1970; 0 where the object tells none.
  let created: Int64
  /// The controller among the owners, else the first of them.
  let owner: Owner?
  /// The object's JSON without its managedFields; nil for a pod that is well.
  let body: [UInt8]?
  let pod: PodFact?

  var key: FactKey { FactKey(ref) }
  /// The whole object; null where it was not kept.
  var object: JSON { body.flatMap { JSON.parse($0).value } ?? .null }

  struct Owner: Hashable {
    var kind: Kind.ID
    var name: String
    var uid: String
    var isController: Bool
  }
}

/// What others ask about a pod, well or not.
struct PodFact {
  /// Empty while it has none.
  var node: String
  var isReady: Bool
  /// It has ended, well or not, and uses nothing any more.
  var isOver: Bool
  var isEnding: Bool
  var labels: [String: String]
  /// What it asks for, as the scheduler adds it up: thousandths of a core, bytes; the rest by name in whole units.
  var milliCPU: Int64
  var memory: Int64
  var others: [String: Int64]
  /// Ports of the node that it takes: "TCP 8080".
  var hostPorts: [String]
}

/// What a finding depends on: when that changes, it is looked at again.
enum Dependency: Hashable {
  case object(FactKey)
  /// Objects whose owner has this UID.
  case owned(String)
  /// All objects of a kind in a namespace; "" means everywhere.
  case shelf(Kind.ID, String)
  /// Events about the object of this UID.
  case events(String)
  case answer(Ask)
}
