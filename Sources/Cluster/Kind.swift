/// One kind of object an orchestrator serves: how it is named, listed, drawn and what it can do. Kinds are data;
/// a screen never asks which kind it shows.
package struct Kind: Sendable, Identifiable {
  /// The orchestrator's own path: "v1/pods", "apps/v1/deployments", "example.com/v1/widgets".
  package typealias ID = String

  /// What a kind is for, across orchestrators: screens that cut across kinds ask for a role.
  package enum Role: Sendable {
    case workload, instance, container, node, event, config, boundary, storage, network, other
  }

  /// What can be done with an object. A key is offered only where its ability is there.
  package enum Ability: String, Sendable, CaseIterable {
    case logs, describe, yaml, events, exec
    /// Reading how its pods are replaced, and going back to an earlier revision.
    case rollout, rollback
    case scale, restart, pause, image, delete, edit, label
    case cordon, drain, evict, trigger, suspend
  }

  package var id: ID
  package var group: String
  package var version: String
  package var plural: String
  package var singular: String
  /// "Deployment"
  package var name: String
  package var shortNames: [String]
  package var namespaced: Bool
  package var role: Role
  package var abilities: Set<Ability>
  /// Columns between NAME and AGE, in order; nil where the server's own Table columns are used.
  package var columns: [Column]?
  /// What enter opens.
  package var children: Children
  /// Rows of this kind are sorted by this column at first; nil sorts by namespace and name.
  package var sortColumn: String?
  package var sortDescending = false
  /// Events are read by what they say, not by their generated names.
  package var showsName = true
  /// Whether its objects tell when they were made.
  package var showsAge = true
  /// Whether the server can list and watch it.
  package var canList = true
  package var canWatch = true

  package init(
    id: ID, name: String, singular: String? = nil, short: [String] = [], namespaced: Bool = true,
    role: Role = .other, abilities: Set<Ability> = [.describe, .yaml, .events], columns: [Column]? = nil,
    children: Children = .none
  ) {
    self.id = id
    let parts = id.split(separator: "/").map(String.init)
    plural = parts.last ?? id
    version = parts.count > 1 ? parts[parts.count - 2] : ""
    group = parts.count > 2 ? parts[0] : ""
    self.name = name
    self.singular = singular ?? name.lowercased()
    shortNames = short
    self.namespaced = namespaced
    self.role = role
    self.abilities = abilities
    self.columns = columns
    self.children = children
  }
}

extension Kind {
  /// What enter on a row opens. Every case but `document` uses the row's drill text, which the decoder wrote.
  package enum Children: Sendable, Hashable {
    /// Nothing to open but the document.
    case none
    /// Rows of a kind in the same namespace whose labels match: drill is a label selector ("" opens nothing).
    case selected(Kind.ID)
    /// Rows of a kind anywhere with a field selector: drill is "spec.nodeName=node-1".
    case fields(Kind.ID)
    /// Rows of a kind in the same namespace that this object owns (by UID).
    case owned(Kind.ID)
    /// The containers of this pod.
    case containers
    /// The log of this container.
    case log
    /// Makes the row's name the namespace and shows this kind in it.
    case inside(Kind.ID)
    /// All objects of the kind whose id is the drill text (a CRD's instances).
    case instances
    /// Rows of a kind in the same namespace that have these names: drill is the names with blanks between them.
    case named(Kind.ID)
    /// The object that this one names, as the only row of its kind's table; drill is "kindID namespace name". A second
    /// one behind a line feed is opened where this row itself was reached so.
    case reference
    /// The text of an event in full.
    case event
    /// What the row's own kind opens, where rows are of several kinds: drill is that kind's id, a blank, its drill text.
    case ofRow
    /// The revisions of a release of Helm: drill is its name.
    case revisions
    /// What is in one revision of a release: the row's name is that of its Secret.
    case release
    /// Switches to the context of this name.
    case context
    /// Draws the expression that is the drill text.
    case chart
  }
}

/// One column of a table, between NAME and AGE.
package struct Column: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    case text
    /// A number, right-aligned and sorted by value. Units such as 250m, 1Gi and 80% are understood.
    case number
    /// A moment, drawn as the time since then; a text in the cell wins where the writer gave one.
    case age
    /// One of the status words, coloured by the row's tone.
    case status
    /// The row's labels (`Row.labels`). It has no cell, so a filter does not find what nobody sees, and is the last.
    case labels
    /// A figure of what the row uses. It has no cell: it is read somewhere else, and changes by itself.
    case measure(Measure)
  }

  /// Whether a row's record holds a text for it.
  package var hasCell: Bool {
    switch content {
    case .labels, .measure: false
    case .text, .number, .age, .status: true
    }
  }

  package var title: String
  package var content: Content
  /// Shown only in the wide form (ctrl-w).
  package var isWide: Bool
  /// Columns of the lowest value go first when the screen is too narrow.
  package var priority: Int

  package init(_ title: String, _ content: Content = .text, wide: Bool = false, priority: Int = 5) {
    self.title = title
    self.content = content
    isWide = wide
    self.priority = priority
  }

  /// The last column of most kinds in the wide form.
  package static let labels = Column("LABELS", .labels, wide: true, priority: 0)
}

extension [Column] {
  /// Which cell of a row belongs to the column of this title; nil where there is none.
  package func cell(titled titles: String...) -> Int? {
    filter(\.hasCell).firstIndex { titles.contains($0.title) }
  }
}

extension Row {
  /// The kind of the row's object in a table of `kind`.
  package func kindID(in kind: Kind) -> Kind.ID {
    guard kind.children == .ofRow else { return kind.id }
    return String(drill.prefix { $0 != " " })
  }
}

/// One object, as far as it must be named to be asked for again.
package struct ObjectRef: Sendable, Hashable {
  package var kind: Kind.ID
  package var namespace: String
  package var name: String
  package var uid: String

  package init(kind: Kind.ID, namespace: String, name: String, uid: String = "") {
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.uid = uid
  }
}
