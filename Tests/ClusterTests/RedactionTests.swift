import Cluster
import Document
import Testing

/// Everything that is told to a redacted session, with a password in each text of it.
@Suite struct RedactionTests {
  private static let secret = "tr0ub4dor3"
  private static let text = "it said password=\(secret) and left"
  private static let ref = ObjectRef(kind: "v1/pods", namespace: "shop", name: "api", uid: "u")

  /// What comes out of the mailbox.
  private func told(_ delta: Delta) -> Delta? {
    let mailbox = Mailbox<Outbox.Letter>()
    Outbox(mailbox, start: 1, isRedacted: true).post(delta)
    return mailbox.drain().first?.delta
  }

  private static var finding: Finding {
    var finding = Finding("x", of: ref, text, .error, .hopeless(text))
    finding.key = "k"
    finding.evidence = [Evidence(.log("app"), text)]
    finding.offers = [Offer(text, .command(text))]
    finding.cause = Finding.Cause(ref, text)
    finding.unseen = [text]
    return finding
  }

  private static var timeline: Timeline {
    var happening = Happening(at: 1, .event, ref, text, by: "x", source: .event("Failed"))
    happening.ground = text
    var timeline = Timeline()
    (timeline.happenings, timeline.unseen) = ([happening], [text])
    return timeline
  }

  private static var problem: Problem {
    var problem = Problem(id: "p", ref, kindName: "Pod", finding)
    problem.others = [finding]
    problem.consequences = [Problem.Consequence(ref, kindName: "Pod", text)]
    problem.trigger = timeline.happenings[0]
    return problem
  }

  private static var deltas: [Delta] {
    var board = ProblemBoard()
    (board.problems, board.unseen) = ([problem], [text])
    var diagnosis = Diagnosis(ref, kindName: "Pod", .unknown(text))
    diagnosis.problem = problem
    (diagnosis.timeline, diagnosis.checked, diagnosis.unseen) = (timeline, [text], [text])
    var rollout = Rollout(verdict: .stuck(text, since: nil))
    var revision = Rollout.Revision(number: 1, name: "r")
    (revision.cause, revision.images) = (text, [text])
    revision.template = ["env": [["name": "DB_PASSWORD", "value": .string(secret)]]]
    rollout.revisions = [revision]
    rollout.blockers = [Rollout.Blocker(pod: ref, status: "x", why: text)]
    (rollout.template, rollout.problems) = (revision.template, [text])
    var charts = ChartBoard()
    (charts.source, charts.missing, charts.problem) = (text, [text], text)
    charts.charts = [
      Chart(text, unit: .none, lines: [Chart.Line(text, [])], note: text, from: 0, to: 1)
    ]
    let json: JSON = ["spec": ["args": ["--password", .string(secret)], "password": .string(secret)]]
    let change = Change(.restart, ref)
    var progress = Progress(.stuck, text)
    progress.parts = [.init(text)]
    return [
      .object(ref, WholeObject(json: json)),
      .page(ref, Page(title: "x", lines: [PageLine([Span("password", .key), Span(": "), Span(secret)])])),
      .rollout(ref, rollout), .chart(ChartQuery(.cluster), charts), .problems(ProblemsQuery(), board),
      .diagnosis(ref, diagnosis), .timeline(TimelineQuery(), timeline),
      .rights(RightsQuery(kind: "v1/pods", namespace: "shop"), refused: [.logs: text]),
      .phase(.kinds, .stale(since: 0, why: text)), .phase(.kinds, .refused(status: 403, why: text)),
      .phase(.kinds, .ended(why: text)), .notice(text), .progress(1, progress),
      .preview(
        .kinds,
        Preview(
          change, .ready, title: text, command: text, request: text,
          difference: [PageLine([Span(text)])], notes: [.init(text)], base: WholeObject(json: json),
          result: WholeObject(json: json))),
    ]
  }

  @Test func noKindOfNewsBringsACredential() {
    for delta in Self.deltas {
      var before = ""
      dump(delta, to: &before)
      #expect(before.contains(Self.secret))
      var after = ""
      dump(told(delta), to: &after)
      #expect(!after.contains(Self.secret), "\(after)")
    }
  }

  @Test func rowsKeepTheirNamesAndLoseTheirCredentials() throws {
    var writer = RowWriter()
    writer.begin(uid: "u", namespace: "shop", name: "password=\(Self.secret)")
    writer.cell("1/1")
    writer.cell("password=\(Self.secret)")
    writer.cell("after")
    writer.setReason("\(Self.text) \(Moment.mark(5))")
    writer.end()
    guard case .rows(_, let batch)? = told(.rows(Query("v1/pods"), writer.takeBatch())) else {
      Issue.record("no rows")
      return
    }
    let row = try #require(batch.rows.first)
    #expect(row.name.hasSuffix(Self.secret))
    #expect((0..<3).map(row.cell) == ["1/1", "password=**********", "after"])
    #expect(row.reason(now: 10) == "it said password=********** and left 5s ago")
  }

  @Test func logsLoseTheirCredentials() throws {
    var chunk = LogChunk(sources: ["a"])
    chunk.bytes = Array(Self.text.utf8)
    chunk.lines = [.init(start: 0, length: chunk.bytes.count, nanoseconds: 0, source: 0)]
    let query = LogQuery(namespace: "shop", pod: "api")
    guard case .log(_, let masked)? = told(.log(query, chunk)) else {
      Issue.record("no log")
      return
    }
    #expect(String(decoding: masked.bytes, as: UTF8.self) == "it said password=********** and left")
  }

  @Test func whoDoesNotAskForItGetsEverything() {
    let mailbox = Mailbox<Outbox.Letter>()
    Outbox(mailbox, start: 1).post(.notice(Self.text))
    guard case .notice(let text)? = mailbox.drain().first?.delta else {
      Issue.record("no notice")
      return
    }
    #expect(text == Self.text)
  }

  @Test func momentsAreDatedForFiles() {
    let text = "killed \(Moment.mark(0)), not ready for \(Moment.lasting(since: 60)) now"
    #expect(
      Moment.dated(text) == "killed at 1970-01-01T00:00:00Z, not ready since 1970-01-01T00:01:00Z now")
  }
}
