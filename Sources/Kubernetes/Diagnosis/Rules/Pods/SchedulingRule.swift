import Cluster
import Document

extension Rule {
  /// A pod that no node takes: what each node lacks, and the smallest change that would do.
  ///
  /// Source: Kubernetes, "Scheduling, Preemption and Eviction"; "Pod Scheduling Readiness" (gates).
  static let scheduling = Rule(
    "scheduling", "Pods that no node takes, node by node", of: ["v1/pods"],
    reads: ["v1/nodes", "v1/persistentvolumeclaims", "v1/persistentvolumes"]
  ) { subject in
    guard subject.stage == .unscheduled else { return [] }
    return [SchedulingFinding(subject).finding].compactMap { $0 }
  }
}

private struct SchedulingFinding {
  let subject: Case
  private let said: SchedulerMessage
  private let since: Int64

  /// A pod that no scheduler has touched for so long is nobody's.
  static let untouchedSeconds: Int64 = 60
  /// Room comes and goes while other pods end; what cannot change by itself is told at once.
  static let patienceSeconds: Int64 = 10

  init(_ subject: Case) {
    self.subject = subject
    said = SchedulerMessage(subject.conditions["PodScheduled"]?.message ?? "")
    since = subject.conditions["PodScheduled"]?.since ?? subject.created
  }

  var finding: Finding? {
    guard let condition = subject.conditions["PodScheduled"] else { return untouched }
    if condition.reason == "SchedulingGated" { return gated }
    guard condition.isFalse else { return nil }
    // The claims' own rule tells what is wrong with them.
    if let claim = ClaimTrouble.unbound(subject, said) { return claim.with(condition.evidence) }
    return unschedulable(condition)
  }

  // MARK: Not even tried

  private var untouched: Finding? {
    guard subject.hasLasted(Self.untouchedSeconds, since: subject.created) else { return nil }
    let name = subject.spec["schedulerName"].line
    let isOwn = !name.isEmpty && name != "default-scheduler"
    let headline = isOwn ? "no scheduler named \(name) takes it up" : "the scheduler does not take it up"
    return Finding(
      "scheduler-missing", of: subject.ref, headline, .error, since: subject.created,
      isOwn
        ? .hopeless("as long as nobody runs a scheduler of that name")
        : .unclear("the scheduler is down, or far behind")
    ).with(
      Evidence(.field("spec.schedulerName"), name.isEmpty ? "default-scheduler" : name),
      Evidence(.absence("condition PodScheduled"), "no scheduler has said anything of it"))
  }

  private var gated: Finding? {
    let gates = subject.spec["schedulingGates"].array.map { $0["name"].line }
    guard subject.hasLasted(Self.untouchedSeconds, since: since) else { return nil }
    let names = gates.joined(separator: ", ")
    return Finding(
      "scheduling-gate", of: subject.ref, key: names,
      "held back by the scheduling gate\(gates.count == 1 ? "" : "s") \(names)",
      .warning, since: since, .unclear("whoever set the gate has to take it away; then it is scheduled")
    ).with(Evidence(.field("spec.schedulingGates"), names, at: since))
  }

  // MARK: No node

  private func unschedulable(_ condition: Conditions.Condition) -> Finding? {
    let nodes = subject.facts("v1/nodes", in: "")
    // Pods of one ReplicaSet ask for the same; those of a StatefulSet have volumes of their own.
    let isOwn = subject.owner == nil || subject.owner?.kind == "apps/v1/statefulsets"
    let who = isOwn ? subject.ref.uid : subject.owner?.uid ?? ""
    let (solution, nodeLines) = subject.once("placing \(who) \(condition.message)") {
      let fit = nodes == nil ? nil : NodeFit(subject)
      let verdicts = (nodes ?? []).sorted { $0.ref.name < $1.ref.name }.compactMap { node in
        fit.map { NodeVerdict(node: node, obstacles: $0.obstacles(node)) }
      }
      return (Placing(verdicts, said), evidence(verdicts))
    }
    guard solution.isHopeless || subject.hasLasted(Self.patienceSeconds, since: since) else { return nil }
    // Requests of other pods come and go without a word to this one.
    subject.review(inSeconds: 60)
    var finding = Finding(
      "unschedulable", of: subject.ref, key: "unschedulable", solution.headline, .error, since: since,
      verdict(solution))
    finding.evidence =
      [condition.evidence] + nodeLines + [solution.change].compactMap { $0 }
      + [preempting].compactMap { $0 }
    finding.cause = solution.cause
    finding.offers = solution.offers
    return finding
  }

  private func verdict(_ solution: Placing) -> Finding.Verdict {
    let nominated = subject.status["nominatedNodeName"].line
    if !nominated.isEmpty {
      return .heals("others are being moved off node \(nominated) to make room for it")
    }
    guard solution.isHopeless else { return .unclear(solution.ground) }
    // Who adds nodes matters as long as one may still come: later nothing depends on it.
    if !subject.hasLasted(NodeGrowth.seconds, since: since),
      solution.wantsOtherNodes || NodeGrowth.isSeen(subject)
    {
      return .unclear("none of the nodes would ever take it; an autoscaler may still add one that does")
    }
    return .hopeless(solution.ground)
  }

  private var preempting: Evidence? {
    let nominated = subject.status["nominatedNodeName"].line
    if !nominated.isEmpty { return Evidence(.field("status.nominatedNodeName"), nominated) }
    guard let priority = subject.spec["priority"].int, priority != 0 else { return nil }
    return Evidence(
      .field("spec.priority"),
      "priority \(priority): \(said.preemption.isEmpty ? "no pod of lower priority can make room" : Wording.shortened(said.preemption, to: 120))"
    )
  }

  /// One line a node, or one for nodes of the same trouble where they are many.
  private func evidence(_ verdicts: [NodeVerdict]) -> [Evidence] {
    let most = 10
    if verdicts.count <= most {
      return verdicts.map { verdict in
        Evidence(.reckoned("node \(verdict.node.ref.name)"), verdict.words, in: verdict.node.ref)
      }
    }
    let groups = Dictionary(grouping: verdicts) { $0.obstacles.map(\.sort).sorted().joined(separator: ", ") }
    return groups.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }.prefix(most).map {
      key, nodes in
      let names =
        nodes.prefix(3).map(\.node.ref.name).joined(separator: ", ") + (nodes.count > 3 ? ", ..." : "")
      return Evidence(
        .reckoned("\(nodes.count) node\(nodes.count == 1 ? "" : "s")"),
        "\(key.isEmpty ? "nothing in the way that is to be seen here" : key) (\(names))")
    }
  }
}

/// A node with what is in a pod's way there.
struct NodeVerdict {
  let node: Fact
  let obstacles: [Obstacle]

  var words: String {
    obstacles.isEmpty
      ? "nothing in the way that is to be seen here" : obstacles.map(\.words).joined(separator: ", ")
  }
}
