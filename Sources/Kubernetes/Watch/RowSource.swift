import Cluster
import Document

/// Makes row batches of one list and its watch: one of the namespaces of a query.
///
/// Confined to the engine's queue.
final class RowSource: WatchConsumer {
  private let query: Query
  private let decoder: RowDecoder?
  private var table: TableDecoder
  private var row: RowWriter
  private let post: (RowBatch) -> Void
  private let tell: (Phase) -> Void
  private let notice: (String) -> Void
  /// Rows that are parts of one object, so that each change of it names all there are.
  private let isOfOneObject: Bool
  private let extra: ExtraCells?
  private let columns: [Column]

  init(
    query: Query, source: Int, kind: Kind, decoder: RowDecoder?, isOfOneObject: Bool,
    now: @escaping @Sendable () -> Double, post: @escaping (RowBatch) -> Void,
    tell: @escaping (Phase) -> Void, notice: @escaping (String) -> Void
  ) {
    self.query = query
    self.decoder = decoder
    self.isOfOneObject = isOfOneObject
    self.post = post
    self.tell = tell
    self.notice = notice
    extra = ExtraCells(query.extraCells, metadataOnly: Kinds.builtIn(kind.id)?.hidesValues == true)
    columns = kind.columns ?? []
    table = TableDecoder(kind: kind, extraCells: query.extraCells, extra)
    table.now = { Int64(now()) }
    row = RowWriter(source: source)
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { row.beginList() }
    if begins, extra != nil, decoder != nil { row.setColumns(columns.adding(query.extraCells)) }
    if list.isTable {
      table.decode(table: list.whole, into: &row, removal: false)
    } else {
      list.eachItem { write($0) }
    }
    if completes { row.completeList() }
    flush(isList: true)
  }

  func happened(_ event: WatchEvent) {
    let isRemoval = event.change == .deleted
    if isOfOneObject {
      row.beginList()
      if !isRemoval { write(event.object) }
      row.completeList()
      flush(isList: true)
    } else if decoder == nil, event.object.member("kind")?.string == "Table" {
      table.decode(table: event.object, into: &row, removal: isRemoval)
    } else if isRemoval {
      remove(event.object)
    } else {
      write(event.object)
    }
  }

  func settled() { flush(isList: false) }

  func vanished() {
    row.beginList()
    row.completeList()
    flush(isList: true)
  }

  func phaseChanged(_ phase: Phase) { tell(phase) }
  func noticed(_ text: String) { notice(text) }

  private func flush(isList: Bool) {
    var batch = row.takeBatch()
    if !query.owner.isEmpty {
      // No selector of the server's knows owners. What is owned by others now may have been ours before.
      batch.keep(removingOthers: !isList) { $0.ownerUID == query.owner }
    }
    if !batch.isEmpty { post(batch) }
  }

  private func write(_ object: JSONSlice) {
    row.extraCells = extra?.texts(of: object, behind: columns)
    if let decoder { return decoder.write(object, &row) }
    // A server that has no Tables: all that any object has.
    guard let metadata = object["metadata"], let name = metadata["name"]?.string else { return }
    row.begin(
      uid: metadata["uid"]?.string ?? "", namespace: metadata["namespace"]?.string ?? "", name: name,
      created: metadata["creationTimestamp"]?.epochSeconds ?? 0)
    row.end()
  }

  private func remove(_ object: JSONSlice) {
    if let decoder { return decoder.remove(object, &row) }
    guard let uid = object["metadata"]?["uid"]?.string else { return }
    row.begin(uid: uid, namespace: "", name: "")
    row.endRemoved()
  }
}
