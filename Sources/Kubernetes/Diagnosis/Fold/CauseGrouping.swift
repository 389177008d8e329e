import Cluster

/// Puts problems together that come from the same thing: sixty pods of fourteen workloads on one dead node are one line.
struct CauseGrouping {
  /// By their roots.
  let problems: [FactKey: RankedProblem]
  /// Keys of causes that were told as one before: they stay so while anything of them is left, for lines that come and go
  /// would be worse than a line for one.
  var known: Set<String> = []

  /// The causes that several problems are told under.
  static func causes(in board: [Problem]) -> Set<String> {
    Set(board.compactMap { $0.id.hasPrefix(prefix) ? String($0.id.dropFirst(prefix.count)) : nil })
  }

  private static let prefix = "cause "

  /// What is to be shown, the worst first.
  func board() -> [Problem] {
    var homes: [FactKey: FactKey] = [:]
    var shared: [String: [FactKey]] = [:]
    for (key, problem) in problems {
      guard let cause = problem.cause else { continue }
      let home = FactKey(cause.subject)
      if home != key, problems[home] != nil {
        homes[key] = home
      } else {
        shared[cause.key, default: []].append(key)
      }
    }
    var shown = problems
    var guests: [FactKey: [RankedProblem]] = [:]
    for key in homes.keys {
      let home = finalHome(of: key, homes)
      if home != key, let guest = shown.removeValue(forKey: key) { guests[home, default: []].append(guest) }
    }
    for (key, folded) in guests { shown[key] = shown[key]?.taking(folded) }
    var made: [RankedProblem] = []
    for (cause, keys) in shared {
      let members = keys.filter { shown[$0] != nil }
      guard members.count > (known.contains(cause) ? 0 : 1) else { continue }
      let together = members.sorted { $0.name < $1.name }.compactMap { shown.removeValue(forKey: $0)?.shown }
      if let problem = Self.together(cause, together) { made.append(RankedProblem(problem)) }
    }
    return (Array(shown.values) + made).sorted { $0.rank < $1.rank }.map(\.shown)
  }

  /// The one thing that all which explains a problem comes from; nil when there is none or more than one.
  static func cause(of problem: Problem) -> Finding.Cause? {
    let serious = problem.findings.filter { $0.severity > .notice }
    let all = serious.isEmpty ? problem.findings : serious
    let own = all.filter { !$0.isConsequence }
    // Of what merely follows, that counts which says from what.
    let explaining = own.isEmpty ? all.filter { $0.cause != nil } : own
    guard let cause = explaining.first?.cause, explaining.allSatisfy({ $0.cause?.key == cause.key }) else {
      return nil
    }
    return cause
  }

  private func finalHome(of key: FactKey, _ homes: [FactKey: FactKey]) -> FactKey {
    var (home, seen) = (key, Set([key]))
    while let next = homes[home] {
      // Two that name each other both stay.
      guard seen.insert(next).inserted else { return key }
      home = next
    }
    return home
  }

  /// One problem of several that share a cause which has none of its own.
  private static func together(_ key: String, _ problems: [Problem]) -> Problem? {
    guard let worst = problems.min(by: { $0.isWorse(than: $1) }), let cause = cause(of: worst) else {
      return nil
    }
    var finding = worst.finding
    finding.subject = cause.subject
    finding.headline = cause.headline
    finding.part = ""
    finding.severity = problems.map(\.severity).max() ?? finding.severity
    finding.since = problems.compactMap(\.since).min()
    finding.affected = Array(problems.flatMap(\.finding.affected).prefix(Finding.maxAffected))
    finding.affectedCount = problems.map(\.finding.affectedCount).reduce(0, +)
    finding.cause = nil
    var problem = Problem(
      id: prefix + key, cause.subject, kindName: Folding.kindName(cause.subject.kind), finding)
    problem.take(problems)
    problem.trigger = problems.compactMap(\.trigger).min { $0.at < $1.at }
    return problem
  }
}

extension Problem {
  /// Takes in other problems as what follows from this one.
  mutating func take(_ others: [Problem]) {
    let sorted = others.sorted { $0.isWorse(than: $1) }
    consequences += sorted.map { Consequence($0.subject, kindName: $0.kindName, $0.finding.headline) }
    for other in sorted { consequences += other.consequences }
    guard finding.affectedCount == 0 else { return }
    finding.affected = Array(sorted.flatMap(\.finding.affected).prefix(Finding.maxAffected))
    finding.affectedCount = sorted.map(\.finding.affectedCount).reduce(0, +)
  }
}
