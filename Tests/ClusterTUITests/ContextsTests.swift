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
}
