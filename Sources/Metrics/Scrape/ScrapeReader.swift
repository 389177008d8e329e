import Document

/// Reads one target's page, scrape after scrape: bytes as they come in, a page of samples at the end. Nothing of a
/// page that failed counts. A value without a socket.
package struct ScrapeReader: Sendable {
  private let target: ScrapeTarget
  private var cache: SeriesCache
  private var parser = ExpositionParser()
  /// The end of a piece that is no whole line yet.
  private var rest: [UInt8] = []
  private var page = ScrapedPage(report: ScrapeReport(at: 0))
  private var wanted: Set<[UInt8]>?
  private var listsFamilies = false
  private var families: [[UInt8]: ScrapedPage.Family] = [:]
  private var failure: String?
  /// Series that the last page had, by their numbers.
  private var present: [Int32] = []
  /// Pages after which a series that did not come again is forgotten.
  private static let maxUnseenPages = 20

  package init(_ target: ScrapeTarget) {
    self.target = target
    cache = SeriesCache(maxSeries: target.limits.samples, maxBytes: target.limits.samples * 512)
  }

  /// - Parameters:
  ///   - names: the metrics that are wanted; nil wants all.
  ///   - listsFamilies: tell every metric's name, type and help, also of those that are not wanted.
  ///   - at: milliseconds since 1970, the moment of samples without one of their own.
  package mutating func begin(
    contentType: String?, names: Set<String>?, listsFamilies: Bool = false, at: Int64
  ) {
    parser = ExpositionParser(ExpositionFormat(contentType: contentType))
    rest = []
    page = ScrapedPage(report: ScrapeReport(at: at))
    wanted = names.map { Set($0.map { Array($0.utf8) }) }
    self.listsFamilies = listsFamilies
    (families, failure) = ([:], nil)
    cache.beginPage()
  }

  /// More of the page; why it is not worth reading on, or nil.
  package mutating func take(_ bytes: [UInt8]) -> String? {
    if let failure { return failure }
    page.report.bytes += bytes.count
    if page.report.bytes > target.limits.pageBytes {
      return fail("the page is longer than \(target.limits.pageBytes >> 20) MB")
    }
    if rest.isEmpty {
      let taken = bytes.withUnsafeBytes { consume($0, isLast: false) }
      if taken < bytes.count { rest = Array(bytes[taken...]) }
    } else {
      rest.append(contentsOf: bytes)
      let held = rest
      let taken = held.withUnsafeBytes { consume($0, isLast: false) }
      if taken > 0 { rest = Array(held[taken...]) }
    }
    if rest.count > target.limits.lineBytes {
      return fail("line \(parser.lines + 1) is longer than \(target.limits.lineBytes >> 10) KB")
    }
    return failure
  }

  /// The page is over: well, or with an error that is not in the page.
  package mutating func end(error: String?, seconds: Double) -> ScrapedPage {
    if error == nil, failure == nil {
      let held = rest
      _ = held.withUnsafeBytes { consume($0, isLast: true) }
    }
    rest = []
    page.report.seconds = seconds
    page.report.error = error ?? failure ?? judged()
    page.report.problems = parser.problems.map { "line \($0.line), column \($0.column): \($0.message)" }
    page.report.problemCount = parser.problemCount
    defer { page = ScrapedPage(report: ScrapeReport(at: 0)) }
    if page.report.isUp { complete() } else { abandon() }
    return page
  }

  /// A page of nothing but wrong lines is none: HTML, most likely.
  private func judged() -> String? {
    guard page.samples.isEmpty, parser.problemCount > 0, let first = parser.problems.first else { return nil }
    return "no page of metrics: line \(first.line), column \(first.column): \(first.message)"
  }

  private mutating func fail(_ why: String) -> String {
    failure = why
    return why
  }

  private mutating func complete() {
    cache.eachEnded { page.ended.append($0) }
    present = page.samples.map(\.series)
    cache.forget(unseenFor: Self.maxUnseenPages) { _ in }
    page.families = families.values.sorted { $0.name < $1.name }
  }

  /// Nothing of it counts, and what was there before is not there any more. The series' numbers are forgotten, as
  /// what began with this page was told to nobody.
  private mutating func abandon() {
    page.ended = present
    page.samples = []
    page.begun = []
    present = []
    cache = SeriesCache(maxSeries: cache.maxSeries, maxBytes: cache.maxBytes)
  }

  // MARK: Lines

  private mutating func consume(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> Int {
    var intake = Intake(self)
    (intake.cache, intake.samples, intake.begun) = (cache, page.samples, page.begun)
    intake.families = families
    // Out of here while they change, so that they are not copied.
    (cache, page.samples, page.begun, families) = (SeriesCache(maxSeries: 0), [], [], [:])
    let taken: Int
    if wanted == nil, !listsFamilies {
      taken = parser.consume(bytes, isLast: isLast) { intake.take($0) }
    } else {
      taken = parser.consume(bytes, isLast: isLast, wants: { intake.wants($0) }) { intake.take($0) }
    }
    (cache, page.samples, page.begun) = (intake.cache, intake.samples, intake.begun)
    families = intake.families
    page.report.samples = page.samples.count
    if let problem = intake.problem { _ = fail(problem) }
    return taken
  }

  /// What is gathered while a piece is read.
  private struct Intake {
    let target: ScrapeTarget
    let wanted: Set<[UInt8]>?
    let listsFamilies: Bool
    let at: Int64
    var cache = SeriesCache(maxSeries: 0)
    var samples: [ScrapedPage.Sample] = []
    var begun: [ScrapedPage.Series] = []
    var families: [[UInt8]: ScrapedPage.Family] = [:]
    var problem: String?

    init(_ reader: ScrapeReader) {
      target = reader.target
      wanted = reader.wanted
      listsFamilies = reader.listsFamilies
      at = reader.page.report.at
    }

    mutating func wants(_ name: UnsafeRawBufferPointer) -> Bool {
      let key = Array(name)
      if listsFamilies, families.count < 10_000, families[key] == nil, !isPartOfFamily(key) {
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
      case .help(let name, let text): describe(name) { $0.help = SeriesText.help(text, .openMetrics) }
      case .unit(let name, let unit): describe(name) { $0.unit = String(decoding: unit, as: UTF8.self) }
      case .end: break
      }
    }

    private mutating func describe(
      _ name: UnsafeRawBufferPointer, _ change: (inout ScrapedPage.Family) -> Void
    ) {
      guard listsFamilies, families.count < 10_000 else { return }
      change(
        &families[Array(name), default: ScrapedPage.Family(name: String(decoding: name, as: UTF8.self))])
    }

    private mutating func take(_ sample: ExpositionSample) {
      guard samples.count < target.limits.samples else { return tooMany() }
      let number: Int32
      switch cache.look(up: sample.series) {
      case .known(let known): number = known
      case .again: return  // a duplicate: the first one counts
      case .full: return tooMany()
      case .new(let new):
        guard let labels = SeriesText(sample.series).labels else { return }
        begun.append(ScrapedPage.Series(number: new, labels: target.complete(labels)))
        number = new
      }
      let own = target.honorsTimestamps ? sample.timestamp : nil
      samples.append(ScrapedPage.Sample(series: number, at: own ?? at, value: sample.value))
    }

    private mutating func tooMany() {
      problem = "the page has more than \(target.limits.samples) series, or more text in them than fits"
    }
  }
}

extension ScrapeTarget {
  /// The page's labels and the target's (Prometheus' `honor_labels`).
  func complete(_ labels: Labels) -> Labels {
    var whole = labels
    for label in self.labels.all where label.name != Labels.metricName {
      let own = labels[label.name]
      if own.isEmpty {
        whole[label.name] = label.value
      } else if !honorsLabels {
        whole["exported_\(label.name)"] = own
        whole[label.name] = label.value
      }
    }
    return whole
  }
}
