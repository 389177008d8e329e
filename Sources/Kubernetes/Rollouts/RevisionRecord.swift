import Cluster
import Document

/// A ReplicaSet or ControllerRevision as one version of a workload's pod template.
struct RevisionRecord: Sendable {
  var revision: Rollout.Revision
  var uid: String
  var ownerUID: String
  /// What the pods of this revision carry in their label.
  var hash: String

  /// Of a Deployment. nil for what is no ReplicaSet.
  init?(replicaSet set: JSONSlice) {
    guard let metadata = set["metadata"], let spec = set["spec"] else { return nil }
    let annotations = metadata["annotations"]
    self.init(metadata, number: annotations?["deployment.kubernetes.io/revision"].count ?? 0)
    hash = metadata["labels"]?["pod-template-hash"].line ?? ""
    var template = spec["template"]?.materialized() ?? .null
    if var labels = template["metadata"]["labels"].object {
      labels["pod-template-hash"] = nil
      template["metadata"]["labels"] = .object(labels)
    }
    take(template)
    let status = set["status"]
    revision.desired = spec["replicas"]?.int ?? 1
    revision.pods = status?["replicas"].count ?? 0
    revision.ready = status?["readyReplicas"].count ?? 0
    revision.available = status?["availableReplicas"].count ?? 0
  }

  /// Of a StatefulSet or DaemonSet: a patch that makes the template what it was.
  init?(controllerRevision object: JSONSlice) {
    guard let metadata = object["metadata"] else { return nil }
    self.init(metadata, number: object["revision"].count)
    hash =
      (metadata["labels"]?["controller-revision-hash"] ?? metadata["labels"]?["controller.kubernetes.io/hash"])
      .line
    var template = object["data"]?["spec"]?["template"]?.materialized() ?? .null
    if var members = template.object {
      members["$patch"] = nil
      template = .object(members)
    }
    take(template)
  }

  private init(_ metadata: JSONSlice, number: Int) {
    revision = Rollout.Revision(number: number, name: metadata["name"].line)
    revision.created = metadata["creationTimestamp"]?.epochSeconds
    revision.cause = metadata["annotations"]?["kubernetes.io/change-cause"].line ?? ""
    uid = metadata["uid"].line
    hash = ""
    ownerUID = ""
    metadata["ownerReferences"]?.eachElement { owner in
      if owner["controller"]?.bool == true { ownerUID = owner["uid"].line }
    }
  }

  private mutating func take(_ template: JSON) {
    revision.template = template
    revision.images = template["spec"]["containers"].array.map { Moment.plain($0["image"].string ?? "") }
  }

  /// StatefulSets label their pods with the revision's whole name, DaemonSets with its hash.
  func owns(_ pod: RolloutPod) -> Bool {
    !pod.hash.isEmpty && (pod.hash == hash || pod.hash == revision.name)
  }
}
