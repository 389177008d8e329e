import Cluster
import Terminal

/// A strip over the time that a timeline spans: where changes were made, what likely set something off, and where
/// something broke.
struct TimelineStrip {
  let height = 3
  private let axis: TimeAxis
  private var marks: [Character]
  private static let label = 2
  /// Seconds that a strip may span: the least that shows most of what happened, so that one old line does not press all
  /// others into its last column.
  private static let spans: [Int64] = [900, 3_600, 21_600, 86_400, 604_800, 2_592_000]

  init(_ happenings: [Happening], now: Int64, zoneOffsetSeconds: Int, width: Int) {
    let oldest = max(0, happenings.map(\.at).min() ?? now)
    let trigger = happenings.first(where: \.isTrigger)?.at ?? now
    let span = Self.spans.first { span in
      let within = happenings.count { $0.at >= now - span }
      return within * 5 >= happenings.count * 3 && trigger >= now - span
    }
    let from = min(now, max(oldest - 30, now - (span ?? now)))
    let columns = max(10, width - 2 * Self.label)
    axis = TimeAxis(
      from: from * 1_000, to: max(from + 60, now) * 1_000, columns: columns,
      zoneOffsetSeconds: zoneOffsetSeconds)
    marks = [Character](repeating: "─", count: columns)
    // What matters more stands over what matters less.
    for happening in happenings.sorted(by: { Self.rank($0) < Self.rank($1) }) {
      guard let column = Self.milliseconds(happening.at).flatMap(axis.column) else { continue }
      marks[column] = Self.sign(happening)
    }
  }

  /// nil for a moment that no strip reaches.
  private static func milliseconds(_ seconds: Int64) -> Int64? {
    let (milliseconds, overflows) = seconds.multipliedReportingOverflow(by: 1_000)
    return overflows ? nil : milliseconds
  }

  private static func rank(_ happening: Happening) -> Int {
    happening.isTrigger ? 3 : happening.sort == .began ? 2 : happening.isChange ? 1 : 0
  }

  private static func sign(_ happening: Happening) -> Character {
    switch rank(happening) {
    case 3: ">"
    case 2: "x"
    case 1: "*"
    default: "·"
    }
  }

  /// - Parameter cursor: the moment of the line that is read, seconds since 1970.
  func draw(on canvas: inout Canvas, x: Int, y: Int, cursor: Int64?) {
    for (column, mark) in marks.enumerated() {
      let style: Style =
        switch mark {
        case ">": Theme.span(.warning)
        case "x": Theme.row(.bad)
        case "*": Theme.span(.key)
        default: Theme.axis
        }
      canvas.put(String(mark), x: x + Self.label + column, y: y, style: style)
    }
    if let column = cursor.flatMap(Self.milliseconds).flatMap(axis.column) {
      canvas.restyle(Rect(x: x + Self.label + column, y: y, width: 1, height: 1)) { $0.reverse = true }
    }
    for tick in axis.ticks {
      guard tick.column + Text.columns(tick.text) <= marks.count else { continue }
      canvas.put(tick.text, x: x + Self.label + tick.column, y: y + 1, style: Theme.axis)
    }
    canvas.put(
      "* changed   > likely set it off   x broke   · event", x: x + Self.label, y: y + 2, style: Theme.ghost)
  }
}
