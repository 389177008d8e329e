import Foundation
import TestSupport
import Testing

@testable import Metrics

/// Numbers, headers and lines as both formats want them.
@Suite struct ServeTextTests {
  @Test(
    arguments: [
      (0, "0"), (-0.0, "-0"), (1, "1"), (-1, "-1"), (0.25, "0.25"), (100_000, "100000"), (999_999, "999999"),
      (1_000_000, "1e+06"), (1_234_567, "1.234567e+06"), (1.6e9, "1.6e+09"),
      (1_795_230_001, "1.795230001e+09"),
      (0.0001, "0.0001"), (0.00001, "1e-05"), (1e100, "1e+100"), (1e-300, "1e-300"), (-2.5, "-2.5"),
      (123.456, "123.456"), (0.1 + 0.2, "0.30000000000000004"), (.leastNonzeroMagnitude, "5e-324"),
      (1.7976931348623157e308, "1.7976931348623157e+308"),
      (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
      (9_007_199_254_740_992, "9.007199254740992e+15"),
    ] as [(Double, String)])
  func numbersAreSpelledAsGoSpellsThem(value: Double, text: String) {
    #expect(NumberText.text(value) == text)
  }

  @Test func everyNumberReadsBack() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      #expect(Double(NumberText.text(value)) == value)
    }
  }

  @Test func aCounterLosesItsSuffixInOpenMetricsOnly() {
    let family = MetricFamily("x_bytes_total", "Bytes \"sent\"\\\nso far.", .counter, unit: "bytes")
    #expect(
      String(decoding: family.header(.text), as: UTF8.self) == """
        # HELP x_bytes_total Bytes "sent"\\\\\\nso far.
        # TYPE x_bytes_total counter

        """)
    #expect(
      String(decoding: family.header(.openMetrics), as: UTF8.self) == """
        # HELP x_bytes Bytes \\"sent\\"\\\\\\nso far.
        # TYPE x_bytes counter
        # UNIT x_bytes bytes

        """)
  }

  @Test func whatOneFormatCannotTellIsToldAsTheNextBest() {
    func types(_ family: MetricFamily) -> [String] {
      [ExpositionFormat.text, .openMetrics].map { String(decoding: family.header($0), as: UTF8.self) }
    }
    // A counter without its suffix is refused by OpenMetrics' parsers.
    #expect(types(MetricFamily("x", "", .counter)) == ["# TYPE x counter\n", "# TYPE x unknown\n"])
    #expect(types(MetricFamily("x_info", "", .info)) == ["# TYPE x_info gauge\n", "# TYPE x info\n"])
    #expect(types(MetricFamily("x", "", .unknown)) == ["# TYPE x untyped\n", "# TYPE x unknown\n"])
    #expect(types(MetricFamily("x", "", .gauge, unit: "bytes")) == ["# TYPE x gauge\n", "# TYPE x gauge\n"])
  }

  @Test func labelsAreEscapedAndRepaired() {
    var writer = SeriesWriter(names: ["a", "b"])
    writer.beginObject()
    writer.base("pod", "x\"y\\z\nw")
    writer.line(1)
    writer.endFamily()
    writer.begin()
    ([0x61, 0xFF, 0xC3, 0xA9] as [UInt8]).withUnsafeBytes { writer.label("v", $0) }
    writer.end(2)
    writer.beginWithoutBase()
    writer.end(3)
    writer.endFamily()
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == "a{pod=\"x\\\"y\\\\z\\nw\"} 1\nb{pod=\"x\\\"y\\\\z\\nw\",v=\"a\u{FFFD}é\"} 2\nb 3\n")
    #expect(writer.ends == [22, writer.bytes.count])
  }

  @Test func aSeriesIsWrittenOnce() {
    var writer = SeriesWriter(names: ["a", "b"])
    writer.beginObject()
    for round in 0..<3 {
      for index in 0..<40 {
        writer.begin()
        writer.label("i", "\(index)")
        writer.end(Double(round))
      }
    }
    let lines = String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 40)
    #expect(lines.allSatisfy { $0.hasSuffix(" 0") })
    writer.endFamily()
    writer.line(1)
    writer.endFamily()
    #expect(String(decoding: writer.bytes[writer.ends[0]...], as: UTF8.self) == "b 1\n")
  }

  @Test func familiesOfSeveralSourcesStandTogetherOnce() {
    let a = MetricFamily("a_total", "A.", .counter)
    let b = MetricFamily("b", "B.")
    var page = ExpositionPage()
    page.add([FamilyLines(a, lines: "a_total{s=\"1\"} 1\n"), FamilyLines(b, lines: "")])
    page.add(FamilyLines(a, lines: "a_total{s=\"2\"} 2\n"))
    #expect(
      page.text(.text) == """
        # HELP a_total A.
        # TYPE a_total counter
        a_total{s="1"} 1
        a_total{s="2"} 2
        # HELP b B.
        # TYPE b gauge

        """)
    #expect(
      page.text(.openMetrics) == """
        # HELP a A.
        # TYPE a counter
        a_total{s="1"} 1
        a_total{s="2"} 2
        # HELP b B.
        # TYPE b gauge
        # EOF

        """)
  }

  @Test(
    arguments: [
      (nil, .text), ("", .text), ("*/*", .text), ("text/plain", .text),
      ("application/openmetrics-text", .openMetrics),
      (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        .openMetrics
      ),
      ("application/openmetrics-text; version=1.0.0; q=0.2, text/plain; q=0.9", .text),
      ("Application/OpenMetrics-Text ; Q=0.9 , text/*;q=0.3", .openMetrics),
      ("application/openmetrics-text;q=0", .text), ("application/openmetrics-text;q=x", .text),
      ("application/openmetrics-text;version=2.0.0", .text), (",,;;=,q=1", .text),
      ("application/openmetrics-text;version=\"1.0.0\"", .openMetrics),
    ] as [(String?, ExpositionFormat)])
  func theClientsWishesDecideOnTheFormat(accept: String?, format: ExpositionFormat) {
    #expect(Negotiation.format(accept: accept) == format)
  }
}
