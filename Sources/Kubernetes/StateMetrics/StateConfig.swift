import Document
import Metrics

/// Of these only names are told; their values do not travel.
extension StateKind {
  static let configMaps = StateKind(
    "v1/configmaps", [.namespace, .name("configmap")], asTable: true,
    [.info("kube_configmap_info", "1 for each config map.", [])])

  static let secrets = StateKind(
    "v1/secrets", [.namespace, .name("secret")], asTable: true,
    [
      .info("kube_secret_info", "1 for each secret.", []),
      // The columns of a secret's Table: NAME, TYPE, DATA, AGE.
      .info("kube_secret_type", "The type of a secret.", [("type", "cells[1]")]),
    ])

  static let leases = StateKind(
    "coordination.k8s.io/v1/leases", [.name("lease"), .namespace],
    [
      .moment(
        "kube_lease_renew_time", "When its holder last renewed a lease, in seconds since 1970.",
        "spec.renewTime")
    ])

  /// The table of contents.
  static let all: [StateKind] = [
    .pods, .deployments, .replicaSets, .statefulSets, .daemonSets, .jobs, .cronJobs,
    .horizontalPodAutoscalers,
    .nodes, .namespaces, .persistentVolumes, .persistentVolumeClaims, .resourceQuotas, .services,
    .endpointSlices, .podDisruptionBudgets, .ingresses, .configMaps, .secrets, .leases,
  ]
}
