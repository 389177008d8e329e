/// How many pods of an owner there are in which state, kept up to date change by change.
struct PodCount: Hashable {
  /// Neither over nor on their way out.
  var active = 0
  var ready = 0
  var terminating = 0
  var succeeded = 0
  var failed = 0

  mutating func add(_ pod: Object?, _ sign: Int) {
    guard let pod, case .pod(let body) = pod.body else { return }
    switch body.state.phase {
    case .succeeded: succeeded += sign
    case .failed: failed += sign
    default:
      if pod.meta.deletion != nil {
        terminating += sign
      } else {
        active += sign
        if body.state.isReady { ready += sign }
      }
    }
  }
}

/// The pods of an owner.
struct PodFamily {
  private(set) var count = PodCount()
  /// In no order that means anything, but the same one in every run.
  private(set) var members: [ObjectHandle] = []
  private var places: [UID: Int] = [:]

  mutating func podChanged(_ before: Object?, _ after: Object?) {
    count.add(before, -1)
    count.add(after, 1)
    if before == nil, let after {
      places[after.meta.uid] = members.count
      members.append(ObjectHandle(after))
    }
    if after == nil, let before, let place = places.removeValue(forKey: before.meta.uid) {
      let last = members.removeLast()
      if place < members.count {
        members[place] = last
        places[last.uid] = place
      }
    }
  }

  /// The members by name, with what they are now.
  func pods(_ world: World) -> [FamilyPod] {
    members.sorted { $0.key < $1.key }.compactMap { handle in
      world.pod(handle).map { FamilyPod(handle: handle, object: $0.object, state: $0.state) }
    }
  }
}

/// A pod of a family as it is now.
struct FamilyPod {
  let handle: ObjectHandle
  let object: Object
  let state: PodState

  var name: String { handle.key.name }
  /// Neither over nor on its way out.
  var isActive: Bool { object.meta.deletion == nil && !state.isOver }

  /// Whether it has been ready for so long.
  func isAvailable(after seconds: Int, _ now: Moment) -> Bool {
    guard isActive, let ready = state.ready, ready.isTrue else { return false }
    return seconds == 0 || ready.since + Int64(seconds) <= now.seconds
  }
}

extension World {
  func family(_ uid: UID) -> PodFamily { families[uid] ?? PodFamily() }

  /// How many pods of an owner have been ready for so long, and looks again when the next one has.
  func available(_ uid: UID, minReadySeconds: Int, lookAgain: (Moment) -> Void) -> Int {
    let family = family(uid)
    if minReadySeconds == 0 { return family.count.ready }
    var count = 0
    var next: Int64?
    for pod in family.pods(self) where pod.isActive {
      guard let ready = pod.state.ready, ready.isTrue else { continue }
      let due = ready.since + Int64(minReadySeconds)
      if due <= now.seconds { count += 1 } else { next = min(next ?? due, due) }
    }
    if let next { lookAgain(Moment(seconds: next)) }
    return count
  }

  /// Makes a pod as a controller does; nil, with the reason, where a quota forbids it.
  ///
  /// - Parameter extraLabels: labels of this pod alone, beside the template's.
  func createPod(
    _ name: String, generateName: String?, namespace: String, template: PodTemplate, owner: Owner,
    extraLabels: [Pair] = [], node: NodeState? = nil
  ) throws(Refusal) {
    let template = try limited(template, name, namespace)
    if let refusal = refusal(ofPod: name, namespace, template) { throw refusal }
    var state = PodState(template, tokenSuffix: dice.suffix())
    state.node = node?.facts
    if node != nil { state.scheduled = PodState.Condition(isTrue: true, since: now.seconds) }
    let object = putPod(
      name, generateName: generateName, namespace: namespace, template: template, owner: owner,
      extraLabels: extraLabels, created: now.seconds, state)
    if let node { sayScheduled(object, node) }
  }

  @discardableResult
  func putPod(
    _ name: String, generateName: String?, namespace: String, template: PodTemplate, owner: Owner,
    extraLabels: [Pair] = [], created: Int64, _ state: PodState
  ) -> Object {
    var meta = Meta(
      name: name, namespace: namespace, generateName: generateName, uid: dice.uid(), created: created)
    meta.generation = 1
    // Almost all pods share the very list of their template.
    meta.labels =
      extraLabels.isEmpty ? template.labels : (template.labels + extraLabels).sorted { $0.key < $1.key }
    if let place = state.node { meta.labels = labels(meta.labels, on: nodes[place.index], template) }
    meta.annotations = template.annotations
    meta.owners = [owner]
    return store.put(.pods, meta, .pod(PodBody(state)), at: now)
  }
}

/// Why the API server would not make a pod.
struct Refusal: Error, Hashable {
  let message: String
}
