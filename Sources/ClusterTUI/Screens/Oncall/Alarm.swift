import Cluster

/// Decides which problems are worth a bell: those that appear after everything was looked at once, fail something, and
/// have not only come back.
struct Alarm {
  /// Those of the last board: nothing is told while nothing changes.
  private var present: Set<String> = []
  /// When those that are gone went, seconds since 1970.
  private var goneAt: [String: Int64] = [:]
  /// Since when a whole board has been there.
  private var wholeAt: Int64?
  /// Since when nothing is on its way any more.
  private var readyAt: Int64?
  private var isArmed = false

  /// What comes back within so long is the same trouble.
  static let flapSeconds: Int64 = 300
  /// Kinds that the server has just told are watched a moment later.
  static let settleSeconds: Int64 = 5
  /// What is still on its way after so long does not keep the bell silent.
  static let patienceSeconds: Int64 = 60

  /// The new ones, the worst first.
  ///
  /// - Parameter isReady: whether all kinds are known and everything that was asked for has come.
  mutating func saw(_ board: ProblemBoard, isReady: Bool, now: Int64) -> [Problem] {
    guard board.isWhole else {
      readyAt = nil
      return []
    }
    if !isArmed {
      isArmed =
        readyAt.map { now - $0 >= Self.settleSeconds } == true
        || wholeAt.map { now - $0 >= Self.patienceSeconds } == true
      wholeAt = wholeAt ?? now
      readyAt = isReady ? readyAt ?? now : nil
    }
    let failing = board.problems.filter { $0.severity >= .error }
    let ids = Set(failing.map(\.id))
    goneAt = goneAt.filter { now - $0.value <= Self.flapSeconds }
    let new = isArmed ? failing.filter { !present.contains($0.id) && goneAt[$0.id] == nil } : []
    for id in present.subtracting(ids) { goneAt[id] = now }
    for id in ids { goneAt[id] = nil }
    present = ids
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
