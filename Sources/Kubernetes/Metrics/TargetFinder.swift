import Cluster
import Document
import Metrics

/// Which targets a cluster has beside those that are named: its nodes, pods that ask to be scraped, URLs a person gave.
///
/// Confined to the engine's queue.
final class TargetFinder {
  private(set) var nodeNames: Set<String> = []
  /// Why the nodes can't be listed; nil where they can.
  private(set) var nodesRefusal: String?
  private var annotated: [ScrapeTarget] = []
  private var podsRefusal: String?
  var changed: () -> Void = {}
  /// Whether all nodes and pods were found or refused.
  var isSettled: Bool { knowsNodes && knowsPods }
  /// Whether the nodes were listed, or may not be.
  private(set) var knowsNodes = false
  private var knowsPods = false
  private let engine: Engine
  private let urls: [String]
  private var nodes: Watcher?
  private var pods: Watcher?
  private var monitors: MonitorFinder?

  init(engine: Engine, urls: [String]) {
    self.engine = engine
    self.urls = urls
  }

  /// What is to be looked for from now on.
  func use(nodes wantsNodes: Bool, others wantsOthers: Bool) {
    if wantsNodes, nodes == nil { nodes = watchNodes() }
    if !wantsNodes, let watcher = nodes {
      watcher.stop()
      (nodes, knowsNodes) = (nil, false)
    }
    if wantsOthers, pods == nil {
      pods = watchPods()
      monitors = MonitorFinder(engine: engine) { [weak self] in self?.changed() }
      monitors?.start()
    }
    if !wantsOthers, let watcher = pods {
      watcher.stop()
      monitors?.stop()
      (pods, annotated, podsRefusal, monitors, knowsPods) = (nil, [], nil, nil, false)
    }
  }

  /// Pods with annotations, what monitors choose, URLs. A page that two of them name is read once.
  var others: [ScrapeTarget] {
    guard pods != nil else { return [] }
    var seen: Set<String> = []
    return (urlTargets + (monitors?.targets ?? []) + annotated).filter { seen.insert($0.place).inserted }
  }

  /// Why some of them can't be found.
  var problems: [String] {
    (podsRefusal.map { ["pods with prometheus.io/scrape: \($0)"] } ?? []) + (monitors?.problems ?? [])
  }

  private func watchNodes() -> Watcher {
    weak var found: ItemsSource<String>?
    let source = ItemsSource<String>(
      read: { $0["metadata"]?["name"]?.string },
      change: { [weak self] in
        guard let self, let found else { return }
        let before = (nodeNames, nodesRefusal, knowsNodes)
        if let items = found.items { nodeNames = Set(items.values) }
        nodesRefusal = found.refusal
        knowsNodes = found.items != nil || found.refusal != nil
        // Objects change more often than what counts here.
        if before != (nodeNames, nodesRefusal, knowsNodes) { changed() }
      }, tell: { _ in })
    found = source
    var target = WatchTarget(ResourcePath("v1/nodes"), namespace: "")
    target.asMetadata = true
    let watcher = Watcher(engine: engine, target: target, consumer: source)
    watcher.start()
    return watcher
  }

  private func watchPods() -> Watcher {
    weak var found: ItemsSource<ScrapeTarget>?
    let source = ItemsSource<ScrapeTarget>(
      read: { PodTarget($0).target },
      change: { [weak self] in
        guard let self, let found else { return }
        let before = (annotated, podsRefusal, knowsPods)
        annotated = (found.items ?? [:]).values.sorted { $0.id < $1.id }
        podsRefusal = found.refusal
        knowsPods = found.items != nil || found.refusal != nil
        if before != (annotated, podsRefusal, knowsPods) { changed() }
      }, tell: { _ in })
    found = source
    // Only pods that run answer.
    var target = WatchTarget(
      ResourcePath("v1/pods"), namespace: "", fieldSelector: "status.phase=Running")
    target.asMetadata = true
    let watcher = Watcher(engine: engine, target: target, consumer: source)
    watcher.start()
    return watcher
  }

  private var urlTargets: [ScrapeTarget] {
    urls.enumerated().map { index, url in
      let place = WebAddress(url)
      let labels = [
        Label("job", "url"), Label("instance", place?.host ?? ""),
        Label("metrics_path", place?.path ?? ""),
      ]
      // Queries tell pages apart and may hold what nobody else shall see: they have numbers.
      let number = url.contains("?") ? " (\(index + 1))" : ""
      return ScrapeTarget(
        id: "url/\(place?.shown ?? "?")\(number)", .url(url), source: "URL", labels: Labels(labels))
    }
  }
}

/// The annotations by which a pod asks to be scraped: prometheus.io/scrape, port, path and scheme.
private struct PodTarget {
  private(set) var target: ScrapeTarget?

  /// Of the pod nothing but its metadata is there. A port that no annotation names is left to the API server, which takes
  /// the pod's first one.
  init(_ pod: JSONSlice) {
    guard let metadata = pod["metadata"], let name = metadata["name"]?.string,
      let namespace = metadata["namespace"]?.string
    else { return }
    var annotations: [String: String] = [:]
    metadata["annotations"]?.eachMember { rawKey, value in
      let key = String(decoding: rawKey, as: UTF8.self)
      if key.hasPrefix("prometheus.io/") { annotations[String(key.dropFirst(14))] = value.string }
    }
    guard annotations["scrape"] == "true" else { return }
    let port = annotations["port"] ?? ""
    let path = annotations["path"] ?? "/metrics"
    let isTLS = annotations["scheme"] == "https"
    // SCHEME:NAME:PORT, of which the port may be empty, or NAME:PORT, or NAME.
    let called = isTLS ? "https:\(name):\(port)" : port.isEmpty ? name : "\(name):\(port)"
    let place = ResourcePath("v1/pods").object(namespace: namespace, name: called)
    var labels = Labels([
      Label("job", "pods"), Label("instance", port.isEmpty ? name : "\(name):\(port)"),
      Label("namespace", namespace), Label("pod", name),
    ])
    if let app = Self.app(metadata["labels"]) { labels["app"] = app }
    target = ScrapeTarget(
      id: "pod/\(namespace)/\(name):\(port)\(path)",
      .path("\(place)/proxy\(path.hasPrefix("/") ? "" : "/")\(path)"), source: "pod", labels: labels)
  }

  private static func app(_ labels: JSONSlice?) -> String? {
    labels?["app.kubernetes.io/name"]?.string ?? labels?["app"]?.string
  }
}
