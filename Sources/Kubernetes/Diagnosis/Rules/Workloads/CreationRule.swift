import Cluster
import Document

extension Rule {
  /// Pods (or claims) that the server does not let a controller make: quota, LimitRange, admission, validation.
  ///
  /// pkg/controller/{replicaset,statefulset,daemon,job}: condition ReplicaFailure, events FailedCreate.
  static let creation = Rule(
    "creation", "quota, limits, admission and names that keep pods from being made",
    of: [
      "apps/v1/deployments", "apps/v1/replicasets", "apps/v1/statefulsets", "apps/v1/daemonsets",
      "batch/v1/jobs", "v1/replicationcontrollers",
    ], reads: ["v1/limitranges"]
  ) { subject in
    guard !subject.isEnding, let said = Creation.said(subject) else { return [] }
    return [Creation.finding(subject, CreationRefusal(said.text), said)]
  }
}

private enum Creation {
  struct Said {
    var text: String
    var since: Int64?
    var evidence: Evidence
  }

  /// A controller makes its pods within moments; before that a missing one is no trouble.
  static let settleSeconds: Int64 = 10
  /// Controllers try again with pauses of up to 1000 s (client-go's rate limiter): what is older is over.
  static let freshSeconds: Int64 = 1_200

  /// What the controller says of its last attempt; nil where nothing is missing.
  static func said(_ subject: Case) -> Said? {
    if let condition = subject.conditions.holding("ReplicaFailure") {
      guard condition.reason == "FailedCreate" else { return nil }
      return Said(text: condition.text, since: condition.since, evidence: condition.evidence)
    }
    switch subject.ref.kind {
    case "apps/v1/statefulsets", "apps/v1/daemonsets", "batch/v1/jobs": break
    default: return nil
    }
    guard isShort(subject), subject.hasLasted(settleSeconds, since: subject.created) else { return nil }
    let events = subject.events().filter { $0.reason == "FailedCreate" }
    guard let event = events.first, subject.now - event.last < freshSeconds else { return nil }
    return Said(text: event.message, since: events.map(\.first).min(), evidence: event.evidence)
  }

  /// Whether there are fewer pods than it wants.
  private static func isShort(_ subject: Case) -> Bool {
    let (spec, status) = (subject.spec, subject.status)
    switch subject.ref.kind {
    case "apps/v1/statefulsets": return (status["replicas"].int32 ?? 0) < (spec["replicas"].int32 ?? 1)
    case "apps/v1/daemonsets":
      return (status["currentNumberScheduled"].int32 ?? 0) < (status["desiredNumberScheduled"].int32 ?? 0)
    default:
      if spec["suspend"].bool == true { return false }
      if subject.conditions.holding("Complete") != nil || subject.conditions.holding("Failed") != nil {
        return false
      }
      let left = (spec["completions"].int32 ?? 1) - (status["succeeded"].int32 ?? 0)
      return (status["active"].int32 ?? 0) < min(spec["parallelism"].int32 ?? 1, max(1, left))
    }
  }

  static func finding(_ subject: Case, _ refusal: CreationRefusal, _ said: Said) -> Finding {
    let words = CreationWords(refusal, subject, since: said.since)
    var finding = Finding(
      words.rule, of: subject.ref, key: words.key, words.headline, since: said.since, words.verdict
    ).with(said.evidence).with(words.evidence).causedBy(words.cause)
    if let note = surge(subject, refusal) { finding = finding.with(note) }
    if subject.ref.kind == "apps/v1/deployments", isQuota(refusal) {
      finding = finding.offering(scaleBack(subject))
    }
    if let cause = words.cause, !words.rule.hasSuffix("-missing") {
      finding = finding.offering(Offer("look at \(cause.subject.words)", .view(.describe(cause.subject))))
    }
    return finding.offering(words.offer)
  }

  private static func isQuota(_ refusal: CreationRefusal) -> Bool {
    if case .quota = refusal.ground { true } else { false }
  }

  /// A rollout that may not take an old pod away first needs room for one more.
  private static func surge(_ subject: Case, _ refusal: CreationRefusal) -> Evidence? {
    guard subject.ref.kind == "apps/v1/deployments", isQuota(refusal),
      let wanted = subject.spec["replicas"].int32, wanted > 0,
      Rolling.maxUnavailable(subject.spec) == 0,
      (subject.status["updatedReplicas"].int32 ?? 0) < wanted,
      (subject.status["readyReplicas"].int32 ?? 0) >= wanted
    else { return nil }
    return Evidence(
      .field("spec.strategy.rollingUpdate.maxUnavailable"),
      "0 of \(wanted) pods may be missing: the rollout needs room for one more before it takes an old one away"
    )
  }

  private static func scaleBack(_ subject: Case) -> Offer? {
    let ready = subject.status["readyReplicas"].int32 ?? 0
    guard let wanted = subject.spec["replicas"].int32, ready > 0, ready < wanted else { return nil }
    return Offer("scale to the \(ready) that fit", .change(Change(.scale(to: ready), subject.ref)))
  }
}

/// How a Deployment replaces its pods.
enum Rolling {
  /// How many of its pods may be missing meanwhile (percentages are rounded down); nil when it makes no such promise.
  static func maxUnavailable(_ spec: JSON) -> Int? {
    guard spec["strategy"]["type"].string != "Recreate" else { return nil }
    let replicas = spec["replicas"].int32 ?? 1
    let value = spec["strategy"]["rollingUpdate"]["maxUnavailable"]
    if let number = value.int32 { return number }
    guard let text = value.string, text.hasSuffix("%"), let percent = Int32(text.dropLast()) else {
      return replicas / 4
    }
    return replicas * Int(percent) / 100
  }
}
