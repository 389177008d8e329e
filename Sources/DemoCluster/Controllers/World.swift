/// The simulated cluster: its objects, the controllers that move them, and its time.
///
/// Confined to whoever holds the server's lock. Controllers are methods and small classes that react to
/// changes of objects and put what they will do on the agenda.
final class World {
  private(set) var now: Moment
  let store: Store
  var catalog = Catalog.builtIn
  var images = ImageRegistry()
  var dice: Dice
  private(set) var agenda = Agenda()
  /// Whether the world is still being built: what is made then is made in the past.
  private(set) var isBuilding = true

  var nodes: [NodeState] = []
  /// The pods of each owner.
  private(set) var families: [UID: PodFamily] = [:]
  /// What belongs to whom, pods aside.
  private(set) var belongings: [UID: Set<Belonging>] = [:]
  /// Looks of controllers that are on the agenda.
  var queued: Set<Errand> = []
  /// What was read of the specs that controllers look at.
  var readings = SpecReadings()
  /// What comes in from outside, for the pods of an `app`.
  var loads: [ObjectKey: Load] = [:]
  var meters: [UInt64: Meter] = [:]
  var nodeMeters: [String: NodeMeter] = [:]
  /// What each autoscaler wanted lately.
  var recommendations: [UID: [(at: Moment, count: Int)]] = [:]
  /// The labels of the pods of a template on a node.
  var placeLabels: [PlaceKey: PlaceLabels] = [:]
  /// Pods that no node took.
  var unschedulable: [UID: ObjectHandle] = [:]
  var isRetrying = false
  var patience: [UID: Patience] = [:]
  /// When an object is to be looked at again.
  var lookouts: [UID: Moment] = [:]
  /// Objects that select pods by labels, for each namespace.
  var selections: [String: [UID: PodSelection]] = [:]
  var nodeReports: [NodeReport] = []
  var recorder = EventRecorder()
  /// Told of pods that changed: followed logs end with their container.
  var onPodChange: ((Object?, Object?) -> Void)?

  init(seed: UInt64, start: Moment, historyLimit: Int) {
    now = start
    dice = Dice(seed: seed)
    store = Store(firstVersion: 4_218_300, historyLimit: historyLimit)
    store.onChange = { [unowned self] key, change in changed(key, change) }
  }

  /// Ends the building: from here on things happen in time.
  func open() {
    isBuilding = false
    store.open()
    every(60) { world in
      world.store.compact(before: world.now - 300)
      world.expireEvents()
    }
    lookAtEverything()
  }

  // MARK: Time

  func after(_ seconds: Double, _ action: @escaping Agenda.Action) { agenda.add(now + seconds, action) }

  func at(_ moment: Moment, _ action: @escaping Agenda.Action) { agenda.add(max(moment, now), action) }

  /// Repeats something for ever.
  func every(_ seconds: Double, _ action: @escaping Agenda.Action) {
    agenda.add(now + seconds) { world in
      action(world)
      world.every(seconds, action)
    }
  }

  /// Lets everything happen that is due until `moment`.
  func advance(to moment: Moment) {
    while let (due, action) = agenda.take(until: moment) {
      if due > now { now = due }
      action(self)
    }
    if moment > now { now = moment }
  }

  // MARK: Changes

  private func changed(_ key: StoreKey, _ change: Shelf.Change) {
    if key == .events { return }
    if key == .pods {
      podChanged(change.before, change.after)
      onPodChange?(change.before, change.after)
    } else {
      objectChanged(key, change.before, change.after)
    }
  }

  private func podChanged(_ before: Object?, _ after: Object?) {
    countUsage(before, after)
    guard let pod = after ?? before else { return }
    if let before, let after, before.meta.owners != after.meta.owners {
      for owner in before.meta.owners { families[owner.uid]?.podChanged(before, nil) }
      for owner in after.meta.owners { families[owner.uid, default: PodFamily()].podChanged(nil, after) }
    } else {
      for owner in pod.meta.owners {
        families[owner.uid, default: PodFamily()].podChanged(before, after)
        if after == nil, families[owner.uid]?.members.isEmpty == true { families[owner.uid] = nil }
      }
    }
    if !isBuilding { react(toPod: before, after) }
  }

  private func objectChanged(_ key: StoreKey, _ before: Object?, _ after: Object?) {
    if let object = after ?? before, before?.meta.owners ?? [] != after?.meta.owners ?? [] {
      let belonging = Belonging(resource: key, key: object.meta.key, uid: object.meta.uid)
      for owner in before?.meta.owners ?? [] { belongings[owner.uid]?.remove(belonging) }
      for owner in after?.meta.owners ?? [] { belongings[owner.uid, default: []].insert(belonging) }
    }
    noteSelection(key, before, after)
    if !isBuilding { react(to: key, before, after) }
  }

  func put(_ key: StoreKey, _ meta: Meta, _ body: Object.Body) {
    store.put(key, meta, body, at: now)
  }
}

/// An object that belongs to another.
struct Belonging: Hashable {
  let resource: StoreKey
  let key: ObjectKey
  let uid: UID
}

extension StoreKey {
  static let pods = StoreKey("pods")
  static let nodes = StoreKey("nodes")
  static let namespaces = StoreKey("namespaces")
  static let events = StoreKey("events")
  static let services = StoreKey("services")
  static let configMaps = StoreKey("configmaps")
  static let secrets = StoreKey("secrets")
  static let claims = StoreKey("persistentvolumeclaims")
  static let deployments = StoreKey("deployments", "apps")
  static let replicaSets = StoreKey("replicasets", "apps")
  static let statefulSets = StoreKey("statefulsets", "apps")
  static let daemonSets = StoreKey("daemonsets", "apps")
  static let jobs = StoreKey("jobs", "batch")
  static let cronJobs = StoreKey("cronjobs", "batch")
  static let autoscalers = StoreKey("horizontalpodautoscalers", "autoscaling")
  static let endpointSlices = StoreKey("endpointslices", "discovery.k8s.io")
  static let leases = StoreKey("leases", "coordination.k8s.io")
  static let volumes = StoreKey("persistentvolumes")
  static let quotas = StoreKey("resourcequotas")
  static let endpoints = StoreKey("endpoints")
  static let storageClasses = StoreKey("storageclasses", "storage.k8s.io")
  static let revisions = StoreKey("controllerrevisions", "apps")
  static let disruptionBudgets = StoreKey("poddisruptionbudgets", "policy")
}

/// Tells an object of a later life from one of the same name: what is on the agenda for a pod is for that
/// pod.
struct ObjectHandle: Hashable {
  let key: ObjectKey
  let uid: UID

  init(_ object: Object) {
    key = object.meta.key
    uid = object.meta.uid
  }
}

extension World {
  /// The pod, if it still is the same one.
  func pod(_ handle: ObjectHandle) -> (object: Object, state: PodState)? {
    guard let object = store[.pods][handle.key], object.meta.uid == handle.uid,
      case .pod(let body) = object.body
    else { return nil }
    return (object, body.state)
  }

  /// Changes the status of a pod, if it is still there.
  ///
  /// - Parameter node: whose place in the topology the pod's labels are to say.
  @discardableResult
  func update(
    _ handle: ObjectHandle, labelled node: NodeState? = nil, _ change: (inout PodState) -> Void
  ) -> Object? {
    guard let (object, old) = pod(handle) else { return nil }
    var state = old
    change(&state)
    var meta = object.meta
    if let node { meta.labels = labels(meta.labels, on: node, state.template) }
    return store.put(.pods, meta, .pod(PodBody(state)), at: now)
  }
}
