import Cluster
import Document

/// Chooses what most likely set a problem off, and says on what ground.
struct TriggerChoice {
  let problem: Problem
  /// The newest first.
  let happenings: [Happening]
  let revisions: Revisions
  let subject: Case

  /// What came so long before is no likely cause.
  private static let nearSeconds: Int64 = 15 * 60
  /// Pods that a release made may take a while to break.
  private static let releaseSeconds: Int64 = 60 * 60
  /// Moments are those of several machines, in whole seconds.
  private static let slackSeconds: Int64 = 2

  /// What these write follows from what others did.
  private static let controllers: Set<String> = [
    "kube-controller-manager", "kubelet", "kube-scheduler", "kube-apiserver", "cloud-controller-manager",
  ]

  private static let causes: Set<Happening.Sort> = [
    .rollout, .configuration, .scale, .autoscaler, .node, .certificate, .release, .edit,
  ]

  /// Its place among the happenings, and the ground.
  var best: (place: Int, ground: String)? {
    guard let since = problem.finding.since ?? problem.since else { return nil }
    return release(since) ?? nearest(since)
  }

  /// A release whose pods are the ones that suffer.
  private func release(_ since: Int64) -> (Int, String)? {
    let pods = problem.finding.affected.compactMap { subject.fact("v1/pods", $0.name) }
    let numbers = Set(pods.compactMap { revisions.revision(of: $0)?.number })
    guard let first = pods.map(\.created).min(), numbers.count == 1, let number = numbers.first,
      let revision = revisions.all.first(where: { $0.number == number }),
      let place = happenings.firstIndex(where: { $0.sort == .rollout && $0.at == revision.at })
    else { return nil }
    if let other = revisions.all.first(where: { $0.number != number && $0.ready > 0 }), !revision.isRestart {
      return (place, "only pods of revision \(number) have it, those of revision \(other.number) are well")
    }
    let isNear = since - revision.at <= Self.releaseSeconds && first - revision.at <= Self.nearSeconds
    guard isNear else { return nil }
    // What its pods read was changed after they were made, or before they were made again.
    let changes = happenings.indices.filter { happenings[$0].sort == .configuration }
    if let later = changes.first(where: { index in
      let at = happenings[index].at
      return at > revision.at + Self.slackSeconds && at <= since + Self.slackSeconds
    }) {
      return (later, before(happenings[later].at, since))
    }
    if revision.isRestart || revision.number == 1,
      let earlier = changes.first(where: { index in
        let at = happenings[index].at
        return at <= revision.at && revision.at - at <= Self.releaseSeconds && revision.isRestart
      })
    {
      let wait = max(0, revision.at - happenings[earlier].at)
      let when = wait <= 1 ? "right after it" : "\(Age.text(seconds: wait)) later"
      return (earlier, "\(when) its pods were made again, with nothing else changed")
    }
    return (place, before(revision.at, since))
  }

  /// The last thing that happened before it.
  private func nearest(_ since: Int64) -> (Int, String)? {
    let place = happenings.indices.first { index in
      let happening = happenings[index]
      return Self.causes.contains(happening.sort) && !Self.controllers.contains(happening.by)
        && happening.tone != .bad && happening.at <= since + Self.slackSeconds
        && since - happening.at <= Self.nearSeconds
    }
    return place.map { ($0, before(happenings[$0].at, since)) }
  }

  private func before(_ at: Int64, _ since: Int64) -> String {
    since - at <= 1 ? "it began in the same second" : "\(Age.text(seconds: since - at)) before it began"
  }
}
