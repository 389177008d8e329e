#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes the lines of one object, family after family: `name{base,labels} value`. One writer is kept and used again.
///
/// A line whose series the object has written already is dropped: a scrape must not tell one twice.
package struct SeriesWriter {
  private let names: [[UInt8]]
  package private(set) var bytes: [UInt8] = []
  /// Where the lines of each family end in `bytes`.
  package private(set) var ends: [Int] = []
  private var base: [UInt8] = []
  private var hasLabels = false
  private var lineStart = 0
  /// The lines of the family so far, without their values.
  private var series: [Range<Int>] = []
  private var seen: Set<ArraySlice<UInt8>> = []

  /// - Parameter names: of the families' samples, in the order in which they are written.
  package init(names: [String]) { self.names = names.map { Array($0.utf8) } }

  /// Begins an object; `label` now adds to what all its lines have.
  package mutating func beginObject() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    base.removeAll(keepingCapacity: true)
    hasLabels = false
    series.removeAll(keepingCapacity: true)
    seen.removeAll()
  }

  /// A label that all lines of the object begin with.
  package mutating func base(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
    if !base.isEmpty { base.append(UInt8(ascii: ",")) }
    LabelText.append(name, value, to: &base)
  }

  package mutating func base(_ name: StaticString, _ value: String) {
    var value = value
    value.withUTF8 { base(name, UnsafeRawBufferPointer($0)) }
  }

  /// What follows belongs to the next family.
  package mutating func endFamily() {
    ends.append(bytes.count)
    series.removeAll(keepingCapacity: true)
    if !seen.isEmpty { seen.removeAll() }
  }

  // MARK: Lines

  /// Begins a line of the family; `label` adds to it and `end` ends it.
  package mutating func begin() {
    lineStart = bytes.count
    bytes += names[ends.count]
    hasLabels = !base.isEmpty
    if hasLabels {
      bytes.append(UInt8(ascii: "{"))
      bytes += base
    }
  }

  /// Begins a line that has only the labels it is given.
  package mutating func beginWithoutBase() {
    lineStart = bytes.count
    bytes += names[ends.count]
    hasLabels = false
  }

  package mutating func label(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
    separate()
    LabelText.append(name, value, to: &bytes)
  }

  package mutating func label(_ name: StaticString, _ value: StaticString) {
    label(name, UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
  }

  package mutating func label(_ name: StaticString, _ value: String) {
    var value = value
    value.withUTF8 { label(name, UnsafeRawBufferPointer($0)) }
  }

  package mutating func end(_ value: Double) {
    if hasLabels { bytes.append(UInt8(ascii: "}")) }
    guard isNew(lineStart..<bytes.count) else {
      bytes.removeSubrange(lineStart...)
      return
    }
    series.append(lineStart..<bytes.count)
    bytes.append(UInt8(ascii: " "))
    NumberText.append(value, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// A line without labels of its own.
  package mutating func line(_ value: Double) {
    begin()
    end(value)
  }

  private mutating func separate() {
    bytes.append(hasLabels ? UInt8(ascii: ",") : UInt8(ascii: "{"))
    hasLabels = true
  }

  /// Most families have a handful of lines an object; those with hundreds (endpoints) are looked up.
  private mutating func isNew(_ line: Range<Int>) -> Bool {
    if series.count < 24 {
      return bytes.withUnsafeBytes { bytes in
        !series.contains { other in
          other.count == line.count
            && memcmp(bytes.baseAddress! + other.lowerBound, bytes.baseAddress! + line.lowerBound, line.count)
              == 0
        }
      }
    }
    if seen.isEmpty { for line in series { seen.insert(ArraySlice(Array(bytes[line]))) } }
    return seen.insert(ArraySlice(Array(bytes[line]))).inserted
  }
}

/// Labels as both formats write them.
package enum LabelText {
  /// `name="value"`, with what would end the value escaped and what is no UTF-8 repaired.
  package static func append(_ name: StaticString, _ value: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "="))
    bytes.append(UInt8(ascii: "\""))
    append(value, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Whether every reader of both formats takes a label of this name.
  package static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !(name.utf8.first! &- 0x30 < 10)
      && name.utf8.allSatisfy { $0 | 0x20 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5F }
  }

  package static func append(_ label: Label, to bytes: inout [UInt8]) {
    bytes += Array(label.name.utf8)
    bytes += [UInt8(ascii: "="), UInt8(ascii: "\"")]
    var value = label.value
    value.withUTF8 { append(UnsafeRawBufferPointer($0), to: &bytes) }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func append(_ value: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    var (isPlain, isASCII) = (true, true)
    for byte in value {
      if byte >= 0x80 { isASCII = false }
      if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n") {
        isPlain = false
      }
    }
    if isPlain, isASCII { return bytes.append(contentsOf: value) }
    // A page with a byte that is no UTF-8 is refused as a whole.
    for byte in String(decoding: value, as: UTF8.self).utf8 {
      switch byte {
      case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
      default: bytes.append(byte)
      }
    }
  }
}
