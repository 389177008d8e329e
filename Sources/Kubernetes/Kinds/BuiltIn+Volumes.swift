import Cluster
import Document

extension BuiltIn {
  static let persistentVolumeClaims = persistentVolumeClaims(nil)

  /// - Parameter users: knows which pods use them; nil where nobody looked.
  static func persistentVolumeClaims(_ users: ClaimTally?) -> BuiltIn {
    BuiltIn(
      Kind(
        id: "v1/persistentvolumeclaims", name: "PersistentVolumeClaim", short: ["pvc"], role: .storage,
        abilities: .document, children: .reference),
      [
        .computed("STATUS", "status.phase", "metadata.deletionTimestamp", text: phase).status.priority(9),
        .text("VOLUME", "spec.volumeName").priority(4),
        Cell("CAPACITY", .number, ["spec.volumeName", "status.capacity.storage"]) { fields, row in
          row.cell(fields[0].isPresent ? fields[1] : nil)
        }.priority(7),
        .computed("ACCESS MODES", "spec.volumeName", "status.accessModes") { fields in
          fields[0].isPresent ? AccessModes.text(fields[1]) : ""
        }.priority(5),
        .computed(
          "STORAGECLASS", "spec.storageClassName",
          "metadata.annotations['volume.beta.kubernetes.io/storage-class']"
        ) { $0[1].isPresent ? $0[1].line : $0[0].line }.priority(6),
        .computed("USED BY", "metadata.namespace", "metadata.name") { fields in
          users?["\(fields[0].line)/\(fields[1].line)"]?.text ?? ""
        }.priority(6),
        .text("VOLUMEATTRIBUTESCLASS", "spec.volumeAttributesClassName", or: "<unset>").wide,
        .text("VOLUMEMODE", "spec.volumeMode", or: "<unset>").wide,
      ],
      drill: Drill("spec.volumeName", "spec.storageClassName") { fields in
        if fields[0].isPresent { return "v1/persistentvolumes  \(fields[0].line)" }
        return fields[1].isPresent ? "\(storageClassID)  \(fields[1].line)" : ""
      },
      health: .reading("status", "spec.volumeName", "spec.storageClassName") {
        claimHealth($0[0], $0[1], class: $0[2])
      })
  }

  private static func claimHealth(_ status: JSONSlice?, _ volume: JSONSlice?, class name: JSONSlice?)
    -> Health
  {
    switch status?["phase"].line {
    case "Pending":
      if volume.isPresent { return Health(.pending, "waits for the volume \(volume.line) to be bound to it") }
      guard let name else {
        return Health(
          .pending, "not bound: it names no storage class and no free volume or default class serves it")
      }
      if name.line.isEmpty {
        return Health(.pending, "not bound: it wants no storage class and no free volume fits")
      }
      return Health(
        .pending,
        "not bound: the storage class \(name.line) provided no volume yet; it may wait for a pod to use it"
      )
    case "Lost": return Health(.bad, "its volume \(volume.line) is gone")
    default:
      // Resizing, FileSystemResizePending, ModifyVolumeError and the like.
      guard let change = StatusConditions(status?["conditions"]).all.first(where: \.isTrue) else {
        return .good
      }
      let isError = change.type.hasSuffix("Error")
      return Health(isError ? .bad : .starting, "\(change.type)\(change.lasting): \(change.text)")
    }
  }

  static let persistentVolumes = BuiltIn(
    Kind(
      id: "v1/persistentvolumes", name: "PersistentVolume", short: ["pv"], namespaced: false, role: .storage,
      abilities: .document, children: .reference),
    [
      .number("CAPACITY", "spec.capacity.storage", or: "0").priority(7),
      .computed("ACCESS MODES", "spec.accessModes") { AccessModes.text($0[0]) }.priority(5),
      .text("RECLAIM POLICY", "spec.persistentVolumeReclaimPolicy").priority(5),
      .computed("STATUS", "status.phase", "metadata.deletionTimestamp", text: phase).status.priority(9),
      .computed("CLAIM", "spec.claimRef") { fields in
        fields[0].map { "\($0["namespace"].line)/\($0["name"].line)" } ?? ""
      }.priority(6),
      .computed(
        "STORAGECLASS", "spec.storageClassName",
        "metadata.annotations['volume.beta.kubernetes.io/storage-class']"
      ) { $0[1].isPresent ? $0[1].line : $0[0].line }.priority(4),
      .text("VOLUMEATTRIBUTESCLASS", "spec.volumeAttributesClassName", or: "<unset>").wide,
      .text("REASON", "status.reason").priority(2),
      .computed("NODE AFFINITY", "spec.nodeAffinity.required.nodeSelectorTerms") { affinity($0[0]) }.wide,
      .text("VOLUMEMODE", "spec.volumeMode", or: "<unset>").wide,
    ],
    drill: Drill("spec.claimRef", "spec.storageClassName") { fields in
      let storage = fields[1].isPresent ? "\(storageClassID)  \(fields[1].line)" : ""
      guard let claim = fields[0] else { return storage }
      let reference = "v1/persistentvolumeclaims \(claim["namespace"].line) \(claim["name"].line)"
      return storage.isEmpty ? reference : "\(reference)\n\(storage)"
    },
    health: .reading("status", "spec.claimRef", "spec.persistentVolumeReclaimPolicy") { fields in
      let message = [fields[0]?["reason"].line, fields[0]?["message"].line].compactMap { $0 }.filter {
        !$0.isEmpty
      }
      switch fields[0]?["phase"].line {
      case "Failed": return Health(.bad, "could not be reclaimed: " + message.joined(separator: ": "))
      case "Released":
        let claim = fields[1].map { "\($0["namespace"].line)/\($0["name"].line)" } ?? ""
        let policy = fields[2].line
        return Health(
          .pending, "its claim \(claim) is gone; with the policy \(policy) nobody can claim it again as it is"
        )
      case "Pending": return Health(.starting, message.joined(separator: ": "))
      default: return .good
      }
    })

  /// Where it can be reached from: "topology.kubernetes.io/zone in (a,b)"; one of several terms is enough.
  private static func affinity(_ terms: JSONSlice?) -> String {
    let texts = terms.elements.map { term in
      term["matchExpressions"].elements.map { expression in
        let values = expression["values"].elements.map(\.line).joined(separator: ",")
        return "\(expression["key"].line) \(expression["operator"].line.lowercased()) (\(values))"
      }.joined(separator: ",")
    }
    return texts.isEmpty ? "<none>" : texts.joined(separator: " or ")
  }

  private static let phase: @Sendable (Fields) -> String = { fields in
    fields[1].isPresent ? "Terminating" : fields[0].line
  }

  private static let storageClassID = "storage.k8s.io/v1/storageclasses"

  static let storageClasses = BuiltIn(
    Kind(
      id: storageClassID, name: "StorageClass", short: ["sc"], namespaced: false,
      role: .storage, abilities: .document),
    [
      .text("PROVISIONER", "provisioner").priority(7),
      .text("RECLAIMPOLICY", "reclaimPolicy", or: "Delete").priority(6),
      .text("VOLUMEBINDINGMODE", "volumeBindingMode", or: "Immediate").priority(5),
      .computed("ALLOWVOLUMEEXPANSION", "allowVolumeExpansion") { $0[0]?.bool == true ? "true" : "false" }
        .priority(4),
      .computed("DEFAULT", "metadata.annotations['storageclass.kubernetes.io/is-default-class']") {
        $0[0].has("true") ? "true" : ""
      }.priority(6),
    ])
}

/// Access modes of volumes, abbreviated as kubectl does: the same order whatever the object's.
enum AccessModes {
  static func text(_ modes: JSONSlice?) -> String { text(Set(modes.elements.map(\.line))) }

  static func text(_ names: Set<String>) -> String {
    let short = [
      ("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"),
      ("ReadWriteOncePod", "RWOP"),
    ]
    return short.filter { names.contains($0.0) }.map(\.1).joined(separator: ",")
  }
}
