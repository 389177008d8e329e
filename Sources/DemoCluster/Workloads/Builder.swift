import Document

/// Builds a world as it is at its first moment, with the past that its objects show.
struct Builder {
  let world: World

  /// The seconds since 1970 at an age.
  func time(_ age: Age) -> Int64 { world.now.seconds - age.seconds }

  func meta(
    _ name: String, _ namespace: String = "", age: Age, labels: [(String, String)] = [],
    annotations: [(String, String)] = [], generation: Int = 0
  ) -> Meta {
    var meta = Meta(name: name, namespace: namespace, uid: world.dice.uid(), created: time(age))
    meta.labels = labels.map { Pair($0.0, $0.1) }.sorted { $0.key < $1.key }
    meta.annotations = annotations.map { Pair($0.0, $0.1) }.sorted { $0.key < $1.key }
    meta.generation = generation
    return meta
  }

  /// Stores an object of members; what is in `status` was set by a controller, the rest by whoever deployed
  /// it.
  @discardableResult
  func put(
    _ key: StoreKey, _ meta: Meta, api: String, manager: String = "helm", finalizers: [String] = [],
    _ members: JSON
  ) -> Object {
    var meta = meta
    meta.finalizers = finalizers
    var own = members
    own["status"] = .null
    let set = own.members.filter { !$0.value.isNull }
    var labels = JSON.object(JSONObject())
    if !meta.labels.isEmpty {
      labels = ["labels": .object(JSONObject(meta.labels.map { JSONObject.Member(key: $0.key, value: "") }))]
    }
    let fields: [JSONObject.Member] = [JSONObject.Member(key: "metadata", value: labels)] + set
    meta.managers = [
      FieldManager(
        name: manager, apiVersion: api, time: meta.created,
        fields: ManagedFields.encoded(
          .object(JSONObject(fields.filter { !$0.value.members.isEmpty || $0.key != "metadata" }))))
    ]
    if !members["status"].isNull {
      meta.managers.append(
        FieldManager(
          name: "kube-controller-manager", apiVersion: api, time: meta.created + 3,
          fields: ManagedFields.encoded(["status": members["status"]]), subresource: "status"))
    }
    let body = members.members.map { Object.Member(key: $0.key, value: $0.value.encoded()) }
    return world.store.put(key, meta, .members(body), at: world.now)
  }

  /// The node with the most room, as the scheduler would choose.
  func roomiestNode() -> NodeState {
    world.nodes.filter { $0.taints.isEmpty && !$0.isUnschedulable }
      .min { ($0.milliCPU, $0.pods) < ($1.milliCPU, $1.pods) } ?? world.nodes[0]
  }

  // MARK: Pods with a past

  /// A pod that was made at `created` and has run ever since, as its program lets it.
  @discardableResult
  func runningPod(
    _ name: String, generateName: String?, namespace: String, template: PodTemplate, owner: Owner,
    extraLabels: [Pair] = [], created: Int64, node: NodeState? = nil
  ) -> ObjectHandle {
    let node = node ?? roomiestNode()
    var state = PodState(template, tokenSuffix: world.dice.suffix())
    place(&state, on: node, at: created)
    let began = created + 2 + Int64(world.dice.below(4))
    for index in state.containers.indices {
      let plan = template.containers[index]
      node.images.insert(plan.image)
      var isReady = true
      if plan.readinessProbe != nil, case .never = plan.program?.readiness { isReady = false }
      state.containers[index].begin(id: world.dice.next() | 1, at: began, isReady: isReady)
    }
    state.phase = .running
    state.updateReadiness(at: began + 4)
    let object = world.putPod(
      name, generateName: generateName, namespace: namespace, template: template, owner: owner,
      extraLabels: extraLabels, created: created, state)
    let handle = ObjectHandle(object)
    if world.now.seconds - created < 3_500 { recentEvents(handle, at: created) }
    goOn(handle, began: began)
    return handle
  }

  /// What a kubelet has done to a pod by the time that its containers start.
  func place(_ state: inout PodState, on node: NodeState, at created: Int64) {
    state.node = node.facts
    state.scheduled = PodState.Condition(isTrue: true, since: created)
    state.markAdmitted(at: created)
    state.address = state.template.hasHostNetwork ? 0 : node.nextAddress()
    state.sandbox?.set(true, at: created + 1)
    for index in state.initContainers.indices {
      state.initContainers[index].begin(id: world.dice.next() | 1, at: created + 1, isReady: false)
      state.initContainers[index].state = .ended(
        Ending(
          exitCode: 0, reason: "Completed", startedAt: created + 1, finished: Moment(seconds: created + 2),
          id: state.initContainers[index].id))
      node.images.insert(state.template.initContainers[index].image)
    }
    state.initialized?.set(true, at: created + (state.initContainers.isEmpty ? 0 : 2))
    if state.initContainers.isEmpty { state.initialized = PodState.Condition(isTrue: true, since: created) }
  }

  /// Puts on the agenda what the programs of running containers will do.
  private func goOn(_ handle: ObjectHandle, began: Int64) {
    guard let (_, state) = world.pod(handle) else { return }
    for (index, plan) in state.template.containers.enumerated() {
      guard let program = plan.program else { continue }
      let container = ContainerHandle(pod: handle, index: index)
      let id = state.containers[index].id
      if case .never(let finding) = program.readiness, let probe = plan.readinessProbe {
        let count = max(1, Int(Double(world.now.seconds - began) / probe.periodSeconds))
        past(
          .warning, "Unhealthy", "Readiness probe failed: \(finding)", container, count: count,
          from: began + 12)
        world.after(world.dice.between(0...probe.periodSeconds)) {
          $0.probeInVain(container, id, finding, every: probe.periodSeconds)
        }
      }
      if case .follows = program.readiness { world.scheduleReadiness(container, id, plan, program) }
      // Where in its life the program is, we are free to say.
      let elapsed =
        switch program.fate {
        case .runs, .waits, .cannotStart, .needs, .allocates: 0.0
        case .exits(let range, _), .leaks(let range), .hangs(let range):
          min(Double(world.now.seconds - began), world.dice.between(0...range.lowerBound))
        }
      world.scheduleFate(container, id, plan, program, elapsed: elapsed)
    }
  }

  /// The events of a pod that started within the hour.
  private func recentEvents(_ handle: ObjectHandle, at created: Int64) {
    guard let (object, state) = world.pod(handle), let node = state.node else { return }
    let moment = Moment(seconds: created) + world.dice.fraction()
    world.record(
      .normal, "Scheduled",
      "Successfully assigned \(handle.key.namespace)/\(handle.key.name) to \(node.name)",
      about: object, as: ("Pod", "v1"), by: .scheduler(action: "Binding"), count: 1, first: moment)
    for (index, plan) in state.template.containers.enumerated() {
      let container = ContainerHandle(pod: handle, index: index)
      let pulled =
        "Container image \"\(plan.image)\" already present on machine and can be accessed by the pod"
      past(.normal, "Pulled", pulled, container, from: created + 1, to: created + 1)
      past(.normal, "Created", "Container created", container, from: created + 2, to: created + 2)
      past(.normal, "Started", "Container started", container, from: created + 2, to: created + 2)
    }
  }

  /// Writes an event of a container that happened before the world began.
  func past(
    _ kind: EventBody.Kind, _ reason: String, _ message: String, _ container: ContainerHandle, count: Int = 1,
    from first: Int64, to last: Int64? = nil
  ) {
    guard let (object, state) = world.pod(container.pod), let node = state.node else { return }
    let list = container.isInit ? "initContainers" : "containers"
    world.record(
      kind, reason, message, about: object, as: ("Pod", "v1"),
      container: "spec.\(list){\(state.plan(container).name)}", by: .kubelet(node: node.name), count: count,
      first: Moment(seconds: first) + world.dice.fraction(),
      last: last.map { Moment(seconds: $0) } ?? world.now - world.dice.between(1...9))
  }
}

/// How long ago something was.
struct Age: Sendable {
  let seconds: Int64
  static func minutes(_ count: Double) -> Age { Age(seconds: Int64(count * 60)) }
  static func hours(_ count: Double) -> Age { Age(seconds: Int64(count * 3_600)) }
  static func days(_ count: Double) -> Age { Age(seconds: Int64(count * 86_400)) }
}
