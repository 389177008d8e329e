import Document

/// Finds what is wrong with an object, in the server's own words.
struct Validation {
  let object: JSON
  let old: JSON?
  let resource: ResourceDefinition
  let world: World
  private(set) var causes: [Failure.Cause] = []

  static func causes(
    _ document: JSON, _ resource: ResourceDefinition, old: JSON?, _ world: World
  ) -> [Failure.Cause] {
    var validation = Validation(document, resource, old: old, world)
    validation.check()
    return validation.causes
  }

  private init(_ document: JSON, _ resource: ResourceDefinition, old: JSON?, _ world: World) {
    object = document
    self.old = old
    self.resource = resource
    self.world = world
  }

  var spec: JSON { object["spec"] }
  var oldSpec: JSON { old?["spec"] ?? .null }

  mutating func add(_ cause: Failure.Cause) { causes.append(cause) }
  mutating func add(contentsOf more: [Failure.Cause]) { causes += more }

  private mutating func check() {
    checkMeta()
    if resource.isCustom {
      causes += StructuralSchema.causes(object, resource.schema, "")
      return
    }
    switch resource.kind {
    case "Pod": checkPod()
    case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet": checkWorkload()
    case "Job": checkJob()
    case "CronJob": checkCronJob()
    case "Service": checkService()
    case "ConfigMap", "Secret": checkData()
    case "PersistentVolumeClaim": checkClaim()
    case "HorizontalPodAutoscaler": checkAutoscaler()
    case "RoleBinding", "ClusterRoleBinding": checkBinding()
    case "Ingress": checkIngress()
    case "PodDisruptionBudget": checkBudget()
    case "CustomResourceDefinition": checkDefinition()
    case "ResourceQuota": checkQuota()
    case "NetworkPolicy": checkNetworkPolicy()
    case "StorageClass": checkStorageClass()
    case "PriorityClass": checkPriorityClass()
    default: break
    }
  }

  // MARK: Metadata

  private mutating func checkMeta() {
    let meta = object["metadata"]
    let name = meta["name"].string ?? ""
    if old == nil, let why = Names.fault(in: name, of: resource) {
      add(.wrong("metadata.name", .string(name), why))
    }
    for label in meta["labels"].members {
      causes += Names.labelCauses(label.key, label.value.string ?? "", "metadata.labels")
    }
    for annotation in meta["annotations"].members {
      if let why = Names.keyFault(annotation.key.lowercased()) {
        add(.wrong("metadata.annotations", .string(annotation.key), why))
      }
    }
    let size = meta["annotations"].members.reduce(0) {
      $0 + $1.key.utf8.count + ($1.value.string ?? "").utf8.count
    }
    if size > 256 << 10 { add(.tooLong("metadata.annotations", 256 << 10)) }
    for (index, owner) in meta["ownerReferences"].array.enumerated() {
      for key in ["apiVersion", "kind", "name", "uid"] where owner[key].string ?? "" == "" {
        add(.wrong("metadata.ownerReferences[\(index)].\(key)", "", "must not be empty"))
      }
    }
  }

  // MARK: Others

  private mutating func checkService() {
    let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
    let type = spec["type"].string ?? ""
    if !types.contains(type) { add(.notSupported("spec.type", "\"\(type)\"", types)) }
    if type == "ExternalName", spec["externalName"].string ?? "" == "" { add(.required("spec.externalName")) }
    let ports = spec["ports"].array
    if ports.isEmpty, type != "ExternalName", spec["clusterIP"] != "None" { add(.required("spec.ports")) }
    let taken = ServiceDefaults(world, old: old, object["metadata"]).takenNodePorts()
    var names: Set<String> = []
    for (index, port) in ports.enumerated() {
      let path = "spec.ports[\(index)]"
      let name = port["name"].string ?? ""
      if name.isEmpty, ports.count > 1 { add(.required("\(path).name")) }
      if !name.isEmpty, !names.insert(name).inserted { add(.duplicate("\(path).name", .string(name))) }
      let number = port["port"].int ?? 0
      if !(1...65_535).contains(number) {
        add(.wrong("\(path).port", .int(number), "must be between 1 and 65535, inclusive"))
      }
      guard let node = port["nodePort"].int else { continue }
      if !(30_000...32_767).contains(node) {
        add(
          .wrong(
            "\(path).nodePort", .int(node),
            "provided port is not in the valid range. The range of valid ports is 30000-32767"))
      } else if taken.contains(node) {
        add(.wrong("\(path).nodePort", .int(node), "provided port is already allocated"))
      }
    }
    if let before = oldSpec["clusterIP"].string, !before.isEmpty, spec["clusterIP"].string != before,
      type != "ExternalName"
    {
      add(.wrong("spec.clusterIPs[0]", spec["clusterIPs"], "may not change once set"))
    }
  }

  private mutating func checkClaim() {
    if spec["accessModes"].array.isEmpty {
      add(.required("spec.accessModes", "at least 1 access mode is required"))
    }
    if spec["resources"]["requests"]["storage"].isNull { add(.required("spec.resources[storage]")) }
    guard old != nil else { return }
    func kept(_ spec: JSON) -> JSON {
      spec.without("resources", "volumeName", "volumeAttributesClassName").canonical
    }
    if kept(spec) != kept(oldSpec) {
      add(
        .forbidden(
          "spec",
          "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
        ))
    }
  }

  private mutating func checkAutoscaler() {
    let most = spec["maxReplicas"].int ?? 0
    let least = spec["minReplicas"].int ?? 1
    if most < 1 { add(.wrong("spec.maxReplicas", .int(most), "must be greater than 0")) }
    if least < 1 { add(.wrong("spec.minReplicas", .int(least), "must be greater than or equal to 1")) }
    if most < least {
      add(.wrong("spec.maxReplicas", .int(most), "must be greater than or equal to `minReplicas`"))
    }
    for key in ["kind", "name"] where spec["scaleTargetRef"][key].string ?? "" == "" {
      add(.required("spec.scaleTargetRef.\(key)"))
    }
  }

  private mutating func checkBinding() {
    let role = object["roleRef"]
    let kinds = resource.kind == "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"]
    if !kinds.contains(role["kind"].string ?? "") {
      add(.notSupported("roleRef.kind", role["kind"].isNull ? "\"\"" : role["kind"].text, kinds))
    }
    if role["name"].string ?? "" == "" { add(.required("roleRef.name")) }
    for (index, subject) in object["subjects"].array.enumerated() where subject["name"].string ?? "" == "" {
      add(.required("subjects[\(index)].name"))
    }
    if let old, old["roleRef"].canonical != role.canonical {
      add(.wrong("roleRef", role, "cannot change roleRef"))
    }
  }

  private mutating func checkBudget() {
    if !spec["minAvailable"].isNull, !spec["maxUnavailable"].isNull {
      add(.wrong("spec", spec, "minAvailable and maxUnavailable cannot be both set"))
    }
  }

  private mutating func checkDefinition() {
    let plural = spec["names"]["plural"].string ?? ""
    let group = spec["group"].string ?? ""
    for key in ["plural", "kind", "singular", "listKind"] where spec["names"][key].string ?? "" == "" {
      add(.required("spec.names.\(key)"))
    }
    if group.isEmpty { add(.required("spec.group")) }
    if !["Namespaced", "Cluster"].contains(spec["scope"].string ?? "") {
      add(.notSupported("spec.scope", "\"\(spec["scope"].string ?? "")\"", ["Cluster", "Namespaced"]))
    }
    if object["metadata"]["name"].string != "\(plural).\(group)" {
      add(.wrong("metadata.name", object["metadata"]["name"], "must be spec.names.plural+\".\"+spec.group"))
    }
    let versions = spec["versions"].array
    if versions.filter({ $0["storage"].bool == true }).count != 1 {
      add(
        .wrong("spec.versions", spec["versions"], "must have exactly one version marked as storage version"))
    }
    checkVersions()
  }

  private mutating func checkQuota() {
    for limit in spec["hard"].members {
      if let amount = Quantity(limit.value.string ?? ""), amount < (Quantity("0") ?? amount) {
        add(.wrong("spec.hard[\(limit.key)]", limit.value, "must be greater than or equal to 0"))
      }
    }
  }
}
