import Document
import Metrics

extension StateKind {
  static let pods = StateKind(
    "v1/pods", [.namespace, .name("pod"), .uid], PodFamily.all.map(\.family),
    read: { PodState($0) }, metadata: { $0.metadata }
  ) { pod, out in
    for family in PodFamily.all {
      family.write(pod, &out)
      out.endFamily()
    }
  }
}

/// One family of pods. Their containers are read once for all families.
struct PodFamily: Sendable {
  let family: MetricFamily
  let write: @Sendable (PodState, inout SeriesWriter) -> Void

  init(
    _ name: String, _ help: String, _ type: MetricType = .gauge,
    write: @escaping @Sendable (PodState, inout SeriesWriter) -> Void
  ) {
    family = MetricFamily(name, help, type)
    self.write = write
  }

  static let all = ofPods + ofContainers

  private static let phases: [StaticString] = ["Pending", "Succeeded", "Failed", "Unknown", "Running"]
  private static let reasons: [StaticString] = [
    "Evicted", "NodeAffinity", "NodeLost", "PreemptionByScheduler", "SchedulingGated", "Shutdown",
    "TerminationByKubelet", "UnexpectedAdmissionError",
  ]

  private static func moment(_ name: String, _ help: String, _ field: PodState.Field) -> PodFamily {
    PodFamily(name, help) { pod, out in
      if let seconds = pod[field]?.epochSeconds { out.line(Double(seconds)) }
    }
  }

  private static func condition(_ name: String, _ help: String, _ type: StaticString) -> PodFamily {
    PodFamily(name, help) { pod, out in
      pod[.conditions]?.eachElement { condition in
        if condition["type"].has(type) { out.statusSet("condition", condition["status"]) }
      }
    }
  }

  private static let ofPods: [PodFamily] = [
    PodFamily("kube_pod_info", "Where a pod runs and who made it.") { pod, out in
      let owner = pod[.owners].elements.first { $0["controller"]?.bool == true }
      out.begin()
      out.label("host_ip", pod[.hostIP])
      out.label("pod_ip", pod[.podIP])
      out.label("node", pod[.nodeName])
      out.label("created_by_kind", owner?["kind"])
      out.label("created_by_name", owner?["name"])
      out.label("priority_class", pod[.priorityClass])
      out.label("host_network", pod[.hostNetwork]?.bool == true ? "true" : "false" as StaticString)
      out.end(1)
    },
    PodFamily("kube_pod_owner", "The objects that own a pod.") { $1.owners($0[.owners]) },
    moment("kube_pod_start_time", "When the kubelet took up a pod, in seconds since 1970.", .startTime),
    moment("kube_pod_created", "When a pod was created, in seconds since 1970.", .created),
    moment(
      "kube_pod_deletion_timestamp", "By when a pod that was deleted is to be gone, in seconds since 1970.",
      .deletion),
    PodFamily("kube_pod_status_phase", "The phase of a pod.") { pod, out in
      if pod[.phase].isPresent { out.set("phase", of: phases, pod[.phase]) }
    },
    condition("kube_pod_status_ready", "Whether a pod is ready to serve.", "Ready"),
    condition("kube_pod_status_scheduled", "Whether a pod has been given to a node.", "PodScheduled"),
    PodFamily("kube_pod_status_unschedulable", "1 while the scheduler finds no node for a pod.") { pod, out in
      pod[.conditions]?.eachElement { condition in
        if condition["type"].has("PodScheduled"), condition["status"].has("False") { out.line(1) }
      }
    },
    PodFamily("kube_pod_status_reason", "1 for what has become of a pod.") { pod, out in
      for reason in reasons where pod.tells(reason) { line(reason, &out) }
      let own = pod[.reason]
      if own.isPresent, !reasons.contains(where: { own.has($0) }) { line("Other", &out) }
      func line(_ reason: StaticString, _ out: inout SeriesWriter) {
        out.begin()
        out.label("reason", reason)
        out.end(1)
      }
    },
    PodFamily("kube_pod_spec_volumes_persistentvolumeclaims_info", "The claims that a pod mounts.") {
      pod, out in
      pod[.volumes]?.eachElement { volume in
        let claim = volume["persistentVolumeClaim"]
        let isEphemeral = volume["ephemeral"].map { !$0.isNull } ?? false
        guard claim != nil || isEphemeral else { return }
        out.begin()
        out.label("volume", volume["name"])
        if let claim {
          out.label("persistentvolumeclaim", claim["claimName"])
          out.label("ephemeral", "false" as StaticString)
        } else {
          // The claim of an ephemeral volume is named after its pod.
          let name = "\(pod.metadata.name?.string ?? "")-\(volume["name"]?.string ?? "")"
          out.label("persistentvolumeclaim", name)
          out.label("ephemeral", "true" as StaticString)
        }
        out.end(1)
      }
    },
  ]
}
