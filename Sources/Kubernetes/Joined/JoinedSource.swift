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
  private var row: RowWriter
  /// By "namespace/name".
  private var objects: [String: [UInt8]] = [:]

  init(
    source: Int, decoder: RowDecoder, post: @escaping (RowBatch) -> Void, tell: @escaping (Phase) -> Void,
    notice: @escaping (String) -> Void
  ) {
    (self.decoder, self.post, self.tell, self.notice) = (decoder, post, tell, notice)
    row = RowWriter(source: source)
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins {
      objects = [:]
      row.beginList()
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
      bytes.withUnsafeBytes { decoder.write(JSONSlice($0), &row) }
    }
    flush()
  }

  private func take(_ object: JSONSlice) {
    if let key = Self.key(object) { objects[key] = Array(object.bytes) }
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
