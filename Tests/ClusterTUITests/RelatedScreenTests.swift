import Cluster
import Terminal
import Testing

@testable import ClusterTUI

/// What belongs to an object, and trees of it, as they are drawn.
struct RelatedScreenTests {
  private let ref = ObjectRef(kind: "v1/pods", namespace: "shop", name: "web-0")

  private func item(
    _ kind: Kind.ID, _ name: String, _ kindName: String, how: String = "", tone: Tone = .good,
    state: String = "",
    _ presence: Presence = .present, depth: Int = 0
  ) -> Relations.Item {
    Relations.Item(
      ObjectRef(kind: kind, namespace: "shop", name: name), kindName: kindName, how: how, tone: tone,
      state: state, presence: presence, depth: depth)
  }

  @Test func groupsTellWhatIsThereAndWhatIsMissing() {
    let stage = Stage()
    stage.session.show(RelatedScreen(ref))
    var relations = Relations(item("v1/pods", "web-0", "Pod"))
    relations.groups = [
      Relations.Group(.owner, [item("apps/v1/statefulsets", "web", "StatefulSet", state: "1/2")]),
      Relations.Group(
        .uses,
        [
          item("v1/configmaps", "settings", "ConfigMap", how: "envFrom"),
          item("v1/secrets", "gone", "Secret", how: "env PASSWORD", .missing),
          item("v1/secrets", "perhaps", "Secret", .absent),
        ]),
    ]
    relations.unseen = ["rolebindings in shop: forbidden"]
    relations.isWhole = true
    stage.reader.tell(.relations(ref, relations), .phase(.related(ref), .live))
    stage.session.takeIn()
    #expect(
      stage.lines[1...9].map { $0 } == [
        "owner", ". statefulset web     1/2", "uses",
        ". configmap settings                       envFrom",
        "x secret gone         missing              env PASSWORD",
        "o secret perhaps      not there, optional", "? rolebindings in shop: forbidden", "", "",
      ])
    #expect(stage.cursorLine.contains("statefulset web"))
    stage.press(.character("j"), .character("j"), .character("j"))
    #expect(stage.screen.contains("gone is named (env PASSWORD), and there is no such object"))
    stage.press(.enter)
    #expect(stage.screen.contains("is not there"))
  }

  @Test func aTreeFoldsAndCountsTheTroubleBelow() {
    let stage = Stage()
    let query = TreeQuery("v1/pods")
    stage.session.show(TreeScreen(kind: Stage.pods, namespaces: []))
    var batch = TreeBatch()
    batch.changed = (0..<30).map { index in
      TreeBranch([
        item("v1/pods", "pod-\(index + 10)", "Pod", state: "1/1 Running"),
        item("containers", "app", "Container", state: "Running", depth: 1),
        item("v1/secrets", "key-\(index)", "Secret", index == 3 ? .missing : .present, depth: 2),
      ])
    }
    batch.isWhole = true
    stage.reader.tell(.tree(query, batch), .phase(.tree(query), .live))
    stage.session.takeIn()
    #expect(stage.lines[0].contains("1! in 30"))
    #expect(stage.lines[4] == ". ▸ pod pod-13  1/1 Running  1 in trouble below")
    stage.press(
      .character("j"), .character("j"), .character("j"), .character(" "), .character("j"), .character(" "))
    #expect(stage.lines[4] == ". ▾ pod pod-13        1/1 Running")
    #expect(stage.lines[6] == "x       secret key-3  missing")
    stage.press(.control("z"))
    #expect(!stage.screen.contains("pod-12"))
    stage.press(.control("z"), .character("/"))
    stage.enter("key-7")
    #expect(stage.screen.contains("pod-17") && !stage.screen.contains("pod-16"))
    stage.press(.escape, .character("x"))
    #expect(stage.screen.contains("secret key-0"))
    var gone = TreeBatch()
    gone.removed = ["shop/pod-10"]
    gone.isWhole = true
    stage.reader.tell(.tree(query, gone))
    stage.session.takeIn()
    #expect(!stage.screen.contains("pod-10"))
  }
}
