import Cluster
import Document

extension Rule {
  /// An init container that does not come to its end: what it waits for, by its log.
  ///
  /// Source: Kubernetes, "Init Containers"; "Sidecar Containers".
  static let initial = Rule(
    "init", "Init containers that work or wait for long", of: ["v1/pods"],
    reads: ["v1/services", "discovery.k8s.io/v1/endpointslices"]
  ) { subject in
    subject.troubles.filter { $0.trouble == .working }.compactMap {
      InitFinding(subject, $0.container).finding
    }
  }
}

private struct InitFinding {
  let subject: Case
  let container: ContainerCase

  /// Waiting for others at a start is common for so long.
  static let waitSeconds: Int64 = 30
  /// A migration may take a while.
  static let workSeconds: Int64 = 300

  init(_ subject: Case, _ container: ContainerCase) {
    self.subject = subject
    self.container = container
  }

  var finding: Finding? {
    let since = container.runningSince ?? subject.created
    guard subject.hasLasted(Self.waitSeconds, since: since) else { return nil }
    let word = LogWord(subject, container, previous: false)
    let awaited = awaited(word)
    guard awaited != nil || subject.hasLasted(Self.workSeconds, since: since) else { return nil }
    let headline: String
    if let awaited {
      headline = "init container \(container.name) waits: \(awaited.text)"
    } else {
      headline = "init container \(container.name) does not come to its end"
    }
    var finding = Finding(
      "init-waits", of: subject.ref, part: container.name, key: container.name, headline,
      awaited == nil ? .warning : .error, since: since, verdict(awaited, since))
    finding.evidence = awaited.map { $0.evidence } ?? word?.evidence ?? []
    finding.evidence.append(
      Evidence(
        .field("status.\(container.name).state.running"), "running for \(Moment.lasting(since: since))",
        at: since))
    let command = (container.spec["command"].array + container.spec["args"].array).map(\.line).joined(
      separator: " ")
    if !command.isEmpty {
      finding.evidence.append(
        Evidence(.field("\(container.field).command"), Wording.shortened(command, to: 160)))
    }
    let later = subject.containers.filter { $0.role == .regular }.map(\.name).joined(separator: ", ")
    finding.evidence.append(
      Evidence(.reckoned("the order of init containers"), "nothing after it starts before: \(later)"))
    finding.cause = awaited?.cause
    return finding.offering(subject.logOffer(container, previous: false))
  }

  private struct Awaited {
    var text: String
    var evidence: [Evidence]
    var cause: Finding.Cause?
    /// Whether what it waits for is not even there.
    var isMissing = false
  }

  /// What the log says it waits for.
  private func awaited(_ word: LogWord?) -> Awaited? {
    guard let word, word.line.isComplaint else { return nil }
    if word.cause != nil {
      return Awaited(
        text: word.headline, evidence: word.evidence,
        cause: word.target?.cause ?? subject.dnsOutage(),
        isMissing: word.target?.trouble?.hasPrefix("there is no") ?? false)
    }
    let said = Wording(word.line.text)
    guard said.has("wait"), let name = said.word(behind: "waiting for ") ?? said.word(behind: "wait for ")
    else {
      return Awaited(text: Wording.shortened(word.line.text, to: 60), evidence: word.evidence)
    }
    let target = ServiceTarget(name, from: subject)
    return Awaited(
      text: "for \(name)" + (target?.trouble.map { ", but \($0)" } ?? ""),
      evidence: word.evidence + (target?.evidence ?? []),
      cause: target?.cause, isMissing: target?.trouble?.hasPrefix("there is no") ?? false)
  }

  private func verdict(_ awaited: Awaited?, _ since: Int64) -> Finding.Verdict {
    guard let awaited else { return .unclear("it may be at work, or wait for something; its log would tell") }
    if awaited.isMissing {
      return subject.hasLasted(Arrival.seconds, since: since)
        ? .hopeless("what it waits for does not exist, so it waits for ever")
        : .unclear("what it waits for does not exist; it may still be on its way")
    }
    return .unclear("it goes on as soon as what it waits for is there")
  }
}
