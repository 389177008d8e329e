import Foundation
import Testing

@testable import Metrics

/// Reads pages of one target, one after another, and tells what came of them in words.
final class ScrapedTarget {
  var reader: ScrapeReader
  var names: Set<String>?
  var listsFamilies = false
  private var labels: [Int32: Labels] = [:]

  init(_ change: (inout ScrapeTarget) -> Void = { _ in }) {
    var target = ScrapeTarget(
      id: "t", .url("http://t/metrics"), source: "test",
      labels: Labels([Label("instance", "t"), Label("job", "j")]))
    change(&target)
    reader = ScrapeReader(target)
  }

  func page(
    _ text: String, type: String? = nil, at: Int64 = 1_000, error: String? = nil, pieces: Int = .max
  ) -> ScrapedPage {
    reader.begin(contentType: type, names: names, listsFamilies: listsFamilies, at: at)
    var why = error
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty, why == nil {
      why = reader.take(Array(rest.prefix(pieces)))
      rest = rest.dropFirst(pieces)
    }
    return reader.end(error: why, seconds: 0.5)
  }

  /// Each sample as `name{labels} value @time`, by the labels that were told with the numbers.
  func told(_ page: ScrapedPage) -> [String] {
    for number in page.ended { labels[number] = nil }
    for series in page.begun { labels[series.number] = series.labels }
    func text(_ number: Int32) -> String {
      guard let all = labels[number]?.all else { return "?" }
      let pairs = all.filter { $0.name != Labels.metricName }.map { "\($0.name)=\"\($0.value)\"" }
      return (all.first { $0.name == Labels.metricName }?.value ?? "") + "{\(pairs.joined(separator: ","))}"
    }
    return page.samples.map { "\(text($0.series)) \($0.value) @\($0.at)" }
  }
}

@Suite struct ScrapeReaderTests {
  private func fixture(_ name: String) -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let data = try? Data(contentsOf: folder.appendingPathComponent("Fixtures/" + name))
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  @Test func aPageThatComesInPiecesIsTheSamePageWhereverItIsCut() {
    let page =
      "# TYPE a counter\n# HELP a Some.\na{x=\"1\"} 1\n\na{x=\"2\"} 2 5000\nb 3\n# nothing\nwrong\nc 4"
    let whole = ScrapedTarget()
    let once = whole.page(page)
    let expected = whole.told(once)
    #expect(
      expected == [
        #"a{instance="t",job="j",x="1"} 1.0 @1000"#, #"a{instance="t",job="j",x="2"} 2.0 @5000"#,
        #"b{instance="t",job="j"} 3.0 @1000"#, #"c{instance="t",job="j"} 4.0 @1000"#,
      ])
    #expect(once.report.problemCount == 1)
    #expect(once.report.bytes == page.utf8.count)
    for size in 1..<page.utf8.count {
      let cut = ScrapedTarget()
      let pieces = cut.page(page, pieces: size)
      #expect(cut.told(pieces) == expected)
      #expect(pieces.report.problems == once.report.problems)
      #expect(pieces.report.bytes == once.report.bytes)
    }
  }

  @Test func aRealPageInPiecesIsTheSamePage() {
    let page = fixture("kubelet-resource.txt")
    let whole = ScrapedTarget()
    let expected = whole.told(whole.page(page))
    #expect(expected.count > 150)
    for size in [1, 7, 4_096] {
      let cut = ScrapedTarget()
      #expect(cut.told(cut.page(page, pieces: size)) == expected)
    }
  }

  @Test func seriesBeginEndAndBeginAgain() {
    let target = ScrapedTarget()
    let first = target.page("a 1\nb 1\n")
    #expect(first.begun.count == 2 && first.ended.isEmpty)
    let second = target.page("a 2\n")
    #expect(second.begun.isEmpty)
    #expect(second.ended == [first.begun[1].number])
    let third = target.page("a 3\nb 3\n")
    #expect(third.begun.map { $0.labels[Labels.metricName] } == ["b"])
    #expect(third.ended.isEmpty)
    #expect(third.samples.count == 2)
  }

  @Test func nothingOfAFailedPageCountsAndWhatWasThereHasEnded() {
    let target = ScrapedTarget()
    let first = target.page("a 1\nb 1\n")
    let failed = target.page("a 2\nc 2\n", error: "the connection was cut")
    #expect(failed.report.error == "the connection was cut")
    #expect(failed.samples.isEmpty && failed.begun.isEmpty)
    #expect(failed.ended.sorted() == first.begun.map(\.number).sorted())
    let again = target.page("", error: "still cut")
    #expect(again.ended.isEmpty)
    let next = target.page("a 3\nc 3\n")
    #expect(next.begun.count == 2 && next.ended.isEmpty)
  }

  @Test func limitsSayWhatIsTooMuch() {
    let long = ScrapedTarget { $0.limits.lineBytes = 2_048 }
    #expect(
      long.page("a 1\nb{x=\"" + String(repeating: "y", count: 3_000), pieces: 100).report.error
        == "line 2 is longer than 2 KB")
    let big = ScrapedTarget { $0.limits.pageBytes = 1 << 20 }
    let page = String(repeating: "# nothing but comments\n", count: 50_000)
    #expect(big.page(page, pieces: 65_536).report.error == "the page is longer than 1 MB")
    let many = ScrapedTarget { $0.limits.samples = 3 }
    #expect(many.page("a 1\nb 1\nc 1\nd 1\ne 1\n").report.error == "the page has more than 3 samples")
    let labelled = ScrapedTarget { $0.limits.labels = 2 }
    #expect(labelled.page("a{x=\"1\",y=\"2\"} 1\n").report.error == nil)
    #expect(
      labelled.page("a{x=\"1\",y=\"2\",z=\"3\"} 1\n").report.error == "a series has more than 2 labels")
    let wordy = ScrapedTarget { $0.limits.seriesBytes = 1_000 }
    let text = (0..<100).map { "name_\($0)_\(String(repeating: "x", count: 50)) 1\n" }.joined()
    #expect(
      wordy.page(text).report.error
        == "the page has more than 200000 series, or more text in them than fits")
    #expect(wordy.page("a 1\n").samples.count == 1)
  }

  @Test func aPageOfHTMLIsNone() {
    let html = "<!DOCTYPE html>\n<html><body>\n<p>Sign in</p>\n</body></html>\n"
    let all = ScrapedTarget()
    #expect(
      all.page(html).report.error
        == "no page of metrics: line 1, column 1: expected a metric's name, found '<!DOCTYPE html>'")
    let some = ScrapedTarget()
    some.names = ["up"]
    #expect(some.page(html).report.error?.hasPrefix("no page of metrics: line 1") == true)
    #expect(
      some.page("nothing to see here", type: "text/html; charset=utf-8").report.error
        == "expected a page of metrics, got text/html")
  }

  @Test func onlyWantedMetricsAreReadAndNewWishesCountFromTheNextPageOn() {
    let target = ScrapedTarget()
    target.names = ["b"]
    let page = "a 1\nb 2\nc{x=\"1\"} 3\n"
    #expect(target.told(target.page(page)) == [#"b{instance="t",job="j"} 2.0 @1000"#])
    target.names = ["b", "c"]
    let more = target.page(page)
    #expect(more.begun.count == 1 && more.samples.count == 2)
    target.names = []
    #expect(target.page(page).ended.count == 2)
  }

  @Test func familiesAreListedWithTypeAndHelpAlsoOfMetricsThatNobodyWants() {
    let target = ScrapedTarget()
    (target.names, target.listsFamilies) = (["up"], true)
    let page = target.page(
      """
      # HELP h Takes \\\\ and\\nlines.
      # TYPE h histogram
      h_bucket{le="1"} 1
      h_bucket{le="+Inf"} 2
      h_sum 3
      h_count 2
      bare 1
      # TYPE c_total counter
      c_total 1

      """)
    #expect(page.samples.isEmpty)
    #expect(
      page.families.map { "\($0.name) \($0.type) \($0.help)" } == [
        "bare unknown ", "c_total counter ", "h histogram Takes \\ and\nlines.",
      ])
  }

  @Test func aPagesOwnLabelsGiveWayOrCountAsTheTargetSays() {
    let page = #"a{job="own",exported_instance="e",instance="i",x="1"} 1"# + "\n"
    let target = ScrapedTarget()
    #expect(
      target.told(target.page(page)) == [
        #"a{exported_exported_instance="i",exported_instance="e",exported_job="own",instance="t",job="j",x="1"} 1.0 @1000"#
      ])
    let honest = ScrapedTarget { $0.honorsLabels = true }
    #expect(
      honest.told(honest.page(page))
        == [#"a{exported_instance="e",instance="i",job="own",x="1"} 1.0 @1000"#])
  }

  @Test func aSamplesOwnTimeCountsUnlessTheTargetSaysNo() {
    let target = ScrapedTarget()
    #expect(target.page("a 1 777\nb 1\n").samples.map(\.at) == [777, 1_000])
    let other = ScrapedTarget { $0.honorsTimestamps = false }
    #expect(other.page("a 1 777\nb 1\n").samples.map(\.at) == [1_000, 1_000])
  }

  @Test func aSeriesWithALabelTwiceIsRefusedInEachPage() {
    let target = ScrapedTarget()
    let page = "a{x=\"1\",x=\"2\"} 1\nb 1\n"
    for _ in 0..<3 { #expect(target.told(target.page(page)).allSatisfy { $0.hasPrefix("b{") }) }
  }

  @Test func theSameSeriesTwiceInAPageCountsOnce() {
    let target = ScrapedTarget()
    #expect(target.page("a 1\na 2\n").samples.map(\.value) == [1])
  }
}
