import Document

/// What stands between a request and the store: limits and quotas of the namespace.
enum Admission {
  /// - Returns: warnings for the client.
  static func admit(
    _ document: JSON, _ resource: ResourceDefinition, old: JSON?, _ world: World, _ result: inout JSON
  ) throws(Failure) -> [String] {
    let namespace = document["metadata"]["namespace"].string ?? ""
    guard old == nil, resource.isNamespaced else { return [] }
    if resource.store == .pods {
      try checkAccount(document, world)
      try checkPriority(document, world)
      result = LimitRanger.limited(document, world)
      try LimitRanger.check(result, world)
    }
    try QuotaCheck(world, namespace: namespace).check(result, resource)
    return []
  }

  private static func checkPriority(_ pod: JSON, _ world: World) throws(Failure) {
    guard let name = pod["spec"]["priorityClassName"].string, !name.isEmpty, !name.hasPrefix("system-") else {
      return
    }
    let classes = world.store[StoreKey("priorityclasses", "scheduling.k8s.io")]
    if classes[ObjectKey(namespace: "", name: name)] != nil { return }
    throw .forbiddenObject(
      "pods", pod["metadata"]["name"].string ?? "", "no PriorityClass with name \(name) was found")
  }

  private static func checkAccount(_ pod: JSON, _ world: World) throws(Failure) {
    let namespace = pod["metadata"]["namespace"].string ?? ""
    let name = pod["spec"]["serviceAccountName"].string ?? "default"
    if world.store[StoreKey("serviceaccounts")][ObjectKey(namespace: namespace, name: name)] != nil { return }
    // A namespace gets its account a moment after it was made.
    if name == "default" { return }
    throw .forbiddenObject(
      "pods", pod["metadata"]["name"].string ?? "",
      "error looking up service account \(namespace)/\(name): serviceaccount \"\(name)\" not found")
  }
}

extension Failure {
  static func forbiddenObject(_ plural: String, group: String = "", _ name: String, _ why: String) -> Failure
  {
    let qualified = group.isEmpty ? plural : "\(plural).\(group)"
    return Failure(
      code: 403, message: "\(qualified) \"\(name)\" is forbidden: \(why)", reason: "Forbidden",
      details: Details(name: name, group: group, kind: plural))
  }
}

/// Gives containers the limits and requests that their namespace says.
enum LimitRanger {
  private static func limits(_ pod: JSON, _ world: World) -> [JSON] {
    let shelf = world.store[StoreKey("limitranges")]
    return shelf.range(namespace: pod["metadata"]["namespace"].string ?? "").flatMap { place in
      (shelf.objects[place].json("spec") ?? .null)["limits"].array.filter { $0["type"] == "Container" }
    }
  }

  static func limited(_ pod: JSON, _ world: World) -> JSON {
    var pod = pod
    var notes: [String] = []
    for limit in limits(pod, world) {
      for list in ["initContainers", "containers"] where !pod["spec"][list].array.isEmpty {
        pod["spec"][list] = .array(
          pod["spec"][list].array.map { container in
            var container = container
            var resources = container["resources"]
            for (part, key) in [("requests", "defaultRequest"), ("limits", "default")] {
              let missing = limit[key].members.filter { resources[part][$0.key].isNull }
              // A limit of its own is a request as well.
              let added = missing.filter {
                part == "limits" || container["resources"]["limits"][$0.key].isNull
              }
              for member in added { resources[part][member.key] = member.value }
              if added.isEmpty { continue }
              let names = added.map(\.key).sorted().joined(separator: ", ")
              notes.append(
                "\(names) \(part == "limits" ? "limit" : "request") for "
                  + "\(list == "containers" ? "container" : "init container") \(container["name"].string ?? "")"
              )
            }
            for member in container["resources"]["limits"].members {
              resources["requests"].fill(member.key, member.value)
            }
            if resources.object != nil { container["resources"] = Defaults.ordered(resources, "Resources") }
            return container
          })
      }
    }
    if !notes.isEmpty {
      pod["metadata"]["annotations"]["kubernetes.io/limit-ranger"] =
        .string("LimitRanger plugin set: " + notes.joined(separator: "; "))
    }
    return pod
  }

  static func check(_ pod: JSON, _ world: World) throws(Failure) {
    for limit in limits(pod, world) {
      for container in pod["spec"]["containers"].array {
        for most in limit["max"].members {
          guard let text = container["resources"]["limits"][most.key].string, let asked = Quantity(text),
            let allowed = Quantity(most.value.string ?? ""), allowed < asked
          else { continue }
          throw .forbiddenObject(
            "pods", pod["metadata"]["name"].string ?? "",
            "maximum \(most.key) usage per Container is \(most.value.string ?? ""), but limit is \(text)")
        }
      }
    }
  }
}

/// Whether a new object fits into the quotas of its namespace.
struct QuotaCheck {
  private let world: World
  private let namespace: String

  init(_ world: World, namespace: String) {
    self.world = world
    self.namespace = namespace
  }

  func check(_ object: JSON, _ resource: ResourceDefinition) throws(Failure) {
    let shelf = world.store[StoreKey("resourcequotas")]
    for place in shelf.range(namespace: namespace) {
      let quota = shelf.objects[place]
      let status = quota.json("status") ?? .null
      let hard = status["hard"].isNull ? (quota.json("spec") ?? .null)["hard"] : status["hard"]
      let asked = QuotaCheck.usage(of: object, resource).filter { !hard[$0.name].isNull }
      try checkNamed(hard, object, resource, quota)
      let over = asked.filter { item in
        guard let limit = Quantity(hard[item.name].string ?? "") else { return false }
        return limit < item.amount + (Quantity(status["used"][item.name].string ?? "0") ?? item.amount)
      }.sorted { $0.name < $1.name }
      if over.isEmpty { continue }
      func list(_ value: (String, Quantity) -> String) -> String {
        over.map { "\($0.name)=\(value($0.name, $0.amount))" }.joined(separator: ",")
      }
      throw .forbiddenObject(
        resource.plural, group: resource.group, object["metadata"]["name"].string ?? "",
        "exceeded quota: \(quota.meta.name), requested: \(list { $1.text }), "
          + "used: \(list { name, _ in status["used"][name].string ?? "0" }), "
          + "limited: \(list { name, _ in hard[name].string ?? "" })")
    }
  }

  /// A quota of an amount wants every pod to name that amount.
  private func checkNamed(
    _ hard: JSON, _ pod: JSON, _ resource: ResourceDefinition, _ quota: Object
  ) throws(Failure) {
    guard resource.store == .pods else { return }
    let missing = hard.members.map(\.key).filter { name in
      let parts = name.split(separator: ".")
      guard parts.count == 2, ["requests", "limits"].contains(String(parts[0])),
        ["cpu", "memory"].contains(String(parts[1]))
      else { return false }
      return pod["spec"]["containers"].array.contains {
        $0["resources"][String(parts[0])][String(parts[1])].isNull
      }
    }
    if missing.isEmpty { return }
    let containers = pod["spec"]["containers"].array.compactMap { $0["name"].string }
    let list = missing.sorted().map { "\($0) for: \(containers.joined(separator: ","))" }
    throw .forbiddenObject(
      "pods", pod["metadata"]["name"].string ?? "",
      "failed quota: \(quota.meta.name): must specify \(list.joined(separator: "; "))")
  }

  private struct Item {
    let name: String
    let amount: Quantity
  }

  private static func usage(of object: JSON, _ resource: ResourceDefinition) -> [Item] {
    guard let one = Quantity("1") else { return [] }
    var items = [
      Item(name: "count/\(resource.qualifiedPlural)", amount: one), Item(name: resource.plural, amount: one),
    ]
    if resource.store == .claims,
      let size = Quantity(object["spec"]["resources"]["requests"]["storage"].string ?? "")
    {
      items.append(Item(name: "requests.storage", amount: size))
    }
    guard resource.store == .pods else { return items }
    for part in ["requests", "limits"] {
      for kind in ["cpu", "memory"] {
        var sum = Quantity("0") ?? one
        for container in object["spec"]["containers"].array {
          if let amount = Quantity(container["resources"][part][kind].string ?? "") { sum = sum + amount }
        }
        items.append(Item(name: "\(part).\(kind)", amount: sum))
        if part == "requests" { items.append(Item(name: kind, amount: sum)) }
      }
    }
    return items
  }
}
