import Cluster
import Terminal

/// Why an object is in its state, as lines: the sentence first, then the ground for it, what to do and what happened
/// before. Whoever draws it decides how much of it is seen.
struct WhyText {
  /// What a person may choose.
  enum Item: Hashable {
    case offer(Offer)
    case object(ObjectRef)
  }

  struct Row {
    var line: StyledLine
    /// Which of `items` it belongs to.
    var item: Int?
  }

  private(set) var rows: [Row] = []
  private(set) var items: [Item] = []
  /// The offers among the items, in their numbered order.
  var offers: [Offer] = []

  /// What stands in it: all, or what a wide screen shows in two columns.
  enum Part {
    case whole
    /// The sentence, its ground and what to do.
    case finding
    /// What happened, what else was found and what was looked at; nothing of it can be chosen.
    case history
  }

  let diagnosis: Diagnosis
  let kinds: Catalog
  let now: Int64
  let zoneOffsetSeconds: Int
  let width: Int
  /// Shows all lines of every part.
  let isFull: Bool
  /// Whether there are keys to choose with.
  let isInteractive: Bool

  init(
    _ diagnosis: Diagnosis, kinds: Catalog, now: Int64, zoneOffsetSeconds: Int, width: Int,
    isFull: Bool = false,
    part: Part = .whole, isInteractive: Bool = true
  ) {
    self.diagnosis = diagnosis
    self.kinds = kinds
    self.now = now
    self.zoneOffsetSeconds = zoneOffsetSeconds
    self.width = max(20, width)
    self.isFull = isFull
    self.isInteractive = isInteractive
    if part != .history { addFinding() }
    if part != .finding { addHistory() }
  }

  private mutating func addFinding() {
    addHead()
    guard let problem = diagnosis.problem else { return }
    addEvidence(problem.finding)
    addOffers(problem)
    addAffected(problem.finding)
    addConsequences(problem)
  }

  private mutating func addHistory() {
    addTimeline()
    if let problem = diagnosis.problem { addOthers(problem) }
    addLookedAt()
  }

  /// The lines alone, for text and for screens without a cursor.
  var lines: [StyledLine] { rows.map(\.line) }

  /// For pipes and files.
  var plainText: String {
    lines.map { line in
      var text = line.text
      while text.last == " " { text.removeLast() }
      return text
    }.joined(separator: "\n")
  }

  // MARK: Putting together

  func clean(_ text: String) -> String { Text.harmless(Moment.rendered(text, now: now)) }
  func clock(_ at: Int64) -> String { ClockWords.text(at, now: now, zoneOffsetSeconds: zoneOffsetSeconds) }
  func ago(_ at: Int64) -> String { "\(Age.text(seconds: max(0, now - at))) ago" }

  /// A text wrapped into the width; what stands before it stands in the first of its rows.
  mutating func add(_ line: StyledLine, before: [StyledLine.Piece] = [], item: Item? = nil) {
    let columns = before.reduce(0) { $0 + Text.columns($1.text) }
    let blank = String(repeating: " ", count: columns)
    var number: Int?
    if let item {
      number = items.count
      items.append(item)
    }
    for (index, part) in line.wordRows(columns: max(10, width - columns - 1)).enumerated() {
      let start = index == 0 ? before : [(blank, Style())]
      rows.append(Row(line: StyledLine(start + part.pieces), item: number))
    }
  }

  mutating func add(_ text: String, _ style: Style, before: [StyledLine.Piece] = [], item: Item? = nil) {
    add(StyledLine([(text, style)]), before: before, item: item)
  }

  mutating func addTitle(_ title: String, note: String = "") {
    rows.append(Row(line: StyledLine([])))
    rows.append(Row(line: StyledLine([(title, Theme.span(.heading)), (note, Theme.ghost)])))
  }

  mutating func addMore(_ count: Int, _ what: String) {
    guard count > 0 else { return }
    add("and \(count) more \(what)", Theme.ghost, before: [("  ", Style())])
  }

  // MARK: The sentence

  private mutating func addHead() {
    let name = kinds.words(for: diagnosis.subject, diagnosis.kindName)
    var bold = Theme.row(tone)
    bold.bold = true
    add(name + stateWords, bold, before: [("\(glyph) ", bold)])
    if let problem = diagnosis.problem {
      addRelation(problem)
      addVerdict(problem)
    } else if case .broken = diagnosis.state {
      add("what is wrong was not told", Theme.ghost, before: [("  ", Style())])
    }
    if !diagnosis.isWhole { add("still looking…", Theme.ghost, before: [("  ", Style())]) }
  }

  private var tone: Tone {
    switch diagnosis.state {
    case .healthy: .good
    case .underway: .starting
    case .broken: diagnosis.problem?.severity.tone ?? .bad
    case .gone: .ending
    case .unknown: .unknown
    }
  }

  private var glyph: Character {
    if case .broken = diagnosis.state, let problem = diagnosis.problem { return problem.severity.glyph }
    return tone.glyph
  }

  private var stateWords: String {
    switch diagnosis.state {
    case .healthy(let how): how.isEmpty ? " is well" : " is well: \(clean(how))"
    case .underway(let ground): ground.isEmpty ? " is on its way" : " is on its way: \(clean(ground))"
    case .broken:
      diagnosis.problem.flatMap { isSubject($0) ? $0.tally : nil }
        .map { " \($0.ready)/\($0.wanted) ready" } ?? ""
    case .gone(let how): how.isEmpty ? " is not there" : " is not there: \(clean(how))"
    case .unknown(let why):
      why.isEmpty ? ": it cannot be told how it is" : ": it cannot be told how it is: \(clean(why))"
    }
  }

  private func isSubject(_ problem: Problem) -> Bool { problem.subject.isSame(as: diagnosis.subject) }

  /// A pod is told as a part of what made it; what breaks it may be a node.
  private mutating func addRelation(_ problem: Problem) {
    guard !isSubject(problem) else { return }
    let isConsequence = problem.consequences.contains { $0.subject.isSame(as: diagnosis.subject) }
    let isWorkload = kinds[problem.subject.kind]?.role == .workload
    let relation = isWorkload && !isConsequence ? "part of" : "it comes from"
    var text = "\(relation) \(kinds.words(for: problem.subject, problem.kindName))"
    if let tally = problem.tally { text += ", \(tally.ready)/\(tally.wanted) ready" }
    add(text, Theme.span(.link), before: [("  ", Style())], item: .object(problem.subject))
  }

  private mutating func addVerdict(_ problem: Problem) {
    let indent: [StyledLine.Piece] = [("  ", Style())]
    var style = Style(bold: true)
    add(clean(problem.finding.headline), style, before: indent)
    if let since = problem.since {
      add("since \(clock(since)), for \(Age.text(seconds: max(0, now - since)))", Style(), before: indent)
    }
    style = problem.finding.verdict.style
    style.bold = true
    let ground = clean(problem.finding.verdict.ground)
    add(
      StyledLine([
        (problem.finding.verdict.words, style), (ground.isEmpty ? "" : ": \(ground)", Style()),
      ]), before: indent)
    if let trigger = problem.trigger {
      let by = trigger.by.isEmpty ? "" : " by \(clean(trigger.by))"
      let seconds = problem.since.map { $0 - trigger.at }
      let before = seconds.flatMap { $0 >= 0 ? ", \(Age.text(seconds: $0)) before" : nil } ?? ""
      let ground = clean(trigger.ground ?? "")
      add(
        StyledLine([
          ("likely set off by ", Style()), (clean(trigger.text), Theme.span(.warning)),
          ("\(by)\(ground.isEmpty ? before : ": \(ground)")", Style()),
        ]), before: indent)
    }
  }
}

extension ObjectRef {
  /// Whether both name the same object, whether their UIDs are known or not.
  func isSame(as other: ObjectRef) -> Bool {
    kind == other.kind && namespace == other.namespace && name == other.name
      && (uid == other.uid || uid.isEmpty || other.uid.isEmpty)
  }
}

extension Diagnosis {
  /// What a problem alone tells, before its object was looked at more closely.
  init(of problem: Problem) {
    self.init(problem.subject, kindName: problem.kindName, .broken)
    self.problem = problem
    isWhole = true
  }
}
