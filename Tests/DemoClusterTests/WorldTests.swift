import Document
import HTTP
import Testing

@testable import DemoCluster

@Suite struct WorldTests {
  @Test func theSameSeedAndClockGiveTheSameClusterToTheByte() throws {
    let (a, b) = (try Demo(), try Demo())
    for seconds in [0.0, 1, 59, 300] {
      a.server.advance(seconds: seconds)
      b.server.advance(seconds: seconds)
    }
    for path in [
      "/api/v1/pods", "/api/v1/events", "/apis/apps/v1/deployments", "/api/v1/nodes", "/apis/batch/v1/jobs",
    ] {
      #expect(try a.response(path).body == b.response(path).body, "\(path)")
    }
    let other = try Demo { $0.seed = 2 }
    #expect(try other.get("/api/v1/pods").names != Demo().get("/api/v1/pods").names)
  }

  @Test func howTheTimeIsCutDoesNotMatter() throws {
    let (a, b) = (try Demo(), try Demo())
    a.server.advance(seconds: 240)
    for _ in 0..<480 { b.server.advance(seconds: 0.5) }
    #expect(try a.response("/api/v1/pods").body == b.response("/api/v1/pods").body)
  }

  @Test func theShopFailsInItsSeveralWays() throws {
    let demo = Demo.still
    let rows = try demo.rows("/api/v1/pods")
    func word(_ name: String) -> String? {
      rows.first { $0.hasPrefix(name + "-") }?.split(separator: "|").dropFirst(2).first.map {
        String($0.filter { $0 != " " })
      }
    }
    #expect(rows.count > 60)
    #expect(rows.filter { $0.contains("| 1/1 | Running |") || $0.contains("| 2/2 | Running |") }.count > 35)
    #expect(word("invoicing") == "CrashLoopBackOff")
    #expect(word("warehouse-sync") == "CrashLoopBackOff")
    #expect(word("gift-cards") == "CreateContainerConfigError")
    #expect(word("fraud-scoring") == "Pending")
    #expect(word("search-index") == "Pending")
    #expect(word("migrate-ledger") == "Error")
    #expect(rows.contains { $0.hasPrefix("promo-banner-") && $0.contains("ImagePullBackOff") })
    #expect(rows.contains { $0.hasPrefix("recommendations-") && $0.contains("| 0/1 | Running | 0 |") })
  }

  @Test func everyFailureSaysItsReason() throws {
    let demo = Demo.still
    func messages(_ reason: String) throws -> String {
      try demo.get("/api/v1/events?fieldSelector=reason=\(reason)")["items"].array
        .map {
          "\($0["involvedObject"]["name"].string ?? ""): \($0["message"].string ?? "") x\($0["count"].int ?? 1)"
        }
        .joined(separator: "\n")
    }
    #expect(
      try messages("Failed").contains(
        "failed to resolve reference \"registry.dockside.example/market/promo-banner:1.9.0-rc1\": "
          + "registry.dockside.example/market/promo-banner:1.9.0-rc1: not found x14"))
    #expect(try messages("Failed").contains("Error: configmap \"gift-card-rules\" not found"))
    #expect(try messages("FailedPostStartHook").contains("PostStartHook failed x285"))
    #expect(
      try messages("FailedScheduling").contains(
        "0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu. no new claims to "
          + "deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling."))
    #expect(
      try messages("Unhealthy").contains("Readiness probe failed: HTTP probe failed with statuscode: 503"))
    let killed = try demo.get("/api/v1/namespaces/fulfil/pods?labelSelector=app=invoicing")["items"][0]
    let last = killed.at("status.containerStatuses[0].lastState.terminated")
    #expect(last["reason"] == "OOMKilled" && last["exitCode"].int == 137)
    let job = try demo.get("/apis/batch/v1/namespaces/platform/jobs/migrate-ledger")
    #expect(job.at("status.conditions[1].reason") == "BackoffLimitExceeded")
    #expect(job["status"]["failed"].int == 3)
  }

  @Test func somethingChangesEveryFewSeconds() {
    let simulation = Simulation(DemoOptions(), start: Moment(seconds: Int64(Demo.start)))
    let pods = simulation.world.store[.pods]
    var quiet = 0
    for _ in 0..<120 {
      let before = pods.changes.last?.version
      simulation.advance(to: simulation.world.now + 5)
      if pods.changes.last?.version == before { quiet += 1 }
    }
    #expect(quiet < 30, "\(quiet) of 120 spells of 5 s saw no pod change")
  }

  @Test func cronJobsMakeJobsAndKeepThree() throws {
    let demo = try Demo()
    demo.server.advance(seconds: 600)
    let jobs = try demo.get(
      "/apis/batch/v1/namespaces/platform/jobs?labelSelector=batch.kubernetes.io/job-name")
    let refresh = jobs.names.filter { $0.hasPrefix("price-refresh-") }
    #expect((3...4).contains(refresh.count))
    let events = try demo.get("/api/v1/namespaces/platform/events?fieldSelector=involvedObject.kind=CronJob")
    let reasons = Set(events["items"].array.compactMap { $0["reason"].string })
    #expect(reasons.isSuperset(of: ["SuccessfulCreate", "SawCompletedJob", "SuccessfulDelete"]))
    // The pods of deleted jobs are gone as well.
    let pods = try demo.get("/api/v1/namespaces/platform/pods").names.filter {
      $0.hasPrefix("price-refresh-")
    }
    #expect(pods.count == refresh.count)
  }

  @Test func aReleaseRollsOutAndServesAllTheTime() throws {
    let demo = try Demo()
    var revisions: Set<String> = []
    var fewest = Int.max
    for _ in 0..<80 {
      demo.server.advance(seconds: 1)
      let storefront = try demo.get("/apis/apps/v1/namespaces/market/deployments/storefront")
      revisions.insert(
        storefront.at("metadata.annotations['deployment.kubernetes.io/revision']").string ?? "")
      let wanted = storefront["spec"]["replicas"].int ?? 0
      fewest = min(fewest, (storefront["status"]["readyReplicas"].int ?? 0) - (wanted - wanted / 4))
    }
    #expect(revisions == ["2", "3"])
    // One pod may be unready by itself on top of what the release takes away.
    #expect(fewest >= -1)
    let sets = try demo.get("/apis/apps/v1/namespaces/market/replicasets?labelSelector=app=storefront")
    #expect(sets["items"].array.filter { $0["spec"]["replicas"].int ?? 0 > 0 }.count == 1)
    let scaled = try demo.get(
      "/api/v1/namespaces/market/events?fieldSelector=involvedObject.name=storefront,reason=ScalingReplicaSet"
    )
    #expect(
      scaled["items"].array.contains {
        $0["message"].string?.hasPrefix("Scaled up replica set storefront-") == true
      })
  }

  @Test func restartsBackOffFurtherAndFurther() throws {
    let demo = try Demo()
    // A new pod of a deployment whose containers end after a few seconds.
    let old = try demo.get("/api/v1/namespaces/fulfil/pods?labelSelector=app=courier-gateway").names
    _ = try demo.send("DELETE", "/api/v1/namespaces/fulfil/pods/\(old[0])")
    var waits: [String] = []
    var restarts = 0
    for _ in 0..<900 {
      demo.server.advance(seconds: 1)
      let pods = try demo.get("/api/v1/namespaces/fulfil/pods?labelSelector=app=courier-gateway")
      guard let pod = pods["items"].array.first(where: { $0["metadata"]["name"].string != old[0] }) else {
        continue
      }
      let container = pod.at("status.containerStatuses[0]")
      restarts = max(restarts, container["restartCount"].int ?? 0)
      let message = container.at("state.waiting.message").string ?? ""
      if message.hasPrefix("back-off ") {
        let wait = String(message.dropFirst(9).prefix { $0 != " " })
        if waits.last != wait { waits.append(wait) }
      }
    }
    #expect(waits == ["10s", "20s", "40s", "1m20s", "2m40s", "5m0s"])
    #expect(restarts >= 6)
  }

  @Test func eventsOfMoreThanAnHourAgoAreGone() {
    let simulation = Simulation(DemoOptions(), start: Moment(seconds: Int64(Demo.start)))
    simulation.advance(to: simulation.world.now + 3_750)
    let events = simulation.world.store[.events].objects
    #expect(events.count > 100)
    for event in events {
      guard case .event(let body) = event.body else { continue }
      #expect(simulation.world.now - body.last < 3_700, "\(body.reason) \(body.message)")
    }
  }

  @Test func countsOfControllersAgreeWithTheirPods() throws {
    let demo = try Demo()
    demo.server.advance(seconds: 400)
    // Until what is under way is through, give or take: controllers look again a moment later.
    demo.server.advance(seconds: 0.9)
    let pods = try demo.get("/api/v1/pods")["items"].array
    for set in try demo.get("/apis/apps/v1/replicasets")["items"].array {
      let uid = set["metadata"]["uid"]
      let own = pods.filter {
        $0.at("metadata.ownerReferences[0].uid") == uid && $0["metadata"]["deletionTimestamp"].isNull
      }
      #expect(abs(own.count - (set["status"]["replicas"].int ?? 0)) <= 1, "\(set["metadata"]["name"])")
    }
    for slice in try demo.get("/apis/discovery.k8s.io/v1/endpointslices")["items"].array {
      let addresses = Set(pods.compactMap { $0["status"]["podIP"].string })
      for endpoint in slice["endpoints"].array {
        #expect(addresses.contains(endpoint["addresses"][0].string ?? ""))
      }
    }
  }
}
