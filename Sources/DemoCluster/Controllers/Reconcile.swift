/// A controller of one object: looks at what there is and does the next step towards what is wanted.
protocol Reconciler: AnyObject {
  /// Whether a look is on the agenda already.
  var isQueued: Bool { get set }
  /// Changes are collected for so long before the next look.
  var patienceSeconds: Double { get }
  func reconcile(_ world: World)
}

extension World {
  /// Puts a look at an object on the agenda, once.
  func enqueue(_ reconciler: any Reconciler) {
    if isBuilding || reconciler.isQueued { return }
    reconciler.isQueued = true
    after(reconciler.patienceSeconds) { [weak reconciler] world in
      guard let reconciler else { return }
      reconciler.isQueued = false
      reconciler.reconcile(world)
    }
  }
}

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
  func pods(_ world: World) -> [(handle: ObjectHandle, object: Object, state: PodState)] {
    members.sorted { $0.key < $1.key }.compactMap { handle in
      world.pod(handle).map { (handle, $0.object, $0.state) }
    }
  }

  func anyMember(_ number: UInt64) -> ObjectHandle? {
    members.isEmpty ? nil : members[Int(number % UInt64(members.count))]
  }
}

extension World {
  /// Makes a pod as a controller does, and lets the scheduler see it.
  ///
  /// - Parameter extraLabels: labels of this pod alone, beside the template's.
  @discardableResult
  func createPod(
    _ name: String, generateName: String?, namespace: String, template: PodTemplate, owner: Owner,
    extraLabels: [Pair] = []
  ) -> Object {
    let object = putPod(
      name, generateName: generateName, namespace: namespace, template: template, owner: owner,
      extraLabels: extraLabels, created: now.seconds, PodState(template, tokenSuffix: dice.suffix()))
    let handle = ObjectHandle(object)
    if !isBuilding { after(dice.between(0.02...0.15)) { $0.schedule(handle) } }
    return object
  }

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
    meta.annotations = template.annotations
    meta.owners = [owner]
    return store.put(.pods, meta, .pod(PodBody(state)), at: now)
  }
}
