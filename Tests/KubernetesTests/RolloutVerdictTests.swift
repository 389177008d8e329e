import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct RolloutVerdictTests {
  private let now = RolloutRecording.listed

  private func verdict(_ names: String...) throws -> String {
    var recording = try RolloutRecording(names[0])
    for name in names.dropFirst() {
      let later = try RolloutRecording(name)
      recording.edit { $0 = later.objects.object }
    }
    return recording.rollout().verdict.drawn()
  }

  // MARK: Deployments

  @Test func anImageThatIsNotThereIsNamed() throws {
    #expect(
      try verdict("checkout")
        == "stuck for 41s: no progress within 60s: checkout-7f8fc766cc-4fjbz is not available: container checkout: "
        + "cannot pull registry.example.com/shop/checkout:4.3.0: not found; it keeps trying; 1 of 3 pods updated, "
        + "3 available")
    let rollout = try RolloutRecording("checkout").rollout()
    #expect(rollout.progressedAt == now - 41 - 60)
    #expect(rollout.revisions.map(\.number) == [3, 2, 1])
    #expect(rollout.current?.images == ["registry.example.com/shop/checkout:4.3.0"])
    #expect(rollout.current?.cause == "release 4.3.0 (bad tag)" && rollout.others.map(\.number) == [2])
    let blocker = try #require(rollout.blockers.first)
    #expect(rollout.blockerCount == 1 && blocker.status == "ImagePullBackOff" && blocker.tone == .bad)
    #expect(blocker.revision == 3 && blocker.pod.name == "checkout-7f8fc766cc-4fjbz")
  }

  @Test func beforeTheDeadlineItWaitsForTheSame() throws {
    var recording = try RolloutRecording("checkout")
    recording.edit {
      $0["status"]["conditions"] = [
        [
          "type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated",
          "lastUpdateTime": "2026-11-21T03:13:30Z",
        ]
      ]
    }
    let rollout = recording.rollout()
    #expect(
      rollout.verdict.drawn()
        == "waiting: checkout-7f8fc766cc-4fjbz is not available: container checkout: cannot pull "
        + "registry.example.com/shop/checkout:4.3.0: not found; it keeps trying; 1 of 3 pods updated, 3 available"
    )
    #expect(rollout.deadlineSeconds == 60 && rollout.progressedAt == now - 4)
  }

  @Test func aQuotaThatDeniesPodsSpeaks() throws {
    #expect(
      try verdict("report-builder")
        == "stuck for 73s: no progress within 60s: pods can't be created: pods \"report-builder-6556d6bf67-4q6hz\" "
        + "is forbidden: exceeded quota: compute, requested: requests.cpu=500m, used: requests.cpu=600m, limited: "
        + "requests.cpu=1")
  }

  @Test func aPodThatNoNodeTakesIsWaitedFor() throws {
    #expect(
      try verdict("search")
        == "waiting: search-f45c7d9b8-crhfz is not available: unschedulable for 2m20s: 0/3 nodes are available: 1 "
        + "Insufficient cpu, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable; 0 of 2 pods available"
    )
  }

  @Test func aProbeThatNeverPassesIsNamed() throws {
    #expect(
      try verdict("catalog")
        == "stuck for 50s: no progress within 90s: catalog-589ff66cd4-qw9mb is not available: container catalog: has "
        + "not passed its readiness probe (GET :8080/readyz) since it started 2m18s ago; 0 of 2 pods available"
    )
  }

  @Test func aPausedOneTellsHowFarItCame() throws {
    let rollout = try RolloutRecording("gateway").rollout()
    #expect(rollout.verdict == .paused("paused: 0 of 1 pods have the current template"))
    // The controller has made no ReplicaSet of what was changed since.
    #expect(rollout.current == nil && rollout.others.map(\.number) == [1])
    #expect(rollout.template != rollout.revisions[0].template)
  }

  @Test func readyPodsMayHaveToStayReady() throws {
    var recording = try RolloutRecording("rollback")
    recording.edit {
      $0["spec"]["minReadySeconds"] = 30
      $0["status"]["availableReplicas"] = 1
    }
    var first = true
    recording.editPods {
      $0.readyChanged = now - (first ? 60 : 10)
      first = false
    }
    let rollout = recording.rollout()
    #expect(
      rollout.verdict == .waiting("new pods must be ready for 30s to count; 1 of 3 pods available"))
    #expect(rollout.blockerCount == 2)
    #expect(
      rollout.blockers.map { Moment.rendered($0.why, now: now) }
        == Array(repeating: "ready for 10s, counts when it has been for 30s", count: 2))
  }

  @Test func nothingIsWaitedForWhereNothingIsWanted() throws {
    var recording = try RolloutRecording("rollback")
    recording.edit {
      $0["spec"]["replicas"] = 0
      $0["status"] = ["observedGeneration": 17]
    }
    #expect(recording.rollout().verdict == .done("scaled to 0"))
  }

  @Test func anImageNameThatIsNoneNeedsNoDeadline() throws {
    var recording = try RolloutRecording("checkout")
    recording.edit { $0["status"]["conditions"] = [] }
    recording.editPods {
      guard $0.status == "ImagePullBackOff" else { return }
      ($0.status, $0.why) = ("InvalidImageName", "container checkout: UPPER is no valid image name")
    }
    #expect(
      recording.rollout().verdict.drawn()
        == "stuck for 102s: checkout-7f8fc766cc-4fjbz can never start: container checkout: UPPER is no valid image "
        + "name")
  }

  @Test(arguments: [
    ("25%", "25%", 10, 3, 2), ("25%", "25%", 1, 1, 0), ("0", "0%", 3, 0, 1), ("100%", "5", 3, 3, 3),
    ("0%", "50%", 0, 0, 1),
  ])
  func sharesBecomePodsAsTheControllerRoundsThem(
    surge: String, unavailable: String, replicas: Int, maxSurge: Int, maxUnavailable: Int
  ) throws {
    var recording = try RolloutRecording("checkout")
    recording.edit {
      $0["spec"]["replicas"] = .int(replicas)
      $0["spec"]["strategy"]["rollingUpdate"] = [
        "maxSurge": Int(surge).map { .int($0) } ?? .string(surge),
        "maxUnavailable": Int(unavailable).map { .int($0) } ?? .string(unavailable),
      ]
    }
    let rollout = recording.rollout()
    #expect(rollout.maxSurge == maxSurge && rollout.maxUnavailable == maxUnavailable)
  }

  @Test func podsOfOthersAreNotCounted() throws {
    let rollout = try RolloutRecording("checkout", "search", "checkout").rollout()
    #expect(rollout.blockers.map(\.status) == ["ImagePullBackOff"])
    #expect(rollout.revisions.map(\.number) == [3, 2, 1])
  }
}
