/// One thing that happened to an object: a change by somebody, or what came of it.
package struct Happening: Sendable, Hashable {
  package enum Sort: String, Sendable, Hashable, CaseIterable {
    /// Another revision of a workload.
    case rollout
    /// A ConfigMap or Secret was written.
    case configuration
    case scale
    case autoscaler
    case node
    case certificate
    /// A Helm release, an Argo CD or Flux synchronization.
    case release
    /// Any other write that managedFields tell.
    case edit
    case event
    /// A problem began.
    case began
  }

  /// Seconds since 1970.
  package var at: Int64
  package var sort: Sort
  package var subject: ObjectRef
  /// "revision 12: image shop/api v8 -> v9"; may hold moments.
  package var text: String
  /// Who did it: a field manager, a controller. Empty where nothing tells.
  package var by: String
  package var source: Evidence.Source
  package var tone: Tone
  /// Why it likely set the problem off; nil for everything else.
  package var ground: String?
  /// How many of the same it stands for.
  package var count = 1

  package init(
    at: Int64, _ sort: Sort, _ subject: ObjectRef, _ text: String, by: String = "", source: Evidence.Source,
    tone: Tone = .unknown
  ) {
    self.at = at
    self.sort = sort
    self.subject = subject
    self.text = text
    self.by = by
    self.source = source
    self.tone = tone
  }

  package var isTrigger: Bool { ground != nil }
}

/// What happened on one time axis.
package struct Timeline: Sendable, Hashable {
  /// The newest first.
  package var happenings: [Happening] = []
  /// What could not be read: sentences.
  package var unseen: [String] = []
  package init() {}
}
