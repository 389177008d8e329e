import Document
import Metrics

extension StateKind {
  static let services = StateKind(
    "v1/services", [.namespace, .name("service"), .uid],
    [
      .info(
        "kube_service_info", "How a service is reached.",
        [
          ("cluster_ip", "spec.clusterIP"), ("external_name", "spec.externalName"),
          ("load_balancer_ip", "spec.loadBalancerIP"),
          ("external_traffic_policy", "spec.externalTrafficPolicy"),
        ]),
      .info("kube_service_spec_type", "The type of a service.", [("type", "spec.type")]),
    ])

  static let endpointSlices = StateKind(
    "discovery.k8s.io/v1/endpointslices", [.name("endpointslice"), .namespace],
    [
      StateFamily("kube_endpointslice_endpoints", "The endpoints of a slice.", ["endpoints"]) { fields, out in
        fields[0]?.eachElement { endpoint in
          endpoint["addresses"]?.eachElement { write(endpoint, $0, &out) }
        }
      }
    ])

  private static func write(_ endpoint: JSONSlice, _ address: JSONSlice, _ out: inout SeriesWriter) {
    let (conditions, target) = (endpoint["conditions"], endpoint["targetRef"])
    out.begin()
    out.label("ready", conditions?["ready"])
    out.label("serving", conditions?["serving"])
    out.label("hostname", endpoint["hostname"])
    out.label("terminating", conditions?["terminating"])
    out.label("targetref_kind", target?["kind"])
    out.label("targetref_name", target?["name"])
    out.label("targetref_namespace", target?["namespace"])
    out.label("endpoint_nodename", endpoint["nodeName"])
    out.label("endpoint_zone", endpoint["zone"])
    out.label("address", address)
    out.end(1)
  }

  static let ingresses = StateKind(
    "networking.k8s.io/v1/ingresses", [.namespace, .name("ingress")],
    [
      StateFamily(
        "kube_ingress_info", "The class of an ingress.",
        ["spec.ingressClassName", "metadata.annotations['kubernetes.io/ingress.class']"]
      ) { fields, out in
        out.begin()
        if let name = fields[1] ?? fields[0] {
          out.label("ingressclass", name)
        } else {
          out.label("ingressclass", "_default" as StaticString)
        }
        out.end(1)
      }
    ])

  static let podDisruptionBudgets = StateKind(
    "policy/v1/poddisruptionbudgets", [.namespace, .name("poddisruptionbudget")],
    [
      .count(
        "kube_poddisruptionbudget_status_current_healthy", "How many pods are healthy.",
        "status.currentHealthy"),
      .count(
        "kube_poddisruptionbudget_status_desired_healthy", "How many must be healthy.",
        "status.desiredHealthy"),
      .count(
        "kube_poddisruptionbudget_status_pod_disruptions_allowed", "How many may be disrupted now.",
        "status.disruptionsAllowed"),
      .count(
        "kube_poddisruptionbudget_status_expected_pods", "How many pods the budget counts.",
        "status.expectedPods"),
    ])
}
