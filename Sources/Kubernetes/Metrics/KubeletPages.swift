import Metrics

/// The pages of metrics that a node's kubelet serves, as the API server passes them on, and what is kept of them.
enum KubeletPage: String, CaseIterable {
  case resource = "/metrics/resource"
  case cadvisor = "/metrics/cadvisor"
  case kubelet = "/metrics"

  /// What tables and charts need of it.
  var names: Set<String> {
    switch self {
    case .resource:
      [
        "container_cpu_usage_seconds_total", "container_memory_working_set_bytes",
        "container_start_time_seconds", "node_cpu_usage_seconds_total", "node_memory_working_set_bytes",
        "pod_cpu_usage_seconds_total", "pod_memory_working_set_bytes",
      ]
    case .cadvisor:
      [
        "container_cpu_cfs_periods_total", "container_cpu_cfs_throttled_periods_total",
        "container_network_receive_bytes_total", "container_network_transmit_bytes_total",
        "container_fs_reads_bytes_total", "container_fs_writes_bytes_total", "container_oom_events_total",
      ]
    case .kubelet:
      [
        "kubelet_volume_stats_capacity_bytes", "kubelet_volume_stats_available_bytes",
        "kubelet_volume_stats_used_bytes",
      ]
    }
  }

  func target(node: String) -> ScrapeTarget {
    let path = ResourcePath("v1/nodes").object(namespace: "", name: node)
    var target = ScrapeTarget(
      id: "node/\(node)\(rawValue)", .path("\(path)/proxy\(rawValue)"), source: "kubelet",
      labels: Labels([
        Label("job", "kubelet"), Label("instance", node), Label("node", node),
        Label("metrics_path", rawValue),
      ]))
    // The page tells whose the numbers are: its namespace and pod count.
    target.honorsLabels = true
    return target
  }
}
