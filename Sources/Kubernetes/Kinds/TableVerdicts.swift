import Cluster
import Document

/// Reads from a Table's cells whether an object is well: some columns are verdicts by their name.
struct TableVerdicts {
  private let verdicts: [(cell: Int, title: String)]
  /// Where a sentence about the verdict may stand, the most telling first.
  private let explanations: [Int]

  init(titles: [String]) {
    verdicts = titles.enumerated().filter { TableVerdicts.isVerdict($0.element) }.map {
      ($0.offset, $0.element)
    }
    let wanted = ["message", "status", "reason", "error"]
    explanations = wanted.compactMap { word in titles.firstIndex { $0.lowercased() == word } }
  }

  static func isVerdict(_ title: String) -> Bool { names.contains(title.lowercased()) }

  private static let names: Set<String> = [
    "ready", "status", "state", "phase", "health", "healthy", "health status", "synced", "sync status",
    "sync",
    "available", "established", "condition", "valid", "installed", "accepted", "programmed", "bound",
    "succeeded",
  ]

  private static let bad: Set<String> = [
    "false", "failed", "error", "degraded", "unhealthy", "notready", "missing", "lost", "denied", "invalid",
    "crashloopbackoff", "stalled", "expired", "failure", "errored", "rejected", "broken",
  ]
  private static let pending: Set<String> = [
    "unknown", "pending", "outofsync", "waiting", "suspended", "paused", "warning", "blocked",
  ]
  private static let starting: Set<String> = [
    "progressing", "creating", "provisioning", "initializing", "installing", "updating", "upgrading",
    "running",
    "reconciling", "inprogress",
  ]
  private static let done: Set<String> = ["complete", "completed", "succeeded", "finished"]

  /// The worst of the verdicts, with the text that another cell has about it.
  func health(_ cells: [JSONSlice], metadata: Metadata) -> Health {
    if metadata.deletion != nil { return Health(.ending, metadata.whyNotGone) }
    var worst = Health.good
    for (cell, title) in verdicts where cell < cells.count {
      let text = cells[cell].plainText
      let tone = TableVerdicts.tone(text)
      guard TableVerdicts.rank(tone) > TableVerdicts.rank(worst.tone) else { continue }
      let isTrouble = tone == .bad || tone == .pending
      worst = Health(tone, isTrouble ? reason("\(title) is \(text)", besides: cell, cells) : "")
    }
    return worst
  }

  private func reason(_ verdict: String, besides cell: Int, _ cells: [JSONSlice]) -> String {
    for other in explanations where other != cell && other < cells.count {
      let text = cells[other].plainText
      if !text.isEmpty, text.lowercased() != "<none>" { return "\(verdict): \(text)" }
    }
    return verdict
  }

  /// "False (MissingEndpoints)" counts by its first word, "Terminating,Pending" too.
  private static func tone(_ text: String) -> Tone {
    let word = text.lowercased().prefix { $0 != " " && $0 != "," && $0 != ":" }
    if bad.contains(String(word)) { return .bad }
    if pending.contains(String(word)) { return .pending }
    if word == "terminating" { return .ending }
    if starting.contains(String(word)) { return .starting }
    return done.contains(String(word)) ? .done : .good
  }

  private static func rank(_ tone: Tone) -> Int {
    switch tone {
    case .bad: 4
    case .pending, .unknown: 3
    case .ending, .starting: 2
    case .done: 1
    case .good: 0
    }
  }
}
