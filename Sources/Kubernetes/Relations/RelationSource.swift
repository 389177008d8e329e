import Cluster
import Document

/// What is read to know relations: all objects of a kind in a namespace, or one of them, or the pods of a node.
struct RelationScope: Hashable, Sendable {
  var kind: Kind.ID
  /// Empty means everywhere.
  var namespace: String
  /// Only the object of this name; empty for all.
  var name = ""
  /// Only pods on this node; empty for all.
  var node = ""

  init(_ kind: Kind.ID, _ namespace: String) { (self.kind, self.namespace) = (kind, namespace) }
  init(one key: FactKey) { (kind, namespace, name) = (key.kind, key.namespace, key.name) }
  init(podsOn node: String) { (kind, namespace, self.node) = ("v1/pods", "", node) }

  var isList: Bool { name.isEmpty && node.isEmpty }

  /// Of what holds values, names are enough: they never travel for this.
  var isMetadata: Bool { ["v1/secrets", "v1/configmaps"].contains(kind) }

  /// Whether all that the other reads is read by this one, too.
  func covers(_ other: RelationScope) -> Bool {
    kind == other.kind && (namespace.isEmpty || namespace == other.namespace) && (isList || self == other)
  }

  var target: WatchTarget {
    var target = WatchTarget(
      ResourcePath(kind), namespace: namespace,
      fieldSelector: name.isEmpty ? node.isEmpty ? "" : "spec.nodeName=\(node)" : "metadata.name=\(name)")
    target.asMetadata = isMetadata
    return target
  }

  /// "pods in shop"
  var words: String {
    let plural = kind.split(separator: "/").last.map(String.init) ?? kind
    return namespace.isEmpty ? plural : "\(plural) in \(namespace)"
  }
}

/// Keeps the objects of one scope in the book.
///
/// Confined to the engine's queue.
final class RelationSource: WatchConsumer {
  let scope: RelationScope
  private let book: RelationBook
  private let change: () -> Void
  private var reader: RelationReader
  private(set) var held: Set<FactKey> = []
  private var listed: Set<FactKey> = []
  private(set) var phase = Phase.connecting
  /// Whether the list has been read once.
  private(set) var isWhole = false
  /// The server's words where it can't be read.
  private(set) var refusal: String?
  /// Whether another source still holds an object.
  var isHeldElsewhere: (FactKey) -> Bool = { _ in false }

  init(_ scope: RelationScope, _ book: RelationBook, _ finder: KindFinder, change: @escaping () -> Void) {
    self.scope = scope
    self.book = book
    self.change = change
    reader = RelationReader(scope.kind, finder)
  }

  var isSettled: Bool { isWhole || refusal != nil }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { listed = [] }
    list.eachItem { if let key = put($0) { listed.insert(key) } }
    if completes {
      for key in held.subtracting(listed) { drop(key) }
      held = listed
      listed = []
      (isWhole, refusal) = (true, nil)
    }
    change()
  }

  func happened(_ event: WatchEvent) {
    guard event.change == .deleted else {
      _ = put(event.object)
      return
    }
    guard let place = RelationReader.key(event.object) else { return }
    drop(FactKey(scope.kind, place.namespace, place.name))
  }

  func settled() { change() }
  func noticed(_ notice: String) {}

  func vanished() {
    release()
    isWhole = true
    change()
  }

  func phaseChanged(_ phase: Phase) {
    self.phase = phase
    switch phase {
    // A server without the kind has none of it.
    case .refused(404, _): vanished()
    case .refused(_, let why):
      release()
      (isWhole, refusal) = (false, why)
      change()
    default: change()
    }
  }

  /// Nobody asks any more.
  func release() {
    for key in held { drop(key) }
    held = []
  }

  private func put(_ slice: JSONSlice) -> FactKey? {
    // Some servers know no field selectors.
    if !scope.name.isEmpty, RelationReader.key(slice)?.name != scope.name { return nil }
    guard let object = reader.object(slice) else { return nil }
    book.put(object)
    let key = FactKey(object.ref)
    held.insert(key)
    return key
  }

  private func drop(_ key: FactKey) {
    held.remove(key)
    if !isHeldElsewhere(key) { book.remove(key) }
  }
}
