import Document

/// How the API changes the world. Whatever is stored, the controllers hear of it from the store.
extension World {
  /// What the store keeps of a pod that came through the API.
  ///
  /// - Parameter pod: the whole object; of its status nothing is taken.
  /// - Parameter old: the version before, whose state goes on; nil for a new pod.
  func podBody(_ pod: JSON, replacing old: Object?) -> PodBody {
    var old = old
    if case .pod(let body) = old?.body {
      if body.spec(old!.meta) == PodTemplate.canonical(pod["spec"]) { return body }
      let template = PodTemplate(PodTemplate.clean(pod), images: images)
      return PodBody(body.state.with(template))
    }
    old = nil
    var pod = pod
    if let name = pod["spec"]["priorityClassName"].string, pod["spec"]["priority"].isNull,
      let priority = priority(ofClass: name)
    {
      pod["spec"]["priority"] = .int(priority)
    }
    let template = PodTemplate(PodTemplate.clean(pod), images: images)
    var state = PodState(template, tokenSuffix: dice.suffix())
    if let name = pod["spec"]["nodeName"].string, let node = nodes.first(where: { $0.facts.name == name }) {
      state.node = node.facts
      state.scheduled = PodState.Condition(isTrue: true, since: now.seconds)
    }
    return PodBody(state)
  }

  /// Begins to delete an object as a DELETE does; what it owns goes as `propagation` says.
  ///
  /// - Returns: the object as it is now, or as it was last when it is gone at once; nil where there is none.
  @discardableResult
  func delete(
    _ resource: StoreKey, _ place: ObjectKey, graceSeconds: Int? = nil,
    _ propagation: Propagation = .background
  ) -> Object? {
    guard let object = store[resource][place] else { return nil }
    if resource == .pods {
      delete(ObjectHandle(object), graceSeconds: graceSeconds)
      return store[.pods][place] ?? object
    }
    if object.meta.deletion != nil { return object }
    var meta = object.meta
    if let finalizer = propagation.finalizer { meta.finalizers.append(finalizer) }
    if meta.finalizers.isEmpty && resource != .namespaces {
      store.remove(resource, place, at: now)
      return object
    }
    // A namespace has no time of grace, not even none.
    meta.deletion = Meta.Deletion(time: now.seconds, graceSeconds: resource == .namespaces ? -1 : 0)
    if meta.generation > 0 { meta.generation += 1 }
    guard resource == .namespaces else { return store.put(resource, meta, object.body, at: now) }
    return store.put(
      resource, meta, object.replacing(["status": ["phase": "Terminating"]]), at: now)
  }

  /// The budget that forbids to evict a pod now, as the API's eviction asks; nil: the pod is on its way out.
  func evict(_ handle: ObjectHandle, graceSeconds: Int? = nil, isDryRun: Bool = false) -> EvictionBlock? {
    guard let (object, state) = pod(handle), !state.isOver, object.meta.deletion == nil else {
      if !isDryRun { delete(handle, graceSeconds: graceSeconds) }
      return nil
    }
    let budgets = store[.disruptionBudgets]
    for place in budgets.range(namespace: handle.key.namespace) {
      let budget = budgets.objects[place]
      guard let spec = budget.json("spec"), LabelSelector(spec["selector"]).matches(object.meta.labels) else {
        continue
      }
      let status = budget.json("status") ?? .null
      // A pod that is not ready takes nothing away from a budget that is met without it.
      let healthy = status["currentHealthy"].int ?? 0
      let desired = status["desiredHealthy"].int ?? 0
      if !state.isReady, healthy >= desired, desired > 0 { continue }
      let allowed = status["disruptionsAllowed"].int ?? 0
      if allowed <= 0 { return EvictionBlock(budget: budget.meta.name, healthy: healthy, desired: desired) }
      if isDryRun { continue }
      var taken = status
      taken["disruptionsAllowed"] = .int(allowed - 1)
      taken["disruptedPods"][handle.key.name] = .string(World.timestamp(now.seconds))
      store.put(
        .disruptionBudgets, budget.meta, budget.replacing(["status": taken]), at: now)
    }
    if !isDryRun {
      update(handle) { state in
        state.disruption = .byEviction
        state.disruption?.since = now.seconds
      }
      delete(handle, graceSeconds: graceSeconds)
    }
    return nil
  }

  /// Binds a pod to a node as a Binding does; false when there is no such node or it is bound already.
  func bind(_ handle: ObjectHandle, toNode name: String) -> Bool {
    guard let node = nodes.first(where: { $0.facts.name == name }), pod(handle)?.state.node == nil else {
      return false
    }
    bind(handle, to: node)
    return true
  }
}

/// What becomes of the objects that belong to one that is deleted.
enum Propagation: String, Sendable {
  case background = "Background"
  case foreground = "Foreground"
  case orphan = "Orphan"

  fileprivate var finalizer: String? {
    switch self {
    case .background: nil
    case .foreground: "foregroundDeletion"
    case .orphan: "orphan"
    }
  }
}

/// Why a pod may not be evicted: the numbers that the API's answer names.
struct EvictionBlock: Sendable, Hashable {
  let budget: String
  let healthy, desired: Int
}

extension Object {
  /// The value of a member, parsed.
  func json(_ key: String) -> JSON? { member(key).flatMap { JSON.parse($0).value } }

  /// The body with some members replaced or added.
  func replacing(_ changes: JSON) -> Body {
    guard case .members(var members) = body else { return body }
    for change in changes.members {
      let member = Member(key: change.key, value: change.value.encoded())
      if let at = members.firstIndex(where: { $0.key == change.key }) {
        members[at] = member
      } else {
        members.append(member)
      }
    }
    return .members(members)
  }
}

extension PodTemplate {
  /// Without what only a mark may contain.
  static func clean(_ source: JSON) -> JSON {
    let text = source.encoded()
    guard text.contains(0xee), String(decoding: text, as: UTF8.self).contains(Template.sign) else {
      return source
    }
    let cleaned = String(decoding: text, as: UTF8.self).replacingMark(String(Template.sign), with: "")
    return JSON.parse(Array(cleaned.utf8)).value ?? .null
  }

  /// A value in a form in which equal specs are equal: sorted, and without what is empty.
  static func canonical(_ value: JSON) -> JSON {
    switch value {
    case .object(let object):
      .object(
        JSONObject(
          object.members.map { JSONObject.Member(key: $0.key, value: canonical($0.value)) }
            .filter { !isEmpty($0.value) }.sorted { $0.key < $1.key }))
    case .array(let items): .array(items.map(canonical))
    default: value
    }
  }

  private static func isEmpty(_ value: JSON) -> Bool {
    switch value {
    case .null: true
    case .object(let object): object.members.isEmpty
    case .array(let items): items.isEmpty
    default: false
    }
  }
}

extension PodBody {
  /// The spec as the API shows it, in canonical form.
  fileprivate func spec(_ meta: Meta) -> JSON {
    var out = Bytes()
    out.put("{")
    write(meta, to: &out)
    out.close("}")
    return PodTemplate.canonical(JSON.parse(out).value?["spec"] ?? .null)
  }
}

extension PodState {
  /// The same pod with another spec; containers keep what they are doing.
  fileprivate func with(_ template: PodTemplate) -> PodState {
    var next = PodState(template, tokenSuffix: tokenSuffix)
    next.node = node
    next.address = address
    next.phase = phase
    next.reason = reason
    next.message = message
    next.scheduled = scheduled
    next.unschedulable = unschedulable
    next.started = started
    next.sandbox = sandbox
    next.initialized = initialized
    next.ready = ready
    next.containersReady = containersReady
    next.reported = reported
    next.disruption = disruption
    for index in next.containers.indices where index < containers.count {
      next.containers[index] = containers[index]
    }
    for index in next.initContainers.indices where index < initContainers.count {
      next.initContainers[index] = initContainers[index]
    }
    return next
  }
}
