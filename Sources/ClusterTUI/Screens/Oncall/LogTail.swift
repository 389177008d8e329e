import Cluster
import Terminal

/// The last lines of the log that shows what is wrong: it follows the cursor when that rests.
struct LogTail {
  private(set) var query: LogQuery?
  private var wanted: LogQuery?
  private var wantedAt: Int64 = 0
  private static let restMilliseconds: Int64 = 250
  private static let tailLines = 100

  var needs: Set<Need> { query.map { [.log($0)] } ?? [] }
  var wakeAt: Int64? { wanted == query ? nil : wantedAt + Self.restMilliseconds }

  mutating func prepare(_ problem: Problem?, _ world: World) {
    var next = problem.flatMap { ObjectKeys($0, world.kinds).log }
    next?.tailLines = Self.tailLines
    if next != wanted { (wanted, wantedAt) = (next, world.milliseconds) }
    // The first one at once: nothing is shown that it would take the place of.
    if query == nil || world.milliseconds >= wantedAt + Self.restMilliseconds { query = wanted }
  }

  /// "shop/api-7c9d-x2k api"
  var title: String {
    guard let query else { return "log" }
    let containers = query.containers.isEmpty ? "" : " \(query.containers.joined(separator: ","))"
    return Text.harmless(
      "\(query.previous ? "previous log" : "log") of \(query.namespace)/\(query.pod)\(containers)")
  }

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    guard area.height > 0 else { return }
    guard let query else {
      canvas.put(
        "no log tells of it", x: area.x + 2, y: area.y, style: Theme.ghost, maxColumns: area.width - 2)
      return
    }
    guard let ring = world.logs[query], ring.count > 0 else {
      let text = Self.why(world.phase(.log(query)))
      canvas.put(text, x: area.x + 2, y: area.y, style: Theme.ghost, maxColumns: area.width - 2)
      return
    }
    var lines = LogLines()
    lines.update(from: ring)
    let painter = LogPainter(
      ring: ring, look: LogPainter.Look(times: area.width >= 100 ? .local : .none),
      names: LogNames(ring.sources),
      columns: area.width, now: world.now, zoneOffsetSeconds: world.zoneOffsetSeconds, highlight: nil)
    let first = max(0, lines.count - area.height)
    let rows = (first..<lines.count).flatMap { painter.rows($0, lines) }.suffix(area.height)
    for (offset, row) in rows.enumerated() {
      painter.draw(row, on: &canvas, x: area.x, y: area.y + offset, width: area.width, isFound: false)
    }
  }

  private static func why(_ phase: Phase) -> String {
    switch phase {
    case .connecting, .listing: "reading the log…"
    case .live, .partial: "nothing was written so far"
    case .stale(_, let why), .refused(_, let why): Text.harmless(why)
    case .ended(let why): why.isEmpty ? "the log is empty" : "the log is empty: \(Text.harmless(why))"
    }
  }
}
