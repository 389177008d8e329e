import Cluster
import Document
import Testing

@testable import ClusterTUI

/// `clustertui why` without a cluster: what it prints, and with which code it ends.
@Suite struct WhyCommandTests {
  /// Time passes with every look at the clock, so that nothing has to be waited for.
  private final class Time {
    var milliseconds: Int64 = 0
    func next() -> Int64 {
      milliseconds += 1_000
      return milliseconds
    }
  }

  private func run(
    _ words: String..., answer: @escaping @Sendable (Need, Outbox) -> Void
  ) throws -> (code: Int32, text: String) {
    let time = Time()
    let clock = Clock(
      epochSeconds: { ReportSample.now }, milliseconds: { time.next() }, local: { _ in ("14:02", 0) })
    let session = Session(
      connector: Connector(
        contexts: [],
        open: { _ in .success(Connector.Link(reader: AnsweringReader(answer), writer: { .silent })) }),
      clock: clock)
    defer { session.close() }
    var text = ""
    let code = WhyCommand.run(try Arguments.parse(["why"] + words), session, context: "test") {
      text += $0 + "\n"
    }
    #expect(!session.world.canChange)
    return (code, text)
  }

  private static func telling(_ state: Diagnosis.State, isWhole: Bool = true)
    -> @Sendable (Need, Outbox) -> Void
  {
    { need, outbox in
      if need == .kinds { outbox.post(.kinds([Stage.deployments])) }
      guard case .diagnosis(let ref) = need else { return }
      outbox.post(.diagnosis(ref, ReportSample.diagnosis(state, isWhole: isWhole)))
      outbox.post(.phase(need, .live))
    }
  }

  private static func refusing(_ status: Int, _ why: String) -> @Sendable (Need, Outbox) -> Void {
    { need, outbox in
      if need == .kinds { outbox.post(.kinds([Stage.deployments])) }
      if case .diagnosis = need { outbox.post(.phase(need, .refused(status: status, why: why))) }
    }
  }

  @Test func whatIsBrokenIsToldWithItsGroundAndEndsWithOne() throws {
    let (code, text) = try run("deploy/api", answer: Self.telling(.broken))
    #expect(code == 1)
    #expect(text.contains("deployment shop/api 3/5 ready"))
    #expect(text.contains("image shop/api:v9 not found"))
    #expect(text.contains("hopeless until changed"))
    #expect(text.contains("roll back to revision 11"))
    #expect(text.contains("password=****(10)"))
    #expect(!text.contains(ReportSample.password))
  }

  @Test func theOtherEndsHaveCodesOfTheirOwn() throws {
    #expect(try run("deploy", "api", answer: Self.telling(.healthy("5 of 5"))).code == 0)
    #expect(try run("deploy/api", answer: Self.telling(.underway("2 of 5"))).code == 1)
    #expect(try run("deploy/api", answer: Self.telling(.gone("deleted"))).code == 2)
    #expect(try run("deploy/api", answer: Self.telling(.unknown("not allowed"))).code == 2)
    #expect(try run("deploy/api", answer: Self.refusing(404, "not found")).code == 2)
    #expect(try run("deploy/api", answer: Self.refusing(403, "forbidden")).code == 2)
    #expect(try run("deploy/api", answer: { _, _ in }).code == 2)
    #expect(
      try run("nothing/api") { need, outbox in
        if need == .kinds { outbox.post(.kinds([])) }
      }.code == 2)
  }

  @Test func customObjectsThatNobodyKnowsOfAreSaid() throws {
    let (code, text) = try run("deploy/api") { need, outbox in
      if need == .kinds { outbox.post(.phase(need, .stale(since: 0, why: "no answer"))) }
      Self.telling(.broken)(need == .kinds ? .rows(Query("v1/pods")) : need, outbox)
    }
    #expect(code == 1)
    #expect(text.contains("custom objects: the server did not tell its kinds"), "\(text)")
  }

  @Test func jsonIsOneDocument() throws {
    let (code, text) = try run("deploy/api", "-o", "json", answer: Self.telling(.broken))
    let json = try #require(JSON.parse(Array(text.utf8)).value)
    #expect(code == 1)
    #expect(json["schema"].string == "clustertui.dev/why/v1")
    #expect(json["object"]["kind"].string == "Deployment")
    #expect(json["hopeless"].bool == true)
    #expect(json["problem"]["findings"][0]["verdict"].string == "hopeless")
  }

  @Test func aGateEndsWhenItIsWellOrHopelessAndElseWaits() throws {
    #expect(try run("deploy/api", "--wait", "5m", answer: Self.telling(.healthy(""))).code == 0)
    #expect(try run("deploy/api", "--wait", "5m", answer: Self.telling(.broken)).code == 1)
    #expect(try run("deploy/api", "--wait", "2s", answer: Self.telling(.underway(""))).code == 1)
    #expect(try run("deploy/api", "--wait", "2s", answer: Self.refusing(404, "not found")).code == 2)
    #expect(try run("deploy/api", "--wait", "5m", answer: Self.refusing(403, "forbidden")).code == 2)
  }

  // MARK: The gate as a value

  private func diagnosis(_ state: Diagnosis.State) -> Diagnosis { ReportSample.diagnosis(state) }

  @Test func anObjectThatComesLateIsWaitedFor() {
    var gate = WhyGate(waitSeconds: 60, now: 0)
    #expect(gate.saw(nil, .refused(status: 404, why: "not found"), now: 1_000) == .goOn)
    #expect(gate.saw(diagnosis(.gone("")), .live, now: 2_000) == .goOn)
    #expect(gate.saw(diagnosis(.underway("")), .live, now: 3_000) == .goOn)
    #expect(gate.saw(nil, .stale(since: 0, why: "no connection"), now: 4_000) == .goOn)
    #expect(gate.saw(diagnosis(.healthy("")), .live, now: 5_000) == .end(0))
  }

  @Test func hopelessMustStandForAWhile() {
    var gate = WhyGate(waitSeconds: 60, now: 0)
    #expect(gate.saw(diagnosis(.broken), .live, now: 1_000) == .goOn)
    #expect(gate.milliseconds(now: 2_800) == 200)
    #expect(gate.saw(diagnosis(.underway("")), .live, now: 2_000) == .goOn)
    #expect(gate.saw(diagnosis(.broken), .live, now: 2_500) == .goOn)
    #expect(gate.saw(diagnosis(.broken), .live, now: 4_400) == .goOn)
    #expect(gate.saw(diagnosis(.broken), .live, now: 4_500) == .end(1))
  }

  @Test func whatHealsIsWaitedForUntilTheTimeIsUp() {
    var gate = WhyGate(waitSeconds: 60, now: 0)
    var broken = diagnosis(.broken)
    broken.problem = ReportSample.problem(verdict: .heals("it retries"))
    #expect(gate.saw(broken, .live, now: 59_999) == .goOn)
    #expect(gate.saw(broken, .live, now: 60_000) == .end(1))
  }

  @Test func wrongWordsAreTold() {
    func problem(_ words: String...) -> String? {
      do throws(Arguments.Problem) { _ = try Arguments.parse(words) } catch { return error.text }
      return nil
    }
    #expect(problem("why") == "why takes an object: why deploy/web, or why deploy web")
    #expect(problem("why", "deploy/") == "why takes an object: why deploy/web, or why deploy web")
    #expect(problem("why", "deploy/a", "b") == "why takes an object: why deploy/web, or why deploy web")
    #expect(problem("why", "deploy/a", "-A") == "why looks at one object: name one namespace with -n")
    #expect(
      problem("why", "deploy/a", "--wait", "5") == "--wait takes a duration such as 90s, 5m or 1h30m, not '5'"
    )
    #expect(problem("why", "deploy/a", "-o", "yaml") == "-o is text or json, not 'yaml'")
    #expect(problem("oncall", "pods") == "unexpected 'pods'")
    #expect(problem("oncall", "--once", "--bell") == "--bell and --notify belong to the screen")
    #expect(problem("pods", "--wait", "5m")?.hasPrefix("--wait belongs to 'why'") == true)
    #expect(problem("why", "deploy", "a", "-n", "shop", "--wait", "5m", "-o=json") == nil)
  }
}
