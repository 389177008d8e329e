import Document
import HTTP

/// A request that changes something: what the demo allows of it.
struct Change {
  private enum Kind {
    case deletePod(graceSeconds: Int?)
    case scale(replicas: Int, version: String?)
  }

  private let kind: Kind
  private let target: Route.Target
  private let name: String
  private let isDryRun: Bool

  init(_ target: Route.Target, _ request: ServerRequest) throws(Failure) {
    guard let name = target.name else { throw .methodNotAllowed }
    self.name = name
    self.target = target
    let body = JSON.parse(request.body).value ?? .null
    isDryRun = request.query("dryRun") == "All" || body["dryRun"].array.contains("All")
    switch (request.method, target.resource.plural, target.subresource) {
    case ("DELETE", "pods", nil):
      let grace = request.query("gracePeriodSeconds").flatMap { Int($0) } ?? body["gracePeriodSeconds"].int
      kind = .deletePod(graceSeconds: grace)
    case ("PATCH", _, "scale"), ("PUT", _, "scale"):
      guard let replicas = body["spec"]["replicas"].int else {
        throw .badRequest("the body of a scale must have spec.replicas")
      }
      guard replicas >= 0 else {
        throw .invalid(
          kind: "Scale", group: "autoscaling", name: name,
          [
            Failure.Cause(
              reason: "FieldValueInvalid",
              message: "Invalid value: \(replicas): must be greater than or equal to 0",
              field: "spec.replicas")
          ])
      }
      kind = .scale(replicas: replicas, version: body["metadata"]["resourceVersion"].string)
    default: throw .methodNotAllowed
    }
  }

  /// The object as it is afterwards.
  func perform(_ world: World) throws(Failure) -> Bytes {
    let key = ObjectKey(namespace: target.namespace ?? "", name: name)
    guard let object = world.store[target.resource.store][key] else { throw .notFound(target.resource, name) }
    switch kind {
    case .deletePod(let graceSeconds):
      if !isDryRun { world.delete(ObjectHandle(object), graceSeconds: graceSeconds) }
      return (world.store[.pods][key] ?? object).encoded(as: target.resource)
    case .scale(let replicas, let version):
      if let version, version != "\(object.version)" {
        throw .conflict(
          target.resource, name,
          "the object has been modified; please apply your changes to the latest version and try again")
      }
      if !isDryRun {
        world.deployments[key].map {
          if target.resource.plural == "deployments" { $0.scale(to: replicas, world) }
        }
        world.statefulSets[key].map {
          if target.resource.plural == "statefulsets" { $0.scale(to: replicas, world) }
        }
      }
      let now = world.store[target.resource.store][key] ?? object
      return world.scale(now, target.resource, replicas: isDryRun ? replicas : nil) ?? []
    }
  }
}

extension World {
  /// The scale of a workload: how many pods it wants and has. nil for what has none.
  func scale(_ object: Object, _ resource: ResourceDefinition, replicas: Int? = nil) -> Bytes? {
    guard let spec = object.member("spec").flatMap({ JSON.parse($0).value }),
      let status = object.member("status").flatMap({ JSON.parse($0).value })
    else { return nil }
    let selector = spec["selector"]["matchLabels"].members.map { "\($0.key)=\($0.value.string ?? "")" }
    let scale: JSON = [
      "kind": "Scale", "apiVersion": "autoscaling/v1",
      "metadata": [
        "name": .string(object.meta.name), "namespace": .string(object.meta.namespace),
        "uid": .string(object.meta.uid.description), "resourceVersion": .string("\(object.version)"),
        "creationTimestamp": .string(World.timestamp(object.meta.created)),
      ],
      "spec": ["replicas": replicas.map { .int($0) } ?? spec["replicas"]],
      "status": [
        "replicas": status["replicas"].isNull ? 0 : status["replicas"],
        "selector": .string(selector.sorted().joined(separator: ",")),
      ],
    ]
    return scale.encoded()
  }
}
