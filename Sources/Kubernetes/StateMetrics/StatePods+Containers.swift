import Document
import Metrics

/// What is told of each container of a pod.
extension PodFamily {
  private typealias States = @Sendable (PodState) -> [ContainerReading]
  private static let main: States = { $0.statuses }
  private static let initial: States = { $0.initStatuses }

  /// A number for each container that has one.
  private static func value(
    _ name: String, _ help: String, _ type: MetricType = .gauge, of states: @escaping States = main,
    _ value: @escaping @Sendable (ContainerReading) -> Double?
  ) -> PodFamily {
    PodFamily(name, help, type) { pod, out in
      for state in states(pod) {
        guard let value = value(state) else { continue }
        out.begin()
        out.label("container", state.name)
        out.end(value)
      }
    }
  }

  private static func flag(
    _ name: String, _ help: String, _ isSo: @escaping @Sendable (ContainerReading) -> Bool
  ) -> PodFamily {
    value(name, help) { isSo($0) ? 1 : 0 }
  }

  /// 1 with the reason, for each container that is in a state.
  private static func reason(
    _ name: String, _ help: String, of states: @escaping States = main,
    _ state: @escaping @Sendable (ContainerReading) -> JSONSlice?
  ) -> PodFamily {
    PodFamily(name, help) { pod, out in
      for container in states(pod) {
        guard let state = state(container) else { continue }
        out.begin()
        out.label("container", container.name)
        out.label("reason", state["reason"])
        out.end(1)
      }
    }
  }

  private static func amounts(_ name: String, _ help: String, _ member: StaticString) -> PodFamily {
    PodFamily(name, help) { pod, out in
      pod[.containers]?.eachElement { container in
        out.amounts(container["resources"]?[member], isRounded: true) { out in
          out.label("container", container["name"])
          out.label("node", pod[.nodeName])
        }
      }
    }
  }

  static let ofContainers: [PodFamily] = [
    PodFamily("kube_pod_container_info", "The image that a container runs, and its ids.") { pod, out in
      pod[.containers]?.eachElement { container in
        guard let name = container["name"]?.rawString,
          let state = pod.statuses.first(where: { $0.name?.rawString?.elementsEqual(name) == true })
        else { return }
        out.begin()
        out.label("container", state.name)
        out.label("image_spec", container["image"])
        out.label("image", state.image)
        out.label("image_id", state.imageID)
        out.label("container_id", state.containerID)
        out.end(1)
      }
    },
    reason(
      "kube_pod_container_status_waiting_reason", "1 for the reason why a container waits.", \.waiting),
    reason(
      "kube_pod_container_status_terminated_reason", "1 for the reason why a container ended.", \.terminated),
    reason(
      "kube_pod_container_status_last_terminated_reason", "1 for the reason why a container ended before.",
      \.lastTerminated),
    value("kube_pod_container_status_last_terminated_exitcode", "With which code a container ended before.") {
      $0.lastTerminated.map { $0["exitCode"]?.double ?? 0 }
    },
    flag("kube_pod_container_status_running", "Whether a container runs.") { $0.running != nil },
    flag("kube_pod_container_status_ready", "Whether a container is ready.") { $0.isReady },
    flag("kube_pod_container_status_terminated", "Whether a container has ended.") { $0.terminated != nil },
    flag("kube_pod_container_status_waiting", "Whether a container waits to be started.") {
      $0.waiting != nil
    },
    value("kube_pod_container_status_restarts_total", "How often a container was started again.", .counter) {
      $0.restarts
    },
    reason(
      "kube_pod_init_container_status_waiting_reason", "1 for the reason why an init container waits.",
      of: initial, \.waiting),
    value(
      "kube_pod_init_container_status_restarts_total", "How often an init container was started again.",
      .counter, of: initial, \.restarts),
    amounts(
      "kube_pod_container_resource_requests", "What a container asks for: cores, bytes or pieces.", "requests"
    ),
    amounts(
      "kube_pod_container_resource_limits", "What a container may use at most: cores, bytes or pieces.",
      "limits"),
  ]
}
