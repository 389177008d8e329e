/// `/metrics/cadvisor`: the control groups of a node, one by one.
extension NodeMetrics {
  /// What is told of one control group.
  private struct Group {
    let labels: Exposition.Labels
    let usage: Usage
    let start: Int64
    let limitBytes, milliCPULimit, milliCPU: Int
    /// Network is counted per pod; nil elsewhere.
    var traffic: (received: Double, sent: Double)?
  }

  private func labels(
    container: String, id: String, image: String = "", name: String = "", pod: Object? = nil
  ) -> Exposition.Labels {
    [
      ("container", container), ("id", id), ("image", image), ("name", name),
      ("namespace", pod?.meta.namespace ?? ""), ("pod", pod?.meta.name ?? ""),
    ]
  }

  private var groups: [Group] {
    let total = total
    var groups = [
      Group(
        labels: labels(container: "", id: "/"), usage: total, start: bootTime, limitBytes: 0,
        milliCPULimit: 0, milliCPU: 0,
        traffic: NodeMetrics.traffic(
          Dice.hash(node.facts.name), seconds: world.now - Moment(seconds: bootTime)))
    ]
    for (pod, state) in pods {
      let quality = state.template.qosClass.lowercased()
      let path = "/kubepods/\(quality == "guaranteed" ? "" : quality + "/")pod\(pod.meta.uid)"
      let own = running.filter { $0.pod === pod }
      let since = state.started ?? pod.meta.created
      groups.append(
        Group(
          labels: labels(container: "", id: path, pod: pod), usage: world.usage(pod, state), start: since,
          limitBytes: own.reduce(0) { $0 + $1.plan.memoryLimitBytes }, milliCPULimit: 0,
          milliCPU: state.template.milliCPU))
      let pause = ContainerID.text(pod.meta.uid.high ^ 7)
      groups.append(
        Group(
          labels: labels(
            container: "", id: "\(path)/\(pause)", image: "registry.k8s.io/pause:3.10", name: pause, pod: pod),
          usage: Usage(milliCPU: 0, cpuSeconds: 0.018, memoryBytes: 352_256), start: since, limitBytes: 0,
          milliCPULimit: 0, milliCPU: 2,
          traffic: NodeMetrics.traffic(pod.meta.uid.low, seconds: world.now - Moment(seconds: since))))
      for one in own {
        let id = ContainerID.text(one.container.id)
        groups.append(
          Group(
            labels: labels(
              container: one.plan.name, id: "\(path)/\(id)", image: one.plan.image, name: id, pod: pod),
            usage: one.usage, start: one.since, limitBytes: one.plan.memoryLimitBytes,
            milliCPULimit: one.plan.milliCPULimit, milliCPU: one.plan.milliCPU))
      }
    }
    return groups
  }

  var cadvisor: Bytes {
    var out = Exposition()
    let groups = groups
    let time = world.now.nanoseconds / 1_000_000
    out.family(
      "cadvisor_version_info", "gauge",
      "A metric with a constant '1' value labeled by kernel version, OS version, docker version, cadvisor "
        + "version & cadvisor revision.")
    out.sample(
      "cadvisor_version_info",
      [
        ("cadvisorRevision", ""), ("cadvisorVersion", ""), ("dockerVersion", ""),
        ("kernelVersion", "6.12.41-dock"), ("osVersion", "Debian GNU/Linux 13 (trixie)"),
      ], 1)
    func family(
      _ name: String, _ kind: String, _ help: String, extra: Exposition.Labels = [],
      _ value: (Group) -> Double?
    ) {
      out.family(name, kind, help)
      for group in groups {
        guard let value = value(group) else { continue }
        // Labels are sorted by name.
        let labels = (group.labels + extra).sorted { $0.name < $1.name }
        out.sample(name, labels, value, at: time)
      }
    }
    cpu(family)
    memory(family)
    network(family)
    out.family("machine_cpu_cores", "gauge", "Number of logical CPU cores.")
    out.sample("machine_cpu_cores", [], Double((node.allocatableMilliCPU + 100) / 1_000))
    out.family("machine_memory_bytes", "gauge", "Amount of memory installed on the machine.")
    out.sample("machine_memory_bytes", [], Double(node.allocatableBytes + 536_870_912))
    return out.text
  }

  private typealias Family = (
    String, String, String, Exposition.Labels, (Group) -> Double?
  ) -> Void

  private func cpu(_ family: Family) {
    family(
      "container_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed in seconds.",
      [("cpu", "total")]
    ) { $0.usage.cpuSeconds }
    family(
      "container_cpu_user_seconds_total", "counter", "Cumulative user cpu time consumed in seconds.", []
    ) { $0.usage.cpuSeconds * 0.7 }
    family(
      "container_cpu_system_seconds_total", "counter", "Cumulative system cpu time consumed in seconds.", []
    ) { $0.usage.cpuSeconds * 0.3 }
    family("container_spec_cpu_period", "gauge", "CPU period of the container.", []) { _ in 100_000 }
    family("container_spec_cpu_shares", "gauge", "CPU share of the container.", []) {
      Double(max(2, $0.milliCPU * 1_024 / 1_000))
    }
    family("container_spec_cpu_quota", "gauge", "CPU quota of the container.", []) {
      $0.milliCPULimit > 0 ? Double($0.milliCPULimit * 100) : nil
    }
    family(
      "container_cpu_cfs_periods_total", "counter", "Number of elapsed enforcement period intervals.", []
    ) { [now = world.now.seconds] in $0.milliCPULimit > 0 ? Double((now - $0.start) * 10) : nil }
    family(
      "container_cpu_cfs_throttled_periods_total", "counter", "Number of throttled period intervals.", []
    ) { [now = world.now.seconds] group in
      guard group.milliCPULimit > 0 else { return nil }
      let share = group.usage.milliCPU / Double(group.milliCPULimit)
      return share > 0.8 ? Double((now - group.start) * 2) : 0
    }
    family(
      "container_start_time_seconds", "gauge", "Start time of the container since unix epoch in seconds.", []
    ) { Double($0.start) }
    family("container_last_seen", "gauge", "Last time a container was seen by the exporter", []) {
      [now = world.now.seconds] _ in Double(now)
    }
  }

  private func memory(_ family: Family) {
    family("container_memory_working_set_bytes", "gauge", "Current working set in bytes.", []) {
      Double($0.usage.memoryBytes)
    }
    family(
      "container_memory_usage_bytes", "gauge",
      "Current memory usage in bytes, including all memory regardless of when it was accessed", []
    ) { Double($0.usage.memoryBytes + $0.usage.memoryBytes / 16) }
    family("container_memory_rss", "gauge", "Size of RSS in bytes.", []) {
      Double($0.usage.memoryBytes * 9 / 10)
    }
    family("container_memory_cache", "gauge", "Number of bytes of page cache memory.", []) {
      Double($0.usage.memoryBytes / 16)
    }
    family("container_spec_memory_limit_bytes", "gauge", "Memory limit for the container.", []) {
      Double($0.limitBytes)
    }
    family(
      "container_oom_events_total", "counter", "Count of out of memory events observed for the container", []
    ) { _ in 0 }
  }

  private func network(_ family: Family) {
    let interface: Exposition.Labels = [("interface", "eth0")]
    family(
      "container_network_receive_bytes_total", "counter", "Cumulative count of bytes received", interface
    ) { $0.traffic?.received }
    family(
      "container_network_transmit_bytes_total", "counter", "Cumulative count of bytes transmitted", interface
    ) { $0.traffic?.sent }
    family(
      "container_network_receive_errors_total", "counter",
      "Cumulative count of errors encountered while receiving", interface
    ) { $0.traffic.map { _ in 0 } }
    family(
      "container_network_transmit_errors_total", "counter",
      "Cumulative count of errors encountered while transmitting", interface
    ) { $0.traffic.map { _ in 0 } }
  }
}
