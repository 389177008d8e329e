import Cluster
import Document
import Metrics

/// What a board of charts is about, as far as it is known: which plans follow, and what has to be scraped.
enum ChartSubject {
  case unknown
  case pod(ObjectRef, node: String, PodLimits)
  case workload(ObjectRef, pods: [String], nodes: Set<String>, PodLimits)
  case node(String, cpu: Double?, memory: Double?)
  case cluster(cpu: Double?, memory: Double?)
  case expression(Expression, String)
  /// Nothing can be drawn: why.
  case gone(String)

  func plans(_ expressions: ChartExpressions = ChartExpressions()) -> [ChartPlan] {
    switch self {
    case .unknown, .gone: return []
    case .pod(let ref, let node, let limits):
      return node.isEmpty
        ? [ChartPlan("CPU", .cores, [], whenEmpty: "the pod is on no node yet")]
        : expressions.pod(ref.namespace, ref.name, limits)
    case .workload(let ref, let pods, _, let limits):
      return expressions.workload(ref.namespace, pods: pods, limits)
    case .node(let name, let cpu, let memory): return expressions.node(name, cpu: cpu, memory: memory)
    case .cluster(let cpu, let memory): return expressions.cluster(cpu: cpu, memory: memory)
    case .expression(let expression, let text):
      return [ChartPlan(text, Self.unit(of: expression, text), [.init(expression: text)])]
    }
  }

  var interest: MetricsInterest {
    var interest = MetricsInterest()
    switch self {
    case .unknown, .gone: break
    case .pod(let ref, let node, _):
      interest.nodes = .named(node.isEmpty ? [] : [node])
      interest.isDetailed = true
      interest.namespaces = [ref.namespace]
    case .workload(let ref, _, let nodes, _):
      interest.nodes = .named(nodes)
      interest.isDetailed = true
      interest.namespaces = [ref.namespace]
    case .node(let name, _, _):
      interest.nodes = .named([name])
      interest.isDetailed = true
      interest.wantsNodeUsage = true
    case .cluster:
      interest.nodes = .all
      interest.wantsNodeUsage = true
    case .expression(let expression, _):
      let names = expression.metricNames
      interest.names = Set(names)
      // A name that no kubelet is known for may be anybody's.
      interest.wantsOthers = names.contains { !Self.isOfKubelet($0) } || names.isEmpty
      if names.isEmpty || names.contains(where: Self.isOfKubelet) || names.contains(where: Self.isOfAnybody) {
        interest.nodes = .all
        interest.isDetailed = names.isEmpty || names.contains { !KubeletPage.resource.names.contains($0) }
      }
    }
    return interest
  }

  private static func isOfAnybody(_ name: String) -> Bool {
    ["up", "scrape_duration_seconds", "scrape_samples_scraped"].contains(name)
  }

  private static func isOfKubelet(_ name: String) -> Bool {
    ["container_", "machine_", "kubelet_", "cadvisor_"].contains { name.hasPrefix($0) }
      || KubeletPage.resource.names.contains(name)
  }

  /// Whether a target that is down leaves a gap here.
  func concerns(_ target: ScrapeTarget) -> Bool {
    switch self {
    case .unknown, .gone: false
    case .pod(_, let node, _), .node(let node, _, _): target.labels["node"] == node
    case .workload(_, _, let nodes, _): nodes.contains(target.labels["node"])
    case .cluster: !target.labels["node"].isEmpty
    case .expression: true
    }
  }

  var source: String {
    switch self {
    case .pod(_, let node, _), .node(let node, _, _):
      node.isEmpty ? "" : "the kubelet of \(node), every 15 s"
    case .workload(_, _, let nodes, _):
      "the kubelets of \(nodes.sorted().joined(separator: ", ")), every 15 s"
    case .cluster: "all kubelets, every 15 s"
    case .expression: "what is scraped here, every 15 s"
    case .unknown, .gone: ""
    }
  }

  /// As far as the name of a metric tells its unit (the naming practices of Prometheus).
  private static func unit(of expression: Expression, _ text: String) -> Chart.Unit {
    guard let name = expression.metricNames.first else { return .none }
    let isRate = text.contains("rate(")
    let base = ["_total", "_sum", "_bucket", "_count"].reduce(name) { name, suffix in
      name.hasSuffix(suffix) ? String(name.dropLast(suffix.utf8.count)) : name
    }
    if text.contains("/"), expression.metricNames.count > 1 { return .none }
    if base.hasSuffix("_bytes") { return isRate ? .bytesPerSecond : .bytes }
    if base.hasSuffix("cpu_usage_seconds") || base.hasSuffix("cpu_seconds") {
      return isRate ? .cores : .seconds
    }
    if base.hasSuffix("_seconds"), !base.hasSuffix("time_seconds") {
      return isRate && !text.contains("histogram_quantile") ? .none : .seconds
    }
    if base.hasSuffix("_ratio") { return .share }
    return isRate ? .perSecond : .none
  }
}

/// Watches what the charts of an object depend on: the object, and the pods of a workload.
///
/// Confined to the engine's queue.
final class ChartSubjectFinder {
  private let subject: ChartQuery.Subject
  private let kind: Kind?
  private let engine: Engine
  private let found: (ChartSubject) -> Void

  init(
    _ subject: ChartQuery.Subject, kind: Kind?, engine: Engine, found: @escaping (ChartSubject) -> Void
  ) {
    self.subject = subject
    self.kind = kind
    self.engine = engine
    self.found = found
  }

  /// What it starts, to be stopped by the caller.
  func start() -> [Watcher] {
    switch subject {
    case .expression: return []
    case .cluster: return [watchCapacity()]
    case .object(let ref):
      switch kind?.role {
      case .node: return [watch(ref) { Self.node(ref, $0) }]
      case .instance: return [watch(ref) { Self.pod(ref, $0) }]
      case .workload: return watchWorkload(ref)
      default:
        found(.gone("\(ref.name) uses no CPU and memory of its own"))
        return []
      }
    }
  }

  private func watch(_ ref: ObjectRef, _ read: @escaping (JSON) -> ChartSubject) -> Watcher {
    let found = found
    let source = ObjectSource(
      ref, engine: engine,
      change: { object in
        if let object { found(read(object)) }
      },
      tell: { if case .refused(_, let why) = $0 { found(.gone(why)) } }, notice: { _ in })
    let watcher = Watcher(engine: engine, target: source.target, consumer: source)
    watcher.start()
    return watcher
  }

  private static func pod(_ ref: ObjectRef, _ pod: JSON) -> ChartSubject {
    .pod(ref, node: pod["spec"]["nodeName"].string ?? "", PodLimits(pod, perContainer: true))
  }

  private static func node(_ ref: ObjectRef, _ node: JSON) -> ChartSubject {
    let amounts = node["status"]["allocatable"]
    return .node(ref.name, cpu: amounts["cpu"].quantity?.double, memory: amounts["memory"].quantity?.double)
  }

  // MARK: Workloads

  private func watchWorkload(_ ref: ObjectRef) -> [Watcher] {
    let state = WorkloadState(ref: ref)
    let found = found
    let engine = engine
    // The pods are looked for when the selector is known, and live as long as the watch of the workload.
    return [
      watch(ref) { workload in
        // A CronJob's template lies deeper, and it has no pods of its own.
        let template = workload["spec"]["template"]
        state.limits = PodLimits(template, perContainer: false)
        let selector = SelectorText.query(workload["spec"]["selector"])
        if state.pods == nil, !selector.isEmpty {
          state.watchPods(selector, engine: engine) { [weak state] in
            if let state { found(state.subject) }
          }
        }
        return state.subject
      }
    ]
  }

  /// The pods of a workload. Confined to the engine's queue.
  private final class WorkloadState {
    let ref: ObjectRef
    var limits = PodLimits(.null, perContainer: false)
    var pods: ItemsSource<(name: String, node: String)>?
    private var watcher: Watcher?

    init(ref: ObjectRef) { self.ref = ref }
    deinit { watcher?.stop() }

    func watchPods(_ selector: String, engine: Engine, changed: @escaping () -> Void) {
      let source = ItemsSource<(name: String, node: String)>(
        read: { pod in
          pod["metadata"]?["name"]?.string.map { ($0, pod["spec"]?["nodeName"]?.string ?? "") }
        }, change: changed, tell: { _ in })
      pods = source
      let watcher = Watcher(
        engine: engine,
        target: WatchTarget(
          ResourcePath("v1/pods"), namespace: ref.namespace, labelSelector: selector), consumer: source)
      watcher.start()
      self.watcher = watcher
    }

    var subject: ChartSubject {
      let items = (pods?.items ?? [:]).values
      return .workload(
        ref, pods: items.map(\.name), nodes: Set(items.map(\.node).filter { !$0.isEmpty }), limits)
    }
  }

  // MARK: The cluster

  private func watchCapacity() -> Watcher {
    let found = found
    weak var known: ItemsSource<(cpu: Double, memory: Double)>?
    let source = ItemsSource<(cpu: Double, memory: Double)>(
      read: { node in
        let amounts = node["status"]?["allocatable"]
        func amount(_ name: StaticString) -> Double {
          amounts?[name].flatMap { Quantity($0.plainText)?.double } ?? 0
        }
        return (amount("cpu"), amount("memory"))
      },
      change: {
        guard let items = known?.items else { return }
        found(
          .cluster(
            cpu: items.values.reduce(0) { $0 + $1.cpu }, memory: items.values.reduce(0) { $0 + $1.memory }))
      }, tell: { _ in })
    known = source
    let watcher = Watcher(
      engine: engine, target: WatchTarget(ResourcePath("v1/nodes"), namespace: ""), consumer: source)
    watcher.start()
    return watcher
  }
}
