import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DiagnosisAutoscalerTests {
  private func autoscaler(_ world: Examination, _ conditions: String, status: String = "", spec: String = "")
    -> FactKey
  {
    world.take(
      "autoscaling/v2/horizontalpodautoscalers",
      """
      {"metadata":{"name":"web","namespace":"shop","uid":"h"},"spec":{"minReplicas":2,"maxReplicas":8,
      "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}\(spec)},
      "status":{"currentReplicas":8,"conditions":[\(conditions)]\(status)}}
      """)
  }

  @Test func theRecordedOneMissesTheMetricsAPI() {
    var world = Examination.recorded()
    world.now = KindsFixtures.listed
    world.isWhole("apiregistration.k8s.io/v1/apiservices")
    let found = world.findings("autoscaling/v2/horizontalpodautoscalers", by: .autoscaler)
    #expect(
      found["web"]?.map(\.headline) == [
        "it does not scale: the cluster serves no metrics API (metrics.k8s.io)"
      ])
    #expect(found["web"]?.first?.cause?.subject.name == "v1beta1.metrics.k8s.io")
  }

  @Test(arguments: [
    (
      #"{"type":"ScalingActive","status":"False","reason":"FailedGetResourceMetric","message":"the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container proxy of Pod web-1"}"#,
      "it does not scale: container proxy asks for no cpu, of which the target is a share"
    ),
    (
      #"{"type":"AbleToScale","status":"False","reason":"FailedGetScale","message":"the HPA controller was unable to get the target's current scale: deployments.apps \"web\" not found"}"#,
      "its target deployment web is missing"
    ),
    (
      #"{"type":"ScalingActive","status":"False","reason":"FailedGetResourceMetric","message":"failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)"}"#,
      "it does not scale: no pod of deployment web has metrics"
    ),
    (
      #"{"type":"ScalingActive","status":"False","reason":"FailedGetResourceMetric","message":"unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)"}"#,
      "it does not scale: the metrics API metrics.k8s.io does not answer"
    ),
    (
      #"{"type":"ScalingActive","status":"False","reason":"FailedGetExternalMetric","message":"the HPA was unable to compute the replica count: unable to get external metric shop/queue/nil: no matching metrics found"}"#,
      "it does not scale: unable to get external metric shop/queue/nil: no matching metrics found"
    ),
  ])
  func itSaysWhyItDoesNotScale(_ condition: String, _ headline: String) {
    let world = Examination()
    world.take("apiregistration.k8s.io/v1/apiservices", #"{"metadata":{"name":"v1beta1.metrics.k8s.io"}}"#)
    world.isWhole("apiregistration.k8s.io/v1/apiservices")
    #expect(world.findings(autoscaler(world, condition), by: .autoscaler).map(\.headline) == [headline])
  }

  @Test func atItsMaximumItReckonsWhatIsWanted() {
    let world = Examination()
    let limited = #"{"type":"ScalingLimited","status":"True","reason":"TooManyReplicas","message":"x"}"#
    let metrics =
      #","metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}}]"#
    let current =
      #","currentMetrics":[{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":96}}}]"#
    let finding = world.findings(autoscaler(world, limited, status: current, spec: metrics), by: .autoscaler)
      .first
    #expect(finding?.headline == "at its maximum of 8, 11 are wanted: cpu 96%, target 70%")
    #expect(finding?.severity == .warning)
    let least = limited.replacing("TooManyReplicas", with: "TooFewReplicas")
    #expect(world.findings(autoscaler(world, least), by: .autoscaler).isEmpty)
    let disabled = #"{"type":"ScalingActive","status":"False","reason":"ScalingDisabled"}"#
    #expect(world.findings(autoscaler(world, disabled), by: .autoscaler).isEmpty)
  }

  @Test func turnsWithinMinutesAreFlappingAndARiseIsNot() {
    var world = Examination(now: 1_000)
    let spec = #","behavior":{"scaleDown":{"stabilizationWindowSeconds":0}}"#
    var key = FactKey("", "", "")
    for size in [2, 3, 4, 5] {
      world.now += 30
      key = autoscaler(world, "", status: #","desiredReplicas":\#(size)"#, spec: spec)
    }
    #expect(world.findings(key, by: .autoscaler).isEmpty)
    for size in [3, 6, 2] {
      world.now += 50
      key = autoscaler(world, "", status: #","desiredReplicas":\#(size)"#, spec: spec)
    }
    let finding = world.findings(key, by: .autoscaler).first
    #expect(finding?.headline == "flaps between 2 and 6 pods: scaleDown has no stabilization window")
    #expect(finding?.verdict.isHopeless == true)
    world.now += 3_600
    #expect(world.findings(key, by: .autoscaler).isEmpty)
  }

  @Test func whatItDidBeforeIsTakenFromItsEvents() throws {
    let world = Examination(now: 2_000)
    let spec = #","behavior":{"scaleDown":{"stabilizationWindowSeconds":0}}"#
    let key = autoscaler(
      world, "", status: #","desiredReplicas":6,"lastScaleTime":"1970-01-01T00:33:00Z""#, spec: spec)
    let subject = try #require(world.examine(key))
    #expect(Rule.autoscaler.examine(subject).isEmpty)
    let ask = Ask.events(namespace: "shop", uid: "h")
    #expect(subject.asks == [ask])
    func rescale(_ size: Int, _ first: String, _ last: String, _ count: Int) -> JSON {
      [
        "metadata": ["uid": .string("\(size)")], "type": "Normal", "reason": "SuccessfulRescale",
        "involvedObject": ["uid": "h"],
        "message": .string("New size: \(size); reason: All metrics below target"), "count": .int(count),
        "firstTimestamp": .string(first), "lastTimestamp": .string(last),
      ]
    }
    world.answer(
      ask,
      .list([
        rescale(2, "1970-01-01T00:25:00Z", "1970-01-01T00:31:00Z", 3),
        rescale(6, "1970-01-01T00:27:00Z", "1970-01-01T00:33:00Z", 3),
      ]))
    #expect(world.findings(key, by: .autoscaler).map(\.rule) == ["autoscaler-flapping"])
    world.answer(ask, .list([rescale(6, "1970-01-01T00:33:00Z", "1970-01-01T00:33:00Z", 1)]))
    #expect(world.findings(key, by: .autoscaler).isEmpty)
  }

  @Test func aManifestThatNamesAnotherNumberIsANotice() {
    let world = Examination()
    world.take(
      "apps/v1/deployments",
      #"{"metadata":{"name":"web","namespace":"shop","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":{\"replicas\":3}}"}},"spec":{"replicas":8}}"#
    )
    let finding = world.findings(autoscaler(world, ""), by: .autoscaler).first
    #expect(finding?.headline == "the manifest of deployment web says replicas 3, the autoscaler 8")
    #expect(finding?.severity == .notice)
  }
}
