import Cluster
import Document
import HTTP

extension Description {
  static let service = Description(
    requests: { [EndpointText.request(service: $0.name, namespace: $0.namespace)] },
    write: ServiceDescription.write)
  static let endpoints = Description(write: EndpointsDescription.writeEndpoints)
  static let endpointSlice = Description(write: EndpointsDescription.writeSlice)
  static let serviceCIDR = Description { range, page in
    page.name(range, namespace: false)
    page.labelsAndAnnotations(range.metadata)
    page.field("CIDRs", Marked(range.spec["cidrs"].strings.joined(separator: ", ")))
    if range.status["conditions"].isBlank { return }
    page.heading("Status")
    ConfigDescription.writeDatedConditions(range, to: &page)
  }
  static let ipAddress = Description { address, page in
    page.name(address, namespace: false)
    page.labelsAndAnnotations(address.metadata)
    let parent = address.spec["parentRef"]
    if parent.isNull { return }
    page.section("Parent Reference") { page in
      for title in ["Group", "Resource", "Namespace", "Name"] {
        page.field(title, parent[title.lowercased()])
      }
    }
  }
}

enum ServiceDescription {
  @Sendable static func write(_ service: Subject, to page: inout PageWriter) {
    let spec = service.spec
    page.name(service)
    page.labelsAndAnnotations(service.metadata)
    page.field("Selector", SelectorText.labels(spec["selector"]))
    page.field("Type", spec["type"])
    page.field("IP Family Policy", ifPresent: spec["ipFamilyPolicy"])
    page.field("IP Families", list(spec["ipFamilies"]).or(.none))
    page.field("IP", spec["clusterIP"])
    page.field("IPs", list(spec["clusterIPs"]).or(.none))
    page.field("External IPs", ifPresent: list(spec["externalIPs"]))
    page.field("Desired LoadBalancer IP", ifPresent: spec["loadBalancerIP"])
    page.field("External Name", ifPresent: spec["externalName"])
    let addresses = service.status["loadBalancer"]["ingress"].array.map { address -> String in
      let mode = address["ipMode"].string.map { " (\($0))" } ?? ""
      return address["ip"].isBlank ? address["hostname"].words : address["ip"].words + mode
    }
    page.field("LoadBalancer Ingress", ifPresent: Marked(addresses.joined(separator: ", ")))
    for port in spec["ports"].array { writePort(port, of: service, to: &page) }
    page.field("Session Affinity", spec["sessionAffinity"])
    page.field("External Traffic Policy", ifPresent: spec["externalTrafficPolicy"])
    page.field("Internal Traffic Policy", ifPresent: spec["internalTrafficPolicy"])
    if spec["healthCheckNodePort"].count != 0 {
      page.field("HealthCheck NodePort", spec["healthCheckNodePort"])
    }
    page.field("LoadBalancer Source Ranges", ifPresent: list(spec["loadBalancerSourceRanges"]))
    page.field("Traffic Distribution", ifPresent: spec["trafficDistribution"])
  }

  private static func list(_ values: JSON) -> Marked { Marked(values.strings.joined(separator: ",")) }

  private static func writePort(_ port: JSON, of service: Subject, to page: inout PageWriter) {
    let name = port["name"].marked.or(.unset)
    let transport = port["protocol"].words
    page.row([Marked("Port:", .key), name, "\(port["port"].count)/\(transport)"])
    page.field("TargetPort", "\(port["targetPort"])/\(transport)")
    page.field("AppProtocol", ifPresent: port["appProtocol"])
    if port["nodePort"].count != 0 {
      page.row([Marked("NodePort:", .key), name, "\(port["nodePort"].count)/\(transport)"])
    }
    page.field(
      "Endpoints", EndpointText.ready(service.related, service: service.name, port: port["name"].words))
  }
}

/// Which addresses answer for a service.
enum EndpointText {
  static func key(_ service: String) -> String { "endpointslices of \(service)" }

  static func request(service: String, namespace: String) -> RelatedRequest {
    RelatedRequest(
      key: key(service), path: "/apis/discovery.k8s.io/v1/namespaces/\(namespace)/endpointslices",
      query: [.init("labelSelector", "kubernetes.io/service-name=\(service)")])
  }

  /// The first three ready addresses of a port, "10.0.0.1:80,10.0.0.2:80 + 4 more..."; of no port where the
  /// service has none, as headless ones may.
  static func ready(_ related: Related, service: String, port: String) -> Marked {
    guard let slices = related.lists[key(service)] else {
      let why = related.failures[key(service)]
      return why.map { Marked("<error: \($0)>", .bad) } ?? Marked("<not read>", .dim)
    }
    if slices.isEmpty { return .none }
    let found = slices.flatMap { addresses($0, port: port) }
    let shown = found.prefix(3).joined(separator: ",")
    return Marked(found.count > 3 ? "\(shown) + \(found.count - 3) more..." : shown)
  }

  private static func addresses(_ slice: JSON, port: String) -> [String] {
    // A condition that is not told counts as ready (discovery.k8s.io/v1 EndpointConditions).
    let ready = slice["endpoints"].array.filter { $0["conditions"]["ready"].bool ?? true }
      .compactMap { $0["addresses"].strings.first }
    if slice["ports"].isBlank { return ready }
    return slice["ports"].array.filter { $0["name"].words == port }.flatMap { match in
      ready.map { HostPort.joined($0, match["port"].words) }
    }
  }
}

enum EndpointsDescription {
  @Sendable static func writeEndpoints(_ endpoints: Subject, to page: inout PageWriter) {
    page.name(endpoints)
    page.labelsAndAnnotations(endpoints.metadata)
    page.section("Subsets") { page in
      for subset in endpoints.object["subsets"].array {
        let list = { (member: String) in
          Marked(subset[member].array.map { $0["ip"].words }.joined(separator: ",")).or(.none)
        }
        page.field("Addresses", list("addresses"))
        page.field("NotReadyAddresses", list("notReadyAddresses"))
        if !subset["ports"].isBlank { writePorts(subset["ports"], absent: "0", to: &page) }
        page.blank()
      }
    }
  }

  private static func writePorts(_ ports: JSON, absent: Marked, to page: inout PageWriter) {
    page.section("Ports") { page in
      page.underlinedTitles(["Name", "Port", "Protocol"])
      for port in ports.array {
        page.row([port["name"].marked.or(.unset), port["port"].marked.or(absent), port["protocol"].marked])
      }
    }
  }

  @Sendable static func writeSlice(_ slice: Subject, to page: inout PageWriter) {
    page.name(slice)
    page.labelsAndAnnotations(slice.metadata)
    page.field("AddressType", slice.object["addressType"])
    let ports = slice.object["ports"]
    if ports.isBlank { page.line("\(Marked("Ports:", .heading)) \(Marked.unset)") }
    if !ports.isBlank { writePorts(ports, absent: .unset, to: &page) }
    let endpoints = slice.object["endpoints"].array
    if endpoints.isEmpty { return page.line("\(Marked("Endpoints:", .heading)) \(Marked.none)") }
    page.section("Endpoints") { page in
      for endpoint in endpoints { writeEndpoint(endpoint, of: slice, to: &page) }
    }
  }

  private static func writeEndpoint(_ endpoint: JSON, of slice: Subject, to page: inout PageWriter) {
    page.field("- Addresses", Marked(endpoint["addresses"].strings.joined(separator: ", ")).or(.none))
    page.nested { page in
      page.section("Conditions") { page in
        let ready = endpoint["conditions"]["ready"].bool
        page.field("Ready", ready.map { Marked($0 ? "true" : "false", $0 ? .good : .bad) } ?? .unset)
      }
      page.field("Hostname", endpoint["hostname"].marked.or(.unset))
      if !endpoint["targetRef"].isNull {
        page.field("TargetRef", slice.link(to: endpoint["targetRef"]))
      }
      page.field("NodeName", slice.link("v1/nodes", endpoint["nodeName"]).or(.unset))
      page.field("Zone", endpoint["zone"].marked.or(.unset))
    }
  }
}
