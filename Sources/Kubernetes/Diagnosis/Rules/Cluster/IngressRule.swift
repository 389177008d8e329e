import Cluster
import Document

extension Rule {
  /// Ingresses that lead to services which are missing, lack the port or have nobody behind them, and those that no controller takes up.
  static let ingress = Rule(
    "ingress", "ingress backends, classes, certificates and addresses",
    of: ["networking.k8s.io/v1/ingresses"],
    reads: ["networking.k8s.io/v1/ingressclasses", "v1/secrets"]
  ) { subject in
    if subject.isEnding { return [] }
    let ingress = IngressTrouble(subject)
    let found = ingress.backends() + [ingress.pending()].compactMap { $0 }
    // Secrets are asked about, so only where something is wrong already.
    return found.isEmpty ? [] : found + ingress.secrets()
  }
}

private struct IngressTrouble {
  /// Controllers take a new ingress up within seconds, clouds give it an address within minutes.
  static let settleSeconds: Int64 = 30
  static let addressSeconds: Int64 = 600

  let subject: Case
  init(_ subject: Case) { self.subject = subject }

  struct Backend {
    var service: String
    var port: JSON
    /// "shop.example.com/api"
    var place: String
  }

  /// Where it leads, each service and port once.
  private func all() -> [Backend] {
    var found: [Backend] = []
    func add(_ backend: JSON, _ place: String) {
      let service = backend["service"]
      guard let name = service["name"].string else { return }
      // Actions of the AWS load balancer controller stand in an annotation; the name is no service's.
      if service["port"]["name"].string == "use-annotation" { return }
      if found.contains(where: { $0.service == name && $0.port == service["port"] }) { return }
      found.append(Backend(service: Moment.plain(name), port: service["port"], place: place))
    }
    add(subject.spec["defaultBackend"], "what no rule fits")
    for rule in subject.spec["rules"].array {
      for path in rule["http"]["paths"].array { add(path["backend"], rule["host"].line + path["path"].line) }
    }
    return found
  }

  func backends() -> [Finding] {
    guard subject.hasLasted(Self.settleSeconds, since: subject.created) else { return [] }
    return all().compactMap { backend in
      switch subject.look("v1/services", backend.service) {
      case .absent: missing(backend)
      case .found(let service): portMissing(backend, service) ?? nobody(backend, service)
      case .unknown: nil
      }
    }
  }

  private func missing(_ backend: Backend) -> Finding {
    let service = ObjectRef(kind: "v1/services", namespace: subject.ref.namespace, name: backend.service)
    return Finding(
      "ingress-service-missing", of: subject.ref, part: backend.place,
      key: "ingress-service \(backend.service)",
      "\(backend.place) leads to service \(backend.service), which is missing".shortened(to: 110), since: nil,
      .hopeless("requests there fail until the service is made or the rule is changed")
    ).with(
      Evidence(.field("spec.rules[].http.paths[].backend.service.name"), backend.service),
      Evidence(.absence("service \(service.namespace)/\(backend.service)"), "the server has no such object")
    ).offering(Offer("look at the ingress", .view(.yaml(subject.ref))))
  }

  private func portMissing(_ backend: Backend, _ service: JSON) -> Finding? {
    // An ExternalName has no ports of its own.
    if service["spec"]["type"].string == "ExternalName" { return nil }
    let ports = service["spec"]["ports"].array
    let (name, number) = (backend.port["name"].string, backend.port["number"].int32)
    guard name != nil || number != nil,
      !ports.contains(where: {
        $0["name"].string == name && name != nil || $0["port"].int32 == number && number != nil
      })
    else { return nil }
    let wanted = name.map(Moment.plain) ?? number.map(String.init) ?? ""
    let there = ports.map { port in
      let label = port["name"].line
      return "\(port["port"].int32 ?? 0)" + (label.isEmpty ? "" : " (\(label))")
    }
    return Finding(
      "ingress-port-missing", of: subject.ref, part: backend.place, key: "ingress-port \(backend.service)",
      "\(backend.place) leads to port \(wanted), which service \(backend.service) lacks".shortened(to: 110),
      since: nil,
      .hopeless("requests there fail until one of the two is changed")
    ).with(
      Evidence(.field("spec.rules[].http.paths[].backend.service.port"), wanted),
      Evidence(
        .field("spec.ports"), "the service has \(there.joined(separator: ", "))",
        in: ObjectRef(kind: "v1/services", namespace: subject.ref.namespace, name: backend.service))
    ).offering(Offer("look at the ingress", .view(.yaml(subject.ref))))
  }

  /// The service says itself why nobody answers for it.
  private func nobody(_ backend: Backend, _ service: JSON) -> Finding? {
    guard !service["spec"]["selector"].members.isEmpty,
      let fact = subject.fact("v1/services", backend.service)
    else { return nil }
    let slices = subject.owned("discovery.k8s.io/v1/endpointslices", by: fact.ref.uid).map(\.object)
    guard !slices.isEmpty,
      !slices.contains(where: { $0["endpoints"].array.contains(where: ServiceTrouble.isReady) })
    else { return nil }
    return Finding(
      "ingress-no-endpoints", of: subject.ref, part: backend.place,
      key: "ingress-endpoints \(backend.service)",
      "\(backend.place) leads to service \(backend.service), for which nobody answers".shortened(to: 110),
      since: nil,
      .unclear("it answers again when the service has a ready pod")
    ).with(
      Evidence(.reckoned("endpoint slices of service \(backend.service)"), "none is ready", in: fact.ref)
    ).asConsequence.causedBy(Finding.Cause(fact.ref, "nobody answers for service \(backend.service)"))
  }

  /// No controller has given it an address.
  func pending() -> Finding? {
    guard subject.status["loadBalancer"]["ingress"].array.isEmpty,
      subject.hasLasted(Self.addressSeconds, since: subject.created)
    else { return nil }
    let classes: Kind.ID = "networking.k8s.io/v1/ingressclasses"
    let name =
      subject.spec["ingressClassName"].string ?? subject.annotations["kubernetes.io/ingress.class"].string
    if let name = name.map(Moment.plain) {
      // Only spec.ingressClassName has to name an object.
      let isObject = !subject.spec["ingressClassName"].isNull
      if isObject, subject.look(classes, name, in: "").isAbsent {
        return unclaimed("ingress class \(name) is missing: no controller takes it up", .error, name)
      }
      return unclaimed("no controller of class \(name) has given it an address", .notice, nil)
    }
    guard let all = subject.list(classes, in: "") else { return nil }
    let hasDefault = all.contains {
      $0["metadata"]["annotations"]["ingressclass.kubernetes.io/is-default-class"].string == "true"
    }
    return hasDefault
      ? nil
      : unclaimed(
        "it names no class, and the cluster has no default: no controller takes it up", .warning, nil)
  }

  private func unclaimed(_ headline: String, _ severity: Finding.Severity, _ missing: String?) -> Finding {
    Finding(
      "ingress-pending", of: subject.ref, key: "ingress-pending", headline, severity, since: subject.created,
      severity == .notice
        ? .unclear("some controllers serve an ingress without ever writing an address")
        : .hopeless("nobody serves it until the class is there")
    ).with(
      Evidence(.field("status.loadBalancer.ingress"), "none", at: subject.created),
      missing.map { Evidence(.absence("ingress class \($0)"), "the server has no such object") })
  }

  /// Certificates that its hosts should show. Only whether they are there is asked.
  func secrets() -> [Finding] {
    subject.spec["tls"].array.compactMap { entry in
      guard let name = entry["secretName"].string.map(Moment.plain),
        subject.lookAtMetadata("v1/secrets", name).isAbsent
      else { return nil }
      let hosts = entry["hosts"].array.map(\.line).joined(separator: ", ")
      return Finding(
        "ingress-secret-missing", of: subject.ref, part: name, key: "ingress-secret \(name)",
        "TLS secret \(name) is missing" + (hosts.isEmpty ? "" : ": \(hosts) shows another certificate"),
        since: nil,
        .unclear("whoever issues the certificate has to write it")
      ).with(
        Evidence(.field("spec.tls[].secretName"), name),
        Evidence(.absence("secret \(name)"), "the server has no such object"))
    }
  }
}
