import Document
import HTTP
import TestSupport
import Testing

@testable import DemoCluster

/// Every story, played to where its trail can be seen.
@Suite(.aside) struct StoryTests {
  /// What kubectl shows of a story's victim.
  struct Trail: Sendable, CustomTestStringConvertible {
    let story: String
    /// How long it takes to be seen.
    let seconds: Double
    /// What is described: "pod -n market -l app=reviews".
    let victim: String
    /// What the description must say.
    let lines: [String]

    var testDescription: String { story }
  }

  static let trails = [
    Trail(
      story: "bad-image", seconds: 60, victim: "pods -n market -l app=storefront",
      lines: [
        "Reason:       ImagePullBackOff",
        "Failed to pull image \"registry.dockside.example/market/storefront:3.16.0\": rpc error: code = NotFound desc",
      ]),
    Trail(
      story: "crash-loop", seconds: 60, victim: "pods -n market -l app=reviews",
      lines: [
        "Reason:       CrashLoopBackOff", "Exit Code:    78", "Back-off restarting failed container reviews",
      ]),
    Trail(
      story: "oom-after-release", seconds: 160, victim: "pods -n market -l app=basket",
      lines: ["Reason:       OOMKilled", "Exit Code:    137"]),
    Trail(
      story: "slow-probe", seconds: 240, victim: "pods -n market -l app=catalogue",
      lines: [
        "Readiness probe failed: Get \"http://10.40.",
        ":8080/ready\": context deadline exceeded (Client.Timeout",
      ]),
    Trail(
      story: "liveness-kill", seconds: 200, victim: "pods -n fulfil -l app=shipping-rates",
      lines: [
        "Liveness probe failed: HTTP probe failed with statuscode: 500",
        "failed liveness probe, will be restarted",
      ]),
    Trail(
      story: "failing-hook", seconds: 60, victim: "pods -n fulfil -l app=returns",
      lines: ["PostStartHook failed", "FailedPostStartHook"]),
    Trail(
      story: "init-blocked", seconds: 60, victim: "pods -n market -l app=pricing",
      lines: [
        "Initialized                 False", "Reason:       PodInitializing", "until nslookup pricing-db",
      ]),
    Trail(
      story: "bad-config", seconds: 60, victim: "pods -n market -l app=search-api",
      lines: ["Exit Code:    1", "Back-off restarting failed container search-api"]),
    Trail(
      story: "missing-secret", seconds: 60, victim: "pods -n fulfil -l app=returns",
      lines: [
        "Reason:       ContainerCreating",
        "MountVolume.SetUp failed for volume \"credentials\" : secret \"returns-credential\" not found",
      ]),
    Trail(
      story: "missing-config", seconds: 60, victim: "pods -n market -l app=courier-widget",
      lines: [
        "Reason:       CreateContainerConfigError", "Error: configmap \"courier-widget-settings\" not found",
      ]),
    Trail(
      story: "wrong-selector", seconds: 30, victim: "service -n market basket",
      lines: ["Selector:                 app=baskets"]),
    Trail(
      story: "too-big", seconds: 30, victim: "pods -n fulfil -l app=packing-planner",
      lines: ["0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient memory."]),
    Trail(
      story: "node-down", seconds: 70, victim: "node harbour-4",
      lines: [
        "Kubelet stopped posting node status.", "node.kubernetes.io/unreachable:NoExecute",
        "Node harbour-4 status is now: NodeNotReady",
      ]),
    Trail(
      story: "memory-pressure", seconds: 40, victim: "node harbour-3",
      lines: ["MemoryPressure   True", "KubeletHasInsufficientMemory", "Attempting to reclaim memory"]),
    Trail(
      story: "tainted", seconds: 30, victim: "pods -n market -l app=basket",
      lines: ["0/4 nodes are available: 4 node(s) had untolerated taint(s)."]),
    Trail(
      story: "drain-blocked", seconds: 30, victim: "pdb -n platform sessions",
      lines: ["Min available:", "Allowed disruptions:  0"]),
    Trail(
      story: "quota-full", seconds: 60, victim: "rs -n platform -l app=batch-worker",
      lines: ["is forbidden: exceeded quota: platform, requested: "]),
    Trail(
      story: "volume-pending", seconds: 40, victim: "pvc -n platform data-ledger-0",
      lines: [
        "Waiting for a volume to be created either by the external provisioner 'archive.csi.dockside.example'"
      ]),
    Trail(
      story: "volume-unknown", seconds: 40, victim: "pvc -n platform data-ledger-0",
      lines: ["storageclass.storage.k8s.io \"dockside-sdd\" not found"]),
    Trail(
      story: "dns-outage", seconds: 60, victim: "pods -n fulfil -l app=orders",
      lines: ["Readiness probe failed: HTTP probe failed with statuscode: 503"]),
    Trail(
      story: "hpa-flapping", seconds: 260, victim: "hpa -n market storefront",
      lines: ["SuccessfulRescale", "above target", "All metrics below target"]),
    Trail(
      story: "cert-expiring", seconds: 20, victim: "certificate -n market market",
      lines: ["Failed to wait for order resource", "Not After"]),
    Trail(
      story: "cronjob-pileup", seconds: 400, victim: "cronjob -n platform price-refresh",
      lines: ["Concurrency Policy:            Allow", "Active Jobs:"]),
    Trail(
      story: "namespace-stuck", seconds: 30, victim: "ns sandbox",
      lines: [
        "Terminating",
        "Some resources are remaining: promotions.shop.dockside.example has 1 resource instances",
        "shop.dockside.example/withdraw in 1 resource instances",
      ]),
  ]

  @Test(arguments: trails) func itIsSeenWithItsCause(_ trail: Trail) throws {
    let demo = try Demo { $0.stories = [trail.story] }
    demo.server.advance(seconds: trail.seconds)
    let kubectl = KubectlCluster(demo)
    let text = try kubectl.run("describe \(trail.victim)")
    for line in trail.lines { #expect(text.contains(line), "\(line) is missing in:\n\(text)") }
  }

  @Test func allAreListedAndPlayed() {
    #expect(Story.all.count >= 15)
    #expect(Set(Story.all.map(\.name)).count == Story.all.count)
    #expect(Set(Story.all.map(\.name)) == Set(StoryTests.trails.map(\.story)))
    for story in Story.all { #expect(story.sentence.hasSuffix(".") && story.sentence.utf8.count < 110) }
  }

  @Test func withoutItsStoryTheClusterIsWell() throws {
    let demo = try Demo { $0.stories = ["wrong-selector"] }
    demo.server.advance(seconds: 120)
    let pods = try demo.get("/api/v1/pods")["items"].array
    for pod in pods where pod["status"]["phase"] != "Succeeded" {
      let ready = pod["status"]["conditions"].array.first { $0["type"] == "Ready" }
      #expect(ready?["status"] == "True", "\(pod["metadata"]["name"])")
    }
  }

  @Test func podsOfADeadNodeAreMadeElsewhereAfterFiveMinutes() throws {
    let demo = try Demo { $0.stories = ["node-down"] }
    demo.server.advance(seconds: 50)
    let before = try demo.get("/api/v1/pods?fieldSelector=spec.nodeName=harbour-4")["items"].array
    let unready = before.filter { pod in
      pod["status"]["conditions"].array.contains { $0["type"] == "Ready" && $0["status"] == "False" }
    }
    #expect(unready.count > 5)
    demo.server.advance(seconds: 340)
    let after = try demo.get("/api/v1/pods?fieldSelector=spec.nodeName=harbour-4")["items"].array
    let leaving = after.filter { !$0["metadata"]["deletionTimestamp"].isNull }
    #expect(leaving.count > 5)
    let basket = try demo.get("/apis/apps/v1/namespaces/market/deployments/basket")
    #expect(basket["status"]["readyReplicas"].int == 3)
  }
}
