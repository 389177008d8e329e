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

  /// Keys are hashed a lot, and the kind hardly tells them apart.
  func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(namespace)
  }
}

/// What diagnosis keeps of an object. Of a pod that is well that is only what others ask about it.
struct Fact {
  let ref: ObjectRef
  /// Seconds since 1970; 0 where the object tells none.
  let created: Int64
  /// The controller among the owners, else the first of them.
  let owner: Owner?
  /// The object's JSON without its managedFields; nil for a pod that is well.
  let body: FactBody?
  let pod: PodFact?

  var key: FactKey { FactKey(ref) }
  /// The whole object; null where it was not kept.
  var object: JSON { body?.object ?? .null }

  struct Owner: Hashable {
    var kind: Kind.ID
    var name: String
    var uid: String
    var isController: Bool
  }
}

/// An object's JSON as text, and as a tree for as long as a round of examinations needs it.
///
/// Confined to the queue of its facts.
final class FactBody {
  let bytes: [UInt8]
  private var tree: JSON?
  private let round: ExaminationRound?

  /// - Parameter round: remembers the tree; nil for what is looked at once.
  init(_ bytes: [UInt8], _ round: ExaminationRound?) {
    self.bytes = bytes
    self.round = round
  }

  var object: JSON {
    if let tree { return tree }
    let parsed = JSON.parse(bytes).value ?? .null
    if let round {
      tree = parsed
      round.keep(self)
    }
    return parsed
  }

  fileprivate func forgetTree() { tree = nil }
}

/// What examinations that are made together share: trees of objects that many of them look at, and what is reckoned once
/// for all. Forgotten at the end, since trees are many times as big as their text.
///
/// Confined to the queue of its facts.
final class ExaminationRound {
  private static let maxTrees = 512
  private var kept: [FactBody] = []
  private var next = 0
  private var reckoned: [String: Any] = [:]

  fileprivate func keep(_ body: FactBody) {
    if kept.count < Self.maxTrees { return kept.append(body) }
    kept[next].forgetTree()
    kept[next] = body
    next = (next + 1) % Self.maxTrees
  }

  func once<Value>(_ key: String, _ reckon: () -> Value) -> Value {
    if let known = reckoned[key] as? Value { return known }
    let value = reckon()
    reckoned[key] = value
    return value
  }

  func end() {
    for body in kept { body.forgetTree() }
    (kept, next, reckoned) = ([], 0, [:])
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
  /// Which object is under a name and who owns it, whatever else of it changes.
  case lineage(FactKey)
  /// Objects whose owner has this UID.
  case owned(String)
  /// All objects of a kind in a namespace; "" means everywhere.
  case shelf(Kind.ID, String)
  /// Events about the object of this UID.
  case events(String)
  case answer(Ask)
}
