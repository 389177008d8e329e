import Cluster
import Document

extension Rule {
  /// Helm releases whose last operation failed or never ended, and what of them is not ready.
  ///
  /// Labels of Helm 3's release secrets: pkg/storage/driver/secrets.go; statuses: pkg/release/status.go.
  static let helm = Rule("helm", "Helm releases that are pending or failed", of: [HelmReleases.kind]) {
    subject in
    if subject.isEnding { return [] }
    return [HelmTrouble(subject).finding()].compactMap { $0 }
  }
}

extension HelmReleases {
  /// When a release was last written, by its labels; nil for a moment that cannot be, as anybody may write labels.
  static func modified(_ labels: JSON, now: Int64) -> Int64? {
    labels["modifiedAt"].string.flatMap { Int64($0) }.flatMap { (0...now + 86_400).contains($0) ? $0 : nil }
  }
}

private struct HelmTrouble {
  /// Helm waits five minutes by default; what takes longer was given longer or was stopped.
  static let pendingSeconds: Int64 = 300

  let subject: Case
  let name: String
  let revision: Int
  let status: String

  init(_ subject: Case) {
    self.subject = subject
    name = subject.labels["name"].line
    revision = Int(subject.labels["version"].string ?? "").map { max(0, $0) } ?? 0
    status = subject.labels["status"].line
  }

  func finding() -> Finding? {
    let isPending = status.hasPrefix("pending-")
    guard isPending || status == "failed" || status == "uninstalling", !name.isEmpty, isNewest() else {
      return nil
    }
    let since = HelmReleases.modified(subject.labels, now: subject.now) ?? subject.created
    guard status == "failed" || subject.hasLasted(Self.pendingSeconds, since: since) else { return nil }
    let unready = unready()
    let what = operation()
    let why = unready.first.map { ": \($0.ref.words) is not ready" } ?? ""
    var finding = Finding(
      status == "failed" ? "helm-failed" : "helm-pending", of: subject.ref, key: "helm-release",
      (status == "failed" ? "\(what) failed\(why)" : "\(what) never ended\(why)").shortened(to: 110),
      since: since,
      status == "failed"
        ? .hopeless("Helm does not try again; the release stays failed until the next upgrade or rollback")
        : .unclear("if nobody runs it any more, Helm refuses every further operation on the release")
    ).with(
      Evidence(.field("metadata.labels.status"), status, at: since),
      Evidence(.field("metadata.labels.version"), "\(revision)")
    ).with(
      unready.prefix(3).map { item in Evidence(.reckoned("workloads of the release"), item.text, in: item.ref)
      })
    if let first = unready.first {
      finding = finding.asConsequence.causedBy(Finding.Cause(first.ref, "\(first.ref.words) is not ready"))
    }
    let command = "helm -n \(subject.ref.namespace)"
    return finding.offering(
      revision > 1
        ? Offer("roll back to what was before", .command("\(command) rollback \(name) \(revision - 1)"))
        : Offer("take it away", .command("\(command) uninstall \(name)")),
      Offer("see its history", .command("\(command) history \(name)")))
  }

  private func operation() -> String {
    switch status {
    case "pending-install": "install of release \(name)"
    case "pending-rollback": "rollback of release \(name) (revision \(revision))"
    case "uninstalling": "uninstall of release \(name)"
    case "failed" where revision == 1: "install of release \(name)"
    default: "upgrade of release \(name) to revision \(revision)"
    }
  }

  /// Older revisions keep the status they ended with.
  private func isNewest() -> Bool {
    let all = subject.facts(HelmReleases.kind) ?? []
    return !all.contains { fact in
      let labels = fact.object["metadata"]["labels"]
      return labels["name"].string == subject.labels["name"].string
        && Int(labels["version"].string ?? "") ?? 0 > revision
    }
  }

  private struct Unready {
    var ref: ObjectRef
    var text: String
  }

  /// The workloads that Helm made of it and that are not ready.
  private func unready() -> [Unready] {
    let kinds: [Kind.ID] = [
      "apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets", "batch/v1/jobs",
    ]
    return kinds.flatMap { kind in
      (subject.facts(kind) ?? []).compactMap { fact -> Unready? in
        let object = fact.object
        guard
          object["metadata"]["annotations"]["meta.helm.sh/release-name"].string
            == subject.labels["name"].string
        else { return nil }
        let status = object["status"]
        if kind == "batch/v1/jobs" {
          return Conditions(status["conditions"]).holding("Failed") == nil
            ? nil : Unready(ref: fact.ref, text: "\(fact.ref.words) failed")
        }
        let wanted =
          kind == "apps/v1/daemonsets"
          ? status["desiredNumberScheduled"].int32 ?? 0 : object["spec"]["replicas"].int32 ?? 1
        let ready =
          (kind == "apps/v1/daemonsets" ? status["numberReady"] : status["readyReplicas"]).int32 ?? 0
        let updated =
          (kind == "apps/v1/daemonsets" ? status["updatedNumberScheduled"] : status["updatedReplicas"]).int32
          ?? 0
        guard ready < wanted || updated < wanted else { return nil }
        return Unready(ref: fact.ref, text: "\(fact.ref.words): \(min(ready, updated)) of \(wanted) ready")
      }
    }
  }
}
