import Cluster
import Document
import Testing

@testable import Kubernetes

/// What rows tell of autoscalers and of rollouts.
extension KindsCellTests {
  // MARK: Autoscalers

  private func targets(_ wanted: String, _ current: String) -> String {
    cell(
      .horizontalPodAutoscalers, "TARGETS",
      "\"spec\":{\"metrics\":[\(wanted)]},\"status\":{\"currentMetrics\":[\(current)]}")
  }

  @Test func everyKindOfMetricIsPrintedAsKubectlDoes() {
    #expect(targets("", "") == "<none>")
    #expect(
      targets(
        #"{"type":"Resource","resource":{"name":"cpu","target":{"averageUtilization":80}}}"#,
        #"{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":12,"averageValue":"24m"}}}"#
      )
        == "cpu: 12%/80%")
    #expect(
      targets(
        #"{"type":"ContainerResource","containerResource":{"name":"memory","target":{"averageValue":"200Mi"}}}"#,
        #"{"type":"ContainerResource","containerResource":{"current":{"averageValue":"150Mi"}}}"#)
        == "memory: 150Mi/200Mi")
    #expect(
      targets(
        #"{"type":"Pods","pods":{"target":{"averageValue":"1k"}}}"#,
        #"{"type":"Pods","pods":{"current":{"averageValue":"900"}}}"#) == "900/1k")
    #expect(
      targets(
        #"{"type":"External","external":{"target":{"averageValue":"30"}}},{"type":"Object","object":{"target":{"value":"10"}}},{"type":"Pods","pods":{}}"#,
        #"{},{"type":"Object","object":{"current":{"value":"7"}}}"#)
        == "<unknown>/30 (avg), 7/10 + 1 more...")
    #expect(targets(#"{"type":"New"}"#, "") == "<unknown type>")
  }

  @Test func anAutoscalerAtItsLimitSaysSo() {
    let limited =
      #""status":{"conditions":[{"type":"ScalingLimited","status":"True","reason":"TooManyReplicas","message":"the desired replica count is more than the maximum replica count","lastTransitionTime":"2026-11-21T02:59:00Z"}]}"#
    check(
      .horizontalPodAutoscalers, limited, .pending,
      "limited for 60s: the desired replica count is more than the maximum replica count")
  }

  private func decision(_ current: Int, _ desired: Int, _ conditions: (String, String, String)...) -> String {
    let all = conditions.map { #"{"type":"\#($0.0)","status":"\#($0.1)","reason":"\#($0.2)"}"# }
    return cell(
      .horizontalPodAutoscalers, "DECISION",
      #""spec":{"minReplicas":2,"maxReplicas":9},"status":{"currentReplicas":\#(current),"desiredReplicas":\#(desired),"conditions":[\#(all.joined(separator: ","))]}"#
    )
  }

  @Test func anAutoscalerTellsWhatItDecided() {
    let able = ("AbleToScale", "True", "ReadyForNewScale")
    let active = ("ScalingActive", "True", "ValidMetricFound")
    #expect(decision(3, 3) == "", "it has not looked yet")
    #expect(decision(3, 3, able, active) == "holds 3")
    #expect(decision(3, 5, able, active) == "3 -> 5")
    #expect(
      decision(9, 9, able, active, ("ScalingLimited", "True", "TooManyReplicas")) == "at its maximum of 9")
    #expect(
      decision(2, 2, able, active, ("ScalingLimited", "True", "TooFewReplicas")) == "at its minimum of 2")
    #expect(
      decision(4, 4, ("AbleToScale", "True", "ScaleDownStabilized"), active)
        == "holds 4: waits before it shrinks")
    #expect(
      decision(3, 3, able, ("ScalingActive", "False", "FailedGetResourceMetric"))
        == "none: FailedGetResourceMetric")
    #expect(decision(0, 0, able, ("ScalingActive", "False", "ScalingDisabled")) == "off: scaled to 0")
  }

  // MARK: Rollouts

  @Test func aRolloutIsDrawnUntilItIsThrough() {
    func bar(_ updated: Int, _ available: Int, of pods: Int, wanted: Int = 5) -> String {
      RolloutBar(updated: updated, available: available, pods: pods, wanted: wanted).text
    }
    #expect(bar(5, 5, of: 5) == "" && bar(0, 0, of: 0, wanted: 0) == "")
    #expect(bar(0, 5, of: 5) == "·····", "the new template has no pod yet")
    #expect(bar(2, 5, of: 6) == "█▒···", "four old ones are available: one of the new ones is")
    #expect(bar(5, 5, of: 6) == "████▒", "an old one is left")
    #expect(bar(5, 3, of: 5) == "███▒▒")
    #expect(bar(1, 1, of: 1, wanted: 400) == "█····", "one is never too few to be seen")
    #expect(bar(399, 399, of: 399, wanted: 400) == "████·", "nor is one that lacks")
    let deployment =
      #""spec":{"replicas":5},"status":{"replicas":6,"updatedReplicas":2,"availableReplicas":5}"#
    #expect(cell(.deployments, "ROLLOUT", deployment) == "█▒···")
    func set(_ strategy: String, available: Int) -> String {
      cell(
        .statefulSets, "ROLLOUT",
        #""spec":{"replicas":5,"updateStrategy":\#(strategy)},"status":{"replicas":5,"updatedReplicas":2,"availableReplicas":\#(available)}"#
      )
    }
    #expect(set(#"{"type":"OnDelete"}"#, available: 5) == "", "the old ones are meant to stay")
    #expect(set(#"{"rollingUpdate":{"partition":3}}"#, available: 5) == "")
    #expect(set(#"{"rollingUpdate":{"partition":3}}"#, available: 4) != "", "one is missing")
  }
}
