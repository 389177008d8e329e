import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct TableScreenTests {
  @Test func podsOnEightyColumns() {
    let stage = Stage()
    stage.height = 10
    stage.tell(
      Stage.allPods,
      [
        "shop/api-7c9d-x2k 1/2 CrashLoopBackOff 17", "shop/web-5f6b-q8l 1/1 Running 0",
        "data/db-0 1/1 Running 0",
      ],
      reason: "container api: OOMKilled (exit 137) \(Moment.mark(999_960)), limit 256Mi")
    #expect(
      stage.screen == """
         test > all > pods  1!/3                                            live  14:02
          NAMESPACE↑ NAME         READY STATUS           RESTARTS AGE
        . data       db-0           1/1 Running                 0 60m
        x shop       api-7c9d-x2k   1/2 CrashLoopBackOff       17 60m
        . shop       web-5f6b-q8l   1/1 Running                 0 60m




         : command  enter containers  l logs  d describe  y yaml  E events  ? help
        """)
    stage.press(.down)
    #expect(
      stage.lines[8] == " WHY container api: OOMKilled (exit 137) 40s ago, limit 256Mi",
      "the row under the cursor says why")
  }

  @Test func theCursorStaysOnItsObject() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/one 1/1 Running 0", "a/two 1/1 Running 0", "a/zed 1/1 Running 0"])
    stage.press(.down, .down)
    #expect(stage.cursorLine.contains("zed"))
    stage.tell(
      Stage.allPods, ["a/middle 1/1 Running 0", "a/aaa 1/1 Running 0"], begins: false, completes: false)
    #expect(stage.cursorLine.contains("zed"))
    stage.remove(Stage.allPods, "a/zed")
    #expect(stage.cursorLine.contains("two"), "the object is gone: the line it stood on remains")
  }

  @Test func aFilterHidesAndEscapeShowsAgain() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/web-1 1/1 Running 0", "a/api-1 1/1 Running 0"])
    stage.enter("/web")
    #expect(stage.screen.contains("web-1") && !stage.screen.contains("api-1"))
    #expect(stage.lines[0].contains("1 of 2"))
    stage.press(.escape)
    #expect(stage.screen.contains("api-1"))
  }

  @Test func aWrongFilterSaysSo() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/web-1 1/1 Running 0"])
    stage.enter("/web(")
    #expect(stage.screen.contains("'web(' is no regular expression"))
    #expect(stage.screen.contains("web-1"))
  }

  @Test func goingBackFindsFilterScrollAndCursorAsTheyWere() {
    let stage = Stage(command: "deploy")
    let query = Query("apps/v1/deployments")
    stage.tell(query, (10..<90).map { "shop/web-\($0) 1/1" })
    stage.enter("/web-[3-8]")
    stage.press(.pageDown, .pageDown, .down)
    let before = stage.screen
    let line = stage.cursorLine
    stage.press(.enter)
    #expect(stage.lines[0].contains("> pods"))
    var pods = Query("v1/pods", namespaces: ["shop"])
    pods.labelSelector = "app=" + line.split(separator: " ")[2]
    #expect(stage.reader.running.contains(.rows(pods)))
    stage.tell(pods, ["shop/web-1-x 1/1 Running 0"])
    stage.press(.escape)
    #expect(stage.screen == before)
  }

  @Test func theListsLeftLastStayLiveAndOlderOnesEnd() {
    let stage = Stage()
    let lists = ["a", "b", "c", "d"].map { Query("v1/pods", namespaces: [$0]) }
    for query in lists {
      stage.enter(":pods " + query.namespaces[0])
      _ = stage.screen
      stage.tell(query, ["\(query.namespaces[0])/web 1/1 Running 0"])
    }
    #expect(lists.map { stage.reader.running.contains(.rows($0)) } == [false, true, true, true])
    stage.enter(":pods b")
    #expect(stage.screen.contains("web"), "its rows are there at once")
    #expect(stage.reader.started.count { $0 == .rows(lists[1]) } == 1)
    stage.press(.enter)
    let containers = stage.reader.running.filter {
      if case .rows(let query) = $0 { query.kind == "containers" } else { false }
    }
    stage.press(.escape)
    _ = stage.screen
    #expect(
      stage.reader.running.isDisjoint(with: containers), "what belongs to one object ends with its screen")
  }

  @Test func newsOfAnEarlierStartAreNotTakenForTheOnesOfTheNext() throws {
    let stage = Stage(namespaces: ["a"])
    let query = Query("v1/pods", namespaces: ["a"])
    _ = stage.screen
    let old = try #require(stage.reader.outbox(for: .phase(.rows(query), .live)))
    stage.enter(":pods b")
    _ = stage.screen
    stage.enter(":pods a")
    _ = stage.screen
    #expect(stage.reader.started.count { $0 == .rows(query) } == 2, "nothing had come: it was ended")
    stage.tell(query, ["a/new 1/1 Running 0"])
    var writer = RowWriter()
    writer.beginList()
    writer.begin(uid: "old", namespace: "a", name: "old")
    writer.end()
    writer.completeList()
    old.post(.rows(query, writer.takeBatch()))
    stage.session.takeIn()
    #expect(stage.screen.contains("new") && !stage.screen.contains("old"))
  }

  @Test func halfAnExpressionLeavesTheRowsAsTheyAre() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/web-1 1/1 Running 0", "a/api-1 1/1 Running 0"])
    stage.enter("/web")
    stage.press(.character("/"))
    stage.type("(")
    #expect(stage.screen.contains("is no regular expression") && !stage.screen.contains("api-1"))
    stage.press(.escape, .escape)
    #expect(stage.screen.contains("api-1") && !stage.screen.contains("regular expression"))
    stage.enter("/!")
    stage.press(.escape)
    #expect(stage.lines[0].contains("> pods"), "esc clears what was typed and goes nowhere")
  }

  @Test func columnsThatDidNotFitComeIntoViewByArrow() {
    let stage = Stage()
    stage.width = 40
    stage.tell(Stage.allPods, ["shop/a-rather-long-name-of-a-pod 1/2 Running 17 10.1.2.3"])
    stage.press(.control("w"))
    #expect(stage.lines[1].split(separator: " ") == ["NAME", "STATUS", "AGE"])
    stage.press(.right)
    #expect(stage.lines[1].split(separator: " ") == ["NAME", "READY", "STATUS", "AGE"])
    stage.press(.right)
    #expect(stage.lines[1].split(separator: " ") == ["NAME", "STATUS", "RESTARTS", "AGE"])
    stage.press(.right)
    #expect(stage.lines[1].split(separator: " ") == ["NAME", "STATUS", "IP", "AGE"])
    #expect(stage.lines[2].contains("10.1.2.3"))
    stage.press(.left, .left, .left, .left)
    stage.width = 80
    #expect(stage.lines[1].contains("READY STATUS"))
  }

  @Test func aNamespaceThatIsNotThereIsNotTakenForAnEmptyOne() {
    let stage = Stage(namespaces: ["shpo"])
    stage.tell(Query("v1/pods", namespaces: ["shpo"]), [])
    #expect(stage.screen.contains("no pods in shpo"))
    stage.tell(Query("v1/namespaces"), ["shop Active", "data Active"])
    #expect(stage.screen.contains("there is no namespace 'shpo': did you mean shop?"))
  }

  @Test func aStateWithoutAReasonPointsToTheEvents() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/web-1 0/1 CrashLoopBackOff 3"])
    #expect(stage.screen.contains("WHY its own state does not tell why: E shows its events"))
    stage.press(.character("w"))
    #expect(stage.screen.contains("its events may (E)"))
  }

  @Test func aMarkLeavesTheStateInView() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/web-1 0/1 CrashLoopBackOff 3", "a/web-2 1/1 Running 0"])
    stage.press(.character(" "))
    #expect(stage.lines[2].hasPrefix("x*a"))
  }

  @Test func columnsGiveWayByImportance() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["shop/a-rather-long-name-of-a-pod-7c9d5-x2k4q 1/2 CrashLoopBackOff 17"])
    stage.width = 50
    let lines = stage.lines
    #expect(lines[2].contains("CrashLoopBackOff") && lines[2].hasSuffix("60m"))
    #expect(lines[2].contains("x2k4q"), "the tail of a name tells pods apart")
    stage.width = 20
    stage.height = 5
    #expect(stage.canvas.width == 20)
  }

  @Test(arguments: [(1, 1), (2, 2), (20, 5), (5, 20), (300, 100)]) func anySizeIsDrawn(
    width: Int, height: Int
  ) {
    let stage = Stage()
    stage.tell(Stage.allPods, (0..<200).map { "shop/pod-\($0) 1/1 Running 0" })
    stage.press(.character("G"))
    (stage.width, stage.height) = (width, height)
    #expect(stage.canvas.width == width && stage.canvas.height == height)
    stage.press(.character("k"), .character("?"), .character("j"), .escape, .character(":"), .escape)
    _ = stage.screen
    (stage.width, stage.height) = (80, 24)
    #expect(stage.cursorLine.contains("pod-"))
  }

  @Test func hostileNamesStayInTheirCells() {
    let stage = Stage()
    var writer = RowWriter()
    writer.beginList()
    writer.begin(uid: "1", namespace: "a", name: "evil\u{1B}[2J\u{1B}]0;x\u{07}\r\n\u{202E}name")
    writer.cell(utf8: [0xFF, 0xFE, 0x1B, 0x5B, 0x48])
    writer.cell("漢字kanji")
    writer.end()
    writer.completeList()
    stage.reader.tell(.rows(Stage.allPods, writer.takeBatch()), .phase(.rows(Stage.allPods), .live))
    stage.session.takeIn()
    let forbidden: (Unicode.Scalar) -> Bool = {
      $0 != "\n" && ($0.value < 0x20 || $0.value == 0x7F || $0 == "\u{202E}")
    }
    #expect(!stage.screen.unicodeScalars.contains(where: forbidden))
    #expect(stage.screen.contains("漢字kanji"))
  }

  @Test func theFirstRowTellsHowOldTheDataIs() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/web-1 1/1 Running 0"])
    stage.reader.tell(
      .phase(
        .rows(Stage.allPods),
        .stale(since: stage.time.seconds - 42, why: "connection refused by 127.0.0.1:6443")))
    stage.session.takeIn()
    #expect(stage.lines[0].contains("data 42 s old"))
    #expect(stage.screen.contains("connection refused by 127.0.0.1:6443") && stage.screen.contains("web-1"))
    stage.tell(Stage.allPods, ["a/web-1 1/1 Running 0"])
    #expect(stage.lines[0].contains("live"))
  }

  @Test func whatMayNotBeListedIsSaidInTheServersWords() {
    let stage = Stage()
    stage.reader.tell(
      .phase(.rows(Stage.allPods), .refused(status: 403, why: "pods is forbidden: User \"x\" cannot list")))
    stage.session.takeIn()
    #expect(stage.screen.contains("pods is forbidden: User \"x\" cannot list"))
    #expect(stage.lines[0].contains("refused (403)"))
  }

  @Test func sortingByAnyColumn() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/one 1/1 Running 3", "a/two 1/1 Pending 20", "a/three 1/1 Error 100"])
    stage.press(.character("S"))
    #expect(stage.lines[1].contains("STATUS↑"))
    #expect(stage.lines[2].contains("three") && stage.lines[4].contains("one"))
    stage.press(.character("O"))
    #expect(stage.lines[2].contains("one"))
    stage.press(.shiftRight)
    #expect(
      stage.lines[1].contains("RESTARTS↑") && stage.lines[2].contains("one")
        && stage.lines[4].contains("three"))
  }

  @Test func whoSortsFromTheFirstRowSeesWhatIsFirstNow() {
    let stage = Stage()
    let rows = (10...60).map { "a/pod-\($0) 1/1 Running 0" } + ["a/zz-broken 0/1 Error 3"]
    stage.tell(Stage.allPods, rows)
    stage.press(.character("S"))
    #expect(stage.lines[2].contains("zz-broken"))
    // Elsewhere the cursor stays on its object.
    stage.press(.character("j"), .character("O"))
    let line = stage.lines.first { $0.contains("pod-10") }
    #expect(line != nil)
  }

  @Test func wideShowsMore() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/one 1/1 Running 3 10.0.0.1"])
    #expect(!stage.screen.contains("10.0.0.1"))
    stage.press(.control("w"))
    #expect(stage.screen.contains("10.0.0.1") && stage.screen.contains("app=one"))
  }

  @Test func labelsAreNoPartOfWhatATextFilterSearches() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/one 1/1 Running 3", "a/two 1/1 Running 3"])
    stage.enter("/app=")
    #expect(stage.lines[0].contains("0 of 2"))
    stage.press(.escape)
    stage.enter("/-l app=two")
    #expect(stage.lines[0].contains("1 of 2"))
  }

  @Test func onlyTroubleIsShownOnRequest() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/one 1/1 Running 3", "a/two 0/1 CrashLoopBackOff 3"])
    stage.press(.control("z"))
    #expect(!stage.screen.contains("a/one") && stage.screen.contains("two"))
  }
}
