import Cluster
import Document

extension Rule {
  /// A container that the kubelet kills again and again because its liveness or startup probe fails.
  static let probe = Rule(
    "probe", "Containers killed by their liveness or startup probe", of: ["v1/pods"]
  ) { subject in
    subject.troubles.compactMap { troubled in
      guard case .probe(let sort) = troubled.trouble else { return nil }
      return ProbeRule.finding(subject, troubled, sort)
    }
  }
}

private enum ProbeRule {
  static func finding(_ subject: Case, _ troubled: TroubledContainer, _ sort: ContainerTrouble.ProbeSort)
    -> Finding
  {
    let container = troubled.container
    let reading = ProbeReading(sort, container, subject.warnings(about: container))
    let lived = lifetime(container)
    let never = sort == .startup || neverPassed(subject, container, reading)
    let headline =
      never
      ? "killed by its \(sort.rawValue) probe before it is up: \(reading.outcome)"
      : "killed by its \(sort.rawValue) probe: \(reading.request) \(reading.outcome)"
    var finding = Finding(
      sort == .startup ? "probe-startup" : "probe-liveness", of: subject.ref, part: container.name,
      key: "\(sort.rawValue) \(reading.request)", subject.naming(container) + headline,
      troubled.isFailing ? .error : .warning, since: subject.brokenSince(container),
      verdict(container, reading, never, troubled.isFailing))
    finding.evidence = reading.evidence
    if let end = container.end {
      let after = lived.map { " after \(Age.text(seconds: $0))" } ?? ""
      finding.evidence.append(
        Evidence(
          .exit(container.name), "exit \(end.exitCode)\(after), restarted \(container.restarts) times",
          at: end.finished))
    }
    if never, let lived {
      finding.evidence.append(
        Evidence(
          .reckoned("delay + period x failures"),
          "the probe allows it about \(reading.allowedSeconds)s to come up; it lived \(Age.text(seconds: lived))"
        ))
    }
    let word = subject.lastWords(container)
    if let word, word.line.isComplaint { finding.evidence += word.evidence }
    finding.cause = word?.target?.cause
    finding.offers = [
      reading.byHand(subject), patience(subject, container, reading, never),
      subject.logOffer(container, previous: !container.hasEnded),
    ]
    .compactMap { $0 }
    return finding
  }

  /// Whether it was killed at the first chance that the probe had. One that hears nothing lives on for its time of grace.
  private static func neverPassed(_ subject: Case, _ container: ContainerCase, _ reading: ProbeReading)
    -> Bool
  {
    guard let lived = lifetime(container), !(container.isRunning && container.isReady) else { return false }
    let grace = Int64(subject.spec["terminationGracePeriodSeconds"].smallCount ?? 30)
    let decided = container.end?.exitCode == 137 ? lived - grace : lived
    return decided <= Int64(reading.allowedSeconds + reading.periodSeconds / 2 + 2)
  }

  private static func lifetime(_ container: ContainerCase) -> Int64? {
    guard let started = container.end?.started, let finished = container.end?.finished else { return nil }
    return max(0, finished - started)
  }

  private static func verdict(
    _ container: ContainerCase, _ reading: ProbeReading, _ never: Bool, _ isFailing: Bool
  ) -> Finding.Verdict {
    if reading.probe["exec"].isNull == false, reading.outcome.hasPrefix("cannot run") {
      return .hopeless("the probe's command is not in the image")
    }
    if never, container.restarts > 2 {
      return .hopeless("killed \(container.restarts) times, never up in the time that the probe allows")
    }
    if container.restarts > 2 {
      return .unclear("killed and started again \(container.restarts) times; each time it runs for a while")
    }
    return .unclear("it is started again; whether it passes then is not to be seen yet")
  }

  /// More time to start, or to answer.
  private static func patience(
    _ subject: Case, _ container: ContainerCase, _ reading: ProbeReading, _ never: Bool
  ) -> Offer? {
    guard let target = subject.kubectlTarget else { return nil }
    let change: (title: String, field: String)
    if never, reading.sort == .startup {
      let threshold = reading.failureThreshold * 3
      change = (
        "allow it three times as long to start", "\"startupProbe\":{\"failureThreshold\":\(threshold)}"
      )
    } else if never {
      let delay = reading.allowedSeconds * 2
      change = ("let the probe begin later", "\"livenessProbe\":{\"initialDelaySeconds\":\(delay)}")
    } else if reading.timedOut, reading.timeoutSeconds < 5 {
      change = ("give the probe 5s to answer", "\"livenessProbe\":{\"timeoutSeconds\":5}")
    } else {
      return nil
    }
    let patch =
      "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"\(container.name)\",\(change.field)}]}}}}"
    return Offer(change.title, .command("kubectl patch \(target) -p \(Shell.quoted(patch))"))
  }
}
