import Cluster
import Terminal

/// The parts below the sentence.
extension WhyText {
  private static let maxEvidence = 6
  private static let maxAffected = 4
  private static let maxConsequences = 6
  private static let maxHappenings = 10
  private static let maxOthers = 6
  /// As many as there are digits.
  private static let maxOffers = 9

  private func limit(_ count: Int) -> Int { isFull ? .max : count }

  // MARK: Evidence

  mutating func addEvidence(_ finding: Finding) {
    guard !finding.evidence.isEmpty else { return }
    addTitle("Evidence")
    let shown = finding.evidence.prefix(limit(Self.maxEvidence))
    let longest = shown.map { Text.columns(clean($0.source.label)) }.max() ?? 0
    let columns = min(longest, max(14, width * 3 / 10))
    for evidence in shown { add(evidence, labelColumns: columns) }
    addMore(finding.evidence.count - shown.count, "lines: e shows all")
  }

  private mutating func add(_ evidence: Evidence, labelColumns: Int) {
    let label = label(evidence.source, columns: labelColumns)
    var line = StyledLine([(clean(evidence.text), Style())])
    // A text with a moment in it says itself when that was.
    if let at = evidence.at, !evidence.text.contains("\u{1E}") { line.append("  \(ago(at))", Theme.ghost) }
    if let object = evidence.object, !object.isSame(as: diagnosis.subject) {
      line.append("  \(kinds.word(for: object)) \(Text.harmless(object.name))", Theme.ghost)
    }
    add(line, before: [("  ", Style()), (label.padding(labelColumns + 2), Theme.ghost)])
  }

  /// Of a path its end tells the most.
  private func label(_ source: Evidence.Source, columns: Int) -> String {
    guard case .field(let path) = source else {
      return Text.truncated(clean(source.label), columns: columns, keepTail: true)
    }
    return "field " + Text.truncatedHead(clean(path), columns: max(8, columns - 6))
  }

  mutating func addAffected(_ finding: Finding) {
    let affected = finding.affected.filter {
      !$0.isSame(as: diagnosis.subject) && !(diagnosis.problem?.subject.isSame(as: $0) ?? false)
    }
    guard let first = affected.first else { return }
    let count = max(finding.affectedCount, affected.count)
    let kind = kinds[first.kind]
    let what = count == 1 ? kind?.singular ?? "object" : kind?.plural ?? "objects"
    addTitle("Where it shows", note: "  \(count) \(what)")
    let shown = affected.prefix(limit(Self.maxAffected))
    for ref in shown { addLink(ref, Text.harmless(ref.name)) }
    addMore(count - shown.count, count - shown.count == 1 ? kind?.singular ?? "object" : what)
  }

  private mutating func addLink(_ ref: ObjectRef, _ text: String, note: String = "") {
    add(
      StyledLine([(text, Theme.span(.link)), (note, Style())]), before: [("  ", Style())], item: .object(ref))
  }

  mutating func addConsequences(_ problem: Problem) {
    guard !problem.consequences.isEmpty else { return }
    addTitle("What it breaks besides")
    let shown = problem.consequences.prefix(limit(Self.maxConsequences))
    for each in shown where !each.subject.isSame(as: diagnosis.subject) {
      let headline = clean(each.headline)
      addLink(
        each.subject, kinds.words(for: each.subject, each.kindName),
        note: headline.isEmpty ? "" : "  \(headline)")
    }
    addMore(problem.consequences.count - shown.count, "objects: e shows all")
  }

  // MARK: What to do

  mutating func addOffers(_ problem: Problem) {
    var known: Set<Offer> = []
    let all = problem.findings.flatMap(\.offers).filter { known.insert($0).inserted }
    guard !all.isEmpty else { return }
    addTitle("What to do", note: isInteractive ? "  a number or enter" : "")
    offers = Array(all.prefix(Self.maxOffers))
    for (index, offer) in offers.enumerated() {
      var line = StyledLine([(clean(offer.title), Style())])
      switch offer.action {
      case .change: line.append("  shows first what would change", Theme.ghost)
      case .view: break
      case .command(let command):
        let command = Text.harmless(command)
        line.append(offer.title == command ? "  copies it" : "  $ \(command)", Theme.ghost)
      }
      add(line, before: [("  \(index + 1) ", Theme.hintKey)], item: .offer(offer))
    }
  }

  // MARK: What happened

  mutating func addTimeline() {
    var happenings = diagnosis.timeline.happenings
    if let trigger = diagnosis.problem?.trigger, !happenings.contains(where: \.isTrigger) {
      let at = happenings.firstIndex { $0.at <= trigger.at } ?? happenings.endIndex
      happenings.insert(trigger, at: at)
    }
    guard !happenings.isEmpty else { return }
    let hasTrigger = happenings.contains(where: \.isTrigger)
    addTitle("What happened", note: "  the newest first" + (hasTrigger ? "; > likely set it off" : ""))
    var shown = Array(happenings.prefix(limit(Self.maxHappenings)))
    // The trigger may be long ago.
    if !shown.contains(where: \.isTrigger), let trigger = happenings.first(where: \.isTrigger) {
      shown[shown.count - 1] = trigger
    }
    let clocks = shown.map { Text.columns(clock($0.at)) }.max() ?? 8
    for happening in shown { add(happening, clockColumns: clocks) }
    addMore(happenings.count - shown.count, "before and between: T shows all")
  }

  private mutating func add(_ happening: Happening, clockColumns: Int) {
    let style = happening.isTrigger ? Theme.span(.warning) : Style()
    var line = StyledLine([(clean(happening.text), style)])
    if happening.count > 1 { line.append(" x\(happening.count)", Theme.ghost) }
    if !happening.by.isEmpty { line.append("  by \(clean(happening.by))", Theme.ghost) }
    if !happening.subject.isSame(as: diagnosis.subject) {
      line.append(
        "  \(kinds.word(for: happening.subject)) \(Text.harmless(happening.subject.name))", Theme.ghost)
    }
    let age = Age.text(seconds: max(0, now - happening.at))
    add(
      line,
      before: [
        (happening.isTrigger ? "> " : "  ", style),
        (clock(happening.at).padding(clockColumns + 1), Theme.ghost),
        (age.padding(7), Style()),
      ])
    guard let ground = happening.ground, !ground.isEmpty else { return }
    add(
      clean(ground), Theme.span(.warning),
      before: [(String(repeating: " ", count: clockColumns + 10), Style())])
  }

  // MARK: The rest

  mutating func addOthers(_ problem: Problem) {
    guard !problem.others.isEmpty else { return }
    addTitle("Found besides")
    let shown = problem.others.prefix(limit(Self.maxOthers))
    for finding in shown {
      add(
        StyledLine([
          (clean(finding.headline), Style()),
          ("; \(finding.verdict.words): \(clean(finding.verdict.ground))", Theme.ghost),
        ]), before: [("\(finding.severity.glyph) ", finding.severity.style)])
      for evidence in finding.evidence.prefix(isFull ? .max : 1) {
        add(
          StyledLine([
            (clean(evidence.source.label) + "  ", Theme.ghost), (clean(evidence.text), Theme.ghost),
          ]),
          before: [("    ", Style())])
      }
    }
    addMore(problem.others.count - shown.count, "findings: e shows all")
  }

  mutating func addLookedAt() {
    let findings = diagnosis.problem?.findings ?? []
    var known: Set<String> = []
    let unseen = (diagnosis.unseen + findings.flatMap(\.unseen) + diagnosis.timeline.unseen)
      .filter { known.insert($0).inserted }
    if !unseen.isEmpty {
      addTitle("Not looked at")
      for sentence in unseen {
        add(clean(sentence), Theme.span(.warning), before: [("? ", Theme.row(.unknown))])
      }
    }
    guard !diagnosis.checked.isEmpty else { return }
    addTitle("Looked at")
    add(diagnosis.checked.map(clean).joined(separator: "; "), Theme.ghost, before: [("  ", Style())])
  }
}
