import Document
import HTTP

/// metrics.k8s.io/v1beta1 as the metrics server serves it: what `kubectl top` reads.
struct MetricsAPI {
  let world: World
  let request: ServerRequest

  private static let api = "metrics.k8s.io/v1beta1"

  func answer(_ parts: [String]) throws(Failure) -> Answer? {
    let text = request.query.first { $0.name == "labelSelector" }?.value ?? ""
    let selector = text.isEmpty ? nil : try LabelSelector(text)
    switch (parts.first, parts.count) {
    case ("nodes", 1): return list("NodeMetrics", nodes(selector))
    case ("nodes", 2):
      guard let node = world.presentNodes.first(where: { $0.facts.name == parts[1] && !$0.isDead }) else {
        throw notFound("nodes", parts[1])
      }
      return one("NodeMetrics", self.node(node))
    case ("pods", 1): return list("PodMetrics", pods(nil, selector))
    case ("namespaces", 3) where parts[2] == "pods": return list("PodMetrics", pods(parts[1], selector))
    case ("namespaces", 4) where parts[2] == "pods":
      let key = ObjectKey(namespace: parts[1], name: parts[3])
      guard let object = world.store[.pods][key], case .pod(let body) = object.body,
        let metrics = pod(object, body.state)
      else { throw notFound("pods", "\(parts[1])/\(parts[3])") }
      return one("PodMetrics", metrics)
    default: return nil
    }
  }

  private func notFound(_ plural: String, _ name: String) -> Failure {
    Failure(
      code: 404, message: "\(plural).metrics.k8s.io \"\(name)\" not found", reason: "NotFound",
      details: Failure.Details(name: name, group: "metrics.k8s.io", kind: plural))
  }

  private func one(_ kind: String, _ body: JSON) -> Answer {
    var object: JSON = ["kind": .string(kind), "apiVersion": .string(Self.api)]
    for member in body.members { object[member.key] = member.value }
    return .json(object.encoded())
  }

  private func list(_ kind: String, _ items: [JSON]) -> Answer {
    let list: JSON = [
      "kind": .string(kind + "List"), "apiVersion": .string(Self.api), "metadata": [:],
      "items": .array(items),
    ]
    return .json(list.encoded())
  }

  private func body(_ meta: Meta) -> JSON {
    var metadata: JSON = ["name": .string(meta.name)]
    if !meta.namespace.isEmpty { metadata["namespace"] = .string(meta.namespace) }
    metadata["creationTimestamp"] = .string(World.timestamp(world.now.seconds))
    if !meta.labels.isEmpty {
      metadata["labels"] = .object(
        JSONObject(meta.labels.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }))
    }
    var body: JSON = ["metadata": metadata]
    // Measured every 15 seconds.
    let time = world.now.seconds - world.now.seconds % 15
    body["timestamp"] = .string(World.timestamp(time))
    body["window"] = "15.064s"
    return body
  }

  private func usage(_ usage: Usage) -> JSON {
    [
      "cpu": .string("\(Int(usage.milliCPU * 1e6))n"), "memory": .string("\(usage.memoryBytes >> 10)Ki"),
    ]
  }

  private func nodes(_ selector: LabelSelector?) -> [JSON] {
    world.presentNodes.filter { !$0.isDead && selector?.matches($0.labels) ?? true }
      .sorted { $0.facts.name < $1.facts.name }.map(node)
  }

  private func node(_ node: NodeState) -> JSON {
    let object = world.store[.nodes][ObjectKey(namespace: "", name: node.facts.name)]
    var metrics = body(object?.meta ?? Meta(name: node.facts.name, uid: UID(high: 0, low: 0), created: 0))
    metrics["usage"] = usage(NodeMetrics(world, node).total)
    return metrics
  }

  private func pods(_ namespace: String?, _ selector: LabelSelector?) -> [JSON] {
    let shelf = world.store[.pods]
    return shelf.range(namespace: namespace).compactMap { place in
      let object = shelf.objects[place]
      guard selector?.matches(object.meta.labels) ?? true, case .pod(let body) = object.body else {
        return nil
      }
      return pod(object, body.state)
    }
  }

  /// nil for a pod that has not run for long enough to be measured.
  private func pod(_ object: Object, _ state: PodState) -> JSON? {
    if state.isOver || state.node.map({ world.nodes[$0.index].isDead }) ?? true { return nil }
    var containers: [JSON] = []
    func add(_ plan: ContainerPlan, _ container: ContainerState, _ usage: Usage?) {
      guard let usage, let since = container.runningSince, world.now.seconds - since >= 15 else { return }
      containers.append(["name": .string(plan.name), "usage": self.usage(usage)])
    }
    for index in state.containers.indices {
      add(state.template.containers[index], state.containers[index], world.usage(object, state, index))
    }
    for index in state.initContainers.indices {
      add(
        state.template.initContainers[index], state.initContainers[index],
        world.usage(object, state, index, isInit: true))
    }
    if containers.isEmpty { return nil }
    var metrics = body(object.meta)
    metrics["containers"] = .array(containers)
    return metrics
  }
}
