import Document

/// How far a workload is in replacing its pods, and what holds it up.
package struct Rollout: Sendable, Hashable {
  /// One sentence each, with moments marked (`Moment.rendered`).
  package enum Verdict: Sendable, Hashable {
    case done(String)
    case progressing(String)
    /// It can't go on before something else happens, which may happen by itself.
    case waiting(String)
    /// It does not go on by itself. `since`: seconds since 1970.
    case stuck(String, since: Int64?)
    case paused(String)
  }

  /// One version of the pod template: a ReplicaSet or a ControllerRevision.
  package struct Revision: Sendable, Hashable {
    package var number: Int
    /// The object that keeps it.
    package var name: String
    /// Seconds since 1970.
    package var created: Int64?
    /// kubernetes.io/change-cause
    package var cause = ""
    package var images: [String] = []
    package var isCurrent = false
    /// Pods of this revision: wanted, there, ready, available.
    package var desired = 0
    package var pods = 0
    package var ready = 0
    package var available = 0
    /// The pod template, without what the controller adds (pod-template-hash).
    package var template: JSON = .null

    package init(number: Int, name: String) {
      self.number = number
      self.name = name
    }
  }

  /// A pod that is not as far as it should be.
  package struct Blocker: Sendable, Hashable {
    package var pod: ObjectRef
    /// kubectl's STATUS word and the reason, as the WHY line of its row tells it.
    package var status: String
    package var why: String
    package var since: Int64?
    package var tone = Tone.pending
    /// It is ready, but not yet for as long as it must be.
    package var isReady = false
    /// Of which revision it is; nil where that is not known.
    package var revision: Int?

    package init(pod: ObjectRef, status: String, why: String, since: Int64? = nil) {
      self.pod = pod
      self.status = status
      self.why = why
      self.since = since
    }
  }

  package var verdict: Verdict
  /// Newest first.
  package var revisions: [Revision]
  /// Pods wanted, of the new revision, ready, available.
  package var desired = 0
  package var total = 0
  package var updated = 0
  package var ready = 0
  package var available = 0
  /// "RollingUpdate", "Recreate", "OnDelete"
  package var strategy = ""
  /// As numbers of pods, as the controller rounds them; nil where the strategy has none.
  package var maxSurge: Int?
  package var maxUnavailable: Int?
  /// StatefulSets: pods of a lower ordinal keep the old revision.
  package var partition: Int?
  package var isPaused = false
  package var generation = 0
  package var observedGeneration = 0
  /// Deployments: how long no progress is allowed, and when there last was some.
  package var deadlineSeconds: Int?
  package var progressedAt: Int64?
  /// How long a pod must be ready to count as available.
  package var minReadySeconds = 0
  /// The worst first, at most so many.
  package var blockers: [Blocker] = []
  /// How many there are.
  package var blockerCount = 0
  /// The pod template as the object has it now: that of the current revision, unless the controller has not come so
  /// far or is paused.
  package var template: JSON = .null
  /// What could not be read, so that something is missing here: the server's own words.
  package var problems: [String] = []

  package static let maxBlockers = 100

  package init(verdict: Verdict, revisions: [Revision] = []) {
    self.verdict = verdict
    self.revisions = revisions
  }
}

extension Rollout {
  /// The revision that its pods are to have.
  package var current: Revision? { revisions.first(where: \.isCurrent) }
  /// Older and newer revisions that still have pods, or want some.
  package var others: [Revision] { revisions.filter { !$0.isCurrent && ($0.pods > 0 || $0.desired > 0) } }
  /// Whether the controller has taken up the last change.
  package var isObserved: Bool { observedGeneration >= generation }
  package var surge: Int { max(0, total - desired) }
  package var unavailable: Int { max(0, desired - available) }
}

extension Rollout.Verdict {
  package var text: String {
    switch self {
    case .done(let text), .progressing(let text), .waiting(let text), .paused(let text): text
    case .stuck(let text, _): text
    }
  }

  package var tone: Tone {
    switch self {
    case .done: .good
    case .progressing: .starting
    case .waiting, .paused: .pending
    case .stuck: .bad
    }
  }
}
