import Cluster

/// Where several clusters are shown at once, what is about one object is shown in its own cluster, and the way back leads
/// here.
extension Shell {
  /// Puts a screen above the others; where several clusters are shown, in that of what is under the cursor.
  mutating func present(_ screen: any Screen, _ world: World) -> [Effect] {
    let screen = opened(screen)
    // What needs nothing of a cluster is about the view itself.
    guard world.isMerged, screen is ActionMenu || !screen.needs(world).isEmpty else {
      stack.append(screen)
      return []
    }
    guard let cluster = top?.cluster(world) else {
      fail("these are in several clusters: choose what is in one")
      return []
    }
    return [.visit(cluster, screen)]
  }

  /// Whether the screen on top is the first of a visit.
  var endsVisit: Bool { tabs[tabAt].visitDepth.map { stack.count <= $0 + 1 } ?? false }

  mutating func beginVisit(_ screen: any Screen) {
    tabs[tabAt].visitDepth = stack.count
    stack.append(screen)
    (prompt, flash) = (nil, nil)
  }

  mutating func endVisit() {
    for index in tabs.indices {
      guard let depth = tabs[index].visitDepth else { continue }
      tabs[index].stack.removeLast(max(0, tabs[index].stack.count - depth))
      tabs[index].visitDepth = nil
    }
  }

  /// What was typed and chosen in another cluster counts here, too.
  mutating func takeOver(_ other: Shell) {
    remembered = other.remembered
    (hidesHeader, hidesCrumbs, turnsMouse) = (other.hidesHeader, other.hidesCrumbs, other.turnsMouse)
  }
}
