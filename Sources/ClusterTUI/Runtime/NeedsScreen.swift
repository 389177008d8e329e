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
}
