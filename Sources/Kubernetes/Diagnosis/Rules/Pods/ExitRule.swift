import Cluster
import Document

extension Rule {
  /// A container that ends though it should run on, or ends badly: with what code, and what it said last.
  ///
  /// Source: Kubernetes, "Pod Lifecycle" (restart policy, CrashLoopBackOff).
  static let exit = Rule(
    "exit", "Containers that end: exit codes, signals, crash loops, and what the log says", of: ["v1/pods"],
    reads: ["v1/services", "discovery.k8s.io/v1/endpointslices", "batch/v1/jobs", "v1/nodes"]
  ) { subject in
    subject.troubles.filter { $0.trouble == .exit }.map { ExitFinding(subject, $0).finding }
  }
}

private struct ExitFinding {
  let subject: Case
  let container: ContainerCase
  let isFailing: Bool
  let end: ContainerCase.End?
  private let word: LogWord?

  init(_ subject: Case, _ troubled: TroubledContainer) {
    self.subject = subject
    container = troubled.container
    isFailing = troubled.isFailing
    end = container.end
    word = subject.lastWords(container)
  }

  private var code: Int { end?.exitCode ?? 0 }

  var finding: Finding {
    if let node = nodeOutOfMemory { return node }
    let isLoop = subject.restartPolicy != "Never" && container.restarts > 0
    var finding = Finding(
      isLoop ? "crash-loop" : "exit", of: subject.ref, part: container.name, key: "exit \(code)",
      subject.naming(container) + headline, severity, since: subject.brokenSince(container), verdict)
    finding.evidence =
      [ended] + (word?.evidence ?? []) + [restarts, subject.nextTry(container)].compactMap { $0 }
    finding.cause = word?.target?.cause
    if finding.cause == nil, let word, word.cause?.sort == .unknownHost || word.cause?.sort == .unreachable {
      finding.cause = subject.dnsOutage()
    }
    if word?.cause?.sort == .forbidden { finding.isConsequence = true }
    return finding.offering(
      subject.logOffer(container, previous: !container.hasEnded),
      Offer("look at its manifest", .view(.yaml(subject.ref))))
  }

  // MARK: Sentences

  private var headline: String {
    let how = phrase
    guard let word, word.line.isComplaint else {
      return how + (lasted.map { " after \($0)" } ?? "")
    }
    return "\(how): \(word.headline)"
  }

  /// "exits with 1", "is killed by SIGSEGV"
  private var phrase: String {
    guard let end else { return "keeps ending" }
    if end.signal != 0 { return "is killed by \(Signal.name(end.signal))" }
    switch code {
    case 0: return "ends with exit 0 instead of running on"
    case 126: return "ends with exit 126, a command cannot be executed"
    case 127: return "ends with exit 127, a command was not found"
    case 129...159: return "is killed by \(Signal.name(code - 128)) (exit \(code))"
    default: return "ends with exit \(code)"
    }
  }

  private var lasted: String? {
    guard let end, let started = end.started, let finished = end.finished, finished >= started else {
      return nil
    }
    return Age.text(seconds: finished - started)
  }

  private var ended: Evidence {
    guard let end else {
      return Evidence(.field("status.\(container.name)"), container.waitingReason, in: subject.ref)
    }
    var text = "exit \(code)"
    if !["", "Error", "Completed"].contains(end.reason) { text += ", \(end.reason)" }
    if let meaning = ExitMeaning.of(code, signal: end.signal) { text += " (\(meaning))" }
    if let lasted { text += " after \(lasted)" }
    let message = KubeletMessage.cause(end.message)
    if !message.isEmpty { text += ": \(message)" }
    return Evidence(.exit(container.name), text, at: end.finished)
  }

  private var restarts: Evidence? {
    guard container.restarts > 0 else { return nil }
    let times = container.restarts == 1 ? "once" : "\(container.restarts) times"
    return Evidence(.field("status.\(container.name).restartCount"), "restarted \(times) so far")
  }

  // MARK: Judgement

  private var severity: Finding.Severity {
    switch subject.phase == "Failed" ? subject.aftermath : .none {
    case .none: isFailing ? .error : .warning
    case .givenUp: .error
    case .retrying: .warning
    case .overcome, .replaced: .notice
    }
  }

  private var verdict: Finding.Verdict {
    if subject.phase == "Failed" {
      switch subject.aftermath {
      case .none: return .hopeless("the pod is over and is not started again")
      case .givenUp: return .hopeless("its Job has given up")
      case .retrying(let ground): return .heals(ground)
      case .overcome: return .heals("a later try of its Job went well")
      case .replaced: return .heals("another pod took its place")
      }
    }
    if let word, let cause = word.cause {
      let isMissing = word.target?.trouble?.hasPrefix("there is no") ?? false
      guard cause.isHopeless || isMissing else { return .unclear(cause.ground) }
      // What prepares the user, the file or the port may still be at work.
      return container.restarts < Arrival.restarts
        ? .unclear("it may still be on its way: \(cause.ground)") : .hopeless(cause.ground)
    }
    if code == 126 || code == 127 { return .hopeless("the image and its command stay what they are") }
    let times = container.restarts
    if !isFailing { return .unclear("it runs now, as it did before it ended the last time") }
    if code == 0 {
      return .hopeless("it is started again for ever and ends each time; it may not be meant to run on")
    }
    if times > 2 { return .unclear("it has ended \(times) times, and starting it again did not help") }
    return .unclear("it is started again; whether that helps is not to be seen yet")
  }

  /// Killed because the whole node was out of memory: told by an event about the node.
  private var nodeOutOfMemory: Finding? {
    guard code == 137, let end, let finished = end.finished, !subject.node.isEmpty else { return nil }
    // The kubelet names the node where others give its UID.
    let node = ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node, uid: subject.node)
    let slack: Int64 = 60
    let event = subject.events(of: node).first {
      $0.reason == "SystemOOM" && $0.first <= finished + slack && $0.last >= finished - slack
    }
    guard let event else { return nil }
    var finding = Finding(
      "oom-node", of: subject.ref, part: container.name,
      subject.naming(container) + "killed because its node ran out of memory", isFailing ? .error : .warning,
      since: finished, .unclear("it is started again; the node may run out of memory again")
    ).with(Evidence(.event(event.reason), event.message, at: event.last, in: node), ended)
    finding.cause = Finding.Cause(
      ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node), "node \(subject.node) ran out of memory"
    )
    return finding.offering(Offer("look at node \(subject.node)", .view(.describe(node))))
  }
}
