import Cluster
import Document

/// Makes rows of objects that need other objects to be told in full. Objects are kept as they came, and written again
/// when the others change.
///
/// Confined to the engine's queue.
final class JoinedSource: WatchConsumer {
  private let decoder: RowDecoder
  private let post: (RowBatch) -> Void
  private let tell: (Phase) -> Void
  private let notice: (String) -> Void
  private let columns: [Column]
  private let extraCells: [ExtraCell]
  private let extra: ExtraCells?
  private var row: RowWriter
  /// By "namespace/name".
  private var objects: [String: [UInt8]] = [:]

  init(
    query: Query, source: Int, decoder: RowDecoder, post: @escaping (RowBatch) -> Void,
    tell: @escaping (Phase) -> Void,
    notice: @escaping (String) -> Void
  ) {
    (self.decoder, self.post, self.tell, self.notice) = (decoder, post, tell, notice)
    extraCells = query.extraCells
    extra = ExtraCells(query.extraCells, metadataOnly: false)
    columns = Kinds.builtIn(query.kind)?.kind.columns ?? []
    row = RowWriter(source: source)
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins {
      objects = [:]
      row.beginList()
      if extra != nil { row.setColumns(columns.adding(extraCells)) }
    }
    list.eachItem { take($0) }
    if completes { row.completeList() }
    flush()
  }

  func happened(_ event: WatchEvent) {
    guard event.change == .deleted else { return take(event.object) }
    if let key = Self.key(event.object) { objects[key] = nil }
    decoder.remove(event.object, &row)
  }

  func settled() { flush() }

  func vanished() {
    objects = [:]
    row.beginList()
    row.completeList()
    flush()
  }

  func phaseChanged(_ phase: Phase) { tell(phase) }
  func noticed(_ text: String) { notice(text) }

  /// Writes objects again.
  ///
  /// - Parameter keys: "namespace/name" of those that are concerned; nil for all.
  func write(_ keys: Set<String>?) {
    for key in keys.map(Array.init) ?? Array(objects.keys) {
      guard let bytes = objects[key] else { continue }
      bytes.withUnsafeBytes { write(JSONSlice($0)) }
    }
    flush()
  }

  private func take(_ object: JSONSlice) {
    if let key = Self.key(object) { objects[key] = object.withoutManagers }
    write(object)
  }

  private func write(_ object: JSONSlice) {
    row.extraCells = extra?.texts(of: object, behind: columns)
    decoder.write(object, &row)
  }

  private static func key(_ object: JSONSlice) -> String? {
    guard let metadata = object["metadata"], let name = metadata["name"]?.string else { return nil }
    return "\(metadata["namespace"].line)/\(name)"
  }

  private func flush() {
    let batch = row.takeBatch()
    if !batch.isEmpty { post(batch) }
  }
}
