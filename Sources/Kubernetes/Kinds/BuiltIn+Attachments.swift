import Cluster
import Document

/// How volumes get to nodes.
extension BuiltIn {
  static let volumeAttachments = BuiltIn(
    Kind(
      id: "storage.k8s.io/v1/volumeattachments", name: "VolumeAttachment", namespaced: false, role: .storage,
      abilities: .document, children: .reference),
    [
      .text("ATTACHER", "spec.attacher").priority(5),
      .text("PV", "spec.source.persistentVolumeName").priority(7),
      .text("NODE", "spec.nodeName").priority(7),
      .computed("ATTACHED", "status.attached") { $0[0]?.bool == true ? "true" : "false" }.status.priority(9),
    ],
    drill: Drill("spec.source.persistentVolumeName") { fields in
      fields[0].isPresent ? "v1/persistentvolumes  \(fields[0].line)" : ""
    },
    health: .reading("status", "spec.nodeName") { fields in
      for (error, what) in [("attachError", "attached"), ("detachError", "detached")] as [(StaticString, _)] {
        guard let failure = fields[0]?[error] else { continue }
        let ago = failure["time"]?.epochSeconds.map { " \(Moment.mark($0))" } ?? ""
        return Health(.bad, "could not be \(what)\(ago): \(failure["message"].line)")
      }
      return fields[0]?["attached"]?.bool == true
        ? .good : Health(.starting, "not attached to \(fields[1].line) yet")
    })

  static let csiNodes = BuiltIn(
    Kind(
      id: "storage.k8s.io/v1/csinodes", name: "CSINode", namespaced: false, role: .storage,
      abilities: .document),
    [
      .count("DRIVERS", "spec.drivers").priority(7),
      .list("NAMES", "spec.drivers", "name").priority(6),
      .computed("VOLUMES LIMIT", "spec.drivers") { fields in
        fields[0].elements.compactMap { $0["allocatable"]?["count"]?.plainText }.joined(separator: ",")
      }.priority(4),
    ])

  static let csiDrivers = BuiltIn(
    Kind(
      id: "storage.k8s.io/v1/csidrivers", name: "CSIDriver", namespaced: false, role: .storage,
      abilities: .document),
    [
      .computed("ATTACHREQUIRED", "spec.attachRequired") { $0[0]?.bool == false ? "false" : "true" }
        .priority(6),
      .computed("PODINFOONMOUNT", "spec.podInfoOnMount") { $0[0]?.bool == true ? "true" : "false" }
        .priority(4),
      .computed("STORAGECAPACITY", "spec.storageCapacity") { $0[0]?.bool == true ? "true" : "false" }
        .priority(4),
      .list("MODES", "spec.volumeLifecycleModes", or: "Persistent").priority(5),
    ])
}
