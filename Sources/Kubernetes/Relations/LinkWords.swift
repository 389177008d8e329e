import Cluster

/// What keys of objects mean by convention: `secretName`, `configMapRef`, `imagePullSecrets`.
enum LinkWords {
  /// Name a kind with whatever stands before them: `credentialsSecretRef`.
  private static let endings: [(ending: String, kind: String)] = [
    ("secret", "Secret"), ("configmap", "ConfigMap"), ("serviceaccount", "ServiceAccount"),
    ("persistentvolumeclaim", "PersistentVolumeClaim"), ("storageclass", "StorageClass"),
    ("priorityclass", "PriorityClass"), ("ingressclass", "IngressClass"), ("runtimeclass", "RuntimeClass"),
    ("gatewayclass", "GatewayClass"), ("service", "Service"),
  ]

  /// Name a kind only as they are: "jobName" may, "cronjobRunnerPodName" may not.
  private static let exact: [String: String] = [
    "claim": "PersistentVolumeClaim", "node": "Node", "volume": "PersistentVolume",
    "persistentvolume": "PersistentVolume", "deployment": "Deployment", "statefulset": "StatefulSet",
    "issuer": "Issuer", "clusterissuer": "ClusterIssuer", "gateway": "Gateway", "parent": "Gateway",
    "backend": "Service", "clusterrole": "ClusterRole",
  ]

  /// How a key names a kind.
  struct Meaning: Hashable {
    var kind: String
    /// By a reference's ending (`Ref`, `Name`), and not only by the word itself.
    var isReference: Bool
  }

  /// nil for keys that name no kind. A key of a list counts like that of its elements.
  static func meaning(ofKey key: String) -> Meaning? {
    var stem = key.lowercased()
    var isReference = false
    for ending in ["keyref", "refs", "ref", "references", "reference", "names", "name", "keyselector"]
    where stem.hasSuffix(ending) && stem.utf8.count > ending.utf8.count {
      stem.removeLast(ending.count)
      isReference = true
      break
    }
    if !isReference, stem.hasSuffix("s"), !stem.hasSuffix("class"), stem.utf8.count > 1 { stem.removeLast() }
    if let kind = exact[stem] { return isReference ? Meaning(kind: kind, isReference: true) : nil }
    for (ending, kind) in endings where stem.hasSuffix(ending) {
      return Meaning(kind: kind, isReference: isReference || stem == "imagepullsecret")
    }
    return nil
  }

  /// What a link is for, from the key that holds it and the kind that is named.
  static func sort(key: String, kind: Kind.ID, of owner: Kind.ID) -> Link.Sort {
    switch key {
    case "nodeName": return .runsOn
    case "serviceAccountName": return .runsAs
    case "scaleTargetRef": return .scales
    case "claimRef", "volumeName": return .bound
    case "subjects", "roleRef": return .grants
    case "service", "backendRefs", "parentRefs", "resource": return .routesTo
    case "targetRef" where owner.hasSuffix("/endpointslices") || owner.hasSuffix("/endpoints"):
      return .routesTo
    case "targetRef" where owner.hasSuffix("/verticalpodautoscalers"): return .scales
    case "storageClassName" where owner == "v1/persistentvolumeclaims" || owner == "v1/persistentvolumes":
      return .bound
    default: return .uses
    }
  }
}
