import Cluster
import Terminal

/// What the rollout screen lists below its head: the pods that hold it up, then the history.
struct RolloutRows {
  /// What a row stands for; the cursor stays with it.
  enum Item: Hashable {
    case blocker(uid: String)
    case revision(name: String)
  }

  struct Row {
    var line: StyledLine
    var item: Item?
  }

  /// More pods than this would push the history off the screen.
  private static let maxBlockers = 6

  private(set) var rows: [Row] = []

  init() {}

  init(_ rollout: Rollout, marks: Set<String>, now: Int64, width: Int) {
    let blockers = rollout.blockers.prefix(Self.maxBlockers)
    if !blockers.isEmpty {
      let title = "WHAT HOLDS IT UP" + (rollout.blockerCount > 1 ? " (\(rollout.blockerCount) pods)" : "")
      rows.append(Row(line: StyledLine([("  " + title, Theme.columnTitle)])))
      let names = blockers.map { Text.columns($0.pod.name) }.max() ?? 0
      let words = blockers.map { Text.columns($0.status) }.max() ?? 0
      let columns = (name: min(names, max(20, width / 4)), status: min(words, 22))
      rows += blockers.map { Self.row($0, columns, now: now) }
      let more = rollout.blockerCount - blockers.count
      if more > 0 {
        rows.append(Row(line: StyledLine([("  and \(more) more", Theme.ghost)])))
      }
      rows.append(Row(line: StyledLine([])))
    }
    addHistory(rollout, marks, now: now, width: width)
  }

  private static func row(
    _ blocker: Rollout.Blocker, _ columns: (name: Int, status: Int), now: Int64
  ) -> Row {
    let tone = Theme.row(blocker.tone)
    let name = Text.truncated(blocker.pod.name, columns: columns.name, keepTail: true)
    let status = Text.truncated(blocker.status, columns: columns.status)
    let age = blocker.since.map { Age.text(seconds: now - $0) } ?? ""
    var line = StyledLine([("\(blocker.tone.glyph) ", tone), (name.padding(columns.name + 2), tone)])
    line.append(status.padding(columns.status + 2), tone)
    line.append(age.padding(7), Style())
    line.append(Text.harmless(Moment.rendered(blocker.why, now: now)), Style())
    return Row(line: line, item: .blocker(uid: blocker.pod.uid))
  }

  // MARK: History

  private mutating func addHistory(_ rollout: Rollout, _ marks: Set<String>, now: Int64, width: Int) {
    if rollout.revisions.isEmpty {
      rows.append(Row(line: StyledLine([("  no revisions are kept", Theme.ghost)])))
      return
    }
    let causes = rollout.revisions.map { Text.columns($0.cause.isEmpty ? "-" : $0.cause) }.max() ?? 1
    let cause = max(5, min(causes, (width - 26) / 2))
    let title =
      "  " + "REVISION".padding(10) + "AGE".padding(7) + "PODS".padding(6) + "CAUSE".padding(cause + 2)
      + "IMAGES"
    rows.append(Row(line: StyledLine([(title, Theme.columnTitle)])))
    for revision in rollout.revisions {
      let isMarked = marks.contains(revision.name)
      var line = StyledLine([(isMarked ? "+ " : revision.isCurrent ? "* " : "  ", Theme.mark)])
      let style = revision.isCurrent ? Style(bold: true) : Style()
      let age = revision.created.map { Age.text(seconds: now - $0) } ?? "-"
      let text = Text.truncated(revision.cause.isEmpty ? "-" : revision.cause, columns: cause)
      let number = String(revision.number) + (isMarked && revision.isCurrent ? " *" : "")
      let pods = revision.pods > 0 || revision.isCurrent ? String(revision.pods) : "-"
      line.append(number.padding(10) + age.padding(7) + pods.padding(6) + text.padding(cause + 2), style)
      line.append(revision.images.map(Self.short).joined(separator: ", "), style)
      rows.append(Row(line: line, item: .revision(name: revision.name)))
    }
  }

  /// "shop/web:1.2" of "registry.example.com/shop/web:1.2": what tells revisions apart stands at the end.
  private static func short(_ image: String) -> String {
    let parts = image.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 1, let host = parts.first, host.contains(where: { $0 == "." || $0 == ":" }) else {
      return Text.harmless(image)
    }
    return Text.harmless(parts.dropFirst().joined(separator: "/"))
  }

  // MARK: The cursor

  /// The places a cursor may stand.
  var stops: [Int] { rows.indices.filter { rows[$0].item != nil } }

  func place(of item: Item?) -> Int? { item.flatMap { item in rows.firstIndex { $0.item == item } } }
}
