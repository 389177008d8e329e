import Document

/// One look at a ResourceQuota: what the objects of a namespace ask for together.
struct QuotaController {
  let world: World
  let key: ObjectKey
  let object: Object
  let hard: JSON

  init?(_ key: ObjectKey, _ world: World) {
    guard let object = world.store[.quotas][key], let spec = object.json("spec") else { return nil }
    self.world = world
    self.key = key
    self.object = object
    hard = spec["hard"]
  }

  func reconcile() {
    let usage = QuotaUsage(world, key.namespace)
    let used = hard.members.map { limit in
      JSONObject.Member(key: limit.key, value: .string(usage.text(limit.key)))
    }
    let status: JSON = ["hard": hard, "used": .object(JSONObject(used))]
    world.rewrite(.quotas, object, status: status.encoded())
    // Kinds other than pods do not tell: they are counted again now and then.
    world.lookAgain(at: world.now + 15, .quota, object)
  }
}

/// What a namespace uses of what can be limited.
struct QuotaUsage {
  private var pods = 0
  private var requests = PodDemand()
  private let world: World
  private let namespace: String

  init(_ world: World, _ namespace: String) {
    self.world = world
    self.namespace = namespace
    // Pods that are over take no part of a quota.
    for (_, state) in world.pods(in: namespace, nil) where !state.isOver {
      pods += 1
      requests.add(state.template)
    }
  }

  /// nil: a count that is not of pods.
  static func amount(_ name: String, pods: Int, _ demand: PodDemand) -> (
    value: Int, isCPU: Bool, isMemory: Bool
  )? {
    switch name {
    case "pods", "count/pods": (pods, false, false)
    case "requests.cpu", "cpu": (demand.milliCPU, true, false)
    case "limits.cpu": (demand.limitMilliCPU, true, false)
    case "requests.memory", "memory": (demand.bytes, false, true)
    case "limits.memory": (demand.limitBytes, false, true)
    default: nil
    }
  }

  static func text(_ amount: (value: Int, isCPU: Bool, isMemory: Bool)) -> String {
    if amount.isCPU { return Amount.text(milliCPU: amount.value) }
    return amount.isMemory ? Amount.text(bytes: amount.value) : "\(amount.value)"
  }

  func text(_ name: String) -> String {
    if let amount = QuotaUsage.amount(name, pods: pods, requests) { return QuotaUsage.text(amount) }
    if name == "requests.storage" { return Amount.text(bytes: storage) }
    return "\(count(name))"
  }

  private var storage: Int {
    let shelf = world.store[.claims]
    return shelf.range(namespace: namespace).reduce(0) { sum, place in
      let spec = shelf.objects[place].json("spec") ?? [:]
      return sum + Amount.bytes(spec["resources"]["requests"]["storage"].string)
    }
  }

  /// Objects of a kind: `count/deployments.apps`, or one of the old names.
  private func count(_ name: String) -> Int {
    var kind = Substring(name)
    if kind.hasPrefix("count/") { kind = kind.dropFirst(6) }
    if name == "services.loadbalancers" || name == "services.nodeports" {
      let types = name == "services.loadbalancers" ? ["LoadBalancer"] : ["LoadBalancer", "NodePort"]
      let shelf = world.store[.services]
      return shelf.range(namespace: namespace).filter { place in
        types.contains(shelf.objects[place].json("spec")?["type"].string ?? "")
      }.count
    }
    let parts = kind.split(separator: ".", maxSplits: 1)
    let resource = StoreKey(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    guard let shelf = world.store.shelves[resource] else { return 0 }
    return shelf.range(namespace: namespace).count
  }

  /// Why one more pod would be too much.
  func refusal(_ quota: Object, _ template: PodTemplate) -> String? {
    let hard = quota.json("spec")?["hard"] ?? [:]
    var one = PodDemand()
    one.add(template)
    var lines: [(requested: String, used: String, limited: String)] = []
    for limit in hard.members.sorted(by: { $0.key < $1.key }) {
      guard let used = QuotaUsage.amount(limit.key, pods: pods, requests),
        let asked = QuotaUsage.amount(limit.key, pods: 1, one)
      else { continue }
      let text = limit.value.string ?? limit.value.text
      let most = used.isCPU ? Amount.milliCPU(text) : Amount.bytes(text)
      if used.value + asked.value > most && asked.value > 0 {
        lines.append(
          (
            "\(limit.key)=\(QuotaUsage.text(asked))", "\(limit.key)=\(QuotaUsage.text(used))",
            "\(limit.key)=\(text)"
          ))
      }
    }
    if lines.isEmpty { return nil }
    func joined(_ path: KeyPath<(requested: String, used: String, limited: String), String>) -> String {
      lines.map { $0[keyPath: path] }.joined(separator: ",")
    }
    return "exceeded quota: \(quota.meta.name), requested: \(joined(\.requested)), used: \(joined(\.used)), "
      + "limited: \(joined(\.limited))"
  }

  /// What a quota wants said and the template does not say: `requests.cpu for: app`.
  static func unsaid(_ quota: Object, _ template: PodTemplate) -> String? {
    let hard = quota.json("spec")?["hard"] ?? [:]
    let missing = hard.members.sorted { $0.key < $1.key }.compactMap { limit -> String? in
      let parts = limit.key.split(separator: ".")
      let (side, name) = parts.count == 2 ? (parts[0], parts[1]) : ("requests", parts[0])
      guard name == "cpu" || name == "memory", side == "requests" || side == "limits" else { return nil }
      let silent = template.containers.filter { plan in
        let pairs = side == "limits" ? plan.limits : plan.requests + plan.limits
        return !pairs.contains { $0.key == name }
      }
      return silent.isEmpty ? nil : "\(limit.key) for: \(silent.map(\.name).joined(separator: ","))"
    }
    return missing.isEmpty ? nil : "must specify \(missing.joined(separator: "; "))"
  }
}

/// What pods ask for together.
struct PodDemand: Hashable {
  var milliCPU = 0
  var bytes = 0
  var limitMilliCPU = 0
  var limitBytes = 0

  mutating func add(_ template: PodTemplate) {
    milliCPU += template.milliCPU
    bytes += template.memoryBytes
    limitBytes += template.containers.reduce(0) { $0 + $1.memoryLimitBytes }
    limitMilliCPU += template.containers.reduce(0) { sum, plan in
      sum + Amount.milliCPU(plan.limits.first { $0.key == "cpu" }?.value)
    }
  }
}

extension World {
  /// Why the API server would not take a pod into a namespace; nil: it would.
  func refusal(ofPod name: String, _ namespace: String, _ template: PodTemplate) -> Refusal? {
    if isBuilding { return nil }
    let space = store[.namespaces][ObjectKey(namespace: "", name: namespace)]
    if space?.meta.deletion != nil {
      return Refusal(
        message: "pods \"\(name)\" is forbidden: unable to create new content in namespace \(namespace) "
          + "because it is being terminated")
    }
    let shelf = store[.quotas]
    let places = shelf.range(namespace: namespace)
    if places.isEmpty { return nil }
    let usage = QuotaUsage(self, namespace)
    for place in places {
      let quota = shelf.objects[place]
      if let unsaid = QuotaUsage.unsaid(quota, template) {
        return Refusal(message: "pods \"\(name)\" is forbidden: failed quota: \(quota.meta.name): \(unsaid)")
      }
      if let why = usage.refusal(quota, template) {
        return Refusal(message: "pods \"\(name)\" is forbidden: \(why)")
      }
    }
    return nil
  }
}
