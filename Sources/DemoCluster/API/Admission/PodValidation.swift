import Document

/// Finds what is wrong with the spec of a pod, of its own or in a template.
struct PodValidation {
  private let spec: JSON
  private let path: String
  private let claims: [String]
  private var causes: [Failure.Cause] = []

  /// - Parameter claims: volumes that each pod gets beside its own.
  static func causes(_ spec: JSON, _ path: String, claims: [String] = []) -> [Failure.Cause] {
    var validation = PodValidation(spec: spec, path: path, claims: claims)
    validation.check()
    return validation.causes
  }

  private init(spec: JSON, path: String, claims: [String]) {
    self.claims = claims
    self.spec = spec
    self.path = path
  }

  private mutating func check() {
    if spec["containers"].array.isEmpty { causes.append(.required("\(path).containers")) }
    var volumes: Set<String> = []
    for (index, volume) in spec["volumes"].array.enumerated() {
      let here = "\(path).volumes[\(index)]"
      let name = volume["name"].string ?? ""
      if name.isEmpty {
        causes.append(.required("\(here).name"))
      } else if !Names.isLabel(name) {
        causes.append(.wrong("\(here).name", .string(name), Names.labelFault))
      } else if !volumes.insert(name).inserted {
        causes.append(.duplicate("\(here).name", .string(name)))
      }
    }
    var names: Set<String> = []
    for list in ["initContainers", "containers"] {
      for (index, container) in spec[list].array.enumerated() {
        check(container, "\(path).\(list)[\(index)]", volumes, &names)
      }
    }
    let policies = ["Always", "OnFailure", "Never"]
    if let policy = spec["restartPolicy"].string, !policies.contains(policy) {
      causes.append(.notSupported("\(path).restartPolicy", "\"\(policy)\"", policies))
    }
    let dns = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]
    if let policy = spec["dnsPolicy"].string, !dns.contains(policy) {
      causes.append(.notSupported("\(path).dnsPolicy", "\"\(policy)\"", dns))
    }
    if let grace = spec["terminationGracePeriodSeconds"].int, grace < 0 {
      causes.append(
        .wrong("\(path).terminationGracePeriodSeconds", .int(grace), "must be greater than or equal to 0"))
    }
  }

  private mutating func check(
    _ container: JSON, _ here: String, _ volumes: Set<String>, _ names: inout Set<String>
  ) {
    let name = container["name"].string ?? ""
    if name.isEmpty {
      causes.append(.required("\(here).name"))
    } else if !Names.isLabel(name) {
      causes.append(.wrong("\(here).name", .string(name), Names.labelFault))
    } else if !names.insert(name).inserted {
      causes.append(.duplicate("\(here).name", .string(name)))
    }
    if container["image"].string ?? "" == "" { causes.append(.required("\(here).image")) }
    let policies = ["Always", "IfNotPresent", "Never"]
    if let policy = container["imagePullPolicy"].string, !policies.contains(policy) {
      causes.append(.notSupported("\(here).imagePullPolicy", "\"\(policy)\"", policies))
    }
    checkPorts(container, here)
    for (index, variable) in container["env"].array.enumerated() where variable["name"].string ?? "" == "" {
      causes.append(.required("\(here).env[\(index)].name"))
    }
    for (index, mount) in container["volumeMounts"].array.enumerated() {
      let name = mount["name"].string ?? ""
      if mount["mountPath"].string ?? "" == "" {
        causes.append(.required("\(here).volumeMounts[\(index)].mountPath"))
      }
      if !volumes.contains(name), !claims.contains(name), !name.hasPrefix("kube-api-access-") {
        causes.append(
          Failure.Cause(
            reason: "FieldValueNotFound", message: "Not found: \"\(name)\"",
            field: "\(here).volumeMounts[\(index)].name"))
      }
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] where container[probe].object != nil {
      let kinds = ["exec", "httpGet", "tcpSocket", "grpc"].filter { !container[probe][$0].isNull }
      if kinds.isEmpty { causes.append(.required("\(here).\(probe)", "must specify a handler type")) }
      checkProbe(container[probe], "\(here).\(probe)")
    }
    checkResources(container["resources"], here)
  }

  private mutating func checkProbe(_ probe: JSON, _ here: String) {
    for kind in ["httpGet", "tcpSocket"] where probe[kind].object != nil {
      let port = probe[kind]["port"]
      if let number = port.int, !(1...65_535).contains(number) {
        causes.append(.wrong("\(here).\(kind).port", port, "must be between 1 and 65535, inclusive"))
      }
      if let name = port.string, !Names.isPortName(name) {
        causes.append(
          .wrong(
            "\(here).\(kind).port", port,
            name.utf8.count > 15
              ? "must be no more than 15 characters"
              : "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"))
      }
    }
    for key in [
      "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
    ] {
      if let number = probe[key].int, number < 0 {
        causes.append(.wrong("\(here).\(key)", .int(number), "must be greater than or equal to 0"))
      }
    }
  }

  private mutating func checkPorts(_ container: JSON, _ here: String) {
    for (index, port) in container["ports"].array.enumerated() {
      for key in ["containerPort", "hostPort"] where !port[key].isNull || key == "containerPort" {
        let number = port[key].int ?? 0
        if number == 0, key == "containerPort" {
          causes.append(.required("\(here).ports[\(index)].containerPort"))
        } else if !(1...65_535).contains(number) {
          causes.append(
            .wrong("\(here).ports[\(index)].\(key)", .int(number), "must be between 1 and 65535, inclusive"))
        }
      }
      let known = ["SCTP", "TCP", "UDP"]
      if let name = port["protocol"].string, !known.contains(name) {
        causes.append(.notSupported("\(here).ports[\(index)].protocol", "\"\(name)\"", known))
      }
    }
  }

  private mutating func checkResources(_ resources: JSON, _ here: String) {
    for part in ["limits", "requests"] {
      for amount in resources[part].members {
        guard let quantity = Quantity(amount.value.string ?? ""), let zero = Quantity("0") else { continue }
        if quantity < zero {
          causes.append(
            .wrong(
              "\(here).resources.\(part)[\(amount.key)]", amount.value, "must be greater than or equal to 0"))
        }
      }
    }
    for request in resources["requests"].members {
      guard let limitText = resources["limits"][request.key].string, let limit = Quantity(limitText),
        let asked = Quantity(request.value.string ?? ""), limit < asked
      else { continue }
      causes.append(
        .wrong(
          "\(here).resources.requests", request.value,
          "must be less than or equal to \(request.key) limit of \(limitText)"))
    }
  }
}
