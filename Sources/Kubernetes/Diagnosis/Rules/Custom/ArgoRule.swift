import Cluster
import Document

extension Rule {
  /// Argo CD applications that cannot be synchronized or whose objects are not healthy.
  ///
  /// argoproj.io/v1alpha1 ApplicationStatus: conditions of type ...Error have no status, they are there or not.
  static let argo = Rule(
    "argo", "Argo CD applications: errors, failed synchronizations, unhealthy objects", of: [Rule.everyKind]
  ) { subject in
    guard !subject.isEnding, Custom.is(subject.ref.kind, "argoproj.io", "applications") else { return [] }
    let application = ArgoTrouble(subject)
    return [application.sync(), application.health()].compactMap { $0 }
  }
}

private struct ArgoTrouble {
  static let settleSeconds: Int64 = 60

  let subject: Case
  init(_ subject: Case) { self.subject = subject }

  private var revision: String { String(subject.status["sync"]["revision"].line.prefix(12)) }

  /// What keeps it from being what git says.
  func sync() -> Finding? {
    let error = subject.conditions.all.first { $0.type.hasSuffix("Error") }
    let operation = subject.status["operationState"]
    let phase = operation["phase"].string ?? ""
    let isFailed = phase == "Failed" || phase == "Error"
    guard error != nil || isFailed else { return nil }
    let message = error?.message ?? operation["message"].line
    let since = error?.since ?? operation["finishedAt"].seconds
    guard subject.hasLasted(Self.settleSeconds, since: since) else { return nil }
    let what =
      switch error?.type {
      case "ComparisonError": "cannot be compared with git"
      case "InvalidSpecError": "its spec is not valid"
      default: "sync failed"
      }
    let isSick = subject.status["health"]["status"].string == "Degraded"
    let failed = operation["syncResult"]["resources"].array.filter { $0["status"].string == "SyncFailed" }
    var finding = Finding(
      "argo-\(error?.type == "ComparisonError" ? "comparison" : "sync")", of: subject.ref, key: "argo-sync",
      "\(isSick ? "degraded, " : "")\(what): \(message)".shortened(to: 120), since: since, verdict(error))
    if let error { finding = finding.with(Evidence(.condition(error.type), error.message, at: error.since)) }
    finding = finding.with(
      isFailed
        ? Evidence(
          .field("status.operationState"), "\(phase): \(operation["message"].line)",
          at: operation["finishedAt"].seconds)
        : nil
    ).with(
      failed.prefix(3).map { item in
        Evidence(
          .field("status.operationState.syncResult"),
          "\(item["kind"].line) \(item["name"].line): \(item["message"].line)")
      }
    ).with(
      subject.status["sync"]["status"].string == "OutOfSync"
        ? Evidence(.field("status.sync.status"), "OutOfSync" + (revision.isEmpty ? "" : " at \(revision)"))
        : nil)
    return finding.offering(Offer("look at it", .view(.yaml(subject.ref))))
  }

  private func verdict(_ error: Conditions.Condition?) -> Finding.Verdict {
    if error?.type == "InvalidSpecError" { return .hopeless("the application has to be corrected") }
    let isAutomatic = !subject.spec["syncPolicy"]["automated"].isNull
    return isAutomatic
      ? .unclear("Argo CD does not try the same commit again by itself once its retries are used up")
      : .hopeless("nobody synchronizes it by itself: it has no automated policy")
  }

  func health() -> Finding? {
    let health = subject.status["health"]
    let status = health["status"].string ?? ""
    guard ["Degraded", "Missing"].contains(status) else { return nil }
    let since = health["lastTransitionTime"].seconds
    guard since == nil || subject.hasLasted(Self.settleSeconds, since: since) else { return nil }
    let bad = subject.status["resources"].array.filter {
      ["Degraded", "Missing"].contains($0["health"]["status"].string ?? "")
    }
    let names = bad.prefix(2).map { "\($0["kind"].line) \($0["name"].line)" }.joined(separator: ", ")
    let message = health["message"].line
    let what = names.isEmpty ? message : names + (bad.count > 2 ? " and \(bad.count - 2) more" : "")
    var finding = Finding(
      "argo-health", of: subject.ref, key: "argo-health",
      (status.lowercased() + (what.isEmpty ? "" : ": \(what)")).shortened(to: 120), since: since,
      .unclear("it is healthy again when what it deployed is")
    ).with(
      Evidence(
        .field("status.health"), [status, message].filter { !$0.isEmpty }.joined(separator: ": "), at: since)
    )
    .with(
      bad.prefix(4).map { item in
        Evidence(
          .field("status.resources"),
          "\(item["kind"].line) \(item["namespace"].line)/\(item["name"].line): \(item["health"]["status"].line)"
        )
      }
    ).asConsequence
    if isHere, let first = bad.lazy.compactMap(object).first {
      finding.cause = Finding.Cause(first, "\(first.words) is not healthy")
    }
    return finding
  }

  /// Whether it deploys into the cluster that is looked at.
  private var isHere: Bool {
    let destination = subject.spec["destination"]
    return destination["name"].string == "in-cluster"
      || destination["server"].string == "https://kubernetes.default.svc"
  }

  private func object(_ item: JSON) -> ObjectRef? {
    let group = item["group"].string ?? ""
    let version = item["version"].string ?? "v1"
    let kind = Kinds.id(apiVersion: group.isEmpty ? version : "\(group)/\(version)", name: item["kind"].line)
    return subject.fact(kind, item["name"].line, in: item["namespace"].line)?.ref
  }
}
