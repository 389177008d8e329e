import Cluster
import Terminal
import Testing

@testable import ClusterTUI

/// Lists that a label selector narrows: nobody takes them for whole.
@Suite struct SelectorTests {
  private func query(_ labels: String, _ namespaces: [String] = []) -> Query {
    var query = Query("v1/pods", namespaces: namespaces)
    query.labelSelector = labels
    return query
  }

  @Test func aSelectorIsShownAlsoInAnotherNamespace() {
    let stage = Stage(command: "pods -l app=web")
    stage.tell(query("app=web"), ["a/web 1/1 Running 0"])
    #expect(stage.lines[0].contains("pods  -l app=web 1 "))
    stage.tell(Query("v1/namespaces"), ["a Active", "b Active"])
    stage.press(.character("1"))
    stage.tell(query("app=web", ["a"]), ["a/web 1/1 Running 0", "a/web-2 1/1 Running 0"])
    #expect(stage.lines[0].contains("a > pods  -l app=web 2 "))
    stage.enter("/web-2")
    #expect(stage.lines[0].contains("-l app=web /web-2 1 of 2"))
    stage.enter(":pods")
    #expect(!stage.lines[0].contains("-l"))
  }

  @Test func anEmptyListSaysWhatItWasSelectedBy() {
    let stage = Stage(command: "pods shop -l app=web")
    stage.tell(query("app=web", ["shop"]), [])
    #expect(stage.screen.contains("no pods in shop with labels app=web: ':pods' shows all"))
  }

  @Test func severalSelectorsMeanAllOfThem() {
    let stage = Stage(command: "pods app=web tier=db -l env in (a, b)")
    #expect(stage.reader.running.contains(.rows(query("app=web,tier=db,env in (a, b)"))))
  }

  @Test func whatBelongsToOneObjectTellsByItsCrumbAndDoesNotLinger() {
    let stage = Stage(command: "deploy")
    let deployments = Query("apps/v1/deployments")
    stage.tell(deployments, ["shop/web-1 1/1"])
    stage.press(.enter)
    let pods = query("app=web-1", ["shop"])
    _ = stage.screen
    stage.tell(pods, ["shop/web-1-x 1/1 Running 0"])
    #expect(stage.lines[0].contains("web-1 > pods") && !stage.lines[0].contains("-l"))
    stage.press(.escape)
    _ = stage.screen
    #expect(!stage.reader.running.contains(.rows(pods)))
    #expect(stage.reader.running.contains(.rows(deployments)))
  }
}
