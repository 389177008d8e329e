import Cluster
import Document
import Metrics

/// Keeps the series of one list and its watch: a kind, or its objects in one namespace.
///
/// Confined to the engine's queue.
final class StateSource: WatchConsumer {
  private let kind: StateKind
  /// The kind's shelf in the book, and its place on the board.
  private let place: Int
  private let source: Int
  private let book: SeriesBook
  private let board: StateBoard
  private var writer: SeriesWriter
  /// The keys of all objects whose series it has put into the book.
  private var held: Set<String> = []
  /// Those that the list that is being read has named.
  private var listed: Set<String> = []

  init(kind: StateKind, place: Int, source: Int, book: SeriesBook, board: StateBoard) {
    self.kind = kind
    self.place = place
    self.source = source
    self.book = book
    self.board = board
    writer = SeriesWriter(names: kind.families.map(\.name))
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { listed = [] }
    list.eachItem { object in if let key = put(object) { listed.insert(key) } }
    guard completes else { return }
    for key in held.subtracting(listed) { book.remove(key, from: place) }
    held = listed
    listed = []
    board.became(whole: true, place, source)
    book.show(place, board.isWhole(place))
  }

  func happened(_ event: WatchEvent) {
    let isRemoval = event.change == .deleted
    guard kind.isTable, event.object.member("kind").has("Table") else {
      if isRemoval { remove(event.object) } else { put(event.object) }
      return
    }
    event.object["rows"]?.eachElement { row in if isRemoval { remove(row) } else { put(row) } }
  }

  func settled() {}
  func noticed(_ notice: String) {}

  func vanished() { forget() }

  func phaseChanged(_ phase: Phase) {
    board.changed(phase, place, source)
    // What may no longer be read must not be told as if it were known.
    if case .refused = phase { forget() }
  }

  func counted(_ fact: WatchFact) { board.counted(fact, place, at: Watcher.now) }

  private func forget() {
    for key in held { book.remove(key, from: place) }
    held = []
    board.became(whole: false, place, source)
    book.show(place, board.isWhole(place))
  }

  @discardableResult
  private func put(_ object: JSONSlice) -> String? {
    guard let key = kind.write(object, &writer) else { return nil }
    book.put(key, in: place, writer)
    held.insert(key)
    return key
  }

  private func remove(_ object: JSONSlice) {
    guard let key = kind.key(object) else { return }
    held.remove(key)
    book.remove(key, from: place)
  }
}
