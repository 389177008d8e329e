import Cluster
import Terminal

/// Views beside each other, and the way back through those of each.
extension Shell {
  private static let maxTabs = 9

  /// A tab that begins with what is shown now.
  mutating func openTab(_ world: World) {
    guard tabs.count < Self.maxTabs else {
      inform("there are \(Self.maxTabs) tabs already", world)
      return
    }
    tabs.insert(tabs[tabAt], at: tabAt + 1)
    tabAt += 1
    inform("tab \(tabAt + 1): alt-1 to alt-9 choose one, alt-w closes it", world)
  }

  mutating func closeTab(_ world: World) {
    guard tabs.count > 1 else {
      inform("this is the only tab: ctrl-t opens another", world)
      return
    }
    tabs.remove(at: tabAt)
    tabAt = min(tabAt, tabs.count - 1)
  }

  /// - Parameter number: from 1.
  mutating func chooseTab(_ number: Int, _ world: World) {
    guard tabs.indices.contains(number - 1) else {
      inform(
        tabs.count == 1 ? "there is one tab: ctrl-t opens another" : "there are \(tabs.count) tabs", world)
      return
    }
    tabAt = number - 1
  }

  var tabBar: TabBar? {
    tabs.count > 1 ? TabBar(titles: tabs.map(\.title), chosen: tabAt) : nil
  }

  /// Shows what was shown before, as it was left.
  mutating func go(to find: (inout ViewHistory) -> ViewHistory.Visit?, _ world: World) -> [Effect] {
    tabs[tabAt].visits.leave(stack, namespaces)
    guard let visit = find(&tabs[tabAt].visits) else { return [] }
    namespaces = visit.namespaces
    guard let left = visit.stack, !left.isEmpty else { return run(visit.command, world) }
    // Whoever is on call has one view of that, which goes on.
    stack = oncall.map { [$0] + left.dropFirst() } ?? left
    return []
  }
}
