import Document

extension TableDefinition {
  static let nameAndAge = TableDefinition([.name, .age]) { object, row in
    row.name()
    row.age()
  }

  static let nameAndCreation = TableDefinition([.name, .createdAt]) { object, row in
    row.name()
    row.createdAt()
  }

  static let configMaps = TableDefinition([
    .name, .text("Data", "How many keys it has."), .age,
  ]) { object, row in
    row.name()
    row.integer((object["data"]?.memberCount ?? 0) + (object["binaryData"]?.memberCount ?? 0))
    row.age()
  }

  static let secrets = TableDefinition([
    .name, .text("Type", "What it is for."), .text("Data", "How many keys it has."), .age,
  ]) { object, row in
    row.name()
    row.text(object["type"]?.string ?? "")
    row.integer(object["data"]?.memberCount ?? 0)
    row.age()
  }

  static let resourceQuotas = TableDefinition([
    .name,
    .text("Request", "What is used and what may be used, but for limits."),
    .text("Limit", "The same for limits."),
    .age,
  ]) { object, row in
    var requests: [String] = []
    var limits: [String] = []
    let used = row.status?["used"]
    row.status?["hard"]?.eachMember { key, hard in
      let name = String(decoding: key, as: UTF8.self)
      var taken = "0"
      used?.eachMember { usedKey, amount in
        if usedKey.elementsEqual(key) { taken = amount.string ?? "0" }
      }
      let text = "\(name): \(taken)/\(hard.string ?? "")"
      if name.hasPrefix("limits") { limits.append(text) } else { requests.append(text) }
    }
    row.name()
    row.text(requests.sorted().joined(separator: ", "))
    row.text(limits.sorted().joined(separator: ", "))
    row.age()
  }

  static let persistentVolumeClaims = TableDefinition([
    .name,
    .text("Status", "Whether it has a volume."),
    .text("Volume", "The volume it has."),
    .text("Capacity", "How much that holds."),
    .text("Access Modes", "Who may mount it how."),
    .text("StorageClass", "Where volumes for it come from."),
    .text("VolumeAttributesClass", "The class of its performance."),
    .age,
    .wide("VolumeMode", "Whether it is a file system or a block device."),
  ]) { object, row in
    let spec = row.spec
    let isBound = spec?["volumeName"] != nil
    row.name()
    row.text(
      row.metadata?["deletionTimestamp"] != nil
        ? "Terminating" : row.status?["phase"]?.string ?? "")
    row.text(spec?["volumeName"]?.string ?? "")
    row.text(isBound ? row.status?["capacity"]?["storage"]?.string ?? "" : "")
    row.text(isBound ? modes(row.status?["accessModes"]) : "")
    row.text(spec?["storageClassName"]?.string ?? "")
    row.text(spec?["volumeAttributesClassName"]?.string, or: "<unset>")
    row.age()
    row.text(spec?["volumeMode"]?.string, or: "<unset>")
  }

  static let persistentVolumes = TableDefinition([
    .name,
    .text("Capacity", "How much it holds."),
    .text("Access Modes", "Who may mount it how."),
    .text("Reclaim Policy", "What happens to it when its claim goes."),
    .text("Status", "Whether a claim has it."),
    .text("Claim", "The claim that has it."),
    .text("StorageClass", "Where it came from."),
    .text("VolumeAttributesClass", "The class of its performance."),
    .text("Reason", "Why it is in its state."),
    .age,
    .wide("VolumeMode", "Whether it is a file system or a block device."),
  ]) { object, row in
    let spec = row.spec
    let claim = spec?["claimRef"]
    row.name()
    row.text(spec?["capacity"]?["storage"]?.string ?? "")
    row.text(modes(spec?["accessModes"]))
    row.text(spec?["persistentVolumeReclaimPolicy"]?.string ?? "")
    row.text(row.status?["phase"]?.string ?? "")
    row.text(claim.map { "\($0["namespace"]?.string ?? "")/\($0["name"]?.string ?? "")" } ?? "")
    row.text(spec?["storageClassName"]?.string ?? "")
    row.text(spec?["volumeAttributesClassName"]?.string, or: "<unset>")
    row.text(row.status?["reason"]?.string ?? "")
    row.age()
    row.text(spec?["volumeMode"]?.string, or: "<unset>")
  }

  /// ReadWriteOnce as RWO, and so on.
  private static func modes(_ modes: JSONSlice?) -> String {
    (modes?.strings ?? []).map { mode in
      switch mode {
      case "ReadWriteOnce": "RWO"
      case "ReadOnlyMany": "ROX"
      case "ReadWriteMany": "RWX"
      case "ReadWriteOncePod": "RWOP"
      default: mode
      }
    }.joined(separator: ",")
  }

  static let storageClasses = TableDefinition([
    .name,
    .text("Provisioner", "What makes the volumes."),
    .text("ReclaimPolicy", "What happens to them when their claim goes."),
    .text("VolumeBindingMode", "When they are made."),
    .text("AllowVolumeExpansion", "Whether they can grow."),
    .age,
  ]) { object, row in
    let isDefault = row.metadata?["annotations"]?["storageclass.kubernetes.io/is-default-class"]
    row.text(
      (row.metadata?["name"]?.string ?? "") + (isDefault?.isText("true") == true ? " (default)" : ""))
    row.text(object["provisioner"]?.string ?? "")
    row.text(object["reclaimPolicy"]?.string ?? "")
    row.text(object["volumeBindingMode"]?.string ?? "")
    row.boolean(object["allowVolumeExpansion"]?.bool ?? false)
    row.age()
  }

  static let roleBindings = TableDefinition([
    .name,
    .text("Role", "The rights that are given."),
    .age,
    .wide("Users", "The users who get them."),
    .wide("Groups", "The groups that get them."),
    .wide("ServiceAccounts", "The service accounts that get them."),
  ]) { object, row in
    let role = object["roleRef"]
    row.name()
    row.text("\(role?["kind"]?.string ?? "")/\(role?["name"]?.string ?? "")")
    row.age()
    let subjects = object["subjects"]?.elements ?? []
    for kind: StaticString in ["User", "Group", "ServiceAccount"] {
      let names = subjects.filter { $0["kind"]?.isText(kind) == true }.map { subject in
        (subject["namespace"]?.string.map { "\($0)/" } ?? "") + (subject["name"]?.string ?? "")
      }
      row.text(names.joined(separator: ", "))
    }
  }
}
