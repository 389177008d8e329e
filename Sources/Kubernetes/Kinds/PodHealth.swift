import Cluster
import Document

/// Tells why a pod is in its state.
struct PodHealth {
  let pod: PodBytes
  let status: PodStatus

  var health: Health {
    if pod.metadata.deletion != nil { return Health(.ending, ending) }
    if pod[.phase].has("Succeeded") { return Health(.done) }
    if pod[.phase].has("Failed") { return Health(.bad, failed) }
    let ready = pod.conditions["Ready"]
    if let lost = nodeLost(ready) { return Health(.bad, lost) }
    if !pod[.nodeName].isPresent { return unscheduled }
    if let trouble = status.firstTrouble { return containerHealth(trouble) }
    if !pod[.statuses].isPresent {
      return Health(
        .starting, "given to \(pod[.nodeName].line)\(scheduledAgo), whose kubelet has not taken it up yet")
    }
    if let ready, !ready.isTrue { return notReady(ready) }
    return Health(.good, status.restarts > 0 ? history : "")
  }

  // MARK: Going and gone

  private var ending: String {
    var parts = [pod.metadata.whyNotGone]
    if let lost = nodeLost(pod.conditions["Ready"]) {
      parts.append(lost)
    } else if !pod.isOver, pod.metadata.finalizers.elementCount == 0, pod.metadata.gracePeriodSeconds > 0 {
      parts[0] += " with \(Age.text(seconds: Int64(pod.metadata.gracePeriodSeconds))) to end by itself"
    }
    if let disruption = pod.conditions.holding("DisruptionTarget") { parts.append(disruption.text) }
    return parts.joined(separator: "; ")
  }

  private var failed: String {
    if pod[.reason].isPresent {
      let ago = pod.conditions["Ready"]?.ago ?? ""
      let message = KubeletMessage.shortened(pod[.message].line)
      let separator = message.isEmpty ? "" : ": "
      return "\(pod[.reason].line)\(ago)\(separator)\(Trim.end(message))"
    }
    guard let trouble = status.firstTrouble else {
      return Trim.end(KubeletMessage.shortened(pod[.message].line))
    }
    let isNever = pod[.restartPolicy].has("Never")
    return "\(subject(trouble)): \(story(trouble).health.reason)" + (isNever ? "; it is never restarted" : "")
  }

  /// The node controller marks the pods of a node that went silent as not ready without giving a reason, and
  /// leaves what the kubelet last said of the containers.
  private func nodeLost(_ ready: StatusCondition?) -> String? {
    let isUnknown = pod[.phase].has("Unknown") || pod[.reason].has("NodeLost")
    guard let ready, !ready.isTrue else {
      return isUnknown ? "node \(pod[.nodeName].line) does not answer" : nil
    }
    guard isUnknown || (ready.reason.isEmpty && pod.conditions.holding("ContainersReady") != nil) else {
      return nil
    }
    return "node \(pod[.nodeName].line) stopped answering\(ready.ago), its containers may still run"
  }

  // MARK: Not there yet

  private var unscheduled: Health {
    guard let scheduled = pod.conditions["PodScheduled"] else {
      return Health(.starting, "waits for the scheduler")
    }
    if scheduled.reason == "SchedulingGated" {
      let gates = pod[.schedulingGates].elements.map { $0["name"].line }
      return Health(
        .pending,
        "held back by the scheduling gate\(gates.count == 1 ? "" : "s") \(gates.joined(separator: ", "))")
    }
    if scheduled.isTrue { return Health(.starting) }
    return Health(.pending, "unschedulable\(scheduled.lasting): \(schedulerWords(scheduled.message))")
  }

  /// "0/3 nodes are available: 1 Insufficient cpu. preemption: 0/3 ...": up to the first full stop, for the
  /// rest tells of preemption.
  private func schedulerWords(_ message: String) -> String {
    let end = message.firstRange(of: ". ")?.lowerBound ?? message.endIndex
    let words = Trim.end(String(message[..<end]))
    return words.contains("PersistentVolumeClaim") ? words + mounts : words
  }

  private var scheduledAgo: String { pod.conditions.holding("PodScheduled")?.ago ?? "" }

  /// Volumes that must be there before any container starts.
  private var mounts: String {
    let sources: [(StaticString, StaticString, String)] = [
      ("secret", "secretName", "secret"), ("configMap", "name", "config map"),
      ("persistentVolumeClaim", "claimName", "claim"),
    ]
    var found: [String] = []
    pod[.volumes]?.eachElement { volume in
      for (member, name, noun) in sources {
        if let source = volume[member], source["optional"]?.bool != true {
          found.append("\(noun) \(source[name].line)")
        }
      }
    }
    return found.isEmpty ? "" : "; it mounts \(found.joined(separator: ", "))"
  }

  private var creating: Health {
    let conditions = pod.conditions
    if let sandbox = conditions["PodReadyToStartContainers"], !sandbox.isTrue {
      return Health(
        .starting,
        "its volumes or network are not ready yet, given to \(pod[.nodeName].line)\(scheduledAgo)\(mounts)")
    }
    return Health(
      .starting, "its containers are being created, given to \(pod[.nodeName].line)\(scheduledAgo)")
  }

  // MARK: Containers

  private func containerHealth(_ trouble: ContainerStatus) -> Health {
    if let waiting = trouble.waitingReason, waiting.has("ContainerCreating") || waiting.has("PodInitializing")
    {
      return creating
    }
    if status.isFirstTroubleInit, status.isInitializing, trouble.isRunning, !isSidecar(trouble) {
      return initializing(trouble)
    }
    var health = story(trouble).health
    if health.reason.isEmpty { return creating }
    health.reason = "\(subject(trouble)): \(health.reason)"
    if status.troubles > 1 { health.reason += "; \(status.troubles - 1) more of its containers not well" }
    return health
  }

  private func initializing(_ running: ContainerStatus) -> Health {
    var ago = ""
    if case .running(let state) = running.state, let since = state["startedAt"]?.epochSeconds {
      ago = ", started \(Moment.mark(since))"
    }
    let again = running.restarts > 0 ? ", restarted \(running.restarts) times" : ""
    return Health(
      running.restarts > 0 ? .pending : .starting,
      "init container \(running.name.line) is at work\(ago)\(again)")
  }

  private func notReady(_ unready: StatusCondition) -> Health {
    let gates = pod[.readinessGates].elements.map { $0["conditionType"].line }
    let closed = gates.filter { gate in !pod.conditions.all.contains { $0.type == gate && $0.isTrue } }
    if closed.isEmpty { return Health(.pending, "not ready\(unready.lasting): \(unready.text)") }
    return Health(
      .pending, "its containers are ready, but not the readiness gate \(closed.joined(separator: ", "))")
  }

  private var history: String {
    for list in [PodBytes.Field.initStatuses, .statuses] {
      for slice in pod[list].elements {
        let container = ContainerStatus(slice)
        let isInit = list == .initStatuses
        if isInit, !isSidecar(container) { continue }
        let history = ContainerStory(status: container, spec: pod.container(container.name)).history
        if !history.isEmpty { return "container \(container.name.line): \(history)" }
      }
    }
    return ""
  }

  private func isSidecar(_ container: ContainerStatus) -> Bool {
    PodBytes.isSidecar(pod.container(container.name))
  }

  private func subject(_ container: ContainerStatus) -> String {
    let isInit = status.isFirstTroubleInit && !isSidecar(container)
    return "\(isInit ? "init container" : "container") \(container.name.line)"
  }

  private func story(_ container: ContainerStatus) -> ContainerStory {
    ContainerStory(
      status: container, spec: pod.container(container.name),
      staysEnded: pod.isOver || pod[.restartPolicy].has("Never"),
      readinessChanged: pod.conditions.failing("ContainersReady")?.since)
  }
}

/// White space and full stops at the end of messages that become part of a sentence.
enum Trim {
  static func end(_ text: String) -> String {
    var text = Substring(text)
    while text.last == " " || text.last == "." { text.removeLast() }
    return String(text)
  }
}
