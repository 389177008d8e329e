import Document

/// A container in few words; `json` says the rest as the API server would have filled it in.
struct ContainerSketch {
  var name, image: String
  var port: Int?
  var cpu = "50m"
  var memory = "64Mi"
  var cpuLimit: String?
  var memoryLimit: String?
  var command: [String] = []
  var args: [String] = []
  var env: [(String, String)] = []
  /// Environment from a whole ConfigMap or Secret.
  var configMap, secret: String?
  /// A path that is asked to learn whether it is ready; nil: nobody asks.
  var readyPath: String?
  var livePath: String?
  var postStart: [String] = []
  /// Volumes by name, and where they are mounted.
  var mounts: [(name: String, path: String)] = []

  init(_ name: String, _ image: String, port: Int? = nil) {
    self.name = name
    self.image = image
    self.port = port
  }

  /// The same with changes: sketches are written as one expression.
  func with(_ change: (inout ContainerSketch) -> Void) -> ContainerSketch {
    var copy = self
    change(&copy)
    return copy
  }

  var json: JSON {
    var container: JSON = ["name": .string(name), "image": .string(image)]
    if !command.isEmpty { container["command"] = .array(command.map { .string($0) }) }
    if !args.isEmpty { container["args"] = .array(args.map { .string($0) }) }
    if let port {
      container["ports"] = [["name": "http", "containerPort": .int(port), "protocol": "TCP"]]
    }
    var from: [JSON] = []
    if let configMap { from.append(["configMapRef": ["name": .string(configMap)]]) }
    if let secret { from.append(["secretRef": ["name": .string(secret)]]) }
    if !from.isEmpty { container["envFrom"] = .array(from) }
    if !env.isEmpty {
      container["env"] = .array(env.map { ["name": .string($0.0), "value": .string($0.1)] })
    }
    container["resources"] = resources
    if !mounts.isEmpty {
      container["volumeMounts"] = .array(
        mounts.map { ["name": .string($0.name), "mountPath": .string($0.path)] })
    }
    if let livePath { container["livenessProbe"] = probe(livePath, delay: 10, period: 10) }
    if let readyPath { container["readinessProbe"] = probe(readyPath, delay: 2, period: 10) }
    if !postStart.isEmpty {
      container["lifecycle"] = ["postStart": ["exec": ["command": .array(postStart.map { .string($0) })]]]
    }
    container["terminationMessagePath"] = "/dev/termination-log"
    container["terminationMessagePolicy"] = "File"
    container["imagePullPolicy"] = "IfNotPresent"
    return container
  }

  private var resources: JSON {
    var limits: JSON = [:]
    if let cpuLimit { limits["cpu"] = .string(cpuLimit) }
    if let memoryLimit { limits["memory"] = .string(memoryLimit) }
    var resources: JSON = [:]
    if !limits.members.isEmpty { resources["limits"] = limits }
    resources["requests"] = ["cpu": .string(cpu), "memory": .string(memory)]
    return resources
  }

  private func probe(_ path: String, delay: Int, period: Int) -> JSON {
    [
      "httpGet": ["path": .string(path), "port": "http", "scheme": "HTTP"],
      "initialDelaySeconds": .int(delay),
      "timeoutSeconds": 2, "periodSeconds": .int(period), "successThreshold": 1, "failureThreshold": 3,
    ]
  }
}

/// A pod template in few words.
struct TemplateSketch {
  var labels: [(String, String)]
  var annotations: [(String, String)] = []
  var containers: [ContainerSketch]
  var initContainers: [ContainerSketch] = []
  var restartPolicy = "Always"
  var graceSeconds = 30
  var serviceAccount: String?
  var volumes: [JSON] = []
  var nodeSelector: JSON = .null
  var tolerations: [JSON] = []
  var hasHostNetwork = false

  var json: JSON {
    var metadata: JSON = ["labels": TemplateSketch.object(labels)]
    if !annotations.isEmpty { metadata["annotations"] = TemplateSketch.object(annotations) }
    var spec: JSON = [:]
    if !volumes.isEmpty { spec["volumes"] = .array(volumes) }
    if !initContainers.isEmpty { spec["initContainers"] = .array(initContainers.map(\.json)) }
    spec["containers"] = .array(containers.map(\.json))
    spec["restartPolicy"] = .string(restartPolicy)
    spec["terminationGracePeriodSeconds"] = .int(graceSeconds)
    spec["dnsPolicy"] = "ClusterFirst"
    if !nodeSelector.isNull { spec["nodeSelector"] = nodeSelector }
    if let serviceAccount {
      spec["serviceAccountName"] = .string(serviceAccount)
      spec["serviceAccount"] = .string(serviceAccount)
    }
    if hasHostNetwork { spec["hostNetwork"] = true }
    spec["securityContext"] = [:]
    spec["schedulerName"] = "default-scheduler"
    if !tolerations.isEmpty { spec["tolerations"] = .array(tolerations) }
    return ["metadata": metadata, "spec": spec]
  }

  static func object(_ pairs: [(String, String)]) -> JSON {
    .object(JSONObject(pairs.map { JSONObject.Member(key: $0.0, value: .string($0.1)) }))
  }
}
