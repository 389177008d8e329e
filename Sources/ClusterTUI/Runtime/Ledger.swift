import Cluster

/// The changes of this session: what was sent, what became of it, and what a person has not read yet.
struct Ledger {
  struct Entry {
    var id: Int
    var preview: Preview
    /// Where it was sent.
    var context: String
    var user: String
    /// Seconds since 1970; `endedAt` is when its state last became done, stuck, undone or refused.
    var sentAt: Int64
    var endedAt: Int64?
    var progress = Progress(.sending, "sending")
    /// A failure stays in view until a person has seen the list of changes.
    var isRead = false

    var change: Change { preview.change }
    /// What went wrong, or may have.
    var isFailure: Bool {
      switch progress.state {
      case .stuck, .undone, .refused, .overtaken, .unknown: true
      case .sending, .following, .done: false
      }
    }
    var isUnderWay: Bool { progress.state == .sending || progress.state == .following }
  }

  private(set) var entries: [Entry] = []
  /// Rises with every change of an entry.
  private(set) var revision = 0

  subscript(id: Int) -> Entry? { entries.first { $0.id == id } }

  /// Returns the submission to send.
  mutating func add(_ preview: Preview, _ place: Place, now: Int64) -> Submission {
    let id = (entries.last?.id ?? 0) + 1
    entries.append(
      Entry(id: id, preview: preview, context: place.context, user: place.user, sentAt: now))
    revision += 1
    return Submission(id: id, preview: preview)
  }

  mutating func told(_ id: Int, _ progress: Progress, now: Int64) {
    guard let at = entries.firstIndex(where: { $0.id == id }) else { return }
    var progress = progress
    // One's own next change of the same object is no failure of the one before.
    if progress.state == .undone,
      entries[(at + 1)...].contains(where: { $0.change.target == entries[at].change.target })
    {
      progress = Progress(.done, "changed again from here: \(progress.text)")
    }
    if entries[at].progress.state != progress.state {
      entries[at].isRead = false
      entries[at].endedAt = progress.state == .sending || progress.state == .following ? nil : now
    }
    entries[at].progress = progress
    revision += 1
  }

  /// Nobody follows the changes of a context that was left.
  ///
  /// Returns the ids of those that were under way.
  mutating func leave(_ context: String, now: Int64) -> [Int] {
    let ids = entries.filter { $0.context == context && $0.isUnderWay }.map(\.id)
    for id in ids { told(id, Progress(.unknown, "not followed any more: its context was left"), now: now) }
    return ids
  }

  mutating func markRead() {
    for at in entries.indices where !entries[at].isUnderWay { entries[at].isRead = true }
  }

  /// What the tray shows: all that is under way and what ended unread, the newest last.
  func tray(now: Int64) -> [Entry] {
    entries.filter { entry in
      if entry.isUnderWay { return true }
      guard !entry.isRead else { return false }
      return entry.isFailure || now - (entry.endedAt ?? now) < Self.doneSeconds
    }
  }

  /// How long a success stays in the tray.
  private static let doneSeconds: Int64 = 30
}
