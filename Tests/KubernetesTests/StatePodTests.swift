import Testing

@testable import Kubernetes

/// What is told of pods: the text kube-state-metrics would tell, family by family.
@Suite struct StatePodTests {
  private static let running = """
    {"metadata":{"name":"web-1","namespace":"shop","uid":"u1","creationTimestamp":"2026-11-21T00:00:00Z",
    "ownerReferences":[{"kind":"ReplicaSet","name":"web","controller":true},{"kind":"Thing","name":"x"}]},
    "spec":{"nodeName":"n1","priorityClassName":"high","hostNetwork":true,
    "volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"c1"}},{"name":"tmp","ephemeral":{"volumeClaimTemplate":{}}},
    {"name":"none","emptyDir":{}}],
    "initContainers":[{"name":"init","image":"busybox"}],
    "containers":[{"name":"app","image":"app:1","resources":{"requests":{"cpu":"250m","memory":"64Mi","nvidia.com/gpu":"2",
    "ephemeral-storage":"1Gi","hugepages-2Mi":"4Mi","kubernetes.io/odd":"1","pods":"3"},"limits":{"cpu":1,"memory":"100.5"}}},
    {"name":"side","image":"side:2"}]},
    "status":{"phase":"Running","hostIP":"10.0.0.1","podIP":"10.1.0.1","startTime":"2026-11-21T00:00:10Z",
    "conditions":[{"type":"Ready","status":"False"},{"type":"PodScheduled","status":"True"}],
    "initContainerStatuses":[{"name":"init","restartCount":2,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}],
    "containerStatuses":[
    {"name":"app","image":"docker.io/app:1","imageID":"sha256:a","containerID":"containerd://1","ready":true,"restartCount":3,
    "state":{"running":{"startedAt":"2026-11-21T00:00:20Z"}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}},
    {"name":"side","ready":false,"restartCount":0,"state":{"waiting":{"reason":"ImagePullBackOff"}}}]}}
    """

  @Test func aRunningPodIsToldInFull() {
    let base = #"namespace="shop",pod="web-1",uid="u1""#
    #expect(
      StateKind.pods.text(Self.running)
        == """
        kube_pod_info{BASE,host_ip="10.0.0.1",pod_ip="10.1.0.1",node="n1",created_by_kind="ReplicaSet",created_by_name="web",priority_class="high",host_network="true"} 1
        kube_pod_owner{BASE,owner_kind="ReplicaSet",owner_name="web",owner_is_controller="true"} 1
        kube_pod_owner{BASE,owner_kind="Thing",owner_name="x",owner_is_controller="false"} 1
        kube_pod_start_time{BASE} 1.79521921e+09
        kube_pod_created{BASE} 1.7952192e+09
        kube_pod_status_phase{BASE,phase="Pending"} 0
        kube_pod_status_phase{BASE,phase="Succeeded"} 0
        kube_pod_status_phase{BASE,phase="Failed"} 0
        kube_pod_status_phase{BASE,phase="Unknown"} 0
        kube_pod_status_phase{BASE,phase="Running"} 1
        kube_pod_status_ready{BASE,condition="true"} 0
        kube_pod_status_ready{BASE,condition="false"} 1
        kube_pod_status_ready{BASE,condition="unknown"} 0
        kube_pod_status_scheduled{BASE,condition="true"} 1
        kube_pod_status_scheduled{BASE,condition="false"} 0
        kube_pod_status_scheduled{BASE,condition="unknown"} 0
        kube_pod_spec_volumes_persistentvolumeclaims_info{BASE,volume="data",persistentvolumeclaim="c1",ephemeral="false"} 1
        kube_pod_spec_volumes_persistentvolumeclaims_info{BASE,volume="tmp",persistentvolumeclaim="web-1-tmp",ephemeral="true"} 1
        kube_pod_container_info{BASE,container="app",image_spec="app:1",image="docker.io/app:1",image_id="sha256:a",container_id="containerd://1"} 1
        kube_pod_container_info{BASE,container="side",image_spec="side:2",image="",image_id="",container_id=""} 1
        kube_pod_container_status_waiting_reason{BASE,container="side",reason="ImagePullBackOff"} 1
        kube_pod_container_status_last_terminated_reason{BASE,container="app",reason="OOMKilled"} 1
        kube_pod_container_status_last_terminated_exitcode{BASE,container="app"} 137
        kube_pod_container_status_running{BASE,container="app"} 1
        kube_pod_container_status_running{BASE,container="side"} 0
        kube_pod_container_status_ready{BASE,container="app"} 1
        kube_pod_container_status_ready{BASE,container="side"} 0
        kube_pod_container_status_terminated{BASE,container="app"} 0
        kube_pod_container_status_terminated{BASE,container="side"} 0
        kube_pod_container_status_waiting{BASE,container="app"} 0
        kube_pod_container_status_waiting{BASE,container="side"} 1
        kube_pod_container_status_restarts_total{BASE,container="app"} 3
        kube_pod_container_status_restarts_total{BASE,container="side"} 0
        kube_pod_init_container_status_waiting_reason{BASE,container="init",reason="CrashLoopBackOff"} 1
        kube_pod_init_container_status_restarts_total{BASE,container="init"} 2
        kube_pod_container_resource_requests{BASE,container="app",node="n1",resource="cpu",unit="core"} 0.25
        kube_pod_container_resource_requests{BASE,container="app",node="n1",resource="memory",unit="byte"} 6.7108864e+07
        kube_pod_container_resource_requests{BASE,container="app",node="n1",resource="nvidia_com_gpu",unit="integer"} 2
        kube_pod_container_resource_requests{BASE,container="app",node="n1",resource="ephemeral_storage",unit="byte"} 1.073741824e+09
        kube_pod_container_resource_requests{BASE,container="app",node="n1",resource="hugepages_2Mi",unit="byte"} 4.194304e+06
        kube_pod_container_resource_limits{BASE,container="app",node="n1",resource="cpu",unit="core"} 1
        kube_pod_container_resource_limits{BASE,container="app",node="n1",resource="memory",unit="byte"} 101
        clustertui_object_problem{namespace="shop",kind="Pod",name="web-1",severity="bad",reason="Init:CrashLoopBackOff"} 1

        """.replacing("BASE", with: base))
  }

  @Test func whatIsNotThereIsNotTold() {
    #expect(
      StateKind.pods.text(#"{"metadata":{"name":"a","namespace":"b"}}"#) == """
        kube_pod_info{namespace="b",pod="a",uid="",host_ip="",pod_ip="",node="",created_by_kind="",created_by_name="",priority_class="",host_network="false"} 1
        kube_pod_owner{namespace="b",pod="a",uid="",owner_kind="",owner_name="",owner_is_controller=""} 1

        """)
    #expect(StateKind.pods.text(#"{"metadata":{"namespace":"b"}}"#) == "")
    #expect(StateKind.pods.text("null") == "")
    #expect(StateKind.pods.text(#"{"metadata":{"name":"a"#) == "")
  }

  @Test(arguments: [
    (#""status":{"phase":"Failed","reason":"Evicted"}"#, ["Evicted"]),
    (#""status":{"reason":"OutOfcpu"}"#, ["Other"]),
    (#""status":{"conditions":[{"type":"PodScheduled","reason":"SchedulingGated"}]}"#, ["SchedulingGated"]),
    (
      #""status":{"reason":"Terminated","containerStatuses":[{"name":"a","state":{"terminated":{"reason":"NodeLost"}}}]}"#,
      ["NodeLost", "Other"]
    ),
    (#""status":{"phase":"Running"}"#, []),
  ])
  func reasonsAreToldWhileTheyAreTrue(status: String, reasons: [String]) {
    let text = StateKind.pods.text(#"{"metadata":{"name":"a"},\#(status)}"#, "kube_pod_status_reason")
    #expect(
      text
        == reasons.map { "kube_pod_status_reason{namespace=\"\",pod=\"a\",uid=\"\",reason=\"\($0)\"} 1\n" }
        .joined())
  }

  @Test func aPodWithoutANodeIsUnschedulableWhileTheSchedulerSaysSo() {
    let pod =
      #"{"metadata":{"name":"a"},"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable"}]}}"#
    #expect(
      StateKind.pods.text(pod, "kube_pod_status_unschedulable", "clustertui_object_problem") == """
        kube_pod_status_unschedulable{namespace="",pod="a",uid=""} 1
        clustertui_object_problem{namespace="",kind="Pod",name="a",severity="pending",reason="Unschedulable"} 1

        """)
  }

  @Test func whatAClusterWritesCannotEndALabel() {
    let pod = #"{"metadata":{"name":"a\"} 1\nevil 2","namespace":"\\"},"status":{"phase":"Running"}}"#
    let text = StateKind.pods.text(pod, "kube_pod_owner")
    #expect(text.hasPrefix(#"kube_pod_owner{namespace="\\",pod="a\"} 1\nevil 2",uid="","#))
    #expect(text.split(separator: "\n").count == 1)
  }
}
