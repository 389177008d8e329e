import Terminal

/// How the rows of a screen are shared out: what is broken above, what changed below it, the log at the foot. Each part
/// below the first has a row for its title.
struct OncallLayout: Equatable {
  private(set) var problems: Rect
  /// Without their titles; of no height where there is no room.
  private(set) var changes: Rect
  private(set) var log: Rect

  private static let minHeight = 12
  private static let maxChanges = 10

  init(_ area: Rect) {
    func part(_ y: Int, _ height: Int) -> Rect { Rect(x: area.x, y: y, width: area.width, height: height) }
    guard area.height >= Self.minHeight else {
      problems = area
      changes = part(area.y + area.height, 0)
      log = changes
      return
    }
    let changeRows = min(Self.maxChanges, area.height / 5)
    let logRows = area.height * 2 / 7
    let rest = area.height - changeRows - logRows - 2
    problems = part(area.y, rest)
    changes = part(area.y + rest + 1, changeRows)
    log = part(area.y + rest + changeRows + 2, logRows)
  }
}
