import Cluster
import Document

extension Rule {
  /// A container that took more memory than its limit, or than the node had.
  ///
  /// Source: Kubernetes, "Assign Memory Resources to Containers and Pods"; pkg/kubelet/kuberuntime (reason OOMKilled).
  static let memory = Rule(
    "memory", "Containers that run out of memory, by their limit or with their node", of: ["v1/pods"],
    reads: ["v1/nodes"]
  ) { subject in
    subject.troubles.filter { $0.trouble == .memory }.map { MemoryFinding(subject, $0).finding }
  }
}

/// What is said of a container that was killed for the memory it took.
struct MemoryFinding {
  let subject: Case
  let container: ContainerCase
  let isFailing: Bool

  init(_ subject: Case, _ troubled: TroubledContainer) {
    self.subject = subject
    container = troubled.container
    isFailing = troubled.isFailing
  }

  private var limit: (text: String, field: String)? {
    let own = container.spec["resources"]["limits"]["memory"]
    if !own.isNull { return (own.amount, "\(container.field).resources.limits.memory") }
    let pod = subject.spec["resources"]["limits"]["memory"]
    return pod.isNull ? nil : (pod.amount, "spec.resources.limits.memory")
  }

  var finding: Finding {
    let headline: String
    if let limit {
      headline = "out of memory: it takes more than its limit of \(limit.text)"
    } else {
      headline = "killed for memory: it has no limit, so its node had none left"
    }
    var finding = Finding(
      limit == nil ? "oom-node" : "oom-limit", of: subject.ref, part: container.name,
      key: "oom \(limit?.text ?? "")", subject.naming(container) + headline, isFailing ? .error : .warning,
      since: subject.brokenSince(container), verdict
    ).with(evidence)
    if limit == nil, !subject.node.isEmpty {
      finding.cause = Finding.Cause(
        ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node),
        "node \(subject.node) ran out of memory")
    }
    return finding.offering(Offer("see its memory over time", .view(.chart(subject.ref))), raise)
  }

  private var lasted: Int64? {
    guard let end = container.end, let started = end.started, let finished = end.finished else { return nil }
    return finished - started
  }

  private var verdict: Finding.Verdict {
    let times = container.restarts
    if !isFailing { return .unclear("it runs now; it comes again when it takes as much memory again") }
    guard times > 1 else {
      return .unclear("it has happened once; whether it comes again is not to be seen yet")
    }
    let after = lasted.map { ", the last time after \(Age.text(seconds: $0))" } ?? ""
    return .hopeless("it has been killed about \(times) times\(after): it needs more, or leaks")
  }

  private var evidence: [Evidence] {
    var found: [Evidence] = []
    if let end = container.end {
      let after = lasted.map { " after \(Age.text(seconds: $0))" } ?? ""
      found.append(
        Evidence(.exit(container.name), "OOMKilled (exit \(end.exitCode))\(after)", at: end.finished))
    }
    if let limit {
      found.append(Evidence(.field(limit.field), limit.text))
      let request = container.spec["resources"]["requests"]["memory"]
      if !request.isNull {
        found.append(Evidence(.field("\(container.field).resources.requests.memory"), request.amount))
      }
    } else {
      found.append(Evidence(.absence("memory limit"), "the container has no memory limit of its own"))
    }
    if container.restarts > 0 {
      found.append(
        Evidence(
          .field("status.\(container.name).restartCount"), "restarted \(container.restarts) times so far"))
    }
    if let next = subject.nextTry(container) { found.append(next) }
    return found
  }

  /// Twice as much where it does not last a minute, half as much again where it does: it was close then.
  private var raise: Offer? {
    // No node has more than a few tebibytes: who writes more has not meant it.
    guard let limit, let amount = Quantity(limit.text), (1..<1 << 50).contains(amount.value),
      let target = subject.kubectlTarget
    else {
      return nil
    }
    let mebi: Int64 = 1_048_576
    let grown = (lasted ?? 0) < 60 ? amount.value * 2 : amount.value / 2 * 3
    let step: Int64 = grown > 1_024 * mebi ? 128 * mebi : 16 * mebi
    let wanted = Quantity((grown + step - 1) / step * step).text
    return Offer(
      "raise the limit to \(wanted)",
      .command("kubectl set resources \(target) -c \(container.name) --limits=memory=\(wanted)"))
  }
}

extension JSON {
  /// A quantity, whether it was written as a text or as a number.
  var amount: String { string.map { Quantity.canonical($0) ?? Moment.plain($0) } ?? (isNull ? "" : text) }
}
