import Cluster
import Metrics

/// What pods, containers and nodes use, reckoned page by page from what kubelets tell: rates from one reading to the
/// next, containers added up to their pods.
struct UsageTally {
  private(set) var usages: [UsageKey: ResourceUsage] = [:]
  private var pages: [ScrapeTarget.ID: Page] = [:]

  /// What a series counts, and of whom.
  private struct Role {
    enum Figure { case cpu, memory, periods, throttledPeriods, received, sent }

    var figure: Figure
    var key: UsageKey
    var at: Int64 = 0
    var value = 0.0
    /// The value of a gauge, the increase a second of a counter; nil before the second reading.
    var reading: Double?

    /// The sample's own time counts: a kubelet repeats a reading until it has another.
    mutating func take(_ sample: ScrapedPage.Sample) {
      if figure == .memory {
        (at, reading) = (sample.at, sample.value)
        return
      }
      if at == 0 { (at, value) = (sample.at, sample.value) }
      guard sample.at > at else { return }
      // A counter that fell began anew.
      let increase = sample.value >= value ? sample.value - value : sample.value
      reading = increase * 1_000 / Double(sample.at - at)
      (at, value) = (sample.at, sample.value)
    }
  }

  private struct Page {
    var roles: [Int32: Role] = [:]
    var keys: Set<UsageKey> = []
  }

  /// Takes in a kubelet's page; whose usage is another now.
  mutating func take(_ page: ScrapedPage, of target: ScrapeTarget) -> Set<UsageKey> {
    guard page.report.isUp else {
      // Its series begin anew with the next page; until then the last readings stand, with their age.
      pages[target.id]?.roles = [:]
      forgetDetail(target.id)
      return []
    }
    var known = pages.removeValue(forKey: target.id) ?? Page()
    for number in page.ended { known.roles[number] = nil }
    for series in page.begun { known.roles[series.number] = Self.role(series.labels) }
    for sample in page.samples { known.roles[sample.series]?.take(sample) }
    var sums: [UsageKey: Sum] = [:]
    for role in known.roles.values {
      sums[role.key, default: Sum()].add(role)
      if !role.key.container.isEmpty {
        var pod = role.key
        pod.container = ""
        sums[pod, default: Sum()].add(role)
      }
    }
    let gone = known.keys.subtracting(sums.keys)
    known.keys = Set(sums.keys)
    pages[target.id] = known
    for key in gone where !pages.values.contains(where: { $0.keys.contains(key) }) { usages[key] = nil }
    for (key, sum) in sums {
      sum.write(to: &usages[key, default: ResourceUsage(at: 0)])
    }
    return known.keys
  }

  /// What its page told last stands, until it is too old or another page tells.
  mutating func drop(_ id: ScrapeTarget.ID) {
    forgetDetail(id)
    pages[id] = nil
  }

  /// Throttling and network have no age of their own, and may not pass for as new as the rest.
  private mutating func forgetDetail(_ id: ScrapeTarget.ID) {
    guard id.hasSuffix(KubeletPage.cadvisor.rawValue) else { return }
    for key in pages[id]?.keys ?? [] {
      usages[key]?.throttled = nil
      usages[key]?.received = nil
      usages[key]?.sent = nil
    }
  }

  /// Forgets usage that was read before `seconds` since 1970.
  mutating func forget(before seconds: Int64) {
    guard usages.values.contains(where: { $0.at < seconds }) else { return }
    usages = usages.filter { $1.at >= seconds }
  }

  /// Readings of another source (metrics.k8s.io): instantaneous cores and bytes.
  mutating func take(_ key: UsageKey, cpu: Double, memory: Double, at: Int64) {
    var usage = usages[key] ?? ResourceUsage(at: 0)
    guard at > usage.at else { return }
    (usage.at, usage.cpu, usage.memory) = (at, cpu, memory)
    usage.push()
    usages[key] = usage
  }

  /// Readings that came together for one key.
  private struct Sum {
    private var figures: [Role.Figure: Double] = [:]
    /// Of the newest reading, in milliseconds since 1970.
    private var at: Int64 = 0

    mutating func add(_ role: Role) {
      guard let reading = role.reading else { return }
      figures[role.figure, default: 0] += reading
      at = max(at, role.at)
    }

    func write(to usage: inout ResourceUsage) {
      if let memory = figures[.memory] {
        let isNews = at / 1_000 > usage.at
        // A rate of before is not the one of now.
        (usage.at, usage.memory, usage.cpu) = (max(usage.at, at / 1_000), memory, figures[.cpu])
        if isNews { usage.push() }
      } else if usage.at == 0 {
        // Throttling and network came before the rest.
        usage.at = at / 1_000
      }
      if let periods = figures[.periods] {
        usage.throttled = periods > 0 ? (figures[.throttledPeriods] ?? 0) / periods : 0
      }
      if let received = figures[.received] { usage.received = received }
      if let sent = figures[.sent] { usage.sent = sent }
    }
  }

  /// nil: nobody's usage, or one that another series tells.
  private static func role(_ labels: Labels) -> Role? {
    let name = labels[Labels.metricName]
    let isCadvisor = labels["metrics_path"] == KubeletPage.cadvisor.rawValue
    let (pod, container) = (labels["pod"], labels["container"])
    let ofContainer = UsageKey(namespace: labels["namespace"], name: pod, container: container)
    let ofPod = UsageKey(namespace: labels["namespace"], name: pod)
    let ofNode = UsageKey(namespace: "", name: labels["node"])
    let isContainer = !pod.isEmpty && !container.isEmpty && container != "POD"
    switch name {
    case "container_cpu_usage_seconds_total" where isContainer && !isCadvisor:
      return Role(figure: .cpu, key: ofContainer)
    case "container_memory_working_set_bytes" where isContainer && !isCadvisor:
      return Role(figure: .memory, key: ofContainer)
    case "node_cpu_usage_seconds_total": return Role(figure: .cpu, key: ofNode)
    case "node_memory_working_set_bytes": return Role(figure: .memory, key: ofNode)
    case "container_cpu_cfs_periods_total" where isContainer: return Role(figure: .periods, key: ofContainer)
    case "container_cpu_cfs_throttled_periods_total" where isContainer:
      return Role(figure: .throttledPeriods, key: ofContainer)
    case "container_network_receive_bytes_total", "container_network_transmit_bytes_total":
      let isNode = labels["id"] == "/"
      guard isNode || !pod.isEmpty, isUplink(labels["interface"]) else { return nil }
      return Role(
        figure: name == "container_network_receive_bytes_total" ? .received : .sent,
        key: isNode ? ofNode : ofPod)
    default: return nil
    }
  }

  /// What goes through a bridge or a tunnel of the pods' network is counted once, where it leaves.
  private static func isUplink(_ interface: String) -> Bool {
    let inner = [
      "lo", "veth", "cni", "cali", "flannel", "docker", "tunl", "vxlan", "cilium", "lxc", "dummy", "kube",
      "nodelocal", "br-", "ip6tnl", "gre", "sit", "ip_vti", "ip6_vti", "erspan",
    ]
    return !inner.contains { interface.hasPrefix($0) }
  }
}

extension ResourceUsage {
  /// Adds the present reading to the trends.
  fileprivate mutating func push() {
    cpuTrend.append(cpu.map(Float.init) ?? .nan)
    memoryTrend.append(memory.map(Float.init) ?? .nan)
    if cpuTrend.count > Self.trendLength { cpuTrend.removeFirst() }
    if memoryTrend.count > Self.trendLength { memoryTrend.removeFirst() }
  }
}

extension UsageKey {
  fileprivate var isNode: Bool { namespace.isEmpty && container.isEmpty }
}
