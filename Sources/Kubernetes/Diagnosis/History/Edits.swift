import Cluster
import Document

/// Writes to an object, as its managedFields tell them: of each manager the last one (Kubernetes API Concepts, "Field
/// management"). Those of controllers to the status are left out.
enum Edits {
  struct Edit: Equatable {
    var at: Int64
    var manager: String
    var isScale: Bool
    var touchesTemplate: Bool
    /// "spec.replicas, spec.template written"
    var words: String
  }

  private static let maxNames = 3

  static func of(_ object: JSON) -> [Edit] {
    let metadata = object["metadata"]
    let created = metadata["creationTimestamp"].seconds ?? 0
    var edits: [Edit] = []
    for entry in metadata["managedFields"].array {
      guard let at = entry["time"].seconds, entry["subresource"].string != "status" else { continue }
      let spec = entry["fieldsV1"]["f:spec"].members.map { String($0.key.dropFirst(2)) }
      let data = entry["fieldsV1"]["f:data"].isNull ? [] : ["data"]
      var names = spec.map { "spec.\($0)" } + data
      let isScale = entry["subresource"].string == "scale" || spec == ["replicas"]
      // Books that controllers keep in annotations are no change anybody made.
      guard !names.isEmpty || isScale else { continue }
      let more = names.count - Self.maxNames
      if more > 0 { names = names.prefix(Self.maxNames) + ["\(more) more"] }
      let isMade = at - created <= 1
      edits.append(
        Edit(
          at: at, manager: entry["manager"].line, isScale: isScale && !isMade,
          touchesTemplate: spec.contains("template"),
          words: isMade ? "created" : isScale ? "scaled" : "\(names.joined(separator: ", ")) written"))
    }
    return edits
  }
}

/// The ConfigMaps and Secrets that a workload or a pod refers to by name.
enum ConfigurationReferences {
  static func of(_ subject: Case) -> [(kind: Kind.ID, name: String)] {
    let template = subject.ref.kind == "v1/pods" ? subject.object : PodTemplates.template(of: subject.object)
    var found: [(kind: Kind.ID, name: String)] = []
    func take(_ kind: Kind.ID, _ name: JSON) {
      guard let name = name.string, !name.isEmpty, !found.contains(where: { $0 == (kind, name) }) else {
        return
      }
      found.append((kind, name))
    }
    let spec = template["spec"]
    for container in spec["initContainers"].array + spec["containers"].array {
      for source in container["envFrom"].array {
        take("v1/configmaps", source["configMapRef"]["name"])
        take("v1/secrets", source["secretRef"]["name"])
      }
      for variable in container["env"].array {
        take("v1/configmaps", variable["valueFrom"]["configMapKeyRef"]["name"])
        take("v1/secrets", variable["valueFrom"]["secretKeyRef"]["name"])
      }
    }
    for volume in spec["volumes"].array {
      // Every pod has the cluster's certificate mounted; it is nobody's configuration.
      take("v1/configmaps", volume["configMap"]["name"])
      take("v1/secrets", volume["secret"]["secretName"])
      for source in volume["projected"]["sources"].array
      where source["configMap"]["name"].string != "kube-root-ca.crt" {
        take("v1/configmaps", source["configMap"]["name"])
        take("v1/secrets", source["secret"]["name"])
      }
    }
    return found
  }
}

/// Where workloads keep the template of their pods.
enum PodTemplates {
  static func template(of workload: JSON) -> JSON {
    let job = workload["spec"]["jobTemplate"]["spec"]["template"]
    return job.isNull ? workload["spec"]["template"] : job
  }
}
