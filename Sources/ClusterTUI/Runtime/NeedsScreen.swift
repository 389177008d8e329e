import Cluster
import Terminal

/// What a command without a terminal wants to know: needs, and nothing to see.
struct NeedsScreen: Screen {
  var wanted: Set<Need>
  var crumb: String { "" }
  var keyHints: [KeyHint] { [] }

  init(_ wanted: Set<Need>) { self.wanted = wanted }

  func needs(_ world: World) -> Set<Need> { wanted }
  func draw(on canvas: inout Canvas, area: Rect, world: World) {}
  mutating func handle(_ key: Key, world: World) -> Reaction { .none }
}

extension Headless {
  /// Takes in what comes until that is so, or the time is up. Returns whether it is so.
  static func wait(
    _ session: Session, patienceMilliseconds: Int64, until isSo: (World) -> Bool
  ) -> Bool {
    let end = session.milliseconds + patienceMilliseconds
    while true {
      session.takeIn()
      if isSo(session.world) { return true }
      let left = end - session.milliseconds
      guard left > 0 else { return false }
      wait(session, atMost: min(250, left))
    }
  }

  /// Waits until the server has told its kinds: custom objects are watched only then. Returns why it did not; nil when
  /// it did.
  ///
  /// - Parameter outlastsFailures: goes on while the server fails, until the time is up.
  static func waitForKinds(
    _ session: Session, patienceMilliseconds: Int64, outlastsFailures: Bool = false
  ) -> String? {
    session.show(NeedsScreen([.kinds]))
    var why = "the server did not tell its kinds"
    _ = wait(session, patienceMilliseconds: patienceMilliseconds) { world in
      if world.kinds.isComplete { return true }
      switch world.phase(.kinds) {
      case .stale(_, let reason), .refused(_, let reason), .ended(let reason):
        why = reason
        return !outlastsFailures
      case .connecting, .listing, .live, .partial: return false
      }
    }
    return session.world.kinds.isComplete ? nil : why
  }
}
