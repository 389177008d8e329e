import Document

/// Configuration, network and classes.
extension Validation {
  mutating func checkData() {
    for part in ["data", "binaryData"] {
      for member in object[part].members {
        if !Names.isConfigKey(member.key) {
          add(
            .wrong(
              "\(part)[\(member.key)]", .string(member.key),
              "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
                + "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"))
        }
      }
    }
    let size = object["data"].members.reduce(0) {
      $0 + $1.key.utf8.count + ($1.value.string ?? "").utf8.count
    }
    if size > 1 << 20 { add(.tooLong("[]", 1 << 20)) }
    if resource.kind == "Secret" { checkSecret() }
    guard let old else { return }
    if old["immutable"].bool == true {
      for key in ["immutable", "data", "binaryData"] where object[key].canonical != old[key].canonical {
        add(.forbidden(key, "field is immutable when `immutable` is set"))
      }
    }
    if resource.kind == "Secret", object["type"] != old["type"] {
      add(.wrong("type", object["type"], "field is immutable"))
    }
  }

  /// What a Secret of a known type must hold.
  private mutating func checkSecret() {
    let keys =
      switch object["type"].string {
      case "kubernetes.io/tls": ["tls.crt", "tls.key"]
      case "kubernetes.io/dockerconfigjson": [".dockerconfigjson"]
      case "kubernetes.io/dockercfg": [".dockercfg"]
      case "kubernetes.io/ssh-auth": ["ssh-privatekey"]
      default: [String]()
      }
    for key in keys where object["data"][key].isNull { add(.required("data[\(key)]")) }
    let account = object["metadata"]["annotations"]["kubernetes.io/service-account.name"]
    if object["type"] == "kubernetes.io/service-account-token", account.string ?? "" == "" {
      add(.required("metadata.annotations[kubernetes.io/service-account.name]"))
    }
    if object["type"] == "kubernetes.io/basic-auth", object["data"]["username"].isNull,
      object["data"]["password"].isNull
    {
      add(.required("data[username]"))
      add(.required("data[password]"))
    }
  }

  mutating func checkIngress() {
    if spec["rules"].array.isEmpty, spec["defaultBackend"].isNull {
      add(.wrong("spec", spec, "either `defaultBackend` or `rules` must be specified"))
    }
    for (index, rule) in spec["rules"].array.enumerated() {
      let host = rule["host"].string ?? ""
      if !host.isEmpty, let why = Names.hostFault(host) {
        add(.wrong("spec.rules[\(index)].host", .string(host), why))
      }
      for (place, path) in rule["http"]["paths"].array.enumerated() {
        checkIngressPath(path, "spec.rules[\(index)].http.paths[\(place)]")
      }
    }
  }

  private mutating func checkIngressPath(_ path: JSON, _ here: String) {
    let types = ["Exact", "ImplementationSpecific", "Prefix"]
    let text = path["path"].string ?? ""
    if let type = path["pathType"].string {
      if !types.contains(type) { add(.notSupported("\(here).pathType", "\"\(type)\"", types)) }
      if type != "ImplementationSpecific" || !text.isEmpty, !text.hasPrefix("/") {
        add(.wrong("\(here).path", .string(text), "must be an absolute path"))
      }
    } else {
      add(.required("\(here).pathType", "pathType must be specified"))
    }
    let service = path["backend"]["service"]
    if service.isNull, path["backend"]["resource"].isNull {
      add(.required("\(here).backend", "service or resource must be specified"))
    }
    guard service.object != nil else { return }
    let name = service["name"].string ?? ""
    if name.isEmpty {
      add(.required("\(here).backend.service.name"))
    } else if !Names.isLabel(name) {
      add(.wrong("\(here).backend.service.name", .string(name), Names.labelFault))
    }
    if service["port"]["name"].isNull, service["port"]["number"].isNull {
      add(.required("\(here).backend", "port name or number is required"))
    }
  }

  mutating func checkNetworkPolicy() {
    for (index, type) in spec["policyTypes"].array.enumerated()
    where !["Egress", "Ingress"].contains(type.string ?? "") {
      add(.notSupported("spec.policyTypes[\(index)]", type.text, ["Egress", "Ingress"]))
    }
  }

  mutating func checkStorageClass() {
    if object["provisioner"].string ?? "" == "" { add(.required("provisioner")) }
    let policies = ["Delete", "Retain"]
    if let policy = object["reclaimPolicy"].string, !policies.contains(policy) {
      add(.notSupported("reclaimPolicy", "\"\(policy)\"", policies))
    }
    let modes = ["Immediate", "WaitForFirstConsumer"]
    if let mode = object["volumeBindingMode"].string, !modes.contains(mode) {
      add(.notSupported("volumeBindingMode", "\"\(mode)\"", modes))
    }
    guard let old else { return }
    for key in ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"]
    where object[key].canonical != old[key].canonical {
      add(.forbidden(key, "updates to \(key) are forbidden."))
    }
  }

  mutating func checkPriorityClass() {
    let name = object["metadata"]["name"].string ?? ""
    let value = object["value"].int ?? 0
    let known = ["system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000]
    if name.hasPrefix("system-") {
      if known[name] == nil {
        add(
          .forbidden(
            "metadata.name",
            "priority class names with 'system-' prefix are reserved for system use only. error: \(name) is not a "
              + "known system priority class"))
      }
    } else if value > 1_000_000_000 {
      add(.forbidden("value", "maximum allowed value of a user defined priority is 1000000000"))
    }
    if let old, old["value"] != object["value"] {
      add(.forbidden("value", "may not be changed in an update."))
    }
  }

  /// What is wrong with a definition's names and schemas.
  mutating func checkVersions() {
    for (index, version) in spec["versions"].array.enumerated() {
      let path = "spec.versions[\(index)]"
      let name = version["name"].string ?? ""
      if Names.isLabel(name), name.first?.isNumber == false {
      } else {
        add(.wrong("\(path).name", .string(name), Names.serviceFault))
      }
      let schema = version["schema"]["openAPIV3Schema"]
      if schema.isNull {
        add(.required("\(path).schema.openAPIV3Schema", "schemas are required"))
      } else {
        checkSchema(schema, "\(path).schema.openAPIV3Schema", isRoot: true)
      }
    }
  }

  private mutating func checkSchema(_ schema: JSON, _ path: String, isRoot: Bool) {
    let types = ["array", "boolean", "integer", "number", "object", "string"]
    let isFree =
      schema["x-kubernetes-preserve-unknown-fields"].bool == true
      || schema["x-kubernetes-int-or-string"].bool == true
    if let type = schema["type"].string, !type.isEmpty {
      if !types.contains(type) {
        add(.notSupported("\(path).type", "\"\(type)\"", types))
      } else if isRoot, type != "object" {
        add(.wrong("\(path).type", .string(type), "must be object at the root"))
      }
    } else if isRoot {
      add(.required("\(path).type", "must not be empty at the root"))
    } else if !isFree {
      add(.required("\(path).type", "must not be empty for specified object fields"))
    }
    for property in schema["properties"].members where property.value.object != nil {
      checkSchema(property.value, "\(path).properties[\(property.key)]", isRoot: false)
    }
    if schema["items"].object != nil { checkSchema(schema["items"], "\(path).items", isRoot: false) }
  }
}
