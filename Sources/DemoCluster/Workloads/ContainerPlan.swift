import Document

/// What one container of a template is, as far as running it needs to know.
final class ContainerPlan: Sendable {
  let name, image: String
  /// nil: there is no such image.
  let program: Program?
  let pull: ImagePull
  let pullPolicy: String
  let digest: String
  let requests, limits: [Pair]
  let milliCPU, memoryBytes: Int
  /// 0: no limit.
  let memoryLimitBytes, milliCPULimit: Int
  /// The ConfigMaps and Secrets that it cannot be made without, and the keys that they must have.
  let references: [NeededReference]
  let hasPostStartHook, hasPreStopHook: Bool
  let readinessProbe, livenessProbe, startupProbe: Probe?
  let port: Int
  /// An init container that goes on running beside the others.
  let isSidecar: Bool

  struct Probe: Sendable, Hashable {
    let periodSeconds, initialDelaySeconds: Double
    let failureThreshold: Int
    /// What asks: a path and a port, or a command.
    let asks: String

    init?(_ probe: JSON) {
      if probe.isNull { return nil }
      periodSeconds = Double(max(1, probe["periodSeconds"].int ?? 10))
      initialDelaySeconds = Double(probe["initialDelaySeconds"].int ?? 0)
      failureThreshold = max(1, probe["failureThreshold"].int ?? 3)
      asks = probe["exec"]["command"].array.compactMap(\.string).joined(separator: " ")
    }
  }

  init(_ source: JSON, images: ImageRegistry) {
    name = source["name"].string ?? ""
    image = source["image"].string ?? ""
    let command = (source["command"].array + source["args"].array).compactMap(\.string)
    pull = images.pull(image)
    program =
      pull.isPossible
      ? images.program(image, command: command, isCommand: !source["command"].array.isEmpty) : nil
    let isLatest = ImageName(image).tag == "latest" && !image.contains("@")
    pullPolicy = source["imagePullPolicy"].string ?? (isLatest ? "Always" : "IfNotPresent")
    digest = ImageRegistry.digest(image)
    requests = PodTemplate.pairs(source["resources"]["requests"])
    limits = PodTemplate.pairs(source["resources"]["limits"])
    let (requests, limits) = (requests, limits)
    func amount(_ name: String) -> String? {
      (requests.first { $0.key == name } ?? limits.first { $0.key == name })?.value
    }
    milliCPU = Amount.milliCPU(amount("cpu"))
    memoryBytes = Amount.bytes(amount("memory"))
    memoryLimitBytes = Amount.bytes(limits.first { $0.key == "memory" }?.value)
    milliCPULimit = Amount.milliCPU(limits.first { $0.key == "cpu" }?.value)
    references = NeededReference.all(source)
    hasPostStartHook = !source["lifecycle"]["postStart"].isNull
    hasPreStopHook = !source["lifecycle"]["preStop"].isNull
    readinessProbe = Probe(source["readinessProbe"])
    livenessProbe = Probe(source["livenessProbe"])
    startupProbe = Probe(source["startupProbe"])
    port = source["ports"][0]["containerPort"].int ?? 8080
    isSidecar = source["restartPolicy"].string == "Always"
  }
}

/// A ConfigMap or Secret that a container takes its environment from.
struct NeededReference: Sendable, Hashable {
  let isSecret: Bool
  let name: String
  /// nil: all of it.
  let key: String?

  static func all(_ container: JSON) -> [NeededReference] {
    var found: [NeededReference] = []
    for source in container["envFrom"].array {
      add(source["configMapRef"], isSecret: false, to: &found)
      add(source["secretRef"], isSecret: true, to: &found)
    }
    for variable in container["env"].array {
      add(variable["valueFrom"]["configMapKeyRef"], isSecret: false, to: &found)
      add(variable["valueFrom"]["secretKeyRef"], isSecret: true, to: &found)
    }
    return found
  }

  private static func add(_ ref: JSON, isSecret: Bool, to found: inout [NeededReference]) {
    guard let name = ref["name"].string, ref["optional"].bool != true else { return }
    found.append(NeededReference(isSecret: isSecret, name: name, key: ref["key"].string))
  }
}

/// A Secret or ConfigMap that a pod mounts.
struct NeededMount: Sendable, Hashable {
  let volume, name: String
  let isSecret: Bool
  let keys: [String]

  init?(_ volume: JSON) {
    let isSecret = !volume["secret"].isNull
    let source = isSecret ? volume["secret"] : volume["configMap"]
    guard let name = source[isSecret ? "secretName" : "name"].string, source["optional"].bool != true else {
      return nil
    }
    self.volume = volume["name"].string ?? ""
    self.name = name
    self.isSecret = isSecret
    keys = source["items"].array.compactMap { $0["key"].string }
  }
}
