import Cluster
import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension JSONSlice {
  /// Whether this is the string `text`.
  @inline(__always)
  func has(_ text: StaticString) -> Bool {
    guard let raw = rawString else { return false }
    return isKey(raw, text)
  }

  /// The text in one line: control characters become blanks. Empty when this is no string.
  var line: String { string.map(Moment.plain) ?? "" }

  /// A whole number, or one that is written as text ("80" of an int-or-string).
  var count: Int { int ?? string.flatMap { Int($0) } ?? 0 }

  /// What stands in the value as a person reads it: a text without quotes, a number or word as it is written.
  var plainText: String { string.map(Moment.plain) ?? (isNull ? "" : String(decoding: bytes, as: UTF8.self)) }
}

extension Optional where Wrapped == JSONSlice {
  @inline(__always)
  func has(_ text: StaticString) -> Bool { self?.has(text) ?? false }

  var line: String { self?.line ?? "" }
  var count: Int { self?.count ?? 0 }
  /// Whether there is a value other than null, "", [] and {}.
  @inline(__always)
  var isPresent: Bool {
    guard let bytes = self?.bytes, let first = bytes.first else { return false }
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["): return bytes.count > 2
    default: return first != UInt8(ascii: "n")
    }
  }

  /// The number of elements of an array or members of an object.
  var elementCount: Int {
    guard let self else { return 0 }
    var count = 0
    if self.isObject { self.eachMember { _, _ in count += 1 } } else { self.eachElement { _ in count += 1 } }
    return count
  }

  /// The elements of an array as slices, for those that are looked at more than once.
  var elements: [JSONSlice] {
    var found: [JSONSlice] = []
    self?.eachElement { found.append($0) }
    return found
  }
}

/// Whether the raw key of a member is a word of the program.
@inline(__always)
func isKey(_ raw: UnsafeRawBufferPointer, _ key: StaticString) -> Bool {
  guard raw.count == key.utf8CodeUnitCount else { return false }
  guard let base = raw.baseAddress else { return true }
  return memcmp(base, key.utf8Start, raw.count) == 0
}

extension RowWriter {
  /// Appends a value to the cell being written, as a person reads it: no quotes, escapes resolved, control
  /// characters as blanks. nil and null append nothing.
  @inline(__always)
  mutating func append(_ value: JSONSlice?) {
    guard let value else { return }
    if let raw = value.rawString, !value.hasEscapes {
      append(raw)
    } else {
      append(value.plainText)
    }
  }

  /// Nothing where the number is not known.
  mutating func cell(_ number: Int?) {
    if let number { cell(number) } else { cell("" as StaticString) }
  }

  /// One cell; `fallback` where the value is absent or empty.
  mutating func cell(_ value: JSONSlice?, or fallback: StaticString = "") {
    if value.isPresent { append(value) } else { append(fallback) }
    endCell()
  }
}
