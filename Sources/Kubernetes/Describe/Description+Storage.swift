import Cluster
import Document
import HTTP

extension Description {
  static let volume = Description(write: VolumeDescription.write)
  static let volumeClaim = Description(requests: VolumeClaimDescription.requests) { claim, page in
    VolumeClaimDescription.write(claim.object, of: claim, isWhole: true, to: &page)
    page.field("Used By", list: VolumeClaimDescription.users(claim))
    VolumeClaimDescription.writeConditions(claim, to: &page)
  }
  static let storageClass = Description(write: StorageClassDescription.write)
  static let volumeAttributesClass = Description { attributes, page in
    page.name(attributes, namespace: false)
    page.field("Annotations", SelectorText.labels(attributes.metadata["annotations"]))
    page.field("DriverName", attributes.object["driverName"])
    page.field("Parameters", SelectorText.labels(attributes.object["parameters"]))
  }
  static let csiNode = Description { node, page in
    page.name(node, namespace: false)
    page.labelsAndAnnotations(node.metadata)
    page.field("CreationTimestamp", node.clock.date(node.metadata["creationTimestamp"]))
    page.section("Spec") { page in
      if node.spec["drivers"].isNull { return }
      page.section("Drivers") { page in
        for driver in node.spec["drivers"].array { StorageClassDescription.write(driver: driver, to: &page) }
      }
    }
  }
}

enum VolumeDescription {
  @Sendable static func write(_ volume: Subject, to page: inout PageWriter) {
    let spec = volume.spec
    page.name(volume, namespace: false)
    page.labelsAndAnnotations(volume.metadata)
    page.field("Finalizers", VolumeClaimDescription.finalizers(volume.metadata))
    page.field("StorageClass", VolumeClaimDescription.storageClass(volume.object, of: volume))
    page.field("Status", VolumeClaimDescription.status(volume))
    let claim = spec["claimRef"]
    let namespace = claim["namespace"].words
    page.field(
      "Claim",
      claim.isNull
        ? ""
        : volume.link(
          "v1/persistentvolumeclaims", claim["name"].words, namespace: namespace,
          shows: "\(namespace)/\(claim["name"].words)"))
    page.field("Reclaim Policy", spec["persistentVolumeReclaimPolicy"])
    page.field("Access Modes", Marked(AccessModes.text(Set(spec["accessModes"].strings))))
    page.field("VolumeMode", ifPresent: spec["volumeMode"])
    page.field("Capacity", Marked(spec["capacity"]["storage"].words, .number).or("0"))
    writeAffinity(spec["nodeAffinity"], to: &page)
    page.field("Message", volume.status["message"])
    page.heading("Source")
    page.nested(2) { VolumeSection.writeSource(spec, of: volume, isPersistent: true, to: &$0) }
  }

  private static func writeAffinity(_ affinity: JSON, to page: inout PageWriter) {
    if affinity["required"].isNull { return page.field("Node Affinity", .none) }
    page.row([Marked("Node Affinity:", .heading), ""])
    page.nested { page in
      let terms = affinity["required"]["nodeSelectorTerms"].array
      if terms.isEmpty { return page.field("Required Terms", .none) }
      page.row([Marked("Required Terms:", .heading), ""])
      page.nested { page in
        for (index, term) in terms.enumerated() {
          page.field(
            "Term \(index)",
            list: term["matchExpressions"].array.map { expression in
              let values = expression["values"].strings.joined(separator: ", ")
              let head = "\(expression["key"].words) \(expression["operator"].words.lowercased())"
              return Marked(values.isEmpty ? head : "\(head) [\(values)]")
            })
        }
      }
    }
  }
}

enum VolumeClaimDescription {
  /// There is no way to ask for the pods of a claim, so all of the namespace must be looked through.
  @Sendable static func requests(_ claim: Subject) -> [RelatedRequest] {
    [
      RelatedRequest(
        key: "pods", path: "/api/v1/namespaces/\(claim.namespace)/pods", query: [.init("limit", "500")],
        keeping: ["metadata.name", "metadata.uid", "spec.volumes"])
    ]
  }

  /// A claim, or the template of one inside a pod, which has neither a name nor a state.
  static func write(_ claim: JSON, of subject: Subject, isWhole: Bool, to page: inout PageWriter) {
    let spec = claim["spec"]
    let metadata = claim["metadata"]
    if isWhole { page.name(subject) }
    page.field("StorageClass", storageClass(claim, of: subject))
    if isWhole { page.field("Status", status(subject)) }
    page.field("Volume", subject.link("v1/persistentvolumes", spec["volumeName"]))
    page.labelsAndAnnotations(metadata)
    if isWhole { page.field("Finalizers", finalizers(metadata)) }
    let isBound = !spec["volumeName"].isBlank
    let capacity = claim["status"]["capacity"]["storage"]
    page.field("Capacity", isBound ? Marked(capacity.words, .number).or("0") : "")
    page.field(
      "Access Modes", isBound ? Marked(AccessModes.text(Set(claim["status"]["accessModes"].strings))) : "")
    page.field("VolumeMode", ifPresent: spec["volumeMode"])
    let source = spec["dataSource"]
    if source.isNull { return }
    page.section("DataSource") { page in
      page.field("APIGroup", ifPresent: source["apiGroup"])
      page.field("Kind", source["kind"])
      page.field("Name", source["name"])
    }
  }

  static func finalizers(_ metadata: JSON) -> Marked {
    Marked("[" + metadata["finalizers"].strings.joined(separator: " ") + "]")
  }

  static func status(_ subject: Subject) -> Marked {
    let deletion = subject.metadata["deletionTimestamp"]
    if deletion.isNull { return .state(subject.status["phase"]) }
    return Marked("Terminating (lasts \(subject.clock.age(deletion)))", .warning)
  }

  /// Before there was a field for it the class stood in an annotation, which still wins.
  static func storageClass(_ object: JSON, of subject: Subject) -> Marked {
    let old = object["metadata"]["annotations"]["volume.beta.kubernetes.io/storage-class"]
    return subject.link(
      "storage.k8s.io/v1/storageclasses", old.isNull ? object["spec"]["storageClassName"] : old)
  }

  static func users(_ claim: Subject) -> [Marked] {
    guard let pods = claim.related.lists["pods"] else {
      let why = claim.related.failures["pods"]
      return [why.map { Marked("<error: \($0)>", .bad) } ?? Marked("<not read>", .dim)]
    }
    let owners = Set(
      claim.metadata["ownerReferences"].array.filter { $0["kind"].string == "Pod" }.map { $0["uid"].words })
    let users = pods.filter { pod in
      owners.contains(pod["metadata"]["uid"].words)
        || pod["spec"]["volumes"].array.contains {
          $0["persistentVolumeClaim"]["claimName"].string == claim.name
        }
    }
    return Set(users.map { $0["metadata"]["name"].words }).sorted().map { claim.link("v1/pods", $0) }
  }

  static func writeConditions(_ claim: Subject, to page: inout PageWriter) {
    let conditions = claim.status["conditions"].array
    if conditions.isEmpty { return }
    page.section("Conditions") { page in
      page.titles(
        ["Type", "Status", "LastProbeTime", "LastTransitionTime", "Reason", "Message"],
        dashes: ["----", "------", "-----------------", "------------------", "------", "-------"])
      for json in conditions {
        let condition = ConditionLine(json)
        page.row([
          "\(condition.type) ", condition.marked(" "), "\(claim.clock.date(json["lastProbeTime"])) ",
          "\(claim.clock.date(condition.since)) ", "\(condition.reason) ", Marked(condition.message),
        ])
      }
    }
  }
}

enum StorageClassDescription {
  @Sendable static func write(_ storage: Subject, to page: inout PageWriter) {
    let object = storage.object
    let annotations = storage.metadata["annotations"]
    let isDefault = ["", "beta."].contains {
      annotations["storageclass.\($0)kubernetes.io/is-default-class"].string == "true"
    }
    page.name(storage, namespace: false)
    page.field("IsDefaultClass", Marked(isDefault ? "Yes" : "No"))
    page.field("Annotations", SelectorText.labels(annotations))
    page.field("Provisioner", object["provisioner"])
    page.field("Parameters", SelectorText.labels(object["parameters"]))
    let expands = object["allowVolumeExpansion"].bool
    page.field("AllowVolumeExpansion", expands.map { Marked($0 ? "True" : "False") } ?? .unset)
    let options = object["mountOptions"].array
    if options.isEmpty { page.field("MountOptions", .none) }
    if !options.isEmpty {
      page.section("MountOptions") { page in for option in options { page.line(option.marked) } }
    }
    page.field("ReclaimPolicy", ifPresent: object["reclaimPolicy"])
    page.field("VolumeBindingMode", ifPresent: object["volumeBindingMode"])
    writeTopologies(object["allowedTopologies"], to: &page)
  }

  private static func writeTopologies(_ topologies: JSON, to page: inout PageWriter) {
    if topologies.isNull { return }
    if topologies.isBlank { return page.field("AllowedTopologies", .none) }
    page.row([Marked("AllowedTopologies:", .heading), ""])
    page.nested { page in
      for (index, term) in topologies.array.enumerated() {
        page.field(
          "Term \(index)",
          list: term["matchLabelExpressions"].array.map { expression in
            let values = expression["values"].strings.joined(separator: ", ")
            return Marked("\(expression["key"].words) in" + (values.isEmpty ? "" : " [\(values)]"))
          })
      }
    }
  }

  static func write(driver: JSON, to page: inout PageWriter) {
    page.section(driver["name"].words) { page in
      page.field("Node ID", driver["nodeID"])
      let count = driver["allocatable"]["count"]
      if !count.isNull { page.section("Allocatables") { $0.field("Count", count) } }
      if !driver["topologyKeys"].isNull { page.field("Topology Keys", Marked(driver["topologyKeys"].words)) }
    }
  }
}
