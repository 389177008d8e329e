import Cluster
import Document

/// Keeps what is wanted of each object of a list and its watch.
///
/// Confined to the engine's queue.
final class ItemsSource<Item>: WatchConsumer {
  /// By UID; nil until the list is whole.
  private(set) var items: [String: Item]?
  /// Why there are none.
  private(set) var refusal: String?
  private var gathered: [String: Item] = [:]
  private var hasChanged = false
  private let read: (JSONSlice) -> Item?
  private let change: () -> Void
  private let tell: (Phase) -> Void

  init(
    read: @escaping (JSONSlice) -> Item?, change: @escaping () -> Void, tell: @escaping (Phase) -> Void
  ) {
    self.read = read
    self.change = change
    self.tell = tell
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { gathered = [:] }
    list.eachItem { object in gathered[Self.uid(object)] = read(object) }
    guard completes else { return }
    items = gathered
    gathered = [:]
    refusal = nil
    change()
  }

  func happened(_ event: WatchEvent) {
    items?[Self.uid(event.object)] = event.change == .deleted ? nil : read(event.object)
    hasChanged = true
  }

  func settled() {
    if hasChanged { change() }
    hasChanged = false
  }

  /// What may not be read is missing, and the rest is worth showing.
  func phaseChanged(_ phase: Phase) {
    if case .refused(_, let why) = phase {
      if refusal != why { refusal = why }
      change()
      tell(.live)
    } else {
      tell(phase)
    }
  }

  func vanished() {
    items = [:]
    change()
  }

  func noticed(_ notice: String) {}

  private static func uid(_ object: JSONSlice) -> String {
    let metadata = object["metadata"]
    return (metadata?["uid"] ?? metadata?["name"])?.string ?? ""
  }
}
