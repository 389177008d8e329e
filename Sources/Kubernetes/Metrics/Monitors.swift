import Cluster
import Document
import Metrics

/// One page that a ServiceMonitor or PodMonitor of the Prometheus Operator wants of each of its endpoints
/// (https://prometheus-operator.dev/docs/api-reference/api/, monitoring.coreos.com/v1).
struct Monitor: Hashable {
  enum Of: String, Hashable, CaseIterable {
    case services = "servicemonitors"
    case pods = "podmonitors"

    var kind: Kind.ID { "monitoring.coreos.com/v1/\(rawValue)" }
    var name: String { self == .services ? "ServiceMonitor" : "PodMonitor" }
  }

  struct Page: Hashable {
    /// The port's name; "" where a number is given.
    var port = ""
    var number: Int?
    var path = "/metrics"
    var isTLS = false
    var intervalSeconds: Int?
    var honorsLabels = false
  }

  var of: Of
  var namespace: String
  var name: String
  /// As the server takes it; "" chooses all.
  var selector: String
  /// [""]: everywhere.
  var namespaces: [String]
  var pages: [Page]

  init(_ of: Of, _ object: JSON) {
    self.of = of
    let (metadata, spec) = (object["metadata"], object["spec"])
    namespace = metadata["namespace"].string ?? ""
    name = metadata["name"].string ?? ""
    selector = SelectorText.query(spec["selector"])
    let chosen = spec["namespaceSelector"]
    let named = chosen["matchNames"].strings
    namespaces = chosen["any"].bool == true ? [""] : named.isEmpty ? [namespace] : named.sorted()
    pages = spec[of == .services ? "endpoints" : "podMetricsEndpoints"].array.map(Self.page)
  }

  var place: String { "\(of.rawValue)/\(namespace)/\(name)" }

  private static func page(_ endpoint: JSON) -> Page {
    var page = Page()
    page.port = endpoint["port"].string ?? endpoint["targetPort"].string ?? ""
    page.number = endpoint["portNumber"].int ?? endpoint["targetPort"].int
    page.path = endpoint["path"].string.flatMap { $0.isEmpty ? nil : $0 } ?? "/metrics"
    page.isTLS = endpoint["scheme"].string?.lowercased() == "https"
    page.intervalSeconds = endpoint["interval"].string.flatMap(seconds)
    page.honorsLabels = endpoint["honorLabels"].bool ?? false
    return page
  }

  /// "30s", "1m30s" (Prometheus' durations).
  static func seconds(_ text: String) -> Int? {
    var (total, number) = (0.0, "")
    var rest = text[...]
    while let character = rest.popFirst() {
      if character.isNumber {
        number.append(character)
        continue
      }
      guard let value = Double(number) else { return nil }
      number = ""
      switch character {
      case "s": total += value
      case "h": total += value * 3_600
      case "d": total += value * 86_400
      case "m":
        if rest.first == "s" {
          rest.removeFirst()
          total += value / 1_000
        } else {
          total += value * 60
        }
      default: return nil
      }
    }
    return number.isEmpty && total >= 1 && total <= 86_400 ? Int(total) : nil
  }

  /// The page of a pod that is behind it.
  func target(_ page: Page, port: Int, pod: String, in namespace: String, service: String) -> ScrapeTarget {
    let scheme = page.isTLS ? "https:" : ""
    let place = ResourcePath("v1/pods").object(namespace: namespace, name: "\(scheme)\(pod):\(port)")
    let job = service.isEmpty ? "\(self.namespace)/\(name)" : service
    var labels = Labels([
      Label("job", job), Label("instance", "\(pod):\(port)"), Label("namespace", namespace),
      Label("pod", pod), Label("endpoint", page.port.isEmpty ? "\(port)" : page.port),
    ])
    if !service.isEmpty { labels["service"] = service }
    // Else two pages of one port would write the same `up`.
    if page.path != "/metrics" { labels["metrics_path"] = page.path }
    var target = ScrapeTarget(
      id:
        "\(of == .services ? "service" : "pod")monitor/\(self.namespace)/\(name)/\(namespace)/\(pod):\(port)\(page.path)",
      .path("\(place)/proxy\(page.path.hasPrefix("/") ? "" : "/")\(page.path)"),
      source: "\(of.name) \(self.namespace)/\(name)", labels: labels)
    target.honorsLabels = page.honorsLabels
    if let seconds = page.intervalSeconds {
      (target.intervalSeconds, target.hasOwnInterval) = (max(5, seconds), true)
    }
    return target
  }

  // MARK: What is behind it

  /// The pages of an EndpointSlice: its ports have the names of the Service's.
  func targets(slice: JSONSlice) -> [ScrapeTarget] {
    let metadata = slice["metadata"]
    let service = metadata?["labels"]?["kubernetes.io/service-name"]?.string ?? ""
    let namespace = metadata?["namespace"]?.string ?? ""
    var targets: [ScrapeTarget] = []
    for page in pages {
      var port: Int?
      slice["ports"]?.eachElement { candidate in
        let (name, number) = (candidate["name"]?.string ?? "", candidate["port"]?.int)
        if page.port.isEmpty ? number == page.number : name == page.port { port = port ?? number }
      }
      guard let port = port ?? (page.port.isEmpty ? page.number : nil) else { continue }
      slice["endpoints"]?.eachElement { endpoint in
        guard let pod = endpoint["targetRef"], pod["kind"]?.string == "Pod", let name = pod["name"]?.string
        else { return }
        targets.append(target(page, port: port, pod: name, in: namespace, service: service))
      }
    }
    return targets
  }

  /// The pages of a pod, which must run: its ports have the names of its containers' ports.
  func targets(pod: JSONSlice) -> [ScrapeTarget] {
    guard pod["status"]?["phase"]?.string == "Running", let metadata = pod["metadata"],
      let name = metadata["name"]?.string, let namespace = metadata["namespace"]?.string
    else { return [] }
    return pages.compactMap { page in
      var port = page.number
      if !page.port.isEmpty {
        pod["spec"]?["containers"]?.eachElement { container in
          container["ports"]?.eachElement { candidate in
            if candidate["name"]?.string == page.port { port = candidate["containerPort"]?.int }
          }
        }
      }
      return port.map { target(page, port: $0, pod: name, in: namespace, service: "") }
    }
  }
}

/// Finds the targets of all ServiceMonitors and PodMonitors, where the cluster has these kinds.
///
/// Confined to the engine's queue.
final class MonitorFinder {
  private(set) var targets: [ScrapeTarget] = []
  /// Why some can't be found.
  private(set) var problems: [String] = []
  private let engine: Engine
  private let changed: () -> Void
  private var sources: [Monitor.Of: ItemsSource<Monitor>] = [:]
  private var watchers: [Watcher] = []
  private var behind: [Monitor: [Part]] = [:]
  private var leftOut = 0
  /// Each is a watch of its own.
  private static let maxMonitors = 200

  /// One namespace of a monitor.
  private struct Part {
    var source: ItemsSource<[ScrapeTarget]>
    var watcher: Watcher
  }

  init(engine: Engine, changed: @escaping () -> Void) {
    self.engine = engine
    self.changed = changed
  }

  func start() {
    for of in Monitor.Of.allCases {
      let source = ItemsSource<Monitor>(
        read: { Monitor(of, $0.materialized()) }, change: { [weak self] in self?.monitorsChanged() },
        tell: { _ in })
      sources[of] = source
      let watcher = Watcher(
        engine: engine, target: WatchTarget(ResourcePath(of.kind), namespace: ""), consumer: source)
      watchers.append(watcher)
      watcher.start()
    }
  }

  func stop() {
    watchers.forEach { $0.stop() }
    for part in behind.values.joined() { part.watcher.stop() }
    (watchers, behind, targets, sources) = ([], [:], [], [:])
  }

  private func monitorsChanged() {
    let all = sources.values.flatMap { Array(($0.items ?? [:]).values) }.sorted { $0.place < $1.place }
    leftOut = max(0, all.count - Self.maxMonitors)
    let monitors = Set(all.prefix(Self.maxMonitors))
    for (monitor, parts) in behind where !monitors.contains(monitor) {
      parts.forEach { $0.watcher.stop() }
      behind[monitor] = nil
    }
    for monitor in monitors where behind[monitor] == nil {
      behind[monitor] = monitor.namespaces.map { watch(monitor, in: $0) }
    }
    gather()
  }

  /// Slices bear their Service's labels, so that the monitor's selector finds them.
  private func watch(_ monitor: Monitor, in namespace: String) -> Part {
    let source = ItemsSource<[ScrapeTarget]>(
      read: { monitor.of == .services ? monitor.targets(slice: $0) : monitor.targets(pod: $0) },
      change: { [weak self] in self?.gather() }, tell: { _ in })
    let kind = monitor.of == .services ? "discovery.k8s.io/v1/endpointslices" : "v1/pods"
    let watcher = Watcher(
      engine: engine,
      target: WatchTarget(ResourcePath(kind), namespace: namespace, labelSelector: monitor.selector),
      consumer: source)
    watcher.start()
    return Part(source: source, watcher: watcher)
  }

  private func gather() {
    var found: [ScrapeTarget.ID: ScrapeTarget] = [:]
    var refused: Set<String> = []
    for part in behind.values.joined() {
      for target in (part.source.items ?? [:]).values.joined() { found[target.id] = target }
      if let why = part.source.refusal { refused.insert(why) }
    }
    for (of, source) in sources {
      // A server without the kind is the usual case.
      if let why = source.refusal, !why.contains("could not find"), !why.contains("not found") {
        refused.insert("\(of.name)s: \(why)")
      }
    }
    if leftOut > 0 {
      refused.insert("\(leftOut) monitors are left out: no more than \(Self.maxMonitors) are looked at")
    }
    let before = (targets, problems)
    targets = found.values.sorted { $0.id < $1.id }
    problems = refused.sorted()
    if before != (targets, problems) { changed() }
  }
}
