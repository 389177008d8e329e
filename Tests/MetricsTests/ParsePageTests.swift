import Metrics
import Testing

struct ParsePageTests {
  @Test func `a page of text format is read item by item`() {
    let page = ParsedPage(
      """
      # A free comment.
      # HELP http_requests_total Requests, by \\\\ and \\n code.
      # TYPE http_requests_total counter

      http_requests_total{code="200",path="/a\\"b\\\\c\\nd"} 1027 1395066363000
        http_requests_total { code = "400" , } 3 -5
      up 1
      nan NaN
      inf{}+Inf
      minus -Inf\t
      # TYPE wait untyped
      wait 1.5e-3
      """)
    #expect(
      page.items == [
        #"help http_requests_total "Requests, by \\ and \n code.""#,
        "type http_requests_total counter",
        #"http_requests_total{code="200",path="/a\"b\\c\nd"} 1027.0 @1395066363000"#,
        #"http_requests_total{code="400"} 3.0 @-5"#,
        "up{} 1.0",
        "nan{} nan",
        "inf{} inf",
        "minus{} -inf",
        "type wait unknown",
        "wait{} 0.0015",
      ])
    #expect(page.problems == [])
  }

  @Test func `a page of OpenMetrics is read item by item`() {
    let page = ParsedPage(
      """
      # HELP foos Say \\"what\\".
      # TYPE foos counter
      # UNIT foos_seconds seconds
      foos_total{a="x"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607
      foos_created{a="x"} 1520872607.1234
      {"my.metric","label.x"="v"} 1
      # EOF

      """, .openMetrics)
    #expect(
      page.items == [
        #"help foos "Say \"what\".""#,
        "type foos counter",
        "unit foos_seconds seconds",
        #"foos_total{a="x"} 17.0 @1520879607789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607"#,
        #"foos_created{a="x"} 1520872607.1234"#,
        #"my.metric{label.x="v"} 1.0"#,
        "end",
      ])
    #expect(page.problems == [])
  }

  @Test func `a wrong line costs the line and is told with its place`() {
    let page = ParsedPage(
      """
      good 1
      2bad 1
      bad{a=1} 1
      bad{a="1} 1
      bad{a="1" b="2"} 1
      bad one\u{7}
      bad 1 2 3
      bad
      # TYPE bad bad
      good 2
      """)
    #expect(page.items == ["good{} 1.0", "good{} 2.0"])
    #expect(
      page.problems == [
        "line 2, column 1: expected a metric's name, found '2bad 1'",
        "line 3, column 7: expected a label's value in quotes, found '1} 1'",
        "line 4, column 12: expected a '\"' that ends the text, found the end of the line",
        "line 5, column 11: expected ',' or '}' after a label, found 'b=\"2\"} 1'",
        "line 6, column 5: expected a number, found 'one\\x07'",
        "line 7, column 9: expected the end of the line after the timestamp, found '3'",
        "line 8, column 4: expected a blank before the value, found the end of the line",
        "line 9, column 12: expected counter, gauge, histogram, summary or untyped, found 'bad'",
      ])
  }

  @Test func `problems are counted but only the first are kept`() {
    let page = ParsedPage(String(repeating: "1\n", count: 100_000) + "good 1\n")
    #expect(page.items == ["good{} 1.0"])
    #expect(page.problems.count == 10)
    #expect(page.problemCount == 100_000)
  }

  @Test func `invalid UTF-8 in a value costs the line`() {
    var bytes = Array("good{a=\"é\"} 1\nbad{a=\"".utf8)
    bytes += [0xE9]
    bytes += Array("\"} 1\n# HELP good \u{1F600}\ngood 2\n".utf8)
    let page = ParsedPage(bytes, .text)
    #expect(page.items == ["good{a=\"é\"} 1.0", "help good \"😀\"", "good{} 2.0"])
    #expect(page.problems == [#"line 2, column 8: expected valid UTF-8, found '\xe9"} 1'"#])
  }

  @Test func `OpenMetrics must end with EOF and have nothing behind it`() {
    #expect(
      ParsedPage("a 1\n", .openMetrics).problems == [
        "line 2, column 1: expected '# EOF', found the end of the page"
      ])
    #expect(
      ParsedPage("# EOF\na 1\nb 1\n", .openMetrics).problems == [
        "line 2, column 1: expected nothing after '# EOF', found a line"
      ])
    #expect(ParsedPage("# EOF", .openMetrics).problems == [])
    #expect(
      ParsedPage("a 1\n\n# EOF\n", .openMetrics).problems == [
        "line 2, column 1: expected a metric's name, found the end of the line"
      ])
  }

  @Test(arguments: [1, 2, 3, 7, 16, 64])
  func `a page in pieces reads as in one`(_ size: Int) {
    let text = """
      # HELP a text
      # TYPE a counter
      a{b="c",d="e"} 1 2
      wrong{
      {"b.c"} 4
      last 5
      """
    let whole = ParsedPage(text)
    let pieces = ParsedPage(Array(text.utf8), .text, pieces: size)
    #expect(whole.items.count == 5)
    #expect(pieces.items == whole.items)
    #expect(pieces.problems == whole.problems)
  }

  @Test func `a line without end takes nothing until the caller gives up`() {
    var parser = ExpositionParser()
    let line = [UInt8](repeating: 0x61, count: 1 << 20)
    for size in stride(from: 1, through: line.count, by: 997) {
      #expect(line[..<size].withUnsafeBytes { parser.consume($0, isLast: false) { _ in } } == 0)
    }
    #expect(parser.problems == [])
  }

  @Test func `only wanted metrics are read and each run of a name is asked for once`() {
    let text = """
      # TYPE a counter
      a{x="1"} 1
      a{x="2"} 2
      ab{x="1"} not judged
      ab{x="2"} 4
      a 5
      {"b.c",x="1"} 6
      {"d.e",x="1"} 7
      1
      """
    var asked: [String] = []
    let page = ParsedPage(Array(text.utf8), .text) { name in
      asked.append(String(decoding: name, as: UTF8.self))
      return asked.last == "a" || asked.last == "b.c"
    }
    #expect(asked == ["a", "ab", "a", "b.c", "d.e"])
    #expect(
      page.items == [
        "type a counter", #"a{x="1"} 1.0"#, #"a{x="2"} 2.0"#, "a{} 5.0", #"b.c{x="1"} 6.0"#,
      ])
    #expect(page.problems == ["line 9, column 1: expected a metric's name, found '1'"])
  }
}
