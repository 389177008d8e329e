import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct RolloutSetTests {
  private let now = RolloutRecording.listed

  // MARK: StatefulSets

  @Test func aStatefulSetWithoutChangesIsDone() throws {
    let rollout = try RolloutRecording("redis").rollout()
    #expect(rollout.verdict == .done("all 3 pods are updated and ready"))
    #expect(rollout.partition == 1 && rollout.maxUnavailable == 1 && rollout.maxSurge == nil)
    let revision = try #require(rollout.current)
    #expect(revision.number == 1 && revision.pods == 3 && revision.ready == 3 && revision.desired == 3)
    #expect(revision.images == ["registry.example.com/data/redis:7.2.4"])
  }

  /// kubectl: "partitioned roll out complete: 2 new pods have been updated..."
  @Test func aPartitionThatIsReachedIsDone() throws {
    var recording = try RolloutRecording("redis")
    let later = try RolloutRecording("status.redis").objects.object
    recording.edit { $0 = later }
    #expect(
      recording.rollout().verdict
        == .done("2 of 3 pods updated; its partition keeps those below redis-1 as they are"))
  }

  @Test func theOrdinalThatHoldsTheOthersUpIsNamed() throws {
    let recording = try RolloutRecording("postgres")
    #expect(
      recording.rollout().verdict.drawn()
        == "waiting: postgres-0 is not available: unschedulable for 2m20s: 0/3 nodes are available: pod has unbound "
        + "immediate PersistentVolumeClaims; it mounts claim pgdata-postgres-0; the next waits for it; 1 of 2 pods "
        + "updated, 0 ready")
    let later = recording.rollout(now: now + 600).verdict.drawn(now: now + 600)
    #expect(later.hasPrefix("stuck for 12m: postgres-0 is not available"))
  }

  @Test func theNextToBeReplacedIsTheHighest() throws {
    let rollout = try updating { _ in }
    #expect(rollout.verdict == .progressing("1 of 3 pods updated, 3 ready; redis-1 is next"))
    #expect(rollout.revisions.map(\.number) == [1] && rollout.revisions[0].pods == 2)
  }

  @Test func aPodThatStartsIsWaitedForFirst() throws {
    let rollout = try updating {
      guard $0.name == "redis-2" else { return }
      ($0.isReady, $0.readyChanged, $0.tone, $0.status, $0.why) = (false, now - 5, .starting, "Running", "")
    }
    #expect(
      rollout.verdict == .waiting("redis-2 must become ready before the next; 1 of 3 pods updated, 2 ready"))
  }

  @Test func aBrokenPodOfAnOldTemplateMustBeDeleted() throws {
    let rollout = try updating {
      guard $0.name == "redis-1" else { return }
      ($0.isReady, $0.readyChanged, $0.tone, $0.status) = (false, now - 700, .bad, "CrashLoopBackOff")
      $0.why = "container redis: exit 1"
    }
    #expect(
      rollout.verdict
        == .stuck(
          "redis-1 has an old template and is replaced only when it is ready, or deleted: container redis: exit 1",
          since: now - 700))
  }

  @Test func onDeleteWaitsForSomebodyToDelete() throws {
    var recording = try updatingRecording { _ in }
    recording.edit { $0["spec"]["updateStrategy"] = ["type": "OnDelete"] }
    #expect(
      recording.rollout().verdict == .waiting("2 pods keep an old template until deleted (OnDelete)"))
  }

  /// Redis on its way to a new revision that redis-2 has already.
  private func updating(_ change: (inout RolloutPod) -> Void) throws -> Rollout {
    try updatingRecording(change).rollout()
  }

  private func updatingRecording(_ change: (inout RolloutPod) -> Void) throws -> RolloutRecording {
    var recording = try RolloutRecording("redis")
    recording.editPods {
      if $0.name == "redis-2" { $0.hash = "redis-new" }
      change(&$0)
    }
    let ready = recording.objects.pods!.count { $0.isReady }
    recording.edit {
      $0["spec"]["updateStrategy"]["rollingUpdate"]["partition"] = 0
      $0["status"]["updateRevision"] = "redis-new"
      $0["status"]["updatedReplicas"] = 1
      $0["status"]["readyReplicas"] = .int(ready)
    }
    return recording
  }

  // MARK: DaemonSets

  @Test func aPodOnANodeThatDoesNotAnswerIsNamed() throws {
    let recording = try RolloutRecording("logshipper")
    #expect(
      recording.rollout().verdict.drawn()
        == "waiting: logshipper-6mmh8 is not available: given to node-2 2m19s ago, whose kubelet has not taken it up "
        + "yet; 2 of 2 pods updated, 1 available")
  }

  /// kubectl: "Waiting for daemon set "logshipper" rollout to finish: 0 out of 1 new pods have been updated..."
  @Test func aDaemonSetThatWaitsForADeadNodeIsNotDone() throws {
    let rollout = try RolloutRecording("logshipper-dead-node").rollout()
    #expect(rollout.verdict == .progressing("0 of 1 pods updated, 1 available"))
    #expect(rollout.maxUnavailable == 1 && rollout.maxSurge == 0)
  }

  @Test func sharesOfNodesAreRoundedUp() throws {
    var recording = try RolloutRecording("logshipper")
    recording.edit {
      $0["status"]["desiredNumberScheduled"] = 5
      $0["spec"]["updateStrategy"]["rollingUpdate"] = ["maxUnavailable": "30%", "maxSurge": 0]
    }
    #expect(recording.rollout().maxUnavailable == 2)
  }
}
