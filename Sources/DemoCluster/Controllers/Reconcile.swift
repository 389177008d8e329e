import Document

/// The controllers: each looks at one object and does the next step towards what is wanted.
enum Controller: Hashable {
  case deployment, replicaSet, statefulSet, daemonSet, job, cronJob, autoscaler
  case service, budget, quota, claim, namespace, garbage(StoreKey)

  /// The controller of a kind of objects.
  init?(of resource: StoreKey) {
    switch resource {
    case .deployments: self = .deployment
    case .replicaSets: self = .replicaSet
    case .statefulSets: self = .statefulSet
    case .daemonSets: self = .daemonSet
    case .jobs: self = .job
    case .cronJobs: self = .cronJob
    case .autoscalers: self = .autoscaler
    case .services: self = .service
    case .disruptionBudgets: self = .budget
    case .quotas: self = .quota
    case .claims: self = .claim
    case .namespaces: self = .namespace
    default: return nil
    }
  }

  /// The controller of the objects that own pods.
  init?(ofOwner owner: Owner) {
    switch (owner.apiVersion, owner.kind) {
    case ("apps/v1", "ReplicaSet"): self = .replicaSet
    case ("apps/v1", "StatefulSet"): self = .statefulSet
    case ("apps/v1", "DaemonSet"): self = .daemonSet
    case ("batch/v1", "Job"): self = .job
    default: return nil
    }
  }

  /// Changes are collected for so long before a look.
  var patienceSeconds: Double {
    switch self {
    case .deployment: 0.12
    case .replicaSet: 0.05
    case .statefulSet, .daemonSet: 0.3
    case .job: 0.2
    case .service, .budget, .claim: 0.4
    case .quota: 0.5
    default: 0.1
    }
  }
}

/// One look at one object.
struct Errand: Hashable {
  let controller: Controller
  let key: ObjectKey
}

extension World {
  /// Puts a look at an object on the agenda, once.
  func enqueue(_ controller: Controller, _ key: ObjectKey) {
    let errand = Errand(controller: controller, key: key)
    guard !isBuilding, queued.insert(errand).inserted else { return }
    // A large cluster's controllers are behind.
    let patience = store[.pods].objects.count > 3_000 ? 1 : controller.patienceSeconds
    after(patience) { world in
      world.queued.remove(errand)
      world.look(errand)
    }
  }

  /// The same at a later moment, whatever happens before.
  func enqueue(_ controller: Controller, _ key: ObjectKey, at moment: Moment) {
    at(moment) { $0.enqueue(controller, key) }
  }

  private func look(_ errand: Errand) {
    let key = errand.key
    switch errand.controller {
    case .deployment:
      var look = DeploymentController(key, self)
      look?.reconcile()
    case .replicaSet: ReplicaSetController(key, self)?.reconcile()
    case .statefulSet: StatefulSetController(key, self)?.reconcile()
    case .daemonSet: DaemonSetController(key, self)?.reconcile()
    case .job: JobController(key, self)?.reconcile()
    case .cronJob: CronJobController(key, self)?.reconcile()
    case .autoscaler: AutoscalerController(key, self)?.reconcile()
    case .service: ServiceController(key, self)?.reconcile()
    case .budget: BudgetController(key, self)?.reconcile()
    case .quota: QuotaController(key, self)?.reconcile()
    case .claim: ClaimController(key, self)?.reconcile()
    case .namespace: NamespaceController(key, self)?.reconcile()
    case .garbage(let resource): collect(resource, key)
    }
  }

  /// Every controller looks at all that there is: what a world was built with is as good as what comes later.
  func lookAtEverything() {
    let isLarge = store[.pods].objects.count > 3_000
    for resource in store.shelves.keys.sorted(by: { ($0.group, $0.plural) < ($1.group, $1.plural) }) {
      guard let controller = Controller(of: resource) else { continue }
      for object in store[resource].objects {
        // Nothing is new in the crowd.
        if isLarge, object.meta.namespace.hasPrefix("crowd-") { continue }
        enqueue(controller, object.meta.key)
      }
    }
  }

  // MARK: Reactions

  /// Tells the controllers whom an object concerns that it changed.
  func react(to resource: StoreKey, _ before: Object?, _ after: Object?) {
    guard let object = after ?? before else { return }
    if let controller = Controller(of: resource), after != nil { enqueue(controller, object.meta.key) }
    if resource == .replicaSets || resource == .jobs {
      for owner in object.meta.owners where owner.isController {
        let key = ObjectKey(namespace: object.meta.namespace, name: owner.name)
        if owner.kind == "Deployment" { enqueue(.deployment, key) }
        if owner.kind == "CronJob" { enqueue(.cronJob, key) }
      }
    }
    if resource.plural == "limitranges" { readings.limited = [:] }
    if resource == .nodes { nodeChanged(before, after) }
    if resource == .claims, let after { claimChanged(after) }
    if resource == .quotas, before?.member("spec") != after?.member("spec") {
      quotaChanged(in: object.meta.namespace)
    }
    if let after, after.meta.deletion != nil, before?.meta.finalizers != after.meta.finalizers {
      enqueue(.garbage(resource), after.meta.key)
    }
    if after == nil, let before { disowned(before, resource) }
    if before == nil, let after, !after.meta.owners.isEmpty { checkOwners(of: after, resource) }
  }

  /// What a quota forbade is tried again under another one.
  private func quotaChanged(in namespace: String) {
    let shelf = store[.replicaSets]
    for place in shelf.range(namespace: namespace) {
      let set = shelf.objects[place]
      if patience.removeValue(forKey: set.meta.uid) != nil { enqueue(.replicaSet, set.meta.key) }
    }
  }

  func react(toPod before: Object?, _ after: Object?) {
    guard let pod = after ?? before else { return }
    for owner in pod.meta.owners where owner.isController {
      guard let controller = Controller(ofOwner: owner) else { continue }
      enqueue(controller, ObjectKey(namespace: pod.meta.namespace, name: owner.name))
    }
    let concerned = (selections[pod.meta.namespace] ?? [:]).values.filter { $0.isConcerned(before, after) }
    // In an order that is the same in every run.
    for selection in concerned.sorted(by: { $0.key < $1.key }) {
      enqueue(selection.controller, selection.key)
    }
    if let after {
      if before == nil { podAppeared(after) }
      if let before { podEdited(before, after) }
    } else if let before {
      for claim in PodBody.claims(before) { enqueue(.claim, claim) }
      if !unschedulable.isEmpty { retryUnschedulable() }
      disowned(before, .pods)
    }
  }

  private func podAppeared(_ pod: Object) {
    guard case .pod(let body) = pod.body else { return }
    let handle = ObjectHandle(pod)
    if body.state.node == nil {
      after(dice.between(0.02...0.15)) { $0.schedule(handle) }
    } else {
      after(dice.between(0.05...0.3)) { $0.admit(handle) }
    }
    if pod.meta.owners.isEmpty { adopt(pod) } else { checkOwners(of: pod, .pods) }
  }

  /// A pod that was changed from outside: other labels, another image.
  private func podEdited(_ before: Object, _ after: Object) {
    guard case .pod(let old) = before.body, case .pod(let new) = after.body else { return }
    if before.meta.labels != after.meta.labels { release(after) }
    if old.state.template !== new.state.template { specChanged(ObjectHandle(after), old.state.template) }
    if after.meta.deletion != nil, before.meta.finalizers != after.meta.finalizers {
      enqueue(.garbage(.pods), after.meta.key)
    }
  }
}

/// An object that counts or lists the pods with certain labels.
struct PodSelection {
  let controller: Controller
  let key: ObjectKey
  /// nil: all pods of the namespace.
  let selector: LabelSelector?

  /// Whether a change of a pod can mean something to it.
  func isConcerned(_ before: Object?, _ after: Object?) -> Bool {
    func isSelected(_ pod: Object?) -> Bool {
      guard let pod else { return false }
      return selector?.matches(pod.meta.labels) ?? true
    }
    guard isSelected(before) || isSelected(after) else { return false }
    return before.flatMap(PodDigest.init) != after.flatMap(PodDigest.init)
  }
}

/// What others want to know of a pod: most changes of a pod change nothing of this.
private struct PodDigest: Equatable {
  let address: String?
  let isReady, isOver, isLeaving: Bool
  let labels: [Pair]

  init?(_ pod: Object) {
    guard case .pod(let body) = pod.body else { return nil }
    address = body.state.addressText
    isReady = body.state.isReady
    isOver = body.state.isOver
    isLeaving = pod.meta.deletion != nil
    labels = pod.meta.labels
  }
}

extension World {
  /// Keeps what selects pods up to date.
  func noteSelection(_ resource: StoreKey, _ before: Object?, _ after: Object?) {
    guard let object = after ?? before else { return }
    let controller: Controller
    switch resource {
    case .services: controller = .service
    case .disruptionBudgets: controller = .budget
    case .quotas: controller = .quota
    default: return
    }
    let (space, uid) = (object.meta.namespace, object.meta.uid)
    guard let after else {
      selections[space]?[uid] = nil
      return
    }
    if let before, before.member("spec") == after.member("spec") { return }
    let spec = after.json("spec") ?? .null
    var selector: LabelSelector?
    if controller == .service {
      if spec["selector"].members.isEmpty {
        selections[space]?[uid] = nil
        return
      }
      selector = LabelSelector(matching: PodTemplate.pairs(spec["selector"]))
    } else if controller == .budget {
      selector = LabelSelector(spec["selector"])
    }
    selections[space, default: [:]][uid] = PodSelection(
      controller: controller, key: after.meta.key, selector: selector)
  }

  /// The pods of a namespace with certain labels.
  func pods(in namespace: String, _ selector: LabelSelector?) -> [(object: Object, state: PodState)] {
    let shelf = store[.pods]
    let all = isBuilding ? 0..<shelf.objects.count : shelf.range(namespace: namespace)
    return all.compactMap { place in
      let object = shelf.objects[place]
      guard object.meta.namespace == namespace, selector?.matches(object.meta.labels) ?? true,
        case .pod(let body) = object.body
      else { return nil }
      return (object, body.state)
    }
  }
}
