import Metrics
import Testing

/// Pages that want to harm: each is read to its end, in time that grows with its size alone.
struct ParseHostileTests {
  @Test func `a million labels on a line are read, and known again`() throws {
    let labels = (0..<1_000_000).map { "l\($0)=\"v\"" }.joined(separator: ",")
    let page = ParsedPage("a{" + labels + "} 1\n")
    #expect(page.problems == [])
    #expect(page.samples.first?.labels.all.count == 1_000_001)
    #expect(page.samples.first?.labels["l999999"] == "v")
  }

  @Test func `a million times the same label is one duplicate`() {
    let labels = String(repeating: "l=\"v\",", count: 1_000_000)
    #expect(ParsedPage("a{" + labels + "} 1\n").items == ["duplicate labels"])
  }

  @Test func `a million escapes in a value are taken away`() {
    let escapes = String(repeating: "\\\\", count: 1_000_000)
    let page = ParsedPage("a{b=\"" + escapes + "\"} 1\n")
    #expect(page.samples.first?.labels["b"].utf8.count == 1_000_000)
  }

  @Test func `a quote that is never closed costs its own line each time`() {
    let page = ParsedPage(String(repeating: "a{b=\"\\\n", count: 300_000) + "good 1\n")
    #expect(page.problemCount == 300_000)
    #expect(page.items == ["good{} 1.0"])
  }

  @Test func `a value of a million digits is refused and its neighbours are not`() {
    let digits = String(repeating: "9", count: 1_000_000)
    let page = ParsedPage("a 0.\(digits)\na 1 \(digits)\na 1e\(digits)\ngood 1\n")
    #expect(page.items == ["good{} 1.0"])
    #expect(
      page.problems == [
        "line 1, column 3: expected a number of at most 512 bytes, found '0.9999999999999999999999…'",
        "line 2, column 5: expected a timestamp in whole milliseconds, found '999999999999999999999999…'",
        "line 3, column 3: expected a number of at most 512 bytes, found '1e9999999999999999999999…'",
      ])
  }

  @Test func `bytes that are no text are told without their control characters`() {
    let page = ParsedPage([0x61, 0x20, 0x1B, 0x5B, 0x33, 0x31, 0x6D, 0x00, 0xFF, 0x0A], .text)
    #expect(page.problems == [#"line 1, column 3: expected a number, found '\x1b[31m\x00\xff'"#])
  }

  @Test(arguments: [ExpositionFormat.text, .openMetrics])
  func `every page cut at every place is read`(_ format: ExpositionFormat) {
    let text = """
      # HELP a x
      # TYPE a counter
      a{b="c\\n",d="é"} 1e5 2
      {"e","f"="g"} NaN
      a_total 1 2.5 # {h="i"} 1 2
      # UNIT j_k k
      # EOF

      """
    let page = Array(text.utf8)
    for end in 0...page.count {
      for start in 0...min(40, end) {
        let parsed = ParsedPage(Array(page[start..<end]), format)
        #expect(parsed.items.count + parsed.problemCount <= 10)
      }
    }
  }
}
