import Metrics
import Testing

/// What is taken and what is refused, beside three other programs: where one of them decides otherwise, the
/// group says which and why.
struct ParseRefusalTests {
  struct Group: Sendable {
    var reason: String
    var format: ExpositionFormat
    var isAccepted: Bool
    var against: Set<Judge> = []
    /// Whether a judge that takes the pages reads the same in them.
    var isReadAlike = true
    var pages: [String]
  }

  /// Pages as Latin-1, so that `\u{E9}` alone is a byte of invalid UTF-8.
  static let groups: [Group] = [
    Group(
      reason: "well-formed text", format: .text, isAccepted: true,
      pages: [
        "", "a 1\n", "a{b=\"c\"} 1\n", "a{} 1\n", "a{b=\"c\",} 1\n", "a{b=\"c\"}1\n", ":a:b 1\n", "a\t2\n",
        "a{b=\"\"} 1\n", "a{b=\"\\n\\\\\\\"\"} 1\n", "a{b=\"\u{C3}\u{A9}\"} 1\n", "a{b=\"\0\"} 1\n",
        "a{b=\"}, # {\"} 1\n", "a nAn\n", "a infinity\n", "a -INF\n", "a +Inf\n", "a .5\n", "a 5.\n",
        "a +7e-3\n",
        "a 1e-400\n", "a 4.9e-324\n", "a 1.7976931348623157e308\n", "a 12345678901234567890123\n",
        "a 0.1000000000000000055511151231257827\n", "a 9007199254740993\n", "a -0\n",
        "a 1." + String(repeating: "0", count: 400) + "\n", "a 1 1395066363000\n", "a 3 0\n",
        "\n\n \na 1\n", "#HELP a\n", "#\n", "# HELP a\n", "# HELP a x\\n\\\\\na 1\n", "# EOF\na 1\n",
        "# HELP a b\n# TYPE a gauge\na 1\n", "# TYPE a untyped\na 1\n",
        "# TYPE a summary\na{quantile=\"0.5\"} 1\n",
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n", "a_bucket{le=\"x\"} 1\n",
      ]),
    Group(
      reason: "wrong text", format: .text, isAccepted: false,
      pages: [
        "a 0x1p-2\n", "a 0x1F\n", "a .\n", "a 1e\n", "a --1\n", "a{b=\"c\",,} 1\n", "a{b=\"\u{E9}\"} 1\n",
        "# TYPE 1a counter\n", "# TYPE a-b counter\n", "{a=\"b\"} 1\n", "a\n", "a{b=\"c\"}\n", "a{b=c} 1\n",
        "a{b=\"c} 1\n", "a{b=\"c\" 1\n", "\u{EF}\u{BB}\u{BF}a 1\n", "a 1 # {x=\"y\"} 1\n", "a\u{0}1 1\n",
        "a{b='c'} 1\n", "a 1#x\n", "a 1 #x\n", "a,1\n", "a=1\n", "a.b 1\n", "\u{C3}\u{A9} 1\n",
      ]),
    Group(
      reason: "prometheus_client's text parser is lax", format: .text, isAccepted: false, against: [.client],
      pages: [
        "a{,} 1\n", "a{,b=\"c\"} 1\n", "a 1 5.0\n", "a 1 1.5e3\n", "a 1 99999999999999999999\n", "a 1\r\n",
        "a 1_000\n", "a +nan\n", "a 1e400\n", "a 1" + String(repeating: "0", count: 400) + "\n",
        "# TYPE a info\na 1\n", "# TYPE a unknown\na 1\n", "a{b=\"1\",b=\"2\"} 1\n", "a{__name__=\"b\"} 1\n",
        "a{b:c=\"1\"} 1\n", "a{1b=\"1\"} 1\n", "a{b} 1\n", "a 1 2 3\n",
      ]),
    Group(
      reason:
        "promtool wants the last newline, known escapes, no blank before '{', one HELP and TYPE, and an le of numbers",
      format: .text, isAccepted: true, against: [.promtool],
      pages: [
        "a 1", "a{b=\"\\x\"} 1\n", "# HELP a \\x\na 1\n", "a { b = \"c\" } 1 \n",
        "# HELP a x\n# HELP a y\na 1\n",
        "# TYPE a counter\n# TYPE a counter\na 1\n", "# TYPE a histogram\na_bucket{le=\"x\"} 1\n",
      ]),
    Group(
      reason: "promtool does not miss a type or name, nor look at a HELP's encoding",
      format: .text, isAccepted: false, against: [.promtool],
      pages: ["# TYPE a\n", "# HELP \n", "# HELP a \u{E9}\n"]),
    Group(
      reason: "the format has commas between labels", format: .text, isAccepted: false,
      against: [.prometheus, .client], pages: ["a{b=\"c\" d=\"e\"} 1\n"]),
    Group(
      reason: "the format parts a name from its value by blanks", format: .text, isAccepted: false,
      against: [.prometheus, .promtool], pages: ["a+1\n"]),
    Group(
      reason: "a newline ends a line even in quotes, and HELP is for a metric's name", format: .text,
      isAccepted: false,
      against: [.prometheus], pages: ["a{b=\"c\nd\"} 1\n", "# HELP a-b counter\n"]),
    Group(
      reason: "the format ignores blanks around a line's tokens; a timestamp is any integer", format: .text,
      isAccepted: true, against: [.prometheus],
      pages: [" a 1\n", "# TYPE a  counter\na 1\n", "a 1 -5\n"]),
    Group(
      reason: "the same, and promtool sees no type before the blank", format: .text, isAccepted: true,
      against: [.prometheus, .promtool], pages: ["# TYPE a counter \na 1\n", "\ta\t1\t5\t\n"]),
    Group(
      reason: "the others want a name behind HELP", format: .text, isAccepted: true, against: [.client],
      pages: ["# HELP\n"]),
    Group(
      reason: "names in quotes are younger than these judges (Prometheus 3)", format: .text, isAccepted: true,
      against: [.prometheus, .promtool, .client], pages: ["{\"a.b\"} 1\n", "{\"a.b\",c=\"d\"} 1\n"]),
    Group(
      reason: "so are labels in quotes, and the client takes the quotes for a part of the name",
      format: .text,
      isAccepted: true, against: [.prometheus, .promtool], isReadAlike: false,
      pages: ["a{\"b\"=\"d\"} 1\n"]),
    Group(
      reason: "well-formed OpenMetrics", format: .openMetrics, isAccepted: true,
      pages: [
        "# EOF\n", "# EOF", "a 1\n# EOF\n", "a{b=\"c\"} 1\n# EOF\n", "a{b=\"c\",d=\"e\"} 1\n# EOF\n",
        "a{} 1\n# EOF\n",
        "# TYPE a counter\na_total 1\na_created 1\n# EOF\n", "# TYPE a unknown\na 1\n# EOF\n",
        "# TYPE a gaugehistogram\n# EOF\n", "# TYPE a info\na_info{b=\"c\"} 1\n# EOF\n",
        "# TYPE a stateset\na{a=\"c\"} 1\n# EOF\n", "# UNIT a_seconds seconds\na_seconds 1\n# EOF\n",
        "# UNIT a_s \na_s 1\n# EOF\n", "# HELP a \na 1\n# EOF\n", "# HELP a  \\\"x\\\"\na 1\n# EOF\n",
        "a 1 1.5\n# EOF\n", "a 1 1520879607.789\n# EOF\n", "a 1 1520879607.7899999\n# EOF\n",
        "a 1 1.5e3\n# EOF\n",
        "a 1 -1\n# EOF\n", "a 1 +1\n# EOF\n", "# TYPE a counter\na_total 1 # {x=\"y\"} 1\n# EOF\n",
        "# TYPE a counter\na_total 1 # {} 1\n# EOF\n",
        "# TYPE a counter\na_total 1 2 # {x=\"y\"} 1 2\n# EOF\n",
        "a{b=\"\\x\"} 1\n# EOF\n", "a{b=\"\\n\\\\\\\"\"} 1\n# EOF\n", "a +Inf\n# EOF\n", "a inf\n# EOF\n",
        "a{b=\"# {\"} 1\n# EOF\n",
      ]),
    Group(
      reason: "wrong OpenMetrics", format: .openMetrics, isAccepted: false,
      pages: [
        "", "a 1\n", "# EOF\n\n", "# EOF \n", "# EOF\na 1\n", "a 1\n\n# EOF\n", "a  1\n# EOF\n",
        " a 1\n# EOF\n",
        "a\t1\n# EOF\n", "a 1 \n# EOF\n", "a{b=\"c\",} 1\n# EOF\n", "a{b=\"c\", d=\"e\"} 1\n# EOF\n",
        "a {b=\"c\"} 1\n# EOF\n", "a{b=\"c\"}1\n# EOF\n", "# x\n# EOF\n", "#EOF\n",
        "# TYPE a untyped\na 1\n# EOF\n",
        "# UNIT a_seconds meters\na_seconds 1\n# EOF\n", "# UNIT seconds seconds\nseconds 1\n# EOF\n",
        "# HELP a\na 1\n# EOF\n", "a 1 NaN\n# EOF\n", "a 1 1e400\n# EOF\n", "a 1 1_0\n# EOF\n",
        "a 1 1.5 \n# EOF\n",
        "# TYPE a counter\na_total 1 # {x=\"y\"}\n# EOF\n",
        "# TYPE a counter\na_total 1 #{x=\"y\"} 1\n# EOF\n",
        "# TYPE a counter\na_total 1 # x\n# EOF\n", "a{b=\"c\nd\"} 1\n# EOF\n", "a 0x1p3\n# EOF\n",
        "a 1_0\n# EOF\n",
        "a{b=\"\u{E9}\"} 1\n# EOF\n", "a 1\r\n# EOF\r\n", "a\n# EOF\n", "a 1 2 3\n# EOF\n",
        "# TYPE a counter\na_total 1 # {x=\"y\"} 1 2 3\n# EOF\n", "# TYPE a counter \na_total 1\n# EOF\n",
        "# TYPE a  counter\na_total 1\n# EOF\n", "a{,} 1\n# EOF\n", "a{b=\"c\"d=\"e\"} 1\n# EOF\n",
      ]),
    Group(
      reason: "values beyond a double are wrong, not infinite", format: .openMetrics, isAccepted: false,
      against: [.client], pages: ["a 1e400\n# EOF\n", "a 1.7976931348623159e308\n# EOF\n"]),
    Group(
      reason: "a family's rules are not a line's", format: .openMetrics, isAccepted: true, against: [.client],
      pages: ["# TYPE a counter\na 1\n# EOF\n"]),
    Group(
      reason: "OpenMetrics 1.1 and Prometheus 3 have exemplars everywhere", format: .openMetrics,
      isAccepted: true,
      against: [.client, .prometheus], pages: ["# TYPE a gauge\na 1 # {x=\"y\"} 1\n# EOF\n"]),
    Group(
      reason: "names in quotes are younger than these judges (Prometheus 3)", format: .openMetrics,
      isAccepted: true, against: [.prometheus, .client], pages: ["{\"a.b\",c=\"d\"} 1\n# EOF\n"]),
  ]

  private static func bytes(_ page: String) -> [UInt8] { page.unicodeScalars.map { UInt8($0.value) } }

  @Test(arguments: groups)
  func `pages are taken or refused as said`(_ group: Group) {
    for page in group.pages {
      let parsed = ParsedPage(Self.bytes(page), group.format)
      let isAccepted = parsed.problems.isEmpty && !parsed.items.contains("duplicate labels")
      #expect(isAccepted == group.isAccepted, "\(page.debugDescription): \(parsed.problems)")
    }
  }

  @Test(arguments: Judge.allCases)
  func `another program decides alike and reads the same samples`(_ judge: Judge) throws {
    let all = Self.groups.flatMap { group in group.pages.map { (group, Self.bytes($0), $0) } }
    let verdicts = try judge.verdicts(on: all.map { ($0.0.format, $0.1) })
    try #require(verdicts.count == all.count)
    for ((group, bytes, text), verdict) in zip(all, verdicts) {
      guard let verdict else { continue }
      let isExpected = (verdict.refused == nil) == (group.isAccepted != group.against.contains(judge))
      #expect(isExpected, "\(judge) on \(text.debugDescription): \(verdict.refused ?? "takes it")")
      if judge == .promtool || !group.isAccepted || !group.isReadAlike || verdict.refused != nil { continue }
      // Prometheus keeps a sample with a timestamp of its own where it cannot be asked for "now".
      let ours = ParsedPage(bytes, group.format).samples.filter { judge == .client || $0.timestamp == nil }
      #expect(verdict.samples.sortedText == ours.sortedText, "\(judge) on \(text.debugDescription)")
    }
  }
}
