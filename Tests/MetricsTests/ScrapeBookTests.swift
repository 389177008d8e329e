import Testing

@testable import Metrics

@Suite struct ScrapeBookTests {
  private func samples(_ book: MetricsBook, _ name: String, to: Int64 = .max / 2) -> [String] {
    book.store.select([Matcher.equal(Labels.metricName, name)]).flatMap { id -> [String] in
      var times: [Int64] = []
      var values: [Double] = []
      book.store.read(id, from: 0, through: to, times: &times, values: &values)
      return zip(times, values).map { "\($0) \(Staleness.isMarker($1) ? "end" : "\($1)")" }
    }
  }

  /// A target with its reader, and the book that takes its pages.
  private final class Bench {
    let book = MetricsBook()
    var scraped: ScrapedTarget
    let target: ScrapeTarget

    init(_ change: (inout ScrapeTarget) -> Void = { _ in }) {
      var target = ScrapeTarget(
        id: "t", .url("http://t/metrics"), source: "test", labels: Labels([Label("job", "j")]))
      change(&target)
      self.target = target
      scraped = ScrapedTarget(change)
    }

    func take(_ text: String, at: Int64, error: String? = nil) -> Bool {
      book.take(scraped.page(text, at: at, error: error), of: target)
    }
  }

  private let start: Int64 = 1_000_000_000

  @Test func everyScrapeTellsWhetherTheTargetIsUpHowLongItTookAndHowManySamplesItHad() {
    let bench = Bench()
    #expect(bench.take("a 1\nb 2\n", at: start))
    #expect(bench.take("", at: start + 15_000, error: "cut"))
    #expect(samples(bench.book, "up") == ["\(start) 1.0", "\(start + 15_000) 0.0"])
    #expect(samples(bench.book, "scrape_samples_scraped") == ["\(start) 2.0", "\(start + 15_000) 0.0"])
    #expect(samples(bench.book, "scrape_duration_seconds").count == 2)
    #expect(bench.book.report(of: "t")?.error == "cut")
  }

  @Test func aSeriesThatIsMissingHasEndedAndGoesOnWhenItComesBack() {
    let bench = Bench()
    #expect(bench.take("a 1\nb 1\n", at: start))
    #expect(bench.take("a 2\n", at: start + 15_000))
    #expect(bench.take("a 3\nb 3\n", at: start + 30_000))
    #expect(
      samples(bench.book, "b") == ["\(start) 1.0", "\(start + 1) end", "\(start + 30_000) 3.0"])
    #expect(bench.take("a 4\n", at: start + 45_000))
    #expect(bench.take("a 5\nb 5\n", at: start + 60_000))
    #expect(samples(bench.book, "b").last == "\(start + 60_000) 5.0")
    #expect(samples(bench.book, "a").count == 5)
  }

  @Test func allSeriesOfATargetThatIsDownHaveEnded() {
    let bench = Bench()
    #expect(bench.take("a 1\n", at: start))
    #expect(bench.take("", at: start + 15_000, error: "down"))
    #expect(bench.take("a 2\n", at: start + 30_000))
    #expect(samples(bench.book, "a") == ["\(start) 1.0", "\(start + 1) end", "\(start + 30_000) 2.0"])
  }

  @Test func aTargetThatIsDroppedHasEndedWithAllItTold() {
    let bench = Bench()
    bench.scraped.listsFamilies = true
    #expect(bench.take("a 1\n", at: start))
    #expect(bench.book.families.keys.sorted() == ["a"])
    bench.book.drop(["t"], at: start + 20_000)
    #expect(samples(bench.book, "a").last == "\(start + 1) end")
    #expect(samples(bench.book, "up").last == "\(start + 20_000) end")
    #expect(bench.book.report(of: "t") == nil)
    #expect(bench.book.families.isEmpty)
  }

  @Test func afterALongSleepTheSeriesThatExpiredBeginAnew() {
    let bench = Bench()
    #expect(bench.take("a 1\nb 1\n", at: start))
    let later = start + 8 * 3_600_000
    // Everything has expired meanwhile: the reader is to begin anew.
    #expect(!bench.take("a 2\nb 2\n", at: later))
    bench.scraped = ScrapedTarget()
    #expect(bench.take("a 3\nb 3\n", at: later + 15_000))
    #expect(samples(bench.book, "a") == ["\(later + 15_000) 3.0"])
    #expect(samples(bench.book, "up") == ["\(later) 1.0", "\(later + 15_000) 1.0"])
  }

  @Test func aClockThatIsSetBackBeginsTheStoreAnew() {
    let bench = Bench()
    #expect(bench.take("a 1\n", at: start + 86_400_000))
    #expect(!bench.take("a 2\n", at: start))
    bench.scraped = ScrapedTarget()
    #expect(bench.take("a 3\n", at: start + 15_000))
    #expect(samples(bench.book, "a") == ["\(start + 15_000) 3.0"])
    #expect(samples(bench.book, "up") == ["\(start) 1.0", "\(start + 15_000) 1.0"])
    // A correction by a second is none.
    #expect(bench.take("a 4\n", at: start + 14_000))
    #expect(samples(bench.book, "a") == ["\(start + 15_000) 3.0"])
  }

  @Test func aFullStoreTakesWhatFitsAndDoesNotAskForItAgain() {
    var limits = SeriesStore.Limits()
    limits.maxBytes = 200_000
    let book = MetricsBook(limits)
    let scraped = ScrapedTarget()
    let text = (0..<5_000).map { "m\($0) 1\n" }.joined()
    let target = ScrapeTarget(id: "t", .url("http://t"), source: "test", labels: Labels([Label("job", "j")]))
    for round in 0..<3 {
      #expect(book.take(scraped.page(text, at: start + Int64(round) * 15_000), of: target))
    }
    #expect(book.store.counts.refusedSeries > 1_000)
    #expect(book.store.bytes < 220_000)
  }
}
