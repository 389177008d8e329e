import Cluster
import Document

/// Keeps the pods of a log that has several: one list and watch of them, and for a CronJob one of its jobs.
///
/// Confined to the engine's queue.
final class LogPods {
  /// What happened to a pod.
  enum News {
    /// All there are, once and after each new list.
    case listed([LogPod])
    case changed(LogPod)
    case gone(LogPod)
  }

  private let namespace: String
  private let selection: LogSelection
  private let tell: (News) -> Void
  private let phaseChanged: (Phase) -> Void
  private var watchers: [Watcher] = []
  /// The jobs of a CronJob; nil until they are known, and where there is no such.
  private var jobs: Set<String>?
  /// All pods of jobs, until it is known whose jobs those are.
  private var held: [LogPod]?

  init(
    _ selection: LogSelection, namespace: String, tell: @escaping (News) -> Void,
    phaseChanged: @escaping (Phase) -> Void
  ) {
    (self.selection, self.namespace) = (selection, namespace)
    (self.tell, self.phaseChanged) = (tell, phaseChanged)
  }

  func start(_ engine: Engine) {
    var selector = ""
    switch selection {
    case .labels(let text): selector = text
    case .ofJobs(let uid):
      selector = "job-name"
      let source = ItemsSource<String>(
        read: { job in Self.owners(job).contains(uid) ? job["metadata"]?["uid"]?.string : nil },
        change: { [weak self] in self?.jobsChanged() }, tell: { _ in })
      jobsSource = source
      watchers.append(
        Watcher(
          engine: engine, target: WatchTarget(ResourcePath("batch/v1/jobs"), namespace: namespace),
          consumer: source))
    case .owned, .nothing: break
    }
    let target = WatchTarget(ResourcePath("v1/pods"), namespace: namespace, labelSelector: selector)
    watchers.append(Watcher(engine: engine, target: target, consumer: PodsConsumer(self)))
    watchers.forEach { $0.start() }
  }

  func stop() {
    watchers.forEach { $0.stop() }
    watchers = []
  }

  private var jobsSource: ItemsSource<String>?

  private static func owners(_ object: JSONSlice) -> [String] {
    var found: [String] = []
    object["metadata"]?["ownerReferences"]?.eachElement {
      if let uid = $0["uid"]?.string { found.append(uid) }
    }
    return found
  }

  private func jobsChanged() {
    let now = jobsSource?.items.map { Set($0.values) }
    // A job of before and its pods are gone from the list at about the same time: its logs stay.
    guard let now, jobs == nil || !now.isSubset(of: jobs ?? []) else { return }
    jobs = (jobs ?? []).union(now)
    if let held {
      tell(.listed(held.filter(belongs)))
    }
  }

  private func belongs(_ pod: LogPod) -> Bool {
    switch selection {
    case .labels: true
    case .owned(let uid): pod.owner == uid
    case .ofJobs: jobs?.contains(pod.owner) ?? false
    case .nothing: false
    }
  }

  private var isOfJobs: Bool { if case .ofJobs = selection { true } else { false } }

  fileprivate func listed(_ pods: [LogPod]) {
    if isOfJobs {
      held = pods
      if jobs == nil { return }
    }
    tell(.listed(pods.filter(belongs)))
  }

  fileprivate func happened(_ pod: LogPod, isGone: Bool) {
    if isOfJobs {
      held?.removeAll { $0.uid == pod.uid }
      if !isGone { held?.append(pod) }
    }
    guard belongs(pod) else { return }
    tell(isGone ? .gone(pod) : .changed(pod))
  }

  fileprivate func phase(_ phase: Phase) { phaseChanged(phase) }
}

/// Turns what a watch of pods brings into pods.
private final class PodsConsumer: WatchConsumer {
  private weak var pods: LogPods?
  private var gathered: [LogPod] = []

  init(_ pods: LogPods) { self.pods = pods }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { gathered = [] }
    list.eachItem { gathered.append(LogPod($0.materialized())) }
    guard completes else { return }
    pods?.listed(gathered)
    gathered = []
  }

  func happened(_ event: WatchEvent) {
    pods?.happened(LogPod(event.object.materialized()), isGone: event.change == .deleted)
  }

  func settled() {}
  func vanished() { pods?.listed([]) }
  func noticed(_ notice: String) {}
  func phaseChanged(_ phase: Phase) { pods?.phase(phase) }
}
