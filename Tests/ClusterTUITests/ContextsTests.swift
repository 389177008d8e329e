import Cluster
import Terminal
import Testing

@testable import ClusterTUI

/// Going from one cluster to another and back.
@Suite struct ContextsTests {
  /// A program with several contexts, each with a reader of its own; "broken" has none.
  private final class Fleet {
    private(set) var readers: [String: [FakeReader]] = [:]
    let session: Session
    let time = Stage.Time()

    init(_ names: String...) {
      let (box, time) = (Box(), time)
      session = Session(
        connector: Connector(
          contexts: names.map { .init(name: $0, cluster: $0, user: "u", namespace: "") },
          open: { name in
            guard name != "broken" else { return .failure(ConnectionProblem(text: "no certificate")) }
            let reader = FakeReader(kinds: [Stage.pods, Stage.deployments], context: name)
            box.fleet?.readers[name, default: []].append(reader)
            return .success(Connector.Link(reader: reader, writer: { .silent }))
          }),
        clock: Clock(
          epochSeconds: { time.seconds }, milliseconds: { time.milliseconds }, local: { _ in ("14:02", 0) }))
      box.fleet = self
      session.open(context: names[0], namespaces: [], command: "pods")
    }

    private final class Box { weak var fleet: Fleet? }

    var screen: String { session.frame(width: 80, height: 24).text() }
    func enter(_ text: String) {
      for character in text { session.handle(.character(character)) }
      session.handle(.enter)
    }

    func tell(_ context: String, _ names: String...) {
      var writer = RowWriter()
      writer.beginList()
      for name in names {
        writer.begin(uid: name, namespace: "shop", name: name, created: 1)
        writer.end()
      }
      writer.completeList()
      readers[context]?.last?.tell(
        .rows(Stage.allPods, writer.takeBatch()), .phase(.rows(Stage.allPods), .live))
      session.takeIn()
    }
  }

  @Test func theWayBackFindsEverythingLiveAndAsItWas() {
    let fleet = Fleet("eu", "us")
    fleet.tell("eu", "one", "two", "three")
    _ = fleet.screen
    fleet.session.handle(.down)
    fleet.enter(":ctx us")
    #expect(fleet.screen.contains("us > all > problems"))
    fleet.enter(":pods")
    fleet.tell("us", "other")
    #expect(fleet.screen.contains("other") && !fleet.screen.contains("three"))
    // What happens there meanwhile is seen on the way back.
    fleet.tell("eu", "one", "two", "four")
    #expect(!fleet.screen.contains("four"))
    fleet.enter(":ctx eu")
    #expect(fleet.screen.contains("eu > all > pods") && fleet.screen.contains("four"))
    #expect(fleet.readers["eu"]?.count == 1, "the connection was kept")
    #expect(fleet.readers["eu"]?[0].started.count { $0 == .rows(Stage.allPods) } == 1)
    #expect((fleet.session.shell.top as? TableScreen)?.cursorRow == 1)
    #expect(
      fleet.session.world.rows(Query(Catalog.contexts.id)).map { $0[$0.slot(uid: "eu")!].cell(0) } == "*")
  }

  @Test func aContextThatCannotBeOpenedCostsNothingOfTheOldOne() {
    let fleet = Fleet("eu", "broken")
    fleet.tell("eu", "one")
    fleet.enter(":ctx broken")
    #expect(fleet.screen.contains("no certificate") && fleet.screen.contains("contexts"))
    fleet.session.handle(.escape)
    fleet.enter(":ctx eu")
    #expect(fleet.screen.contains("one") && fleet.readers["eu"]?.count == 1)
  }

  @Test func onlyTheLastOnesAreKept() {
    let fleet = Fleet("a", "b", "c", "d")
    for context in ["b", "c", "d"] { fleet.enter(":ctx \(context)") }
    #expect(fleet.readers["a"]?[0].isClosed == true && fleet.readers["b"]?[0].isClosed == false)
    fleet.time.milliseconds += 16 * 60_000
    _ = fleet.screen
    #expect(fleet.readers["b"]?[0].isClosed == true, "who was away so long is let go")
    fleet.enter(":ctx b")
    #expect(fleet.readers["b"]?.count == 2)
  }

  @Test func theSameContextIsOpenedAnew() {
    let fleet = Fleet("a")
    fleet.enter(":ctx a")
    #expect(fleet.readers["a"]?.count == 2 && fleet.readers["a"]?[0].isClosed == true)
  }

  @Test func whatAnotherContextHasToSayIsNotTakenForThisOnes() {
    let fleet = Fleet("eu", "us")
    fleet.enter(":ctx us")
    fleet.readers["eu"]?[0].tell(.notice("the eu is deprecated"))
    fleet.session.takeIn()
    #expect(!fleet.screen.contains("deprecated"))
  }

  // MARK: Several at once

  @Test func severalClustersStandInOneTableAndEachObjectIsShownInItsOwn() {
    let fleet = Fleet("eu", "us")
    fleet.enter(":ctx eu,us")
    fleet.enter(":pods")
    fleet.tell("eu", "one", "two")
    fleet.tell("us", "three")
    #expect(fleet.screen.contains("eu,us > all > pods") && fleet.screen.contains("CLUSTER"))
    let lines = fleet.screen.split(separator: "\n").filter { $0.contains("shop") }
    #expect(lines.count == 3 && lines.filter { $0.contains(" eu ") }.count == 2, "\(lines)")
    let row = (fleet.session.shell.top as? TableScreen)?.row(fleet.session.world)
    #expect(row?.name == "one" && row?.cell(0) == "eu")
    fleet.session.handle(.down)
    fleet.session.handle(.character("d"))
    let name = (fleet.session.shell.top as? PageScreen)?.crumb
    #expect(name == "three > describe" || name == "two > describe")
    let context = name == "three > describe" ? "us" : "eu"
    #expect(fleet.screen.contains("\(context) > all") && !fleet.screen.contains("eu,us"))
    #expect(
      fleet.readers[context]?.last?.started.contains { if case .description = $0 { true } else { false } }
        == true)
    fleet.session.handle(.escape)
    #expect(fleet.screen.contains("eu,us > all > pods"))
    #expect((fleet.session.shell.top as? TableScreen)?.cursorRow == 1)
  }

  @Test func aClusterThatRefusesIsToldAndTheOthersAreShown() {
    let fleet = Fleet("eu", "us")
    fleet.enter(":ctx eu,us")
    fleet.enter(":pods")
    fleet.tell("eu", "one")
    fleet.readers["us"]?.last?.tell(.phase(.rows(Stage.allPods), .refused(status: 403, why: "you may not")))
    fleet.session.takeIn()
    #expect(fleet.screen.contains("one") && fleet.screen.contains("us: you may not"))
    #expect(fleet.session.world.phase(.rows(Stage.allPods)) == .partial(why: "us: you may not"))
  }

  @Test func aContextOfSeveralThatCannotBeOpenedIsTold() {
    let fleet = Fleet("eu", "us", "broken")
    fleet.enter(":ctx eu,us,broken")
    #expect(fleet.screen.contains("broken: no certificate"))
    #expect(fleet.screen.contains("eu,us > all"))
  }

  @Test func problemsOfAllClustersAreOneList() {
    let fleet = Fleet("eu", "us")
    fleet.enter(":ctx eu,us")
    let query = ProblemsQuery()
    for (context, name) in [("eu", "web"), ("us", "api")] {
      let ref = ObjectRef(kind: "apps/v1/deployments", namespace: "shop", name: name)
      var board = ProblemBoard()
      board.problems = [
        Problem(
          id: name, ref, kindName: "Deployment",
          Finding(
            "image-not-found", of: ref, key: "", "image \(name):v9 not found", .error, since: 1, .unclear(""))
        )
      ]
      board.isWhole = true
      fleet.readers[context]?.last?.tell(.problems(query, board), .phase(.problems(query), .live))
    }
    fleet.session.takeIn()
    #expect(fleet.screen.contains("eu shop") && fleet.screen.contains("us shop"))
    fleet.session.handle(.character("w"))
    #expect(fleet.session.world.place.context != "eu,us")
    fleet.session.handle(.escape)
    #expect(fleet.session.world.place.context == "eu,us")
  }
}
