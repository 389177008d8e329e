import Document

/// What the server fills in where an object says nothing.
enum Defaults {
  /// - Parameter old: the version before; nil for a new object.
  static func filled(_ document: JSON, _ resource: ResourceDefinition, old: JSON?, _ world: World) -> JSON {
    var object = document
    if resource.isCustom {
      return StructuralSchema.defaulted(object, resource.schema)
    }
    switch resource.kind {
    case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController":
      object["spec"] = workload(object, resource.kind)
    case "Job": fillJob(&object, isNew: old == nil)
    case "CronJob":
      object["spec"].fill("concurrencyPolicy", "Allow")
      object["spec"].fill("suspend", false)
      object["spec"].fill("successfulJobsHistoryLimit", 3)
      object["spec"].fill("failedJobsHistoryLimit", 1)
      let template = podSpec(object["spec"]["jobTemplate"]["spec"]["template"]["spec"])
      object["spec"]["jobTemplate"]["spec"]["template"]["spec"] = template
    case "Pod": object["spec"] = podSpec(object["spec"])
    case "Service": object["spec"] = ServiceDefaults(world, old: old, object["metadata"]).spec(object["spec"])
    case "Secret": fillSecret(&object)
    default: fillOther(&object, resource, isNew: old == nil, world)
    }
    return object
  }

  private static func workload(_ object: JSON, _ kind: String) -> JSON {
    var spec = object["spec"]
    if kind != "DaemonSet" { spec.fill("replicas", 1) }
    if !spec["template"].isNull { spec["template"]["spec"] = podSpec(spec["template"]["spec"]) }
    switch kind {
    case "Deployment":
      spec["strategy"] = strategy(spec["strategy"], ["maxUnavailable": "25%", "maxSurge": "25%"])
      spec.fill("revisionHistoryLimit", 10)
      spec.fill("progressDeadlineSeconds", 600)
    case "StatefulSet":
      spec.fill("podManagementPolicy", "OrderedReady")
      spec["updateStrategy"] = strategy(spec["updateStrategy"], ["partition": 0])
      spec.fill("revisionHistoryLimit", 10)
      spec.fill("persistentVolumeClaimRetentionPolicy", [:])
      spec["persistentVolumeClaimRetentionPolicy"].fill("whenDeleted", "Retain")
      spec["persistentVolumeClaimRetentionPolicy"].fill("whenScaled", "Retain")
      if !spec["volumeClaimTemplates"].array.isEmpty {
        spec["volumeClaimTemplates"] = .array(spec["volumeClaimTemplates"].array.map(claimTemplate))
      }
    case "DaemonSet":
      spec["updateStrategy"] = strategy(spec["updateStrategy"], ["maxUnavailable": 1, "maxSurge": 0])
      spec.fill("revisionHistoryLimit", 10)
    default: break
    }
    if case .object(let name) = FieldType.object("\(kind)Spec") { spec = ordered(spec, name) }
    return spec
  }

  private static func claimTemplate(_ claim: JSON) -> JSON {
    var claim = claim
    claim.fill("apiVersion", "v1")
    claim.fill("kind", "PersistentVolumeClaim")
    claim["spec"].fill("volumeMode", "Filesystem")
    claim["status"] = ["phase": "Pending"]
    return claim
  }

  private static func strategy(_ given: JSON, _ rolling: JSON) -> JSON {
    var strategy = given.isNull ? JSON.object(JSONObject()) : given
    strategy.fill("type", "RollingUpdate")
    guard strategy["type"] == "RollingUpdate" else { return strategy }
    for member in rolling.members { strategy["rollingUpdate"].fill(member.key, member.value) }
    strategy["rollingUpdate"] = ordered(strategy["rollingUpdate"], "RollingUpdate")
    return ordered(strategy, "DeploymentStrategy")
  }

  /// The members in the order of a type.
  static func ordered(_ value: JSON, _ structure: String) -> JSON {
    guard case .object(let object) = value, let type = Schema.structures[structure] else { return value }
    let places = object.members.enumerated().map { (type.place($0.element.key) ?? 999, $0.offset) }
    return .object(JSONObject(places.sorted { $0 < $1 }.map { object.members[$0.1] }))
  }

  // MARK: Pods

  static func podSpec(_ given: JSON) -> JSON {
    guard given.object != nil else { return given }
    var spec = given
    for list in ["initContainers", "containers"] where !spec[list].array.isEmpty {
      spec[list] = .array(spec[list].array.map { envDefaults(PodAdmission.container($0)) })
    }
    if !spec["volumes"].array.isEmpty { spec["volumes"] = .array(spec["volumes"].array.map(volume)) }
    spec.fill("restartPolicy", "Always")
    spec.fill("terminationGracePeriodSeconds", 30)
    spec.fill("dnsPolicy", "ClusterFirst")
    spec.fill("securityContext", [:])
    spec.fill("schedulerName", "default-scheduler")
    let account = spec["serviceAccountName"].isNull ? spec["serviceAccount"] : spec["serviceAccountName"]
    spec.set("serviceAccountName", account)
    spec.set("serviceAccount", account)
    return ordered(spec, "PodSpec")
  }

  private static func envDefaults(_ container: JSON) -> JSON {
    guard container["env"].array.contains(where: { !$0["valueFrom"]["fieldRef"].isNull }) else {
      return container
    }
    var container = container
    container["env"] = .array(
      container["env"].array.map { variable in
        var variable = variable
        if !variable["valueFrom"]["fieldRef"].isNull {
          variable["valueFrom"]["fieldRef"].fill("apiVersion", "v1")
        }
        return variable
      })
    return container
  }

  private static func volume(_ given: JSON) -> JSON {
    var volume = given
    if volume.members.count == 1, !volume["name"].isNull { volume["emptyDir"] = [:] }
    for source in ["secret", "configMap", "downwardAPI", "projected"] where volume[source].object != nil {
      volume[source].fill("defaultMode", 420)
    }
    if volume["hostPath"].object != nil { volume["hostPath"].fill("type", "") }
    return volume
  }

  // MARK: Jobs

  private static func fillJob(_ object: inout JSON, isNew: Bool) {
    var spec = object["spec"]
    if spec["completions"].isNull && spec["parallelism"].isNull { spec["completions"] = 1 }
    spec.fill("parallelism", 1)
    spec.fill("backoffLimit", spec["backoffLimitPerIndex"].isNull ? 6 : .int(Int(Int32.max)))
    spec.fill("completionMode", "NonIndexed")
    spec.fill("suspend", false)
    spec.fill("podReplacementPolicy", spec["podFailurePolicy"].isNull ? "TerminatingOrFailed" : "Failed")
    spec["template"]["spec"] = podSpec(spec["template"]["spec"])
    if isNew, spec["manualSelector"].bool != true {
      spec["manualSelector"] = false
      let uid = object["metadata"]["uid"]
      spec["selector"] = ["matchLabels": ["batch.kubernetes.io/controller-uid": uid]]
      let name = object["metadata"]["name"]
      for (key, value) in [
        ("batch.kubernetes.io/controller-uid", uid), ("batch.kubernetes.io/job-name", name),
        ("controller-uid", uid), ("job-name", name),
      ] {
        spec["template"]["metadata"]["labels"][key] = value
      }
    }
    if object["metadata"]["labels"].isNull {
      object["metadata"].set("labels", spec["template"]["metadata"]["labels"])
    }
    object["spec"] = ordered(spec, "JobSpec")
  }

  // MARK: Others

  private static func fillSecret(_ object: inout JSON) {
    object.fill("type", "Opaque")
    guard case .object(let texts) = object["stringData"] else { return }
    for text in texts.members {
      object["data"][text.key] = .string(Base64.encoded(Array((text.value.string ?? "").utf8)))
    }
    object.set("stringData", .null)
    object = ordered(object, "Secret")
  }

  private static func fillOther(
    _ object: inout JSON, _ resource: ResourceDefinition, isNew: Bool, _ world: World
  ) {
    switch resource.kind {
    case "Namespace":
      object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"]
      if isNew { object["spec"] = ["finalizers": ["kubernetes"]] }
    case "PersistentVolumeClaim":
      object["spec"].fill("volumeMode", "Filesystem")
      if isNew {
        object["spec"].set("storageClassName", storageClass(object["spec"], world))
        let own = object["metadata"]["finalizers"].array.filter { $0 != "kubernetes.io/pvc-protection" }
        object["metadata"]["finalizers"] = .array(own + ["kubernetes.io/pvc-protection"])
      }
      object["spec"] = ordered(object["spec"], "ClaimSpec")
    case "PersistentVolume":
      object["spec"].fill("persistentVolumeReclaimPolicy", "Retain")
      object["spec"].fill("volumeMode", "Filesystem")
    case "HorizontalPodAutoscaler":
      object["spec"].fill("minReplicas", 1)
      if resource.version == "v2", object["spec"]["metrics"].isNull {
        object["spec"]["metrics"] = [
          [
            "type": "Resource",
            "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]],
          ]
        ]
      }
    case "NetworkPolicy":
      if object["spec"]["policyTypes"].isNull {
        object["spec"]["policyTypes"] = object["spec"]["egress"].isNull ? ["Ingress"] : ["Ingress", "Egress"]
      }
      object["spec"].fill("podSelector", [:])
    case "StorageClass":
      object.fill("reclaimPolicy", "Delete")
      object.fill("volumeBindingMode", "Immediate")
    case "PriorityClass": object.fill("preemptionPolicy", "PreemptLowerPriority")
    case "RoleBinding", "ClusterRoleBinding": fillBinding(&object)
    case "CustomResourceDefinition": fillDefinition(&object)
    default: break
    }
  }

  private static func storageClass(_ spec: JSON, _ world: World) -> JSON {
    if !spec["storageClassName"].isNull { return spec["storageClassName"] }
    let classes = world.store[StoreKey("storageclasses", "storage.k8s.io")].objects
    let isDefault = "storageclass.kubernetes.io/is-default-class"
    return classes.first { $0.meta.annotation(isDefault) == "true" }.map { .string($0.meta.name) } ?? .null
  }

  private static func fillBinding(_ object: inout JSON) {
    let group: JSON = "rbac.authorization.k8s.io"
    if object["roleRef"].object != nil {
      object["roleRef"].fill("apiGroup", group)
      object["roleRef"] = ordered(object["roleRef"], "TypedReference")
    }
    guard !object["subjects"].array.isEmpty else { return }
    object["subjects"] = .array(
      object["subjects"].array.map { subject in
        var subject = subject
        if subject["kind"] != "ServiceAccount" { subject.fill("apiGroup", group) }
        return ordered(subject, "Subject")
      })
  }

  private static func fillDefinition(_ object: inout JSON) {
    var names = object["spec"]["names"]
    if let kind = names["kind"].string {
      names.fill("singular", .string(kind.lowercased()))
      names.fill("listKind", .string(kind + "List"))
    }
    object["spec"].set("names", names)
    object["spec"].fill("conversion", ["strategy": "None"])
  }

  /// The status of a new object, whatever its maker wrote there.
  static func initialStatus(_ document: JSON, _ resource: ResourceDefinition) -> JSON {
    var object = document
    let status: JSON =
      switch resource.kind {
      case _ where resource.isCustom: .null
      case "Node": document["status"].isNull ? [:] : document["status"]
      case "Namespace": ["phase": "Active"]
      case "PersistentVolumeClaim": ["phase": "Pending"]
      case "PersistentVolume": ["phase": "Available"]
      case "Service", "Ingress": ["loadBalancer": [:]]
      case "HorizontalPodAutoscaler": ["desiredReplicas": 0, "currentMetrics": .null]
      case "PodDisruptionBudget":
        ["disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0]
      case "CustomResourceDefinition":
        ["conditions": .null, "acceptedNames": ["plural": "", "kind": ""], "storedVersions": []]
      case "DaemonSet":
        [
          "currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0,
        ]
      case "ReplicaSet", "StatefulSet": ["replicas": 0]
      default: [:]
      }
    object.set("status", status)
    return object
  }
}
