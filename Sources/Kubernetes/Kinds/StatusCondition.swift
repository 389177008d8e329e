import Cluster
import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One entry of `status.conditions`, read in place.
struct StatusCondition {
  private let slice: JSONSlice
  init(_ slice: JSONSlice) { self.slice = slice }

  var isTrue: Bool { slice["status"].has("True") }
  var isFalse: Bool { slice["status"].has("False") }
  var type: String { slice["type"].line }
  var status: String { slice["status"].line }
  var reason: String { slice["reason"].line }
  var message: String { slice["message"].line }
  /// When the condition took its present status, seconds since 1970.
  var since: Int64? { slice["lastTransitionTime"]?.epochSeconds }

  /// " 5m ago" with a blank before it, or nothing.
  var ago: String { since.map { " " + Moment.mark($0) } ?? "" }
  /// " for 5m" with a blank before it, or nothing.
  var lasting: String { since.map { " for " + Moment.lasting(since: $0) } ?? "" }
  /// The message, or the reason where there is none.
  var text: String { message.isEmpty ? reason : message }
}

/// An object's conditions, read in place. Looking one up reads them from the start.
struct StatusConditions {
  private let slice: JSONSlice?
  init(_ slice: JSONSlice?) { self.slice = slice }

  subscript(type: StaticString) -> StatusCondition? {
    var found: JSONSlice?
    slice?.eachElement { if found == nil, StatusConditions.isOfType(type, $0) { found = $0 } }
    return found.map(StatusCondition.init)
  }

  /// An API server writes the type first and no blanks: then a look at the first bytes is enough.
  private static func isOfType(_ type: StaticString, _ element: JSONSlice) -> Bool {
    let head: StaticString = "{\"type\":\""
    let (bytes, skip, count) = (element.bytes, head.utf8CodeUnitCount, type.utf8CodeUnitCount)
    guard bytes.count > skip + count, let base = bytes.baseAddress, memcmp(base, head.utf8Start, skip) == 0
    else {
      return element["type"].has(type)
    }
    return bytes[skip + count] == UInt8(ascii: "\"") && memcmp(base + skip, type.utf8Start, count) == 0
  }

  var all: [StatusCondition] { slice.elements.map(StatusCondition.init) }

  /// The condition when its status is "True".
  func holding(_ type: StaticString) -> StatusCondition? { self[type].flatMap { $0.isTrue ? $0 : nil } }
  /// The condition when its status is "False".
  func failing(_ type: StaticString) -> StatusCondition? { self[type].flatMap { $0.isFalse ? $0 : nil } }
}
