import Document

/// The EndpointSlice of a Service: the addresses of the pods behind it.
final class EndpointSliceState: PodSelection, Reconciler {
  let selector: LabelSelector
  private var meta: Meta
  private let ports: Bytes
  private let isHeadless: Bool
  private var pods: Set<ObjectHandle> = []
  var isQueued = false
  let patienceSeconds = 0.4
  private var written = Bytes()

  /// - Parameter ports: of the slice, each with name, protocol and the pods' port.
  init(_ meta: Meta, selector: [Pair], ports: JSON, isHeadless: Bool) {
    self.meta = meta
    self.selector = LabelSelector(matching: selector)
    self.ports = ports.encoded()
    self.isHeadless = isHeadless
  }

  func podChanged(_ before: Object?, _ after: Object?, _ world: World) {
    if let after { pods.insert(ObjectHandle(after)) } else if let before { pods.remove(ObjectHandle(before)) }
    // Most changes of a pod change nothing here.
    if Endpoint(before) != Endpoint(after) { world.enqueue(self) }
  }

  func reconcile(_ world: World) {
    let endpoints = self.endpoints(world)
    if endpoints == written { return }
    meta.generation += 1
    meta.setAnnotation(
      "endpoints.kubernetes.io/last-change-trigger-time", World.timestamp(world.now.seconds))
    write(world)
  }

  func write(_ world: World) {
    written = endpoints(world)
    world.put(
      .endpointSlices, meta,
      .members([
        Object.Member(key: "addressType", value: Array("\"IPv4\"".utf8)),
        Object.Member(key: "endpoints", value: written), Object.Member(key: "ports", value: ports),
      ]))
  }

  private func endpoints(_ world: World) -> Bytes {
    var out = Bytes()
    out.put("[")
    for handle in pods.sorted(by: { $0.key < $1.key }) {
      guard let (object, state) = world.pod(handle), let endpoint = Endpoint(object) else { continue }
      out.put("{\"addresses\":[")
      out.put(quoted: endpoint.address)
      out.put(endpoint.isReady ? "],\"conditions\":{\"ready\":true," : "],\"conditions\":{\"ready\":false,")
      out.put(endpoint.isServing ? "\"serving\":true," : "\"serving\":false,")
      out.put(endpoint.isTerminating ? "\"terminating\":true}," : "\"terminating\":false},")
      if isHeadless { out.put(member: "hostname", object.meta.name) }
      out.put("\"targetRef\":{\"kind\":\"Pod\",")
      out.put(member: "namespace", object.meta.namespace)
      out.put(member: "name", object.meta.name)
      out.put(member: "uid", object.meta.uid.description)
      out.close("}")
      out.put(",")
      if let node = state.node {
        out.put(member: "nodeName", node.name)
        out.put(
          member: "zone",
          world.nodes[node.index].labels.first { $0.key == "topology.kubernetes.io/zone" }?.value)
      }
      out.close("}")
      out.put(",")
    }
    out.close("]")
    return out
  }

  /// What a slice says of a pod; nil for a pod that has no place in it.
  private struct Endpoint: Equatable {
    let address: String
    let isReady, isServing, isTerminating: Bool

    init?(_ pod: Object?) {
      guard let pod, case .pod(let body) = pod.body, !body.state.isOver, let address = body.state.addressText
      else {
        return nil
      }
      self.address = address
      isTerminating = pod.meta.deletion != nil
      isServing = body.state.isReady
      isReady = isServing && !isTerminating
    }
  }
}

/// A PodDisruptionBudget: how many pods with certain labels may be evicted now.
final class DisruptionBudgetState: PodSelection, Reconciler {
  let selector: LabelSelector
  private var meta: Meta
  private let spec: JSON
  private var count = PodCount()
  var isQueued = false
  let patienceSeconds = 0.4
  private var written: PodCount?
  private var allowedSince: Int64

  init(_ meta: Meta, selector: [Pair], spec: JSON) {
    self.meta = meta
    self.selector = LabelSelector(matching: selector)
    self.spec = spec
    allowedSince = meta.created + 12
  }

  func podChanged(_ before: Object?, _ after: Object?, _ world: World) {
    count.add(before, -1)
    count.add(after, 1)
    world.enqueue(self)
  }

  func reconcile(_ world: World) {
    if written != count { write(world) }
  }

  func write(_ world: World) {
    written = count
    let expected = count.active
    let needed = spec["minAvailable"].int ?? max(0, expected - (spec["maxUnavailable"].int ?? 0))
    let allowed = max(0, count.ready - needed)
    let status: JSON = [
      "observedGeneration": 1, "disruptionsAllowed": .int(allowed), "currentHealthy": .int(count.ready),
      "desiredHealthy": .int(needed), "expectedPods": .int(expected),
      "conditions": [
        [
          "type": "DisruptionAllowed", "status": .string(allowed > 0 ? "True" : "False"),
          "observedGeneration": 1,
          "lastTransitionTime": .string(World.timestamp(allowedSince)),
          "reason": .string(allowed > 0 ? "SufficientPods" : "InsufficientPods"), "message": "",
        ]
      ],
    ]
    world.put(
      .disruptionBudgets, meta,
      .members([
        Object.Member(key: "spec", value: spec.encoded()),
        Object.Member(key: "status", value: status.encoded()),
      ]))
  }
}
