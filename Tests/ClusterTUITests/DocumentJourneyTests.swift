import Cluster
import Document
import Terminal
import Testing

@testable import ClusterTUI

/// What keys do in the document of an object.
struct DocumentJourneyTests {
  private static let secrets = Kind(id: "v1/secrets", name: "Secret", namespaced: true)
  private let ref = ObjectRef(kind: "v1/secrets", namespace: "shop", name: "keys")

  private func stage(_ version: String = "1", mode: String = "fast") -> Stage {
    let stage = Stage(kinds: [Stage.pods, Self.secrets])
    stage.session.show(PageScreen(.yaml(ref)))
    tell(stage, version, mode)
    return stage
  }

  private func tell(_ stage: Stage, _ version: String, _ mode: String) {
    let json: JSON = [
      "apiVersion": "v1", "kind": "Secret",
      "metadata": [
        "name": "keys", "namespace": "shop", "resourceVersion": .string(version),
        "labels": ["mode": .string(mode)],
        "ownerReferences": [["apiVersion": "v1", "kind": "Pod", "name": "web-0", "uid": "u"]],
      ], "data": ["one": "Zmlyc3Q=", "two": "c2Vjb25k"],
    ]
    stage.reader.tell(.object(ref, WholeObject(json: json)), .phase(.object(ref), .live))
    stage.session.takeIn()
  }

  private func go(_ stage: Stage, to text: String) {
    stage.press(.character("g"))
    for _ in 0..<40 where !stage.cursorLine.contains(text) { stage.press(.character("j")) }
    #expect(stage.cursorLine.contains(text))
  }

  private func copied(_ stage: Stage) -> String? {
    for case .copy(let text, _) in stage.session.takePending() { return text }
    return nil
  }

  @Test func aSecretsValuesAreRevealedOneByOne() {
    let stage = stage()
    #expect(!stage.screen.contains("first") && !stage.screen.contains("second"))
    go(stage, to: "two:")
    stage.press(.character("x"))
    #expect(stage.screen.contains("two: second"))
    #expect(!stage.screen.contains("first"))
    stage.press(.character("x"))
    #expect(!stage.screen.contains("second"))
    stage.press(.character("X"))
    #expect(stage.screen.contains("one: first") && stage.screen.contains("two: second"))
  }

  @Test func thePathAndTheDecodedValueAreCopied() {
    let stage = stage()
    go(stage, to: "one:")
    stage.press(.character("P"))
    #expect(copied(stage) == "data.one")
    stage.press(.character("V"))
    #expect(copied(stage) == "first")
    #expect(!stage.screen.contains("one: first"))
  }

  @Test func enterOnANameOpensWhatItNames() {
    let stage = stage()
    go(stage, to: "name: web-0")
    stage.press(.enter)
    #expect(stage.screen.contains("web-0 > describe"))
  }

  @Test func theVersionSeenBeforeIsComparedWithThePresentOne() {
    let stage = stage()
    tell(stage, "2", "slow")
    stage.press(.character("D"))
    #expect(stage.screen.contains("-     mode: fast"))
    #expect(stage.screen.contains("+     mode: slow"))
    stage.press(.tab)
    #expect(stage.screen.contains("nothing is noted of what was applied last"))
  }

  @Test func twoMarkedRowsAreCompared() {
    let stage = Stage(command: "pods", kinds: [Stage.pods])
    stage.tell(Stage.allPods, ["shop/a 1/1 Running 0", "shop/b 1/1 Running 0"])
    stage.press(.character(" "), .character(" "), .character("D"))
    for (name, image) in [("a", "v1"), ("b", "v2")] {
      let ref = ObjectRef(kind: "v1/pods", namespace: "shop", name: name, uid: "shop/\(name)")
      let json: JSON = ["metadata": ["name": .string(name)], "spec": ["image": .string(image)]]
      stage.reader.tell(.object(ref, WholeObject(json: json)), .phase(.object(ref), .live))
    }
    stage.session.takeIn()
    #expect(stage.screen.contains("-   image: v1"))
    #expect(stage.screen.contains("+   image: v2"))
  }
}
