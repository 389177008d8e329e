import Cluster
import Document

/// What is known of a Service that a program wants to reach, by the host it names.
///
/// Source: Kubernetes, "DNS for Services and Pods"; discovery.k8s.io/v1 EndpointSlice, conditions.
struct ServiceTarget {
  let evidence: [Evidence]
  let cause: Finding.Cause?
  /// "service db has no ready pod"; nil when nothing is wrong with it as far as is known.
  let trouble: String?

  /// nil for an address, or a host that is no Service's, or where nothing is known.
  init?(_ target: String, from subject: Case) {
    let host = target.split(separator: ":").first.map(String.init) ?? target
    let parts = host.split(separator: ".").map(String.init)
    guard let name = parts.first, host.contains(where: \.isLetter), host != "localhost" else { return nil }
    let isLocal = parts.count < 3 || parts[2] == "svc"
    guard isLocal else { return nil }
    let namespace = parts.count > 1 ? parts[1] : subject.ref.namespace
    let ref = ObjectRef(kind: "v1/services", namespace: namespace, name: name)
    switch subject.look("v1/services", name, in: namespace) {
    case .unknown: return nil
    case .absent:
      // With two parts it may as well be a host of the internet.
      guard parts.count != 2 || subject.fact("v1/namespaces", namespace, in: "") != nil else { return nil }
      trouble = "there is no service \(name) in namespace \(namespace)"
      evidence = [
        Evidence(.absence("service \(namespace)/\(name)"), "namespace \(namespace) has no such service")
      ]
      cause = Finding.Cause(ref, "service \(name) does not exist")
    case .found(let service):
      let port = target.split(separator: ":").dropFirst().first.flatMap { Int($0) }
      let ports = service["spec"]["ports"].array.compactMap { $0["port"].int }
      if service["spec"]["type"].string == "ExternalName" { return nil }
      if let port, !ports.isEmpty, !ports.contains(port), service["spec"]["clusterIP"].string != "None" {
        let listed = ports.map(String.init).joined(separator: ", ")
        trouble = "service \(name) has no port \(port)"
        evidence = [Evidence(.field("spec.ports"), "service \(name) has the ports \(listed)", in: ref)]
        cause = nil
        return
      }
      guard let ready = Self.readyEndpoints(of: ref, subject), ready == 0 else {
        trouble = nil
        evidence = []
        cause = nil
        return
      }
      trouble = "service \(name) has no ready pod"
      evidence = [Evidence(.reckoned("endpoints of service \(name)"), "none is ready", in: ref)]
      cause = Finding.Cause(
        Self.root(behind: service, namespace, subject) ?? ref, "service \(name) has no ready pod")
    }
  }

  /// How many endpoints of a Service are ready; nil where that is not known.
  static func readyEndpoints(of service: ObjectRef, _ subject: Case) -> Int? {
    guard let slices = subject.facts("discovery.k8s.io/v1/endpointslices", in: service.namespace) else {
      return nil
    }
    let own = slices.map(\.object).filter {
      $0["metadata"]["labels"]["kubernetes.io/service-name"].string == service.name
    }
    return own.reduce(0) { sum, slice in
      sum + slice["endpoints"].array.count { $0["conditions"]["ready"].bool ?? true }
    }
  }

  /// The workload whose pods a Service selects; nil where it has none.
  private static func root(behind service: JSON, _ namespace: String, _ subject: Case) -> ObjectRef? {
    let wanted = service["spec"]["selector"].members.map { ($0.key, $0.value.line) }
    guard !wanted.isEmpty, let pods = subject.facts("v1/pods", in: namespace) else { return nil }
    let pod = pods.filter { pod in wanted.allSatisfy { pod.pod?.labels[$0.0] == $0.1 } }
      .min { $0.ref.name < $1.ref.name }
    return pod?.owner.flatMap { Case.root(of: $0, in: namespace, subject) }
  }
}
