import Metrics
import Testing

@Suite struct QueryTextTests {
  @Test(arguments: [
    ("sum(rate(x{a='b'}[90m]))by(job,)", #"sum by (job) (rate(x{a="b"}[1h30m]))"#),
    ("{__name__=\"x\"} OFFSET -5m", "x offset -5m"), ("SUM(x)", "sum(x)"),
    ("x*on(a)group_left y", "x * on (a) group_left () y"), ("x == BOOL 1e3", "x == bool 1000"),
    ("topk(3,x)", "topk(3, x)"), ("-(x)+ -1", "-(x) + -1"), ("{__name__=~\"a|b\"}", #"{__name__=~"a|b"}"#),
    (#"x{a="\x01\"\\"}"#, #"x{a="\x01\"\\"}"#), ("{__name__=\"a b\"}", #"{__name__="a b"}"#),
    (#"{__name__="a",__name__="b"}"#, #"{__name__="a",__name__="b"}"#),
    ("sum without () (x)", "sum without () (x)"),
    ("x[1y2w1d]", "x[380d]"), ("Inf", "Inf"), ("0x10", "16"), ("1e300", "1e+300"),
  ])
  func aQueryHasOneSpelling(_ query: String, _ text: String) throws {
    let expression = try Expression(query)
    #expect(expression.text == text)
    #expect(try Expression(text).text == text)
  }

  @Test func theMetricsAskedForAreKnown() throws {
    #expect(
      try Expression("sum(rate(a[5m])) / b + on () {__name__=\"c\"} + a").metricNames == ["a", "b", "c"])
  }
}
