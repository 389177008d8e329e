import Document

/// One look at a Service: its Endpoints and its EndpointSlice name the pods behind it.
struct ServiceController {
  let world: World
  let key: ObjectKey
  let object: Object
  let spec: JSON

  init?(_ key: ObjectKey, _ world: World) {
    guard let object = world.store[.services][key], let spec = object.json("spec") else { return nil }
    self.world = world
    self.key = key
    self.object = object
    self.spec = spec
  }

  private var isHeadless: Bool { spec["clusterIP"].string == "None" }

  func reconcile(created: Int64? = nil) {
    guard object.meta.deletion == nil, !spec["selector"].members.isEmpty else { return }
    let selector = LabelSelector(matching: PodTemplate.pairs(spec["selector"]))
    let pods = world.pods(in: key.namespace, selector).compactMap { pod, state in
      Endpoint(pod, state, world)
    }.sorted { $0.name < $1.name }
    let publishesAll = spec["publishNotReadyAddresses"].bool ?? false
    writeSlice(pods, publishesAll, created)
    writeEndpoints(pods, publishesAll, created)
  }

  private func ports(_ pods: [Endpoint]) -> JSON {
    .array(
      spec["ports"].array.compactMap { port in
        var shown: JSON = ["name": port["name"].isNull ? "" : port["name"]]
        shown["port"] = target(port, pods)
        shown["protocol"] = port["protocol"].isNull ? "TCP" : port["protocol"]
        if !port["appProtocol"].isNull { shown["appProtocol"] = port["appProtocol"] }
        return shown["port"].isNull ? nil : shown
      })
  }

  /// The pods' port; a name is looked up in their containers.
  private func target(_ port: JSON, _ pods: [Endpoint]) -> JSON {
    guard let name = port["targetPort"].string else {
      return port["targetPort"].isNull ? port["port"] : port["targetPort"]
    }
    for pod in pods { if let number = pod.ports[name] { return .int(number) } }
    return .null
  }

  // MARK: EndpointSlice

  private func writeSlice(_ pods: [Endpoint], _ publishesAll: Bool, _ created: Int64?) {
    var list = Bytes()
    list.put("[")
    for pod in pods { pod.write(to: &list, isHeadless: isHeadless, publishesAll) }
    list.close("]")
    let ports = ports(pods)
    let known = world.belongings[object.meta.uid]?.filter { $0.resource == .endpointSlices }
      .sorted { $0.key < $1.key }.first.flatMap { world.store[.endpointSlices][$0.key] }
    if let known {
      let encoded = ports.encoded()
      if known.member("endpoints") == list && known.member("ports") == encoded { return }
      var meta = known.meta
      meta.generation += 1
      stamp(&meta)
      world.store.put(
        .endpointSlices, meta,
        .members([
          Object.Member(key: "addressType", value: Array("\"IPv4\"".utf8)),
          Object.Member(key: "endpoints", value: list), Object.Member(key: "ports", value: encoded),
        ]), at: world.now)
      return
    }
    var meta = Meta(
      name: "\(key.name)-\(world.dice.suffix())", namespace: key.namespace, generateName: key.name + "-",
      uid: world.dice.uid(), created: created ?? world.now.seconds)
    meta.generation = 1
    meta.labels =
      (object.meta.labels + [
        Pair("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io"),
        Pair("kubernetes.io/service-name", key.name),
      ] + (isHeadless ? [Pair("service.kubernetes.io/headless", "")] : [])).sorted { $0.key < $1.key }
    meta.owners = [Owner(apiVersion: "v1", kind: "Service", name: key.name, uid: object.meta.uid)]
    stamp(&meta)
    world.make(
      .endpointSlices, meta,
      ["addressType": "IPv4", "endpoints": JSON.parse(list).value ?? [], "ports": ports])
  }

  private func stamp(_ meta: inout Meta) {
    if world.isBuilding { return }
    meta.setAnnotation(
      "endpoints.kubernetes.io/last-change-trigger-time", World.timestamp(world.now.seconds))
  }

  // MARK: Endpoints

  /// The older form, which kubectl still describes services by.
  private func writeEndpoints(_ pods: [Endpoint], _ publishesAll: Bool, _ created: Int64?) {
    func addresses(_ isReady: Bool) -> JSON {
      .array(
        pods.filter { ($0.isReady || publishesAll) == isReady && !$0.isTerminating }.map { pod in
          var address: JSON = ["ip": .string(pod.address)]
          if isHeadless { address["hostname"] = .string(pod.name) }
          if let node = pod.node { address["nodeName"] = .string(node) }
          address["targetRef"] = [
            "kind": "Pod", "namespace": .string(key.namespace), "name": .string(pod.name),
            "uid": .string(pod.uid.description),
          ]
          return address
        })
    }
    var subset: JSON = [:]
    if !addresses(true).array.isEmpty { subset["addresses"] = addresses(true) }
    if !addresses(false).array.isEmpty { subset["notReadyAddresses"] = addresses(false) }
    let isEmpty = subset.members.isEmpty
    subset["ports"] = ports(pods)
    let subsets: JSON = isEmpty ? [] : [subset]
    if let known = world.store[.endpoints][key] {
      if known.json("subsets") ?? [] == subsets { return }
      var meta = known.meta
      stamp(&meta)
      world.store.put(.endpoints, meta, known.replacing(["subsets": subsets]), at: world.now)
      return
    }
    var meta = Meta(
      name: key.name, namespace: key.namespace, uid: world.dice.uid(), created: created ?? world.now.seconds)
    meta.labels =
      (object.meta.labels + [Pair("endpoints.kubernetes.io/managed-by", "endpoint-controller")])
      .sorted { $0.key < $1.key }
    meta.owners = []
    stamp(&meta)
    world.make(.endpoints, meta, ["subsets": subsets])
  }
}

/// A pod behind a service; nil for one that has no place there.
private struct Endpoint {
  let name, namespace: String
  let uid: UID
  let address: String
  let node, zone: String?
  let ports: [String: Int]
  let isReady, isServing, isTerminating: Bool

  init?(_ pod: Object, _ state: PodState, _ world: World) {
    guard !state.isOver, let address = state.addressText else { return nil }
    self.address = address
    name = pod.meta.name
    namespace = pod.meta.namespace
    uid = pod.meta.uid
    node = state.node?.name
    zone = state.node.flatMap { place in
      world.nodes[place.index].labels.first { $0.key == "topology.kubernetes.io/zone" }?.value
    }
    ports = state.template.ports
    isTerminating = pod.meta.deletion != nil
    isServing = state.isReady
    isReady = isServing && !isTerminating
  }

  func write(to out: inout Bytes, isHeadless: Bool, _ publishesAll: Bool) {
    out.put("{\"addresses\":[")
    out.put(quoted: address)
    out.put(
      isReady || publishesAll ? "],\"conditions\":{\"ready\":true," : "],\"conditions\":{\"ready\":false,")
    out.put(isServing ? "\"serving\":true," : "\"serving\":false,")
    out.put(isTerminating ? "\"terminating\":true}," : "\"terminating\":false},")
    if isHeadless { out.put(member: "hostname", name) }
    out.put("\"targetRef\":{\"kind\":\"Pod\",")
    out.put(member: "namespace", namespace)
    out.put(member: "name", name)
    out.put(member: "uid", uid.description)
    out.close("}")
    out.put(",")
    out.put(member: "nodeName", node)
    out.put(member: "zone", zone)
    out.close("}")
    out.put(",")
  }
}
