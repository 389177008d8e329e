import Testing

@testable import Kubernetes

/// Nodes, namespaces, storage, network and configuration.
@Suite struct StateClusterTests {
  @Test func aNode() {
    let object = """
      {"metadata":{"name":"n1","labels":{"node-role.kubernetes.io/control-plane":"","a":"b"}},
      "spec":{"podCIDR":"10.1.0.0/24","providerID":"aws:///x","unschedulable":true,"taints":[{"key":"k","effect":"NoSchedule"}]},
      "status":{"nodeInfo":{"kernelVersion":"6.1","osImage":"Debian","containerRuntimeVersion":"containerd://2","kubeletVersion":"v1.36.0",
      "systemUUID":"s"},"addresses":[{"type":"Hostname","address":"n1"},{"type":"InternalIP","address":"10.0.0.1"}],
      "conditions":[{"type":"Ready","status":"Unknown"}],"allocatable":{"cpu":"3900m","pods":"110","hugepages-1Gi":"0"},
      "capacity":{"cpu":"4","memory":"16Gi","attachable-volumes-aws-ebs":"25"}}}
      """
    #expect(
      StateKind.nodes.text(object) == """
        kube_node_info{node="n1",kernel_version="6.1",os_image="Debian",container_runtime_version="containerd://2",kubelet_version="v1.36.0",kubeproxy_version="deprecated",provider_id="aws:///x",pod_cidr="10.1.0.0/24",system_uuid="s",internal_ip="10.0.0.1"} 1
        kube_node_status_condition{node="n1",condition="Ready",status="true"} 0
        kube_node_status_condition{node="n1",condition="Ready",status="false"} 0
        kube_node_status_condition{node="n1",condition="Ready",status="unknown"} 1
        kube_node_status_allocatable{node="n1",resource="cpu",unit="core"} 3.9
        kube_node_status_allocatable{node="n1",resource="pods",unit="integer"} 110
        kube_node_status_allocatable{node="n1",resource="hugepages_1Gi",unit="byte"} 0
        kube_node_status_capacity{node="n1",resource="cpu",unit="core"} 4
        kube_node_status_capacity{node="n1",resource="memory",unit="byte"} 1.7179869184e+10
        kube_node_status_capacity{node="n1",resource="attachable_volumes_aws_ebs",unit="byte"} 25
        kube_node_spec_unschedulable{node="n1"} 1
        kube_node_spec_taint{node="n1",key="k",value="",effect="NoSchedule"} 1
        kube_node_role{node="n1",role="control-plane"} 1
        clustertui_object_problem{namespace="",kind="Node",name="n1",severity="bad",reason="NotReady,SchedulingDisabled"} 1

        """)
  }

  @Test func aNamespaceAndAQuota() {
    #expect(
      StateKind.namespaces.text(
        #"{"metadata":{"name":"a"},"status":{"phase":"Terminating"}}"#, "kube_namespace_status_phase")
          == """
          kube_namespace_status_phase{namespace="a",phase="Active"} 0
          kube_namespace_status_phase{namespace="a",phase="Terminating"} 1

          """)
    #expect(
      StateKind.resourceQuotas.text(
        #"{"metadata":{"name":"q","namespace":"a"},"status":{"hard":{"limits.cpu":"2500m","pods":"10"},"used":{"pods":"3"}}}"#,
        "kube_resourcequota") == """
          kube_resourcequota{namespace="a",resourcequota="q",resource="limits.cpu",type="hard"} 2.5
          kube_resourcequota{namespace="a",resourcequota="q",resource="pods",type="hard"} 10
          kube_resourcequota{namespace="a",resourcequota="q",resource="pods",type="used"} 3

          """)
  }

  @Test func volumesAndClaims() {
    #expect(
      StateKind.persistentVolumes.text(
        #"{"metadata":{"name":"v"},"spec":{"capacity":{"storage":"5Gi"}},"status":{"phase":"Released"}}"#,
        "kube_persistentvolume_status_phase", "kube_persistentvolume_capacity_bytes") == """
          kube_persistentvolume_status_phase{persistentvolume="v",phase="Pending"} 0
          kube_persistentvolume_status_phase{persistentvolume="v",phase="Available"} 0
          kube_persistentvolume_status_phase{persistentvolume="v",phase="Bound"} 0
          kube_persistentvolume_status_phase{persistentvolume="v",phase="Released"} 1
          kube_persistentvolume_status_phase{persistentvolume="v",phase="Failed"} 0
          kube_persistentvolume_capacity_bytes{persistentvolume="v"} 5.36870912e+09

          """)
    let claim = """
      {"metadata":{"name":"c","namespace":"a"},"spec":{"storageClassName":"fast","volumeName":"v","volumeMode":"Block",
      "accessModes":["ReadWriteOnce","ReadOnlyMany"],"resources":{"requests":{"storage":"1Gi"}}},"status":{"phase":"Bound"}}
      """
    #expect(
      StateKind.persistentVolumeClaims.text(claim)
        == """
        kube_persistentvolumeclaim_status_phase{BASE,phase="Lost"} 0
        kube_persistentvolumeclaim_status_phase{BASE,phase="Bound"} 1
        kube_persistentvolumeclaim_status_phase{BASE,phase="Pending"} 0
        kube_persistentvolumeclaim_info{BASE,storageclass="fast",volumename="v",volumemode="Block"} 1
        kube_persistentvolumeclaim_access_mode{BASE,access_mode="ReadWriteOnce"} 1
        kube_persistentvolumeclaim_access_mode{BASE,access_mode="ReadOnlyMany"} 1
        kube_persistentvolumeclaim_resource_requests_storage_bytes{BASE} 1.073741824e+09

        """.replacing("BASE", with: #"namespace="a",persistentvolumeclaim="c""#))
  }

  @Test func servicesSlicesAndIngresses() {
    #expect(
      StateKind.services.text(
        #"{"metadata":{"name":"s","namespace":"a","uid":"u"},"spec":{"type":"LoadBalancer","clusterIP":"10.0.0.1","externalTrafficPolicy":"Local"}}"#,
        "kube_service_info", "kube_service_spec_type") == """
          kube_service_info{namespace="a",service="s",uid="u",cluster_ip="10.0.0.1",external_name="",load_balancer_ip="",external_traffic_policy="Local"} 1
          kube_service_spec_type{namespace="a",service="s",uid="u",type="LoadBalancer"} 1

          """)
    let slice = """
      {"metadata":{"name":"s-1","namespace":"a"},"endpoints":[{"addresses":["10.1.0.1","10.1.0.1","10.1.0.2"],
      "conditions":{"ready":true,"serving":true,"terminating":false},"nodeName":"n1","zone":"z",
      "targetRef":{"kind":"Pod","name":"p","namespace":"a"}}]}
      """
    let rest =
      #"endpointslice="s-1",namespace="a",ready="true",serving="true",hostname="",terminating="false",targetref_kind="Pod",targetref_name="p",targetref_namespace="a",endpoint_nodename="n1",endpoint_zone="z""#
    // An address that stands twice is told once.
    #expect(
      StateKind.endpointSlices.text(slice, "kube_endpointslice_endpoints") == """
        kube_endpointslice_endpoints{\(rest),address="10.1.0.1"} 1
        kube_endpointslice_endpoints{\(rest),address="10.1.0.2"} 1

        """)
    func ingressClass(_ object: String) -> String { StateKind.ingresses.text(object, "kube_ingress_info") }
    let base = #"kube_ingress_info{namespace="",ingress="i",ingressclass="#
    #expect(ingressClass(#"{"metadata":{"name":"i"}}"#) == base + "\"_default\"} 1\n")
    #expect(
      ingressClass(#"{"metadata":{"name":"i"},"spec":{"ingressClassName":"x"}}"#) == base + "\"x\"} 1\n")
    #expect(
      ingressClass(
        #"{"metadata":{"name":"i","annotations":{"kubernetes.io/ingress.class":"y"}},"spec":{"ingressClassName":"x"}}"#
      )
        == base + "\"y\"} 1\n")
  }

  @Test func budgetsAndLeases() {
    #expect(
      StateKind.podDisruptionBudgets.text(
        #"{"metadata":{"name":"b","namespace":"a"},"status":{"currentHealthy":3,"desiredHealthy":2,"disruptionsAllowed":1,"expectedPods":3}}"#
      )
        == """
        kube_poddisruptionbudget_status_current_healthy{BASE} 3
        kube_poddisruptionbudget_status_desired_healthy{BASE} 2
        kube_poddisruptionbudget_status_pod_disruptions_allowed{BASE} 1
        kube_poddisruptionbudget_status_expected_pods{BASE} 3

        """.replacing("BASE", with: #"namespace="a",poddisruptionbudget="b""#))
    #expect(
      StateKind.leases.text(
        #"{"metadata":{"name":"l","namespace":"a"},"spec":{"renewTime":"2026-11-21T00:00:00.999999Z"}}"#,
        "kube_lease_renew_time") == "kube_lease_renew_time{lease=\"l\",namespace=\"a\"} 1.7952192e+09\n")
  }

  @Test func ofConfigurationOnlyNamesAreTold() {
    #expect(
      StateKind.configMaps.text(#"{"cells":["c",2,"1d"],"object":{"metadata":{"name":"c","namespace":"a"}}}"#)
        == "kube_configmap_info{namespace=\"a\",configmap=\"c\"} 1\n")
    #expect(
      StateKind.secrets.text(
        #"{"cells":["s","kubernetes.io/tls",2,"1d"],"object":{"metadata":{"name":"s","namespace":"a"}}}"#)
          == """
          kube_secret_info{namespace="a",secret="s"} 1
          kube_secret_type{namespace="a",secret="s",type="kubernetes.io/tls"} 1

          """)
  }
}
