import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct LogScreenTests {
  private let query: LogQuery
  private let stage: Stage

  /// A stage with the log of pod web-1 open.
  init() {
    stage = Stage()
    stage.height = 8
    stage.tell(Stage.allPods, ["shop/web-1 1/1 Running 0"])
    stage.press(.character("l"))
    query = LogQuery(namespace: "shop", pod: "web-1", uid: "shop/web-1")
    #expect(stage.reader.running.contains(.log(query)))
  }

  private func tell(_ lines: [String], sources: [LogSource] = ["app"], source: UInt16 = 0, mark: Bool = false)
  {
    stage.tellLog(query, lines, sources: sources, source: source, mark: mark)
  }

  private var body: [String] { Array(stage.lines[1..<stage.lines.count - 1]) }

  @Test func theNewestLinesAreFollowed() {
    tell((1...20).map { "line \($0)" })
    #expect(body == ["line 15", "line 16", "line 17", "line 18", "line 19", "line 20"])
    #expect(stage.lines[0].contains("web-1 > log  20 lines, following"))
    tell(["line 21"])
    #expect(body.last == "line 21")
  }

  @Test func scrollingBackStaysWhileLinesCome() {
    tell((1...20).map { "line \($0)" })
    stage.press(.control("u"))
    #expect(body.first == "line 13")
    tell(["line 21", "line 22"])
    #expect(body.first == "line 13")
    stage.press(.character("G"))
    #expect(body.last == "line 22")
    stage.press(.character("g"))
    #expect(body[1] == "line 1")
  }

  @Test func theCursorMovesWithinWhatIsInView() {
    tell((1...20).map { "line \($0)" })
    stage.press(.up)
    #expect(body.first == "line 15" && stage.cursorLine == "line 19")
    for _ in 0..<5 { stage.press(.up) }
    #expect(body.first == "line 14" && stage.canvas.style(x: 0, y: 1).reverse)
    tell(["line 21"])
    #expect(body.first == "line 14" && stage.canvas.style(x: 0, y: 1).reverse)
    for _ in 0..<7 { stage.press(.down) }
    #expect(stage.cursorLine == "line 21")
    stage.press(.down)
    #expect(
      stage.cursorLine == "" && stage.lines[0].contains("following"), "beyond the last one it follows again")
  }

  @Test func aFilterHidesOtherLinesAndCountsThem() {
    tell((1...20).map { $0 % 5 == 0 ? "ERROR \($0)" : "line \($0)" })
    stage.enter("/error")
    #expect(body.filter { !$0.isEmpty } == ["ERROR 5", "ERROR 10", "ERROR 15", "ERROR 20"])
    #expect(stage.lines[0].contains("4 of 20 lines"))
    tell(["error 21", "fine 22"])
    #expect(body.filter { !$0.isEmpty }.last == "error 21")
    stage.press(.escape)
    #expect(body.last == "fine 22")
    stage.enter("/!line")
    #expect(body.filter { !$0.isEmpty }.count == 6)
  }

  @Test func findGoesFromMatchToMatch() {
    tell((1...40).map { $0 % 10 == 3 ? "needle \($0)" : "line \($0)" })
    stage.enter("fneedle")
    #expect(stage.screen.contains("needle 33"), "the newest match first")
    stage.press(.character("N"))
    #expect(stage.screen.contains("needle 23") && !stage.screen.contains("needle 33"))
    stage.press(.character("N"), .character("N"))
    #expect(stage.screen.contains("needle 3"))
    stage.press(.character("N"))
    #expect(stage.screen.contains("needle 33") && stage.screen.contains("beyond the first match"))
    stage.press(.character("n"))
    #expect(stage.screen.contains("needle 3") && stage.screen.contains("beyond the last match"))
    stage.press(.character("n"))
    #expect(stage.screen.contains("needle 13") && !stage.screen.contains("beyond"))
    stage.press(.character("f"))
    stage.type("nowhere")
    #expect(stage.screen.contains("no line holds 'nowhere'"))
    stage.press(.escape)
    #expect(stage.lines[0].contains("find needle"), "giving up puts back what was searched for before")
    stage.press(.escape)
    #expect(!stage.lines[0].contains("find"))
  }

  @Test func aSearchBeginsWhereOneLooks() {
    tell((1...40).map { $0 % 10 == 3 ? "needle \($0)" : "line \($0)" })
    stage.press(.character("g"), .pageDown, .pageDown)
    stage.enter("fneedle")
    #expect(stage.screen.contains("needle 13") && !stage.screen.contains("needle 33"))
  }

  @Test func theMiddleOfAWrappedLineCanBeReached() {
    stage.width = 20
    tell(["first", (1...40).map { "part \($0) " }.joined(), "last"])
    stage.press(.character("w"))
    #expect(body.last == "last")
    var seen: Set<String> = []
    for _ in 0..<40 {
      stage.press(.up)
      seen.formUnion(body.joined().split(separator: "p").map { "p\($0.split(separator: " ").joined())" })
    }
    #expect(body.contains("first") && (2...39).allSatisfy { seen.contains("part\($0)") })
    for _ in 0..<40 { stage.press(.down) }
    tell(["newest"])
    #expect(body.last == "newest", "at the end it follows again")
  }

  @Test func aMarkStandsWhereItWasMadeWhateverTheFilter() {
    tell(["error 1", "fine 2"])
    stage.press(.character("m"))
    #expect(body[2].hasPrefix("────"))
    tell(["fine 3", "error 4"])
    stage.enter("/error")
    #expect(body[0] == "error 1" && body[1].hasPrefix("────") && body[2] == "error 4")
  }

  @Test func aFilterFillsTheScreenFromWhatWasBefore() {
    tell((1...60).map { $0 % 20 == 0 ? "ERROR \($0)" : "line \($0)" })
    stage.press(.up, .up)
    stage.enter("/error")
    #expect(body.filter { $0.hasPrefix("ERROR") } == ["ERROR 20", "ERROR 40", "ERROR 60"])
    stage.press(.character("/"), .control("u"))
    stage.enter("error(")
    #expect(body.filter { $0.hasPrefix("ERROR") }.count == 3, "half an expression changes nothing")
  }

  @Test func whichPartOfTheLogIsShownIsSaid() {
    stage.press(.character("4"))
    #expect(stage.lines[0].contains("last 15 min"))
    stage.press(.character("1"))
    #expect(stage.lines[0].contains("from its start"))
    stage.press(.character("8"))
    #expect(stage.lines[0].contains("web-1 > log"), "no digit leads out of a log")
  }

  @Test func timesAreShownOnRequest() {
    tell(["hello"])
    stage.press(.character("t"))
    #expect(body.first == "01:46:40.000 hello")
  }

  @Test func longLinesAreWrappedOnRequest() {
    tell([String(repeating: "x", count: 80) + "tail"])
    #expect(!stage.screen.contains("tail"))
    stage.press(.right)
    #expect(stage.screen.contains("tail"))
    stage.press(.left, .character("w"))
    #expect(body[1] == "tail")
  }

  @Test func linesOfSeveralContainersSayWhose() {
    tell(["from app"], sources: ["app", "proxy"], source: 0)
    tell(["from proxy"], sources: ["app", "proxy"], source: 1)
    #expect(body.prefix(2) == ["app   from app", "proxy from proxy"])
  }

  @Test func whatIsLostIsSaid() {
    tell(["before"])
    tell(["--- 1,204 lines lost ---"], mark: true)
    stage.enter("/before")
    #expect(body.prefix(2) == ["before", "--- 1,204 lines lost ---"], "a gap passes every filter")
  }

  @Test func hostileLinesKeepTheirColoursAndNothingElse() {
    tell(["\u{1B}[31mred\u{1B}[0m \u{1B}[2J\u{1B}]0;t\u{07}\r\tafter\u{8}"])
    let canvas = stage.canvas
    #expect(canvas.style(x: 0, y: 1).foreground == .red)
    #expect(stage.screen.contains("after"))
    #expect(!stage.screen.unicodeScalars.contains { $0 != "\n" && ($0.value < 0x20 || $0.value == 0x7F) })
  }

  @Test func anotherPartOfTheLogIsAskedFor() {
    tell(["now"])
    stage.press(.character("4"))
    _ = stage.screen
    var wanted = query
    (wanted.tailLines, wanted.sinceSeconds) = (nil, 900)
    #expect(stage.reader.running.contains(.log(wanted)) && !stage.reader.running.contains(.log(query)))
    stage.press(.character("p"))
    _ = stage.screen
    (wanted.previous, wanted.follow) = (true, false)
    #expect(stage.reader.running.contains(.log(wanted)))
  }

  @Test func whyThereIsNoLogIsSaid() {
    stage.reader.tell(.phase(.log(query), .ended(why: "the pod is not scheduled yet")))
    stage.session.takeIn()
    #expect(stage.screen.contains("the pod is not scheduled yet"))
  }

  @Test func aLogThatIsOpenedAgainIsCountedFromItsBeginning() {
    tell((1...40).map { $0 == 40 ? "ERROR 40" : "line \($0)" })
    stage.enter("/error")
    stage.press(.control("r"))
    tell(["line 1", "ERROR 2", "line 3"])
    #expect(body.filter { !$0.isEmpty } == ["ERROR 2"])
    #expect(stage.lines[0].contains("1 of 3 lines"))
  }
}
