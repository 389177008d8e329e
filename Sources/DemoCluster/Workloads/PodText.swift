import Document

/// The text that all pods of a template share, with holes for what is each pod's own.
final class PodText: Sendable {
  /// What goes into the holes.
  enum Hole: Int {
    /// The whole member `"nodeName":"…",`, nothing before the pod is bound.
    case node
    /// The random end of the name of the volume with the service account's token.
    case tokenSuffix
    case podName
    case ownerUID
    case podIP
    case nodeName
  }

  /// The value of `spec`.
  let spec: Template
  /// For each init container and each container, what a status says after `started`: resources and mounts.
  let initMounts, mounts: [Template]
  /// The same resources; a container that never ran does not show them.
  let initResources, resources: [Bytes]
  /// The resources of the pod as a whole, at the end of the status.
  let total: Bytes
  /// `fieldsV1` of the controller that made the pod, of the kubelet, and of the kubelet before there was an
  /// address.
  let controllerFields, kubeletFields, earlyKubeletFields: Template

  /// Stands for a pod's own name in what a template says: in the claims of a StatefulSet.
  static let podNameMark = "\u{E000}pod"

  /// Stands for the name of a pod's node: in what a DaemonSet adds.
  static let nodeNameMark = "\u{E000}host"

  /// In the order of the holes.
  private static let marks = [
    Template.Mark(before: "\"nodeName\":\"", name: "node", after: "\","), Template.Mark(name: "token"),
    Template.Mark(name: "pod"), Template.Mark(name: "owner"), Template.Mark(name: "address"),
    Template.Mark(name: "host"),
  ]

  init(_ source: JSON, containers: [ContainerPlan]) {
    let spec = PodAdmission.admitted(source["spec"])
    self.spec = Template(spec.encoded(), marks: PodText.marks)
    let inits = spec["initContainers"].array
    let mains = spec["containers"].array
    initMounts = inits.map(PodText.mounts)
    mounts = mains.map(PodText.mounts)
    initResources = inits.map { PodText.resources($0["resources"]) }
    resources = mains.map { PodText.resources($0["resources"]) }
    total = PodText.total(containers)
    controllerFields = PodText.controllerFields(source)
    kubeletFields = PodText.kubeletFields(hasAddress: true)
    earlyKubeletFields = PodText.kubeletFields(hasAddress: false)
  }

  /// `"volumeMounts":[…]` of a container's status.
  private static func mounts(_ container: JSON) -> Template {
    let mounts = container["volumeMounts"].array.map { mount -> JSON in
      var shown: JSON = ["name": mount["name"], "mountPath": mount["mountPath"]]
      if mount["readOnly"].bool == true {
        shown["readOnly"] = true
        shown["recursiveReadOnly"] = "Disabled"
      }
      return shown
    }
    return Template(Array("\"volumeMounts\":".utf8) + JSON.array(mounts).encoded(), marks: marks)
  }

  /// `"allocatedResources":{…},"resources":{…},` of a container's status; nothing without requests.
  private static func resources(_ resources: JSON) -> Bytes {
    if resources.members.isEmpty { return Array("\"resources\":{},".utf8) }
    var shown: JSON = [:]
    if !resources["requests"].isNull { shown["allocatedResources"] = resources["requests"] }
    shown["resources"] = resources
    return shown.encoded().dropFirst().dropLast() + [UInt8(ascii: ",")]
  }

  private static func total(_ containers: [ContainerPlan]) -> Bytes {
    func sum(_ pairs: (ContainerPlan) -> [Pair]) -> JSON {
      let all = containers.flatMap(pairs)
      var sum: JSON = [:]
      let cpu = all.filter { $0.key == "cpu" }
      let memory = all.filter { $0.key == "memory" }
      if !cpu.isEmpty {
        sum["cpu"] = .string(Amount.text(milliCPU: cpu.reduce(0) { $0 + Amount.milliCPU($1.value) }))
      }
      if !memory.isEmpty {
        sum["memory"] = .string(Amount.text(bytes: memory.reduce(0) { $0 + Amount.bytes($1.value) }))
      }
      return sum
    }
    let requests = sum(\.requests)
    let limits = sum(\.limits)
    if requests.members.isEmpty && limits.members.isEmpty { return [] }
    var resources: JSON = [:]
    if !limits.members.isEmpty { resources["limits"] = limits }
    if !requests.members.isEmpty { resources["requests"] = requests }
    let shown: JSON = ["allocatedResources": requests, "resources": resources]
    return shown.encoded().dropFirst().dropLast() + [UInt8(ascii: ",")]
  }

  private static func controllerFields(_ source: JSON) -> Template {
    var metadata: JSON = [:]
    for key in ["annotations", "labels"] where !source["metadata"][key].isNull {
      metadata[key] = source["metadata"][key]
    }
    metadata["generateName"] = ""
    metadata["ownerReferences"] = [["uid": "\u{E000}owner"]]
    return Template(ManagedFields.encoded(["metadata": metadata, "spec": source["spec"]]), marks: marks)
  }

  private static func kubeletFields(hasAddress: Bool) -> Template {
    let types = ["ContainersReady", "Initialized", "PodReadyToStartContainers", "PodScheduled", "Ready"]
    let conditions = types.map { type -> JSON in
      type == "PodScheduled"
        ? ["type": .string(type), "observedGeneration": 1]
        : [
          "type": .string(type), "lastProbeTime": .null, "lastTransitionTime": "", "observedGeneration": 1,
          "status": "",
        ]
    }
    var status: JSON = [
      "conditions": .array(conditions), "containerStatuses": [], "hostIP": "", "hostIPs": [],
      "observedGeneration": 1, "phase": "", "startTime": "",
    ]
    if hasAddress {
      status["podIP"] = ""
      status["podIPs"] = [["ip": "\u{E000}address"]]
    }
    return Template(ManagedFields.encoded(["status": status]), marks: marks)
  }
}
