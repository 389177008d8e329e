import Cluster

/// Decides which problems are worth a bell: those that appear after everything was looked at once, fail something, and
/// have not only come back.
struct Alarm {
  /// Those of the last board: nothing is told while nothing changes.
  private var present: Set<String> = []
  /// When those that are gone went, seconds since 1970.
  private var goneAt: [String: Int64] = [:]
  private var isArmed = false

  /// What comes back within so long is the same trouble.
  static let flapSeconds: Int64 = 300

  /// The new ones, the worst first.
  mutating func saw(_ board: ProblemBoard, now: Int64) -> [Problem] {
    guard board.isWhole else { return [] }
    let failing = board.problems.filter { $0.severity >= .error }
    let ids = Set(failing.map(\.id))
    goneAt = goneAt.filter { now - $0.value <= Self.flapSeconds }
    let new = isArmed ? failing.filter { !present.contains($0.id) && goneAt[$0.id] == nil } : []
    for id in present.subtracting(ids) { goneAt[id] = now }
    for id in ids { goneAt[id] = nil }
    present = ids
    isArmed = true
    return new
  }
}

/// What is told to somebody who does not look at the screen.
struct Alert: Hashable {
  var ringsBell: Bool
  var notifies: Bool
  var text: String

  /// One line for all that broke at once.
  init?(_ problems: [Problem], _ kinds: Catalog, now: Int64, ringsBell: Bool, notifies: Bool) {
    guard let first = problems.first, ringsBell || notifies else { return nil }
    (self.ringsBell, self.notifies) = (ringsBell, notifies)
    text = ProblemWords(first, kinds, now: now).sentence
    if problems.count > 1 { text += " (and \(problems.count - 1) more)" }
  }
}
