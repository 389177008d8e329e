import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DiagnosisWorkloadTests {
  /// The recorded lists, at the moment they were recorded.
  private static func recorded() -> Examination {
    var world = Examination.recorded()
    world.now = KindsFixtures.listed
    return world
  }

  @Test func onlyTheDeploymentsThatAreStuckSaySo() {
    let world = Self.recorded()
    let found = world.findings("apps/v1/deployments", by: .deployment)
    #expect(Set(found.keys) == ["checkout", "catalog", "report-builder"])
    #expect(found.values.joined().allSatisfy { $0.isConsequence })
    #expect(
      found["checkout"]?.first?.headline == "the rollout made no progress in 60 s: 1 of 3 pods are updated")
  }

  @Test func theRecordedPauseIsForgottenOnlyAfterAWhile() {
    var world = Examination()
    let recording = DescribeRecording.named("deployment.gateway-paused")
    world.now = 1_795_230_725 + 300
    let key = world.take("apps/v1/deployments", recording.object)
    #expect(world.findings(key, by: .deployment).isEmpty)
    world.now = recording.to
    let finding = world.findings(key, by: .deployment).first
    #expect(finding?.rule == "rollout-paused")
    #expect(finding?.severity == .notice)
    #expect(finding?.offers.first?.action == .change(Change(.resume, finding!.subject)))
  }

  @Test func aDeploymentThatNoControllerLooksAtSaysSo() {
    let world = Examination(now: 1_000)
    let text = """
      {"metadata":{"name":"web","namespace":"shop","uid":"d","generation":1,
      "creationTimestamp":"1970-01-01T00:10:00Z"},"spec":{"replicas":1},"status":{}}
      """
    let key = world.take("apps/v1/deployments", text)
    #expect(world.findings(key, by: .deployment).map(\.rule) == ["controller-absent"])
  }

  @Test func theRecordedSetSaysWhichPodHoldsItUpAndTheHealthyOneNothing() {
    let world = Self.recorded()
    world.takeList("v1/pods", "Kinds/pods.list.json")
    let found = world.findings("apps/v1/statefulsets", by: .statefulSet)
    #expect(Array(found.keys) == ["postgres"])
    #expect(
      found["postgres"]?.map(\.headline) == [
        "1 pod not made yet: postgres-0 has to be ready first",
        "service postgres, which gives its pods their DNS names, is missing",
      ])
    #expect(found["postgres"]?.map(\.isConsequence) == [true, false])
    #expect(found["postgres"]?.last?.severity == .notice)
  }

  @Test func aBrokenRevisionBlocksItsOwnRollback() {
    let world = Examination(now: 2_000)
    world.isWhole("v1/services", "v1/pods")
    func set(update: String) -> FactKey {
      world.take(
        "apps/v1/statefulsets",
        """
        {"metadata":{"name":"db","namespace":"shop","uid":"s","creationTimestamp":"1970-01-01T00:10:00Z"},
        "spec":{"replicas":3,"podManagementPolicy":"OrderedReady","updateStrategy":{"type":"RollingUpdate"}},
        "status":{"replicas":3,"readyReplicas":2,"currentRevision":"db-a","updateRevision":"\(update)"}}
        """)
    }
    world.take(
      "v1/pods",
      """
      {"metadata":{"name":"db-2","namespace":"shop","uid":"p2","labels":{"controller-revision-hash":"db-b"},
      "ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"db","uid":"s","controller":true}]},
      "status":{"phase":"Pending","conditions":[{"type":"Ready","status":"False",
      "lastTransitionTime":"1970-01-01T00:20:00Z"}]}}
      """)
    let rolledBack = world.findings(set(update: "db-a"), by: .statefulSet).first
    #expect(
      rolledBack?.headline == "db-2 still runs an older revision, never gets ready, and is not replaced")
    #expect(rolledBack?.verdict.isHopeless == true)
    guard case .change(let change)? = rolledBack?.offers.first?.action else {
      Issue.record("no offer")
      return
    }
    #expect(change.target.name == "db-2" && change.target.uid == "p2")
    // While it still is the wanted revision, it is only broken, and not in its own way.
    #expect(world.findings(set(update: "db-b"), by: .statefulSet).isEmpty)
  }

  @Test func aPartitionThatWasLeftOverIsANotice() {
    let world = Examination(now: 100_000)
    world.isWhole("v1/services", "v1/pods")
    let key = world.take(
      "apps/v1/statefulsets",
      """
      {"metadata":{"name":"db","namespace":"shop","uid":"s","creationTimestamp":"1970-01-01T00:10:00Z"},
      "spec":{"replicas":3,"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":2}}},
      "status":{"replicas":3,"readyReplicas":3,"updatedReplicas":1,"currentRevision":"db-a","updateRevision":"db-b"}}
      """)
    #expect(world.findings(key, by: .statefulSet).isEmpty)
    let revision = FactKey("apps/v1/controllerrevisions", "shop", "db-b")
    world.answer(.object(revision), .object(["metadata": ["creationTimestamp": "1970-01-01T10:00:00Z"]]))
    let finding = world.findings(key, by: .statefulSet).first
    #expect(finding?.headline == "2 pods of the old revision left: the update stops at partition 2")
    #expect(finding?.severity == .notice)
  }

  @Test func theRecordedDaemonSetNamesTheNodesThatLackIt() {
    let world = Self.recorded()
    world.takeList("v1/pods", "Kinds/pods.list.json")
    let found = world.findings("apps/v1/daemonsets", by: .daemonSet)
    #expect(found["logshipper"]?.first?.headline == "ready on 1 of 2 nodes, not on node-2")
    #expect(found["logshipper"]?.first?.cause?.subject.name == "node-2")
    #expect(found["logshipper"]?.first?.isConsequence == true)
  }

  @Test func theRecordedJobSaysHowItsPodsEnded() {
    let world = Self.recorded()
    world.takeList("v1/pods", "Kinds/pods.list.json")
    let found = world.findings("batch/v1/jobs", by: .job)
    #expect(Array(found.keys) == ["reindex"])
    #expect(
      found["reindex"]?.map(\.headline) == ["failed 3 times with exit 3, gave up (backoffLimit 2)"])
  }

  @Test(arguments: [
    (
      #"{"type":"Failed","status":"True","reason":"DeadlineExceeded","message":"Job was active longer than specified deadline"}"#,
      "took longer than its deadline of 90 s and was stopped"
    ),
    (
      #"{"type":"Failed","status":"True","reason":"PodFailurePolicy","message":"Container main for pod shop/etl-x failed with exit code 42 matching FailJob rule at index 1"}"#,
      "stopped by its failure policy (rule 1) at exit code 42"
    ),
    (
      #"{"type":"Failed","status":"True","reason":"FailedIndexes","message":"Job has failed indexes"}"#,
      "failed for index 1,3-5"
    ),
  ])
  func aFailedJobSaysByWhat(_ condition: String, _ headline: String) {
    let world = Examination()
    let key = world.take(
      "batch/v1/jobs",
      """
      {"metadata":{"name":"etl","namespace":"shop","uid":"j"},"spec":{"activeDeadlineSeconds":90},
      "status":{"failedIndexes":"1,3-5","conditions":[\(condition)]}}
      """)
    #expect(world.findings(key, by: .job).map(\.headline) == [headline])
  }

  @Test func aJobThatIsTriedAgainHealsAndOneOfAScheduleThatWentWellSinceIsOver() {
    let world = Examination(now: 5_000)
    let retrying = world.take(
      "batch/v1/jobs",
      #"{"metadata":{"name":"etl","namespace":"shop","uid":"j"},"spec":{"backoffLimit":6},"status":{"active":1,"failed":2}}"#
    )
    let finding = world.findings(retrying, by: .job).first
    #expect(finding?.severity == .warning && finding?.verdict.word == "heals")
    let failed = world.take(
      "batch/v1/jobs",
      """
      {"metadata":{"name":"nightly-1","namespace":"shop","uid":"k","ownerReferences":[{"apiVersion":"batch/v1",
      "kind":"CronJob","name":"nightly","uid":"c","controller":true}]},"spec":{},"status":{"failed":7,"conditions":[
      {"type":"Failed","status":"True","reason":"BackoffLimitExceeded","lastTransitionTime":"1970-01-01T01:00:00Z"}]}}
      """)
    #expect(world.findings(failed, by: .job).first?.severity == .error)
    world.take(
      "batch/v1/cronjobs",
      """
      {"metadata":{"name":"nightly","namespace":"shop","uid":"c"},"spec":{"schedule":"@hourly"},
      "status":{"lastSuccessfulTime":"1970-01-01T01:10:00Z"}}
      """)
    #expect(world.findings(failed, by: .job).isEmpty)
  }
}
