/// What one pod, container or node uses, as it was last read, and how that went lately. What nobody told is nil.
package struct ResourceUsage: Sendable, Hashable {
  /// When it was read, in seconds since 1970.
  package var at: Int64
  /// Cores, over the last readings.
  package var cpu: Double?
  /// Bytes of the working set: what counts against the limit.
  package var memory: Double?
  /// The share of scheduling periods in which it was held back by its CPU limit, 0 to 1.
  package var throttled: Double?
  /// Bytes a second.
  package var received: Double?
  package var sent: Double?
  /// CPU (cores) and memory (bytes) of the last readings, the newest at the end, at most `trendLength`; NaN is a gap.
  package var cpuTrend: [Float] = []
  package var memoryTrend: [Float] = []

  package static let trendLength = 32

  package init(at: Int64) { self.at = at }
}

/// Whose usage is wanted: the rows of a query over pods, the containers of a pod, or nodes.
package struct UsageQuery: Sendable, Hashable {
  package var rows: Query
  /// Throttling and network as well, which cost their sources much more.
  package var isDetailed: Bool

  package init(_ rows: Query, isDetailed: Bool = false) {
    self.rows = rows
    self.isDetailed = isDetailed
  }
}

/// Whose usage: a row of a table, by what its source calls it.
package struct UsageKey: Sendable, Hashable {
  package var namespace: String
  package var name: String
  /// "" for a whole pod or a node.
  package var container: String

  package init(namespace: String, name: String, container: String = "") {
    self.namespace = namespace
    self.name = name
    self.container = container
  }
}

/// What came of the readings since the last batch.
package struct UsageBatch: Sendable {
  package var readings: [(key: UsageKey, usage: ResourceUsage)] = []
  package var source = UsageSource()
  package init() {}
}

/// Where the numbers of a table come from, and what is missing and why.
package struct UsageSource: Sendable, Hashable {
  /// "kubelets, every 15 s", "metrics.k8s.io, every 30 s"; "" while nothing is known.
  package var name = ""
  /// What can't be told, why, and what would give it: "no throttling and network: you may not get nodes/proxy".
  package var missing = ""
  package init() {}
}

/// One figure of a `ResourceUsage`, as a table column shows it. Requests and limits are the row's own, in its cell of that title.
package enum Measure: String, Sendable, Hashable {
  case cpu, memory, throttled, received, sent
  /// The last readings as a small graph.
  case cpuTrend, memoryTrend
  /// A share of what the row's cells say it asked for, may use, or has.
  case cpuOfRequest, cpuOfLimit, memoryOfRequest, memoryOfLimit
}
