import Cluster
import Document

extension Rule {
  /// Any custom object that says by its conditions that it is not well.
  ///
  /// "Typical status properties" in the Kubernetes API conventions. Only types whose meaning is common are read: of others nobody
  /// can tell whether True is good.
  static let convention = Rule(
    "convention", "custom objects by the conditions convention", of: [Rule.everyKind]
  ) { subject in
    guard !subject.isEnding, Custom.isCustom(subject.ref.kind), !Custom.hasOwnRule(subject.ref.kind) else {
      return []
    }
    return [Convention(subject).finding()].compactMap { $0 }
  }
}

enum Custom {
  private static let groupsOfKubernetes: Set = [
    "apps", "batch", "autoscaling", "policy", "extensions", "helm", "networking.k8s.io", "discovery.k8s.io",
    "apiregistration.k8s.io", "apiextensions.k8s.io", "storage.k8s.io", "rbac.authorization.k8s.io",
    "scheduling.k8s.io", "node.k8s.io", "coordination.k8s.io", "events.k8s.io", "certificates.k8s.io",
    "admissionregistration.k8s.io", "flowcontrol.apiserver.k8s.io", "resource.k8s.io",
  ]

  static func group(_ kind: Kind.ID) -> String {
    let parts = kind.split(separator: "/")
    return parts.count > 2 ? String(parts[0]) : ""
  }

  static func isCustom(_ kind: Kind.ID) -> Bool {
    let group = group(kind)
    return group.contains(".") && !groupsOfKubernetes.contains(group)
  }

  /// Kinds that tell more than the convention does.
  static func hasOwnRule(_ kind: Kind.ID) -> Bool {
    let group = group(kind)
    return group.hasSuffix(".fluxcd.io") || kind.hasPrefix("argoproj.io/") && kind.hasSuffix("/applications")
      || group == "cert-manager.io" && kind.hasSuffix("/certificates")
  }

  /// Whether a kind is served under this group and plural, in whatever version.
  static func `is`(_ kind: Kind.ID, _ group: String, _ plural: String) -> Bool {
    kind.hasPrefix(group + "/") && kind.hasSuffix("/" + plural)
  }
}

struct Convention {
  /// What is True while all is well. (Active is not among them: KEDA and Knative say by it whether there is load.)
  static let good = [
    "Ready", "Available", "Healthy", "Synced", "Accepted", "Programmed", "ResolvedRefs", "Valid",
    "Reconciled",
    "Succeeded", "Established", "ReconcileSuccess", "ConfigurationReady",
  ]
  /// What is True while something is wrong.
  static let bad = [
    "Stalled", "Degraded", "Failed", "Failure", "ReconcileError", "ReconcileFailed", "InvalidSpec", "Error",
  ]
  /// Words of reasons that say it is on its way.
  private static let underway = [
    "progress", "pending", "creating", "provisioning", "reconciling", "initializ", "waiting", "inprogress",
    "starting",
    "updating", "deploying", "requested", "unknown", "issuing", "running", "started",
  ]
  /// Words of reasons that say that somebody wanted it so.
  private static let wanted = ["cancel", "pause", "suspend", "disabled", "scaledtozero", "notraffic"]
  /// Controllers write a condition before they have finished once.
  static let settleSeconds: Int64 = 60
  /// What says that it is on its way gets longer: clouds take minutes for a database.
  static let underwaySeconds: Int64 = 900
  /// A run that failed is a leftover after a day.
  static let freshSeconds: Int64 = 86_400

  let subject: Case
  init(_ subject: Case) { self.subject = subject }

  func finding() -> Finding? {
    // Routes of the Gateway API have their conditions by parent.
    let parents = subject.status["parents"].array
    let lists = parents.isEmpty ? [subject.conditions] : parents.map { Conditions($0["conditions"]) }
    for conditions in lists {
      if let condition = worst(conditions), let finding = finding(condition) { return finding }
    }
    return lists[0].all.isEmpty ? phase() : nil
  }

  /// The condition that says the most: a bad one that holds, else the first good one that fails.
  private func worst(_ conditions: Conditions) -> Conditions.Condition? {
    for type in Self.bad {
      if let condition = conditions.holding(type), isCurrent(condition), !isMeant(condition) {
        return condition
      }
    }
    let failing = Self.good.compactMap { conditions.failing($0) }.filter { isCurrent($0) && !isMeant($0) }
    // Ready sums up; another that fails with words of its own is nearer to the cause.
    return failing.first { $0.type != "Ready" && $0.type != "Available" && !$0.message.isEmpty }
      ?? failing.first
  }

  /// Whether nothing is wrong although it does not hold: Knative marks such conditions (severity Info), others say it by
  /// the reason, as Tekton does of runs that were cancelled, or have paused for somebody (Argo Rollouts).
  private func isMeant(_ condition: Conditions.Condition) -> Bool {
    if condition.json["severity"].string == "Info" { return true }
    if subject.status["phase"].string == "Paused" || subject.spec["paused"].bool == true { return true }
    let reason = condition.reason.lowercased()
    return Self.wanted.contains { reason.contains($0) }
  }

  /// Whether it is about the object as it is now.
  private func isCurrent(_ condition: Conditions.Condition) -> Bool {
    guard let seen = condition.json["observedGeneration"].int32,
      let now = subject.metadata["generation"].int32
    else {
      return true
    }
    return seen >= now
  }

  private func finding(_ condition: Conditions.Condition) -> Finding? {
    let reason = condition.reason.lowercased()
    let isUnderway = condition.isFalse && Self.underway.contains { reason.contains($0) }
    let isRun = condition.type == "Succeeded"
    guard subject.hasLasted(isUnderway ? Self.underwaySeconds : Self.settleSeconds, since: condition.since),
      !ownerIsWell()
    else { return nil }
    let isOld = isRun && condition.since.map { subject.now - $0 > Self.freshSeconds } ?? false
    let state =
      Self.bad.contains(condition.type) ? condition.type.lowercased() : "not \(Self.word(condition.type))"
    let why = [condition.reason, condition.message].filter { !$0.isEmpty }
    let text = condition.message.isEmpty ? condition.reason : condition.message
    return Finding(
      "condition-\(condition.type.lowercased())", of: subject.ref, key: "condition \(condition.type)",
      (why.isEmpty ? state : "\(state): \(text)").shortened(to: 120),
      isOld ? .notice : isUnderway ? .warning : .error, since: condition.since,
      .unclear("its controller reports it; whether it tries again is known to it alone")
    ).with(condition.evidence).offering(Offer("look at it", .view(.yaml(subject.ref)))).asConsequence
  }

  /// "ResolvedRefs" as "resolved refs"
  private static func word(_ type: String) -> String {
    var word = ""
    for character in type {
      if character.isUppercase, !word.isEmpty { word += " " }
      word += character.lowercased()
    }
    return word
  }

  /// What its owner does not miss is no trouble: the request of a certificate that was issued at the next try.
  private func ownerIsWell() -> Bool {
    guard let owner = subject.owner, owner.isController, let fact = subject.fact(owner.kind, owner.name)
    else {
      return false
    }
    let conditions = Conditions(fact.object["status"]["conditions"])
    return conditions.holding("Ready") != nil || conditions.holding("Available") != nil
  }

  /// Objects without conditions often have a phase.
  private func phase() -> Finding? {
    guard let phase = subject.status["phase"].string, ["Failed", "Error", "Degraded"].contains(phase) else {
      return nil
    }
    let since = ["finishedAt", "completionTime", "completionTimestamp"].lazy.compactMap {
      subject.status[$0].seconds
    }.first
    // What does not tell when it ended is as old as it is: a run that goes on has no such phase.
    let isOld = subject.now - (since ?? subject.created) > Self.freshSeconds
    let message = subject.status["message"].line
    return Finding(
      "phase-failed", of: subject.ref, key: "phase",
      (phase.lowercased() + (message.isEmpty ? "" : ": \(message)")).shortened(to: 120),
      isOld ? .notice : .error,
      since: since, .unclear("its controller reports it; whether it tries again is known to it alone")
    ).with(Evidence(.field("status.phase"), phase, at: since)).asConsequence
  }
}
