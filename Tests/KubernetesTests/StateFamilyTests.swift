import DemoCluster
import Metrics
import TestSupport
import Testing

@testable import Kubernetes

/// Names, types and labels of all families are those of kube-state-metrics (docs/metrics of v2, and its stores where the
/// documentation is silent): dashboards and alerts are written against these.
@Suite struct StateFamilyTests {
  /// Family, type and labels beside those of the kind.
  private static let table = """
    v1/pods namespace pod uid
      kube_pod_info host_ip pod_ip node created_by_kind created_by_name priority_class host_network
      kube_pod_owner owner_kind owner_name owner_is_controller
      kube_pod_start_time
      kube_pod_created
      kube_pod_deletion_timestamp
      kube_pod_status_phase phase
      kube_pod_status_ready condition
      kube_pod_status_scheduled condition
      kube_pod_status_unschedulable
      kube_pod_status_reason reason
      kube_pod_spec_volumes_persistentvolumeclaims_info volume persistentvolumeclaim ephemeral
      kube_pod_container_info container image_spec image image_id container_id
      kube_pod_container_status_waiting_reason container reason
      kube_pod_container_status_terminated_reason container reason
      kube_pod_container_status_last_terminated_reason container reason
      kube_pod_container_status_last_terminated_exitcode container
      kube_pod_container_status_running container
      kube_pod_container_status_ready container
      kube_pod_container_status_terminated container
      kube_pod_container_status_waiting container
      kube_pod_container_status_restarts_total container
      kube_pod_init_container_status_waiting_reason container reason
      kube_pod_init_container_status_restarts_total container
      kube_pod_container_resource_requests container node resource unit
      kube_pod_container_resource_limits container node resource unit
    apps/v1/deployments namespace deployment
      kube_deployment_spec_replicas
      kube_deployment_spec_paused
      kube_deployment_status_replicas
      kube_deployment_status_replicas_available
      kube_deployment_status_replicas_ready
      kube_deployment_status_replicas_unavailable
      kube_deployment_status_replicas_updated
      kube_deployment_metadata_generation
      kube_deployment_status_observed_generation
      kube_deployment_status_condition reason condition status
    apps/v1/replicasets namespace replicaset
      kube_replicaset_owner owner_kind owner_name owner_is_controller
    apps/v1/statefulsets namespace statefulset
      kube_statefulset_replicas
      kube_statefulset_status_replicas
      kube_statefulset_status_replicas_ready
      kube_statefulset_status_replicas_current
      kube_statefulset_status_replicas_updated
      kube_statefulset_status_current_revision revision
      kube_statefulset_status_update_revision revision
      kube_statefulset_metadata_generation
      kube_statefulset_status_observed_generation
    apps/v1/daemonsets namespace daemonset
      kube_daemonset_status_desired_number_scheduled
      kube_daemonset_status_current_number_scheduled
      kube_daemonset_status_number_ready
      kube_daemonset_status_number_available
      kube_daemonset_status_number_unavailable
      kube_daemonset_status_number_misscheduled
      kube_daemonset_status_updated_number_scheduled
    batch/v1/jobs namespace job_name
      kube_job_status_active
      kube_job_status_succeeded
      kube_job_status_failed ?reason
      kube_job_complete condition
      kube_job_failed condition
      kube_job_status_start_time
      kube_job_status_completion_time
      kube_job_spec_completions
      kube_job_owner owner_kind owner_name owner_is_controller
    batch/v1/cronjobs namespace cronjob
      kube_cronjob_next_schedule_time
      kube_cronjob_status_last_schedule_time
      kube_cronjob_status_last_successful_time
      kube_cronjob_spec_suspend
      kube_cronjob_status_active
    autoscaling/v2/horizontalpodautoscalers namespace horizontalpodautoscaler
      kube_horizontalpodautoscaler_spec_min_replicas
      kube_horizontalpodautoscaler_spec_max_replicas
      kube_horizontalpodautoscaler_status_current_replicas
      kube_horizontalpodautoscaler_status_desired_replicas
      kube_horizontalpodautoscaler_status_condition condition status
      kube_horizontalpodautoscaler_spec_target_metric metric_name metric_target_type container
      kube_horizontalpodautoscaler_status_target_metric metric_name metric_target_type container
    v1/nodes node
      kube_node_info kernel_version os_image container_runtime_version kubelet_version kubeproxy_version provider_id pod_cidr system_uuid internal_ip
      kube_node_status_condition condition status
      kube_node_status_allocatable resource unit
      kube_node_status_capacity resource unit
      kube_node_spec_unschedulable
      kube_node_spec_taint key value effect
      kube_node_role role
    v1/namespaces namespace
      kube_namespace_status_phase phase
    v1/persistentvolumes persistentvolume
      kube_persistentvolume_status_phase phase
      kube_persistentvolume_capacity_bytes
    v1/persistentvolumeclaims namespace persistentvolumeclaim
      kube_persistentvolumeclaim_status_phase phase
      kube_persistentvolumeclaim_info storageclass volumename volumemode
      kube_persistentvolumeclaim_access_mode access_mode
      kube_persistentvolumeclaim_resource_requests_storage_bytes
    v1/resourcequotas namespace resourcequota
      kube_resourcequota resource type
    v1/services namespace service uid
      kube_service_info cluster_ip external_name load_balancer_ip external_traffic_policy
      kube_service_spec_type type
    discovery.k8s.io/v1/endpointslices endpointslice namespace
      kube_endpointslice_endpoints ready serving hostname terminating targetref_kind targetref_name targetref_namespace endpoint_nodename endpoint_zone address
    policy/v1/poddisruptionbudgets namespace poddisruptionbudget
      kube_poddisruptionbudget_status_current_healthy
      kube_poddisruptionbudget_status_desired_healthy
      kube_poddisruptionbudget_status_pod_disruptions_allowed
      kube_poddisruptionbudget_status_expected_pods
    networking.k8s.io/v1/ingresses namespace ingress
      kube_ingress_info ingressclass
    v1/configmaps namespace configmap
      kube_configmap_info
    v1/secrets namespace secret
      kube_secret_info
      kube_secret_type type
    coordination.k8s.io/v1/leases lease namespace
      kube_lease_renew_time
    """

  private struct Expected {
    var kind: String
    var labels: [String]
    var optional: String?
  }

  private static let expected: [String: Expected] = {
    var found: [String: Expected] = [:]
    var (kind, base): (String, [String]) = ("", [])
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if line.hasPrefix(" ") {
        let own = words.dropFirst()
        found[words[0]] = Expected(
          kind: kind, labels: base + own.filter { !$0.hasPrefix("?") },
          optional: own.first { $0.hasPrefix("?") }.map { String($0.dropFirst()) })
      } else {
        (kind, base) = (words[0], Array(words.dropFirst()))
      }
    }
    return found
  }()

  @Test func allFamiliesAreThereWithTheirTypes() {
    var told: [String: String] = [:]
    for (kind, families) in StateExporter.contents {
      for family in families where family.name.hasPrefix("kube_") {
        told[family.name] = kind
        #expect(family.type == (family.name.hasSuffix("_total") ? .counter : .gauge))
        #expect(!family.help.isEmpty)
      }
    }
    #expect(told == Self.expected.mapValues(\.kind))
  }

  @Test func everyLineHasTheLabelsOfItsFamilyInTheirOrder() throws {
    var options = DemoOptions()
    options.clock = .driven(startEpochSeconds: 1_795_230_000)
    let state = try StateDemo(options)
    state.demo.advance(seconds: 1_800)
    state.waitUntilReady()
    var seen: Set<String> = []
    for line in series(state.page()).keys where line.hasPrefix("kube_") {
      let name = String(line.prefix { $0 != "{" })
      let expected = try #require(Self.expected[name], "\(name)")
      seen.insert(name)
      let labels = labelNames(line)
      let withOptional = expected.optional.map { expected.labels + [$0] }
      #expect(labels == expected.labels || labels == withOptional, "\(line)")
    }
    // What the demo cluster tells of is nearly all there is; these are tested with objects of their own.
    let rare: Set = [
      "kube_pod_deletion_timestamp", "kube_pod_init_container_status_waiting_reason",
      "kube_pod_status_reason",
    ]
    #expect(Set(Self.expected.keys).subtracting(seen).isSubset(of: rare))
  }

  private func labelNames(_ series: String) -> [String] {
    var names: [String] = []
    var (name, isQuoted, isEscaped) = ("", false, false)
    for character in series.drop(while: { $0 != "{" }).dropFirst() {
      if isQuoted {
        if isEscaped {
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else if character == "\"" {
          isQuoted = false
        }
      } else if character == "=" {
        names.append(name)
        name = ""
      } else if character == "\"" {
        isQuoted = true
      } else if character != "," && character != "}" {
        name.append(character)
      }
    }
    return names
  }
}
