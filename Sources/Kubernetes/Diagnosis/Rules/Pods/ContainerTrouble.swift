import Cluster
import Document

/// What is wrong with one container, told apart once, so that exactly one rule speaks for it.
enum ContainerTrouble: Hashable {
  /// Its image is not there.
  case image
  /// What it is to be configured with is not there.
  case configuration
  /// The runtime could not start it.
  case start
  /// Its postStart hook failed.
  case hook
  /// It took more memory than there was for it.
  case memory
  /// The kubelet killed it because of a probe.
  case probe(ProbeSort)
  /// It ended by itself, or nobody knows why.
  case exit
  /// It runs and is not ready, or has not started up yet.
  case unready
  /// An init container that is at work: the others wait for it.
  case working
  /// It is well now and was not a while ago.
  case restarted
  case none

  enum ProbeSort: String, Hashable {
    case liveness
    case startup
    case readiness
    /// As events and specifications spell it: "Liveness", "livenessProbe".
    var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    var field: String { rawValue + "Probe" }
  }
}

/// A container with what is wrong with it.
struct TroubledContainer {
  let container: ContainerCase
  let trouble: ContainerTrouble
  /// Whether it fails now, and not only did before.
  let isFailing: Bool
}

extension TroubledContainer {
  /// The kubelet forgets its back-off when a container ran twice the longest back-off (pkg/kubelet, MaxContainerBackOff of
  /// five minutes): what ended a shorter time ago, and not for the first time, is still going round.
  static let loopSeconds: Int64 = 600
  /// An end that nothing followed is told for so long.
  static let recentSeconds: Int64 = 3_600
  /// Running out of memory is told longer: it comes again at the same load.
  static let recentMemorySeconds: Int64 = 86_400

  static func all(of subject: Case) -> [TroubledContainer] {
    guard subject.judgesContainers else { return [] }
    return subject.containers.compactMap { container in
      if container.role == .ephemeral { return nil }
      let (trouble, isFailing) = judge(container, subject)
      return trouble == .none
        ? nil : TroubledContainer(container: container, trouble: trouble, isFailing: isFailing)
    }
  }

  private static func judge(_ container: ContainerCase, _ subject: Case) -> (ContainerTrouble, Bool) {
    if !container.waitingReason.isEmpty { return (waiting(container, subject), true) }
    if container.hasEnded {
      guard let end = container.end, isFault(end, container, subject) else { return (.none, false) }
      return (ended(end, container, subject), true)
    }
    guard container.isRunning else { return (.none, false) }
    if let end = container.end, container.restarts > 0, let finished = end.finished {
      let isLooping = container.restarts > 1 && !subject.hasLasted(loopSeconds, since: finished)
      let isOwn = isShort(end) || !isFromOutside(end)
      if isOwn, isLooping || comesAgain(container, finished, subject) {
        let trouble = ended(end, container, subject)
        return (trouble, !container.isReady || isShort(end))
      }
      if container.isReady, isTold(end, finished, subject) { return (.restarted, false) }
    }
    if container.role == .initial { return (.working, false) }
    return (container.isReady && isStarted(container) ? .none : .unready, true)
  }

  private static func isStarted(_ container: ContainerCase) -> Bool {
    container.role != .sidecar || container.hasStarted || container.status["started"].isNull
  }

  /// A run that was over before the back-off would have been forgotten.
  private static func isShort(_ end: ContainerCase.End) -> Bool {
    guard let started = end.started, let finished = end.finished else { return true }
    return finished - started < loopSeconds
  }

  /// Ends every so often, though it runs longer in between than a crash loop: three times and more.
  private static func comesAgain(_ container: ContainerCase, _ finished: Int64, _ subject: Case) -> Bool {
    guard container.restarts > 2, subject.created > 0 else { return false }
    let interval = (finished - subject.created) / Int64(container.restarts)
    guard interval < 6 * 3_600 else { return false }
    return !subject.hasLasted(max(loopSeconds, 2 * interval), since: finished)
  }

  /// Whether a container that runs well again is worth a word about how it ended before.
  private static func isTold(_ end: ContainerCase.End, _ finished: Int64, _ subject: Case) -> Bool {
    if end.reason == "OOMKilled" { return !subject.hasLasted(recentMemorySeconds, since: finished) }
    return !isFromOutside(end) && !subject.hasLasted(recentSeconds, since: finished)
  }

  /// A node that starts anew ends all its containers, and they are none the worse for it.
  private static func isFromOutside(_ end: ContainerCase.End) -> Bool {
    if end.reason == "OOMKilled" { return false }
    return end.reason == "Unknown" || end.reason == "ContainerStatusUnknown"
      || [0, 143, 255].contains(end.exitCode)
  }

  // MARK: Waiting

  /// Source: pkg/kubelet/images/types.go, pkg/kubelet/kuberuntime, pkg/kubelet/container/sync_result.go.
  private static func waiting(_ container: ContainerCase, _ subject: Case) -> ContainerTrouble {
    switch container.waitingReason {
    case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError",
      "RegistryUnavailable", "SignatureValidationFailed":
      return .image
    case "CreateContainerConfigError":
      return StartFailure(container.waitingMessage).isKnown ? .start : .configuration
    case "PostStartHookError": return .hook
    case "CrashLoopBackOff":
      guard let end = container.end else { return .exit }
      return ended(end, container, subject)
    case "ContainerCreating", "PodInitializing": return .none
    // CreateContainerError, RunContainerError, and what runtimes and newer kubelets make of them.
    default: return .start
    }
  }

  // MARK: Ended

  private static func isFault(_ end: ContainerCase.End, _ container: ContainerCase, _ subject: Case) -> Bool {
    if end.exitCode != 0 { return subject.phase != "Succeeded" }
    // What ended well and shall run on is a fault; what runs to its end is done.
    return subject.restartPolicy == "Always" && container.role != .initial && subject.phase == "Running"
  }

  static func ended(_ end: ContainerCase.End, _ container: ContainerCase, _ subject: Case) -> ContainerTrouble
  {
    switch end.reason {
    case "OOMKilled": return .memory
    case "StartError", "ContainerCannotRun": return .start
    default: break
    }
    if StartFailure.isOfRuntime(end.message) { return .start }
    let hasHook = !container.spec["lifecycle"]["postStart"].isNull
    let probes = ProbeEvidence.killing(container)
    guard hasHook || !probes.isEmpty else { return .exit }
    let events = subject.warnings(about: container)
    if hasHook, events.contains(where: { $0.reason == "FailedPostStartHook" && touches($0, end) }) {
      return .hook
    }
    for probe in probes where ProbeEvidence.killed(end, by: probe, container, events) {
      return .probe(probe)
    }
    return .exit
  }

  /// Whether an event, or some of those counted together in it, fell into a run.
  static func touches(_ event: EventFact, _ end: ContainerCase.End) -> Bool {
    let slack: Int64 = 5
    let begin = (end.started ?? end.finished ?? 0) - slack
    return event.last >= begin && event.first <= (end.finished ?? Int64.max - slack) + slack
  }
}
