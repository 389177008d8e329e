import Cluster
import Terminal
import Testing

@testable import ClusterTUI

/// Where one stands in a log: after a search, a filter, another layout.
@Suite struct LogPlaceTests {
  private let query = LogQuery(namespace: "shop", pod: "web-1", uid: "shop/web-1")
  private let stage: Stage

  init() {
    stage = Stage()
    stage.height = 8
    stage.tell(Stage.allPods, ["shop/web-1 1/1 Running 0"])
    stage.press(.character("l"))
  }

  private func tell(_ lines: [String]) { stage.tellLog(query, lines) }

  private var body: [String] { Array(stage.lines[1..<stage.lines.count - 1]) }

  /// The line that a search found: it is underlined.
  private var found: String? {
    let canvas = stage.canvas
    return body.enumerated().first { canvas.style(x: 0, y: $0.offset + 1).underline }?.element
  }

  private static let needles = (1...40).map { $0 % 10 == 3 ? "needle \($0)" : "line \($0)" }
  private static let long = (1...40).map { "part \($0) " }.joined()

  @Test func aFilterTypedBeforeTheFirstLineHolds() {
    stage.enter("/error")
    tell(["error 1", "fine 2", "error 3"])
    #expect(body.filter { !$0.isEmpty } == ["error 1", "error 3"])
  }

  @Test func aSearchTypedBeforeTheFirstLineBeginsWithIt() {
    stage.enter("fneedle")
    tell(Self.needles)
    #expect(stage.lines[0].contains("find needle") && found == "needle 33")
  }

  @Test func aMatchIsOnScreenAlsoWhereLinesTakeManyRows() {
    stage.width = 20
    let filler = String(repeating: "x", count: 95)
    tell((1...30).map { $0 == 12 ? filler + "needle" : filler })
    stage.press(.character("w"))
    stage.enter("fneedle")
    #expect(body.joined().contains("needle"))
  }

  @Test func aMatchDeepInOneLongLineIsOnScreen() {
    stage.width = 20
    let filler = String(repeating: "x", count: 2_000)
    tell(["first", "\u{1B}[31m\(filler)\u{1B}[0mneedle\(filler)", "last"])
    stage.press(.character("w"))
    stage.enter("fneedle")
    #expect(body.joined().contains("needle") && !body.contains("last"))
  }

  @Test func aLineScrolledIntoIsWholeAgainWhenItIsNotWrapped() {
    stage.width = 20
    tell(["first", Self.long, "last"] + (1...9).map { "more \($0)" })
    stage.press(.character("w"))
    for _ in 0..<15 { stage.press(.up) }
    #expect(body[0].contains("part") && !body[0].contains("part 1 "))
    stage.press(.character("w"))
    #expect(body[0].hasPrefix("part 1 "))
    stage.press(.character("k"))
    #expect(body[0] == "first")
  }

  @Test func aFilterHidesNoRowOfTheLineThatIsNowTheFirst() {
    stage.width = 20
    tell(["first", Self.long, "other words that need three rows of it"] + (1...9).map { "tail \($0)" })
    stage.press(.character("w"))
    for _ in 0..<15 { stage.press(.up) }
    #expect(body[0].contains("part"))
    stage.enter("/other|tail")
    #expect(body.first { !$0.hasPrefix("---") } == "other words that nee")
  }

  @Test func theNextMatchIsNotSkippedWhenTheOneFoundIsHidden() {
    tell(["needle a", "needle b", "needle c"] + (1...20).map { "line \($0)" })
    stage.press(.character("g"))
    stage.enter("fneedle")
    stage.press(.character("N"))
    #expect(found == "needle b")
    stage.enter("/!needle b")
    stage.press(.character("n"))
    #expect(found == "needle c")
  }

  @Test func thatNoLineHoldsItIsNotSaidOfLinesThatCameSince() {
    tell(Self.needles)
    stage.enter("fneedle")
    #expect(found == "needle 33")
    stage.enter("fnowhere")
    #expect(stage.screen.contains("no line holds 'nowhere'"))
    #expect(found == nil, "what the search before found is not what this one found")
    tell(["other"])
    #expect(stage.screen.contains("no line holds 'nowhere'"))
    tell(["nowhere at last"])
    #expect(!stage.screen.contains("no line holds"))
    stage.press(.character("n"))
    #expect(found == "nowhere at last")
  }

  @Test func givingUpASearchLeavesOneWhereOneWas() {
    tell(Self.needles)
    stage.press(.character("f"))
    stage.type("needle")
    #expect(!stage.lines[0].contains("following") && found == "needle 33")
    stage.press(.escape)
    #expect(stage.lines[0].contains("following") && body.last == "line 40" && found == nil)
    stage.enter("fneedle")
    stage.press(.character("N"), .character("f"))
    stage.type("line 3")
    stage.press(.escape)
    #expect(stage.lines[0].contains("find needle") && found == "needle 23")
  }

  @Test func sidewaysMeansNothingWhileLinesAreWrapped() {
    tell([Self.long])
    stage.press(.character("w"), .right, .right, .character("w"))
    #expect(body[0].hasPrefix("part 1 "))
  }

  @Test func theEndOfAVeryLongLineComesIntoView() {
    tell([String(repeating: "\u{1B}[32mx\u{1B}[0my", count: 600) + "tail", "short"])
    for _ in 0..<70 { stage.press(.right) }
    #expect(body[0].contains("tail"))
  }
}
