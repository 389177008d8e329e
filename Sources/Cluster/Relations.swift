/// How another object stands to the one that is looked at, as the heading of a group says it.
package enum Relation: String, Sendable, Hashable, CaseIterable {
  case owner = "owner"
  case owns = "owns"
  case runsOn = "runs on"
  case hosts = "hosts"
  case selects = "selects"
  case selectedBy = "selected by"
  case routesTo = "routes to"
  case routedFrom = "routed from"
  case scales = "scales"
  case scaledBy = "scaled by"
  case boundTo = "bound to"
  case uses = "uses"
  case usedBy = "used by"
  case governs = "governs"
  case governedBy = "governed by"
  case access = "access"
  case grants = "grants"
}

/// Whether an object that another names is there.
package enum Presence: Sendable, Hashable {
  case present
  /// It is named and is not there.
  case missing
  /// It is not there, and need not be.
  case absent
  /// Not known: why.
  case unseen(String)
}

/// Everything that belongs to one object, in both directions.
package struct Relations: Sendable, Hashable {
  package struct Item: Sendable, Hashable {
    package var ref: ObjectRef
    /// "ConfigMap"
    package var kindName: String
    /// Where it is named: "env DB_PASSWORD, volume config"; empty where that tells nothing.
    package var how: String
    package var tone: Tone
    /// "1/2 CrashLoopBackOff"
    package var state: String
    /// Why it is in that state, with moments marked; empty when all is well.
    package var reason: String
    package var presence: Presence
    /// How far from the object: what stands below another item belongs to that.
    package var depth: Int

    package init(
      _ ref: ObjectRef, kindName: String, how: String = "", tone: Tone = .good, state: String = "",
      reason: String = "", presence: Presence = .present, depth: Int = 0
    ) {
      self.ref = ref
      self.kindName = kindName
      self.how = how
      self.tone = tone
      self.state = state
      self.reason = reason
      self.presence = presence
      self.depth = depth
    }
  }

  package struct Group: Sendable, Hashable {
    package var relation: Relation
    package var items: [Item]
    /// So many more are there than are told.
    package var more: Int
    package init(_ relation: Relation, _ items: [Item], more: Int = 0) {
      self.relation = relation
      self.items = items
      self.more = more
    }
  }

  package var subject: Item
  /// In the order of `Relation`; none is empty.
  package var groups: [Group] = []
  /// What could not be looked at, and why: sentences.
  package var unseen: [String] = []
  /// Whether all lists have come; before, more may be missing.
  package var isWhole = false

  package init(_ subject: Item) { self.subject = subject }

  package subscript(relation: Relation) -> Group? { groups.first { $0.relation == relation } }
}
