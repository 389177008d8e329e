import Cluster
import Document
import Testing

@testable import Kubernetes

/// What becomes of a change, decided as values over what a real cluster told.
@Suite struct ChangePursuitTests {
  private let now: Int64 = 1_795_231_000
  private let web = ObjectRef(kind: "apps/v1/deployments", namespace: "shop", name: "web")

  /// What was told after each event since the object was first as wanted, each told once.
  private func told(_ name: String, _ action: Change.Action, began: (JSON) -> Bool) throws
    -> [String]
  {
    var recording = try RolloutRecording(name, play: false)
    var base = JSON.null
    while recording.step() {
      guard !recording.objects.object.isNull else { continue }
      if began(recording.objects.object) { break }
      base = recording.objects.object
    }
    let result = recording.objects.object
    var pursuit = Pursuit(Change(action, web), base: base, result: result, sentAt: now)
    var told: [String] = []
    repeat {
      let progress = pursuit.saw(recording.objects.object, recording.rollout(now: now), now: now)
      let text = "\(progress.state): \(progress.text)"
      if told.last != text { told.append(text) }
      if progress.isFinal { break }
    } while recording.step()
    return told
  }

  @Test func aScaleIsFollowedToItsEndAndSeenToBeUndone() throws {
    let told = try told("scale", .scale(to: 5)) { $0["spec"]["replicas"].int == 5 }
    #expect(
      told.joined(separator: "\n") == """
        following: stored; the controller has not seen it yet
        following: 3 of 5 pods updated, 3 available
        following: 3 of 5 pods available
        following: 4 of 5 pods available
        done: all 5 pods are updated and available, after 0s
        undone: undone by somebody: spec.replicas was set to 4
        """)
  }

  @Test func aRollbackIsFollowedToItsEnd() throws {
    let told = try told("rollback", .rollback(toRevision: 8)) { $0["metadata"]["generation"].int == 17 }
    #expect(told.first == "following: stored; the controller has not seen it yet")
    #expect(told.contains("following: 2 of 3 pods updated, 4 available"))
    #expect(told.last == "done: all 3 pods are updated and available, after 0s")
  }

  // MARK: Deletions

  private func pod(deleted: Int64?, finalizers: [JSON] = []) -> JSON {
    var pod: JSON = ["metadata": ["name": "a"], "spec": ["nodeName": "node-2"]]
    if let deleted { pod["metadata"]["deletionTimestamp"] = .string(Timestamp(seconds: deleted).text) }
    if !finalizers.isEmpty { pod["metadata"]["finalizers"] = .array(finalizers) }
    return pod
  }

  private func deletion() -> Pursuit {
    let ref = ObjectRef(kind: "v1/pods", namespace: "shop", name: "a")
    return Pursuit(Change(.delete(.init()), ref), base: .null, result: .null, sentAt: now)
  }

  @Test func aDeletionIsDoneWhenTheObjectIsGone() {
    var pursuit = deletion()
    #expect(
      pursuit.saw(pod(deleted: now + 30), nil, now: now) == Progress(.following, "ending, at most 30 s more"))
    #expect(pursuit.saw(nil, nil, now: now + 12) == Progress(.done, "gone, after 12s"))
  }

  @Test func aFinalizerThatNobodyRemovesIsNamed() {
    var pursuit = deletion()
    let stuck = pod(deleted: now, finalizers: ["example.com/protect"])
    #expect(
      pursuit.saw(stuck, nil, now: now) == Progress(.following, "waiting for finalizer example.com/protect"))
    #expect(
      pursuit.saw(stuck, nil, now: now + 16) == Progress(.stuck, "held by finalizer example.com/protect"))
  }

  @Test func aDeadNodeKeepsItsPods() {
    var pursuit = deletion()
    #expect(
      pursuit.saw(pod(deleted: now), nil, now: now + 60)
        == Progress(.stuck, "node node-2 has not said that its containers ended"))
  }

  // MARK: Undone

  private func pursuit(
    of action: Change.Action, kind: String = "apps/v1/deployments", from base: JSON, to result: JSON
  ) -> Pursuit {
    Pursuit(
      Change(action, ObjectRef(kind: kind, namespace: "shop", name: "web")), base: base, result: result,
      sentAt: now)
  }

  @Test func aFirstAnnotationIsNotUndoneByTheControllersOwn() {
    let base: JSON = ["metadata": ["annotations": ["deployment.kubernetes.io/revision": "1"]]]
    var result = base
    result["metadata"]["annotations"]["team"] = "shop"
    var pursuit = pursuit(of: .annotate(key: "team", value: "shop"), from: base, to: result)
    #expect(pursuit.saw(result, nil, now: now).state == .done)
  }

  @Test func aSecondLabelOfSomebodyElseUndoesNothing() {
    let base: JSON = ["metadata": ["name": "web"]]
    let result: JSON = ["metadata": ["name": "web", "labels": ["team": "shop"]]]
    let later: JSON = ["metadata": ["name": "web", "labels": ["team": "shop", "zone": "a"]]]
    var pursuit = pursuit(of: .label(key: "team", value: "shop"), from: base, to: result)
    #expect(pursuit.saw(later, nil, now: now).state == .done)
    #expect(
      pursuit.saw(base, nil, now: now)
        == Progress(.undone, "undone by somebody: metadata.labels.team is nothing again"))
  }

  @Test func whoTookAFieldAwayIsTheOneWhoWroteLast() {
    let base: JSON = ["spec": ["replicas": 2]]
    let result: JSON = ["spec": ["replicas": 2, "paused": true]]
    var later = base
    later["metadata"]["managedFields"] = [
      ["manager": "helm", "time": "2026-11-21T03:00:00Z", "fieldsV1": ["f:spec": ["f:replicas": [:]]]],
      ["manager": "argocd-controller", "time": "2026-11-21T04:00:00Z", "fieldsV1": ["f:metadata": [:]]],
      ["manager": "kube-controller-manager", "subresource": "status", "time": "2026-11-21T05:00:00Z"],
    ]
    var pursuit = pursuit(of: .pause, from: base, to: result)
    #expect(
      pursuit.saw(later, nil, now: now)
        == Progress(.undone, "undone by argocd-controller: spec.paused is nothing again"))
  }

  @Test func aSecretsValueIsNeverTold() {
    let base: JSON = ["kind": "Secret", "data": ["password": "b2xk"]]
    let result: JSON = ["kind": "Secret", "data": ["password": "bmV3"]]
    var pursuit = pursuit(of: .edit(from: "", to: ""), kind: "v1/secrets", from: base, to: result)
    let told = pursuit.saw(base, nil, now: now)
    #expect(told.state == .undone && !told.text.contains("b2xk"))
  }

  // MARK: Jobs

  @Test func aJobThatWasStartedIsFollowedToItsFailure() {
    let ref = ObjectRef(kind: "batch/v1/cronjobs", namespace: "data", name: "report")
    var pursuit = Pursuit(Change(.trigger(name: "report-1"), ref), base: .null, result: .null, sentAt: now)
    let running: JSON = ["metadata": ["name": "report-1"], "status": ["active": 1, "failed": 2]]
    #expect(
      pursuit.saw(running, nil, now: now)
        == Progress(.following, "job report-1: 1 pod running, 2 failed so far"))
    var failed = running
    failed["status"]["conditions"] = [
      [
        "type": "Failed", "status": "True", "reason": "BackoffLimitExceeded",
        "message": "Job has reached the specified backoff limit",
      ]
    ]
    #expect(
      pursuit.saw(failed, nil, now: now)
        == Progress(.stuck, "job report-1 failed: Job has reached the specified backoff limit"))
  }
}
