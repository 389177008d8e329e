import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct ProblemsScreenTests {
  private static let shop = [
    BrokenShop.node, BrokenShop.api, BrokenShop.plain("web", .warning), BrokenShop.secret,
  ]

  @Test func theProgramOpensOnWhatIsBroken() {
    let stage = Stage.onProblems(Self.shop)
    #expect(stage.reader.running.contains(.problems(ProblemsQuery())))
    #expect(stage.lines[0].hasPrefix(" test > all > problems  3! 1 notice"))
    #expect(
      stage.lines[1...5] == [
        "  NS   NAME          WHAT IS WRONG                                  VERDICT  AGE",
        "X -    node worker-2 the kubelet stopped reporting +60              look     11m",
        "x shop api 3/5       image shop/api:v9 not found                    hopeless 4m",
        "! shop web 0/1       web does not start                             look     60s",
        "i shop cm settings   key DB_PASSWORD looks like a password          hopeless -",
      ])
  }

  @Test func aWideListTellsSinceWhatAndWhatElseIsBroken() {
    let stage = Stage.onProblems(Self.shop)
    stage.width = 120
    #expect(stage.lines[1].hasPrefix("  NS   NAME               READY WHAT IS WRONG"))
    #expect(stage.lines[2].contains("the kubelet stopped reporting +60 pods of 14 deployments"))
    #expect(stage.lines[3].hasSuffix("hopeless 4m  rollout rev 12"))
  }

  @Test func oneNamespaceNeedsNoColumn() {
    let stage = Stage(command: "", namespaces: ["shop"], kinds: Stage.brokenKinds)
    let query = ProblemsQuery(namespaces: ["shop"])
    stage.reader.tell(.problems(query, BrokenShop.board([BrokenShop.api])), .phase(.problems(query), .live))
    stage.session.takeIn()
    #expect(stage.lines[1].hasPrefix("  NAME    WHAT IS WRONG"))
  }

  @Test func theLineAboveTheKeysGivesTheGroundOfTheVerdict() {
    let stage = Stage.onProblems(Self.shop)
    stage.press(.down)
    #expect(stage.lines[22].hasPrefix(" WHY hopeless until changed: the registry says there is no such tag"))
  }

  @Test func theCursorFollowsItsProblem() {
    let stage = Stage.onProblems([BrokenShop.api, BrokenShop.plain("web")])
    stage.press(.down)
    #expect(stage.cursorLine.contains("web"))
    stage.tell([BrokenShop.node, BrokenShop.api, BrokenShop.plain("web")])
    #expect(stage.cursorLine.contains("web"))
  }

  @Test func aKeyMeansTheLineThatIsSeenWhileListsStillCome() {
    let stage = Stage.onProblems([BrokenShop.api], isWhole: false)
    stage.tell([BrokenShop.node, BrokenShop.api], isWhole: false)
    #expect(stage.cursorLine.contains("worker-2"), "nobody touched the cursor: it stays on top")
    stage.press(.character("w"))
    #expect(stage.lines[0].contains("worker-2 > why"))
  }

  @Test func nothingKnownChangesPlacesWhileSomebodyReads() {
    let (a, b, c) = (BrokenShop.plain("a"), BrokenShop.plain("b"), BrokenShop.plain("c"))
    let stage = Stage.onProblems([a, b])
    func names() -> [String] {
      stage.lines.filter { $0.contains("does not start") }.map { String($0.split(separator: " ")[2]) }
    }
    stage.press(.down)
    stage.tell([b, c, a])
    #expect(names() == ["a", "b", "c"])
    stage.time.milliseconds += ProblemsScreen.holdMilliseconds
    #expect(names() == ["b", "c", "a"])
    #expect(stage.cursorLine.contains("b does not start"))
  }

  @Test func aNewProblemComesWhereItBelongs() {
    var order = ProblemOrder()
    order.update(["a", "b", "c"], isHeld: false)
    order.update(["c", "new", "a", "worst"], isHeld: true)
    #expect(order.ids == ["a", "worst", "c", "new"])
    order.update(["x", "c", "a"], isHeld: true)
    #expect(order.ids == ["x", "a", "c"])
  }

  @Test func noticesCanBeLeftOut() {
    let stage = Stage.onProblems(Self.shop)
    stage.press(.control("z"))
    #expect(!stage.screen.contains("DB_PASSWORD") && stage.screen.contains("1 notice is hidden: ctrl-z"))
    stage.press(.control("z"))
    #expect(stage.screen.contains("DB_PASSWORD"))
  }

  @Test func whatAProblemBreaksUnfoldsBelowIt() {
    let stage = Stage.onProblems(Self.shop)
    stage.press(.right)
    #expect(stage.lines[3].hasPrefix("    deployment data/app-1  2 of 3 pods are on worker-2"))
    stage.press(.down, .enter)
    #expect(stage.reader.running.contains(.diagnosis(BrokenShop.deployment("app-1", "data"))))
    stage.press(.escape, .left)
    #expect(stage.cursorLine.contains("node worker-2") && !stage.screen.contains("app-1"))
  }

  @Test func aFilterLooksThroughWhatALineSays() {
    let stage = Stage.onProblems(Self.shop)
    stage.enter("/image")
    #expect(stage.lines[0].contains("/image 1 of") && !stage.screen.contains("worker-2"))
    stage.enter("/nothing at all")
    #expect(stage.screen.contains("no problem matches"))
    stage.press(.escape)
    #expect(stage.screen.contains("worker-2"))
  }

  @Test func aHealthyClusterIsCalmAndTellsWhatWasLookedAt() {
    let stage = Stage.onProblems([])
    stage.time.seconds += 180
    #expect(stage.lines[2] == "  . Nothing is broken.")
    stage.time.seconds += 180
    #expect(stage.lines[3].hasSuffix("in all namespaces, watched since 13:49:40, for 3m"))
    #expect(stage.screen.contains("412 pods           38 deployments     5 nodes"))
  }

  @Test func whatWasNotLookedAtIsAlwaysTold() {
    let unseen = ["nodes (forbidden)", "events in data (forbidden)", "webhooks", "storage classes"]
    for problems in [[], Self.shop] {
      let stage = Stage.onProblems(problems, unseen: unseen)
      #expect(stage.screen.contains("not looked at: nodes (forbidden)"))
      #expect(stage.screen.contains("not looked at: storage classes"))
      stage.height = 10
      #expect(problems.isEmpty || stage.screen.contains("3 more not looked at: u tells all"))
      stage.height = 24
      stage.press(.character("u"))
      #expect(stage.screen.contains("webhooks") && stage.screen.contains("storage classes"))
    }
    #expect(
      Stage.onProblems([], unseen: unseen).lines[2] == "  . Nothing is broken of what could be looked at.")
  }

  @Test func beforeAllWasLookedAtNothingIsCalledWell() {
    let stage = Stage.onProblems([], isWhole: false)
    #expect(!stage.screen.contains("Nothing is broken"))
    #expect(stage.screen.contains("nothing broken was found yet, still looking: 412 pods"))
    stage.tell([BrokenShop.api], isWhole: false)
    #expect(stage.screen.contains("image shop/api:v9 not found") && stage.screen.contains("still looking"))
  }

  @Test func aVeryWideListTellsTheWhyBesideIt() {
    let stage = Stage.onProblems(Self.shop)
    stage.width = 200
    _ = stage.screen
    #expect(stage.lines[1].hasSuffix("│ X node worker-2"))
    stage.press(.down)
    let need = Need.diagnosis(BrokenShop.deployment("api"))
    #expect(stage.lines[1].hasSuffix("│ x deployment shop/api 3/5 ready"))
    #expect(!stage.reader.running.contains(need), "it is looked at more closely after a rest")
    stage.time.milliseconds += WhyPane.restMilliseconds
    _ = stage.screen
    #expect(stage.reader.running.contains(need))
  }

  @Test func lettersOpenTheObjectAndTheLogOfAPodThatShowsIt() {
    for (letter, crumb) in [
      ("d", "api > describe"), ("y", "api > yaml"), ("E", "events of api"), ("l", "api-7c9d-x2k > log"),
      ("R", "api > rollout"), ("T", "api > timeline"), ("w", "api > why"), (".", "actions"),
    ] {
      var kinds = Stage.brokenKinds
      kinds.append(Kind(id: "v1/events", name: "Event", role: .event))
      let stage = Stage(command: "", kinds: kinds)
      stage.tell([BrokenShop.api])
      stage.press(.character(Character(letter)))
      #expect(stage.lines[0].contains("problems > \(crumb)"), "\(letter)")
    }
  }

  @Test func digitsChooseTheNamespaceAndColonOtherScreens() {
    let stage = Stage.onProblems(Self.shop)
    stage.enter(":ns shop")
    #expect(stage.reader.running.contains(.problems(ProblemsQuery(namespaces: ["shop"]))))
    stage.enter(":pods")
    #expect(stage.lines[0].contains("shop > pods"))
    stage.enter(":pb")
    #expect(stage.lines[0].contains("shop > problems"))
  }

  @Test func nothingOfAClusterReachesTheTerminalRaw() {
    var problem = BrokenShop.plain("web")
    problem.finding.headline = "bad \u{1B}[31mred\u{7}"
    problem.subject.name = "we\u{1B}b"
    let stage = Stage.onProblems([problem], unseen: ["\u{1B}]0;title\u{7}"])
    #expect(!stage.screen.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    stage.press(.enter)
    #expect(!stage.screen.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func everyWidthIsDrawn() {
    let stage = Stage.onProblems(Self.shop, unseen: ["nodes (forbidden)"])
    for width in [1, 5, 20, 39, 50, 79, 100, 159, 160, 300] {
      for height in [1, 3, 8, 24] {
        (stage.width, stage.height) = (width, height)
        _ = stage.screen
        stage.press(.down, .enter, .character("e"), .character("G"), .escape)
      }
    }
    #expect(stage.lines[0].contains("problems"))
  }
}
