/// Rows on their way from a decoder to a store: what one page or one bundle of watch events brought, in order.
package struct RowBatch: Sendable {
  package struct Entry: Sendable {
    package let isRemoval: Bool
    let start: Int
    let length: Int
  }

  /// Which of the query's namespaces it comes from.
  package var source: Int
  /// The first batch of a new list: rows of this source that the list does not name are gone once it completes.
  package var beginsList = false
  package var completesList = false
  /// The columns the cells were written for where the server decides them (Tables); nil where the kind has its own.
  package var columns: [Column]?
  package private(set) var entries: [Entry] = []
  private(set) var bytes: [UInt8] = []

  package init(source: Int = 0) { self.source = source }

  package var isEmpty: Bool { entries.isEmpty && !beginsList && !completesList && columns == nil }
  package var byteCount: Int { bytes.count }

  /// Copies of the rows that came or changed, for tests and for one-off reading.
  package var rows: [Row] {
    entries.filter { !$0.isRemoval }.map { Row(copying: bytes[$0.start..<$0.start + $0.length]) }
  }

  /// The rows in their order, read in place.
  package func eachRow(_ body: (Row, _ isRemoval: Bool) -> Void) {
    bytes.withUnsafeBytes { bytes in
      for entry in entries { body(Row(bytes.baseAddress! + entry.start), entry.isRemoval) }
    }
  }

  /// Keeps the rows that pass; the others are left out, or become removals.
  package mutating func keep(removingOthers: Bool, where passes: (Row) -> Bool) {
    bytes.withUnsafeBytes { bytes in
      entries = entries.compactMap { entry in
        guard !entry.isRemoval, !passes(Row(bytes.baseAddress! + entry.start)) else { return entry }
        return removingOthers ? Entry(isRemoval: true, start: entry.start, length: entry.length) : nil
      }
    }
  }

  /// The same rows with one more cell before the others.
  ///
  /// - Parameter cells: which cells follow, where not all as they are; nil is an empty one.
  func withCell(_ text: String, source: Int, cells: [Int?]?) -> RowBatch {
    var writer = RowWriter(source: source)
    eachRow { row, isRemoval in writer.copy(row, cell: text, cells: cells, isRemoval: isRemoval) }
    var batch = writer.batch
    (batch.beginsList, batch.completesList, batch.columns) = (beginsList, completesList, columns)
    return batch
  }

  /// Masks credentials in what a row shows, byte for byte. Names stay: more is asked by them.
  mutating func maskCredentials() {
    let entries = entries
    bytes.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      for entry in entries where !entry.isRemoval {
        for text in Row(base + entry.start).shownTexts {
          let offset = text.baseAddress.map { $0 - UnsafeRawPointer(base) } ?? 0
          Credentials.mask(
            inPlace: UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + text.count]))
        }
      }
    }
  }

  /// Room for a record of `length` bytes (a multiple of 8), to be filled by the caller at once.
  mutating func appendRecord(length: Int, isRemoval: Bool, fill: (UnsafeMutableRawBufferPointer) -> Void) {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: length))
    bytes.withUnsafeMutableBytes { fill(UnsafeMutableRawBufferPointer(rebasing: $0[start...])) }
    entries.append(Entry(isRemoval: isRemoval, start: start, length: length))
  }
}

/// Writes rows into a batch. One writer is kept per decoder: its buffers are reused.
///
/// Between `begin` and `end` the cells are written in column order; an unwritten cell at the end is empty.
package struct RowWriter {
  package private(set) var batch: RowBatch
  package var tone = Tone.good

  private var fields = [[UInt8]](repeating: [], count: RowField.count)
  private var namespace: [UInt8] = []
  private var name: [UInt8] = []
  private var cells: [UInt8] = []
  private var cellEnds: [Int] = []
  private var created: Int64 = 0

  /// Cells that stand behind those of the kind in every row that is written until this changes.
  package var extraCells: ExtraTexts?

  package init(source: Int = 0) { batch = RowBatch(source: source) }

  /// Hands over what was written and starts anew for the same source.
  package mutating func takeBatch() -> RowBatch {
    let done = batch
    batch = RowBatch(source: done.source)
    return done
  }

  package mutating func beginList() { batch.beginsList = true }
  package mutating func completeList() { batch.completesList = true }
  package mutating func setColumns(_ columns: [Column]) { batch.columns = columns }

  package mutating func begin(
    uid: some Sequence<UInt8>, namespace: some Sequence<UInt8>, name: some Sequence<UInt8>, created: Int64 = 0
  ) {
    clear()
    fields[RowField.uid.rawValue].append(contentsOf: uid)
    self.namespace.append(contentsOf: namespace)
    self.name.append(contentsOf: name)
    self.created = created
  }

  /// The same for bytes in place. Decoders live in other targets, for which generic code is not specialised: this
  /// and the other forms for bytes are what makes them fast.
  package mutating func begin(
    uid: UnsafeRawBufferPointer, namespace: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer,
    created: Int64
  ) {
    clear()
    fields[RowField.uid.rawValue].append(contentsOf: uid)
    self.namespace.append(contentsOf: namespace)
    self.name.append(contentsOf: name)
    self.created = created
  }

  private mutating func clear() {
    for index in fields.indices { fields[index].removeAll(keepingCapacity: true) }
    namespace.removeAll(keepingCapacity: true)
    name.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
    cellEnds.removeAll(keepingCapacity: true)
    tone = .good
  }

  package mutating func begin(uid: String, namespace: String, name: String, created: Int64 = 0) {
    begin(uid: uid.utf8, namespace: namespace.utf8, name: name.utf8, created: created)
  }

  // MARK: Cells

  package mutating func cell(_ text: String) { cell(utf8: text.utf8) }
  package mutating func cell(_ text: StaticString) {
    cell(utf8: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
  package mutating func cell(utf8: some Sequence<UInt8>) {
    cells.append(contentsOf: utf8)
    endCell()
  }
  package mutating func cell(_ number: Int) {
    append(decimal: number)
    endCell()
  }
  /// "2/3"
  package mutating func cell(ratio part: Int, of whole: Int) {
    append(decimal: part)
    cells.append(UInt8(ascii: "/"))
    append(decimal: whole)
    endCell()
  }
  /// An age column's cell: the time since then is drawn; nil draws "-".
  package mutating func cell(moment: Int64?) {
    addMoment(moment)
    endCell()
  }
  /// An age column's cell that stands still: a duration that is over, a word.
  package mutating func cell(fixed text: String) {
    addMoment(nil)
    cell(text)
  }
  /// Appends to the cell being written; `endCell` closes it.
  package mutating func append(_ text: some Sequence<UInt8>) { cells.append(contentsOf: text) }
  package mutating func append(_ bytes: UnsafeRawBufferPointer) { cells.append(contentsOf: bytes) }
  package mutating func append(_ text: StaticString) {
    cells.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
  package mutating func append(_ text: String) { cells.append(contentsOf: text.utf8) }
  package mutating func append(decimal number: Int) {
    if number >= 0, number < 10 {
      cells.append(UInt8(48 + number))
    } else {
      cells.append(contentsOf: String(number).utf8)
    }
  }
  package mutating func endCell() { cellEnds.append(cells.count) }

  private mutating func addMoment(_ moment: Int64?) {
    withUnsafeBytes(of: moment ?? 0) { fields[RowField.moments.rawValue].append(contentsOf: $0) }
  }

  // MARK: What is not a cell

  package mutating func setDrill(_ text: String) { set(.drill, text.utf8) }
  package mutating func setOwner(_ uid: some Sequence<UInt8>) { set(.owner, uid) }
  package mutating func setOwner(_ uid: UnsafeRawBufferPointer) { set(.owner, uid) }
  /// One sentence; use `Moment.mark` for times in it. Control characters become blanks.
  package mutating func setReason(_ text: String) { set(.reason, text.utf8) }
  /// All labels at once, as another row has them.
  package mutating func setLabels(_ labels: UnsafeRawBufferPointer) { set(.labels, labels) }
  package mutating func addLabel(_ key: some Sequence<UInt8>, _ value: some Sequence<UInt8>) {
    let index = RowField.labels.rawValue
    if !fields[index].isEmpty { fields[index].append(UInt8(ascii: ",")) }
    fields[index].append(contentsOf: key)
    fields[index].append(UInt8(ascii: "="))
    fields[index].append(contentsOf: value)
  }
  package mutating func addLabel(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    let index = RowField.labels.rawValue
    if !fields[index].isEmpty { fields[index].append(UInt8(ascii: ",")) }
    fields[index].append(contentsOf: key)
    fields[index].append(UInt8(ascii: "="))
    fields[index].append(contentsOf: value)
  }
  private mutating func set(_ field: RowField, _ text: some Sequence<UInt8>) {
    fields[field.rawValue].removeAll(keepingCapacity: true)
    fields[field.rawValue].append(contentsOf: text)
  }

  // MARK: The record

  /// The row again with one more cell before those that `cells` names, or before all.
  fileprivate mutating func copy(_ row: Row, cell text: String, cells wanted: [Int?]?, isRemoval: Bool) {
    begin(uid: row.uidBytes, namespace: row.namespaceBytes, name: row.nameBytes, created: row.created)
    for field in RowField.allCases where field != .uid { set(field, row.field(field)) }
    tone = row.tone
    if isRemoval { return endRemoved() }
    cell(text)
    for index in wanted ?? Array(0..<row.cellCount) {
      if let index { append(row.cellBytes(index)) }
      endCell()
    }
    end()
  }

  package mutating func end() {
    if let extraCells { write(extraCells) }
    finish(isRemoval: false)
  }

  private mutating func write(_ extra: ExtraTexts) {
    while cellEnds.count < extra.firstCell { endCell() }
    while fields[RowField.moments.rawValue].count < extra.firstMoment * 8 { addMoment(nil) }
    for text in extra.texts {
      switch text {
      case .text(let text): cell(text)
      case .moment(let moment): cell(moment: moment)
      }
    }
  }

  /// The object named by `begin` is gone.
  package mutating func endRemoved() {
    cells.removeAll(keepingCapacity: true)
    cellEnds.removeAll(keepingCapacity: true)
    finish(isRemoval: true)
  }

  private mutating func finish(isRemoval: Bool) {
    let count = cellEnds.count
    let head = Row.fixedBytes + (RowField.count + 2 + count) * 4
    let texts = fields.reduce(0) { $0 + $1.count } + namespace.count + name.count + 2 + cells.count + count
    let length = (head + texts + 7) & ~7
    // Locals, so that the closure does not hold the writer while the batch is being changed.
    let (fields, namespace, name, cells, ends) = (fields, namespace, name, cells, cellEnds)
    let (created, tone) = (created, tone)
    batch.appendRecord(length: length, isRemoval: isRemoval) { record in
      record.storeBytes(of: UInt32(length), toByteOffset: 0, as: UInt32.self)
      record.storeBytes(of: UInt16(count), toByteOffset: 4, as: UInt16.self)
      record.storeBytes(of: tone.rawValue, toByteOffset: 6, as: UInt8.self)
      record.storeBytes(of: created, toByteOffset: 8, as: Int64.self)
      var at = 0
      var index = 0
      func add(_ text: some Collection<UInt8>, blank: Bool) {
        UnsafeMutableRawBufferPointer(rebasing: record[(head + at)...]).copyBytes(from: text)
        at += text.count
        record.storeBytes(of: UInt32(at), toByteOffset: Row.fixedBytes + index * 4, as: UInt32.self)
        index += 1
        if blank {
          record[head + at] = UInt8(ascii: " ")
          at += 1
        }
      }
      for text in fields { add(text, blank: false) }
      add(namespace, blank: true)
      add(name, blank: true)
      var start = 0
      for end in ends {
        add(cells[start..<end], blank: true)
        start = end
      }
    }
  }
}
