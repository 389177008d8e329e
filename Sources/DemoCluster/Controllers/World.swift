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
  /// Who manages the pods of an owner.
  var podOwners: [UID: any PodOwner] = [:]

  var deployments: [ObjectKey: DeploymentState] = [:]
  var statefulSets: [ObjectKey: StatefulSetState] = [:]
  var cronJobs: [CronJobState] = []
  var nodeReports: [NodeReport] = []
  var autoscalers: [AutoscalerState] = []
  /// Objects that count pods by labels, for each namespace.
  var podSelections: [String: [any PodSelection]] = [:]
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
    guard key == .pods else { return }
    podChanged(change.before, change.after)
    onPodChange?(change.before, change.after)
  }

  private func podChanged(_ before: Object?, _ after: Object?) {
    countUsage(before, after)
    guard let pod = after ?? before else { return }
    if let owner = pod.meta.owners.first { podOwners[owner.uid]?.podChanged(before, after, self) }
    for selection in podSelections[pod.meta.namespace] ?? [] where selection.selector.matches(pod.meta.labels)
    {
      selection.podChanged(before, after, self)
    }
  }

  func put(_ key: StoreKey, _ meta: Meta, _ body: Object.Body) {
    store.put(key, meta, body, at: now)
  }
}

/// What makes pods and keeps their number.
protocol PodOwner: AnyObject {
  func podChanged(_ before: Object?, _ after: Object?, _ world: World)
}

/// What counts the pods with certain labels.
protocol PodSelection: AnyObject {
  var selector: LabelSelector { get }
  func podChanged(_ before: Object?, _ after: Object?, _ world: World)
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
  @discardableResult
  func update(_ handle: ObjectHandle, _ change: (inout PodState) -> Void) -> Object? {
    guard let (object, old) = pod(handle) else { return nil }
    var state = old
    change(&state)
    return store.put(.pods, object.meta, .pod(PodBody(state)), at: now)
  }
}
