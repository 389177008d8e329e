import Cluster
import Document
import HTTP

extension Description {
  static let ingress = Description(requests: IngressDescription.requests, write: IngressDescription.write)
  static let ingressClass = Description { ingressClass, page in
    page.name(ingressClass, namespace: false)
    page.labelsAndAnnotations(ingressClass.metadata)
    page.field("Controller", ingressClass.spec["controller"])
    let parameters = ingressClass.spec["parameters"]
    if parameters.isNull { return }
    page.section("Parameters") { page in
      page.field("APIGroup", ifPresent: parameters["apiGroup"])
      page.field("Kind", parameters["kind"])
      page.field("Name", parameters["name"])
    }
  }
}

/// Which host and path lead to which service, and whether anything answers there.
enum IngressDescription {
  private static func key(_ service: String) -> String { "service \(service)" }

  @Sendable static func requests(_ ingress: Subject) -> [RelatedRequest] {
    var seen: Set<String> = []
    return backends(ingress).compactMap { $0["service"]["name"].string }.filter { seen.insert($0).inserted }
      .flatMap { service in
        [
          EndpointText.request(service: service, namespace: ingress.namespace),
          RelatedRequest(
            key: key(service), path: "/api/v1/namespaces/\(ingress.namespace)/services/\(service)",
            isList: false),
        ]
      }
  }

  private static func backends(_ ingress: Subject) -> [JSON] {
    [ingress.spec["defaultBackend"]]
      + ingress.spec["rules"].array.flatMap { $0["http"]["paths"].array }.map { $0["backend"] }
  }

  @Sendable static func write(_ ingress: Subject, to page: inout PageWriter) {
    let spec = ingress.spec
    page.field("Name", ingress.metadata["name"])
    page.labels("Labels", ingress.metadata["labels"])
    page.field("Namespace", ingress.link("v1/namespaces", ingress.metadata["namespace"]))
    let addresses = ingress.status["loadBalancer"]["ingress"].array
      .map { $0["ip"].isBlank ? $0["hostname"].words : $0["ip"].words }.filter { !$0.isEmpty }
    page.field("Address", Marked(Set(addresses).sorted().joined(separator: ",")))
    let classLink = ingress.link("networking.k8s.io/v1/ingressclasses", spec["ingressClassName"])
    page.field("Ingress Class", classLink.or(.none))
    let fallback = spec["defaultBackend"].isNull ? "<default>" : words(spec["defaultBackend"], of: ingress)
    page.field("Default backend", fallback)
    writeTLS(ingress, to: &page)
    writeRules(ingress, fallback: fallback, to: &page)
    page.annotations("Annotations", ingress.metadata["annotations"])
  }

  private static func writeTLS(_ ingress: Subject, to page: inout PageWriter) {
    let entries = ingress.spec["tls"].array
    if entries.isEmpty { return }
    page.section("TLS") { page in
      for entry in entries {
        let hosts = entry["hosts"].strings.joined(separator: ",")
        let secret = ingress.link("v1/secrets", entry["secretName"])
        page.line(secret.isEmpty ? "SNI routes \(hosts)" : "\(secret) terminates \(hosts)")
      }
    }
  }

  private static func writeRules(_ ingress: Subject, fallback: Marked, to page: inout PageWriter) {
    let rules = ingress.spec["rules"].array.filter { !$0["http"].isNull }
    page.section("Rules") { page in
      page.underlinedTitles(["Host", "Path", "Backends"])
      if rules.isEmpty { page.row(["*", "*", fallback]) }
      for rule in rules {
        page.row([rule["host"].marked.or("*"), ""])
        page.nested { page in
          for path in rule["http"]["paths"].array {
            page.row(["", "\(path["path"]) ", words(path["backend"], of: ingress)])
          }
        }
      }
    }
  }

  /// "web:http (10.0.0.1:80)", or what is wrong with it in brackets.
  private static func words(_ backend: JSON, of ingress: Subject) -> Marked {
    let resource = backend["resource"]
    if backend["service"].isNull {
      if resource.isNull { return "" }
      let group = resource["apiGroup"].marked.or(.none)
      return "APIGroup: \(group), Kind: \(resource["kind"]), Name: \(resource["name"])"
    }
    let name = backend["service"]["name"].words
    let port = backend["service"]["port"]
    let number = port["number"].count
    let portText = number != 0 ? String(number) : port["name"].words
    let title: Marked = "\(ingress.link("v1/services", name)):\(portText)"
    if let why = ingress.related.failures[EndpointText.key(name)] ?? ingress.related.failures[key(name)] {
      return "\(title) (" + Marked("<error: \(why)>", .bad) + ")"
    }
    // Slices know ports by the name that the service gave them.
    let match = (ingress.related.lists[key(name)]?.first ?? .null)["spec"]["ports"].array.last {
      number != 0 ? $0["port"].count == number : !portText.isEmpty && $0["name"].words == portText
    }
    let endpoints = EndpointText.ready(ingress.related, service: name, port: match?["name"].words ?? "")
    return "\(title) (\(endpoints))"
  }
}
