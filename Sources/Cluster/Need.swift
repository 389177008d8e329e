/// Something a screen wants to be kept up to date. The runtime compares the needs of all screens with what runs
/// and starts and stops; equal needs are served once.
package enum Need: Sendable, Hashable {
  case rows(Query)
  /// The whole object, live.
  case object(ObjectRef)
  /// The readable description of the object and of what belongs to it, live.
  case description(ObjectRef)
  case log(LogQuery)
  /// What was written before the lines of a log that are there.
  case olderLog(OlderLogQuery)
  /// How far a workload is in replacing its pods, live, and its revisions.
  case rollout(ObjectRef)
  /// What would come of a change; another attempt asks anew. Served by a `Writer`, not by a reader.
  case preview(Change, attempt: Int)
  /// Which of these actions on objects of a kind the server allows.
  case rights(RightsQuery)
  /// What the rows of a query use, live: CPU, memory, network.
  case usage(UsageQuery)
  /// Figures over time, as lines to draw, live.
  case chart(ChartQuery)
  /// What is broken, live.
  case problems(ProblemsQuery)
  /// Why an object is in its state, live.
  case diagnosis(ObjectRef)
  /// The certificates that an ingress shows, live, as a part of its diagnosis: reads its TLS secrets, so only a person asks.
  case certificates(ObjectRef)
  /// What happened, live: to one object and what belongs to it, or to everything.
  case timeline(TimelineQuery)
  /// One revision of a release of Helm, by the Secret that holds it.
  case release(ObjectRef)
  /// What belongs to an object, in both directions, live.
  case related(ObjectRef)
  /// Objects with all that belongs to them below each, live.
  case tree(TreeQuery)
  /// Who may do what.
  case access(AccessQuery)
  /// All kinds the server serves.
  case kinds
}

/// Where to look for what is broken.
package struct ProblemsQuery: Sendable, Hashable {
  /// Empty means everywhere.
  package var namespaces: [String]
  /// Looks through config maps for credentials, too, which takes a list of them.
  package var scansConfiguration = false
  package init(namespaces: [String] = [], scansConfiguration: Bool = false) {
    self.namespaces = namespaces
    self.scansConfiguration = scansConfiguration
  }
}

/// What a time axis is wanted of.
package struct TimelineQuery: Sendable, Hashable {
  /// nil asks for everything in the namespaces.
  package var subject: ObjectRef?
  /// Empty means everywhere.
  package var namespaces: [String]
  package init(_ subject: ObjectRef? = nil, namespaces: [String] = []) {
    self.subject = subject
    self.namespaces = namespaces
  }
}

/// What a person may do to the objects of a kind in a namespace: asked by access reviews, which change nothing.
package struct RightsQuery: Sendable, Hashable {
  package var kind: Kind.ID
  package var namespace: String
  package init(kind: Kind.ID, namespace: String) {
    self.kind = kind
    self.namespace = namespace
  }
}

/// Which rows: a kind, where, and which of them.
package struct Query: Sendable, Hashable {
  package var kind: Kind.ID
  /// Empty asks for all namespaces at once (or for a kind without namespaces); several run as several watches.
  package var namespaces: [String] = []
  package var labelSelector = ""
  package var fieldSelector = ""
  /// Only rows whose controller or owner has this UID (kept by the reader, the server has no such selector).
  package var owner = ""
  /// Only events about this object and what it made (kept by the reader).
  package var family: ObjectRef?
  /// Events that say the same about objects of one kind are one row.
  package var isGrouped = false
  /// Pods are looked at besides: those of nodes and namespaces are counted and added up, of claims it is told who uses them.
  package var countsPods = false
  /// What is read from each object besides the cells of its kind.
  package var extraCells: [ExtraCell] = []

  package init(_ kind: Kind.ID, namespaces: [String] = []) {
    self.kind = kind
    self.namespaces = namespaces
  }
}

/// How a need is served at the moment.
package enum Phase: Sendable, Hashable {
  case connecting
  /// Rows so far and how many the server says there are.
  case listing(got: Int, of: Int?)
  case live
  /// The connection is lost or the server fails; what is shown is as old as `since` (seconds since 1970).
  case stale(since: Int64, why: String)
  /// Of the several lists that serve a need some can't be read: why not, in the server's words.
  case partial(why: String)
  /// The server says no and asking again would not help: its own words. 403, 404, 405.
  case refused(status: Int, why: String)
  /// A log or object that came to its end.
  case ended(why: String)
}

/// What a reader tells about one need.
package enum Delta: Sendable {
  case kinds([Kind])
  case rows(Query, RowBatch)
  /// The object's whole JSON as it came; nil when it was deleted.
  case object(ObjectRef, WholeObject?)
  case page(ObjectRef, Page)
  case log(LogQuery, LogChunk)
  /// Older lines, by time; and whether there may be still older ones.
  case olderLog(OlderLogQuery, LogChunk, hasMore: Bool)
  case rollout(ObjectRef, Rollout)
  case usage(UsageQuery, UsageBatch)
  case chart(ChartQuery, ChartBoard)
  case problems(ProblemsQuery, ProblemBoard)
  case diagnosis(ObjectRef, Diagnosis)
  case timeline(TimelineQuery, Timeline)
  case release(ObjectRef, Release)
  case relations(ObjectRef, Relations)
  case tree(TreeQuery, TreeBatch)
  case access(AccessQuery, AccessBoard)
  case preview(Need, Preview)
  /// The actions that are refused, each with why; what is missing is allowed.
  case rights(RightsQuery, refused: [Kind.Ability: String])
  /// What became of the submission of this id.
  case progress(Int, Progress)
  case phase(Need, Phase)
  /// Something a person should read once: a Warning header, a credential about to expire, a group that is down.
  case notice(String)
}

extension Phase {
  /// Whether what there is to show has come, however old it may be by now.
  package var isSettled: Bool {
    switch self {
    case .connecting, .listing: false
    case .live, .partial, .stale, .refused, .ended: true
    }
  }
}

extension Phase {
  /// Why what is shown is old, or not all of it.
  package var problem: String? {
    switch self {
    case .partial(let why), .stale(_, let why): why
    case .connecting, .listing, .live, .refused, .ended: nil
    }
  }
}
