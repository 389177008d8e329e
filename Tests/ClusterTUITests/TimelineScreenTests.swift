import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct TimelineScreenTests {
  private static let all = TimelineQuery()

  private func stage(_ happenings: [Happening], unseen: [String] = []) -> Stage {
    let stage = Stage(command: "timeline", kinds: Stage.brokenKinds)
    stage.tell(Self.all, happenings, unseen: unseen)
    return stage
  }

  private static let happenings: [Happening] = {
    var back = Happening(
      at: 999_900, .event, BrokenShop.pod("api-7c9d-x2k"), "Back-off pulling image",
      source: .event("BackOff"),
      tone: .pending)
    back.count = 3
    var earlier = back
    earlier.at = 999_800
    return [back, earlier] + BrokenShop.diagnosis.timeline.happenings
  }()

  @Test func theNewestStandsFirstAndEqualLinesAreOne() {
    let stage = stage(Self.happenings)
    #expect(
      stage.lines[1...5] == [
        "  TIME         AGE    OBJECT",
        "! 13:45:00     100s   api-7c9d-x2k Back-off pulling image x6",
        "x 13:42:40     4m     api          image shop/api:v9 not found",
        "> 13:42:20     4m20s  api          revision 12: image shop/api v8 -> v9",
        "* Jan 11 12:46 25h    api          scaled 3 -> 5",
      ])
  }

  @Test func eventsOfPodsFromOneTemplateAreOneLine() {
    let back = ["x2k", "z9z", "q1q"].enumerated().map { index, pod in
      Happening(
        at: 999_900 - Int64(index), .event, BrokenShop.pod("api-7c9d-\(pod)"), "Back-off pulling image",
        source: .event("BackOff"), tone: .pending)
    }
    let stage = stage(back + Self.happenings)
    #expect(stage.lines[2] == "! 13:45:00     100s   api-7c9d-* Back-off pulling image x9")
  }

  @Test func theGroundOfATriggerStandsAboveTheKeys() {
    let stage = stage(Self.happenings)
    stage.press(.character("t"))
    #expect(stage.cursorLine.hasPrefix("> 13:42:20"))
    #expect(stage.lines[22].hasPrefix(" WHY likely set it off: 20s before the first failure"))
    stage.press(.enter)
    #expect(stage.reader.running.contains(.diagnosis(BrokenShop.deployment("api"))))
  }

  @Test func aWideScreenHasAnAxis() {
    let stage = stage(Self.happenings)
    (stage.width, stage.height) = (120, 40)
    let lines = stage.lines
    #expect(lines[1].contains(">") && lines[1].contains("x") && lines[1].contains("·"))
    #expect(lines[2].contains("13:4"))
    #expect(lines[3].contains("> likely set it off"))
    #expect(lines[7].contains("revision 12: image shop/api v8 -> v9 ") && lines[7].hasSuffix(" kubectl"))
  }

  @Test func momentsThatCannotBeLeaveTheStripWhole() {
    for at in [Int64.min, -62_135_596_800, 0, 253_402_300_799, .max] {
      var happening = Self.happenings[0]
      happening.at = at
      for happenings in [[happening], Self.happenings + [happening]] {
        let strip = TimelineStrip(happenings, now: 1_000_000, zoneOffsetSeconds: 3_600, width: 80)
        var canvas = Canvas(width: 80, height: strip.height)
        strip.draw(on: &canvas, x: 0, y: 0, cursor: at)
        #expect(canvas.text().contains("changed"))
      }
    }
  }

  @Test func aFilterKeepsWhatMatches() {
    let stage = stage(Self.happenings)
    stage.enter("/scale")
    #expect(stage.lines[0].contains("/scale 1 of 4") && stage.lines[2].contains("scaled 3 -> 5"))
    stage.press(.escape)
    #expect(stage.lines[0].contains("timeline  4"))
  }

  @Test func theCursorStaysOnItsLine() {
    let stage = stage(Self.happenings)
    stage.press(.down)
    stage.tell(
      Self.all,
      [Happening(at: 999_990, .node, BrokenShop.node.subject, "cordoned", source: .field("spec"))]
        + Self.happenings)
    #expect(stage.cursorLine.contains("image shop/api:v9 not found"))
  }

  @Test func whatGoesAsUsualIsLeftOutOfAWholeCluster() {
    let usual = Happening(
      at: 999_990, .event, BrokenShop.pod("a"), "Started", source: .event("Started"), tone: .good)
    let stage = stage([usual] + Self.happenings)
    #expect(!stage.screen.contains("Started"))
    #expect(stage.screen.contains("without 1 event of what goes as usual: ctrl-z"))
    stage.press(.control("z"))
    #expect(stage.screen.contains("Started") && !stage.screen.contains("as usual"))
  }

  @Test func whatWasNotLookedAtIsTold() {
    let stage = stage([], unseen: ["events: forbidden"])
    #expect(stage.screen.contains("nothing happened, as far as the cluster remembers"))
    #expect(stage.screen.contains("? not looked at: events: forbidden"))
  }

  @Test func capitalTOpensItOfTheRowAndOfTheCluster() {
    let stage = Stage(kinds: Stage.brokenKinds)
    stage.tell(Stage.allPods, ["shop/api-7c9d-x2k 0/1 Running 0"])
    stage.press(.character("T"))
    let own = TimelineQuery(BrokenShop.pod("api-7c9d-x2k"), namespaces: ["shop"])
    #expect(stage.reader.running.contains(.timeline(own)))
    stage.enter(":pb")
    stage.press(.character("T"))
    #expect(stage.reader.running.contains(.timeline(Self.all)))
    stage.enter(":ns shop")
    #expect(stage.reader.running.contains(.timeline(TimelineQuery(namespaces: ["shop"]))))
  }

  @Test func everyWidthIsDrawn() {
    let stage = stage(Self.happenings, unseen: ["events"])
    for width in [1, 5, 20, 39, 99, 100, 300] {
      for height in [1, 3, 8, 24] {
        (stage.width, stage.height) = (width, height)
        _ = stage.screen
        stage.press(.down, .character("G"), .character("g"))
      }
    }
    #expect(stage.lines[0].contains("timeline"))
  }
}
