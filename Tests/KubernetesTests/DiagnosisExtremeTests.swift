import Cluster
import Document
import Testing

@testable import Kubernetes

/// Numbers that no sane object has: anybody may write them, and no rule may end the program over them.
@Suite struct DiagnosisExtremeTests {
  private static let numbers = ["9223372036854775807", "-9223372036854775808", "1e300", "-1e300", "0"]

  @Test(arguments: numbers)
  func workloadsMayHoldAnyNumber(_ number: String) {
    let world = Examination(now: 2_000)
    world.takeEvents([:])
    let old = #""creationTimestamp":"1970-01-01T00:00:10Z""#
    let since = #""lastTransitionTime":"1970-01-01T00:01:00Z""#
    let counts = [
      "replicas", "readyReplicas", "availableReplicas", "updatedReplicas", "currentReplicas",
      "desiredReplicas",
      "desiredNumberScheduled", "numberReady", "currentNumberScheduled", "updatedNumberScheduled",
      "numberUnavailable", "observedGeneration", "failed", "active", "succeeded", "disruptionsAllowed",
      "currentHealthy", "desiredHealthy", "expectedPods", "failedIssuanceAttempts",
    ].map { "\"\($0)\":\(number)" }.joined(separator: ",")
    let fields = [
      "replicas", "backoffLimit", "parallelism", "completions", "activeDeadlineSeconds", "minReplicas",
      "maxReplicas", "progressDeadlineSeconds", "startingDeadlineSeconds", "minAvailable",
    ].map { "\"\($0)\":\(number)" }.joined(separator: ",")
    let conditions = [
      ("Failed", "True", "BackoffLimitExceeded"), ("Available", "False", "MinimumReplicasUnavailable"),
      ("ReplicaFailure", "True", "FailedCreate"), ("ScalingLimited", "True", "TooManyReplicas"),
      ("Progressing", "False", "ProgressDeadlineExceeded"), ("Ready", "False", "Failed"),
    ].map { #"{"type":"\#($0)","status":"\#($1)","reason":"\#($2)",\#(since)}"# }.joined(separator: ",")
    let template = #""template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c"}]}}"#
    let kinds: [Kind.ID] = [
      "apps/v1/deployments", "apps/v1/replicasets", "apps/v1/statefulsets", "apps/v1/daemonsets",
      "batch/v1/jobs", "batch/v1/cronjobs", "autoscaling/v2/horizontalpodautoscalers",
      "policy/v1/poddisruptionbudgets", "cert-manager.io/v1/certificates", "example.org/v1/things",
    ]
    for kind in kinds {
      for held in [conditions, ""] {
        let key = world.take(
          kind,
          """
          {"metadata":{"namespace":"kube-system","name":"coredns","uid":"\(kind)","generation":\(number),\(old)},
          "spec":{\(fields),\(template),"selector":{"matchLabels":{"a":"b"}},"schedule":"* * * * *",
          "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"coredns"},
          "strategy":{"rollingUpdate":{"maxUnavailable":"\(Int64.max)%"}},
          "updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":\(number)}},
          "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"averageUtilization":1}}}],
          "behavior":{"scaleDown":{"stabilizationWindowSeconds":\(number)}}},
          "status":{\(counts),"conditions":[\(held)],
          "currentMetrics":[{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":\(number)}}}]}}
          """)
        _ = world.findings(key)
      }
    }
    world.isWhole("v1/pods", "apps/v1/deployments", "apps/v1/daemonsets", "apps/v1/statefulsets")
    for kind in kinds { _ = world.findings(kind) }
  }

  @Test(arguments: numbers + ["9223372036854775806", "-1"])
  func nodesAndReleasesMayHoldAnyNumber(_ number: String) {
    let world = Examination(now: 2_000)
    world.takeEvents([:])
    world.isWhole("v1/pods", HelmReleases.kind)
    world.take(
      "v1/pods",
      """
      {"metadata":{"namespace":"a","name":"p","uid":"p"},"spec":{"nodeName":"n","containers":[{"name":"c"}],
      "tolerations":[{"key":"node.kubernetes.io/unreachable","tolerationSeconds":\(number)}]},
      "status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}]}}
      """)
    let node = world.take(
      "v1/nodes",
      """
      {"metadata":{"name":"n","uid":"n"},"spec":{"taints":[{"key":"node.kubernetes.io/unreachable",
      "effect":"NoExecute","timeAdded":"9999-12-31T23:59:59Z"}]},
      "status":{"conditions":[{"type":"Ready","status":"Unknown","lastTransitionTime":"9999-12-31T23:59:59Z"}],
      "nodeInfo":{"kubeletVersion":"v1.\(number).0"}}}
      """)
    #expect(world.findings(node, by: .node).count == 1)
    let release = world.take(
      HelmReleases.kind,
      """
      {"metadata":{"namespace":"a","name":"r","uid":"r","creationTimestamp":"1970-01-01T00:00:10Z",
      "labels":{"owner":"helm","name":"r","status":"failed","version":"\(number)","modifiedAt":"\(number)"}}}
      """)
    let since = world.findings(release, by: .helm).first?.since
    #expect(since == 10 || since == 0)
  }
}
