import Document

extension ResourceDefinition {
  /// Whether its status is written on a path of its own, and nowhere else.
  var hasStatus: Bool { subresources.contains { $0.name == "status" } }

  /// Whether its objects count the changes of what is wanted of them.
  var hasGeneration: Bool {
    isCustom
      || [
        "pods", "deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "ingresses",
        "networkpolicies", "poddisruptionbudgets", "customresourcedefinitions", "endpointslices",
        "ingressclasses", "priorityclasses", "replicationcontrollers",
      ].contains(plural)
  }

  /// Whether a PUT to a name that is not there makes the object.
  var createsOnUpdate: Bool { ["leases", "endpoints", "limitranges", "events"].contains(plural) }

  /// Whether what is wanted of an object changed, and not only what it is called or how it is doing.
  func specDiffers(_ old: JSON, _ new: JSON) -> Bool {
    func wanted(_ object: JSON) -> JSON {
      object.without("metadata", "status", "apiVersion", "kind").canonical
    }
    if wanted(old) != wanted(new) { return true }
    return plural == "deployments" && group == "apps"
      && old["metadata"]["annotations"].canonical != new["metadata"]["annotations"].canonical
  }

  /// Whether a DELETE answers with the object and not with a Status.
  var returnsDeleted: Bool {
    [
      "pods", "services", "resourcequotas", "serviceaccounts", "persistentvolumes", "persistentvolumeclaims",
    ].contains(plural) && !isCustom
  }
}
