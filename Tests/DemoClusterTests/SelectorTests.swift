import Testing

@testable import DemoCluster

@Suite struct SelectorTests {
  @Test func labelSelectorsHoldAsTheirGrammarSays() throws {
    let labels = [Pair("app", "web"), Pair("empty", ""), Pair("size", "12"), Pair("tier", "front")]
    func check(_ text: String, _ holds: Bool) throws {
      #expect(try LabelSelector(text).matches(labels) == holds, "\(text)")
    }
    try check("", true)
    try check("app=web", true)
    try check("app==web,tier=front", true)
    try check("app!=web", false)
    try check("other!=web", true)
    try check("app in (db, web)", true)
    try check("app in (db)", false)
    try check("app notin (db,cache)", true)
    try check("other notin (x)", true)
    try check("app", true)
    try check("!app", false)
    try check(" ! other , app ", true)
    try check("empty=", true)
    try check("app=", false)
    try check("size>11,size<13", true)
    try check("size>12", false)
    try check("app>1", false)
  }

  @Test func brokenSelectorsSayWhatIsWrong() {
    func check(_ text: String, _ message: String) {
      do throws(Failure) {
        _ = try LabelSelector(text)
        Issue.record("\(text) was read")
      } catch {
        #expect(error.message == message)
      }
    }
    check("a==b==c", "found '==', expected: ',' or 'end of string'")
    check("a,", "found '', expected: identifier after ','")
    check("a in b", "found 'b', expected: '('")
    check("=a", "found '=', expected: !, identifier, or 'end of string'")
    check(
      "a>b",
      "unable to parse requirement: values[0][a]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be "
        + "an integer")
  }

  @Test func schedulesFindTheirNextMinute() {
    // 2026-11-21T08:00:20Z, a Saturday.
    let start = Moment(seconds: 1_795_248_020)
    func check(_ text: String, _ next: String?) {
      let found = CronSchedule(text)?.next(after: start)
      #expect(found.map { World.timestamp($0.seconds) } == next, "\(text)")
    }
    check("* * * * *", "2026-11-21T08:01:00Z")
    check("*/15 * * * *", "2026-11-21T08:15:00Z")
    check("30 2 * * *", "2026-11-22T02:30:00Z")
    check("0 4 * * 0", "2026-11-22T04:00:00Z")
    check("5,50 8-10 * * *", "2026-11-21T08:05:00Z")
    check("0 0 1 1 *", "2027-01-01T00:00:00Z")
    check("0 0 13 * 5", "2026-11-27T00:00:00Z")
    check("0 0 31 2 *", nil)
    #expect(CronSchedule("61 * * * *") == nil)
    #expect(CronSchedule("* * * *") == nil)
  }

  @Test func acceptHeadersChooseTheFirstFormWeHave() {
    #expect(Representation(accept: nil) == .json)
    #expect(Representation(accept: "application/vnd.kubernetes.protobuf,application/json") == .json)
    #expect(
      Representation(
        accept:
          "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,"
          + "application/json") == .table)
    #expect(
      Representation(accept: "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json") == .json)
    #expect(
      Representation(accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")
        == .partialMetadata)
    #expect(Representation(accept: "text/html") == nil)
  }
}
