import Cluster
import Document

/// Makes rows of the Secrets of one namespace: releases, or the revisions of one.
///
/// @unchecked: confined to the engine's queue.
final class HelmSource: WatchConsumer, @unchecked Sendable {
  private let isOfRevisions: Bool
  private(set) var book = HelmBook()
  private var row: RowWriter
  private var hasListed = false
  private let post: (RowBatch) -> Void
  private let tell: (Phase) -> Void
  private let changed: () -> Void

  /// - Parameter changed: called when there may be revisions whose chart is not known.
  init(
    source: Int, isOfRevisions: Bool, post: @escaping (RowBatch) -> Void, tell: @escaping (Phase) -> Void,
    changed: @escaping () -> Void
  ) {
    self.isOfRevisions = isOfRevisions
    self.post = post
    self.tell = tell
    self.changed = changed
    row = RowWriter(source: source)
  }

  /// Those whose rows are shown.
  var shown: [HelmRevision] { isOfRevisions ? Array(book.revisions.values) : book.newest }

  func learn(_ chart: HelmChart, of revision: HelmRevision) {
    guard book.revisions[revision.uid] != nil else { return }
    book.learn(chart, of: revision.uid)
    write(revision)
    flush()
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { book.forgetAll() }
    list.eachItem { object in if let revision = HelmRevision(object) { book.add(revision) } }
    guard completes else { return }
    row.beginList()
    for revision in shown { put(revision) }
    row.completeList()
    hasListed = true
    flush()
    changed()
  }

  func happened(_ event: WatchEvent) {
    guard let revision = HelmRevision(event.object) else { return }
    if event.change == .deleted {
      book.remove(uid: revision.uid)
      if isOfRevisions { return remove(uid: revision.uid) }
      if let before = book.newest(of: revision.key) { put(before) } else { remove(uid: revision.key) }
    } else {
      book.add(revision)
      write(revision)
    }
  }

  func settled() {
    flush()
    if hasListed { changed() }
  }

  func vanished() {
    book.forgetAll()
    row.beginList()
    row.completeList()
    flush()
  }

  func phaseChanged(_ phase: Phase) { tell(phase) }
  func noticed(_ notice: String) {}

  // MARK: Rows

  private func flush() {
    let batch = row.takeBatch()
    if !batch.isEmpty { post(batch) }
  }

  /// Older revisions of a release have no row among releases.
  private func write(_ revision: HelmRevision) {
    if isOfRevisions { put(revision) } else if let newest = book.newest(of: revision.key) { put(newest) }
  }

  private func put(_ revision: HelmRevision) {
    row.begin(
      uid: isOfRevisions ? revision.uid : revision.key, namespace: revision.namespace,
      name: isOfRevisions ? revision.secret : revision.release)
    let chart = book.charts[revision.uid]
    row.cell(revision.number)
    row.cell(revision.status)
    row.cell(chart?.chart ?? "")
    row.cell(chart?.appVersion ?? "")
    row.cell(moment: revision.updated)
    if isOfRevisions { row.cell(chart?.description ?? "") }
    // The Secret is what is asked for when it is opened.
    row.setDrill(revision.secret)
    let health = revision.health
    row.tone = health.tone
    var reason = health.reason
    if health.tone == .bad, let words = chart?.description, !words.isEmpty { reason += ": \(words)" }
    if !reason.isEmpty { row.setReason(reason) }
    row.end()
  }

  private func remove(uid: String) {
    row.begin(uid: uid, namespace: "", name: "")
    row.endRemoved()
  }
}
