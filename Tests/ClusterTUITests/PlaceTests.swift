import Cluster
import Terminal
import Testing

@testable import ClusterTUI

/// Where one is: namespaces behind the digits, contexts, and what is said where one can't be.
@Suite struct PlaceTests {
  private func namespaces(_ stage: Stage, _ names: String...) {
    stage.tell(Stage.allPods, ["a/one 1/1 Running 0"])
    _ = stage.screen
    stage.tell(Query("v1/namespaces"), names.map { "\($0) Active" })
  }

  @Test func aDigitOnceSaidKeepsItsNamespace() {
    let stage = Stage()
    namespaces(stage, "b", "c")
    stage.press(.character("1"))
    #expect(stage.screen.contains("0 all  1 b  2 c"))
    stage.enter(":pods zzz")
    stage.tell(Query("v1/namespaces"), ["a Active", "b Active", "c Active"])
    stage.press(.character("2"))
    #expect(stage.lines[0].contains("> c > pods"))
    #expect(stage.screen.contains("0 all  1 b  2 c  3 zzz  4 a"))
  }

  @Test func theNamespacesOfAnotherClusterAreForgotten() {
    let stage = Stage()
    namespaces(stage, "b")
    stage.enter(":pods zzz")
    stage.enter(":ctx test")
    stage.enter(":pods")
    namespaces(stage, "b", "c")
    stage.press(.character("1"))
    #expect(stage.screen.contains("0 all  1 b  2 c") && !stage.screen.contains("zzz"))
  }

  @Test(arguments: [401, 403, 404]) func onlyWhoMayNotListIsToldToNameANamespace(status: Int) {
    let stage = Stage()
    stage.reader.tell(.phase(.rows(Stage.allPods), .refused(status: status, why: "not so")))
    stage.session.takeIn()
    #expect(stage.screen.contains("not so"))
    #expect(stage.screen.contains("':pods NAMESPACE' asks for one") == (status == 403))
  }

  @Test func thePageOfAReasonLeadsToTheEventsItNames() {
    var events = Kind(id: "v1/events", name: "Event", abilities: [])
    events.columns = [Column("REASON")]
    let stage = Stage(kinds: [Stage.pods, Stage.deployments, Stage.namespaces, events])
    stage.tell(Stage.allPods, ["a/web-1 0/1 CrashLoopBackOff 3"])
    stage.press(.character("w"))
    #expect(stage.screen.contains("its events may (E)") && stage.lines.last?.contains("E events") == true)
    stage.press(.character("E"))
    #expect(stage.lines[0].contains("events of web-1"))
  }

  @Test func aKindWithoutEventsDoesNotPointToThem() {
    var widgets = Kind(id: "example.com/v1/widgets", name: "Widget", abilities: [.yaml])
    widgets.columns = [Column("READY"), Column("STATUS", .status)]
    let stage = Stage(command: "widgets", kinds: [widgets])
    stage.tell(Query(widgets.id), ["a/one 0/1 CrashLoopBackOff"])
    stage.press(.character("w"))
    #expect(stage.screen.contains("its own state does not tell why") && !stage.screen.contains("(E)"))
    #expect(stage.lines.last?.contains("events") == false)
  }

  @Test func aContextThatCannotBeOpenedIsNotTheCurrentOne() {
    let context = Connector.ContextRow(name: "broken", cluster: "c", user: "u", namespace: "")
    let session = Session(
      connector: Connector(
        contexts: [context], open: { _ in .failure(ConnectionProblem(text: "no certificate")) }))
    session.open(context: "broken", namespaces: nil, command: "pods")
    func screen() -> String { session.frame(width: 80, height: 24).text() }
    #expect(screen().contains("broken") && !screen().contains("*"))
    for command in [":pods", ":ns shop"] {
      for character in command { session.handle(.character(character)) }
      session.handle(.enter)
      #expect(screen().contains("not connected: choose a context"), "\(command)")
    }
  }

  @Test func whatHasNoNamespaceIsNotSortedByIt() {
    let stage = Stage(command: "ns")
    stage.tell(Query("v1/namespaces"), ["a Active"])
    stage.press(.character("P"))
    #expect(stage.screen.contains("namespaces are in no namespace"))
  }
}
