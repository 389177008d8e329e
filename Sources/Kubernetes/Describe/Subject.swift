import Cluster
import Document

/// What is being described: the object, what belongs to it, and the moment it is looked at.
struct Subject: Sendable {
  let object: JSON
  let kind: Kind
  let related: Related
  let clock: PageClock

  var metadata: JSON { object["metadata"] }
  var spec: JSON { object["spec"] }
  var status: JSON { object["status"] }
  var name: String { metadata["name"].string ?? "" }
  var namespace: String { metadata["namespace"].string ?? "" }
  var uid: String { metadata["uid"].string ?? "" }

  /// A name that opens the object it names, in this object's namespace unless another is given.
  func link(_ kind: Kind.ID, _ name: JSON, namespace: String? = nil) -> Marked {
    guard let name = name.string, !name.isEmpty else { return name.marked }
    return link(kind, name, namespace: namespace)
  }

  func link(_ kind: Kind.ID, _ name: String, namespace: String? = nil, shows text: String? = nil) -> Marked {
    guard !name.isEmpty else { return Marked(text ?? "") }
    let space = KindNames.isNamespaced(kind) ? namespace ?? self.namespace : ""
    return Marked(text ?? name, .link, reference: ObjectRef(kind: kind, namespace: space, name: name))
  }

  /// "ReplicaSet/web-74fb9bbdc6" for an owner, a target or another reference that names kind and perhaps
  /// version.
  func link(to reference: JSON, namespace: String? = nil) -> Marked {
    let kind = reference["kind"].words
    let name = reference["name"].words
    let text = "\(kind)/\(name)"
    guard let id = KindNames.id(reference), !name.isEmpty else { return Marked(text) }
    let space = KindNames.isNamespaced(id) ? namespace ?? self.namespace : ""
    let uid = reference["uid"].string ?? ""
    return Marked(text, .link, reference: ObjectRef(kind: id, namespace: space, name: name, uid: uid))
  }

  /// The owner that steers this object, as "Kind/name"; empty where there is none.
  var controller: Marked { Subject.controller(of: object).map { link(to: $0) } ?? "" }

  static func controller(of object: JSON) -> JSON? {
    object["metadata"]["ownerReferences"].array.first { $0["controller"].isTrue }
  }
}

/// From the name of a kind in a reference ("ReplicaSet") to the id under which it is asked for.
enum KindNames {
  /// nil where the reference names no kind or, outside the built-in groups, no version.
  static func id(_ reference: JSON) -> Kind.ID? {
    guard let kind = reference["kind"].string, !kind.isEmpty else { return nil }
    let version = reference["apiVersion"].string ?? ""
    if let known = builtIn[kind], version.isEmpty || known.hasPrefix(version + "/") { return known }
    return version.isEmpty ? nil : "\(version)/\(plural(kind))"
  }

  static func isNamespaced(_ id: Kind.ID) -> Bool { !clusterWide.contains(id) }

  /// How the API server's own tools guess a resource from a kind that discovery was not asked about.
  private static func plural(_ kind: String) -> String {
    let lower = kind.lowercased()
    if lower.hasSuffix("s") { return lower + "es" }
    return lower.hasSuffix("y") ? lower.dropLast() + "ies" : lower + "s"
  }

  private static let builtIn: [String: Kind.ID] = [
    "Pod": "v1/pods", "Node": "v1/nodes", "Service": "v1/services", "ConfigMap": "v1/configmaps",
    "Secret": "v1/secrets", "ServiceAccount": "v1/serviceaccounts", "Namespace": "v1/namespaces",
    "PersistentVolumeClaim": "v1/persistentvolumeclaims", "PersistentVolume": "v1/persistentvolumes",
    "ReplicationController": "v1/replicationcontrollers", "Endpoints": "v1/endpoints",
    "Deployment": "apps/v1/deployments", "ReplicaSet": "apps/v1/replicasets",
    "StatefulSet": "apps/v1/statefulsets", "DaemonSet": "apps/v1/daemonsets",
    "Job": "batch/v1/jobs", "CronJob": "batch/v1/cronjobs",
    "Ingress": "networking.k8s.io/v1/ingresses", "IngressClass": "networking.k8s.io/v1/ingressclasses",
    "Role": "rbac.authorization.k8s.io/v1/roles", "ClusterRole": "rbac.authorization.k8s.io/v1/clusterroles",
    "StorageClass": "storage.k8s.io/v1/storageclasses",
  ]

  private static let clusterWide: Set<Kind.ID> = [
    "v1/nodes", "v1/namespaces", "v1/persistentvolumes", "networking.k8s.io/v1/ingressclasses",
    "rbac.authorization.k8s.io/v1/clusterroles", "storage.k8s.io/v1/storageclasses",
    "scheduling.k8s.io/v1/priorityclasses", "node.k8s.io/v1/runtimeclasses",
  ]
}
