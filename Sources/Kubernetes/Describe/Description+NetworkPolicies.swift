import Cluster
import Document

extension Description {
  static let networkPolicy = Description(hasEvents: false, write: NetworkPolicyDescription.write)
}

enum NetworkPolicyDescription {
  @Sendable static func write(_ policy: Subject, to page: inout PageWriter) {
    page.name(policy)
    page.field("Created on", policy.clock.plainDate(policy.metadata["creationTimestamp"]))
    page.labelsAndAnnotations(policy.metadata)
    let spec = policy.spec
    page.section("Spec") { page in
      let everyPod: Marked = "\(Marked.none) (Allowing the specific traffic to all pods in this namespace)"
      page.line(
        "\(Marked("PodSelector:", .key))     \(Marked(SelectorText.query(spec["podSelector"])).or(everyPod))")
      let types = spec["policyTypes"].strings
      write(.ingress, spec, isOn: types.contains("Ingress"), to: &page)
      write(.egress, spec, isOn: types.contains("Egress"), to: &page)
      page.line("\(Marked("Policy Types:", .key)) \(Marked(types.joined(separator: ", ")).or(.none))")
    }
  }

  private struct Direction {
    var name: String
    var peers: String
    var peerTitle: String
    var unrestricted: String

    static let ingress = Direction(
      name: "ingress", peers: "from", peerTitle: "From",
      unrestricted: "<any> (traffic not restricted by source)")
    static let egress = Direction(
      name: "egress", peers: "to", peerTitle: "To",
      unrestricted: "<any> (traffic not restricted by destination)")
  }

  private static func write(_ direction: Direction, _ spec: JSON, isOn: Bool, to page: inout PageWriter) {
    guard isOn else { return page.line("Not affecting \(direction.name) traffic") }
    page.section("Allowing \(direction.name) traffic") { page in
      let rules = spec[direction.name].array
      if rules.isEmpty {
        let isolated = "<none> (Selected pods are isolated for \(direction.name) connectivity)"
        page.line(Marked(isolated, .warning))
      }
      for (index, rule) in rules.enumerated() {
        writePorts(rule["ports"].array, to: &page)
        writePeers(rule[direction.peers].array, direction, to: &page)
        if index < rules.count - 1 { page.line("----------") }
      }
    }
  }

  private static func writePorts(_ ports: [JSON], to page: inout PageWriter) {
    if ports.isEmpty { page.line("\(Marked("To Port:", .key)) <any> (traffic allowed to all ports)") }
    for port in ports {
      let transport = port["protocol"].string ?? "TCP"
      let first = port["port"].isNull ? "<any>" : port["port"].words
      if let last = port["endPort"].int {
        page.line("\(Marked("To Port Range:", .key)) \(first)-\(last)/\(transport)")
      } else {
        page.line("\(Marked("To Port:", .key)) \(first)/\(transport)")
      }
    }
  }

  private static func writePeers(_ peers: [JSON], _ direction: Direction, to page: inout PageWriter) {
    let title = direction.peerTitle
    if peers.isEmpty { page.line("\(Marked(title + ":", .key)) \(direction.unrestricted)") }
    for peer in peers {
      page.section(title) { page in
        for (name, member) in [("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector")]
        where !peer[member].isNull {
          page.line("\(Marked(name + ":", .key)) \(SelectorText.marked(peer[member]))")
        }
        let block = peer["ipBlock"]
        if block.isNull || !peer["podSelector"].isNull || !peer["namespaceSelector"].isNull { return }
        page.section("IPBlock") { page in
          page.line("\(Marked("CIDR:", .key)) \(block["cidr"])")
          page.line("\(Marked("Except:", .key)) \(block["except"].strings.joined(separator: ", "))")
        }
      }
    }
  }
}
