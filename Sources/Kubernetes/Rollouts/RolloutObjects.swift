import Cluster
import Document

/// A workload, its revisions and its pods as they are at one moment: what a rollout is read from.
struct RolloutObjects: Sendable {
  /// A Deployment, StatefulSet or DaemonSet.
  var object: JSON
  /// ReplicaSets or ControllerRevisions, some of which may be somebody else's; nil as long as they are not known.
  var revisions: [RevisionRecord]?
  /// All that the selector matches.
  var pods: [RolloutPod]?
  var problems: [String] = []

  init(object: JSON, revisions: [RevisionRecord]? = nil, pods: [RolloutPod]? = nil) {
    self.object = object
    self.revisions = revisions
    self.pods = pods
  }

  /// How far it is. Seconds since 1970.
  func rollout(now: Int64) -> Rollout { RolloutReading(self, now: now).rollout() }
}

/// What is the same for all three kinds.
struct RolloutReading {
  enum Kind { case deployment, statefulSet, daemonSet }

  let kind: Kind
  let now: Int64
  let metadata: JSON
  let spec: JSON
  let status: JSON
  let revisions: [RevisionRecord]
  let pods: [RolloutPod]
  private let problems: [String]

  /// Without a deadline of its own a workload that waits longer than this for a broken pod is stuck: as long as
  /// Deployments wait unless they are told otherwise.
  static let patienceSeconds: Int64 = 600

  init(_ objects: RolloutObjects, now: Int64) {
    let object = objects.object
    self.now = now
    kind =
      switch object["kind"].string {
      case "StatefulSet": .statefulSet
      case "DaemonSet": .daemonSet
      default: .deployment
      }
    metadata = object["metadata"]
    spec = object["spec"]
    status = object["status"]
    problems = objects.problems
    let uid = metadata["uid"].string ?? ""
    let owned = (objects.revisions ?? []).filter { $0.ownerUID == uid }
    let owners = Set(kind == .deployment ? owned.map(\.uid) : [uid])
    // Whose pods these are can't be told without the ReplicaSets.
    let knowsOwners = kind != .deployment || objects.revisions != nil
    pods = (objects.pods ?? []).filter { !knowsOwners || owners.contains($0.ownerUID) }
    revisions = owned.sorted { $0.revision.number > $1.revision.number }
  }

  var name: String { metadata["name"].string ?? "" }
  var conditions: [JSON] { status["conditions"].array }
  var minReadySeconds: Int { spec["minReadySeconds"].int ?? 0 }

  func condition(_ type: String) -> JSON? { conditions.first { $0["type"].string == type } }

  func rollout() -> Rollout {
    var rollout = Rollout(verdict: .progressing(""))
    rollout.generation = metadata["generation"].int ?? 0
    rollout.observedGeneration = status["observedGeneration"].int ?? 0
    rollout.minReadySeconds = minReadySeconds
    rollout.template = spec["template"]
    rollout.problems = problems
    switch kind {
    case .deployment: countDeployment(&rollout)
    case .statefulSet: countStatefulSet(&rollout)
    case .daemonSet: countDaemonSet(&rollout)
    }
    rollout.revisions = shownRevisions(rollout)
    let blockers = blockers()
    rollout.blockerCount = blockers.count
    rollout.blockers = Array(blockers.prefix(Rollout.maxBlockers))
    rollout.verdict = rollout.isObserved ? verdict(rollout) : notTakenUp(rollout)
    return rollout
  }

  private func verdict(_ rollout: Rollout) -> Rollout.Verdict {
    switch kind {
    case .deployment: deploymentVerdict(rollout)
    case .statefulSet: statefulSetVerdict(rollout)
    case .daemonSet: daemonSetVerdict(rollout)
    }
  }

  private func notTakenUp(_ rollout: Rollout) -> Rollout.Verdict {
    .progressing(
      "the controller has not taken up the last change yet (generation \(rollout.generation), "
        + "\(rollout.observedGeneration) observed)")
  }
}

// MARK: Numbers that may be percentages

extension RolloutReading {
  /// A number of pods, or a share of `whole`. nil where there is neither.
  static func count(_ value: JSON, of whole: Int, roundsUp: Bool) -> Int? {
    if let count = value.int { return max(0, count) }
    guard let text = value.string, text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return nil }
    // More than every pod a hundred times over means the same; what comes from a cluster must not overflow.
    return (min(max(0, percent), 10_000) * min(max(0, whole), 1 << 31) + (roundsUp ? 99 : 0)) / 100
  }
}
