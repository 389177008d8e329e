import Cluster
import Document
import Foundation
import Testing

@testable import Kubernetes

@Suite struct DiagnosisClusterTests {
  @Test func ofTheRecordedNodesOnlyTheSilentOneIsFound() {
    var world = Examination.recorded()
    world.now = KindsFixtures.listed
    world.takeList("v1/pods", "Kinds/pods.list.json")
    let found = world.findings("v1/nodes", by: .node)
    #expect(Array(found.keys) == ["node-2"])
    let finding = found["node-2"]?.first
    #expect(finding?.headline == "its kubelet has stopped reporting, 2 pods on it")
    #expect(finding?.severity == .critical)
    // Three hours later node-3 is cordoned and forgotten, too.
    world.now += 10_800
    let later = world.findings("v1/nodes", by: .node)["node-3"]
    #expect(later?.map(\.headline) == ["cordoned and forgotten: it takes no new pods"])
    #expect(later?.first?.severity == .notice)
  }

  private func node(_ world: Examination, _ name: String, _ conditions: String, version: String = "v1.36.2")
    -> FactKey
  {
    world.take(
      "v1/nodes",
      """
      {"metadata":{"name":"\(name)","uid":"\(name)","creationTimestamp":"1970-01-01T00:00:10Z"},"spec":{},
      "status":{"conditions":[\(conditions)],"nodeInfo":{"kubeletVersion":"\(version)"}}}
      """)
  }

  @Test(arguments: [
    (
      "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
      "not ready: its pod network is not set up"
    ),
    (
      "[container runtime is down, PLEG is not healthy: pleg was last seen active 5m0s ago]",
      "not ready: its container runtime hangs"
    ),
    ("[container runtime is down]", "not ready: its container runtime is down"),
  ])
  func aNodeSaysWhyItIsNotReady(_ message: String, _ headline: String) {
    let world = Examination(now: 2_000)
    let key = node(
      world, "a", #"{"type":"Ready","status":"False","reason":"KubeletNotReady","message":"\#(message)"}"#)
    #expect(world.findings(key, by: .node).map(\.headline) == [headline])
  }

  @Test func pressureAndAnOldKubeletAreTold() {
    let world = Examination(now: 2_000)
    let ready = #"{"type":"Ready","status":"True"}"#
    let old = node(world, "old", ready, version: "v1.32.1")
    let fine = node(world, "fine", ready, version: "v1.33.0-eks-1")
    let full = node(world, "full", ready + #",{"type":"DiskPressure","status":"True"}"#)
    world.takeEvents([:])
    #expect(
      world.findings(old, by: .node).map(\.headline) == [
        "its kubelet is 4 minor versions behind the newest node"
      ])
    #expect(world.findings(fine, by: .node).isEmpty)
    #expect(world.findings(full, by: .node).map(\.rule) == ["node-disk"])
  }

  @Test func theRecordedNamespaceNamesTheFinalizer() {
    var world = Examination()
    let object = JSON.parse(KindsFixtures.bytes("namespace.stuck.json")).value!
    let deleted = object["metadata"]["deletionTimestamp"].seconds!
    let key = world.take("v1/namespaces", object)
    world.now = deleted + 30
    #expect(world.findings(key, by: .namespaceTerminating).isEmpty)
    world.now = deleted + 90
    let found = world.findings(key, by: .namespaceTerminating)
    #expect(
      found.map(\.headline) == ["deleted, but finalizer example.com/hold holds what is left in 1 configmaps"])
    #expect(found.first?.verdict.isHopeless == true)
    #expect(found.first?.since == deleted)
  }

  @Test func anObjectThatAFinalizerHoldsNamesItAndItsController() {
    let world = Examination(now: 2_000)
    world.isWhole("apps/v1/deployments", "apps/v1/statefulsets")
    let text = """
      {"metadata":{"name":"trial","namespace":"sandbox","uid":"p","deletionTimestamp":"1970-01-01T00:10:00Z",
      "finalizers":["shop.dockside.example/withdraw"]}}
      """
    let key = world.take("shop.dockside.example/v1/promotions", text)
    let alone = world.findings(key, by: .terminating).first
    #expect(alone?.headline == "deleted, but held by finalizer shop.dockside.example/withdraw")
    #expect(alone?.verdict.ground.contains("none is to be seen") == true)
    world.take("apps/v1/deployments", #"{"metadata":{"name":"dockside-controller","namespace":"infra"}}"#)
    let found = world.findings(key, by: .terminating).first
    #expect(found?.verdict.ground.hasSuffix("it may be deployment dockside-controller") == true)
  }

  @Test func aFullQuotaIsANoticeUntilItRefusesSomebody() {
    let world = Examination(now: 2_000)
    world.isWhole("apps/v1/replicasets")
    let key = world.take(
      "v1/resourcequotas",
      """
      {"metadata":{"name":"compute","namespace":"ops"},"status":{"hard":{"pods":"4","requests.cpu":"1","services":"0"},
      "used":{"pods":"4","requests.cpu":"900m","services":"0"}}}
      """)
    #expect(world.findings(key, by: .quota).map(\.headline) == ["full: pods"])
    world.take(
      "apps/v1/replicasets",
      """
      {"metadata":{"name":"a","namespace":"ops"},"status":{"conditions":[{"type":"ReplicaFailure","status":"True",
      "message":"pods is forbidden: exceeded quota: compute, requested: pods=1"}]}}
      """)
    #expect(world.findings(key, by: .quota).isEmpty)
  }

  @Test func nothingIsSaidOfWhatIsWellInTheRecordings() {
    var world = Examination.recorded()
    world.now = KindsFixtures.listed
    world.takeList("v1/pods", "Kinds/pods.list.json")
    let rules = Rules.workloads + Rules.cluster
    var found: Set<String> = []
    for kind in world.facts.shelves.keys {
      for rule in rules where rule.examines.contains(kind) || rule.examines.contains(Rule.everyKind) {
        for name in world.findings(kind, by: rule).keys {
          found.insert("\(kind.split(separator: "/").last!) \(name)")
        }
      }
    }
    let broken: Set = [
      "deployments checkout", "deployments catalog", "deployments report-builder",
      "replicasets report-builder-6556d6bf67", "statefulsets postgres", "daemonsets logshipper",
      "jobs reindex",
      "nodes node-2", "horizontalpodautoscalers web",
      "ingresses web", "services catalog", "services orphan",
    ]
    #expect(found == broken)
  }
}
