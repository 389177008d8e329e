import Document

/// What the pods of one revision have in common: read once from a workload's template, and shared by all of
/// them.
final class PodTemplate: Sendable {
  /// `{"metadata":{…},"spec":{…}}` as it stands in the workload.
  let source: JSON
  let labels, annotations: [Pair]
  let initContainers, containers: [ContainerPlan]
  let restartPolicy: String
  let graceSeconds: Int
  /// Of all containers together.
  let milliCPU, memoryBytes: Int
  let nodeSelector: [Pair]
  /// Taints that do not keep the pods away, as `key`; "" tolerates all.
  let toleratedTaints: [String]
  /// The claims that the pods mount, with `PodText.podNameMark` for a pod's own name.
  let claims: [String]
  let secretsMounted: [String]
  let hasHostNetwork: Bool
  let serviceAccount: String
  let hash: String
  let text: PodText

  init(_ source: JSON, images: ImageRegistry) {
    self.source = source
    let spec = source["spec"]
    labels = PodTemplate.pairs(source["metadata"]["labels"])
    annotations = PodTemplate.pairs(source["metadata"]["annotations"])
    initContainers = spec["initContainers"].array.map { ContainerPlan($0, images: images) }
    containers = spec["containers"].array.map { ContainerPlan($0, images: images) }
    restartPolicy = spec["restartPolicy"].string ?? "Always"
    graceSeconds = spec["terminationGracePeriodSeconds"].int ?? 30
    milliCPU = containers.reduce(0) { $0 + $1.milliCPU }
    memoryBytes = containers.reduce(0) { $0 + $1.memoryBytes }
    nodeSelector = PodTemplate.pairs(spec["nodeSelector"])
    toleratedTaints = spec["tolerations"].array.map { $0["key"].string ?? "" }
    claims = spec["volumes"].array.compactMap { $0["persistentVolumeClaim"]["claimName"].string }
    secretsMounted = spec["volumes"].array.compactMap { $0["secret"]["secretName"].string }
    hasHostNetwork = spec["hostNetwork"].bool ?? false
    serviceAccount = spec["serviceAccountName"].string ?? "default"
    hash = Dice.nameHash(source.text)
    text = PodText(source, containers: containers)
  }

  /// The class that decides who goes first when a node runs out of memory.
  var qosClass: String {
    if containers.allSatisfy({ $0.requests.isEmpty && $0.limits.isEmpty }) { return "BestEffort" }
    let isGuaranteed = containers.allSatisfy { plan in
      plan.limits.count == 2 && (plan.requests == plan.limits || plan.requests.isEmpty)
    }
    return isGuaranteed ? "Guaranteed" : "Burstable"
  }

  static func pairs(_ json: JSON) -> [Pair] {
    json.members.map { Pair($0.key, $0.value.string ?? "") }.sorted { $0.key < $1.key }
  }
}

/// What one container of a template is, as far as running it needs to know.
final class ContainerPlan: Sendable {
  let name, image: String
  /// nil: there is no such image.
  let program: Program?
  let digest: String
  let requests, limits: [Pair]
  let milliCPU, memoryBytes: Int
  /// 0: no limit.
  let memoryLimitBytes: Int
  /// The ConfigMaps and Secrets that it cannot be made without.
  let configMaps, secrets: [String]
  let hasPostStartHook: Bool
  let readinessProbe: Probe?
  let port: Int

  struct Probe: Sendable {
    let periodSeconds: Double
    let initialDelaySeconds: Double
  }

  init(_ source: JSON, images: ImageRegistry) {
    name = source["name"].string ?? ""
    image = source["image"].string ?? ""
    program = images.program(image)
    digest = ImageRegistry.digest(image)
    requests = PodTemplate.pairs(source["resources"]["requests"])
    limits = PodTemplate.pairs(source["resources"]["limits"])
    milliCPU = Amount.milliCPU(requests.first { $0.key == "cpu" }?.value)
    memoryBytes = Amount.bytes(requests.first { $0.key == "memory" }?.value)
    memoryLimitBytes = Amount.bytes(limits.first { $0.key == "memory" }?.value)
    let env = source["env"].array.map { $0["valueFrom"] }
    let from = source["envFrom"].array
    configMaps =
      from.compactMap { $0["configMapRef"]["name"].string }
      + env.compactMap { $0["configMapKeyRef"]["name"].string }
    secrets =
      from.compactMap { $0["secretRef"]["name"].string }
      + env.compactMap { $0["secretKeyRef"]["name"].string }
    hasPostStartHook = !source["lifecycle"]["postStart"].isNull
    let probe = source["readinessProbe"]
    readinessProbe =
      probe.isNull
      ? nil
      : Probe(
        periodSeconds: Double(probe["periodSeconds"].int ?? 10),
        initialDelaySeconds: Double(probe["initialDelaySeconds"].int ?? 0))
    port = source["ports"][0]["containerPort"].int ?? 8080
  }
}
