/// One page of metrics that is read again and again: where it is, what its series are called, and what it may cost.
package struct ScrapeTarget: Sendable, Hashable, Identifiable {
  package enum Address: Sendable, Hashable {
    /// A path on the orchestrator's API server, which passes the request on.
    case path(String)
    /// http:// or https://, straight from here.
    case url(String)
  }

  /// What it costs at most; what goes beyond ends the scrape with an error that says so.
  package struct Limits: Sendable, Hashable {
    package var pageBytes = 64 << 20
    package var lineBytes = 1 << 20
    package var samples = 200_000
    /// Of one series.
    package var labels = 500
    /// Of all series' texts together.
    package var seriesBytes = 32 << 20
    package var timeoutSeconds = 10.0
    package init() {}
  }

  /// Tells it from all others, and stays the same as long as it is the same target.
  package var id: String
  package var address: Address
  /// What kind of target: "kubelet", "pod", "PodMonitor shop/web", "url".
  package var source: String
  /// Put on every series of the page: job and instance among them. A label of the page with the same name is kept as
  /// `exported_NAME`, unless `honorsLabels`.
  package var labels: Labels
  package var honorsLabels = false
  /// Whether a sample's own timestamp counts; else the moment of the scrape does.
  package var honorsTimestamps = true
  package var intervalSeconds = 15
  /// Whether somebody who knows the target chose the interval.
  package var hasOwnInterval = false
  package var limits = Limits()

  package init(id: String, _ address: Address, source: String, labels: Labels) {
    self.id = id
    self.address = address
    self.source = source
    self.labels = labels
  }

  /// For people.
  package var place: String {
    switch address {
    case .path(let path): path
    case .url(let url): Self.withoutPassword(url)
    }
  }
}

extension ScrapeTarget {
  private static func withoutPassword(_ url: String) -> String {
    guard let scheme = ["http://", "https://"].first(where: url.hasPrefix) else { return url }
    let rest = url.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard let at = authority.lastIndex(of: "@") else { return url }
    return scheme + rest[rest.index(after: at)...]
  }
}

/// How the last scrape of a target went.
package struct ScrapeReport: Sendable, Hashable {
  /// Milliseconds since 1970.
  package var at: Int64
  package var seconds = 0.0
  /// Lines with a value, as far as they were wanted.
  package var samples = 0
  package var bytes = 0
  /// Why it failed; nil where the target is up.
  package var error: String?
  /// What the server answered with; nil where it did not.
  package var status: Int?
  /// Wrong lines of a page that was read nevertheless: the first ones, and how many there were.
  package var problems: [String] = []
  package var problemCount = 0

  package var isUp: Bool { error == nil }

  package init(at: Int64) { self.at = at }
}

/// What one scrape brought: samples by the numbers that the target's reader gives its series.
package struct ScrapedPage: Sendable {
  package struct Sample: Sendable {
    package var series: Int32
    /// Milliseconds since 1970.
    package var at: Int64
    package var value: Double
  }

  package struct Series: Sendable {
    package var number: Int32
    package var labels: Labels
  }

  package struct Family: Sendable, Hashable {
    package var name: String
    package var type = MetricType.unknown
    package var help = ""
    package var unit = ""
    package init(name: String) { self.name = name }
  }

  /// Series that were not there the time before; their numbers may have been others' before, which then have ended.
  package var begun: [Series] = []
  package var samples: [Sample] = []
  /// Series of the page before that are not in this one; all of them when the scrape failed.
  package var ended: [Int32] = []
  /// What the page says of its metrics, where it was asked for (`ScrapeReader.begin`).
  package var families: [Family] = []
  package var report: ScrapeReport
}
