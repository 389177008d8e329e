import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct WhyScreenTests {
  private static let api = BrokenShop.deployment("api")

  /// Opened from a row of pods.
  private func stage(_ diagnosis: Diagnosis? = nil) -> Stage {
    let stage = Stage(kinds: Stage.brokenKinds)
    stage.tell(
      Stage.allPods, ["shop/api-7c9d-x2k 0/1 CrashLoopBackOff 3"], reason: "container app: exit code 1")
    stage.press(.character("w"))
    if let diagnosis { stage.tell(diagnosis, of: diagnosis.subject) }
    return stage
  }

  private func onAPI(height: Int = 40) -> Stage {
    let stage = Stage(command: "", kinds: Stage.brokenKinds)
    stage.height = height
    stage.tell([BrokenShop.api])
    stage.press(.enter)
    stage.tell(BrokenShop.diagnosis, of: Self.api)
    return stage
  }

  @Test func theSentenceStandsFirstThenTheGroundAndWhatToDo() {
    let stage = onAPI()
    let lines = stage.lines.map { $0.isEmpty ? "" : $0 }
    #expect(
      lines[1...31] == [
        "x deployment shop/api 3/5 ready",
        "  image shop/api:v9 not found",
        "  since 13:42:40, for 4m",
        "  hopeless until changed: the registry says there is no such tag; asking again",
        "  is in vain",
        "  likely set off by revision 12: image shop/api v8 -> v9 by kubectl: 20s before",
        "  the first failure, and it names the image",
        "",
        "Evidence",
        "  event Failed              Failed to pull image \"shop/api:v9\": manifest",
        "                            unknown  4m ago  pod api-7c9d-x2k",
        "  field …ainers[api].image  shop/api:v9",
        "",
        "What to do  a number or enter",
        "  1 roll back to revision 11 (shop/api:v8)  shows first what would change",
        "  2 see the rollout",
        "  3 look for the tag  $ crane ls shop/api",
        "",
        "Where it shows  2 pods",
        "  api-7c9d-x2k",
        "  api-7c9d-z9z",
        "",
        "What happened  the newest first; > likely set it off",
        "  13:42:40     4m     image shop/api:v9 not found",
        "> 13:42:20     4m20s  revision 12: image shop/api v8 -> v9  by kubectl",
        "                      20s before the first failure, and it names the image",
        "  Jan 11 12:46 25h    scaled 3 -> 5  by hpa",
        "",
        "Not looked at",
        "? events: forbidden",
        "",
      ])
    #expect(stage.screen.contains("its 5 pods; its 2 revisions"))
  }

  @Test func whatIsBrokenByItIsNotCalledWell() {
    let stage = Stage(command: "", kinds: Stage.brokenKinds)
    stage.tell([BrokenShop.api])
    stage.press(.enter)
    var well = Diagnosis(Self.api, kindName: "Deployment", .healthy(""))
    well.isWhole = true
    stage.tell(well, of: Self.api)
    #expect(stage.screen.contains("image shop/api:v9 not found") && !stage.screen.contains("is well"))
    stage.tell([])
    #expect(stage.screen.contains("deployment shop/api is well"))
  }

  @Test func aNumberChoosesAnOffer() {
    let stage = onAPI()
    stage.press(.character("2"))
    #expect(stage.lines[0].contains("api > rollout"))
    stage.press(.escape, .character("1"))
    #expect(stage.lines[0].contains("> change"))
    stage.press(.escape, .character("3"))
    guard case .copy(let text, _)? = stage.session.takePending().first else {
      Issue.record("nothing was copied")
      return
    }
    #expect(text == "crane ls shop/api")
    stage.press(.character("7"))
    #expect(stage.screen.contains("there are 3 offers"))
  }

  @Test func enterChoosesWhatTheCursorIsOn() {
    let stage = onAPI()
    #expect(stage.cursorLine.contains("1 roll back"))
    stage.press(.down, .enter)
    #expect(stage.lines[0].contains("api > rollout"))
    stage.press(.escape, .down, .down)
    #expect(stage.cursorLine.contains("api-7c9d-x2k"))
    stage.press(.enter)
    #expect(stage.reader.running.contains(.diagnosis(BrokenShop.pod("api-7c9d-x2k"))))
  }

  @Test func aSmallScreenScrollsToAllOfIt() {
    let stage = onAPI(height: 12)
    #expect(stage.screen.contains("broken, 23 more rows"))
    stage.press(.character("G"))
    #expect(stage.screen.contains("its 5 pods"))
    stage.press(.character("g"))
    #expect(stage.lines[1].hasPrefix("x deployment shop/api"))
    for _ in 0..<10 { stage.press(.character("j")) }
    #expect(stage.cursorLine.contains("look for the tag") || stage.cursorLine.contains("api-7c9d"))
    stage.press(.control("f"), .control("f"), .control("f"))
    #expect(stage.screen.contains("its 5 pods"))
  }

  @Test func beforeTheAnswerTheRowsOwnReasonIsShown() {
    let stage = stage()
    #expect(stage.screen.contains("container app: exit code 1") && stage.screen.contains("looking closer…"))
  }

  @Test func aPodIsToldAsAPartOfItsWorkload() {
    var diagnosis = Diagnosis(BrokenShop.pod("api-7c9d-x2k"), kindName: "Pod", .broken)
    diagnosis.problem = BrokenShop.api
    diagnosis.isWhole = true
    let stage = stage(diagnosis)
    #expect(
      stage.lines[1...3] == [
        "x pod shop/api-7c9d-x2k", "  part of deployment shop/api, 3/5 ready",
        "  image shop/api:v9 not found",
      ])
  }

  @Test func whatAnotherObjectBreaksSaysSo() {
    var diagnosis = Diagnosis(BrokenShop.deployment("app-1", "data"), kindName: "Deployment", .broken)
    diagnosis.problem = BrokenShop.node
    let text = WhyText(diagnosis, kinds: Catalog(), now: BrokenShop.now, zoneOffsetSeconds: 0, width: 80)
    #expect(text.lines.prefix(2).map(\.text) == ["X deployment data/app-1", "  it comes from node worker-2"])
  }

  @Test(arguments: [
    (
      Diagnosis.State.healthy("5 of 5 pods are ready"), ". deployment shop/api is well: 5 of 5 pods are ready"
    ),
    (.underway("2 of 5 pods are new"), "~ deployment shop/api is on its way: 2 of 5 pods are new"),
    (.gone("deleted"), "- deployment shop/api is not there: deleted"),
    (.unknown("pods: forbidden"), "? deployment shop/api: it cannot be told how it is: pods: forbidden"),
  ])
  func everyStateIsSaidPlainly(state: Diagnosis.State, sentence: String) {
    let diagnosis = Diagnosis(Self.api, kindName: "Deployment", state)
    let text = WhyText(diagnosis, kinds: Catalog(), now: 0, zoneOffsetSeconds: 0, width: 80)
    #expect(text.lines.first?.text == sentence)
  }

  @Test func whatCannotBeAskedKeepsWhatIsKnown() {
    let stage = Stage(command: "", kinds: Stage.brokenKinds)
    stage.tell([BrokenShop.api])
    stage.press(.enter)
    stage.reader.tell(.phase(.diagnosis(Self.api), .refused(status: 403, why: "forbidden")))
    stage.session.takeIn()
    #expect(stage.screen.contains("image shop/api:v9 not found"))
    #expect(stage.screen.contains("it could not be looked at more closely: forbidden"))
  }

  @Test func wOpensTheWhyFromPagesAndRollouts() {
    let stage = Stage(command: "deploy", kinds: Stage.brokenKinds)
    stage.tell(Query("apps/v1/deployments"), ["shop/api 3/5"])
    let need = Need.diagnosis(
      ObjectRef(kind: "apps/v1/deployments", namespace: "shop", name: "api", uid: "shop/api"))
    for key in ["d", "y", "R"] {
      stage.press(.character(Character(key)), .character("w"))
      #expect(stage.reader.running.contains(need), "\(key)")
      stage.press(.escape, .escape)
      #expect(stage.lines[0].contains("> deployments"))
    }
    stage.type(":why dep")
    #expect(stage.lines.last?.hasPrefix(":why deployments/") == true)
    stage.press(.tab)
    stage.type("a")
    #expect(stage.lines.last?.hasPrefix(":why deployments/api") == true)
    stage.press(.escape)
    stage.enter(":why deploy/api shop")
    #expect(stage.lines[0].contains("api > why"))
  }
}
