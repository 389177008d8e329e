import Metrics
import Testing

struct ParseNumberTests {
  @Test func `every double comes back bit by bit, short or with all its digits`() {
    var random = SystemRandomNumberGenerator()
    var values: [Double] = [
      0, -0.0, .leastNonzeroMagnitude, Double(bitPattern: 0xF_FFFF_FFFF_FFFF), .greatestFiniteMagnitude, 1e22,
      1e23, 0.1, 1 / 3,
    ]
    while values.count < 20_000 {
      let value = Double(bitPattern: random.next())
      if value.isFinite { values.append(value) }
      values.append(Double(Int32.random(in: .min ... .max)) / 1000)
    }
    let page = ParsedPage(values.map { "a \($0)\n" }.joined())
    #expect(page.problems == [])
    #expect(page.samples.map(\.value.bitPattern) == values.map(\.bitPattern))
  }

  @Test func `any NaN is the plain one and never the marker of an end`() {
    let sample = ParsedPage("a NaN\n").samples.first
    #expect(sample?.value.bitPattern == Double.nan.bitPattern)
  }

  @Test(
    arguments: [
      ("application/openmetrics-text; version=1.0.0; charset=utf-8", ExpositionFormat.openMetrics),
      ("Application/OpenMetrics-Text;version=0.0.1", .openMetrics),
      ("text/plain; version=0.0.4; charset=utf-8", .text), ("text/html", .text), ("", .text), (nil, .text),
      (" application/openmetrics-text", .openMetrics), ("application/openmetrics-textual", .text),
    ] as [(String?, ExpositionFormat)])
  func `the header tells the format`(_ type: String?, _ format: ExpositionFormat) {
    #expect(ExpositionFormat(contentType: type) == format)
  }

  @Test func `one label is found without reading the others`() {
    func value(_ series: String, _ label: StaticString) -> String? {
      var series = series
      return series.withUTF8 {
        SeriesText(UnsafeRawBufferPointer($0)).value(of: label).map { SeriesText.unescaped($0) }
      }
    }
    #expect(value(#"a{pod="p",namespace="n"}"#, "namespace") == "n")
    #expect(value(#"a{pod="namespace=\"x\"", namespace = "n" ,}"#, "namespace") == "n")
    #expect(value(#"{"a.b","c.d"="\\e\n"}"#, "c.d") == "\\e\n")
    #expect(value(#"a{pod="p"}"#, "po") == nil)
    #expect(value("a", "a") == nil)
  }
}
