import Cluster
import Dispatch
import Document
import HTTP
import Metrics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Asks metrics.k8s.io, which knows no watches, again and again. Where kubelets answer it is not asked.
///
/// @unchecked: confined to the engine's queue.
final class MetricsAPIPoll: @unchecked Sendable {
  struct Reading {
    var key: UsageKey
    var cpu: Double
    var memory: Double
    /// Seconds since 1970: the end of the window that was averaged.
    var at: Int64
  }

  enum Answer {
    case readings([Reading])
    case refused(status: Int, String)
  }

  static let intervalSeconds = 30
  private static let root = "/apis/metrics.k8s.io/v1beta1"
  private let engine: Engine
  private let tell: (Answer) -> Void
  private var paths: Set<String> = []
  private var pending: [PendingFetch] = []
  private var turn = 0
  /// Of the round of requests that is under way.
  private var problems: [ErrorAnswer] = []
  private var hasRefreshed = false

  init(engine: Engine, tell: @escaping (Answer) -> Void) {
    self.engine = engine
    self.tell = tell
  }

  /// What its readings come from, for those who hear of pages.
  static let target = ScrapeTarget(
    id: "metrics.k8s.io", .path(root), source: "metrics.k8s.io", labels: Labels())

  /// - Parameter namespaces: "" stands for all of them.
  func use(namespaces: Set<String>, nodes: Bool) {
    var wanted: Set<String> = nodes ? ["\(Self.root)/nodes"] : []
    if namespaces.contains("") {
      wanted.insert("\(Self.root)/pods")
    } else {
      for namespace in namespaces {
        wanted.insert(ResourcePath("metrics.k8s.io/v1beta1/pods").list(namespace: namespace))
      }
    }
    guard wanted != paths else { return }
    paths = wanted
    turn += 1
    ask(turn)
  }

  func stop() {
    turn += 1
    pending.forEach { $0.cancel() }
    pending = []
  }

  private func ask(_ current: Int) {
    guard turn == current, !paths.isEmpty else { return }
    pending.forEach { $0.cancel() }
    problems = []
    pending = paths.sorted().map { path in
      engine.fetch(ReadRequest(path)) { [weak self] answer in
        guard let self, turn == current else { return }
        switch answer {
        case .success(let response): answered(Self.readings(response.body))
        case .failure(let problem): failed(problem, current)
        }
      }
    }
    engine.queue.asyncAfter(deadline: .now() + .seconds(Self.intervalSeconds)) { [weak self] in
      self?.ask(current)
    }
  }

  private func answered(_ readings: [Reading]) {
    hasRefreshed = false
    tell(.readings(readings))
  }

  /// One namespace may be forbidden, and another one tell: only where all fail there is nothing.
  private func failed(_ problem: ErrorAnswer, _ current: Int) {
    if problem.status == 401, !hasRefreshed {
      hasRefreshed = true
      return engine.refresh { [weak self] _ in
        guard let self, turn == current else { return }
        turn += 1
        ask(turn)
      }
    }
    problems.append(problem)
    if problems.count == paths.count { tell(.refused(status: problem.status, problem.words)) }
  }

  /// Of a PodMetricsList or a NodeMetricsList.
  static func readings(_ body: [UInt8]) -> [Reading] {
    var readings: [Reading] = []
    body.withUnsafeBytes { bytes -> Void in
      JSONSlice(bytes).member("items")?.eachElement { item in
        let metadata = item["metadata"]
        guard let name = metadata?["name"]?.string else { return }
        let key = UsageKey(namespace: metadata?["namespace"]?.string ?? "", name: name)
        let at = item["timestamp"]?.epochSeconds ?? 0
        if let usage = item["usage"] {
          readings.append(reading(key, usage, at))
          return
        }
        var whole = Reading(key: key, cpu: 0, memory: 0, at: at)
        item["containers"]?.eachElement { container in
          guard let usage = container["usage"] else { return }
          var own = key
          own.container = container["name"]?.string ?? ""
          let part = reading(own, usage, at)
          readings.append(part)
          (whole.cpu, whole.memory) = (whole.cpu + part.cpu, whole.memory + part.memory)
        }
        readings.append(whole)
      }
    }
    return readings
  }

  private static func reading(_ key: UsageKey, _ usage: JSONSlice, _ at: Int64) -> Reading {
    func amount(_ name: StaticString) -> Double {
      usage[name].flatMap { Quantity($0.plainText)?.double } ?? 0
    }
    return Reading(key: key, cpu: amount("cpu"), memory: amount("memory"), at: at)
  }
}

extension MetricsBook {
  /// Keeps readings of metrics.k8s.io as series of their own, since they are averages and no counters.
  func take(_ readings: [MetricsAPIPoll.Reading]) {
    for reading in readings where reading.at > 0 {
      let isNode = reading.key.namespace.isEmpty
      var labels =
        isNode
        ? [Label("node", reading.key.name)]
        : [Label("namespace", reading.key.namespace), Label("pod", reading.key.name)]
      if !isNode, reading.key.container.isEmpty { continue }
      if !reading.key.container.isEmpty { labels.append(Label("container", reading.key.container)) }
      let what = isNode ? "node" : "container"
      for (name, value) in [("cpu_usage_cores", reading.cpu), ("memory_usage_bytes", reading.memory)] {
        guard let id = store.series(Labels("metrics_api_\(what)_\(name)", labels)) else { continue }
        store.append(id, milliseconds: reading.at * 1_000, value: value)
      }
    }
  }
}
