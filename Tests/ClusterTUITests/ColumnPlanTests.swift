import Cluster
import Terminal
import Testing

@testable import ClusterTUI

/// Which columns give way to which, and how far.
@Suite struct ColumnPlanTests {
  @Test func aLongStatusLeavesTheNameAndTheNamespaceAlone() {
    let stage = Stage()
    let status = "Reconciliation-failed:" + String(repeating: "x", count: 300)
    stage.tell(
      Stage.allPods, ["flux-system/podinfo-frontend 1/1 \(status) 0", "shop/web 1/1 Running 0"])
    #expect(stage.lines[1].split(separator: " ").first == "NAMESPACE↑")
    #expect(stage.lines[2].contains(" podinfo-frontend "))
    #expect(stage.lines[2].contains("Reconciliation-fail"))
    #expect(stage.lines[2].hasSuffix("60m"))
  }

  @Test func aStatusOfUsualLengthIsNotCutForALongName() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["shop/\(String(repeating: "n", count: 80)) 0/1 Init:Error 3"])
    #expect(stage.lines[2].contains(" Init:Error "))
  }

  @Test func theWidestGiveWayFirstAndTheNameLast() {
    func wish(_ width: Int, _ minimum: Int, isName: Bool = false) -> ColumnPlan.Wish {
      var wish = ColumnPlan.Wish(width: width, minimum: minimum, comfortable: minimum, priority: 50)
      wish.givesWayLast = isName
      return wish
    }
    func widths(_ room: Int) -> [Int] {
      ColumnPlan.places([wish(30, 10, isName: true), wish(60, 20), wish(40, 5), wish(3, 3)], width: room)
        .map(\.width)
    }
    #expect(widths(136) == [30, 60, 40, 3])
    #expect(widths(126) == [30, 50, 40, 3])
    #expect(widths(106) == [30, 35, 35, 3])
    #expect(widths(105) == [30, 35, 34, 3])
    #expect(widths(71) == [30, 20, 15, 3])
    #expect(widths(61) == [30, 20, 5, 3])
    #expect(widths(51) == [20, 20, 5, 3])
  }

  @Test func labelsComeIntoViewByArrow() {
    let stage = Stage()
    stage.width = 40
    stage.tell(Stage.allPods, ["shop/a-rather-long-name-of-a-pod 1/2 Running 17 10.1.2.3"])
    stage.press(.control("w"), .right, .right, .right, .right)
    #expect(stage.lines[1].split(separator: " ") == ["NAME", "STATUS", "LABELS", "AGE"])
    #expect(stage.lines[2].contains("app=a-rat"))
  }
}
