import Cluster
import Document

extension Rule {
  /// Pods that wait in vain for an answer because a network policy lets no such request out.
  ///
  /// networking.k8s.io/v1: a pod that some policy with policyTypes Egress selects may do only what one of them allows.
  static let isolation = Rule(
    "isolation", "network policies that keep a failing pod from what it asks for", of: ["v1/pods"],
    reads: ["networking.k8s.io/v1/networkpolicies"]
  ) { subject in
    if subject.isEnding { return [] }
    return [Isolation(subject).finding()].compactMap { $0 }
  }
}

private struct Isolation {
  /// A container that starts may wait for others for a while.
  static let startSeconds: Int64 = 60

  let subject: Case
  init(_ subject: Case) { self.subject = subject }

  /// What a container's log says it waited for in vain.
  private struct Wish {
    var container: String
    var line: String
    /// nil where the line does not tell.
    var port: Int?
    var isLookup: Bool
  }

  func finding() -> Finding? {
    guard let wish = wish(),
      let policies = subject.list("networking.k8s.io/v1/networkpolicies"), !policies.isEmpty
    else { return nil }
    let labels = Dictionary(
      subject.labels.members.map { ($0.key, $0.value.string ?? "") }, uniquingKeysWith: { first, _ in first })
    let mine = policies.filter { policy in
      let spec = policy["spec"]
      let restricts = spec["policyTypes"].array.contains("Egress") || !spec["egress"].array.isEmpty
      return restricts && LabelTerms(spec["podSelector"]).fits(labels)
    }
    guard let first = mine.first, let port = wish.isLookup ? 53 : wish.port else { return nil }
    // Whom a rule lets through is not reckoned: a rule for the port is taken as enough.
    let isAllowed = mine.contains { policy in
      policy["spec"]["egress"].array.contains { rule in
        rule["ports"].array.isEmpty || rule["ports"].array.contains { Self.allows($0, port) }
      }
    }
    if isAllowed { return nil }
    let name = first["metadata"]["name"].line
    let policy = ObjectRef(
      kind: "networking.k8s.io/v1/networkpolicies", namespace: subject.ref.namespace, name: name)
    let what = wish.isLookup ? "look up names (port 53)" : "reach port \(port)"
    let count = mine.count > 1 ? " and \(mine.count - 1) more" : ""
    return Finding(
      "network-policy", of: subject.ref, part: wish.container, key: "network-policy \(name) \(port)",
      "network policy \(name)\(count) does not let it \(what)",
      since: subject.conditions.failing("Ready")?.since,
      .hopeless("it waits in vain as long as no policy allows that, where the network enforces policies")
    ).with(
      Evidence(.log(wish.container), wish.line),
      Evidence(
        .field("spec.egress"),
        mine.allSatisfy { $0["spec"]["egress"].array.isEmpty }
          ? "no rule: nothing is let out" : "no rule for port \(port)", in: policy)
    ).causedBy(
      Finding.Cause(policy, "network policy \(name) does not let pods \(what)")
    ).offering(Offer("look at the policy", .view(.describe(policy))))
  }

  /// A port may be a number, a range, a name (of no number that could be known here) or all.
  private static func allows(_ rule: JSON, _ port: Int) -> Bool {
    guard let number = rule["port"].int32 else { return true }
    return number...max(number, rule["endPort"].int32 ?? number) ~= port
  }

  private func wish() -> Wish? {
    for container in subject.containers where !container.isReady && container.role != .ephemeral {
      // The same log that is read to say why it fails; what has not run or just started has nothing to say.
      let isTrying =
        container.isRunning && subject.hasLasted(Self.startSeconds, since: container.runningSince)
      guard container.end != nil || isTrying else { continue }
      guard let word = LogWord(subject, container, previous: !container.isRunning && !container.hasEnded),
        let wish = Self.read(word, container.name)
      else { continue }
      return wish
    }
    return nil
  }

  /// No answer at all; a refusal is none of a policy: something answered.
  private static func read(_ word: LogWord, _ container: String) -> Wish? {
    let line = word.line.raw
    let lower = line.lowercased()
    let lookups = ["temporary failure in name resolution", "eai_again", "name resolution timed out"]
    let isTimeout = ["timeout", "timed out", "etimedout", "deadline exceeded"].contains(where: lower.contains)
    let isLookup = lookups.contains(where: lower.contains) || isTimeout && lower.contains("lookup ")
    guard isTimeout || isLookup else { return nil }
    let port = word.cause?.target.split(separator: ":").last.flatMap { Int($0) }
    return Wish(container: container, line: Moment.plain(line), port: port, isLookup: isLookup)
  }
}
