/// Something to be done to one object. A value: previewed, confirmed, sent once, followed to its end, perhaps undone.
package struct Change: Sendable, Hashable {
  package enum Action: Sendable, Hashable {
    case scale(to: Int)
    case restart
    case pause
    case resume
    case rollback(toRevision: Int)
    case setImage(container: String, to: String)
    case delete(Deletion)
    case evict
    case cordon
    case uncordon
    case drain(Draining)
    /// Runs a scheduled job now, as a job of this name.
    case trigger(name: String)
    case suspend
    case unsuspend
    /// nil takes the label away.
    case label(key: String, value: String?)
    case annotate(key: String, value: String?)
    /// The object as an editor showed it and as a person left it (YAML): what differs is sent.
    case edit(from: String, to: String)
  }

  package var action: Action
  package var target: ObjectRef

  package init(_ action: Action, _ target: ObjectRef) {
    self.action = action
    self.target = target
  }

  /// How an object is deleted.
  package struct Deletion: Sendable, Hashable {
    /// What happens to the objects it owns.
    package enum Propagation: String, Sendable, CaseIterable {
      case background = "Background"
      case foreground = "Foreground"
      case orphan = "Orphan"
    }

    package var propagation = Propagation.background
    /// nil leaves it to the object.
    package var graceSeconds: Int?
    /// At once, without waiting for the node to say that its containers have ended.
    package var isForced = false
    package init() {}
  }

  /// Which pods a drain may evict (`kubectl drain`).
  package struct Draining: Sendable, Hashable {
    package var deletesLocalData = false
    /// Pods that no controller makes again.
    package var deletesUnmanaged = false
    package var graceSeconds: Int?
    package init() {}
  }
}

/// What the server says would come of a change, and what else a person should know before it is sent.
package struct Preview: Sendable {
  package enum Verdict: Sendable, Hashable {
    /// The server would do it.
    case ready
    /// It can't be tried without doing it; why.
    case untried(String)
    /// Nothing would change.
    case nothing(String)
    /// The server would not do it: its own words.
    case refused(String)
  }

  package var change: Change
  package var verdict: Verdict
  /// "Scale deployment web to 5 replicas"
  package var title: String
  /// The same with kubectl.
  package var command: String
  /// "PATCH /apis/apps/v1/namespaces/shop/deployments/web/scale"
  package var request: String
  /// What would be different, as lines of a diff.
  package var difference: [PageLine]
  /// Who owns what is changed, what would undo it, what else it reaches.
  package var notes: [Note]
  /// What has changed in the object since it was previewed; nothing is sent before that was seen.
  package var changedSince: [PageLine] = []
  /// The object as it was then, and as the server would leave it.
  package var base: WholeObject?
  package var result: WholeObject?
  /// What takes it back, where something does.
  package var undo: Change?
  /// The UIDs of other objects that it takes away: the pods of a drain. No others are.
  package var reach: Set<String> = []

  package init(
    _ change: Change, _ verdict: Verdict, title: String, command: String = "", request: String = "",
    difference: [PageLine] = [], notes: [Note] = [], base: WholeObject? = nil, result: WholeObject? = nil,
    undo: Change? = nil
  ) {
    self.change = change
    self.verdict = verdict
    self.title = title
    self.command = command
    self.request = request
    self.difference = difference
    self.notes = notes
    self.base = base
    self.result = result
    self.undo = undo
  }

  package struct Note: Sendable, Hashable {
    package var text: String
    package var tone: Tone
    package init(_ text: String, _ tone: Tone = .pending) {
      self.text = text
      self.tone = tone
    }
  }

  /// Whether it may be sent as it stands.
  package var isSendable: Bool {
    guard changedSince.isEmpty else { return false }
    switch verdict {
    case .ready, .untried: return true
    case .nothing, .refused: return false
    }
  }
}

/// A change that a person confirmed, as it was shown to them.
package struct Submission: Sendable {
  /// Unique in this session.
  package var id: Int
  package var preview: Preview
  package var change: Change { preview.change }

  package init(id: Int, preview: Preview) {
    self.id = id
    self.preview = preview
  }
}

/// What has become of a change so far.
package struct Progress: Sendable, Hashable {
  package enum State: Sendable, Hashable {
    case sending
    /// The server took it; what follows from it is under way.
    case following
    case done
    /// It does not go on by itself.
    case stuck
    /// Somebody else changed it back.
    case undone
    /// The server did not take it.
    case refused
    /// It was not sent, since the object is no longer what was previewed.
    case overtaken
    /// The answer was lost, and looking did not tell either.
    case unknown
  }

  package var state: State
  /// One sentence: "3 of 5 pods are ready", the server's own words, who undid it.
  package var text: String
  /// One line for each part of it: the pods of a drain.
  package var parts: [Note]
  package typealias Note = Preview.Note

  package init(_ state: State, _ text: String, parts: [Note] = []) {
    self.state = state
    self.text = text
    self.parts = parts
  }

  /// Whether nothing more is told. What is stuck may yet go on, and what is done be undone.
  package var isFinal: Bool {
    switch state {
    case .refused, .overtaken, .unknown, .undone: true
    case .sending, .following, .stuck, .done: false
    }
  }
}

/// Changes things. It exists only with a person's consent: a read-only session has none.
package struct Writer: Sendable {
  /// Serves a need for a preview: asks what would come of the change, and watches whether its object stays as it was.
  package var preview: @Sendable (Need, Outbox) -> Stop
  /// Sends a change once and follows it to its end. Tells `Delta.progress`.
  package var submit: @Sendable (Submission, Outbox) -> Stop
  /// Frees the connection.
  package var close: @Sendable () -> Void

  package init(
    preview: @escaping @Sendable (Need, Outbox) -> Stop,
    submit: @escaping @Sendable (Submission, Outbox) -> Stop, close: @escaping @Sendable () -> Void = {}
  ) {
    self.preview = preview
    self.submit = submit
    self.close = close
  }
}
