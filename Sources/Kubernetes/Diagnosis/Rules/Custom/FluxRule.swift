import Cluster
import Document

extension Rule {
  /// Flux objects that do not become ready: what failed, or whom they wait for.
  ///
  /// Conditions and reasons: github.com/fluxcd/pkg/apis/meta; kustomize-controller, helm-controller and source-controller APIs.
  static let flux = Rule(
    "flux", "Flux: sources, Kustomizations and Helm releases that are not ready", of: [Rule.everyKind]
  ) { subject in
    guard !subject.isEnding, Custom.group(subject.ref.kind).hasSuffix(".fluxcd.io"),
      subject.spec["suspend"].bool != true
    else { return [] }
    return [FluxTrouble(subject).finding()].compactMap { $0 }
  }
}

private struct FluxTrouble {
  /// A source that is fetched again is not ready for some seconds.
  static let settleSeconds: Int64 = 30
  static let underwaySeconds: Int64 = 600

  let subject: Case
  init(_ subject: Case) { self.subject = subject }

  func finding() -> Finding? {
    guard let condition = subject.conditions.holding("Stalled") ?? subject.conditions.failing("Ready") else {
      return nil
    }
    let isUnderway = condition.reason.hasPrefix("Progressing") || condition.reason == "HealthCheckInProgress"
    guard subject.hasLasted(isUnderway ? Self.underwaySeconds : Self.settleSeconds, since: condition.since)
    else {
      return nil
    }
    let (headline, cause) = words(condition)
    let isStalled = condition.type == "Stalled"
    var finding = Finding(
      "flux-\(condition.reason.isEmpty ? "not-ready" : Self.dashed(condition.reason))", of: subject.ref,
      key: "flux-ready",
      headline.shortened(to: 120), since: condition.since,
      isStalled
        ? .hopeless("Flux does not try again before its spec or its source changes") : .unclear(retry)
    ).with(condition.evidence)
    for key in ["lastAttemptedRevision", "lastAppliedRevision"] {
      let revision = subject.status[key].line
      if !revision.isEmpty { finding = finding.with(Evidence(.field("status.\(key)"), revision)) }
    }
    if let cause {
      finding = finding.asConsequence.causedBy(cause).offering(
        Offer("look at \(cause.subject.words)", .view(.why(cause.subject))))
    }
    return finding.offering(
      Offer(
        "try again at once",
        .change(
          Change(.annotate(key: "reconcile.fluxcd.io/requestedAt", value: "\(subject.now)"), subject.ref))))
  }

  private var retry: String {
    let interval = subject.spec["retryInterval"].string ?? subject.spec["interval"].string
    return interval.map { "Flux tries again every \(Moment.plain($0))" } ?? "Flux tries again"
  }

  private func words(_ condition: Conditions.Condition) -> (String, Finding.Cause?) {
    let message = condition.message
    switch condition.reason {
    case "DependencyNotReady":
      let name = message.part(after: "'", before: "'") ?? ""
      let cause = dependency(name).map { Finding.Cause($0, "\($0.words) is not ready") }
      return ("waits for \(name.isEmpty ? "a dependency" : name), which is not ready", cause)
    case "ArtifactFailed", "SourceNotReady", "SourceNotFound":
      let cause = source().map { Finding.Cause($0, "source \($0.name) is not ready") }
      return (message.isEmpty ? "its source is not ready" : "its source is not ready: \(message)", cause)
    case "HealthCheckFailed":
      return ("what it applied is not healthy: \(message)", unhealthy(message))
    case "BuildFailed": return ("build failed: \(innermost(message))", nil)
    case "ReconciliationFailed": return ("apply failed: \(message)", nil)
    case "InstallFailed", "UpgradeFailed", "TestFailed", "RollbackFailed":
      let verb = condition.reason.dropLast(6).lowercased()
      return ("Helm \(verb) failed: \(message.part(after: "failed: ", before: "") ?? message)", nil)
    case "GitOperationFailed", "AuthenticationFailed": return ("fetch failed: \(message)", nil)
    default: return ("not ready: \(condition.text)", nil)
    }
  }

  /// Without the words that tools put before each other's: "kustomize build failed: accumulating resources: ...".
  private func innermost(_ message: String) -> String {
    message.part(after: "kustomize build failed: ", before: "") ?? message
  }

  private func dependency(_ name: String) -> ObjectRef? {
    let parts = name.split(separator: "/").map(String.init)
    guard let last = parts.last else { return nil }
    let space = parts.count > 1 ? parts[0] : subject.ref.namespace
    return ObjectRef(kind: subject.ref.kind, namespace: space, name: last)
  }

  private func source() -> ObjectRef? {
    let ref =
      subject.spec["sourceRef"].isNull
      ? subject.spec["chart"]["spec"]["sourceRef"] : subject.spec["sourceRef"]
    guard let name = ref["name"].string, let kind = ref["kind"].string else { return nil }
    let version = ref["apiVersion"].string ?? "source.toolkit.fluxcd.io/v1"
    return ObjectRef(
      kind: Kinds.id(apiVersion: version, name: kind),
      namespace: ref["namespace"].string ?? subject.ref.namespace,
      name: Moment.plain(name))
  }

  /// The first workload that a failed health check names: "[Deployment/shop/web status: 'Failed']".
  private func unhealthy(_ message: String) -> Finding.Cause? {
    let kinds = [("Deployment", "deployments"), ("StatefulSet", "statefulsets"), ("DaemonSet", "daemonsets")]
    for (name, kind) in kinds {
      guard let place = message.part(after: "\(name)/", before: " ") else { continue }
      let parts = place.split(separator: "/").map(String.init)
      guard parts.count == 2, let fact = subject.fact("apps/v1/\(kind)", parts[1], in: parts[0]) else {
        continue
      }
      return Finding.Cause(fact.ref, "\(fact.ref.words) is not healthy")
    }
    return nil
  }

  /// "HealthCheckFailed" as "health-check-failed"
  private static func dashed(_ reason: String) -> String {
    var text = ""
    for character in reason {
      if character.isUppercase, !text.isEmpty { text += "-" }
      text += character.lowercased()
    }
    return text
  }
}
