import Document

/// Reads one target's page, scrape after scrape: bytes as they come in, a page of samples at the end. Nothing of a
/// page that failed counts. A value without a socket.
package struct ScrapeReader: Sendable {
  private let target: ScrapeTarget
  private var gathering: ScrapeGathering
  private var parser = ExpositionParser()
  /// The end of a piece that is no whole line yet.
  private var rest: [UInt8] = []
  private var bytes = 0
  /// Series that the last page had, by their numbers.
  private var present: [Int32] = []

  package init(_ target: ScrapeTarget) {
    self.target = target
    gathering = ScrapeGathering(target)
  }

  /// - Parameters:
  ///   - names: the metrics that are wanted; nil wants all.
  ///   - listsFamilies: tell every metric's name, type and help, also of those that are not wanted.
  ///   - at: milliseconds since 1970, the moment of samples without one of their own.
  package mutating func begin(
    contentType: String?, names: Set<String>?, listsFamilies: Bool = false, at: Int64
  ) {
    parser = ExpositionParser(ExpositionFormat(contentType: contentType))
    (rest, bytes) = ([], 0)
    gathering.begin(names: names, listsFamilies: listsFamilies, format: parser.format, at: at)
    // Of lines that nobody wants nothing is judged, and so HTML could pass for a page without them.
    let media = (contentType ?? "").prefix { $0 != ";" }.lowercased()
    if media.hasPrefix("text/html") { gathering.failure = "expected a page of metrics, got \(media)" }
  }

  /// More of the page; why it is not worth reading on, or nil.
  package mutating func take(_ piece: [UInt8]) -> String? {
    bytes += piece.count
    guard gathering.failure == nil else { return gathering.failure }
    if rest.isEmpty { rest = piece } else { rest += piece }
    let held = rest
    let taken = held.withUnsafeBytes { Self.read($0, isLast: false, &parser, &gathering) }
    if taken > 0 { rest = Array(held[taken...]) }
    if rest.count > target.limits.lineBytes {
      fail("line \(parser.lines + 1) is longer than \(Self.size(target.limits.lineBytes))")
    } else if bytes > target.limits.pageBytes {
      fail("the page is longer than \(Self.size(target.limits.pageBytes))")
    }
    return gathering.failure
  }

  /// The page is over: well, or with an error that is not in the page.
  package mutating func end(error: String?, seconds: Double) -> ScrapedPage {
    if error == nil, gathering.failure == nil {
      let held = rest
      _ = held.withUnsafeBytes { Self.read($0, isLast: true, &parser, &gathering) }
    }
    rest = []
    var page = ScrapedPage(report: ScrapeReport(at: gathering.at))
    page.report.bytes = bytes
    page.report.seconds = seconds
    page.report.samples = gathering.samples.count
    page.report.error = error ?? gathering.failure ?? judged()
    page.report.problems = parser.problems.map { "line \($0.line), column \($0.column): \($0.message)" }
    page.report.problemCount = parser.problemCount
    if page.report.isUp { complete(&page) } else { abandon(&page) }
    return page
  }

  /// A page of nothing but wrong lines is none: HTML, most likely.
  private func judged() -> String? {
    guard gathering.samples.isEmpty, let first = parser.problems.first else { return nil }
    return "no page of metrics: line \(first.line), column \(first.column): \(first.message)"
  }

  private mutating func fail(_ why: String) { gathering.failure = gathering.failure ?? why }

  private static func size(_ bytes: Int) -> String {
    bytes < 1 << 20 ? "\(bytes >> 10) KB" : "\(bytes >> 20) MB"
  }

  /// What this page does not have is forgotten at once: its series begins anew when it comes back.
  private mutating func complete(_ page: inout ScrapedPage) {
    gathering.cache.eachEnded { page.ended.append($0) }
    gathering.cache.forget(unseenFor: 1) { _ in }
    present = gathering.samples.map(\.series)
    page.families = gathering.families.values.sorted { $0.name < $1.name }
    (page.samples, page.begun) = gathering.take()
  }

  /// Nothing of it counts, and what was there before is not there any more. The series' numbers are forgotten, as
  /// what began with this page was told to nobody.
  private mutating func abandon(_ page: inout ScrapedPage) {
    page.ended = present
    present = []
    gathering = ScrapeGathering(target)
  }

  /// Two values that change together, which a closure over `self` could not tell apart.
  private static func read(
    _ bytes: UnsafeRawBufferPointer, isLast: Bool, _ parser: inout ExpositionParser,
    _ gathering: inout ScrapeGathering
  ) -> Int {
    if gathering.wantsAll { return parser.consume(bytes, isLast: isLast) { gathering.take($0) } }
    return parser.consume(
      bytes, isLast: isLast, wants: { gathering.wants($0) }, { gathering.take($0) })
  }
}
