/// What is gathered of one page while it is read, and the numbers of its series from page to page.
struct ScrapeGathering: Sendable {
  private static let maxFamilies = 10_000
  private static let maxHelpBytes = 500
  private let target: ScrapeTarget
  var cache: SeriesCache
  /// Milliseconds since 1970.
  private(set) var at: Int64 = 0
  private(set) var samples: [ScrapedPage.Sample] = []
  private(set) var families: [[UInt8]: ScrapedPage.Family] = [:]
  /// Why the page is not worth reading on.
  var failure: String?
  private var begun: [ScrapedPage.Series] = []
  private var wanted: Set<[UInt8]>?
  private var listsFamilies = false
  private var format = ExpositionFormat.text
  /// Series with a label twice: known, so that they are refused in each page.
  private var refused: Set<Int32> = []

  init(_ target: ScrapeTarget) {
    self.target = target
    cache = SeriesCache(maxSeries: target.limits.samples, maxBytes: target.limits.seriesBytes)
  }

  mutating func begin(names: Set<String>?, listsFamilies: Bool, format: ExpositionFormat, at: Int64) {
    wanted = names.map { Set($0.map { Array($0.utf8) }) }
    (self.listsFamilies, self.format, self.at) = (listsFamilies, format, at)
    (samples, begun, families, failure) = ([], [], [:], nil)
    cache.beginPage()
  }

  /// Hands over what the page had.
  mutating func take() -> ([ScrapedPage.Sample], [ScrapedPage.Series]) {
    defer { (samples, begun, families) = ([], [], [:]) }
    return (samples, begun)
  }

  var wantsAll: Bool { wanted == nil && !listsFamilies }

  /// How far clocks may differ.
  private static let maxAheadMilliseconds: Int64 = 600_000

  mutating func wants(_ name: UnsafeRawBufferPointer) -> Bool {
    let key = Array(name)
    if listsFamilies, families.count < Self.maxFamilies, families[key] == nil, !isPartOfFamily(key) {
      families[key] = ScrapedPage.Family(name: String(decoding: name, as: UTF8.self))
    }
    return wanted?.contains(key) ?? true
  }

  /// `x_bucket`, `x_sum` and `x_count` belong to `x`, where the page said of it what it is.
  private func isPartOfFamily(_ name: [UInt8]) -> Bool {
    for suffix in ["_bucket", "_sum", "_count", "_total", "_created"] where name.count > suffix.utf8.count {
      if name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8),
        let family = families[Array(name.dropLast(suffix.utf8.count))], family.type != .gauge
      {
        return true
      }
    }
    return false
  }

  mutating func take(_ item: ExpositionItem) {
    switch item {
    case .sample(let sample): take(sample)
    case .type(let name, let type): describe(name) { $0.type = type }
    case .help(let name, let text):
      let start = UnsafeRawBufferPointer(rebasing: text.prefix(Self.maxHelpBytes))
      describe(name) { [format] in $0.help = SeriesText.help(start, format) }
    case .unit(let name, let unit): describe(name) { $0.unit = String(decoding: unit, as: UTF8.self) }
    case .end: break
    }
  }

  private mutating func describe(
    _ name: UnsafeRawBufferPointer, _ change: (inout ScrapedPage.Family) -> Void
  ) {
    guard listsFamilies, families.count < Self.maxFamilies else { return }
    change(&families[Array(name), default: ScrapedPage.Family(name: String(decoding: name, as: UTF8.self))])
  }

  private mutating func take(_ sample: ExpositionSample) {
    guard failure == nil else { return }
    guard samples.count < target.limits.samples else {
      failure = "the page has more than \(target.limits.samples) samples"
      return
    }
    let number: Int32
    switch cache.look(up: sample.series) {
    case .known(let known):
      if !refused.isEmpty, refused.contains(known) { return }
      number = known
    case .again: return  // a duplicate: the first one counts
    case .full:
      failure = "the page has more than \(target.limits.samples) series, or more text in them than fits"
      return
    case .new(let new):
      number = new
      guard begin(new, sample.series) else { return }
    }
    // A time that can't be true is none: nobody reads a sample before it was taken, or from before 1970.
    let own =
      target.honorsTimestamps
      ? sample.timestamp.flatMap { $0 >= 0 && $0 <= at + Self.maxAheadMilliseconds ? $0 : nil } : nil
    samples.append(ScrapedPage.Sample(series: number, at: own ?? at, value: sample.value))
  }

  private mutating func begin(_ number: Int32, _ text: UnsafeRawBufferPointer) -> Bool {
    let series = SeriesText(text)
    var count = 0
    series.eachLabel { _, _ in
      count += 1
      return count <= target.limits.labels + 1
    }
    if count > target.limits.labels + 1 {
      failure = "a series has more than \(target.limits.labels) labels"
      return false
    }
    guard let labels = series.labels else {
      refused.insert(number)
      return false
    }
    refused.remove(number)
    begun.append(ScrapedPage.Series(number: number, labels: target.complete(labels)))
    return true
  }
}

extension ScrapeTarget {
  /// The page's labels and the target's (Prometheus' `honor_labels`).
  func complete(_ labels: Labels) -> Labels {
    var whole = labels
    for label in self.labels.all where label.name != Labels.metricName {
      let own = labels[label.name]
      if !own.isEmpty {
        if honorsLabels { continue }
        var name = "exported_\(label.name)"
        while !labels[name].isEmpty || !self.labels[name].isEmpty { name = "exported_\(name)" }
        whole[name] = own
      }
      whole[label.name] = label.value
    }
    return whole
  }
}
