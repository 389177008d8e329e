import Cluster

/// The lines before the first one: asked for, under way, or known not to be there.
struct LogOlder {
  fileprivate enum State: Equatable {
    case unknown
    case asked(OlderLogQuery)
    case none
    case failed(String)
  }

  private var state = State.unknown
  /// How many lines of each container are asked for: more each time.
  private var maxLines = 1_000
  private static let mostLines = 64_000

  var wanted: OlderLogQuery? { if case .asked(let query) = state { query } else { nil } }

  mutating func ask(_ log: LogQuery, _ ring: LogRing) {
    guard state == .unknown || state.isFailed else { return }
    guard !ring.isFull, ring.byteCount < ring.capacityBytes / 4 * 3 else {
      state = .failed(
        "there is no room for older lines beside \(ring.byteCount >> 20) MB of newer ones: @ asks for another time"
      )
      return
    }
    let anchors = ring.anchors(maxLines: maxLines)
    guard !anchors.isEmpty else { return }
    let share = max(100, maxLines / anchors.count)
    state = .asked(OlderLogQuery(log: log, anchors: anchors, maxLines: anchors.count == 1 ? maxLines : share))
  }

  /// Takes what came of it; whether lines came.
  mutating func update(_ world: World) -> Bool {
    guard let wanted else { return false }
    if case .refused(_, let why) = world.phase(.olderLog(wanted)) {
      state = .failed("older lines: \(why)")
    } else if case .ended = world.phase(.olderLog(wanted)) {
      state = world.olderLogs[wanted] == true ? .unknown : .none
      maxLines = min(Self.mostLines, maxLines * 2)
      return true
    }
    return false
  }

  /// What stands above the first line; a log that was asked for from its start has none before.
  func head(_ log: LogQuery, _ ring: LogRing) -> String? {
    if ring.isFull { return nil }
    switch state {
    case .unknown:
      if log.tailLines == nil, log.sinceSeconds == nil, log.sinceTime == nil {
        return "--- the node has nothing older ---"
      }
      return "--- up again loads older lines ---"
    case .asked: return "--- loading older lines… ---"
    case .none: return "--- the node has nothing older ---"
    case .failed: return "--- older lines could not be loaded: up again tries it ---"
    }
  }

  var remark: Remark? { if case .failed(let why) = state { Remark(text: why, tone: .bad) } else { nil } }
}

extension LogOlder.State {
  fileprivate var isFailed: Bool { if case .failed = self { true } else { false } }
}

/// How far what is shown lags behind what is written: by the clock of the nodes, of which the least distance to ours
/// that was seen counts as none.
struct LogLag {
  private var least = Int64.max
  private var behind: Int64 = 0
  private var end = 0
  private var changedAt: Int64 = 0
  private static let minSeconds: Int64 = 3

  mutating func update(_ ring: LogRing, now: Int64) {
    guard ring.newest > 0 else { return }
    if ring.endNumber != end { (end, changedAt) = (ring.endNumber, now) }
    let distance = now - ring.newest / 1_000_000_000
    // Where nothing comes nothing is late.
    guard changedAt == now else {
      if now - changedAt > 1 { behind = 0 }
      return
    }
    least = min(least, distance)
    behind = distance - least
  }

  /// "12 s behind"
  var text: String? { behind >= Self.minSeconds ? "\(Age.text(seconds: behind)) behind" : nil }
}
