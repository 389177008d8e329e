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
  let hasPostStartHook: Bool
  /// What is run before it is asked to stop.
  let preStop: Hook?
  let readinessProbe, livenessProbe, startupProbe: Probe?
  let port: Int
  /// All ports that it declares, by name where they have one.
  let ports: [String: Int]
  /// An init container that goes on running beside the others.
  let isSidecar: Bool

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
    preStop = Hook(source["lifecycle"]["preStop"])
    readinessProbe = Probe(source["readinessProbe"])
    livenessProbe = Probe(source["livenessProbe"])
    startupProbe = Probe(source["startupProbe"])
    port = source["ports"][0]["containerPort"].int ?? 8080
    var ports: [String: Int] = [:]
    for port in source["ports"].array {
      guard let number = port["containerPort"].int else { continue }
      ports[port["name"].string ?? "\(number)"] = number
    }
    self.ports = ports
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
