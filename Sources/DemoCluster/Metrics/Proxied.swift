import Document
import HTTP

/// Requests that the API server passes on: to kubelets, to pods, to the metrics server.
struct Proxied {
  let world: World
  let request: ServerRequest

  /// nil: the path is not one of these.
  static func concerns(_ path: String) -> Bool {
    path.hasPrefix("/apis/metrics.k8s.io/v1beta1/") || path.contains("/proxy/") || path.hasSuffix("/proxy")
  }

  func answer() throws(Failure) -> Answer? {
    let parts = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(
      String.init)
    if parts.starts(with: ["apis", "metrics.k8s.io", "v1beta1"]) {
      return try MetricsAPI(world: world, request: request).answer(parts.dropFirst(3).filter { !$0.isEmpty })
    }
    guard parts.starts(with: ["api", "v1"]), let place = parts.firstIndex(of: "proxy") else { return nil }
    let rest = "/" + parts[(place + 1)...].joined(separator: "/")
    switch (parts[2], place) {
    case ("nodes", 4): return try node(parts[3], rest)
    case ("namespaces", 6) where parts[4] == "pods": return try pod(parts[3], parts[5], rest)
    case ("namespaces", 6) where parts[4] == "services": return try service(parts[3], parts[5], rest)
    default: return nil
    }
  }

  private func unreachable(_ why: String) -> Failure {
    Failure(code: 503, message: why, reason: "ServiceUnavailable")
  }

  private func notFound(_ plural: String, _ name: String) -> Failure {
    Failure(
      code: 404, message: "\(plural) \"\(name)\" not found", reason: "NotFound",
      details: Failure.Details(name: name, kind: plural))
  }

  // MARK: Kubelets

  private func node(_ name: String, _ path: String) throws(Failure) -> Answer {
    let plain = String(name.split(separator: ":").first ?? "")
    guard let node = world.presentNodes.first(where: { $0.facts.name == plain }) else {
      throw notFound("nodes", plain)
    }
    if node.isDead {
      throw unreachable(
        "error trying to reach service: dial tcp \(node.facts.address):10250: connect: no route to host")
    }
    func exposition(_ text: Bytes) -> Answer {
      .whole(status: 200, contentType: Exposition.contentType, body: text)
    }
    let metrics = NodeMetrics(world, node)
    switch path {
    case "/metrics/resource": return exposition(metrics.resource)
    case "/metrics/cadvisor": return exposition(metrics.cadvisor)
    case "/metrics": return exposition(kubelet(metrics))
    case "/metrics/probes": return exposition([])
    case "/stats/summary": return .json(metrics.summary)
    case "/healthz": return .text("ok")
    case "/pods": return .json(pods(metrics))
    default: return .text("404 page not found\n", status: 404)
    }
  }

  private func kubelet(_ metrics: NodeMetrics) -> Bytes {
    var out = Exposition()
    out.family("kubelet_node_name", "gauge", "[ALPHA] The node's name. The count is always 1.")
    out.sample("kubelet_node_name", [("node", metrics.node.facts.name)], 1)
    out.family("kubelet_running_containers", "gauge", "[ALPHA] Number of containers currently running")
    out.sample("kubelet_running_containers", [("container_state", "running")], Double(metrics.running.count))
    out.family("kubelet_running_pods", "gauge", "[ALPHA] Number of pods that have a running pod sandbox")
    out.sample("kubelet_running_pods", [], Double(metrics.pods.count))
    return out.text
  }

  private func pods(_ metrics: NodeMetrics) -> Bytes {
    guard let resource = world.catalog.resource(group: "", version: "v1", plural: "pods") else { return [] }
    var out = Bytes()
    out.put("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[")
    for (_, pod) in world.pods(on: metrics.node) {
      pod.write(as: resource, .listItem, to: &out)
      out.put(",")
    }
    out.close("]")
    out.put("}")
    return out
  }

  // MARK: Pods and services

  private func pod(_ namespace: String, _ target: String, _ path: String) throws(Failure) -> Answer {
    let parts = target.split(separator: ":").map(String.init)
    // The scheme may stand in front: https:name:port.
    let named =
      parts.count == 3 || parts.first == "http" || parts.first == "https" ? Array(parts.dropFirst()) : parts
    let name = named.first ?? ""
    guard let object = world.store[.pods][ObjectKey(namespace: namespace, name: name)],
      case .pod(let body) = object.body
    else { throw notFound("pods", name) }
    return try serve(object, body.state, port: named.count > 1 ? named[1] : nil, path)
  }

  private func serve(_ object: Object, _ state: PodState, port: String?, _ path: String) throws(Failure)
    -> Answer
  {
    guard let address = state.addressText else {
      throw Failure(code: 400, message: "address not allowed", reason: "BadRequest")
    }
    let first = state.template.containers.first?.port ?? 80
    let wanted = port.flatMap { Int($0) ?? state.template.ports[$0] } ?? first
    let metrics = PodMetrics(object: object, state: state, now: world.now)
    let isOpen = wanted == first || wanted == metrics.port || state.template.ports.values.contains(wanted)
    let isDead = state.node.map { world.nodes[$0.index].isDead } ?? true
    guard isOpen, !isDead, state.containers.contains(where: { $0.runningSince != nil }) else {
      throw unreachable(
        "error trying to reach service: dial tcp \(address):\(wanted): connect: "
          + (isDead ? "no route to host" : "connection refused"))
    }
    if path == metrics.path, metrics.port == wanted {
      return .whole(
        status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8",
        body: metrics.text(world.usage(object, state)))
    }
    switch path {
    case "/", "/live", "/healthz": return .text("ok\n")
    case "/ready", "/readyz":
      return .text(state.isReady ? "ok\n" : "not ready\n", status: state.isReady ? 200 : 503)
    default: return .json(Array("{\"error\":\"not found\"}\n".utf8), status: 404)
    }
  }

  private func service(_ namespace: String, _ target: String, _ path: String) throws(Failure) -> Answer {
    let parts = target.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let named = parts.count == 3 ? Array(parts.dropFirst()) : parts
    let name = named.first ?? ""
    guard let object = world.store[.services][ObjectKey(namespace: namespace, name: name)],
      let spec = object.json("spec")
    else { throw notFound("services", name) }
    let selector = PodTemplate.pairs(spec["selector"])
    let ready =
      selector.isEmpty
      ? [] : world.pods(in: namespace, LabelSelector(matching: selector)).filter { $0.state.isReady }
    guard let pod = ready.first else {
      throw unreachable("no endpoints available for service \"\(named.joined(separator: ":"))\"")
    }
    let ports = spec["ports"].array
    let wish = named.count > 1 ? named[1] : ""
    let port = ports.first {
      wish.isEmpty || $0["name"].string == wish || $0["port"].int.map(String.init) == wish
    }
    guard let port else { throw unreachable("no endpoints available for service \"\(target)\"") }
    let targetPort = port["targetPort"].string ?? port["targetPort"].int.map(String.init)
    return try serve(pod.object, pod.state, port: targetPort ?? port["port"].int.map(String.init), path)
  }
}
