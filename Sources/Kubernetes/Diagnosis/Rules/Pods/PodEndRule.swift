import Cluster
import Document

extension Rule {
  /// A pod that was ended or refused as a whole: evicted, preempted, refused by its node, over its deadline.
  ///
  /// Source: Kubernetes, "Node-pressure Eviction", "Disruptions"; pkg/kubelet/lifecycle (admission), pkg/kubelet/eviction.
  static let podEnd = Rule(
    "pod-end", "Pods that were evicted, preempted, refused or out of time", of: ["v1/pods"],
    reads: ["v1/nodes", "batch/v1/jobs"]
  ) { subject in
    guard subject.stage == .over, subject.phase == "Failed", !subject.judgesContainers else { return [] }
    return [PodEnd(subject).finding].compactMap { $0 }
  }
}

private struct PodEnd {
  let subject: Case
  private let message: String
  private let since: Int64?

  /// What was ended so long ago is only a leftover.
  static let freshSeconds: Int64 = 3_600

  init(_ subject: Case) {
    self.subject = subject
    message = LogLine.trimmed(subject.status["message"].line)
    since =
      subject.conditions.holding("DisruptionTarget")?.since ?? subject.conditions["Ready"]?.since
      ?? subject.containers.compactMap { $0.end?.finished }.max() ?? subject.created
  }

  var finding: Finding? {
    let disruption = subject.conditions.holding("DisruptionTarget")
    let (rule, headline, ground, isOfNode) = words(disruption?.reason ?? "")
    if case .overcome = subject.aftermath { return nil }
    var finding = Finding(
      rule, of: subject.ref, key: rule, headline, severity, since: since, verdict(ground))
    finding.evidence = [
      Evidence(
        .field("status.reason"), [subject.podReason, message].filter { !$0.isEmpty }.joined(separator: ": "),
        at: since),
      disruption?.evidence,
    ].compactMap { $0 }
    if isOfNode, !subject.node.isEmpty {
      let node = ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node)
      finding.cause = Finding.Cause(node, "node \(subject.node): \(nodeWords(rule))")
      finding.offers.append(Offer("look at node \(subject.node)", .view(.describe(node))))
    }
    if case .replaced = subject.aftermath {
      finding.offers.append(
        Offer("delete what is left of it", .change(Change(.delete(Change.Deletion()), subject.ref))))
    }
    return finding
  }

  private var severity: Finding.Severity {
    let isFresh = !subject.hasLasted(Self.freshSeconds, since: since)
    switch subject.aftermath {
    case .none, .givenUp: return .error
    case .replaced: return isFresh && subject.podReason == "Evicted" ? .warning : .notice
    case .retrying: return .warning
    case .overcome: return .notice
    }
  }

  private func verdict(_ ground: String) -> Finding.Verdict {
    switch subject.aftermath {
    case .none, .givenUp: .hopeless(ground)
    case .replaced: .heals("its controller makes another pod in its place")
    case .retrying(let words): .heals(words)
    case .overcome: .heals("a later try went well")
    }
  }

  private func nodeWords(_ rule: String) -> String {
    rule == "evicted"
      ? "runs short and evicts pods" : rule == "node-shutdown" ? "was shut down" : "refuses pods"
  }

  private func words(_ disruption: String) -> (rule: String, headline: String, ground: String, isOfNode: Bool)
  {
    let stays = "the pod is over and nobody makes it again"
    switch subject.podReason {
    case "Evicted": return evicted(stays)
    case "DeadlineExceeded":
      let limit =
        subject.spec["activeDeadlineSeconds"].smallCount.map { " of \(Age.text(seconds: Int64($0)))" } ?? ""
      return ("pod-deadline", "ended: it ran longer than its deadline\(limit)", stays, false)
    case "Preempting", "Preempted":
      return ("preempted", "thrown off its node for a pod of higher priority", stays, false)
    case "Terminated", "Shutdown", "NodeShutdown":
      return ("node-shutdown", "ended because its node was shut down", stays, true)
    case "NodeAffinity":
      return ("refused-by-node", "refused by its node: the node's labels no longer fit", stays, false)
    case "NodePorts": return ("refused-by-node", "refused by its node: a host port is taken", stays, false)
    case let reason where reason.hasPrefix("OutOf"):
      let resource = reason.dropFirst("OutOf".count)
      return ("refused-by-node", "refused by its node: no \(resource) left when it came", stays, true)
    case "UnexpectedAdmissionError":
      return ("refused-by-node", "refused by its node: \(Wording.shortened(cause, to: 80))", stays, true)
    case "TopologyAffinityError":
      return ("refused-by-node", "refused by its node: its resources are not on one NUMA node", stays, false)
    case "": break
    case let reason:
      return (
        "pod-failed",
        "ended as a whole: \(reason)\(message.isEmpty ? "" : ": \(Wording.shortened(message, to: 80))")",
        stays, false
      )
    }
    switch disruption {
    case "PreemptionByScheduler":
      return ("preempted", "thrown off its node for a pod of higher priority", stays, false)
    case "DeletionByTaintManager": return ("evicted-by-taint", "thrown off its node by a taint", stays, true)
    case "EvictionByEvictionAPI": return ("evicted-by-api", "evicted by a person or a drain", stays, false)
    case "DeletionByPodGC": return ("node-gone", "its node is gone", stays, true)
    default: return ("pod-failed", "ended as a whole", stays, false)
    }
  }

  private var cause: String {
    let said = Wording(message)
    return said.behind("due to ").map(String.init) ?? message
  }

  private func evicted(_ stays: String) -> (rule: String, headline: String, ground: String, isOfNode: Bool) {
    let said = Wording(message)
    if let volume = said.quoted(behind: "usage of emptydir volume"),
      let limit = said.quoted(behind: "exceeds the limit")
    {
      return ("evicted-own", "evicted: its volume \(volume) took more than \(limit)", stays, false)
    }
    if said.has(
      "ephemeral local storage usage exceeds", "ephemeral storage limit", "exceeded its local ephemeral")
    {
      return ("evicted-own", "evicted: it wrote more to the node's disk than its limit", stays, false)
    }
    if let resource = said.word(behind: "low on resource: ") {
      return ("evicted", "evicted: its node ran short of \(resource)", stays, true)
    }
    if let condition = said.behind("had condition: [").map({ String($0.prefix { $0 != "]" }) }) {
      return ("evicted", "evicted: its node had \(condition)", stays, true)
    }
    return (
      "evicted", "evicted from its node" + (message.isEmpty ? "" : ": \(Wording.shortened(message, to: 80))"),
      stays, true
    )
  }
}
