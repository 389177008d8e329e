import Cluster
import Document

/// Keeps the events of one object as its description wants them.
///
/// Confined to the engine's queue.
final class EventSource: WatchConsumer {
  /// In the server's order, new ones behind; nil until the list is whole.
  private(set) var items: [JSON]?
  /// Why there are none.
  private(set) var failure: String?
  private var gathered: [JSON] = []
  private var hasChanged = false
  private let change: () -> Void

  init(change: @escaping () -> Void) { self.change = change }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { gathered = [] }
    list.eachItem { gathered.append($0.materialized()) }
    guard completes else { return }
    items = gathered
    gathered = []
    failure = nil
    change()
  }

  func happened(_ event: WatchEvent) {
    let json = event.object.materialized()
    let uid = json["metadata"]["uid"]
    let place = items?.firstIndex { $0["metadata"]["uid"] == uid }
    switch (event.change, place) {
    case (.deleted, let place?): items?.remove(at: place)
    case (.deleted, nil): return
    case (_, let place?): items?[place] = json
    case (_, nil): items = (items ?? []) + [json]
    }
    hasChanged = true
  }

  func settled() {
    if hasChanged { change() }
    hasChanged = false
  }

  func phaseChanged(_ phase: Phase) {
    let now: String? =
      switch phase {
      case .refused(_, let why): why
      case .stale(_, let why) where items == nil: why
      default: nil
      }
    guard now != failure else { return }
    failure = now
    change()
  }

  func vanished() {
    items = nil
    change()
  }

  func noticed(_ notice: String) {}
}
