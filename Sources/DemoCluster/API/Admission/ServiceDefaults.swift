import Document

/// What a Service gets from the server: its address, its ports on the nodes.
struct ServiceDefaults {
  private let world: World
  private let old: JSON
  private let place: (namespace: String, name: String)

  init(_ world: World, old: JSON?, _ meta: JSON) {
    self.world = world
    self.old = old?["spec"] ?? .null
    place = (meta["namespace"].string ?? "", meta["name"].string ?? "")
  }

  func spec(_ given: JSON) -> JSON {
    var spec = given
    spec.fill("type", "ClusterIP")
    spec.fill("sessionAffinity", "None")
    let type = spec["type"].string ?? ""
    if spec["sessionAffinity"] == "ClientIP" {
      spec["sessionAffinityConfig"]["clientIP"].fill("timeoutSeconds", 10800)
    }
    if type == "ExternalName" {
      for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"] {
        spec.set(key, .null)
      }
      return Defaults.ordered(ports(spec, needsNodePorts: false), "ServiceSpec")
    }
    addresses(&spec)
    spec.fill("internalTrafficPolicy", "Cluster")
    let isOutside = type == "NodePort" || type == "LoadBalancer"
    if isOutside {
      spec.fill("externalTrafficPolicy", "Cluster")
    } else {
      spec.set("externalTrafficPolicy", .null)
    }
    if type == "LoadBalancer" { spec.fill("allocateLoadBalancerNodePorts", true) }
    return Defaults.ordered(ports(spec, needsNodePorts: isOutside), "ServiceSpec")
  }

  private func addresses(_ spec: inout JSON) {
    if spec["clusterIP"].string ?? "" == "" {
      let kept = old["clusterIP"].string ?? ""
      spec["clusterIP"] = .string(kept.isEmpty ? freeAddress() : kept)
    }
    // Who changes the one alone means the other as well.
    let isOld = !old["clusterIPs"].isNull && spec["clusterIPs"] == old["clusterIPs"]
    if spec["clusterIPs"].isNull || isOld { spec["clusterIPs"] = [spec["clusterIP"]] }
    spec.fill("ipFamilies", ["IPv4"])
    spec.fill("ipFamilyPolicy", "SingleStack")
  }

  private func freeAddress() -> String {
    var dice = Dice(seed: Dice.hash(place.namespace + "/" + place.name))
    let taken = Set(world.store[.services].objects.compactMap { $0.json("spec")?["clusterIP"].string })
    while true {
      let address = "10.96.\(dice.below(250)).\(2 + dice.below(250))"
      if !taken.contains(address) { return address }
      if taken.count > 60_000 { return "10.96.255.254" }
    }
  }

  private func ports(_ spec: JSON, needsNodePorts: Bool) -> JSON {
    guard !spec["ports"].array.isEmpty else { return spec }
    var taken = needsNodePorts ? takenNodePorts() : []
    var spec = spec
    let before = old["ports"].array
    spec["ports"] = .array(
      spec["ports"].array.map { given in
        var port = given
        port.fill("protocol", "TCP")
        port.fill("targetPort", port["port"])
        if !needsNodePorts {
          port.set("nodePort", .null)
        } else if port["nodePort"].int ?? 0 == 0 {
          let same = before.first { $0["port"] == port["port"] && $0["protocol"] == port["protocol"] }
          let kept = same?["nodePort"].int
          port["nodePort"] = .int(kept ?? freeNodePort(&taken, port["port"].int ?? 0))
        }
        return Defaults.ordered(port, "ServicePort")
      })
    return spec
  }

  func takenNodePorts() -> Set<Int> {
    var taken: Set<Int> = []
    for service in world.store[.services].objects
    where service.meta.namespace != place.namespace || service.meta.name != place.name {
      for port in service.json("spec")?["ports"].array ?? [] {
        if let number = port["nodePort"].int { taken.insert(number) }
      }
    }
    return taken
  }

  private func freeNodePort(_ taken: inout Set<Int>, _ port: Int) -> Int {
    var dice = Dice(seed: Dice.hash("\(place.namespace)/\(place.name)/\(port)"))
    var number = 30_000 + dice.below(2_768)
    while taken.contains(number), taken.count < 2_768 { number = 30_000 + dice.below(2_768) }
    taken.insert(number)
    return number
  }
}
