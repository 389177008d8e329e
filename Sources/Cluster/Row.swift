/// What state a row is in: the glyph and the colour follow from it.
package enum Tone: UInt8, Sendable {
  case good, starting, pending, bad, ending, done, unknown

  /// Colour is never the only sign.
  package var glyph: Character {
    switch self {
    case .good: "."
    case .starting: "~"
    case .pending: "!"
    case .bad: "x"
    case .ending: "-"
    case .done: "o"
    case .unknown: "?"
    }
  }
}

/// The texts of a row that are not cells, in their order in the record.
enum RowField: Int, CaseIterable {
  case uid, labels, drill, owner, reason, moments
  static let count = 6
}

/// One row, read in place. It is a view of bytes that its store or batch owns: valid until that is next changed.
///
/// A record is: length, cell count, tone, creation time, the ends of all texts, then the texts. First come those
/// that are not cells (`RowField`), then namespace, name and cells with a blank behind each, so that a filter
/// searches what a person sees as one piece of text.
package struct Row {
  let base: UnsafeRawPointer
  /// Keeps the bytes alive where no store does.
  private let owner: AnyObject?

  static let fixedBytes = 16

  init(_ base: UnsafeRawPointer) {
    self.base = base
    owner = nil
  }

  /// A row with bytes of its own, for tests and for rows that must outlive their batch.
  init(copying bytes: ArraySlice<UInt8>) {
    let copy = RecordCopy(bytes)
    base = copy.base
    owner = copy
  }

  package var length: Int { Int(base.load(fromByteOffset: 0, as: UInt32.self)) }
  package var cellCount: Int { Int(base.load(fromByteOffset: 4, as: UInt16.self)) }
  package var tone: Tone { Tone(rawValue: base.load(fromByteOffset: 6, as: UInt8.self)) ?? .unknown }
  /// Seconds since 1970; 0 where the object tells none.
  package var created: Int64 { base.load(fromByteOffset: 8, as: Int64.self) }

  private func end(_ index: Int) -> Int {
    Int(base.load(fromByteOffset: Row.fixedBytes + index * 4, as: UInt32.self))
  }

  private var texts: UnsafeRawPointer { base + Row.fixedBytes + (RowField.count + 2 + cellCount) * 4 }

  /// Text `index` of the record: the fields, then namespace, name and cells.
  private func bytes(_ index: Int) -> UnsafeRawBufferPointer {
    let start = index == 0 ? 0 : index <= RowField.count ? end(index - 1) : end(index - 1) + 1
    return UnsafeRawBufferPointer(start: texts + start, count: end(index) - start)
  }

  func field(_ field: RowField) -> UnsafeRawBufferPointer { bytes(field.rawValue) }
  package var uidBytes: UnsafeRawBufferPointer { field(.uid) }
  package var namespaceBytes: UnsafeRawBufferPointer { bytes(RowField.count) }
  package var nameBytes: UnsafeRawBufferPointer { bytes(RowField.count + 1) }
  package func cellBytes(_ index: Int) -> UnsafeRawBufferPointer {
    index < cellCount ? bytes(RowField.count + 2 + index) : UnsafeRawBufferPointer(start: texts, count: 0)
  }

  /// Namespace, name and cells with a blank between them: what a text filter searches.
  package var searchable: UnsafeRawBufferPointer {
    let start = end(RowField.count - 1)
    return UnsafeRawBufferPointer(start: texts + start, count: end(RowField.count + 1 + cellCount) - start)
  }

  /// What may hold any text: the labels, the reason, and all cells as one piece.
  var shownTexts: [UnsafeRawBufferPointer] {
    let start = end(RowField.count + 1) + 1
    let cells = cellCount == 0 ? 0 : end(RowField.count + 1 + cellCount) - start
    return [field(.labels), field(.reason), UnsafeRawBufferPointer(start: texts + start, count: cells)]
  }

  package var uid: String { String(decoding: uidBytes, as: UTF8.self) }
  package var namespace: String { String(decoding: namespaceBytes, as: UTF8.self) }
  package var name: String { String(decoding: nameBytes, as: UTF8.self) }
  package func cell(_ index: Int) -> String { String(decoding: cellBytes(index), as: UTF8.self) }
  package var labelBytes: UnsafeRawBufferPointer { field(.labels) }
  /// "app=web,tier=front"
  package var labels: String { String(decoding: field(.labels), as: UTF8.self) }
  /// What enter needs to know (`Kind.Children`).
  package var drill: String { String(decoding: field(.drill), as: UTF8.self) }
  /// The UID of the controlling owner.
  package var ownerUID: String { String(decoding: field(.owner), as: UTF8.self) }

  /// Why the row is in its state, one sentence, with moments drawn as the time that has passed; empty when all is well.
  package func reason(now: Int64) -> String { Moment.render(field(.reason), now: now) }

  package var tellsMoment: Bool { field(.reason).contains(Moment.marker) }

  /// The same with its moments still marked, to be drawn later (`Moment.rendered`).
  package var markedReason: String { String(decoding: field(.reason), as: UTF8.self) }

  /// The moment of an age column (seconds since 1970), counted among the age columns; nil where the cell has none.
  package func moment(_ index: Int) -> Int64? {
    let bytes = field(.moments)
    guard index * 8 + 8 <= bytes.count else { return nil }
    let value = bytes.loadUnaligned(fromByteOffset: index * 8, as: Int64.self)
    return value == 0 ? nil : value
  }

  package func ref(kind: Kind.ID) -> ObjectRef {
    ObjectRef(kind: kind, namespace: namespace, name: name, uid: uid)
  }
}

private final class RecordCopy {
  let base: UnsafeRawPointer
  init(_ bytes: ArraySlice<UInt8>) {
    let copy = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 8)
    bytes.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    base = UnsafeRawPointer(copy)
  }
  deinit { base.deallocate() }
}
