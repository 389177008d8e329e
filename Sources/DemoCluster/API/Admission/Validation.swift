import Document

/// Finds what is wrong with an object, in the server's own words.
struct Validation {
  private let object: JSON
  private let old: JSON?
  private let resource: ResourceDefinition
  private let world: World
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

  private var spec: JSON { object["spec"] }
  private var oldSpec: JSON { old?["spec"] ?? .null }

  mutating func add(_ cause: Failure.Cause) { causes.append(cause) }

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

  // MARK: Workloads

  private mutating func checkPod() {
    causes += PodValidation.causes(spec, "spec")
    guard old != nil else { return }
    func kept(_ spec: JSON) -> JSON {
      var spec = spec.without(
        "activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "ephemeralContainers")
      for list in ["containers", "initContainers"] where !spec[list].isNull {
        spec[list] = .array(spec[list].array.map { $0.without("image", "resources") })
      }
      return spec.canonical
    }
    if kept(spec) == kept(oldSpec) { return }
    add(
      .forbidden(
        "spec",
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
          + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
          + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"))
  }

  private mutating func checkReplicas() {
    if let replicas = spec["replicas"].int, replicas < 0 {
      add(.wrong("spec.replicas", .int(replicas), "must be greater than or equal to 0"))
    }
  }

  private mutating func checkWorkload() {
    checkReplicas()
    let selector = spec["selector"]
    let labels = spec["template"]["metadata"]["labels"]
    if selector["matchLabels"].members.isEmpty && selector["matchExpressions"].array.isEmpty {
      add(
        selector.isNull
          ? .required("spec.selector")
          : .wrong("spec.selector", selector, "empty selector is invalid for \(resource.kind.lowercased())"))
    }
    if !LabelSelector(selector).matches(PodTemplate.pairs(labels)) || labels.isNull {
      add(.wrong("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"))
    }
    for label in labels.members {
      causes += Names.labelCauses(label.key, label.value.string ?? "", "spec.template.metadata.labels")
    }
    let claims = spec["volumeClaimTemplates"].array.compactMap { $0["metadata"]["name"].string }
    causes += PodValidation.causes(spec["template"]["spec"], "spec.template.spec", claims: claims)
    if let policy = spec["template"]["spec"]["restartPolicy"].string, policy != "Always" {
      add(.notSupported("spec.template.spec.restartPolicy", "\"\(policy)\"", ["Always"]))
    }
    checkStrategy()
    guard old != nil else { return }
    if resource.kind == "StatefulSet" {
      let free = [
        "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
      ]
      func kept(_ spec: JSON) -> JSON {
        JSON.object(JSONObject(spec.members.filter { !free.contains($0.key) })).canonical
      }
      if kept(spec) != kept(oldSpec) {
        let list = free.dropLast().map { "'\($0)'" }.joined(separator: ", ")
        add(
          .forbidden(
            "spec",
            "updates to statefulset spec for fields other than \(list) and 'minReadySeconds' are forbidden"))
      }
    } else if selector.canonical != oldSpec["selector"].canonical {
      add(.wrong("spec.selector", selector, "field is immutable"))
    }
  }

  private mutating func checkStrategy() {
    let key = resource.kind == "Deployment" ? "strategy" : "updateStrategy"
    let known =
      resource.kind == "Deployment" ? ["Recreate", "RollingUpdate"] : ["OnDelete", "RollingUpdate"]
    guard let type = spec[key]["type"].string else { return }
    if !known.contains(type) { add(.notSupported("spec.\(key).type", "\"\(type)\"", known)) }
    if type == "Recreate", !spec[key]["rollingUpdate"].isNull {
      add(.forbidden("spec.\(key).rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"))
    }
    for part in ["maxSurge", "maxUnavailable"] {
      let value = spec[key]["rollingUpdate"][part]
      if let number = value.int, number < 0 {
        add(.wrong("spec.\(key).rollingUpdate.\(part)", value, "must be greater than or equal to 0"))
      }
      if let text = value.string, text.last != "%" || UInt(text.dropLast()) == nil {
        add(
          .wrong(
            "spec.\(key).rollingUpdate.\(part)", value,
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex "
              + "used for validation is '[0-9]+%')"))
      }
    }
  }

  private mutating func checkJob() {
    for key in [
      "parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished",
    ] {
      if let number = spec[key].int, number < 0 {
        add(.wrong("spec.\(key)", .int(number), "must be greater than or equal to 0"))
      }
    }
    checkJobTemplate(spec["template"], "spec.template")
    guard old != nil else { return }
    func kept(_ template: JSON) -> JSON { template.canonical }
    if kept(spec["template"]) != kept(oldSpec["template"]), oldSpec["suspend"].bool != true {
      add(.wrong("spec.template", spec["template"], "field is immutable"))
    }
    if spec["selector"].canonical != oldSpec["selector"].canonical {
      add(.wrong("spec.selector", spec["selector"], "field is immutable"))
    }
    if spec["completions"] != oldSpec["completions"], spec["completionMode"] != "Indexed" {
      add(.wrong("spec.completions", spec["completions"], "field is immutable"))
    }
  }

  private mutating func checkJobTemplate(_ template: JSON, _ path: String) {
    causes += PodValidation.causes(template["spec"], "\(path).spec")
    if let policy = template["spec"]["restartPolicy"].string, policy == "Always" {
      add(.notSupported("\(path).spec.restartPolicy", "\"\(policy)\"", ["OnFailure", "Never"]))
    }
  }

  private mutating func checkCronJob() {
    let schedule = spec["schedule"].string ?? ""
    if schedule.isEmpty {
      add(.required("spec.schedule"))
    } else if !schedule.hasPrefix("@"), schedule.split(separator: " ").count != 5 {
      add(
        .wrong(
          "spec.schedule", .string(schedule),
          "expected exactly 5 fields, found \(schedule.split(separator: " ").count): [\(schedule)]"))
    }
    let known = ["Allow", "Forbid", "Replace"]
    if let policy = spec["concurrencyPolicy"].string, !known.contains(policy) {
      add(.notSupported("spec.concurrencyPolicy", "\"\(policy)\"", known))
    }
    if (object["metadata"]["name"].string ?? "").utf8.count > 52 {
      add(.wrong("metadata.name", object["metadata"]["name"], "must be no more than 52 characters"))
    }
    checkJobTemplate(spec["jobTemplate"]["spec"]["template"], "spec.jobTemplate.spec.template")
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

  private mutating func checkData() {
    for part in ["data", "binaryData"] {
      for member in object[part].members {
        if !Names.isConfigKey(member.key) {
          add(
            .wrong(
              "\(part)[\(member.key)]", .string(member.key),
              "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
                + "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"))
        }
      }
    }
    let size = object["data"].members.reduce(0) {
      $0 + $1.key.utf8.count + ($1.value.string ?? "").utf8.count
    }
    if size > 1 << 20 { add(.tooLong("[]", 1 << 20)) }
    guard let old else { return }
    if old["immutable"].bool == true, object["data"].canonical != old["data"].canonical {
      add(.forbidden("data", "field is immutable when `immutable` is set"))
    }
    if resource.kind == "Secret", object["type"] != old["type"] {
      add(.wrong("type", object["type"], "field is immutable"))
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

  private mutating func checkIngress() {
    if spec["rules"].array.isEmpty, spec["defaultBackend"].isNull {
      add(.wrong("spec", spec, "either `defaultBackend` or `rules` must be specified"))
    }
    for (index, rule) in spec["rules"].array.enumerated() {
      for (place, path) in rule["http"]["paths"].array.enumerated() {
        let here = "spec.rules[\(index)].http.paths[\(place)]"
        if path["pathType"].isNull { add(.required("\(here).pathType", "pathType must be specified")) }
        if path["backend"]["service"].isNull, path["backend"]["resource"].isNull {
          add(.required("\(here).backend", "service or resource must be specified"))
        }
      }
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
    for (index, version) in versions.enumerated() where version["schema"]["openAPIV3Schema"].isNull {
      add(.required("spec.versions[\(index)].schema.openAPIV3Schema", "schemas are required"))
    }
  }

  private mutating func checkQuota() {
    for limit in spec["hard"].members {
      if let amount = Quantity(limit.value.string ?? ""), amount < (Quantity("0") ?? amount) {
        add(.wrong("spec.hard[\(limit.key)]", limit.value, "must be greater than or equal to 0"))
      }
    }
  }
}
