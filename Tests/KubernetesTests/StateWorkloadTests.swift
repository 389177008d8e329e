import Testing

@testable import Kubernetes

@Suite struct StateWorkloadTests {
  @Test func aStuckDeployment() {
    let object = """
      {"metadata":{"name":"web","namespace":"shop","generation":7},"spec":{"replicas":3,"paused":false,"strategy":{}},
      "status":{"observedGeneration":6,"replicas":4,"updatedReplicas":1,"readyReplicas":3,"availableReplicas":2,
      "unavailableReplicas":2,"conditions":[{"type":"Available","status":"True","reason":"MinimumReplicasAvailable"},
      {"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded"},
      {"type":"Odd","status":"Unknown","reason":"SomethingOfOurOwn"}]}}
      """
    #expect(
      StateKind.deployments.text(object)
        == """
        kube_deployment_spec_replicas{BASE} 3
        kube_deployment_spec_paused{BASE} 0
        kube_deployment_status_replicas{BASE} 4
        kube_deployment_status_replicas_available{BASE} 2
        kube_deployment_status_replicas_ready{BASE} 3
        kube_deployment_status_replicas_unavailable{BASE} 2
        kube_deployment_status_replicas_updated{BASE} 1
        kube_deployment_metadata_generation{BASE} 7
        kube_deployment_status_observed_generation{BASE} 6
        kube_deployment_status_condition{BASE,reason="MinimumReplicasAvailable",condition="Available",status="true"} 1
        kube_deployment_status_condition{BASE,reason="MinimumReplicasAvailable",condition="Available",status="false"} 0
        kube_deployment_status_condition{BASE,reason="MinimumReplicasAvailable",condition="Available",status="unknown"} 0
        kube_deployment_status_condition{BASE,reason="ProgressDeadlineExceeded",condition="Progressing",status="true"} 0
        kube_deployment_status_condition{BASE,reason="ProgressDeadlineExceeded",condition="Progressing",status="false"} 1
        kube_deployment_status_condition{BASE,reason="ProgressDeadlineExceeded",condition="Progressing",status="unknown"} 0
        kube_deployment_status_condition{BASE,reason="unknown",condition="Odd",status="true"} 0
        kube_deployment_status_condition{BASE,reason="unknown",condition="Odd",status="false"} 0
        kube_deployment_status_condition{BASE,reason="unknown",condition="Odd",status="unknown"} 1
        clustertui_rollout_state{namespace="shop",kind="Deployment",name="web",state="done"} 0
        clustertui_rollout_state{namespace="shop",kind="Deployment",name="web",state="progressing"} 1
        clustertui_rollout_state{namespace="shop",kind="Deployment",name="web",state="waiting"} 0
        clustertui_rollout_state{namespace="shop",kind="Deployment",name="web",state="stuck"} 0
        clustertui_rollout_state{namespace="shop",kind="Deployment",name="web",state="paused"} 0
        clustertui_object_problem{namespace="shop",kind="Deployment",name="web",severity="bad",reason="ProgressDeadlineExceeded"} 1

        """.replacing("BASE", with: #"namespace="shop",deployment="web""#))
  }

  @Test(arguments: [
    (
      #""spec":{"replicas":1},"status":{"replicas":1,"updatedReplicas":1,"readyReplicas":1,"availableReplicas":1}"#,
      "done"
    ),
    (
      #""spec":{"replicas":2},"status":{"replicas":2,"updatedReplicas":1,"readyReplicas":1,"availableReplicas":1}"#,
      "progressing"
    ),
    (
      #""spec":{"replicas":1},"status":{"replicas":1,"conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded"}]}"#,
      "stuck"
    ),
    (#""spec":{"replicas":1,"paused":true},"status":{"replicas":1}"#, "paused"),
  ])
  func theStateOfARollout(body: String, state: String) {
    let text = StateKind.deployments.text(#"{"metadata":{"name":"a"},\#(body)}"#, "clustertui_rollout_state")
    #expect(
      text.split(separator: "\n").filter { $0.hasSuffix(" 1") }.map { $0.contains("state=\"\(state)\"") } == [
        true
      ])
  }

  @Test func aReplicaSetTellsItsOwner() {
    #expect(
      StateKind.replicaSets.text(
        #"{"metadata":{"name":"web-1","namespace":"shop","ownerReferences":[{"kind":"Deployment","name":"web","controller":true}]}}"#,
        "kube_replicaset_owner")
        == #"kube_replicaset_owner{namespace="shop",replicaset="web-1",owner_kind="Deployment",owner_name="web",owner_is_controller="true"} 1"#
        + "\n")
  }

  @Test func aStatefulSetTellsItsRevisions() {
    let object = """
      {"metadata":{"name":"db","namespace":"shop","generation":2},"spec":{"replicas":3},"status":{"observedGeneration":2,
      "replicas":3,"readyReplicas":2,"currentReplicas":1,"updatedReplicas":2,"currentRevision":"db-1","updateRevision":"db-2"}}
      """
    #expect(
      StateKind.statefulSets.text(object).split(separator: "\n").prefix(9).joined(separator: "\n")
        == """
        kube_statefulset_replicas{BASE} 3
        kube_statefulset_status_replicas{BASE} 3
        kube_statefulset_status_replicas_ready{BASE} 2
        kube_statefulset_status_replicas_current{BASE} 1
        kube_statefulset_status_replicas_updated{BASE} 2
        kube_statefulset_status_current_revision{BASE,revision="db-1"} 1
        kube_statefulset_status_update_revision{BASE,revision="db-2"} 1
        kube_statefulset_metadata_generation{BASE} 2
        kube_statefulset_status_observed_generation{BASE} 2
        """.replacing("BASE", with: #"namespace="shop",statefulset="db""#))
  }

  @Test func aDaemonSetTellsItsNodes() {
    let object = """
      {"metadata":{"name":"log","namespace":"sys"},"status":{"desiredNumberScheduled":5,"currentNumberScheduled":4,"numberReady":3,
      "numberAvailable":2,"numberUnavailable":3,"numberMisscheduled":1,"updatedNumberScheduled":4}}
      """
    #expect(
      StateKind.daemonSets.text(object).split(separator: "\n").prefix(7).joined(separator: "\n")
        == """
        kube_daemonset_status_desired_number_scheduled{BASE} 5
        kube_daemonset_status_current_number_scheduled{BASE} 4
        kube_daemonset_status_number_ready{BASE} 3
        kube_daemonset_status_number_available{BASE} 2
        kube_daemonset_status_number_unavailable{BASE} 3
        kube_daemonset_status_number_misscheduled{BASE} 1
        kube_daemonset_status_updated_number_scheduled{BASE} 4
        """.replacing("BASE", with: #"namespace="sys",daemonset="log""#))
  }

  @Test(arguments: [
    (#"{}"#, [" 0"]),
    (#"{"failed":2}"#, [#",reason=""} 2"#]),
    (
      #"{"failed":2,"conditions":[{"type":"Failed","status":"True","reason":"DeadlineExceeded"}]}"#,
      [#",reason="BackoffLimitExceeded"} 0"#, #",reason="DeadlineExceeded"} 1"#, #",reason="Evicted"} 0"#]
    ),
    (
      #"{"failed":4,"conditions":[{"type":"Failed","status":"True","reason":"PodFailurePolicy"}]}"#,
      [
        #",reason="BackoffLimitExceeded"} 0"#, #",reason="DeadlineExceeded"} 0"#, #",reason="Evicted"} 0"#,
        #",reason=""} 4"#,
      ]
    ),
  ])
  func whyAJobFailed(status: String, endings: [String]) {
    let text = StateKind.jobs.text(
      #"{"metadata":{"name":"j","namespace":"b"},"status":\#(status)}"#, "kube_job_status_failed")
    let lines = text.split(separator: "\n")
    #expect(lines.count == endings.count)
    for (line, ending) in zip(lines, endings) { #expect(line.hasSuffix(ending), "\(line)") }
  }

  @Test func aJobThatIsDone() {
    let object = """
      {"metadata":{"name":"j","namespace":"b"},"spec":{"completions":2},"status":{"succeeded":2,
      "startTime":"2026-11-21T00:00:00Z","completionTime":"2026-11-21T00:01:00Z","conditions":[{"type":"Complete","status":"True"}]}}
      """
    #expect(
      StateKind.jobs.text(object)
        == """
        kube_job_status_active{BASE} 0
        kube_job_status_succeeded{BASE} 2
        kube_job_status_failed{BASE} 0
        kube_job_complete{BASE,condition="true"} 1
        kube_job_complete{BASE,condition="false"} 0
        kube_job_complete{BASE,condition="unknown"} 0
        kube_job_status_start_time{BASE} 1.7952192e+09
        kube_job_status_completion_time{BASE} 1.79521926e+09
        kube_job_spec_completions{BASE} 2
        kube_job_owner{BASE,owner_kind="",owner_name="",owner_is_controller=""} 1

        """.replacing("BASE", with: #"namespace="b",job_name="j""#))
  }

  @Test func anAutoscalerTellsWhereItsMetricsAreAndShouldBe() {
    let object = """
      {"metadata":{"name":"h","namespace":"b"},"spec":{"maxReplicas":9,"metrics":[
      {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}},
      {"type":"ContainerResource","containerResource":{"name":"memory","container":"app","target":{"averageValue":"1Gi"}}},
      {"type":"Pods","pods":{"metric":{"name":"rps"},"target":{"averageValue":"1500m"}}},
      {"type":"Object","object":{"metric":{"name":"depth"},"target":{"value":"10"}}},
      {"type":"External","external":{"metric":{"name":"queue"},"target":{"value":"2k"}}},{"type":"New"}]},
      "status":{"currentReplicas":2,"desiredReplicas":3,"currentMetrics":[{"type":"Resource"},
      {"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":80,"averageValue":"200m"}}}],
      "conditions":[{"type":"ScalingActive","status":"True"}]}}
      """
    #expect(
      StateKind.horizontalPodAutoscalers.text(object)
        == """
        kube_horizontalpodautoscaler_spec_min_replicas{BASE} 1
        kube_horizontalpodautoscaler_spec_max_replicas{BASE} 9
        kube_horizontalpodautoscaler_status_current_replicas{BASE} 2
        kube_horizontalpodautoscaler_status_desired_replicas{BASE} 3
        kube_horizontalpodautoscaler_status_condition{BASE,condition="ScalingActive",status="true"} 1
        kube_horizontalpodautoscaler_status_condition{BASE,condition="ScalingActive",status="false"} 0
        kube_horizontalpodautoscaler_status_condition{BASE,condition="ScalingActive",status="unknown"} 0
        kube_horizontalpodautoscaler_spec_target_metric{BASE,metric_name="cpu",metric_target_type="utilization",container=""} 60
        kube_horizontalpodautoscaler_spec_target_metric{BASE,metric_name="memory",metric_target_type="average",container="app"} 1.073741824e+09
        kube_horizontalpodautoscaler_spec_target_metric{BASE,metric_name="rps",metric_target_type="average",container=""} 1.5
        kube_horizontalpodautoscaler_spec_target_metric{BASE,metric_name="depth",metric_target_type="value",container=""} 10
        kube_horizontalpodautoscaler_spec_target_metric{BASE,metric_name="queue",metric_target_type="value",container=""} 2000
        kube_horizontalpodautoscaler_status_target_metric{BASE,metric_name="cpu",metric_target_type="average",container=""} 0.2
        kube_horizontalpodautoscaler_status_target_metric{BASE,metric_name="cpu",metric_target_type="utilization",container=""} 80

        """.replacing("BASE", with: #"namespace="b",horizontalpodautoscaler="h""#))
  }
}
