import Document

/// Reads from events whether the kubelet killed a container because of a probe: its status says no word of it.
///
/// Source: pkg/kubelet/prober (event Unhealthy), pkg/kubelet/kuberuntime (the kill follows the last allowed failure).
enum ProbeEvidence {
  /// The probes of a container that have it killed when they fail.
  static func killing(_ container: ContainerCase) -> [ContainerTrouble.ProbeSort] {
    [.startup, .liveness].filter { !container.spec[$0.field].isNull }
  }

  /// What a probe answered when it failed, the newest first.
  static func failures(of probe: ContainerTrouble.ProbeSort, _ events: [EventFact]) -> [EventFact] {
    events.filter {
      $0.reason == "Unhealthy"
        && ($0.message.hasPrefix("\(probe.title) probe failed")
          || $0.message.hasPrefix("\(probe.title) probe errored"))
    }
  }

  static func killed(
    _ end: ContainerCase.End, by probe: ContainerTrouble.ProbeSort, _ container: ContainerCase,
    _ events: [EventFact]
  ) -> Bool {
    let failures = failures(of: probe, events).filter { TroubledContainer.touches($0, end) }
    let count = failures.reduce(0) { $0 + $1.count }
    guard count > 0 else { return false }
    // Killed, asked to end, or ended by itself when it was asked to.
    if [0, 130, 137, 143].contains(end.exitCode) { return true }
    let threshold = container.spec[probe.field]["failureThreshold"].smallCount ?? 3
    return count >= threshold * max(1, container.restarts)
  }

  /// What a probe said, without who asked: "HTTP probe failed with statuscode: 503".
  static func answer(_ event: EventFact) -> String {
    guard let colon = event.message.firstRange(of: ": ") else { return event.message }
    return String(event.message[colon.upperBound...])
  }
}
