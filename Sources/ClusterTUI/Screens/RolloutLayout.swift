import Cluster
import Terminal

/// The lines of the rollout screen: the verdict first, then how far each revision is, and what limits it.
struct RolloutLayout {
  let rollout: Rollout
  let now: Int64
  let width: Int

  private static let maxVerdictLines = 3
  private static let labelColumns = 13

  // MARK: The head

  var head: [StyledLine] {
    var lines = verdict
    lines += rollout.problems.map { StyledLine([("! \(Text.harmless($0))", Theme.span(.warning))]) }
    lines.append(StyledLine([]))
    lines += bars
    lines += facts
    return lines
  }

  /// "x STUCK for 12m: no progress within 60s: ..."
  private var verdict: [StyledLine] {
    var style = Theme.row(rollout.verdict.tone)
    style.bold = true
    let head = "\(rollout.verdict.tone.glyph) \(word)"
    let text = "\(head): \(Moment.rendered(rollout.verdict.text, now: now))"
    var lines = TextWrap.lines(text, columns: max(20, width - 2))
    if lines.count > Self.maxVerdictLines {
      let last = lines[Self.maxVerdictLines - 1]
      lines = Array(lines.prefix(Self.maxVerdictLines))
      lines[lines.count - 1] = Text.truncated(last + " …", columns: max(20, width - 2))
    }
    return lines.enumerated().map { StyledLine([(($0 == 0 ? "" : "  ") + $1, style)]) }
  }

  private var word: String {
    switch rollout.verdict {
    case .done: "DONE"
    case .progressing: "PROGRESSING"
    case .waiting: "WAITING"
    case .paused: "PAUSED"
    case .stuck(_, let since): since.map { "STUCK for \(Age.text(seconds: now - $0))" } ?? "STUCK"
    }
  }

  private var bars: [StyledLine] {
    let shown = [rollout.current].compactMap(\.self) + rollout.others.prefix(3)
    let scale = shown.map { max($0.pods, $0.desired) }.max() ?? 0
    let columns = max(8, min(width / 4, 40))
    var lines = shown.map { bar($0, scale: max(scale, rollout.desired), columns: columns) }
    if rollout.current == nil {
      let none =
        rollout.isPaused ? "no pod has the template of now" : "no revision of the template of now yet"
      lines.insert(
        StyledLine([("  new".padding(Self.labelColumns), Theme.span(.key)), (none, Theme.ghost)]), at: 0)
    }
    let more = rollout.others.count - 3
    if more > 0 { lines.append(StyledLine([("  and \(more) more revisions with pods", Theme.ghost)])) }
    return lines
  }

  private func bar(_ revision: Rollout.Revision, scale: Int, columns: Int) -> StyledLine {
    let wanted = revision.isCurrent ? max(revision.desired, rollout.desired - (rollout.partition ?? 0)) : 0
    let bar = PodBar(
      wanted: wanted, pods: revision.pods, ready: revision.ready, available: revision.available)
    let word = !revision.isCurrent ? "old" : rollout.others.isEmpty ? "now" : "new"
    let label = "  \(word) rev \(revision.number)"
    var line = StyledLine([(label.padding(Self.labelColumns), Theme.span(.key))])
    let drawn = bar.line(scale: scale, columns: columns)
    for piece in drawn.pieces { line.append(piece.text, piece.style) }
    line.append(String(repeating: " ", count: max(0, columns - Text.columns(drawn.text)) + 2), Style())
    let count = revision.isCurrent ? "\(revision.pods) of \(wanted)" : "\(revision.pods)"
    line.append("\(count): \(bar.words)", Style())
    return line
  }

  /// What limits it, as many lines as it takes.
  private var facts: [StyledLine] {
    var facts: [(String, Style)] = []
    let plain = Style()
    if let surge = rollout.maxSurge { facts.append(("surge \(rollout.surge) of \(surge)", plain)) }
    if let unavailable = rollout.maxUnavailable {
      let isOver = rollout.unavailable > unavailable
      facts.append(
        ("unavailable \(rollout.unavailable) of \(unavailable)", isOver ? Theme.span(.warning) : plain))
    }
    facts.append(
      rollout.isObserved
        ? ("generation \(rollout.generation) observed", plain)
        : ("generation \(rollout.generation) not yet observed", Theme.span(.warning)))
    if !rollout.strategy.isEmpty { facts.append((rollout.strategy, plain)) }
    if rollout.isPaused { facts.append(("paused", Theme.span(.warning))) }
    if let partition = rollout.partition { facts.append(("partition \(partition)", plain)) }
    if rollout.minReadySeconds > 0 { facts.append(("min ready \(rollout.minReadySeconds)s", plain)) }
    if let deadline { facts.append(deadline) }
    return flow(facts + [(PodBar.legend, Theme.ghost)])
  }

  private var deadline: (String, Style)? {
    guard let seconds = rollout.deadlineSeconds, let since = rollout.progressedAt else { return nil }
    let left = since + Int64(seconds) - now
    if case .stuck = rollout.verdict, left < 0 {
      return ("deadline passed \(Age.text(seconds: -left)) ago", Theme.span(.bad))
    }
    return ("deadline in \(Age.text(seconds: max(0, left)))", left < 30 ? Theme.span(.warning) : Style())
  }

  private func flow(_ pieces: [(String, Style)]) -> [StyledLine] {
    var lines: [StyledLine] = []
    var line = StyledLine([("  ", Style())])
    var columns = 2
    for (text, style) in pieces {
      let count = Text.columns(text)
      if columns > 2, columns + 3 + count > width {
        lines.append(line)
        (line, columns) = (StyledLine([("  ", Style())]), 2)
      }
      if columns > 2 { line.append("   ", Style()) }
      columns += (columns > 2 ? 3 : 0) + count
      line.append(text, style)
    }
    return lines + [line]
  }
}

extension String {
  /// At least so many columns wide.
  func padding(_ columns: Int) -> String {
    self + String(repeating: " ", count: max(0, columns - Text.columns(self)))
  }
}
