import Cluster
import Document

/// An object and what it made, as far as its events go: a Deployment, its ReplicaSets and their pods.
struct EventFamily {
  private struct Child: Hashable {
    var uid: String
    var kind: Kind.ID
    var name: String
  }

  /// Objects whose owner does not belong to it so far, by the owner's UID.
  private var waiting: [String: Set<Child>] = [:]
  /// UIDs of all that belong to it, those that have gone meanwhile too: their events outlive them.
  private(set) var members: Set<String>
  /// What makes pods with generated names, by its name: of pods that went before anybody looked only events are left.
  private var makers: Set<String> = []

  private static let makerKinds: Set<Kind.ID> = [
    "apps/v1/replicasets", "apps/v1/statefulsets", "apps/v1/daemonsets", "batch/v1/jobs",
    "v1/replicationcontrollers",
  ]

  init(_ ref: ObjectRef) {
    members = ref.uid.isEmpty ? [] : [ref.uid]
    if Self.makerKinds.contains(ref.kind) { makers.insert(ref.name) }
  }

  /// The UID of the object itself, where only its name was known.
  mutating func learn(root uid: String) {
    members.insert(uid)
    for child in waiting.removeValue(forKey: uid) ?? [] { take(child) }
  }

  /// Takes in an object of one of the children's kinds. Whether the family grew.
  mutating func add(_ object: JSONSlice, kind: Kind.ID) -> Bool {
    guard let metadata = object["metadata"], let uid = metadata["uid"]?.string else { return false }
    let owners = metadata["ownerReferences"].elements.compactMap { $0["uid"]?.string }
    if owners.isEmpty { return false }
    guard !members.contains(uid) else { return false }
    let child = Child(uid: uid, kind: kind, name: metadata["name"].line)
    if owners.contains(where: members.contains) {
      take(child)
      return true
    }
    // What its owner belongs to may be told later.
    for owner in owners { waiting[owner, default: []].insert(child) }
    return false
  }

  /// Takes in a child and those that waited for it.
  private mutating func take(_ child: Child) {
    var found = [child]
    while let next = found.popLast() {
      guard members.insert(next.uid).inserted else { continue }
      if Self.makerKinds.contains(next.kind) { makers.insert(next.name) }
      found += waiting.removeValue(forKey: next.uid) ?? []
    }
  }

  func contains(_ event: EventFact) -> Bool {
    if members.contains(event.subject) { return true }
    guard event.about.kind == "v1/pods", let cut = event.about.name.lastIndex(of: "-") else { return false }
    return makers.contains(String(event.about.name[..<cut]))
  }

  // MARK: What to look at

  /// Kinds whose objects make others.
  private static let plans: [Kind.ID: [Kind.ID]] = [
    "apps/v1/deployments": ["apps/v1/replicasets", "v1/pods"], "apps/v1/replicasets": ["v1/pods"],
    "apps/v1/statefulsets": ["v1/pods"], "apps/v1/daemonsets": ["v1/pods"], "batch/v1/jobs": ["v1/pods"],
    "v1/replicationcontrollers": ["v1/pods"], "batch/v1/cronjobs": ["batch/v1/jobs", "v1/pods"],
  ]
  private static let whateverCustomObjectsMake: [Kind.ID] = [
    "apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets", "apps/v1/replicasets",
    "batch/v1/jobs", "v1/pods",
  ]

  /// The kinds of what an object of this kind makes; empty where it makes nothing.
  static func childKinds(of kind: Kind.ID) -> [Kind.ID] {
    if let plan = plans[kind] { return plan }
    let group = kind.split(separator: "/").dropLast(2).first.map(String.init) ?? ""
    let isCustom = group.contains(".") && !group.hasSuffix(".k8s.io") && Kinds.builtIn(kind) == nil
    return isCustom ? whateverCustomObjectsMake : []
  }

  /// What its children are labelled with, where that is told; nil where everything must be looked at.
  static func selector(of object: JSON) -> String? {
    let selector = object["spec"]["selector"]
    let text =
      object["kind"].string == "ReplicationController"
      ? SelectorText.labelQuery(selector) : SelectorText.query(selector)
    return text.isEmpty || text.contains("<error>") ? nil : text
  }
}
