import Cluster
import Terminal
import Testing

@testable import ClusterTUI

/// Columns, order, views one comes back to, tabs.
@Suite struct ViewTests {
  private func pods(_ stage: Stage) {
    stage.tell(
      Stage.allPods,
      ["a/web-1 1/1 Running 7 10.0.0.1", "a/web-2 1/1 Running 0 10.0.0.2", "b/api 0/1 Pending 3 10.0.0.3"])
  }

  private func titles(_ stage: Stage) -> [String] { stage.lines[1].split(separator: " ").map(String.init) }

  @Test func columnsAreHiddenShownAndMoved() {
    let stage = Stage()
    pods(stage)
    stage.press(.character(","))
    #expect(stage.screen.contains("Columns of pods") && stage.screen.contains("[x] RESTARTS"))
    #expect(stage.screen.contains("[ ] IP"), "the wide form's are there, too")
    // NAMESPACE NAME READY STATUS RESTARTS IP LABELS AGE
    stage.press(.down, .down, .character(" "), .down, .character("K"), .down, .down, .character(" "), .enter)
    #expect(titles(stage) == ["NAMESPACE↑", "NAME", "RESTARTS", "STATUS", "IP", "AGE"])
    stage.enter(":deploy")
    stage.enter(":pods")
    pods(stage)
    #expect(
      titles(stage) == ["NAMESPACE↑", "NAME", "RESTARTS", "STATUS", "IP", "AGE"], "it is kept for the kind")
    stage.press(.control("w"))
    #expect(titles(stage).contains("READY"), "the wide form shows the rest behind them")
    stage.press(.control("w"), .character(","), .control("d"), .enter)
    #expect(titles(stage) == ["NAMESPACE↑", "NAME", "READY", "STATUS", "RESTARTS", "AGE"])
  }

  @Test func aLabelBecomesAColumnThatSortsAndFilters() {
    let stage = Stage()
    pods(stage)
    stage.press(.character(","), .character("l"))
    stage.enter("app")
    stage.press(.enter)
    #expect(titles(stage).contains("APP"))
    #expect(stage.lines[2].contains(" web-1 ") && stage.screen.contains("web-2"))
    stage.enter("/app=web-2")
    #expect(stage.lines[0].contains("1 of 3") && stage.screen.contains("web-2"))
  }

  @Test func aPathIsReadFromEveryObject() {
    let stage = Stage()
    pods(stage)
    stage.press(.character(","), .character("p"))
    stage.enter("NODE:.spec.nodeName")
    stage.press(.character("p"))
    stage.enter("BAD:.a[")
    #expect(stage.screen.contains("expected a number, a name in quotes or '*'"))
    stage.press(.escape, .enter)
    _ = stage.screen
    var query = Stage.allPods
    query.extraCells = [ExtraCell("NODE", path: ".spec.nodeName")]
    #expect(stage.reader.running.contains(.rows(query)))
    var writer = RowWriter()
    writer.beginList()
    writer.setColumns((Stage.pods.columns ?? []).adding(query.extraCells))
    writer.extraCells = ExtraTexts(behind: Stage.pods.columns ?? [], [.text("node-7")])
    writer.begin(uid: "u", namespace: "a", name: "web-1")
    writer.cell("1/1")
    writer.cell("Running")
    writer.end()
    writer.completeList()
    stage.reader.tell(.rows(query, writer.takeBatch()), .phase(.rows(query), .live))
    stage.session.takeIn()
    #expect(titles(stage).contains("NODE") && stage.lines[2].contains("node-7"))
    stage.enter("/node=node-7")
    #expect(stage.lines[0].contains("1 of 1"))
  }

  @Test func theOrderOfAKindIsKept() {
    let stage = Stage()
    pods(stage)
    stage.press(.shiftRight, .shiftRight, .shiftRight, .shiftRight, .character("O"))
    #expect(titles(stage).contains("RESTARTS↓") && stage.lines[2].contains("web-1"))
    stage.enter(":deploy")
    stage.enter(":pods")
    pods(stage)
    #expect(titles(stage).contains("RESTARTS↓"))
    #expect(stage.session.shell.remembered.views["v1/pods"]?.sort == ViewSort("RESTARTS", descending: true))
    stage.press(.character("P"))
    #expect(stage.session.shell.remembered.views["v1/pods"] == nil, "the kind's own order needs no keeping")
  }

  @Test func aViewComesBackAsItWasLeft() {
    let stage = Stage()
    pods(stage)
    stage.enter("/web")
    stage.press(.down)
    let before = stage.screen
    stage.enter(":deploy")
    #expect(stage.lines[0].contains("> deployments"))
    stage.press(.character("["))
    #expect(stage.screen == before)
    stage.press(.character("]"))
    #expect(stage.lines[0].contains("> deployments"))
    stage.press(.character("-"))
    #expect(stage.screen == before)
    stage.press(.character("-"))
    #expect(stage.lines[0].contains("> deployments"))
  }

  @Test func tabsStandBesideEachOther() {
    let stage = Stage()
    pods(stage)
    #expect(!stage.lines[1].contains(" 1 "), "one tab needs no bar")
    stage.press(.control("t"))
    stage.enter(":deploy shop")
    #expect(stage.lines[1].contains("1 all > pods") && stage.lines[1].contains("2 shop > deployments"))
    #expect(stage.lines[0].contains("shop > deployments"))
    stage.press(.alt("1"))
    #expect(stage.lines[0].contains("all > pods") && stage.lines[3].contains("web-1"))
    stage.press(.mouse(Mouse(.press, x: 20, y: 1)))
    #expect(stage.lines[0].contains("> deployments"))
    stage.press(.alt("w"))
    #expect(stage.lines[0].contains("all > pods") && stage.lines[1].contains("NAMESPACE"))
    stage.press(.alt("w"))
    #expect(stage.screen.contains("this is the only tab"))
  }

  @Test func marksStayWithTheirObjectsThroughFilters() {
    let stage = Stage()
    pods(stage)
    stage.press(.character(" "), .down, .character(" "))
    #expect(stage.lines[0].contains("2 marked in 2 ns"))
    stage.enter("/web-2")
    #expect(stage.lines[0].contains("2 marked in 2 ns"))
    stage.press(.escape, .control("\\"))
    #expect(!stage.lines[0].contains("marked"))
  }

  @Test func theFirstRowAndTheDetailGiveWay() {
    let stage = Stage()
    stage.width = 200
    pods(stage)
    #expect(stage.lines[1].contains("Events  Logs  YAML"))
    stage.press(.character("|"))
    #expect(!stage.screen.contains("Events  Logs  YAML"))
    stage.press(.control("e"))
    #expect(stage.lines[0].contains("NAMESPACE"))
  }

  @Test func theMouseIsLeftToTheTerminalWhereThereIsText() {
    let stage = Stage()
    pods(stage)
    #expect(stage.session.shell.usesMouse)
    stage.press(.character("d"))
    #expect(!stage.session.shell.usesMouse)
    stage.press(.alt("m"))
    #expect(stage.session.shell.usesMouse)
  }

  @Test func everythingIsAskedForAgain() {
    let stage = Stage()
    pods(stage)
    let before = stage.reader.started.count { $0 == .rows(Stage.allPods) }
    stage.press(.control("r"))
    #expect(stage.reader.started.count { $0 == .rows(Stage.allPods) } == before + 1)
  }

  @Test func aBadTermIsToldWithItsPlace() {
    let stage = Stage()
    pods(stage)
    stage.enter("/status=Running restarts>x")
    #expect(stage.screen.contains("'x' is no number such as 5, 500m, 1Gi or 80% (at character 25)"))
    #expect(stage.screen.contains("web-1") && !stage.screen.contains("api"), "the terms before it count")
    stage.press(.escape)
    stage.type("/sta")
    #expect(stage.lines.last?.contains("/status=") == true, "columns are completed")
    stage.press(.tab)
    stage.type("Pe")
    #expect(stage.lines.last?.contains("/status=Pending") == true, "and values that some row has")
    stage.press(.tab, .enter)
    #expect(stage.lines[0].contains("1 of 3"))
  }
}
