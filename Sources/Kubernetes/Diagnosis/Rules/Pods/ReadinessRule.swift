import Cluster
import Document

extension Rule {
  /// A container that runs and is not ready: what its readiness probe answers; or a pod whose readiness gates are closed.
  static let readiness = Rule(
    "readiness", "Containers that run and are not ready, readiness gates", of: ["v1/pods"],
    reads: ["v1/services", "discovery.k8s.io/v1/endpointslices"]
  ) { subject in
    let unready = subject.troubles.filter { $0.trouble == .unready }.compactMap {
      ReadinessFinding(subject, $0.container).finding
    }
    return unready + (unready.isEmpty ? [ReadinessGates.finding(subject)].compactMap { $0 } : [])
  }
}

private struct ReadinessFinding {
  let subject: Case
  let container: ContainerCase
  private let reading: ProbeReading
  private let isStarting: Bool

  init(_ subject: Case, _ container: ContainerCase) {
    self.subject = subject
    self.container = container
    let hasStartup = !container.spec["startupProbe"].isNull && !container.hasStarted
    isStarting = hasStartup
    reading = ProbeReading(hasStartup ? .startup : .readiness, container, [])
  }

  /// When the pod was found to be not ready any more, if it was ready in this run; nil when it never was.
  private var lostAt: Int64? {
    guard let since = subject.conditions.failing("ContainersReady")?.since,
      let running = container.runningSince,
      since > running + 1
    else { return nil }
    return since
  }

  var finding: Finding? {
    let begun = container.runningSince ?? subject.created
    if lostAt == nil || isStarting {
      // While a startup probe may still pass, the container is starting; when it does not, it is killed.
      guard subject.hasLasted(container.startSeconds, since: begun) else { return nil }
    }
    let since = lostAt ?? begun
    let reading = ProbeReading(reading.sort, container, subject.warnings(about: container))
    let word = LogWord(subject, container, previous: false)
    let blamed = blame(word)
    var finding = Finding(
      isStarting ? "starting-slowly" : "not-ready", of: subject.ref, part: container.name,
      key: "\(reading.sort.rawValue) \(reading.request)",
      subject.naming(container) + headline(reading) + (blamed.map { "; \($0)" } ?? ""), .error, since: since,
      verdict(reading, since))
    finding.evidence = reading.evidence + [previousEnd].compactMap { $0 }
    if let word, word.line.isComplaint { finding.evidence += word.evidence }
    finding.cause = word?.target?.cause
    if finding.cause == nil, let outage = outage(since) {
      finding.cause = outage
      finding.evidence.append(
        Evidence(.reckoned("the cluster's DNS"), "\(outage.headline): whoever looks up a name has to wait"))
    }
    finding.offers = [
      reading.probe.isNull ? nil : reading.byHand(subject), subject.logOffer(container, previous: false),
    ]
    .compactMap { $0 }
    return finding
  }

  private func headline(_ reading: ProbeReading) -> String {
    if reading.probe.isNull { return "runs and is not ready" }
    if isStarting { return "has not passed its startup probe yet: \(reading.request) \(reading.outcome)" }
    let begin = lostAt == nil ? "never passed" : "no longer passes"
    return "\(begin) its readiness probe: \(reading.request) \(reading.outcome)"
  }

  /// The cluster's name service, when it was away before this one was: without names most programs call themselves not ready.
  private func outage(_ since: Int64) -> Finding.Cause? {
    guard let outage = subject.dnsOutage(), outage.subject != subject.workload else { return nil }
    let service = subject.fact(outage.subject.kind, outage.subject.name, in: outage.subject.namespace)
    let begin = service.flatMap { Conditions($0.object["status"]["conditions"]).failing("Available")?.since }
    let slack: Int64 = 30
    return (begin.map { since >= $0 - slack } ?? true) ? outage : nil
  }

  /// What the log says is the matter, when it is another that does not answer.
  private func blame(_ word: LogWord?) -> String? {
    guard let word, let cause = word.cause else { return nil }
    switch cause.sort {
    case .unreachable, .unknownHost, .login, .certificate, .forbidden: return word.headline
    default: return nil
    }
  }

  private func verdict(_ reading: ProbeReading, _ since: Int64) -> Finding.Verdict {
    if lostAt == nil, reading.isRefused {
      return .unclear(
        "it has been running for \(Moment.lasting(since: since)), and nothing listens where the probe asks")
    }
    if lostAt == nil {
      return .unclear("it has never been ready in this run; it becomes ready as soon as the probe passes")
    }
    if let first = reading.failures.map(\.first).min(), first + 120 < since {
      return .unclear("it comes and goes: the probe has failed before, since \(Moment.mark(first))")
    }
    return .unclear("it becomes ready again as soon as the probe passes")
  }

  private var previousEnd: Evidence? {
    guard container.restarts > 0, let end = container.end else { return nil }
    return Evidence(
      .exit(container.name),
      "the run before ended with exit \(end.exitCode)\(end.reason.isEmpty ? "" : ", \(end.reason)")",
      at: end.finished)
  }
}

extension ContainerCase {
  /// A program may take so long to be ready before anybody is told of it, or longer where its probe allows it.
  var startSeconds: Int64 {
    let least: Int64 = 30
    if !spec["startupProbe"].isNull, !hasStarted {
      return Int64(ProbeReading(.startup, self, []).allowedSeconds) + least
    }
    return max(least, Int64(ProbeReading(.readiness, self, []).allowedSeconds))
  }
}

/// Conditions that others have to set before a pod counts as ready.
private enum ReadinessGates {
  static let patienceSeconds: Int64 = 30

  static func finding(_ subject: Case) -> Finding? {
    guard subject.stage == .live, let unready = subject.conditions.failing("Ready"),
      let ready = subject.conditions.holding("ContainersReady")
    else { return nil }
    let closed = subject.spec["readinessGates"].array.map { $0["conditionType"].line }.filter {
      !$0.isEmpty && subject.conditions.holding($0) == nil
    }
    guard let gate = closed.first, subject.hasLasted(patienceSeconds, since: ready.since ?? unready.since)
    else {
      return nil
    }
    let names = closed.joined(separator: ", ")
    var finding = Finding(
      "readiness-gate", of: subject.ref, key: names,
      "waits for the readiness gate \(Wording.shortened(names, to: 60))",
      .error, since: ready.since ?? unready.since,
      .unclear("its containers are ready; whoever sets this condition has to do so"))
    if let condition = subject.conditions[gate] {
      finding.evidence.append(condition.evidence)
    } else {
      finding.evidence.append(
        Evidence(.absence("condition \(gate)"), "nobody has set the condition \(gate) yet"))
    }
    finding.evidence.append(unready.evidence)
    return finding
  }
}
