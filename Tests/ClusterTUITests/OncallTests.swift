import Cluster
import Document
import Terminal
import Testing

@testable import ClusterTUI

/// The view of whoever is on call.
@Suite struct OncallTests {
  @Test func problemsChangesAndTheLogStandOnOneScreen() {
    let stage = OncallStage()
    stage.tell(ReportSample.board([ReportSample.problem(), ReportSample.problem("web")]))
    stage.tell(
      .timeline(OncallStage.timeline, ReportSample.timeline), .phase(.timeline(OncallStage.timeline), .live))
    #expect(stage.reader.running.contains(.log(OncallStage.log)))
    stage.tellLog(
      OncallStage.log, (1...20).map { "line \($0)" } + ["token=\(ReportSample.password)x9Y8z7W6v5"])
    let screen = stage.screen
    let lines = screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(
      lines[0].contains("oncall") && lines[0].contains("RO") && lines[0].contains("redacted"), "\(screen)")
    #expect(
      screen.contains("image shop/api:v9 not found") && screen.contains("image shop/web:v9"), "\(screen)")
    #expect(screen.contains("─ what changed ─") && screen.contains("revision 12"), "\(screen)")
    #expect(screen.contains("─ log of shop/api-7c9d-x2k ─") && screen.contains("line 20"), "\(screen)")
    #expect(!screen.contains(ReportSample.password), "\(screen)")
    #expect(lines.count == 24)
  }

  @Test func allIsDrawnInAnySize() {
    let stage = OncallStage()
    stage.tell(ReportSample.board())
    for (width, height) in [(1, 1), (20, 5), (40, 11), (80, 24), (100, 16), (200, 60)] {
      (stage.width, stage.height) = (width, height)
      #expect(stage.screen.split(separator: "\n", omittingEmptySubsequences: false).count == height)
    }
  }

  @Test func theLogFollowsTheCursorWhenThatRests() {
    let stage = OncallStage()
    var other = ReportSample.problem("web")
    other.finding.affected = [ObjectRef(kind: "v1/pods", namespace: "shop", name: "web-1", uid: "u-9")]
    other.finding.offers = []
    stage.tell(ReportSample.board([ReportSample.problem(), other]))
    stage.press(.down)
    #expect(stage.reader.running.contains(.log(OncallStage.log)))
    stage.time.milliseconds += 300
    _ = stage.screen
    var log = LogQuery(namespace: "shop", pod: "web-1", uid: "u-9")
    log.tailLines = 100
    #expect(stage.reader.running.contains(.log(log)))
    #expect(!stage.reader.running.contains(.log(OncallStage.log)))
  }

  @Test func nothingCanBeChangedThere() {
    let stage = OncallStage()
    #expect(!stage.session.world.canChange)
    #expect(stage.session.world.isReadOnly)
  }

  @Test func theViewStaysBelowWhateverIsOpened() {
    let stage = OncallStage(ringsBell: true)
    stage.tell(ReportSample.board())
    stage.arm()
    for key in ":pods".map(Key.character) + [.enter] { stage.press(key) }
    #expect(stage.screen.contains("> oncall > pods"), "\(stage.screen)")
    stage.tell(ReportSample.board([ReportSample.problem(), ReportSample.problem("web")]))
    #expect(stage.effects().contains { if case .alert = $0 { true } else { false } })
    for key in ":problems".map(Key.character) + [.enter] { stage.press(key) }
    #expect(stage.screen.contains("what changed"), "\(stage.screen)")
  }

  // MARK: The bell

  @Test func onlyWhatIsNewAndFailsRings() {
    var alarm = Alarm()
    let (api, web) = (ReportSample.problem(), ReportSample.problem("web"))
    func saw(_ problems: [Problem], at seconds: Int64, isWhole: Bool = true) -> [String] {
      alarm.saw(ReportSample.board(problems, isWhole: isWhole), isReady: true, now: seconds).map(
        \.subject.name)
    }
    #expect(saw([api], at: -20, isWhole: false) == [])
    #expect(saw([api], at: -10) == [])
    #expect(saw([api, web], at: 2) == ["web"])
    #expect(saw([api, web, ReportSample.problem("slow", severity: .warning)], at: 3) == [])
    #expect(saw([api, web, ReportSample.problem("slow")], at: 4) == ["slow"])
    // It comes and goes.
    #expect(saw([api], at: 5) == [])
    #expect(saw([api, web], at: 200) == [])
    #expect(saw([api], at: 201) == [])
    #expect(saw([api, web], at: 600) == ["web"])
  }

  @Test func nothingRingsBeforeEverythingThatWasThereIsKnown() {
    var alarm = Alarm()
    let (api, web) = (ReportSample.problem(), ReportSample.problem("web"))
    func saw(_ problems: [Problem], at seconds: Int64, isReady: Bool) -> [String] {
      alarm.saw(ReportSample.board(problems), isReady: isReady, now: seconds).map(\.subject.name)
    }
    #expect(saw([], at: 0, isReady: false) == [])
    #expect(saw([api], at: 20, isReady: false) == [])
    // The kinds are known; objects of custom kinds come a moment later.
    #expect(saw([api], at: 21, isReady: true) == [])
    #expect(saw([api], at: 22, isReady: false) == [])
    #expect(saw([api, web], at: 24, isReady: true) == [])
    #expect(saw([api, web, ReportSample.problem("slow")], at: 30, isReady: true) == ["slow"])
    // What hangs does not keep it silent for ever.
    var other = Alarm()
    #expect(other.saw(ReportSample.board([]), isReady: false, now: 0) == [])
    #expect(other.saw(ReportSample.board([api]), isReady: false, now: 61).count == 1)
  }

  @Test func aBellIsAnEffectWithTheSentence() throws {
    let stage = OncallStage(ringsBell: true)
    stage.tell(ReportSample.board([]))
    stage.arm()
    #expect(stage.effects().isEmpty)
    stage.tell(ReportSample.board())
    let alerts = stage.effects().compactMap { if case .alert(let alert) = $0 { alert } else { nil } }
    #expect(alerts.count == 1)
    #expect(alerts.first?.text.contains("shop/api 3/5: image shop/api:v9 not found") == true)
    #expect(alerts.first?.notifies == false)
    stage.tell(ReportSample.board())
    #expect(stage.effects().isEmpty)
  }

  // MARK: The bundle

  @Test func aBundleHoldsEverythingAndNothingSecret() throws {
    let stage = OncallStage()
    let json = stage.wholeBundle()
    let text = String(decoding: json.encoded(), as: UTF8.self)
    #expect(json["schema"].string == "clustertui.dev/incident/v1")
    #expect(json["problems"].array.count == 1)
    #expect(json["whys"].array.count == 1)
    #expect(json["logs"].array.count == 2)
    #expect(json["objects"].array.count == 2)
    #expect(json["descriptions"].array.count == 2)
    #expect(json["text"].array.contains { $0.string?.contains("image shop/api:v9 not found") == true })
    #expect(!text.contains(ReportSample.password), "\(text)")
    // Nothing of it is asked for any more.
    #expect(!stage.reader.running.contains { if case .object = $0 { true } else { false } })
  }

  @Test func whatDoesNotComeIsNotedAndTheScreenGoesOn() throws {
    let stage = OncallStage()
    stage.tell(ReportSample.board())
    stage.press(.character("b"))
    #expect(stage.screen.contains("bundle 0/"), "\(stage.screen)")
    stage.press(.character("w"))
    #expect(stage.screen.contains("> why"), "\(stage.screen)")
    var saved = ""
    for _ in 0..<20 where saved.isEmpty {
      stage.time.milliseconds += 5_000
      stage.session.takeIn()
      _ = stage.screen
      for case .save(let name, let text) in stage.effects() {
        #expect(name == "incident-test-19700112T134640Z.json")
        saved = text
      }
    }
    let json = try #require(JSON.parse(Array(saved.utf8)).value)
    #expect(json["unseen"].array.contains { $0.string?.contains("no answer within") == true })
    #expect(json["problems"].array.count == 1)
  }

  // MARK: Once

  private func once(
    _ words: String..., board: ProblemBoard?, phases: [Phase] = [.live], kinds: [Kind]? = []
  ) throws -> (code: Int32, text: String) {
    var milliseconds: Int64 = 0
    let clock = Clock(
      epochSeconds: { ReportSample.now },
      milliseconds: {
        milliseconds += 10_000
        return milliseconds
      }, local: { _ in ("14:02", 0) })
    let reader = AnsweringReader { need, outbox in
      if need == .kinds {
        outbox.post(kinds.map(Delta.kinds) ?? .phase(need, .stale(since: 0, why: "no answer")))
      }
      guard case .problems(let query) = need else { return }
      if let board {
        outbox.post(.problems(query, board))
        for phase in phases { outbox.post(.phase(need, phase)) }
      } else {
        outbox.post(.phase(need, .refused(status: 403, why: "you may not list pods")))
      }
    }
    let session = Session(
      connector: Connector(
        contexts: [], open: { _ in .success(Connector.Link(reader: reader, writer: nil)) }),
      clock: clock)
    defer { session.close() }
    var text = ""
    let code = OncallCommand.once(try Arguments.parse(["oncall"] + words), session, context: "test") {
      text += $0 + "\n"
    }
    return (code, text)
  }

  @Test func onceTellsTheBoardAndEnds() throws {
    let broken = try once("--once", board: ReportSample.board())
    #expect(broken.code == 1)
    #expect(
      broken.text
        == """
        test, shop: 1 broken
        x shop/api 3/5: image shop/api:v9 not found, +1 node, hopeless, 5m, since rollout rev 12

        """.replacing("5m", with: "4m"))
    let calm = try once("--once", board: ReportSample.board([]))
    #expect(calm == (0, "test, shop: nothing is broken\nlooked at 42 pods\n"))
    #expect(try once("--once", board: ReportSample.board([], isWhole: false)).code == 2)
    #expect(try once("--once", board: nil).code == 2)
    let notice = ReportSample.board([ReportSample.problem(severity: .notice, verdict: .unclear(""))])
    #expect(try once("--once", board: notice).code == 0)
  }

  @Test func whatIsStillOnItsWayIsWaitedForAndElseSaid() throws {
    let note = "? not everything was looked at in time\n"
    let early = try once("--once", board: ReportSample.board([]), phases: [.listing(got: 1, of: 2)])
    #expect(early.code == 2 && early.text.hasSuffix(note), "\(early.text)")
    let late = try once(
      "--once", board: ReportSample.board([]), phases: [.stale(since: 0, why: "cut off"), .live])
    #expect(late == (0, "test, shop: nothing is broken\nlooked at 42 pods\n"))
    let lost = try once("--once", board: ReportSample.board([]), phases: [.stale(since: 0, why: "cut off")])
    #expect(lost.code == 2 && lost.text.hasSuffix(note), "\(lost.text)")
    let unknown = try once("--once", board: ReportSample.board([]), kinds: nil)
    #expect(unknown.text.contains("? not looked at: custom objects: no answer\n"), "\(unknown.text)")
  }

  @Test func jsonImpliesOnce() throws {
    let (code, text) = try once("-A", "-o", "json", board: ReportSample.board())
    let json = try #require(JSON.parse(Array(text.utf8)).value)
    #expect(code == 1)
    #expect(json["problems"][0]["findings"][0]["rule"].string == "image-not-found")
    #expect(!text.contains(ReportSample.password))
  }
}
