import Cluster
import Dispatch
import HTTP
import Metrics
import Synchronization

/// What kubelets tell of containers, nodes and volumes, passed on: read from every node in its turn, kept ready as text.
/// It holds nothing that could change the cluster.
///
/// A node that can't be read is missing from the page within two intervals, and `clustertui_scrape_up` tells it.
///
/// @unchecked: all but `lines` is confined to the engine's queue.
package final class UsageExporter: @unchecked Sendable {
  /// A family that is passed on, and of which kubelet's page.
  private struct Passed {
    var page: KubeletPage
    var family: MetricFamily
  }

  /// The series of one page of one node.
  private struct Known {
    /// By the numbers of the target's reader: the family and `name{labels} `.
    var series: [Int32: (family: Int, text: [UInt8])] = [:]
    var report: ScrapeReport?
  }

  private static let intervalSeconds = 15
  private let session = HTTPSession()
  private let engine: Engine
  private let finder: TargetFinder
  private var scraper: Scraper?
  private var known: [ScrapeTarget.ID: Known] = [:]
  private var targets: [ScrapeTarget] = []
  /// By family, then by target: its lines.
  private let blocks = Mutex<[[ScrapeTarget.ID: [UInt8]]]>(
    Array(repeating: [:], count: UsageExporter.passed.count))
  private let reports = Mutex<[(target: ScrapeTarget, report: ScrapeReport)]>([])

  package init(upstream: Upstream, maxBackoffSeconds: Double = 30) {
    engine = Engine(
      label: "usage", session: session, upstream: upstream, maxBackoffSeconds: maxBackoffSeconds)
    finder = TargetFinder(engine: engine, urls: [])
  }

  package func start() {
    engine.queue.async { [self] in
      scraper = Scraper(
        queue: engine.queue,
        fetch: { [engine, session] target, tell in engine.scrape(target, session: session, tell) },
        deliver: { [weak self] target, page in self?.took(page, of: target) })
      finder.changed = { [weak self] in self?.nodesChanged() }
      finder.use(nodes: true, others: false)
    }
  }

  package func stop() {
    engine.queue.async { [self] in
      finder.use(nodes: false, others: false)
      scraper?.stop()
      scraper = nil
      engine.close()
      session.shutdown()
    }
  }

  private func nodesChanged() {
    targets = finder.nodeNames.sorted().flatMap { node in
      KubeletPage.allCases.map { page in
        var target = page.target(node: node)
        target.intervalSeconds = Self.intervalSeconds
        return target
      }
    }
    let alive = Set(targets.map(\.id))
    for id in known.keys where !alive.contains(id) { drop(id) }
    tellReports()
    scraper?.use(
      targets.map { target in Scraper.Wish(target, names: Self.names(of: target)) })
  }

  private func drop(_ id: ScrapeTarget.ID) {
    known[id] = nil
    blocks.withLock { blocks in for family in blocks.indices { blocks[family][id] = nil } }
  }

  // MARK: Pages

  private func took(_ page: ScrapedPage, of target: ScrapeTarget) {
    guard targets.contains(where: { $0.id == target.id }) else { return }
    var own = known.removeValue(forKey: target.id) ?? Known()
    own.report = page.report
    defer {
      known[target.id] = own
      tellReports()
    }
    guard page.report.isUp else {
      own.series = [:]
      blocks.withLock { blocks in for family in blocks.indices { blocks[family][target.id] = nil } }
      return
    }
    for number in page.ended { own.series[number] = nil }
    for series in page.begun { own.series[series.number] = Self.line(series.labels, of: target) }
    var lines = [[UInt8]](repeating: [], count: Self.passed.count)
    for sample in page.samples {
      guard let (family, text) = own.series[sample.series] else { continue }
      lines[family] += text
      NumberText.append(sample.value, to: &lines[family])
      lines[family].append(UInt8(ascii: "\n"))
    }
    blocks.withLock { blocks in
      for (family, text) in lines.enumerated() { blocks[family][target.id] = text.isEmpty ? nil : text }
    }
  }

  /// nil: not passed on.
  private static func line(_ labels: Labels, of target: ScrapeTarget) -> (family: Int, text: [UInt8])? {
    let name = labels[Labels.metricName]
    guard
      let family = passed.firstIndex(where: {
        $0.family.name == name && $0.page.rawValue == target.labels["metrics_path"]
      })
    else { return nil }
    // cAdvisor tells of every control group; what belongs to no pod and is not the node is the system's own.
    if name.hasPrefix("container_"), labels["pod"].isEmpty, labels["id"] != "/" { return nil }
    var text = Array(name.utf8)
    text.append(UInt8(ascii: "{"))
    var isFirst = true
    for label in labels.all where !["__name__", "job", "instance", "metrics_path"].contains(label.name) {
      // A name that only some readers take would cost them the whole page.
      guard LabelText.isPlain(label.name) else { return nil }
      if !isFirst { text.append(UInt8(ascii: ",")) }
      isFirst = false
      LabelText.append(label, to: &text)
    }
    text += [UInt8(ascii: "}"), UInt8(ascii: " ")]
    return (family, text)
  }

  private func tellReports() {
    let now = targets.compactMap { target in known[target.id]?.report.map { (target, $0) } }
    reports.withLock { $0 = now }
  }

  // MARK: The page

  /// Whether every node was read once, or could not be.
  package var hasRead: Bool {
    engine.queue.sync {
      finder.knowsNodes && targets.allSatisfy { known[$0.id]?.report != nil }
    }
  }

  /// Everything as it was read last; from any thread.
  package var lines: [FamilyLines] {
    let blocks = blocks.withLock { $0 }
    let passed = zip(Self.passed, blocks).map { passed, blocks in
      FamilyLines(passed.family, blocks: blocks.sorted { $0.key < $1.key }.map(\.value))
    }
    return passed + telemetry
  }

  private var telemetry: [FamilyLines] {
    let reports = reports.withLock { $0 }
    func family(_ name: String, _ help: String, _ value: (ScrapeReport) -> Double) -> FamilyLines {
      var text: [UInt8] = []
      for (target, report) in reports {
        text += Array("\(name){".utf8)
        LabelText.append(Label("node", target.labels["node"]), to: &text)
        text.append(UInt8(ascii: ","))
        LabelText.append(Label("page", target.labels["metrics_path"]), to: &text)
        text += [UInt8(ascii: "}"), UInt8(ascii: " ")]
        NumberText.append(value(report), to: &text)
        text.append(UInt8(ascii: "\n"))
      }
      return FamilyLines(MetricFamily(name, help), blocks: [text])
    }
    return [
      family("clustertui_scrape_up", "Whether the last scrape of a kubelet's page succeeded.") {
        $0.isUp ? 1 : 0
      },
      family("clustertui_scrape_duration_seconds", "How long the last scrape of a kubelet's page took.") {
        $0.seconds
      },
      family("clustertui_scrape_samples", "Samples that the last scrape of a kubelet's page brought.") {
        Double($0.samples)
      },
      family("clustertui_scrape_size_bytes", "How long a kubelet's page was.") { Double($0.bytes) },
      family("clustertui_scrape_timestamp_seconds", "When a kubelet's page was read last.") {
        Double($0.at) / 1_000
      },
    ]
  }

  // MARK: What is passed on

  private static func names(of target: ScrapeTarget) -> Set<String> {
    Set(passed.filter { $0.page.rawValue == target.labels["metrics_path"] }.map(\.family.name))
  }

  /// Names and shapes are cAdvisor's and the kubelet's own, so that the usual rules and dashboards hold; each series says
  /// its node besides.
  private static let passed: [Passed] =
    [
      (
        KubeletPage.cadvisor,
        [
          ("container_cpu_usage_seconds_total", "Cumulative CPU time consumed, in core-seconds.", .counter),
          ("container_memory_working_set_bytes", "Current working set of a container.", .gauge),
          ("container_cpu_cfs_periods_total", "Elapsed enforcement periods of CPU limits.", .counter),
          (
            "container_cpu_cfs_throttled_periods_total", "Periods in which a container was throttled.",
            .counter
          ),
          ("container_network_receive_bytes_total", "Bytes received.", .counter),
          ("container_network_transmit_bytes_total", "Bytes sent.", .counter),
          ("container_fs_reads_bytes_total", "Bytes read from disks.", .counter),
          ("container_fs_writes_bytes_total", "Bytes written to disks.", .counter),
          ("container_oom_events_total", "Times that a container ran out of memory.", .counter),
        ] as [(String, String, MetricType)]
      ),
      (
        .resource,
        [
          (
            "node_cpu_usage_seconds_total", "Cumulative CPU time consumed by a node, in core-seconds.",
            .counter
          ),
          ("node_memory_working_set_bytes", "Current working set of a node.", .gauge),
        ]
      ),
      (
        .kubelet,
        [
          ("kubelet_volume_stats_capacity_bytes", "Capacity of a volume.", .gauge),
          ("kubelet_volume_stats_available_bytes", "Bytes of a volume that are free.", .gauge),
          ("kubelet_volume_stats_used_bytes", "Bytes of a volume that are used.", .gauge),
        ]
      ),
    ].flatMap { page, families in
      families.map { Passed(page: page, family: MetricFamily($0.0, $0.1, $0.2)) }
    }
}
